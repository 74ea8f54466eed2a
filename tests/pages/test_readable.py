"""What of a request reaches Datasette: one path of this site, cookies that can be read, and no password out of line."""

from __future__ import annotations

import pytest
from daemon_pages.readable import path_of, readable


def asked(raw: bytes | None, path: str, *headers: tuple[bytes, bytes]) -> dict:
    return {"path": path, "headers": list(headers), **({} if raw is None else {"raw_path": raw}), "method": "GET"}


@pytest.mark.parametrize(
    ("raw", "path", "plain"),
    [
        (b"/a%20b", "/a b", (b"/a%20b", "/a b")),
        (None, "/a", (b"/a", "/a")),
        (b"//a/b", "//a/b", (b"/a/b", "/a/b")),
        (rb"/\a\b", r"/\a\b", (rb"/a\b", r"/a\b")),
        (b"http://x.test/a/b", "http://x.test/a/b", (b"/a/b", "/a/b")),
        (b"http+unix://x.test/a%0Ab", "http+unix://x.test/a\nb", (b"/a%0Ab", "/a\nb")),
        (b"///a//b", "///a//b", (b"/a//b", "/a//b")),
        (b"http://x.test", "http://x.test", (b"/", "/")),
        (b"HTTPS://x.test", "HTTPS://x.test", (b"/", "/")),
        (b"http://x.test//y.test", "http://x.test//y.test", (b"/y.test", "/y.test")),
    ],
)
def test_the_path_is_the_same_in_both_of_its_forms(raw, path, plain):
    seen = readable(asked(raw, path), False)
    assert (seen["raw_path"], seen["path"], seen["method"]) == (*plain, "GET")


@pytest.mark.parametrize(
    "raw", [b"*", b"a", b"x.test:443", b"1http://x.test/a", b"/\xff", b"http://x.test/\xff", b"/\x80"]
)
def test_what_is_no_path_of_a_page_is_not_read(raw):
    assert readable(asked(raw, raw.decode("latin-1")), False) is None


@pytest.mark.parametrize("name", [b"Cookie", b"cookie", b"COOKIE"])
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"a=1; ds_actor=x.y-z", b"a=1; ds_actor=x.y-z"),
        (b"  a=1 ;b=2;", b"a=1; b=2"),
        (b"a=~!", b"a=~!"),
        (b"a=\x7f; b=2", b"b=2"),
        (b"a b=1; c=", b"c="),
        (b"x=\xff; ds_actor=a.b-c_d", b"ds_actor=a.b-c_d"),
        (b"a:b=1;c=2", b"c=2"),
        (b"a=1;;", b"a=1"),
        *((nothing, b"") for nothing in (b"x=\xff", b"a[b]=1", b"", b"a")),
    ],
)
def test_of_cookies_those_that_can_be_read_are_kept(name, sent, kept):
    other = (b"X-Cookie", b"a b=1")
    cookies = [(name, kept)] if kept else []
    assert readable(asked(b"/", "/", (name, sent), other), False)["headers"] == [*cookies, other]


@pytest.mark.parametrize("takes_passwords", [True, False])
@pytest.mark.parametrize(
    ("name", "value", "is_password"),
    [
        (b"authorization", b"Basic x", True),
        (b"Authorization", b"basic x", True),
        (b"authorization", b"Digest x", True),
        (b"authorization", b"bearerx", True),
        (b"authorization", b"Bearer x", False),
        (b"Authorization", b"BEARER x", False),
        (b"x-authorization", b"Basic x", False),
    ],
)
def test_a_password_in_a_header_is_left_out_unless_the_owner_wants_it(takes_passwords, name, value, is_password):
    kept = readable(asked(b"/", "/", (name, value)), takes_passwords)["headers"]
    assert kept == ([] if is_password and not takes_passwords else [(name, value)])


@pytest.mark.parametrize(
    ("raw", "prefix", "path"),
    [
        (b"/cass?_sort=/-/x", "/", "/cass"),
        (b"/family/cass", "/family/", "/cass"),
        (b"/family/", "/family/", "/"),
        (b"/cass", "/family/", "/cass"),
        (b"/cass/family/x", "/family/", "/cass/family/x"),
        (b"/\xfc", "/", "/\xfc"),
        (None, "/", "/from/path"),
        (b"", "/", "/from/path"),
    ],
)
def test_the_path_is_told_without_the_prefix_of_the_site(raw, prefix, path):
    assert path_of(asked(raw, "/from/path"), prefix) == path
