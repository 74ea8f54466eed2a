"""The style sheet: every color on every ground can be read, in light and dark, for every daemon."""

from __future__ import annotations

import re

import pytest
from daemon_look import messages
from daemon_pages.layout import style_text
from daemon_pages.views import ACCENTS

CSS = style_text()
LIGHT, DARK, DARK_SIDES = CSS.split("@media (prefers-color-scheme: dark)")
LIGHT_SIDES = DARK
DARK = DARK[: DARK.index("\n}")]
READABLE = 4.5  # WCAG 2.2, 1.4.3


def colors(css: str) -> dict[str, str]:
    return dict(
        re.findall(
            r"--([a-z]+): (#[0-9a-f]{6});", css[css.index(":root") : css.index("\n  }" if css is DARK else "\n}")]
        )
    )


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_it_is_said_to_be():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") < READABLE < contrast("#757575", "#ffffff")


@pytest.mark.parametrize("css", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(css):
    found = colors(css)
    for ground in ("paper", "tint", "found"):
        for text in ("ink", "soft", "accent") if ground != "found" else ("ink", "soft"):
            assert contrast(found[text], found[ground]) >= READABLE, f"{text} on {ground}"


@pytest.mark.parametrize("css", [LIGHT, DARK], ids=["light", "dark"])
def test_every_daemon_has_an_accent_that_can_be_read(css):
    accents = dict(re.findall(r"\.accent-(\d) \{ --accent: (#[0-9a-f]{6}); \}", css))
    assert sorted(map(int, accents)) == list(range(ACCENTS))
    assert len(set(accents.values())) == ACCENTS
    for accent in accents.values():
        for ground in ("paper", "tint"):
            assert contrast(accent, colors(css)[ground]) >= READABLE


@pytest.mark.parametrize(("css", "sides"), [(LIGHT, LIGHT_SIDES), (DARK, DARK_SIDES)], ids=["light", "dark"])
def test_whoever_talks_has_a_color_in_which_paper_can_be_read(css, sides):
    found = re.findall(r"\.side-\d \{ --side: (#[0-9a-f]{6}); \}", sides)
    assert len(set(found)) == messages.SIDES
    for side in found:
        assert contrast(colors(css)["paper"], side) >= READABLE


def test_nothing_is_fetched_from_elsewhere():
    assert "url(" not in CSS
    assert "@import" not in CSS
