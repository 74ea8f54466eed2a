"""What is no occurrence of a name, although its letters are there: for the redactor and, by other code, the witness."""

from __future__ import annotations

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.folding import folded
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness
from build_db.witness.writing import plain

NAMES = ("Claude Opus", "Zoë", "ßøß", "Tom", "Dae", "Ada", "Abe", "Deb", "Bea", "Eda", "Dad", "Claude", "Opus", "Phi")
KEYED = Keyed(bytes(32))
FINDER = PeopleFinder(with_pseudonyms([Person(name, (name,)) for name in NAMES], KEYED), KEYED)
WITNESS = Witness(Needles({plain(name): Needle("name") for name in NAMES}, {}))

MACHINE_MADE = [
    "commit 3ada9f1c",
    r"in code\n3ada9f1c",
    r"in code\nclaude2",
    "uuid 2dad-1, 5e971c68-0ada-",
    "aGVs3Claude4bG8=",
    "gemini-2.0-opus",
    "roadmap item dad00123",
    "id 5b0e2c1a-7d34-4c8e-9a51-0f6d2b7edad1",
    "5b0e2c1a-dad1-4abe-9deb-0f6d2b7e4411",
    "aaaaaaaa-aaaa-4dae-8bea-1eda1dad1abe",
    "sha256:9f0dad12ab34cd56ef789f0dad12ab34cd56ef789f0dad12ab34cd56ef78dad1",
    "a0ada1b2c3d4",
    "ada9f1c3 is a commit",
    "ada9f1c3d2e1b is one, too",
    "token aGVsbG8gd29ybGQ1Ada7eCBhIGJlYWNo2x",
    "key Tom7aGVs3bG8g2d29ybGQ1eCB",
    "claude-opus-4-5-20251101 answered",
    "claude-3-opus",
    "claude-opus-4",
    "Claude Opus 4",
    "phi3 and phi-3-mini, gemma:2b",
    "anthropic/claude-haiku-4-5",
    "Claude 3.5 and Claude Opus 4",
]
PROSE = [
    "Ada came", "ask dad!", "ada1990", "dad2", "Dad's", "the-deb-2024", "ada_2024-05-01", "claude.dupont4",
    "notes/ada/2024/05/12/p1.jpg", "Claude Dupont", "thanks, Claude.", "Claude 3 apples", "@abe", "bea: 12:30", "eda+x",
    "3ßøß9", "https://x.example/u/deb?id=5b0e2c1a", "Phi said", "opus magnum", r"in code\nada",
    r"C:\users\tom and \nTom", "the-very-long-name-of-ada-and-her-garden-trays",
]  # fmt: skip


@pytest.mark.parametrize("text", MACHINE_MADE)
def test_what_machines_made_names_nobody(text: str) -> None:
    assert FINDER.find(text) == []
    assert list(WITNESS.text_hits(text)) == []


@pytest.mark.parametrize("text", PROSE)
def test_what_somebody_wrote_does(text: str) -> None:
    assert FINDER.find(text)
    assert list(WITNESS.text_hits(text))


def test_both_read_letters_alike() -> None:
    text = "Zoë STRASSE Ångström Þóra Æsa Đặng Łukasz"
    assert folded(text)[0] == plain(text)
