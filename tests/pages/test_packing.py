"""Answers are sent small to those who can unpack them, and not at all to those who have them."""

from __future__ import annotations

import gzip
import re

import pytest
from daemon_pages.headers import HEADERS
from daemon_pages.packing import SMALLEST, Packer, accepts_gzip, is_known
from hypothesis import given
from hypothesis import strategies as st
from support.site import Site

PLAIN = {"Accept-Encoding": "identity"}
PACKED = {"Accept-Encoding": "gzip"}
PAGES = ("/", "/daemons/cass", "/search?q=the", "/daemons/cass/feed.atom", "/daemon_pages.css", "/cass/journals.json")
OF_DATASETTE = ("/cass/messages", "/cass/messages.csv", "/cass/messages.csv?_stream=1", "/-/static/app.css")


@pytest.fixture(scope="module")
def site(demo) -> Site:
    return Site(demo)


def lasting(text: str) -> str:
    """Without how long the queries took."""
    return re.sub(r"took [\d.]+ms|query_ms\": [\d.]+", "", text)


@pytest.mark.parametrize("path", [*PAGES, *OF_DATASETTE])
def test_who_can_unpack_gets_the_same_page_smaller(site, path):
    plain, packed = site.get(path, headers=PLAIN), site.get(path, headers=PACKED)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert lasting(packed.text) == lasting(plain.text)
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert plain.headers["vary"] == packed.headers["vary"]
    if "content-length" in packed.headers:
        assert int(packed.headers["content-length"]) < len(plain.content) / 2


@pytest.mark.parametrize("path", ["/robots.txt", "/nowhere", "/favicon.ico"])
def test_what_is_tiny_or_packed_already_is_left_alone(site, path):
    answer = site.get(path, headers=PACKED)
    assert ("content-encoding" in answer.headers) == (len(answer.content) >= SMALLEST and path != "/favicon.ico")


@pytest.mark.parametrize("path", ["/", "/daemons/cass", "/search?q=the", "/daemon_pages.css", "/cass/messages"])
def test_a_page_that_did_not_change_is_not_sent_again(site, path):
    tags = {site.get(path, headers=headers).headers["etag"] for headers in (PLAIN, PACKED)}
    assert len(tags) == 1, "packed or not, it is the same page"
    (tag,) = tags
    for headers in (PLAIN, PACKED):
        again = site.get(path, headers={**headers, "If-None-Match": f'"x", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert {name.decode() for name in HEADERS} | {"vary"} <= again.headers.keys()
    assert site.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_another_page_has_another_mark_and_another_language_too(site):
    pages = ("/", "/about", "/daemons/cass", "/daemons/aria")
    marks = {
        site.get(path, headers={"Accept-Language": language}).headers["etag"]
        for path in pages
        for language in ("en", "de")
    }
    assert len(marks) == 2 * len(pages)


@pytest.mark.parametrize("path", ["/nowhere", "/daemons/cass/anything", "/cass?sql=select+1"])
def test_what_is_no_page_has_no_mark(site, path):
    assert "etag" not in site.get(path).headers


def test_pages_for_one_reader_are_kept_by_nobody_and_their_length_tells_nothing(site):
    cookie = {"Cookie": f"ds_actor={site.datasette.sign({'a': {'id': 'root'}}, 'actor')}", **PACKED}
    answers = [site.get("/daemons/cass", headers=cookie) for _ in range(12)]
    assert all("no-store" in answer.headers["cache-control"] for answer in answers)
    assert not any("etag" in answer.headers for answer in answers)
    assert len({answer.text for answer in answers}) == 1
    assert len({answer.headers["content-length"] for answer in answers}) > 1


def test_a_question_about_a_page_says_nothing_of_how_it_would_be_packed(site):
    answer = site.get("/daemons/cass", "HEAD", headers=PACKED)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=5), st.text("0123456789abcdef", max_size=99))
def test_what_is_packed_is_unpacked_by_python(parts, name):
    packer = Packer(name)
    packed = b"".join(packer.packed(part, is_last=place == len(parts) - 1) for place, part in enumerate(parts))
    assert gzip.decompress(packed) == b"".join(parts)


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        *((b"gzip", True), (b"deflate, GZIP ; q=1.0", True), (b"*", True), (b"gzip;q=0.001", True)),
        *((b"", False), (b"identity", False), (b"gzip;q=0", False), (b"gzip; q = 0.000", False), (b"br, *;q=0", False)),
        *((b"*;q=0, gzip", True), (b"*, gzip;q=0", False), (b"x-gzip\xff", False)),
    ],
)
def test_who_can_unpack_says_so(header, accepted):
    assert accepts_gzip(header) == accepted


@pytest.mark.parametrize(
    ("header", "known"),
    [
        *((b'"a"', True), (b'W/"a"', True), (b'"b", "a"', True), (b"*", True)),
        *((b"", False), (b'"b"', False), (b"a", False), (b'"*"', False)),
    ],
)
def test_a_mark_is_known_by_its_value(header, known):
    assert is_known(header, b'W/"a"') == known
