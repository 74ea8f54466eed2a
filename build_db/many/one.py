"""One tree of many: its build and its exports, in a folder of its own, unless they are there already.

What a tree needs travels as places and options, never as rows or keys: `make` is the same function for a worker of this
machine and of another one that sees the same files.

`finished.json` is written last and removed first: where it is, everything beside it is whole, and of the tree, wishes,
options, key and version that it names by a keyed digest.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from build_db import __version__
from build_db.again import vessel
from build_db.errors import Busy, CheckFailed, UsageError
from build_db.exports.index import read_index
from build_db.exports.publisher import FILE as PUBLISHER
from build_db.exports.run import ExportOptions, export
from build_db.exports.treatments import export_policy
from build_db.exports.withdrawal import FILE as WITHDRAWN
from build_db.group import FAILURES, check_outside
from build_db.household.keyfile import KEY_BYTES, default_path, load_key
from build_db.household.redactor import make_household
from build_db.household.roster import Roster
from build_db.household.wishes import Wishes, wishes_beside
from build_db.ingest.daemons import find_trees
from build_db.many.listing import Listed
from build_db.pipeline import BuildOptions, build
from build_db.redaction.keyed import Keyed
from build_db.redaction.policy import policy
from build_db.schema import SCHEMA_VERSION
from build_db.signatures import Signer
from build_db.signed import signer_of
from build_db.terminal import unforeseen, write_whole

EXPORTS, FINISHED = "exports", "finished.json"


@dataclass(frozen=True)
class Manner:
    """How every tree is built and exported.

    :param options: those of `export`; what is a tree's own, and who signs, is added to them where the tree is made
    :param key_file: the key of all trees that name none; by default each has one of its own
    """

    options: ExportOptions = field(default_factory=ExportOptions)
    key_file: Path | None = None
    strict: bool = False
    sign: Path | None = None
    unsigned: bool = False
    password_file: Path | None = None


class Task(NamedTuple):
    """A tree, the folder in which everything made of it lies, and how."""

    tree: Listed
    place: Path
    manner: Manner

    @property
    def database(self) -> Path:
        """The file that a family looks at."""
        return self.place / f"{self.tree.name}.db"

    @property
    def exports(self) -> Path:
        """The folder of the archives."""
        return self.place / EXPORTS


class Outcome(NamedTuple):
    """What became of a tree. `why` is the message of a failed one; `problems` are those that its build recorded."""

    name: str
    state: Literal["built", "kept", "failed"]
    why: str = ""
    daemons: tuple[str, ...] = ()
    problems: int = 0


def make(task: Task) -> Outcome:
    """Build and export a tree, in this process alone. Raises nothing: what goes wrong is this tree's outcome."""
    try:
        return _make(task)
    except (UsageError, Busy, *FAILURES) as error:
        return Outcome(task.tree.name, "failed", str(error))
    except Exception as error:
        return Outcome(task.tree.name, "failed", unforeseen(error))


def prepare() -> None:
    """Make what is the same for every tree: processes that are forked from this one have it then."""
    make_household(Roster((), frozenset()), Wishes(), Keyed(bytes(KEY_BYTES)), ())
    export_policy()


def key_of(tree: Listed, manner: Manner) -> bytes:
    """The key of a tree: that of the file which was named, as it is, or one that the owner's key gives its name.

    :raises UsageError: the file cannot be used
    """
    shared = tree.key_file or manner.key_file
    place = shared or default_path()
    check_outside(tree.path, place)
    key = load_key(place)
    return key if shared else hmac.digest(key, f"tree\x1f{tree.name}".encode(), "sha256")


def signer_with(manner: Manner, out: Path, tree: Path | None = None) -> Signer | None:
    """The key with which exports are signed; a worker asks nobody for its password.

    :raises UsageError: it cannot be used
    """
    return signer_of(manner.sign, manner.password_file, out, tree, unsigned=manner.unsigned, may_ask=False)


def _make(task: Task) -> Outcome:
    tree, manner = task.tree, task.manner
    key = key_of(tree, manner)
    signer = signer_with(manner, task.place.parent, tree.path)
    made_of = _made_of(task, key, signer.public if signer else "")
    finished = task.place / FINISHED
    if (done := _finished(task, made_of)) is not None:
        return done
    task.place.mkdir(exist_ok=True)
    finished.unlink(missing_ok=True)
    wishes = tree.redaction or wishes_beside(tree.path)
    report = build(tree.path, task.database, BuildOptions(key, wishes=tree.redaction, strict=manner.strict, jobs=1))
    options = replace(manner.options, trees=tuple(vessel(tree.path)), wishes=wishes, signer=signer)
    exported = export(task.database, task.exports, key=key, options=options)
    remains = [str(path) for one in exported for path in one.remains]
    if remains:
        raise CheckFailed(f"what was there before cannot be removed; remove {', '.join(remains)}")
    done = Outcome(tree.name, "built", daemons=tuple(one.daemon for one in exported), problems=len(report.findings))
    account = {"made_of": made_of, "daemons": done.daemons, "problems": done.problems}
    write_whole(finished, json.dumps(account, indent=2) + "\n")
    return done


def _finished(task: Task, made_of: str) -> Outcome | None:
    """What a tree came to earlier, if everything of it is there, and would be made of the same."""
    try:
        account = json.loads((task.place / FINISHED).read_text(encoding="utf-8"))
        daemons, problems = tuple(map(str, account["daemons"])), int(account["problems"])
        is_same = hmac.compare_digest(account["made_of"], made_of)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    archives = {entry.daemon: task.exports / entry.file for entry in read_index(task.exports)}
    files = [task.database, *(archives.get(daemon, task.exports / FINISHED) for daemon in daemons)]
    if not is_same or not all(file.is_file() for file in files):
        return None
    return Outcome(task.tree.name, "kept", daemons=daemons, problems=problems)


def _made_of(task: Task, key: bytes, signed_by: str) -> str:
    """A keyed digest of all that what is made of a tree follows from; of its files: path, size and time."""
    tree, manner = task.tree, task.manner
    places = [one.root for one in find_trees(tree.path)]
    places += [tree.path, tree.redaction or wishes_beside(tree.path)]
    said = (manner.options.publisher or task.exports / PUBLISHER, task.exports / WITHDRAWN)
    asked = (*vars(manner).items(), *vars(manner.options).items())
    how = [f"{name}={value}" for name, value in sorted(asked) if not isinstance(value, (Path, ExportOptions))]
    parts = [
        *(__version__, str(SCHEMA_VERSION), policy().digest, export_policy().digest, signed_by, *how),
        *(path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "" for path in said),
        *sorted(set(_files(places))),
    ]
    text = "\x1f".join(parts).encode("utf-8", "surrogateescape")
    return hmac.digest(key, b"finished\x1f" + text, "sha256").hex()


def _files(places: Iterable[Path]) -> Iterator[str]:
    for place in places:
        below = (Path(folder, name) for folder, _, names in os.walk(place) for name in names)
        for path in [place] if place.is_file() else below:
            found = path.lstat()
            yield f"{path}\x1e{found.st_mode}\x1e{found.st_size}\x1e{found.st_mtime_ns}"
