"""Loosens a pattern of `re` into one for hyperscan, which runs all of them at once over bytes.

A loosened pattern is found in every text in which its pattern is found, and in a few more: most of what looks around is
dropped, a high count has no upper end, and of a character beyond ASCII only the first byte of its UTF-8 is told, which
most alphabets have for themselves. Digits and blanks beyond ASCII, and letters whose other case is in ASCII, are read
as what they stand for: see `plainly`.
"""

from __future__ import annotations

import importlib
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

# How `re` itself reads a pattern; there is no public name for it. `tests/redaction/test_gate.py` holds it to what is
# used here.
_parser = importlib.import_module("re._parser")
_casefix = importlib.import_module("re._casefix")

ASCII = frozenset(range(128))
# Of a character beyond ASCII, in UTF-8: the byte that it begins with, and those behind it.
LEADS, MORE = frozenset(range(0xC2, 0xF5)), r"\x80-\xbf"
NO_LEADS: frozenset[int] = frozenset()
LONGEST_WIDE = 4
# Letters beyond ASCII whose other case is in it: the sign for kelvin, the long s, the i with a dot and the one without.
FAR = {0x212A: "k", 0x17F: "s", 0x130: "i", 0x131: "i"}


# Signs that stand alone among the letters of Latin and Greek, and begin with the byte that those begin with.
AMONG_LETTERS = dict.fromkeys(map(ord, "×÷΄΅·϶"), "*")


@cache
def _beyond() -> str:
    """Every character beyond ASCII."""
    codes = array("I", range(128, sys.maxunicode + 1)).tobytes()
    return codes.decode(f"utf-32-{sys.byteorder[0]}e", "surrogatepass")


@cache
def _plain() -> dict[int, str]:
    """What stands for something in ASCII: 660 digits, 17 blanks, those letters, and those signs."""
    chars = re.findall(r"[\d\s]", _beyond())
    return {ord(char): str(int(char)) if char.isdecimal() else " " for char in chars} | FAR | AMONG_LETTERS


def plainly(text: str) -> str:
    """The text that loosened patterns are meant for."""
    return text.translate(_plain())


def not_plain() -> str:
    """A pattern that is found in the bytes of each text that `plainly` changes."""
    encoded = sorted(chr(code).encode() for code in _plain())
    groups = groupby(encoded, key=lambda data: data[:-1])
    return "|".join(
        "".join(f"\\x{byte:02x}" for byte in begin) + _class({data[-1] for data in group}) for begin, group in groups
    )


def loosened(pattern: str, highest_count: int) -> str:
    """A pattern for the bytes of `plainly(text)`, found in every text in which `re` finds `pattern`.

    :param highest_count: beyond this, counts are not counted: a smaller automaton, and a few more texts to look at
    :raises ValueError: the pattern uses something that has no loose form
    """
    tree = _parser.parse(pattern)
    items, flags = list(tree), tree.state.flags
    first = next((place for place, item in enumerate(items) if str(item[0]) not in EDGES), len(items))
    last = next((place for place in range(len(items), first, -1) if str(items[place - 1][0]) not in EDGES), first)
    inner = _Loosening(highest_count).sequence(items[first:last], flags)
    return _before(items[:first], flags) + inner + _behind(items[last:], flags)


def longest(pattern: str) -> int:
    """How many characters a pattern of `re` may take."""
    return int(_parser.parse(pattern).getwidth()[1])


# What takes no room. At a pattern's ends it says what must not stand beside; there it is kept as far as it speaks of
# one character, or of two.
EDGES = ("AT", "ASSERT", "ASSERT_NOT")
BEGIN = r"\A"


def _before(items: list[tuple[Any, Any]], flags: int) -> str:
    """What stands before a pattern, a character or two, if it may not be just any.

    A byte is looked for quickly, whole characters are not: they are told apart only where all of ASCII may stand there.
    """
    allowed, pairs = _allowed(items, -1, flags)
    if allowed.codes == ASCII and not pairs:
        return "" if allowed.leads == LEADS else rf"(?:{BEGIN}|[\x00-\x7f]|{_whole(allowed.leads)})"
    alone = allowed.codes.intersection(*(last.codes for _, last in pairs))
    ways = [
        rf"(?:{BEGIN}|{_beside(first.codes)}){_class(allowed.codes - last.codes)}"
        for first, last in pairs
        if allowed.codes - last.codes
    ]
    return f"(?:{'|'.join((BEGIN, _beside(alone), *ways))})"


def _behind(items: list[tuple[Any, Any]], flags: int) -> str:
    """What stands behind a pattern, a byte or two, if it may not be just any."""
    allowed, pairs = _allowed(items, 1, flags)
    alone = allowed.codes.intersection(*(first.codes for first, _ in pairs))
    ways = [
        rf"{_class(allowed.codes - first.codes)}(?:{_beside(second.codes)}|\z)"
        for first, second in pairs
        if allowed.codes - first.codes
    ]
    if alone == ASCII and allowed.leads == LEADS:
        return ""
    return rf"(?:{'|'.join((_class(alone | allowed.leads), *ways))}|\z)"


def _allowed(items: list[tuple[Any, Any]], direction: int, flags: int) -> tuple[Characters, list[Pair]]:
    """What one character before (-1) or behind (1) a pattern may be, and of which two one has to be something."""
    ways = list(_forbidden(items, direction))
    alone = [_spared(way[0], flags) for way in ways if len(way) == 1]
    codes, leads = ASCII.intersection(*(one.codes for one in alone)), LEADS.intersection(*(one.leads for one in alone))
    pairs = [(_spared(way[0], flags), _spared(way[1], flags)) for way in ways if len(way) == 2]
    return Characters(codes, leads), pairs


def _forbidden(items: list[tuple[Any, Any]], direction: int) -> Iterator[list[tuple[Any, Any]]]:
    """The rows of classes none of which may stand before a pattern (-1) or behind it (1)."""
    for op, operand in items:
        if str(op) == "ASSERT_NOT" and operand[0] == direction:
            for way in _branches(list(operand[1])):
                if all(str(op) in ("LITERAL", "NOT_LITERAL", "IN") for op, _ in way):
                    yield way


def _spared(item: tuple[Any, Any], flags: int) -> Characters:
    """What may stand in a plain text where a class must not."""
    return _negated(str(item[0]), item[1], flags)


def _beside(codes: frozenset[int]) -> str:
    """One of the codes, or a byte of anything beyond ASCII."""
    return rf"[{_listed(codes)}\x80-\xff]"


def _whole(leads: frozenset[int]) -> str:
    """A whole character beyond ASCII, seen from behind: of those of three bytes and more, any that are so long."""
    two, more = frozenset(lead for lead in leads if lead < 0xE0), any(lead >= 0xE0 for lead in leads)
    return "|".join([f"{_class(two)}[{MORE}]"] * bool(two) + [f"[{MORE}]{{2}}"] * more)


def _branches(items: list[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """The ways in which a sequence can be read, if it is a choice between some."""
    if len(items) == 1 and str(items[0][0]) == "BRANCH":
        return [way for branch in items[0][1][1] for way in _branches(list(branch))]
    return [items]


class Characters(NamedTuple):
    """A class of characters: those in ASCII, and the bytes with which others begin that belong to it."""

    codes: frozenset[int]
    leads: frozenset[int]


Pair = tuple[Characters, Characters]


class _Loosening:
    """The walk through one parsed pattern."""

    def __init__(self, highest_count: int) -> None:
        self._highest = highest_count
        self._groups: dict[int, str] = {}

    def sequence(self, items: Iterable[tuple[Any, Any]], flags: int) -> str:
        return "".join(self._loose(str(op), operand, flags) for op, operand in items)

    def _loose(self, op: str, operand: Any, flags: int) -> str:
        """One step of a parsed pattern."""
        if op in EDGES:
            return ""
        if op in CLASSES:
            return _exact(op, operand, flags) or _rendered(_characters(op, operand, flags))
        if op == "BRANCH":
            return f"(?:{'|'.join(self.sequence(branch, flags) for branch in operand[1])})"
        if op == "SUBPATTERN":
            number, added, removed, inner = operand
            found = f"(?:{self.sequence(inner, (flags | added) & ~removed)})"
            self._groups[number] = found
            return found
        if op == "ATOMIC_GROUP":
            return f"(?:{self.sequence(operand, flags)})"
        if op == "GROUPREF":
            # What a group has matched, its own loose form finds; but a case may differ.
            return r"[\x00-\xff]*" if flags & re.IGNORECASE else self._groups[operand]
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeated(operand, flags)
        raise ValueError(f"no loose form for {op} in a pattern: write the rule without it")

    def _repeated(self, repeat: tuple[int, int, Any], flags: int) -> str:
        least, most, inner = repeat
        only = inner[0] if len(inner) == 1 and str(inner[0][0]) in CLASSES else None
        found = _characters(str(only[0]), only[1], flags) if only else None
        if only and found and found.leads and not _exact(str(only[0]), only[1], flags):
            # Bytes are counted, not characters: one class many times is what automata do best.
            return f"[{_listed(found.codes | found.leads)}{MORE}]{self._bounds(least, most * LONGEST_WIDE)}"
        return f"(?:{self.sequence(inner, flags)}){self._bounds(least, most)}"

    def _bounds(self, least: int, most: int) -> str:
        return f"{{{min(least, self._highest)},{'' if most > self._highest else most}}}"


CLASSES = ("LITERAL", "NOT_LITERAL", "ANY", "IN")


def _characters(op: str, operand: Any, flags: int) -> Characters:
    """The class of characters that stands in a plain text for a class in any text."""
    return _class_of(*_entries(op, operand), bool(flags & re.IGNORECASE)) if op != "ANY" else Characters(ASCII, LEADS)


def _exact(op: str, operand: Any, flags: int) -> str:
    """The bytes of letters beyond ASCII that a pattern names one by one, in any case; empty for other classes."""
    entries, negated = _entries(op, operand) if op in ("LITERAL", "IN") else ((), True)
    codes = [int(code) for kind, code in entries if str(kind) == "LITERAL"]
    beyond = [code for code in codes if code > 127 and code not in _plain()]
    if negated or len(codes) < len(entries) or not beyond:
        return ""
    cased = {case for code in beyond for case in (_any_case(code) if flags & re.IGNORECASE else (code,))}
    encoded = sorted(chr(code).encode("utf-8", "surrogatepass") for code in cased)
    ways = ["".join(f"\\x{byte:02x}" for byte in data) for data in encoded]
    others = tuple(entry for entry in entries if entry[1] not in beyond)
    return (
        f"(?:{'|'.join([_class(_class_of(others, False, bool(flags & re.IGNORECASE)).codes)] * bool(others) + ways)})"
    )


def _any_case(code: int) -> tuple[int, ...]:
    """What a letter finds in any case, itself included."""
    lower = _lower(code)
    alike = (lower, *_casefix._EXTRA_CASES.get(lower, ()))
    return tuple(case for one in alike for case in _cased().get(one, (one,)))


def _lower(code: int) -> int:
    lower = chr(code).lower()
    return ord(lower) if len(lower) == 1 else code


@cache
def _cased() -> dict[int, tuple[int, ...]]:
    """The letters that have a case, by their lower one."""
    found: dict[int, tuple[int, ...]] = {}
    for code in range(128, sys.maxunicode + 1):
        lower = _lower(code)
        if lower != code:
            found[lower] = (*found.get(lower, (lower,)), code)
    return found


def _negated(op: str, operand: Any, flags: int) -> Characters:
    """The class of characters that stands in a plain text for all that a class does not hold."""
    entries, negated = _entries(op, operand)
    return _class_of(entries, not negated, bool(flags & re.IGNORECASE))


def _entries(op: str, operand: Any) -> tuple[tuple[tuple[Any, Any], ...], bool]:
    """What a class lists, and whether it holds all but that."""
    if op != "IN":
        return (("LITERAL", operand),), op == "NOT_LITERAL"
    return tuple(entry for entry in operand if str(entry[0]) != "NEGATE"), str(operand[0][0]) == "NEGATE"


@cache
def _class_of(entries: tuple[tuple[Any, Any], ...], negated: bool, any_case: bool) -> Characters:
    tests = [_test(*entry) for entry in entries]

    def holds(code: int) -> bool:
        codes = _cases(code) if any_case else {code}
        return any(test(one) for test in tests for one in codes) != negated

    codes = frozenset(filter(holds, ASCII)) | {ord(plain) for code, plain in _plain().items() if holds(code)}
    if negated:
        leads = LEADS.difference(*(_covered(str(op), item, any_case) for op, item in entries))
    else:
        leads = NO_LEADS.union(*(_leads(str(op), item, any_case) for op, item in entries))
    # A surrogate is no text, and is read as the sign for one: see `gate.py`.
    return Characters(codes, leads | {0xEF} if 0xED in leads else leads)


def _cases(code: int) -> set[int]:
    """A code point in either case, near and far: what finds a long s in any case finds an S, too."""
    plain = FAR.get(code, chr(code))
    far = {far for far, near in FAR.items() if near == plain.lower()}
    return {code, *map(ord, plain.lower() + plain.upper())} | far


def _test(op: Any, operand: Any) -> Callable[[int], bool]:
    """Whether a code point is of one entry of a class."""
    if str(op) == "LITERAL":
        return lambda code: bool(code == operand)
    if str(op) == "RANGE":
        return lambda code: bool(operand[0] <= code <= operand[1])
    if str(op) == "CATEGORY":
        category = CATEGORIES[str(operand)]
        return lambda code: category.match(chr(code)) is not None
    raise ValueError(f"no loose form for {op} in a class: write the rule without it")


def _leads(op: str, operand: Any, any_case: bool) -> frozenset[int]:
    """The bytes with which characters beyond ASCII begin that an entry of a class holds, in a plain text."""
    if op == "CATEGORY":
        return _leads_of(str(operand))
    first, last = operand if op == "RANGE" else (operand, operand)
    if last <= 127 or (op == "LITERAL" and operand in _plain()):
        return NO_LEADS
    if any_case:
        return frozenset(map(_lead, _any_case(operand))) if op == "LITERAL" else LEADS
    return frozenset(range(_lead(max(first, 128)), _lead(last) + 1))


def _covered(op: str, operand: Any, any_case: bool) -> frozenset[int]:
    """Those of which an entry holds all characters that begin so."""
    if op == "CATEGORY":
        return LEADS - _leads_of(OPPOSITE[str(operand)])
    if op != "RANGE" or any_case:
        return NO_LEADS
    return frozenset(lead for lead in LEADS if operand[0] <= _first_of(lead) and _first_of(lead + 1) <= operand[1] + 1)


@cache
def _leads_of(category: str) -> frozenset[int]:
    plain, beyond = _plain(), _beyond()
    found = CATEGORIES[category].finditer(beyond)
    return frozenset(_lead(code) for code in (ord(match[0]) for match in found) if code not in plain)


def _lead(code: int) -> int:
    return chr(code).encode("utf-8", "surrogatepass")[0]


def _first_of(lead: int) -> int:
    """The first character that begins with a byte."""
    if lead > max(LEADS):
        return sys.maxunicode + 1
    if lead < 0xE0:
        return (lead & 0x1F) << 6
    return max((lead & 0xF) << 12, 0x800) if lead < 0xF0 else max((lead & 0x7) << 18, 0x10000)


CATEGORIES = {
    "CATEGORY_WORD": re.compile(r"\w"), "CATEGORY_NOT_WORD": re.compile(r"\W"),
    "CATEGORY_DIGIT": re.compile(r"\d"), "CATEGORY_NOT_DIGIT": re.compile(r"\D"),
    "CATEGORY_SPACE": re.compile(r"\s"), "CATEGORY_NOT_SPACE": re.compile(r"\S"),
}  # fmt: skip
OPPOSITE = {
    name: name.replace("_NOT_", "_") if "_NOT_" in name else name.replace("CATEGORY_", "CATEGORY_NOT_")
    for name in CATEGORIES
}


def _rendered(found: Characters) -> str:
    # One class, and no choice: bytes within a character stand only behind one that begins it.
    more = f"[{MORE}]{{0,{LONGEST_WIDE - 1}}}" if found.leads else ""
    return _class(found.codes | found.leads) + more


def _class(codes: Iterable[int]) -> str:
    # A class of nothing matches nothing: what no text holds.
    return f"[{listed}]" if (listed := _listed(codes)) else r"[^\x00-\xff]"


def _listed(codes: Iterable[int]) -> str:
    """The inside of a class of bytes, neighbours as ranges."""
    return "".join(_byte(first) if first == last else f"{_byte(first)}-{_byte(last)}" for first, last in _runs(codes))


def _byte(code: int) -> str:
    # Short where it can be: the engine takes patterns of 16,000 characters.
    return chr(code) if code in ASCII and chr(code).isalnum() else f"\\x{code:02x}"


def _runs(codes: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = -2
    for code in sorted(codes):
        if code != last + 1:
            if last >= 0:
                yield first, last
            first = code
        last = code
    if last >= 0:
        yield first, last
