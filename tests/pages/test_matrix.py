"""Every address of the installed Datasette, by every method, for three visitors: what is closed is closed."""

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
    cookie = {"Cookie": f"ds_actor={site.datasette.sign({'a': actor}, 'actor')}"} if actor else {}
    wrong = []
    for part, addresses in MATRIX.items():
        for address in addresses:
            for method in ("GET", "HEAD"):
                status = site.get(address, method, headers=cookie).status_code
                # A token that is none opens nothing.
                is_open = status != 403 or address == "/-/auth-token"
                if is_open != (part in open_to) or status >= 500:
                    wrong.append(f"{method} {address}: {status}")
    assert wrong == []


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("method", WRITING)
def test_nobody_writes(site: Site, who: str, method: str) -> None:
    actor, _ = ACTORS[who]
    site.ok("/")
    cookie = {"Cookie": f"ds_actor={site.datasette.sign({'a': actor}, 'actor')}"} if actor else {}
    for addresses in MATRIX.values():
        for address in addresses:
            status = site.get(address, method, headers=cookie).status_code
            may_be_sent = method == "POST" and address in FORMS
            assert (status == 405) != may_be_sent, f"{method} {address}"
