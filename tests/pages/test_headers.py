"""What an answer says of itself: what it says already stays, what it lacks is added."""

from __future__ import annotations

import re

import pytest
from daemon_pages.headers import CORE_POLICY, HEADERS, OUR_POLICY, complete, our_headers, value_of, without

PLAIN = [(b"Content-Type", b"text/html"), (b"X-Frame-Options", b"SAMEORIGIN")]


def test_what_is_missing_is_added_and_nothing_is_said_twice():
    said = complete(PLAIN)
    assert said[:2] == PLAIN
    assert dict(said[2:]) == {name: value for name, value in HEADERS.items() if name != b"x-frame-options"}


def test_every_answer_says_what_browsers_must_not_do_with_it():
    assert {
        b"content-security-policy": CORE_POLICY.encode(),
        b"x-content-type-options": b"nosniff",
        b"x-frame-options": b"DENY",
        b"referrer-policy": b"same-origin",
        b"x-robots-tag": b"noindex, nofollow",
        b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    } == HEADERS


@pytest.mark.parametrize(
    ("policy", "open_to"), [(OUR_POLICY, {"style-src", "img-src", "form-action"}), (CORE_POLICY, None)]
)
def test_nothing_is_loaded_from_elsewhere_and_nobody_frames_a_page(policy, open_to):
    rules = dict(re.findall(r"([a-z-]+) ([^;]+)", policy))
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    allowed = {source for value in rules.values() for source in value.split()}
    assert allowed <= {"'none'", "'self'", *(("'unsafe-inline'", "data:") if open_to is None else ())}
    if open_to:
        assert rules["default-src"] == "'none'"
        assert {name for name, value in rules.items() if value == "'self'"} == open_to
    else:
        assert rules["object-src"] == "'none'"


def test_pages_of_ours_say_the_stricter_rules():
    assert our_headers() == {"Content-Security-Policy": OUR_POLICY}


def test_a_header_is_found_in_any_case_and_is_empty_if_it_is_not_there():
    assert (value_of(PLAIN, b"content-type"), value_of(PLAIN, b"etag")) == (b"text/html", b"")


def test_headers_are_left_out_in_any_case():
    assert without(PLAIN, b"content-type", b"etag") == PLAIN[1:]
