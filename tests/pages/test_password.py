"""A family password, with the plugin that the optional extra installs: nothing without it, everything with it."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password
from support.site import METADATA, Site, serving

PASSWORD = "seven loaves"
CONFIG = {
    "plugins": {"datasette-auth-passwords": {"family_password_hash": hash_password(PASSWORD)}},
    "allow": {"id": "family"},
}
PLACES = ("/", "/daemons/cass", "/search?q=the", "/downloads", "/cass", "/cass/messages.json", "/questions")


@pytest.fixture(params=["/", "/x/"], ids=["alone", "in a folder of a larger site"])
def visit(demo, request):
    """What a visitor gets who first tries to log in with a password, and then asks for `path`."""
    base = request.param
    datasette = serving([demo], {**METADATA, **CONFIG}, settings={"base_url": base})

    async def ask(password: str | None, path: str) -> httpx.Response:
        await datasette.invoke_startup()
        transport = httpx.ASGITransport(app=datasette.app())
        async with httpx.AsyncClient(transport=transport, base_url="http://demo.test") as client:
            if password:
                form = await client.get(f"{base}-/login")
                given = {"username": "family", "password": password, "csrftoken": form.cookies.get("ds_csrftoken", "")}
                await client.post(f"{base}-/login", data=given)
            return await client.get(base + path.removeprefix("/"))

    return lambda password, path: asyncio.run(ask(password, path))


@pytest.mark.parametrize("path", PLACES)
def test_whoever_knows_it_reads(visit, path):
    assert visit(PASSWORD, path).status_code == 200


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("password", [None, "six loaves"])
def test_whoever_does_not_is_asked_for_it(visit, password, path):
    response = visit(password, path)
    assert response.status_code == 302
    assert response.headers["location"].endswith("/-/login")


def test_a_proxy_that_takes_the_prefix_off_lets_the_family_in_too(demo):
    site = Site(demo, settings={"base_url": "/x/"}, **CONFIG)
    assert site.get("/-/login", "POST").status_code != 405
    assert site.get("/x/-/login", "POST").status_code != 405
    assert site.get("/x/cass", "POST").status_code == 405


def test_the_family_still_runs_no_sql(visit):
    assert visit(PASSWORD, "/cass/-/query?sql=select+1").status_code == 403
    assert visit(PASSWORD, "/cass?sql=select+1").status_code in (302, 403)
