"""Where the witness's bounds lie: at the bound something counts, and one step beyond it does not."""

from __future__ import annotations

import pytest

from build_db.errors import CheckFailed
from build_db.witness import search
from build_db.witness.finding import NAME, NeedleFinder
from build_db.witness.needles import Needle, Needles
from build_db.witness.occurrence import is_prose
from build_db.witness.search import Witness
from build_db.witness.sieve import Sieve
from build_db.witness.strip import strip
from build_db.witness.unchanged import Changed, check_unchanged, digests_of
from build_db.witness.writing import WITHOUT_BLANKS, letter_beside, means_somebody, stands_anywhere


@pytest.mark.parametrize(("sign", "least"), [("王", 2), ("ก", 4), ("ກ", 4), ("ក", 4), ("က", 5)])
def test_in_scripts_without_blanks_so_many_letters_mean_somebody(sign, least):
    assert not means_somebody(sign * (least - 1), 1)
    assert means_somebody(sign * least, 9)
    assert not stands_anywhere(sign * (least - 1))
    assert stands_anywhere(sign * least)


def test_in_others_as_many_as_are_asked_for():
    assert (means_somebody("ma", 3), means_somebody("mar", 3), stands_anywhere("mara")) == (False, True, False)
    assert len(WITHOUT_BLANKS) == 5
    assert letter_beside("1") == r"[^\W\d_]"


def found(text: str, name: str) -> set[str]:
    return {hit.value for hit in NeedleFinder(Needles({name: Needle(NAME)}, {})).byte_hits(text.encode())}


def test_in_bytes_a_name_is_looked_for_from_six_letters_on():
    assert found("x a bcd x", "a bcd") == set()
    assert found("x a bcde x", "a bcde") == {"a bcde"}


@pytest.mark.parametrize(("letters", "prose"), [(79, False), (80, True)])
def test_what_tells_an_id_is_no_farther_from_a_name_than_eighty_letters(letters, prose):
    before, behind = f"1{'a' * letters}fae", f"fae{'a' * letters}1"
    assert is_prose(before, len(before) - 3, len(before)) is prose
    assert is_prose(behind, 0, 3) is prose


@pytest.mark.parametrize(
    ("text", "name", "prose"),
    [("1fae", "fae", False), ("x1fae", "fae", False), ("11fae", "fae", False), ("a1mara", "mara", True)],
)
def test_a_digit_stands_before_no_name_of_hexadecimal_letters(text, name, prose):
    assert is_prose(text, text.index(name), len(text)) is prose


@pytest.mark.parametrize(("blanks", "is_word"), [(1, True), (2, True), (3, False)])
def test_an_article_stands_directly_before_a_word(blanks, is_word):
    finder = NeedleFinder(Needles({"stella": Needle(NAME)}, {}))
    assert finder.finds(f"una{' ' * blanks}stella nel cielo") is not is_word


def test_of_a_literal_two_hundred_bytes_are_looked_for():
    sieve = Sieve([(7, b"x" * 300)])
    assert sieve.seen(b"x" * 200) == [7]
    assert sieve.seen(b"x" * 199) == []


@pytest.mark.parametrize(("before", "seen"), [(1_000, True), (1_001, False)])
def test_a_needle_may_lie_across_two_chunks_with_a_thousand_bytes_before_the_border(
    tmp_path, monkeypatch, before, seen
):
    value = f"{'k7' * 600}"[: before - 1] + "\nquiet"
    monkeypatch.setattr(search, "CHUNK", 5_000)
    (tmp_path / "a.bin").write_bytes(b"\0" * 4_500 + value.encode() + b"\0" * 4_000)
    witness = Witness(Needles({}, {value: Needle("secret")}))
    assert bool(list(witness.search(tmp_path / "a.bin"))) is seen


def test_a_knot_is_taken_apart_four_times():
    """Each value that goes leaves the next one behind, which is looked for twice a time."""
    chain = {"s3cret": Needle("secret")} | {f"<{n}[stripped]{n}>": Needle("secret") for n in range(1, 12)}
    text = "s3cret"
    for n in range(1, 12):
        text = f"<{n}{text}{n}>"
    new, taken = strip(Witness(Needles({}, chain)), text)
    assert len(taken) == 4
    assert new == "<11<10<9<8[stripped]8>9>10>11>"


def test_three_changed_files_are_named_and_how_many_more_there_are(tmp_path):
    before = digests_of([tmp_path])
    for count, told in ((3, "c.txt: changed"), (4, "c.txt and 1 more: changed"), (5, "c.txt and 2 more: changed")):
        for name in "abcde"[:count]:
            (tmp_path / f"{name}.txt").write_text("x")
        with pytest.raises(Changed, match=told) as changed:
            check_unchanged(before, [tmp_path])
        assert isinstance(changed.value, CheckFailed)
        assert str(changed.value).count(".txt") == 3


def test_what_may_be_read_is_known_by_what_is_in_it_and_other_files_by_their_size_and_time(tmp_path):
    names = ("a.json", "b.PNG", "c.db-wal", "d.png", "e.bin", "f.db", "g.zip")
    contents = dict.fromkeys(names, b"x" * 20) | {"f.db": b"SQLite format 3\0", "g.zip": b"PK\x03\x04"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    digests = {path.rpartition("/")[2]: digest for path, digest in digests_of([tmp_path]).items()}
    assert {name for name, digest in digests.items() if ":" not in digest} == {
        *("a.json", "c.db-wal", "d.png", "f.db", "g.zip"),
    }
    assert digests["a.json"] == digests["d.png"] != digests["f.db"]
    assert all(len(digest) == 64 for digest in digests.values() if ":" not in digest)
    seen = (tmp_path / "e.bin").stat()
    assert digests["e.bin"] == f"{seen.st_mode}:20:{seen.st_mtime_ns}"
    assert digests_of([tmp_path / "a.json"]) == {str(tmp_path / "a.json"): digests["a.json"]}


def test_a_file_that_cannot_be_opened_now_says_nothing_of_what_was_read(tmp_path):
    place = str(tmp_path / "a.json")
    (tmp_path / "a.json").mkdir()
    for sign in ("cannot be opened: Input/output error",):
        with pytest.raises(Changed, match=r"a\.json: cannot be opened: Input/output error: whether"):
            check_unchanged({place: sign}, [tmp_path])
    assert digests_of([tmp_path / "none"]) == {}
