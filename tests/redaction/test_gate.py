"""The gate: it never says that a rule need not be tried where the rule would find something."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from build_db.redaction import gate
from build_db.redaction.contacts import ContactFinder, Shape, shapes
from build_db.redaction.gate import EVERYTHING, Gate, loosened
from build_db.redaction.secrets import Format, SecretFinder, formats

FINDERS = (SecretFinder(), ContactFinder())
RULES = [rule for finder in FINDERS for rule in finder.rules()]
SHARED = Gate(RULES)
EXAMPLES = [shape.finds for shape in (*formats(), *shapes())]
with_re2 = pytest.mark.skipif(gate.re2 is None, reason="there is no google-re2 for this machine, and so no gate")


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [name for name, _ in RULES]
    assert len(set(names)) == len(names)


@with_re2
@pytest.mark.parametrize("rule", [*formats(), *shapes()], ids=lambda rule: rule.name)
def test_it_sees_what_a_rule_must_find(rule: Format | Shape) -> None:
    assert rule.name in Gate(RULES).seen(f"Hear this: {rule.finds} – or not.")


@with_re2
def test_it_sees_nothing_in_ordinary_words() -> None:
    text = "The evening was quiet. We repotted the tomatoes, and nobody said a word about the café at 10:20."
    assert Gate(RULES).seen(text) == frozenset()


@with_re2
@given(st.text(max_size=40), st.sampled_from(EXAMPLES), st.text(max_size=40))
@example("\u212a\ud800", "my pa\u017f\u017fword is quietEvening7", "\U0001f331")
def test_with_it_and_without_it_the_findings_are_the_same(before: str, value: str, after: str) -> None:
    text, seen = before + value + after, SHARED.seen(before + value + after)
    for finder in FINDERS:
        assert finder.find(text, seen) == finder.find(text, EVERYTHING)


@with_re2
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?i)kelvin", "\u212aelvin"),
        (r"(?i)[^\W\d]{3}ss", "\u00e9\u00e9\u00e9\u017f\u017f"),
        (r"(?i:É)t[^a]", "été"),
        (r"\d{4}", "\u0661\u0662\u0663\u0664"),
        (r"a\s+b", "a\u00a0\u3000b"),
        (r"(?<=x)(\w)\1{2}(?!y)\b", "xaaa"),
        (r"(?s:.)[^\n]", "\n\U0001f331"),
        (r"[^a]x{30,400}", "\ud800" + "x" * 30),
    ],
)
def test_a_loosened_pattern_finds_what_the_pattern_finds(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
    assert "rule" in Gate([("rule", pattern)]).seen(text)


def test_a_pattern_without_a_loose_form_is_refused() -> None:
    with pytest.raises(ValueError, match="write the rule without it"):
        loosened(r"(a)?b(?(1)c|d)")


@with_re2
def test_when_re2_gives_up_every_rule_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    class OutOfMemory:
        def Match(self, text: bytes) -> list[int]:  # noqa: N802
            return []

    guard = Gate(RULES)
    monkeypatch.setattr(guard, "_set", OutOfMemory())
    assert guard.seen("no number at all") is EVERYTHING


def test_without_re2_every_rule_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "re2", None)
    assert Gate(RULES).seen("no number at all") is EVERYTHING
