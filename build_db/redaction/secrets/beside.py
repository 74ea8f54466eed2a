"""Finds secrets that have neither a known form nor a name, only company: "I pasted ... by mistake", "the key is ...".

`beside.yml` lists the words that tell. A run beside them is a secret if digits and letters stand in it in turns, as
only machines write them; ids, hashes of commits, paths and slugs are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from build_db.contract import UUID
from build_db.declared import declared, shipped
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import TURNS, is_slug, looks_random
from build_db.redaction.spans import Span

FILE = "beside.yml"
# How far from the words a run may be; what is close before it.
REACH, CLOSE, BEHIND = 90, 24, 70
RUN = re.compile(r"(?<![\w/@.#~+=&?-])[A-Za-z0-9_+/][A-Za-z0-9_+/=.~%-]{11,400}(?<![.=%-])={0,2}(?![\w@/:])")
# A run stands in a sentence, or alone on its line.
PROSE = re.compile(r"(?:^|[\s(\"'`:=])$")
# From so many characters on a run is no word and no number.
LONG = 20
GROUPS = re.compile(r"[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){2,7}")
HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
SHORT_HASH = 32
PATH_PART = re.compile(r"(?:^|[/.])[a-z]{3,}(?=[/.]|$)")
BREAK = "\n\n"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `beside.yml`; its header explains the keys."""

    slips: tuple[str, ...]
    keys: tuple[str, ...]
    joints: tuple[str, ...]
    others: tuple[str, ...]


def _words() -> Words:
    return declared(FILE, shipped(__package__, FILE), Words)


_WORDS = _words()
SLIPS = re.compile(rf"(?i)(?<!\w){any_of(_WORDS.slips)}")
_KEY, _JOINT = any_of(_WORDS.keys), any_of(_WORDS.joints)
_MARK = r"\s?(?:[:=→>：-]|->|=>){1,2}\s{0,2}"
_VERB = rf"\s(?:[\w'’]{{1,16}}\s){{0,3}}{_JOINT}(?: this| now| here)?:?\s|\s?{_JOINT}\s?"
# "the token, this one right? ..."
_ASKED = r"[^\n.;?]{0,40}\?\s|,?\s(?:here|hier|ici|aquí|aqui|qui|tutaj|tady|вот|это)[,:]?\s"
KEY_BEFORE = re.compile(rf"(?i)(?<!\w){_KEY}[\"'`*)]{{0,3}}(?:{_MARK}|{_VERB}|{_ASKED}|\s)[\"'`*(\[<]{{0,3}}$")
KEY_BEHIND = re.compile(
    rf"(?i)[\"'`*)]{{0,3}},?\s(?:is|was|as|for|ist|est|es|è|é|jest|это)\s(?:[\w'’-]{{1,16}}\s){{0,4}}?{_KEY}(?!\w)"
)
OTHERS = re.compile(rf"(?i)(?<![^\W_]){any_of(_WORDS.others)}(?![^\W_])")
# What only a machine writes, and no id: the ids of services begin with a word and `_`, their keys say what they are.
ALONE = re.compile(
    r"(?<![\w/@.#~+&?-])(?:(?:[a-z]{1,12}_)?(?:live|test|prod|sk|pk|key|secret|pat|tok|token|api)_)?[A-Za-z0-9]{20,64}(?![\w@/:])"
)
TURNS_ALONE = 8
# What is in every text with such words; and with such a run: a digit and a capital that are parted by small letters
# alone, few and with much of the run beside them, or many. The hashes and times of most logs have no such place.
BESIDE = re.compile(rf"(?i)(?<!\w)(?:{any_of(_WORDS.slips)}|{_KEY}(?!\w))")
_R = "[A-Za-z0-9]"
_FEW, _MANY = (rf"(?:[0-9][a-z]{{{few}}}[A-Z]|[A-Z][a-z]{{{few}}}[0-9])" for few in ("0,8", "9,62"))
IN_RUN = rf"{_R}{{8}}{_FEW}|{_FEW}{_R}{{8}}|{_R}{{3}}{_FEW}{_R}{{3}}|{_MANY}"
# What is in all of these: letters behind digits alone, or a letter that a digit follows.
CORES_OF_RUNS = ("[0-9][A-Za-z0-9]{7}", "[A-Za-z][0-9]")
# What is in each run that such words may stand beside, together with them.
CORES_OF_BESIDE = (*CORES_OF_RUNS, "[0-9](?:[A-Za-z]{1,7}-|[_+/=.~%-]+[A-Za-z])", "[A-Za-z][_+/=.~%-]+[0-9]")


def find_beside(text: str) -> Iterator[Span]:
    """Spans of runs that such words stand beside."""
    for match in RUN.finditer(text):
        value = match.group()
        if _may_be_secret(value) and _is_told_of(text, match.start(), match.end(), value):
            yield Span(match.start(), match.end(), "secret", "beside")


def _may_be_secret(value: str) -> bool:
    """Whether a run could be a secret at all, whatever stands beside it."""
    if UUID.fullmatch(value) or PATH_PART.search(value):
        return False
    if not any(map(str.isdigit, value)):
        return False
    if HASH.fullmatch(value):
        return True
    if GROUPS.fullmatch(value):
        return _is_license(value)
    return len(value) >= LONG and looks_random(value) and not is_slug(value)


def _is_license(value: str) -> bool:
    """Whether groups are of one length, with digits and letters, as keys of licenses are."""
    groups = value.split("-")
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return mixed and len(set(map(len, groups))) == 1 and not all(group.isdigit() for group in groups[1:])


def find_alone(text: str) -> Iterator[Span]:
    """Spans of runs in prose that are keys whatever is said: capitals, small letters and digits in many turns."""
    for match in _alone(text):
        value, start = match.group(), match.start()
        if value.islower() or value.isupper() or value.isdigit() or not any(map(str.isdigit, value)):
            continue
        before = text[max(0, start - CLOSE) : start]
        if len(TURNS.findall(value)) >= TURNS_ALONE and PROSE.search(before) and not OTHERS.search(before):
            yield Span(start, match.end(), "secret", "run")


def _alone(text: str) -> Iterator[re.Match[str]]:
    """What `ALONE` finds; looked for only where so much stands between blanks, which is sooner found."""
    end = 0
    for part in text.split():
        if len(part) >= LONG:
            start = text.index(part, end)
            end = start + len(part)
            yield from ALONE.finditer(text, start, end)


def _is_told_of(text: str, start: int, end: int, value: str) -> bool:
    before = text[max(0, start - REACH) : start].rpartition(BREAK)[2]
    behind = text[end : end + BEHIND].partition(BREAK)[0]
    if KEY_BEFORE.search(before) or KEY_BEHIND.match(behind):
        return True
    if OTHERS.search(before[-CLOSE:]) or (HASH.fullmatch(value) and len(value) != SHORT_HASH):
        return False
    return bool(SLIPS.search(before) or SLIPS.search(behind))
