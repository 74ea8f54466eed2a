"""Links of wiki pages."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from build_db.sources.wiki import LINK, _found, links, loose_names

PAGES = {
    ("entity", "Vows"): "entity/Vows",
    ("concept", "Temple_Codex"): "concept/Temple_Codex",
    ("concept", "Vows"): "concept/Vows",
}
PAGES |= {("concept", "Cafe\u0301"): "concept/Cafe\u0301"}


def targets(body: str) -> list[tuple[str, str | None]]:
    found = links("meta/Home", body, PAGES, loose_names(PAGES))
    return [(row.values["target"], row.values["target_page_id"]) for row in found]


@given(st.lists(st.sampled_from(["[", "[[", "]", "]]", "a", "#", "|", "\n"]), max_size=20).map("".join))
@example("[[#[[a]]")
@example("[[a#|b]] [[c|d]]")
def test_links_are_those_of_the_pattern(text: str) -> None:
    assert [match.span() for match in _found(text)] == [match.span() for match in LINK.finditer(text)]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Temple Codex", "concept/Temple_Codex"),
        ("temple codex", "concept/Temple_Codex"),
        ("concept/Temple Codex", "concept/Temple_Codex"),
        ("Temple Codex.md", "concept/Temple_Codex"),
        ("Temple_Codex.md", "concept/Temple_Codex"),
        ("Caf\u00e9", "concept/Cafe\u0301"),
        ("vows", "entity/Vows"),
        ("concept/vows", "concept/Vows"),
        ("entity/Temple Codex", None),
        ("Temple", None),
    ],
)
def test_a_page_is_found_however_its_name_is_written(name: str, page: str | None) -> None:
    assert targets(f"see [[{name}]]") == [(name, page)]


@pytest.mark.parametrize(
    "text",
    [
        "`[[X]]`", "``a ` [[X]]``", "```\n[[X]]\n```", "~~~md\n[[X]]\n```\n[[X]]\n~~~", "> ```\n> [[X]]\n> ```",
        "\\[[X]]", "[[https://x.example/a]]", "[[HTTP://x.example|X]]", "`a\n[[X]]`",
    ],
)  # fmt: skip
def test_code_escaped_brackets_and_addresses_are_no_links(text: str) -> None:
    assert targets(f"{text}\n\n[[Y]]") == [("Y", None)]


def test_code_that_nobody_ended_goes_on() -> None:
    assert targets("[[Y]]\n```\n[[X]]\n\n[[X]]") == [("Y", None)]


@pytest.mark.parametrize(
    "text", ["` [[X]]", "`\n\n[[X]]`", "\\`[[X]]`", "\\\\[[X]]", "``` a ``` [[X]]", "`C:\\` [[X]] `b`"]
)
def test_what_only_looks_like_code_hides_no_link(text: str) -> None:
    assert targets(text) == [("X", None)]
