"""Links of wiki pages."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from build_db.sources.wiki import LINK, _found


@given(st.lists(st.sampled_from(["[", "[[", "]", "]]", "a", "#", "|", "\n"]), max_size=20).map("".join))
@example("[[#[[a]]")
@example("[[a#|b]] [[c|d]]")
def test_links_are_those_of_the_pattern(text: str) -> None:
    assert [match.span() for match in _found(text)] == [match.span() for match in LINK.finditer(text)]
