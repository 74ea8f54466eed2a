"""What all redacted rows of a build follow from, beside what they are made of: if any of it is new, so is every row."""

from __future__ import annotations

import platform
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable

from build_db.household.redactor import Household

# Other people's code on which a row can depend.
LIBRARIES = (
    *("anyascii", "hyperscan", "msgspec", "nicknames", "orjson", "phonenumbers", "pyahocorasick", "python-stdnum"),
    *("pyyaml", "sqlite-utils"),
)


def basis(household: Household, daemons: Iterable[str]) -> bytes:
    """All of it but the key: this tool, people and secrets, the owner's wishes, and what a copy says is silent.

    It holds names and secrets: for a keyed digest, and for nothing else.

    :param daemons: their names
    """
    roster, wishes = household.roster, household.wishes
    people = roster.people, sorted(roster.secrets), sorted(daemons), household.redactor.silent_elsewhere
    wished = list(wishes.people.items()), wishes.terms, wishes.keep, wishes.withhold_user_messages
    text = repr((code(), people, wished, sorted(wishes.excluded_conversations)))
    return text.encode("utf-8", "surrogatepass")


@cache
def code() -> str:
    """A digest of this tool, all its tables too, with a line for each version of what it runs on."""
    made = blake2b()
    for name, data in _files(files("build_db"), ""):
        made.update(repr((name, data)).encode("utf-8"))
    versions = [sys.version, unicodedata.unidata_version, sqlite3.sqlite_version, platform.machine()]
    return "\n".join((made.hexdigest(), *versions, *map(_version, LIBRARIES)))


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    """Every file of the tool, in order of their places."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry, f"{above}{entry.name}/")
        else:
            yield above + entry.name, entry.read_bytes()


def _version(library: str) -> str:
    try:
        return f"{library} {metadata.version(library)}"
    except metadata.PackageNotFoundError:
        return f"no {library}"
