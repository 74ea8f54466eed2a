"""New names for what could join an export with another file: people, placeholders, opaque ids.

The served file has pseudonyms for people, codes in placeholders and ids that tell nothing. Whoever has two files with
the same ones can lay them side by side. So an export has its own, made with a key of its own: every value gets one new
value, the same wherever it stands, and no new value is one of the old.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

import orjson

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.rows import TIME
from build_db.redaction.words import words

# What stands in texts for something that was taken out, and for somebody whom nobody listed; whole ids; digits of one.
# It begins with a class, which is quick to look for, and only then looks at what stands before.
DIGIT = "[0-9A-Fa-f]"
OPAQUE = re.compile(
    r"[\[P0-9A-Fa-f](?:(?<=\[)[a-z]+ [0-9a-f]{4}\]|(?<=P)(?<!\w.)erson [0-9a-f]{4}(?:[0-9a-f]{2})?\b"
    rf"|(?<={DIGIT})(?<![0-9A-Za-z].)(?:{DIGIT}{{7}}-(?:{DIGIT}{{4}}-){{3}}{DIGIT}{{12}}|(?<!\d\..){DIGIT}{{5,63}})"
    r"(?![0-9A-Za-z]))"
)
WHOLE_UUID = re.compile(rf"{DIGIT}{{8}}-(?:{DIGIT}{{4}}-){{3}}{DIGIT}{{12}}")
# One of these is in every text that holds something opaque; looking for them alone is several times faster, and faster
# still with the first digit by itself.
HEX_SIGN = re.compile("[0-9A-Fa-f][0-9A-Fa-f]{5}")
OTHER_SIGNS = (("[", re.compile(r"\[[a-z]+ [0-9a-f]{4}\]")), ("Person ", re.compile("Person [0-9a-f]{4}")))
DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
CLOCK = re.compile(r"(?:19|20)\d{6}[_T-]$")

# Under this name mentions of people are counted; placeholders are by their own first words.
MENTIONS = "mentions of people"
# From this length on two keyed values never meet by chance, and none need be remembered.
LONG = 16
SHORTEST_IN_TEXT = 8
# The vessel names graph nodes after the first digits of an id.
HEAD = 8
# Roles, models and states come again and again, and so do short JSON texts.
REMEMBERED = 1 << 12
LONGEST_REMEMBERED = 500


def _opaque(text: str) -> Iterable[re.Match[str]]:
    if HEX_SIGN.search(text):
        return OPAQUE.finditer(text)
    for begin, sign in OTHER_SIGNS:
        if begin in text and sign.search(text):
            return OPAQUE.finditer(text)
    return ()


def opaque_in_text(text: str) -> set[str]:
    """The placeholders and the opaque ids, lower case, that get new values wherever they stand."""
    return {value for match in _opaque(text) if (value := _short(match.group()))}


def _short(found: str) -> str | None:
    if not found[0].isalnum() or found.startswith("Person "):
        return found
    is_id = "-" not in found and SHORTEST_IN_TEXT <= len(found) < LONG and _is_mixed(found)
    return found.lower() if is_id else None


def opaque_in_id(value: str) -> Iterable[str]:
    """The short opaque parts of an id: digits, too, if they are no date and no time of day."""
    if TIME.fullmatch(value):
        return
    for match in _opaque(value):
        part = match.group()
        is_time = DAY.fullmatch(part) or (len(part) == 6 and CLOCK.search(value[: match.start()]))
        if not part[0].isalnum() or part.startswith("Person "):
            yield part
        elif "-" not in part and len(part) < LONG and not is_time and re.search(r"\d", part):
            yield part.lower()


def _is_mixed(digits: str) -> bool:
    return not digits.isdigit() and not digits.isalpha()


class Rekeyer:
    """Gives values their new ones.

    :param keyed: the key of this export
    :param people: finds the served pseudonyms and knows the new ones
    :param opaque: the new value of a placeholder or a short id, None if it has none
    :param left_out: keys that JSON loses
    """

    def __init__(
        self,
        keyed: Keyed,
        people: PeopleFinder,
        opaque: Callable[[str], str | None],
        left_out: Collection[str] = (),
    ) -> None:
        self._keyed = keyed
        self._people = people
        self._opaque = opaque
        self._left_out = frozenset(left_out)
        self.id = lru_cache(REMEMBERED)(self._id)
        self._stays: set[str] = set()
        self.counts: Counter[str] = Counter()

    def text(self, text: str) -> str:
        """Words, with new people, placeholders and ids."""
        pieces: list[str] = []
        done = 0
        for match in _opaque(text):
            new = self._new(match.group())
            if match.group().startswith("["):
                self.counts[match.group()[1:-6]] += 1
            if new != match.group():
                # People are looked for between ids: a row of digits and letters names nobody.
                pieces += (self._with_new_people(text[done : match.start()]), new)
                done = match.end()
        return "".join((*pieces, self._with_new_people(text[done:]))) if done else self._with_new_people(text)

    def _id(self, value: str) -> str:
        """A machine-made value. Times stay."""
        if WHOLE_UUID.fullmatch(value):
            return self._new(value)
        return value if TIME.fullmatch(value) else self.text(value)

    def handle(self, value: str) -> str:
        """An id that must not stay: opaque as a whole if nothing in it is."""
        new = self.id(value)
        return new if new != value else self._keyed.token("handle", value)

    def person(self, value: str) -> str:
        """A person's new id or pseudonym. Those who are nobody, and daemons, stay."""
        if value.casefold() in words().nobody:
            return value
        if WHOLE_UUID.fullmatch(value):
            return self.id(value)
        return self._people.pseudonym_for(value) or self.text(value)

    def json(self, value: str) -> str:
        """A JSON text, every string in it with new people, placeholders and ids."""
        if value in self._stays:
            return value
        try:
            new = orjson.dumps(self._inside(orjson.loads(value))).decode()
        except (orjson.JSONDecodeError, TypeError):  # an integer beyond 64 bits
            new = json.dumps(self._inside(json.loads(value)), ensure_ascii=False, separators=(",", ":"))
        # What stays as it is has nothing in it to be counted.
        if new == value and len(value) <= LONGEST_REMEMBERED and len(self._stays) < REMEMBERED:
            self._stays.add(value)
        return new

    def _inside(self, value: Any) -> Any:
        if isinstance(value, str):
            return value if TIME.fullmatch(value) else self.text(value)
        if isinstance(value, list):
            return [self._inside(entry) for entry in value]
        if isinstance(value, dict):
            return {self.id(k): self._inside(entry) for k, entry in value.items() if k not in self._left_out}
        return value

    def _with_new_people(self, text: str) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, _, replacement in self._people.find(text):
            pieces += (text[done:start], replacement)
            done = end
            self.counts[MENTIONS] += 1
        return "".join((*pieces, text[done:])) if pieces else text

    def _new(self, found: str) -> str:
        plain = found if found[0] in "[P" else found.lower()
        new = self._opaque(plain)
        if new is None:
            digits = plain.replace("-", "")
            is_uuid = "-" in plain
            if not is_uuid and (len(digits) < LONG or not _is_mixed(digits)):
                return found
            new = self._long(digits)
            if is_uuid:
                new = "-".join((new[:8], new[8:12], new[12:16], new[16:20], new[20:]))
        return new.upper() if found.isupper() else new

    def _long(self, digits: str) -> str:
        if len(digits) > 32:
            new = "".join(self._keyed.token(f"long {part}", digits) for part in range(4))[: len(digits)]
        else:
            new = self._keyed.uuid("long", digits).replace("-", "")[: len(digits)]
        head = self._opaque(digits[:HEAD])
        return head + new[HEAD:] if head else new
