"""Tells in one pass which rules a text may match, so that the exact ones are tried only there.

Most text holds nothing of what the rules look for. Each rule is loosened into a pattern that RE2 can run beside all the
others, in time linear in the text: what looks around is dropped, high counts are lowered, and any letter beyond ASCII
stands for any other. A loosened pattern finds all that its rule finds, and more; the rule has the last word. Without
google-re2 every rule is tried on every text: the findings are the same, only later.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

try:
    import re2
except ImportError:  # no wheel for this machine
    re2 = None

# How `re` itself reads a pattern; there is no public name for it. `tests/test_gate.py` holds it to what is used here.
_parser = importlib.import_module("re._parser")

# Counts beyond this are not counted: a smaller automaton, and a few more texts to look at.
HIGHEST_COUNT = 4
MEMORY = 64 << 20  # bytes, for RE2's states
ASCII = frozenset(range(128))
WIDE = r"[\x80-\xff]{1,4}"  # a character beyond ASCII, in UTF-8
# Letters whose other case is beyond ASCII: the sign for kelvin, the long s, the i without its dot.
FOLDED_FROM_AFAR = frozenset(map(ord, "kKsSiI"))
EVERY_TEXT = ""


class Everything:
    """Holds whatever it is asked for: all rules have to be tried."""

    def __contains__(self, name: object) -> bool:
        return True


# Names of the rules to try.
Seen = frozenset[str] | Everything
EVERYTHING = Everything()
NOTHING_SEEN: frozenset[str] = frozenset()


class Gate:
    """Tells which of many rules a text may match.

    :param rules: name and pattern of each, as `re` writes patterns; a name may come more than once
    """

    def __init__(self, rules: Iterable[tuple[str, str]]) -> None:
        self._names = [EVERY_TEXT]
        self._set: Any = None
        if re2 is None:
            return
        options = re2.Options()
        options.encoding, options.max_mem = re2.Options.Encoding.LATIN1, MEMORY
        self._set = re2.Set.SearchSet(options)
        self._set.Add(EVERY_TEXT.encode())
        for name, pattern in rules:
            self._names.append(name)
            self._set.Add(loosened(pattern).encode("ascii"))
        self._set.Compile()

    def seen(self, text: str) -> Seen:
        """The names of the rules that the text may match; never one too few."""
        if self._set is None:
            return EVERYTHING
        matched = self._set.Match(text.encode("utf-8", "surrogatepass"))
        # RE2 that runs out of memory reports nothing, not even what every text matches.
        if len(matched) < 2:
            return NOTHING_SEEN if matched else EVERYTHING
        return frozenset(self._names[place] for place in matched if place)


def loosened(pattern: str) -> str:
    """A pattern for UTF-8 bytes that is found in every text in which `re` finds `pattern`.

    :raises ValueError: the pattern uses something that has no loose form
    """
    tree = _parser.parse(pattern)
    return _sequence(tree, tree.state.flags)


def _sequence(items: Iterable[tuple[Any, Any]], flags: int) -> str:
    return "".join(_loose(str(op), operand, flags) for op, operand in items)


def _loose(op: str, operand: Any, flags: int) -> str:
    """One step of a parsed pattern."""
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return ""
    if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        return _characters(op, operand, flags)
    if op == "BRANCH":
        return f"(?:{'|'.join(_sequence(branch, flags) for branch in operand[1])})"
    if op == "SUBPATTERN":
        _, added, removed, inner = operand
        return f"(?:{_sequence(inner, (flags | added) & ~removed)})"
    if op == "ATOMIC_GROUP":
        return f"(?:{_sequence(operand, flags)})"
    if op == "GROUPREF":
        return r"[\x00-\xff]*"
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = operand
        bounds = f"{min(least, HIGHEST_COUNT)},{'' if most > HIGHEST_COUNT else most}"
        return f"(?:{_sequence(inner, flags)}){{{bounds}}}"
    raise ValueError(f"no loose form for {op} in a pattern: write the rule without it")


def _characters(op: str, operand: Any, flags: int) -> str:
    """A class of bytes for a class of characters."""
    if op == "ANY":
        return _rendered(ASCII, wide=True)
    if op != "IN":
        operand = [("NEGATE", None), ("LITERAL", operand)] if op == "NOT_LITERAL" else [("LITERAL", operand)]
    codes = frozenset(code for item in operand for code in _codes(*item))
    if flags & re.IGNORECASE:
        codes |= {ord(other) for code in codes for char in [chr(code)] for other in char.lower() + char.upper()}
        if any(code > 127 for code in codes):
            codes |= FOLDED_FROM_AFAR
    wide = any(code > 127 for code in codes) or bool(flags & re.IGNORECASE and codes & FOLDED_FROM_AFAR)
    if str(operand[0][0]) == "NEGATE":
        # Letters that fold in the end belong to the class or not; either way, all of them may pass.
        left = ASCII - {code for item in operand for code in _codes(*item)}
        return _rendered(left, wide=True)
    return _rendered(codes & ASCII, wide=wide)


def _codes(op: Any, operand: Any) -> Iterator[int]:
    """Code points of one entry of a class; of those beyond ASCII one stands for all."""
    if str(op) == "LITERAL":
        yield operand
    elif str(op) == "RANGE":
        yield from range(operand[0], min(operand[1], 127) + 1)
        if operand[1] > 127:
            yield operand[1]
    elif str(op) == "CATEGORY":
        word = CATEGORIES[str(operand)]
        yield from (code for code in ASCII if word.match(chr(code)))
        yield 128
    elif str(op) != "NEGATE":
        raise ValueError(f"no loose form for {op} in a class: write the rule without it")


CATEGORIES = {
    "CATEGORY_WORD": re.compile(r"\w"), "CATEGORY_NOT_WORD": re.compile(r"\W"),
    "CATEGORY_DIGIT": re.compile(r"\d"), "CATEGORY_NOT_DIGIT": re.compile(r"\D"),
    "CATEGORY_SPACE": re.compile(r"\s"), "CATEGORY_NOT_SPACE": re.compile(r"\S"),
}  # fmt: skip


def _rendered(codes: Iterable[int], *, wide: bool) -> str:
    listed = "".join(f"\\x{code:02x}" for code in sorted(codes))
    if not wide:
        return f"[{listed}]"
    return f"(?:[{listed}]|{WIDE})" if listed else WIDE
