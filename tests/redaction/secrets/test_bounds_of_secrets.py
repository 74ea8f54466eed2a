"""Where each way of finding a secret ends: at its bound there is one, and one step beyond there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from support.findings import marked

from build_db.redaction.secrets.beside import find_alone, find_beside
from build_db.redaction.secrets.looks import looks_made, looks_random
from build_db.redaction.secrets.named import find_named
from build_db.redaction.secrets.near import find_near, find_opening, find_strong
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.secrets.told import find_told, may_be_password
from build_db.redaction.spans import Span

CHOSEN, MADE = "quiet7tea12", "exa7Mple2Exa9mPle4eXam1"
WORDS = ["kiln", "otter", "velvet", "lamp", "brook", "heron", "quince", "marrow", "tundra", "kettle", "fig"]
ABC = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]
BLANK = " "


@pytest.mark.parametrize(
    ("find", "text", "most"),
    [
        (find_near, lambda n: f"{CHOSEN}{BLANK * n}password", 49),
        (find_near, lambda n: f"password{BLANK * n}{CHOSEN}", 89),
        (find_near, lambda n: f"password {('k7' * 40)[:n]}", 64),
        (find_strong, lambda n: f"log in{BLANK * n}Kettle1947", 114),
        (find_strong, lambda n: f"Kettle1947{BLANK * n}laptop", 114),
        (find_opening, lambda n: f"door code{BLANK * n}4821", 66),
        (find_opening, lambda n: f"press 4417{BLANK * n}gate", 66),
        (find_opening, lambda n: f"gate{BLANK * n}press 4417", 60),
        (find_told, lambda n: f"passphrase: {' '.join(WORDS[:n])}", 10),
        (find_told, lambda n: f"the password for {' '.join(ABC[:n])} is quince_41", 10),
        (find_beside, lambda n: f"pasting{BLANK * n}{MADE}", 83),
        (find_beside, lambda n: f"{MADE}{BLANK * n}oops", 66),
    ],
)
def test_a_word_reaches_so_far(find: Callable[[str], Iterable[Span]], text: Callable[[int], str], most: int) -> None:
    assert list(find(text(most)))
    assert list(find(text(most + 1))) == []


@pytest.mark.parametrize(
    ("find", "enough", "too_little"),
    [
        (find_near, "password maybe kq12z345", "password maybe k12z345"),  # letters
        (find_near, "password maybe quiettea77", "password maybe quiettea7"),  # digits
        (find_told, "token quiet7", "token quie7"),
        (find_told, "password is timed", "password is gilded"),  # a word that ends so has a stem
        (find_told, "password 4821", "password 482"),
        (find_told, "passphrase: kiln the otter velvet", "passphrase: kiln the otter"),
        (find_told, 'the password is "my otter wears velvet"', 'the password is "my otter wears"'),
        (find_beside, f"oops {MADE[:20]}", f"oops {MADE[:19]}"),
        (find_beside, f"oops {'0a1b' * 8}", f"oops {'0a1b' * 10}"),  # the hash of a password, and of a commit
        (find_beside, f"oops file{BLANK * 21}{MADE}", f"oops file{BLANK * 20}{MADE}"),
        (find_alone, "so aaaa1AAAA2aaaa3AAAA45 then", "so aaaaa1AAAA2aaaa3AAAAA then"),
        (find_alone, f"file{BLANK * 21}aaaa1AAAA2aaaa3AAAA45", f"file{BLANK * 20}aaaa1AAAA2aaaa3AAAA45"),
        (find_named, "password=abcdefghijKlmnopqrst", "password=abcdefghijKlmnopqrs"),
    ],
)
def test_so_much_is_one_and_less_is_none(find: Callable[[str], Iterable[Span]], enough: str, too_little: str) -> None:
    assert list(find(enough))
    assert list(find(too_little)) == []


@pytest.mark.parametrize(
    ("value", "may_be"),
    [
        *(("", False), ("sun", False), ("tree", True)),
        *(("blue otter lamp tree", True), ("blue otter lamp tree fig", False)),
    ],
)
def test_below_a_heading_a_password_is_some_words(value: str, may_be: bool) -> None:
    assert may_be_password(value) is may_be


def test_a_hash_with_its_name_is_one_below_a_length() -> None:
    assert not looks_made(f"sha256:{'a1b2c3d4e5' * 2}a1b2", strongly=False)
    assert looks_made(f"sha256:{'a1b2c3d4e5' * 2}a1b2c", strongly=False)


def test_chance_takes_six_turns() -> None:
    assert not looks_random("abc12de34f")
    assert looks_random("abc12de34f5")


@pytest.mark.parametrize(("between", "found"), [("", True), ("so it is\n", True), ("so it is\nat last\n", False)])
def test_a_list_stands_close_to_its_heading(between: str, found: bool) -> None:
    item, shared = "- Trays: mara / quiet7\n", "- Trays: mara / [secret]\n"
    finder = SecretFinder()
    for text in ("My passwords:\n" + between + "{}", "{}" + between + "(logins)\n"):
        assert marked(text.format(item), finder.find(text.format(item))) == text.format(shared if found else item)
