"""The family's log-in: in our look, for as long as its owner wants, and no guess costs anybody else time."""

from __future__ import annotations

import asyncio
import re
import time
from types import SimpleNamespace

import httpx
import pytest
from daemon_pages import login
from daemon_pages.login import Guesses
from datasette_auth_passwords.utils import hash_password
from support.site import METADATA, Site, serving

# The bounds in numbers: who moves one changes how long a guesser or a family waits.
FREE_OF_ONE, FREE_OF_ALL, LONGEST_WAIT, MOST_WAITING = 5, 50, 60, 8
PASSWORD = "seven loaves"
KEPT = hash_password(PASSWORD)


def configured(*names: str, **pages: object) -> dict[str, object]:
    passwords = {f"{name}_password_hash": KEPT for name in names}
    plugins = {"datasette-auth-passwords": passwords, "daemon_pages": {"described": "cass", **pages}}
    return {"plugins": plugins, "allow": {"id": list(names)}}


class Visitor:
    """Somebody with a browser that keeps cookies."""

    def __init__(self, demo, config, base_url="http://demo.test"):
        self._datasette, self._base = serving([demo], {**METADATA, **config}), base_url

    def try_all(self, *guesses: tuple[str, str], headers: dict[str, str] | None = None) -> list[httpx.Response]:
        """The answers to one guess after the other, of name and password, and to the home page behind them."""

        async def ask() -> list[httpx.Response]:
            await self._datasette.invoke_startup()
            transport = httpx.ASGITransport(app=self._datasette.app())
            async with httpx.AsyncClient(transport=transport, base_url=self._base, headers=headers) as client:
                answers = [await client.get("/-/login")]
                for name, password in guesses:
                    token = re.search(r'name="csrftoken" value="([^"]+)"', answers[0].text)
                    assert token
                    form = {"username": name, "password": password, "csrftoken": token[1]}
                    answers.append(await client.post("/-/login", data=form))
                return [*answers, await client.get("/")]

        return asyncio.run(ask())


def test_without_a_password_there_is_no_log_in(demo):
    assert Site(demo).get("/-/login").status_code == 404


def test_the_form_is_in_our_look_and_tells_nothing_of_what_is_behind_it(demo):
    form, home = Visitor(demo, configured("family")).try_all()
    assert 'rel="stylesheet" href="/daemon_pages.css' in form.text
    assert 'name="username" value="family"' in form.text
    assert "Cass" not in form.text
    assert "no-store" in form.headers["cache-control"]
    assert home.status_code == 302


def test_of_several_names_one_is_chosen(demo):
    form, *_ = Visitor(demo, configured("family", "friends")).try_all()
    assert re.findall(r"<option>(\w+)</option>", form.text) == ["family", "friends"]


def test_whoever_knows_the_password_stays_as_long_as_its_owner_wants(demo):
    _, entered, home = Visitor(demo, configured("family", session_days=2)).try_all(("family", PASSWORD))
    assert entered.status_code == 302
    cookie = entered.headers["set-cookie"]
    assert "Max-Age=172800" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert home.status_code == 200
    assert "/-/logout" in home.text


def test_a_session_ends_on_the_server_too(demo, monkeypatch):
    monkeypatch.setattr(login, "time", SimpleNamespace(time=lambda: 0.0, monotonic=time.monotonic))
    *_, home = Visitor(demo, configured("family")).try_all(("family", PASSWORD))
    assert home.status_code == 302


@pytest.mark.parametrize(
    ("base", "headers"), [("https://demo.test", {}), ("http://x.test", {"X-Forwarded-Proto": "https"})]
)
def test_under_https_the_cookie_is_for_https_alone(demo, base, headers):
    _, entered, _ = Visitor(demo, configured("family"), base).try_all(("family", PASSWORD), headers=headers)
    assert "Secure" in entered.headers["set-cookie"]


@pytest.mark.parametrize("guess", [("family", "six loaves"), ("nobody", PASSWORD), ("", ""), ("family", "")])
def test_whoever_does_not_know_it_stays_outside(demo, guess):
    _, refused, home = Visitor(demo, configured("family")).try_all(guess)
    assert refused.status_code == 403
    assert "That is not the password." in refused.text
    assert "set-cookie" not in refused.headers or "ds_actor" not in refused.headers["set-cookie"]
    assert home.status_code == 302


@pytest.mark.parametrize("length", ["10001", "9" * 5000, "-1", "x", ""])
def test_what_nobody_types_is_not_read(demo, length):
    site = Site(demo, **configured("family"))
    assert site.get("/-/login", "POST", headers={"Content-Length": length}, content=b"").status_code == 413


def test_a_name_that_nobody_has_is_checked_like_any_other(demo, monkeypatch):
    checked = []

    async def check(self, client, password, kept):
        checked.append(kept)
        return False

    monkeypatch.setattr(Guesses, "check", check)
    Visitor(demo, configured("family")).try_all(("family", "x"), ("nobody", "x"))
    assert checked == [KEPT, KEPT]


@pytest.mark.parametrize(
    "header", ["Basic ZmFtaWx5OnNldmVuIGxvYXZlcw==", "basic ZmFtaWx5Ong=", "BASIC x", "Basic \xff"]
)
def test_no_password_is_taken_past_the_form_where_nobody_waits(demo, monkeypatch, header):
    """The plugin would check it with every request, and hold all others up for as long."""
    checked = []
    monkeypatch.setattr("datasette_auth_passwords.utils.verify_password", lambda *given: checked.append(given))
    answer = Site(demo, **configured("family")).get("/", headers={"Authorization": header.encode("latin-1")})
    assert (answer.status_code, answer.headers["location"], checked) == (302, "/-/login", [])


def test_after_some_wrong_guesses_a_client_waits_longer_each_time():
    guesses, waits = Guesses(), []
    for _ in range(FREE_OF_ONE + 9):
        guesses._remember("one", 100.0)
        waits.append(guesses.wait("one", 100.0))
    assert waits[:FREE_OF_ONE] == [0] * FREE_OF_ONE
    assert waits[FREE_OF_ONE:] == sorted(waits[FREE_OF_ONE:])
    assert LONGEST_WAIT <= waits[-1] <= LONGEST_WAIT + 1
    assert guesses.wait("other", 100.0) == 0
    assert guesses.wait("one", 200.0) == 0


def test_many_clients_together_wait_too():
    guesses = Guesses()
    for number in range(FREE_OF_ALL + 1):
        guesses._remember(str(number), 100.0)
    assert guesses.wait("new", 100.0) > 0


def test_a_right_password_takes_the_waiting_away():
    guesses = Guesses()
    for _ in range(FREE_OF_ONE + 1):
        guesses._remember("one", 100.0)
    assert asyncio.run(guesses.check("one", PASSWORD, KEPT))
    assert guesses.wait("one", 100.0) == 0


def test_no_more_than_a_few_passwords_wait_to_be_checked():
    async def rush(guesses: Guesses) -> list[int]:
        waits, checked = [], []
        for _ in range(MOST_WAITING):
            waits.append(guesses.wait("another", 0.0))
            checked.append(asyncio.create_task(guesses.check("one", PASSWORD, KEPT)))
            await asyncio.sleep(0)
        full = guesses.wait("another", 0.0)
        await asyncio.gather(*checked)
        return [*waits, full, guesses.wait("another", 0.0)]

    async def twice() -> list[list[int]]:
        guesses = Guesses()
        return [await rush(guesses), await rush(guesses)]

    # Whoever has been checked waits no more, and makes no room for further ones either.
    assert asyncio.run(twice()) == [[0] * MOST_WAITING + [1, 0]] * 2


def test_too_many_guesses_are_told_when_to_come_back(demo):
    answers = Visitor(demo, configured("family")).try_all(*[("family", "x")] * (FREE_OF_ONE + 2))
    late = answers[-2]
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert "Too many wrong passwords." in late.text


def test_of_very_many_clients_all_are_forgotten_at_once(monkeypatch):
    monkeypatch.setattr(login, "MOST_CLIENTS", 3)
    guesses = Guesses()
    for _ in range(FREE_OF_ONE + 1):
        guesses._remember("one", 100.0)
    assert guesses.wait("one", 100.0) > 0
    guesses._remember("two", 100.0)
    assert guesses.wait("one", 100.0) > 0  # with all of them together, three are known
    guesses._remember("three", 100.0)
    assert guesses.wait("one", 100.0) == 0


def test_ten_thousand_are_known_at_most_and_one_password_is_checked_at_a_time():
    guesses = Guesses()
    for number in range(9_999):
        guesses._remember(str(number), 100.0)
    assert len(guesses._wrong) == 10_000  # with all of them together
    guesses._remember("one more", 100.0)
    assert guesses._wrong == {"one more": 1, "": 1}
    assert guesses._pool._max_workers == 1


def test_each_next_guess_waits_twice_as_long_up_to_a_minute():
    guesses, waits = Guesses(), []
    for _ in range(FREE_OF_ONE + 8):
        guesses._remember("one", 100.0)
        waits.append(guesses._until.get("one", 100.0) - 100.0)
    assert waits == [0] * FREE_OF_ONE + [2, 4, 8, 16, 32, 60, 60, 60]
    assert [guesses.wait("one", now) for now in (100.0, 159.4, 159.5, 160.6)] == [60, 1, 1, 0]


def test_a_wrong_password_is_remembered_and_a_right_one_forgets_those_of_all():
    guesses = Guesses()
    assert not asyncio.run(guesses.check("one", "six loaves", KEPT))
    assert guesses._wrong == {"one": 1, "": 1}
    assert asyncio.run(guesses.check("one", PASSWORD, KEPT))
    assert not guesses._wrong


@pytest.mark.parametrize(
    ("days", "seconds"),
    [(2, 172800), (0.5, 43200), (0, 2592000), (-1, 2592000), ("7", 2592000), (None, 2592000)],
)
def test_a_session_lasts_as_many_days_as_its_owner_sets_or_thirty(demo, days, seconds):
    said = {} if days is None else {"session_days": days}
    _, entered, _ = Visitor(demo, configured("family", **said)).try_all(("family", PASSWORD))
    assert f"Max-Age={seconds}" in entered.headers["set-cookie"]
