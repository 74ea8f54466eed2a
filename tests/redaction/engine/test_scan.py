"""Many literals in one pass: it never says no where one is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.redaction.engine import scan
from build_db.redaction.engine.scan import AnyOf

LETTERS = "abAB é\ud800\0"


@given(st.lists(st.text(alphabet="ab é\ud800\0", min_size=1, max_size=3)), st.text(alphabet=LETTERS, max_size=8))
def test_it_tells_whether_one_of_the_literals_is_there(literals: list[str], text: str) -> None:
    is_there = any(literal in text.lower() for literal in literals)
    assert AnyOf(literals).may_be_in(text) == (is_there if scan.hyperscan else bool(literals))


def test_without_the_engine_one_may_be_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "hyperscan", None)
    assert AnyOf(["mara"]).may_be_in("nobody")
    assert not AnyOf([]).may_be_in("nobody")
