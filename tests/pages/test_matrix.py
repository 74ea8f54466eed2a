"""Every address of Datasette, by every method, for three visitors: what is closed is closed.

Asked of the installed version, and by `make next` of 1.0: the same table for both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from daemon_pages.door import FORMS
from support.site import Site

MATRIX = yaml.safe_load((ROOT / "tests" / "support" / "matrix.yml").read_text(encoding="utf-8"))
WRITING = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
# Who is let in by which part of the matrix.
ACTORS: dict[str, tuple[dict[str, Any] | None, tuple[str, ...]]] = {
    "a stranger": (None, ("everybody",)),
    "the family": ({"id": "family"}, ("everybody",)),
    "root": ({"id": "root"}, ("everybody", "root")),
}


@pytest.fixture(scope="module")
def site(demo: Path) -> Site:
    return Site(demo)


def test_every_route_has_an_address(site: Site) -> None:
    site.ok("/")
    paths = [address.partition("?")[0] for addresses in MATRIX.values() for address in addresses]
    unknown = [route.pattern for route, _ in site.datasette._routes() if not any(map(route.match, paths))]
    assert unknown == [], "who may read it? add an address to tests/support/matrix.yml"


@pytest.mark.parametrize("who", ACTORS)
def test_who_may_read_reads_and_others_do_not(site: Site, who: str) -> None:
    actor, open_to = ACTORS[who]
    site.ok("/")
    wrong = []
    for part, addresses in MATRIX.items():
        for address in addresses:
            for method in ("GET", "HEAD"):
                status = site.get(address, method, actor, follow_redirects=True).status_code
                if status >= 500 or not _is_right(status, part, open_to, is_root=who == "root"):
                    wrong.append(f"{method} {address}: {status}")
    assert wrong == []


def _is_right(status: int, part: str, open_to: tuple[str, ...], *, is_root: bool) -> bool:
    """Whether an answer is one that a visitor should get; of what is closed, nobody but root learns whether it is."""
    if part in open_to or (is_root and part == "token"):
        return status != 403 or part == "token"
    return status >= 400 if is_root else status == 403


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("method", WRITING)
def test_nobody_writes(site: Site, who: str, method: str) -> None:
    actor, _ = ACTORS[who]
    site.ok("/")
    for addresses in MATRIX.values():
        for address in addresses:
            status = site.get(address, method, actor).status_code
            may_be_sent = method == "POST" and address in FORMS
            assert (status == 405) != may_be_sent, f"{method} {address}"


@pytest.mark.parametrize("who", ["a stranger", "the family"])
def test_what_either_version_keeps_for_itself_is_told_to_no_visitor(site: Site, who: str) -> None:
    """0.65 has a database of its own among the served ones, 1.0 has none there."""
    for address in ("/_internal", "/_internal.json", "/_internal/databases", "/__INTERNAL__", "/_memory?sql=select+1"):
        assert site.get(address, actor=ACTORS[who][0], follow_redirects=True).status_code in (403, 404), address


def test_where_datasette_denies_whatever_is_not_allowed_the_demo_is_as_open_as_ever(demo: Path) -> None:
    """`--default-deny`, which 0.65 does not have; our `metadata.yml` says who may read."""
    site = Site(demo)
    site.datasette.default_deny = True
    assert site.ok("/daemons/cass")
    assert site.ok("/cass/messages")
    assert site.get("/cass/-/query?sql=select+1").status_code == 403
