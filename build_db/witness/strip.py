"""Takes what the witness finds out of a text, with the eyes by which it finds it."""

from __future__ import annotations

import json

from build_db.witness.finding import NAME_RULES, Found, NeedleFinder, occurrences
from build_db.witness.writing import PLAIN

STRIPPED = "[stripped]"
# One value taken out may show another that lay across it; more turns than this are a knot.
TURNS = 4


def strip(witness: NeedleFinder, text: str, place: str = "") -> tuple[str, list[Found]]:
    """The text without any needle, and what was taken out. JSON stays JSON.

    :param place: table and column, as `messages.content`
    """
    taken: list[Found] = []
    new = text
    for _ in range(TURNS):
        needles = {*witness.cell_hits(place, new), *witness.byte_hits(_encoded(new))}
        if not needles:
            break
        taken += sorted(needles)
        before = new
        for needle in sorted(needles, key=lambda needle: -len(needle.value)):
            new = _without_name(new, needle.value) if needle.rule in NAME_RULES else new.replace(needle.value, STRIPPED)
        new = _without_disguises(witness, new)
        if new == before:  # it is read in the text, and does not stand there
            new = STRIPPED
    return (new, taken) if new == text or not _was_json(text) or _is_json(new) else (json.dumps(STRIPPED), taken)


def _without_name(text: str, name: str) -> str:
    places = [place for place, character in enumerate(text) for _ in _plain_of(character)]
    spans = list(occurrences(name, "".join(map(_plain_of, text)))) if places else []
    for start, end in reversed(spans):
        # What a name carries above it goes with it.
        stop = places[end] if end < len(places) else len(text)
        text = text[: places[start]] + STRIPPED + text[stop:]
    return text


def _plain_of(character: str) -> str:
    return character.lower() if character.isascii() else PLAIN[ord(character)]


def _without_disguises(witness: NeedleFinder, text: str) -> str:
    data = _encoded(text)
    for form, found in list(witness.disguised(data)):
        searched = data.lower() if found.rule in NAME_RULES else data
        while (place := searched.find(form)) >= 0:
            data = data[:place] + STRIPPED.encode() + data[place + len(form) :]
            searched = data.lower() if found.rule in NAME_RULES else data
    return data.decode("utf-8", "replace")


def _was_json(text: str) -> bool:
    return text[:1] in '[{"' and _is_json(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
