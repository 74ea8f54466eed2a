"""Takes the pictures of the README: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page
from support.browsing import launched
from support.serving import ROOT, served

FOLDER = ROOT / "docs" / "screenshots"
PHONE, DESK = (390, 780), (1200, 800)


def main() -> None:
    """Write one PNG per picture into docs/screenshots/."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site, launched() as browser:
        for size, scheme, suffix in ((PHONE, "light", "phone"), (DESK, "dark", "desk")):
            viewport = {"width": size[0], "height": size[1]}
            page = browser.new_context(base_url=site, viewport=viewport, color_scheme=scheme).new_page()
            for name, path in pictures(page):
                page.goto(path)
                page.screenshot(path=FOLDER / f"{name}-{suffix}.png")


def pictures(page: Page) -> list[tuple[str, str]]:
    """Name and address of each picture."""
    page.goto("/")
    daemon = page.locator("main a[href^='/daemons/']").first.get_attribute("href")
    page.goto(f"{daemon}/conversations")
    conversation = page.locator("main a[href*='/conversations/']").first.get_attribute("href")
    found = [("home", "/"), ("daemon", daemon), ("conversation", conversation), ("calendar", f"{daemon}/calendar")]
    return [(name, str(path)) for name, path in [*found, ("search", "/search?q=greenhouse")]]


if __name__ == "__main__":
    main()
