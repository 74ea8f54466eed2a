"""How much leaves of sentences that people might write: `python benchmarks/written.py [-v]`.

`written/sentences.jsonl` holds sentences that were written by hand in 46 languages by somebody who saw no rule, each a
new situation; all in them is invented. Half of the first list is kept back (`kept`): its sentences are counted and
never shown, so that no rule is made for one of them. `short.jsonl` holds notes, commands, cells and names as people
jot them down, in 30 languages, and three more lists (`leave: ...`) of secrets, contacts, ids, names, addresses, birth
dates, and of what only looks like one. Each was written before its author read the rules; every second one is kept
back. `said.jsonl` holds 345 more of the kind in 37 languages, as people say, type and paste them to a companion; half
of each kind, drawn by a seed, is kept back. `later.jsonl` was written by the same author after the rules that the open
half asked for, and made none.
`reach.jsonl` holds 527 contacts, addresses, ids, birth dates, accounts, handles and places in 47 languages, and what
only looks like one, by an author who had read no rule; half of each kind, drawn by a seed, is kept back.
`kept_close.jsonl` holds 488 short cases in 48 languages (`close: ...`): secrets, listed people in all their forms, and
what looks like either; a drawn half of each kind is kept back. `-v` prints what is missed of the others.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.text_redactor import TextRedactor

WRITTEN = Path(__file__).parent / "written"
KEYED = Keyed(bytes(32))


class Sentence(NamedTuple):
    """A sentence, what has to go, what has to stay, and the people whom the tree knows."""

    id: str
    kind: str
    lang: str
    text: str
    must_vanish: list[str]
    must_stay: list[str]
    roster: list[str]
    kept: bool


def sentences() -> list[Sentence]:
    """All of them, in the order of the files."""
    names = ("sentences.jsonl", "short.jsonl", "said.jsonl", "later.jsonl", "reach.jsonl", "kept_close.jsonl")
    files = (WRITTEN / name for name in names)
    return [
        Sentence(**json.loads(line)) for file in files for line in file.read_text(encoding="utf-8").split("\n") if line
    ]


@cache
def unnamed() -> tuple[SecretFinder, ContactFinder]:
    """What looks for all that is nobody's name: the same for every tree."""
    return SecretFinder(), ContactFinder()


@cache
def redactor(roster: tuple[str, ...]) -> TextRedactor:
    """What a build makes for such a tree."""
    people = with_pseudonyms([Person(name, (name,)) for name in roster], KEYED)
    return TextRedactor(PeopleFinder(people, KEYED), unnamed(), KEYED)


def is_right(sentence: Sentence, shared: str) -> bool:
    """Whether everything private is gone, and all else is there."""
    return not any(value in shared for value in sentence.must_vanish) and all(
        words in shared for words in sentence.must_stay
    )


def main() -> None:
    """Print a line for each kind: right among those that are kept back, and among the others."""
    counts: dict[tuple[str, bool], list[bool]] = {}
    for sentence in sentences():
        shared = redactor(tuple(sentence.roster)).redact(sentence.text)
        counts.setdefault((sentence.kind, sentence.kept), []).append(is_right(sentence, shared))
        if "-v" in sys.argv and not sentence.kept and not counts[sentence.kind, False][-1]:
            print(f"    {sentence.id} {sentence.kind}: {sentence.text!r} -> {shared!r}")
    print(f"{'kind':20}{'kept back':>20}{'others':>20}")
    for kind in sorted({kind for kind, _ in counts}):
        shares = [counts.get((kind, kept), []) for kept in (True, False)]
        told = [f"{sum(right)} of {len(right)} ({sum(right) / max(1, len(right)):.0%})" for right in shares]
        print(f"{kind:20}{told[0]:>20}{told[1]:>20}")


if __name__ == "__main__":
    main()
