"""Each way of finding secrets is tried where the gate has seen its rule, and nowhere else; one finding is told once."""

from __future__ import annotations

import pytest

from build_db.redaction.engine.gate import EVERYTHING, NOTHING_SEEN
from build_db.redaction.secrets.secret_finder import SecretFinder

FINDER = SecretFinder()
NAMES = {name for name, _ in FINDER.rules()}


@pytest.mark.parametrize(
    ("rule", "kind", "text", "value"),
    [
        ("told: english", "told", "my password is sunflower", "sunflower"),
        ("told: german, compound", "told", "my password is sunflower", "sunflower"),
        ("told: english", "near", "m00nriver, that was my password for years", "m00nriver"),
        ("strong", "near", "log in with Kettle1947", "Kettle1947"),
        ("lock", "near", "the safe is 4471", "4471"),
        ("placed", "near", "at the gate punch in 40718", "40718"),
        ("run", "run", "so aaaa1AAAA2aaaa3AAAA45 then", "aaaa1AAAA2aaaa3AAAA45"),
        ("named", "named", "fastly_api_key=a8f3k2q9x7", "a8f3k2q9x7"),
        ("beside", "beside", "oops 0a1b0a1b0a1b0a1b0a1b0a1b0a1b0a1b", "0a1b0a1b0a1b0a1b0a1b0a1b0a1b0a1b"),
        ("column: certain", "column", "name;password\nmara;sunflower", "sunflower"),
        ("column: vague", "column", "name;password\nmara;sunflower", "sunflower"),
        ("list", "list", "Logins:\n- Trays: mara / quiet7", "quiet7"),
    ],
)
def test_a_rule_that_was_seen_is_tried_and_no_other(rule: str, kind: str, text: str, value: str) -> None:
    (span,) = FINDER.find(text, frozenset((rule,)))
    assert (text[span.start : span.end], span.kind, span.rule) == (value, "secret", kind)
    others = {name for name in NAMES if name.partition(":")[0] != rule.partition(":")[0]}
    if kind != "named":  # passwords are told in such a way, too
        assert all(found.rule != kind for found in FINDER.find(text, frozenset(others)))
    assert FINDER.find(text, NOTHING_SEEN) == FINDER.find(text, frozenset(("a rule of another finder",))) == []
    assert [found for found in FINDER.find(text, EVERYTHING) if text[found.start : found.end] == value]


def test_what_several_ways_find_is_told_by_the_first() -> None:
    assert [span.rule for span in FINDER.find("API_KEY=a8f3k2q9x7", EVERYTHING)] == ["named"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [("sunflower", True), ("required", False), ("xxxxxx", False), ("sun", False), ("a8f3k2q9", True), ("quiet7", True)],
)
def test_below_a_certain_heading_a_word_is_one_and_below_a_vague_one_what_looks_so(cell: str, found: bool) -> None:
    assert bool(FINDER.find(f"name;password\nmara;{cell}", frozenset(("column: certain",)))) is found
    vague = FINDER.find(f"name;token\nmara;{cell}", frozenset(("column: vague",)))
    assert bool(vague) is (found and cell != "sunflower")
