"""The book on a phone in flight mode: opened by double click, in a real browser, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from support.books import write_book
from support.browsing import IN_BROWSER
from support.site import write_hostile

pytestmark = IN_BROWSER
# Off by default: what is touched has 24 pixels of its own (WCAG 2.2, 2.5.8).
RULES = {"rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="module")
def book(demo, tmp_path_factory) -> Path:
    """Cass's book."""
    return write_book(demo, tmp_path_factory.mktemp("book") / "cass.html")


@pytest.fixture
def read(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a book without a network. A test fails if it says anything on the console, or asks for anything."""
    said: list[str] = []
    contexts = []

    def opened(path: Path, *, width: int = 360, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 740}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: said.append(request.url) if not request.is_navigation_request() else None)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not said


def search(page: Page, text: str) -> None:
    page.get_by_label("Search everything").fill(text)
    page.get_by_role("button", name="Search").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_with_everything_open(read, book, scheme):
    page = read(book, color_scheme=scheme, bypass_csp=True)
    search(page, "the")
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    violations = Axe().run(page, options=RULES).response["violations"]
    assert not [f"{found['id']}: {found['nodes'][0]['html']}" for found in violations]


@pytest.mark.parametrize("width", [320, 1400])
def test_it_does_not_scroll_sideways(read, book, width):
    page = read(book, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_search_leads_to_the_very_words(read, book):
    page = read(book)
    assert page.locator("#found").is_hidden()
    search(page, "GREÉNHOUSE lentils")
    assert page.locator("#count").inner_text() == "1 place"
    assert page.locator("#places mark").inner_text().lower() == "greenhouse"
    page.locator("#places a").click()
    words = page.locator(".said").get_by_text("half a pot of lentils")
    page.wait_for_function("window.scrollY > 0")
    box = words.bounding_box()
    assert box
    assert -box["height"] < box["y"] < 740
    assert page.evaluate("[...CSS.highlights.get('found')].map(range => String(range))") == ["greenhouse"]


def test_a_search_for_nothing_says_so_and_an_empty_one_is_silent(read, book):
    page = read(book)
    search(page, "xyzzy-nowhere")
    assert page.locator("#count").inner_text() == "Nothing found."
    search(page, "")
    assert page.locator("#found").is_hidden()


def test_many_places_come_a_page_at_a_time(read, book):
    page = read(book)
    search(page, "the")
    assert page.locator("#places li").count() == 50
    page.get_by_role("button", name="More").click()
    assert page.locator("#places li").count() == 100


def test_a_link_opens_what_it_leads_to(read, book):
    page = read(book)
    page.evaluate("location.hash = '#conversations-2'")
    page.wait_for_function("document.getElementById('conversations-2').open")


def test_a_record_is_also_found_by_its_number(read, book):
    page = read(book)
    page.evaluate("location.hash = '#journals-2'")
    page.wait_for_function("document.querySelectorAll('#journals > details')[1].open")
    page.evaluate("location.hash = '#journals-9999'")
    page.evaluate("location.hash = '#nothing-1'")


def test_everything_can_be_read_without_javascript(read, book):
    page = read(book, java_script_enabled=False)
    assert page.get_by_role("search").count() == 0
    assert page.get_by_text("use the search of your browser").is_visible()
    page.get_by_role("link", name="Conversations").click()
    page.locator("#conversations-1 > summary").click()
    assert page.locator("#conversations-1 .said").first.is_visible()


def test_hostile_words_do_nothing(read, demo, tmp_path):
    write_hostile(demo, tmp_path / "cass.db")
    page = read(write_book(tmp_path / "cass.db", tmp_path / "hostile.html"))
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    search(page, "<script>alert(1)</script>")
    assert page.locator("#places li").count() > 10
    page.locator("#places a").first.click()
    page.locator("h1").hover()


def test_the_policy_stops_what_is_not_its_own(browser, book, tmp_path):
    """The test above can fail: with a script and a picture in it, the browser refuses both, and says so."""
    wrong = "<script>document.title = 'x'</script><img src='https://evil.example/x.png'></main>"
    (tmp_path / "wrong.html").write_text(book.read_text(encoding="utf-8").replace("</main>", wrong), encoding="utf-8")
    context, said = browser.new_context(), []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "wrong.html").as_uri())
    assert page.title() == "Cass"
    assert len([text for text in said if "Content Security Policy" in text]) == 2
    context.close()
