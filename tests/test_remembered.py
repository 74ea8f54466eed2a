"""A build after another of the same tree: nothing is redacted again that need not be, and every byte is the same."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import DEMO, KEY, ROOT, conversation
from support.vessel import ARIA, TALK, TOBIN, daemon, message, person, write_vessel

from build_db import BuildOptions, build, portions
from build_db.cli import cli
from build_db.household import basis
from build_db.household.kept import ENTRY, MARK, TAIL
from build_db.ingest.daemons import find_trees
from build_db.pipeline import KEPT
from build_db.redaction.keyed import Keyed
from build_db.redaction.samples import Samples
from build_db.redaction.text_redactor import TextRedactor
from build_db.remembered import _texts
from build_db.witness.check import needles_of
from build_db.witness.search import Witness

WREN, KESTREL = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537", "2c1f0c55-0a3e-4b62-9f10-51d3a7f4be01"
ONE, TWO, THREE, FOUR = (f"conversations/{number}b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411.json" for number in range(1, 5))
PROFILE = f"users/{WREN}/profile.yaml"
TOKEN = "ghp_EXAMPLEexampleEXAMPLEexample01234567"


def profile(name: str = "Wrenna Talbot", user_id: str = WREN) -> dict[str, Any]:
    times = {"created_at": "2025-01-01T08:00:00", "updated_at": "2025-01-01T08:00:00"}
    return {"user_id": user_id, "display_name": name, **times}


def talk(path: str, said: str) -> dict[str, Any]:
    spoken = {"role": "user", "content": said, "timestamp": "2025-11-30T18:03:47.100004", "user_id": WREN}
    return conversation(Path(path).stem, user_id=WREN, messages=[spoken])


FILES: dict[str, Any] = {
    PROFILE: profile(),
    ONE: talk(ONE, f"Wrenna wrote to wren@post.example about the kettle; the token is {TOKEN}."),
    TWO: talk(TWO, "Kestrel and Linnet watch the harbor, says Wrenna."),
    THREE: talk(THREE, "The kettle hums, and Linnet looks up."),
    "usage/2025-11-30.json": {"date": "2025-11-30", "records": []},
}


class Builds:
    """Builds one tree again and again; says what was redacted, and holds every build against one that knows nothing."""

    def __init__(self, place: Path, patch: pytest.MonkeyPatch) -> None:
        self.place, self.tree, self.output = place, place / "data", place / "out.db"
        self.options = BuildOptions(KEY, remember=True, jobs=1)
        self.redacted, self.items = list[str](), 0
        self._alone: dict[Any, tuple[str, str]] = {}
        fit_read, fit = portions._fit_read, portions._fit
        patch.setattr(portions, "_fit_read", lambda read, household: self._noted(read, fit_read(read, household)))
        patch.setattr(portions, "_fit", lambda items, household: self._counted(fit(items, household)))

    def _noted(self, read: Any, fit: Any) -> Any:
        self.redacted += [told.path for told in read.files]
        return fit

    def _counted(self, fit: list[Any]) -> list[Any]:
        self.items += len(fit)
        return fit

    def write(self, files: dict[str, Any]) -> None:
        """Files of the tree: path to what is in it, None for one that goes."""
        for path, content in files.items():
            place = self.tree / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                place.unlink()
            elif isinstance(content, bytes):
                place.write_bytes(content)
            else:  # JSON is YAML
                place.write_text(json.dumps(content))

    def begin(self) -> None:
        """Write the tree and build it for the first time."""
        self.write(FILES)
        self._made(self.options)

    def again(self, **options: Any) -> list[str]:
        """Build once more, by the options given; returns the paths of the files that were redacted."""
        self.options = replace(self.options, **options)
        files = {path: path.read_bytes() for path in sorted(self.tree.rglob("*")) if path.is_file()}
        known = repr((files, self.options.key, TextRedactor.redact))
        if known not in self._alone:
            self._alone[known] = self._made(replace(self.options, remember=False))
        self.redacted, self.items = [], 0
        assert self._made(self.options) == self._alone[known]
        return sorted(self.redacted)

    def _made(self, options: BuildOptions) -> tuple[str, str]:
        self.output.unlink(missing_ok=True)
        report = build(self.tree, self.output, options)
        return hashlib.sha256(self.output.read_bytes()).hexdigest(), report.as_json()


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Iterator[Builds]:
    """A tree that was built once, in a folder that is put back as it was then before each test."""
    place = tmp_path_factory.mktemp("remembered")
    with pytest.MonkeyPatch.context() as patch:
        # The compiled rules stay where they are: to make them takes long.
        patch.setattr("build_db.pipeline.cache_folder", lambda: place / "cache" / "build-db")
        builds = Builds(place, patch)
        builds.begin()
        shutil.copytree(place, place.with_name("remembered-first"))
        yield builds


@pytest.fixture
def builds(begun) -> Builds:
    """It was built once."""
    shutil.rmtree(begun.place)
    shutil.copytree(begun.place.with_name("remembered-first"), begun.place)
    begun.options = BuildOptions(KEY, remember=True, jobs=1)
    return begun


@pytest.fixture
def cache(builds) -> Path:
    """Where rows are kept."""
    return builds.place / "cache" / "build-db" / KEPT


def only(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def blobs(file: Path) -> list[bytes]:
    """What is kept, a piece at a time."""
    data = file.read_bytes()
    begin, _ = TAIL.unpack(data[-TAIL.size :])
    return [data[at : at + n] for _, _, at, n in ENTRY.iter_unpack(data[begin : -TAIL.size])]


def texts(file: Path) -> Iterable[str]:
    return (text for blob in blobs(file) for text in _texts(pickle.loads(blob[1:])))


def test_what_did_not_change_is_not_redacted_again(builds, cache):
    assert builds.again() == []
    shutil.rmtree(cache)
    assert builds.again() == sorted(FILES)
    assert builds.again() == []


@pytest.mark.parametrize(
    ("changes", "redacted"),
    [
        ({TWO: talk(TWO, "The harbor is quiet.")}, [TWO]),
        ({TWO: b"{"}, [TWO]),
        ({f"{TWO}.migrated": talk(TWO, "Quiet."), TWO: None}, [f"{TWO}.migrated"]),
        ({FOUR: talk(FOUR, "Fog.")}, [FOUR]),
        ({TWO: None}, []),
        ({"notes.txt": "of no known kind"}, []),
    ],
    ids=["changed", "broken", "renamed", "new", "removed", "unknown"],
)
def test_what_changed_is_redacted_and_nothing_else(builds, changes, redacted):
    builds.write(changes)
    assert builds.again() == redacted


def test_a_file_as_it_was_before_is_redacted_once_more_because_nothing_old_is_kept(builds, cache):
    kept = only(cache).read_bytes()
    builds.write({TWO: talk(TWO, "The harbor is quiet.")})
    builds.again()
    builds.write({TWO: FILES[TWO]})
    assert builds.again() == [TWO]
    assert only(cache).read_bytes() == kept
    builds.write({TWO: None})
    builds.again()
    assert only(cache).stat().st_size < len(kept)


CHANGES: dict[str, Callable[[Builds, pytest.MonkeyPatch], object]] = {
    "somebody new": lambda builds, patch: builds.write({f"users/{KESTREL}/profile.yaml": profile("Kestrel", KESTREL)}),
    "another name": lambda builds, patch: builds.write({PROFILE: profile("Linnet Talbot")}),
    "pseudonym": lambda builds, patch: builds.write({"redaction.yml": {"people": {WREN: {"pseudonym": "Robin"}}}}),
    "alias": lambda builds, patch: builds.write({"redaction.yml": {"people": {WREN: {"aliases": ["Linnet"]}}}}),
    "term": lambda builds, patch: builds.write({"redaction.yml": {"terms": ["kettle"]}}),
    "keep": lambda builds, patch: builds.write({"redaction.yml": {"keep": ["Linnet"]}}),
    "user_messages": lambda builds, patch: builds.write({"redaction.yml": {"user_messages": "withhold"}}),
    "exclude": lambda builds, patch: builds.write({"redaction.yml": {"exclude": {"conversations": [Path(TWO).stem]}}}),
    "withdraw": lambda builds, patch: builds.write({"redaction.yml": {"withdraw": [WREN]}}),
    "secret": lambda builds, patch: builds.write({"daedalus_credentials.json": {"password": "kettle hums"}}),
    "name of the daemon": lambda builds, patch: builds.write(
        {"daemons.yml": {"daemons": [{"name": "linnet", "path": "."}]}}
    ),
    "copy that is silent": lambda builds, patch: builds.write(
        {f"{TWO}.migrated": {**FILES[TWO], "messages": [{**FILES[TWO]["messages"][0], "excluded": True}]}}
    ),
    "tool or policy": lambda builds, patch: patch.setattr(basis, "code", lambda: "another version"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_every_row_follows_from_makes_everything_anew(builds, monkeypatch, change):
    change(builds, monkeypatch)
    assert set(builds.again()) >= {ONE, TWO, THREE}


def test_another_key_finds_nothing(builds):
    assert builds.again(key=bytes(32)) == sorted(FILES)
    assert builds.again(key=KEY) == []


def test_the_tool_is_all_of_its_files_and_what_it_runs_on(monkeypatch):
    names = dict(basis._files(basis.files("build_db"), ""))
    assert {"redaction/policy.yml", "redaction/words.yml", "ingest/reading.py", "household/basis.py"} <= names.keys()
    assert len(names) > 250
    told = [basis.code.__wrapped__()]
    with monkeypatch.context() as patch:
        patch.setattr(basis.metadata, "version", lambda library: "0")
        told.append(basis.code.__wrapped__())
    monkeypatch.setattr(basis, "_files", lambda folder, above: iter([("redaction/policy.yml", b"other")]))
    told.append(basis.code.__wrapped__())
    assert len(set(told)) == 3


def test_every_library_that_reads_or_redacts_is_named():
    program = (
        "import sys; from build_db.household import redactor, wishes; from build_db.redaction.keyed import Keyed\n"
        "from build_db import portions\n"
        "made = redactor.make_household(redactor.Roster((), frozenset()), wishes.Wishes(), Keyed(bytes(32)), ())\n"
        "made.text.redact('Call +44 7700 900123 or write to wren@post.example, IBAN GB33BUKB20201555555555')\n"
        "print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    owners = packages_distributions()
    used = {owner.lower() for name in done.stdout.split() for owner in owners.get(name, ())}
    # What those bring along that are named, and what they use where it is there, decides nothing that is said in a row.
    others = {"build-db", "click", "click-default-group", "pluggy", "tabulate", "python-dateutil", "six", "setuptools"}
    others |= {"sqlite-fts4", "editables", "pyarrow", "pandas", "numpy", "cloudpickle", "typing_extensions"}
    assert used - others <= set(basis.LIBRARIES)
    assert used >= {"orjson", "hyperscan", "phonenumbers"}


HARM: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "longer": lambda file: file.write_bytes(file.read_bytes() + b"x"),
    "a word changed": lambda file: file.write_bytes(file.read_bytes().replace(b"harbor", b"HARBOR")),
    "the index changed": lambda file: file.write_bytes(file.read_bytes()[: -TAIL.size - 1] + b"x" + bytes(TAIL.size)),
    "far away": lambda file: file.write_bytes(MARK + TAIL.pack(2**63, bytes(32))),
    "no file": lambda file: (file.unlink(), file.mkdir()),
    "nobody may read it": lambda file: file.chmod(0),
    "others may write to it": lambda file: file.chmod(0o666),
    "of another tool": lambda file: file.write_bytes(b"x" * 5_000),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_what_is_damaged_is_made_again(builds, cache, harm):
    assert b"harbor" in only(cache).read_bytes()
    harm(only(cache))
    assert builds.again() in ([], [TWO], sorted(FILES))
    if not only(cache).is_dir():
        assert builds.again() == []
        assert not only(cache).stat().st_mode & 0o077


def test_a_change_in_a_kept_row_is_noticed_and_that_row_alone_is_made_again(builds, cache):
    HARM["a word changed"](only(cache))
    assert builds.again() == [TWO]
    assert b"HARBOR" not in only(cache).read_bytes()


def test_a_cache_that_cannot_be_written_is_no_matter(builds, cache):
    shutil.rmtree(cache.parent)
    cache.parent.write_text("")
    assert builds.again() == builds.again() == sorted(FILES)


def test_it_is_for_its_owner_alone_and_under_names_that_tell_nothing(builds, cache):
    file = only(cache)
    assert [place.stat().st_mode & 0o777 for place in (file, cache, cache.parent)] == [0o600, 0o700, 0o700]
    data = file.read_bytes()
    # Neither the key nor a bare digest of anything that somebody could guess.
    for guess in (*(path.read_bytes() for path in builds.tree.rglob("*") if path.is_file()), WREN.encode(), KEY):
        for make in (hashlib.sha256, hashlib.blake2b, hashlib.md5):
            assert make(guess).digest() not in data
            assert make(guess).hexdigest().encode() not in data
            assert make(guess).hexdigest()[:32] not in file.name
    assert KEY not in data
    assert KEY.hex().encode() not in data


def test_the_witness_finds_nothing_in_it(builds, cache):
    builds.write({"redaction.yml": {"terms": ["kettle"], "withdraw": [Path(THREE).stem]}})
    builds.again()
    witness = Witness(needles_of(find_trees(builds.tree), builds.tree / "redaction.yml"))
    assert witness.finds(FILES[ONE]["messages"][0]["content"])
    assert list(witness.search(only(cache))) == []
    kept = list(texts(only(cache)))
    assert any("watch the harbor" in text for text in kept)
    assert [text for text in kept if witness.finds(text)] == []


def test_the_witness_finds_nothing_in_what_is_kept_of_the_demo(builds, cache, tmp_path):
    shutil.rmtree(cache)
    build(DEMO, tmp_path / "out.db", BuildOptions(KEY, remember=True))
    witness = Witness(needles_of(find_trees(DEMO), DEMO / "redaction.yml"))
    assert list(witness.search(only(cache))) == []
    assert [text for text in texts(only(cache)) if witness.finds(text)] == []
    assert len(blobs(only(cache))) > 100


@pytest.mark.parametrize("place", [TWO, THREE])
def test_what_redaction_misses_and_the_witness_finds_is_not_kept(builds, cache, monkeypatch, place):
    """Also where it is in no row of the finished file: a second file has the same record."""
    builds.write({"conversations/copy.json": FILES[place], place: talk(place, "Linnet says that Wrenna is here.")})
    redact = TextRedactor.redact
    monkeypatch.setattr(basis, "code", lambda: "one that misses")
    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text if "Linnet" in text else redact(self, text))
    assert place in builds.again()
    assert not any("Wrenna" in text for text in texts(only(cache)))
    assert place in builds.again()
    assert ONE not in builds.redacted


def test_a_problem_at_a_place_that_tells_who_somebody_is_is_not_kept(builds, cache):
    builds.write(
        {TWO: {**talk(TWO, "Quiet."), "Wrenna Talbot": 1, "created_at": "Wrenna's day", "id": "wrenna-talbot"}}
    )
    builds.again()
    assert [
        finding for finding in build(builds.tree, builds.output, builds.options).findings if finding.origin.path == TWO
    ]
    assert builds.again() == [TWO]
    assert not any("renna" in text for text in texts(only(cache)))


def test_a_file_that_names_somebody_where_it_tells_of_itself_is_not_kept(builds, cache):
    usage = "usage/2025-11-30.json"
    builds.write({usage: {**FILES[usage], "not_ingested": {"why": "Wrenna Talbot asked for it"}}})
    assert builds.again() == [usage]
    assert builds.again() == [usage]
    assert not any("renna" in text for text in texts(only(cache)))


def test_a_problem_that_tells_of_nobody_is_kept(builds):
    builds.write({TWO: {**talk(TWO, "Quiet."), "created_at": "some day"}})
    builds.again()
    assert builds.again() == []


def test_no_private_build_leaves_anything(builds, cache):
    shutil.rmtree(cache)
    build(builds.tree, builds.output, BuildOptions(private=True, remember=True))
    assert not cache.exists()


def test_a_build_that_shows_sentences_neither_asks_nor_keeps(builds, cache):
    before = only(cache).read_bytes()
    samples = Samples(3, Keyed(KEY))
    assert builds.again(samples=samples) == sorted(FILES)
    assert samples.sentences()
    assert only(cache).read_bytes() == before


def test_a_build_that_fails_keeps_nothing(builds, cache, monkeypatch):
    shutil.rmtree(cache)
    monkeypatch.setattr(TextRedactor, "redact", lambda self, text: text)
    with pytest.raises(Exception, match="leak check"):
        build(builds.tree, builds.output, replace(builds.options, strict=True))
    assert not cache.exists()


def test_the_command_remembers_unless_it_is_told_not_to(builds, cache, tmp_path):
    shutil.rmtree(cache)
    arguments = [str(builds.tree), str(builds.output), "--key-file", str(tmp_path / "key")]
    assert CliRunner().invoke(cli, [*arguments, "--no-cache"]).exit_code == 0
    assert not cache.exists()
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    assert len(blobs(only(cache))) == len(FILES)


@pytest.fixture
def sliced(monkeypatch):
    """Every file is large."""
    monkeypatch.setattr(portions, "LARGE", 0)
    monkeypatch.setattr(portions, "SLICE", 10)
    monkeypatch.setattr(portions, "MOST", 30)


def records(*numbers: int) -> dict[str, Any]:
    times = [f"2025-11-30T{n // 60 % 24:02}:{n % 60:02}:00" for n in numbers]
    return {
        "date": "2025-11-30",
        "records": [{"id": f"r{n}", "timestamp": t} for n, t in zip(numbers, times, strict=True)],
    }


@pytest.mark.parametrize("changed", [range(-1, 400), (*range(200), *range(201, 400)), range(401)])
def test_of_a_large_file_what_stands_near_a_change_is_redacted(builds, sliced, changed):
    builds.write({"usage/2025-11-30.json": records(*range(400))})
    builds.again()
    assert builds.items > 400
    builds.again()
    assert builds.items == 1  # the profile, whose place tells whose it is
    builds.write({"usage/2025-11-30.json": records(*changed)})
    builds.again()
    assert 0 < builds.items < 70


def test_of_a_vessels_database_too(builds, cache, sliced):
    shutil.rmtree(cache)
    life = {
        "daemons": [daemon(ARIA, "aria")],
        "users": [person(TOBIN, "Tobin Quill")],
        "conversations": [
            {"id": TALK, "daemon_id": ARIA, "user_id": TOBIN, "created_at": "2026-01-10", "title": "Bread"}
        ],
        "messages": [message(TALK, f"Tobin Quill counts to {number}.") for number in range(200)],
    }
    shutil.rmtree(builds.tree)
    builds.tree.mkdir()
    write_vessel(builds.tree / "cass.db", life)
    builds.again()
    whole = builds.items
    with sqlite3.connect(builds.tree / "cass.db") as conn:
        conn.execute("UPDATE messages SET content = 'Tobin Quill forgot.' WHERE rowid = 150")
    conn.close()
    builds.again()
    assert 0 < builds.items < whole / 2
    assert not any("Quill" in text for text in texts(only(cache)))
    assert any("forgot" in text for text in texts(only(cache)))


def test_the_files_of_trees_that_were_built_long_ago_go(builds, cache, monkeypatch):
    monkeypatch.setattr("build_db.household.kept.MOST_TREES", 2)
    first = only(cache)
    for number in range(2):
        os.utime(first, (number, number))
        build(shutil.copytree(builds.tree, builds.tree.with_name(f"tree{number}")), builds.output, builds.options)
        assert first.exists() == (not number)
    assert len(list(cache.iterdir())) == 2
