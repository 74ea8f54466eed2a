"""Exports of other companions: which form a folder, a ZIP or a file has, and whose lives are in it."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from functools import cache
from pathlib import Path

import msgspec

from build_db.declared import entries, shipped
from build_db.errors import Unreadable
from build_db.ingest.globs import first_match
from build_db.ingest.lines import read_csv, read_json_lines
from build_db.ingest.nearby import SIGNS
from build_db.ingest.packed import head_of, is_zip, members
from build_db.ingest.reading import decoded
from build_db.ingest.vessel import VesselDaemon
from build_db.records import VESSEL

FILE = "forms.yml"
# So much of a file is looked at: a conversation's own words may stand before what tells its form.
HEAD = 1 << 20
# `chats/NAME/FILE`.
DEPTH = 3
MADE_BY = ("assistant", "ai", "bot", "model")


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `forms.yml`; its header explains the keys."""

    title: str
    daemon: str
    files: list[str]
    holds: list[str]
    characters: str = ""
    skipped: dict[str, dict[str, str]] = {}


@cache
def forms() -> dict[str, Form]:
    """The forms that are known beside the vessel's own."""
    return entries(FILE, shipped(__package__, FILE), Form)


def form_of(path: Path) -> str:
    """The form of a folder, a ZIP or a file; the vessel's if it is none of the others.

    :raises Unreadable: it may be one, and cannot be read
    """
    if path.is_dir() and any((path / sign).exists() for sign in SIGNS):
        return VESSEL
    unread: Unreadable | None = None
    for name, form in forms().items():
        # An empty file tells nothing; the next of its kind may. A single file may have any name.
        for place in _files_in(path, name).values():
            try:
                if _holds(form, place):
                    return name
            except Unreadable as error:
                unread = error
    if unread:
        raise unread
    return VESSEL


def _files_in(root: Path, form: str) -> dict[str, Path]:
    """Where the conversations of a folder, a ZIP or a single file lie, by their place inside, in order."""
    if root.is_dir():
        below = {place for glob in forms()[form].files for place in root.glob(glob) if place.is_file()}
        return {place.relative_to(root).as_posix(): place for place in sorted(below)}
    if not is_zip(root):
        return {root.name: root}
    names = sorted(members(root))
    top, matches = top_of(names, form), first_match(forms()[form].files)
    inside = ((name.removeprefix(top), root / name) for name in names)
    return {logical: place for logical, place in inside if matches(logical) is not None}


def top_of(names: list[str], form: str) -> str:
    """The one folder that all files of a ZIP lie in, with its slash; empty if there is none."""
    matches = first_match(forms()[form].files)
    return "" if any(matches(name) is not None for name in names) else _top(names)


def _top(names: list[str]) -> str:
    tops = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    return f"{tops.pop()}/" if len(tops) == 1 else ""


def daemons_in(root: Path, form: str) -> list[VesselDaemon]:
    """The daemons of an export, the one with the most conversations first."""
    about = forms()[form]
    if about.daemon:
        return [_daemon(about.daemon, 1)]
    found: Counter[str] = Counter()
    if about.characters:
        ways = [name.split("/") for name in _files_in(root, form)]
        found.update(way[1] for way in ways if len(way) == DEPTH and way[0] == about.characters)
    if not found:
        found[_speaker(root, form) or root.stem] = 1
    return [_daemon(name, count) for name, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))]


def _daemon(name: str, rows: int) -> VesselDaemon:
    return VesselDaemon(character_id(name), name, None, "active", rows)


def character_id(name: str) -> str:
    """The id of a daemon that has only a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))


def _holds(form: Form, path: Path) -> bool:
    text, _ = decoded(head_of(path, HEAD))
    return all(re.search(sign, text) for sign in form.holds)


def _speaker(root: Path, form: str) -> str | None:
    """The name under which a daemon speaks in a list of messages, if it has one."""
    path = next(iter(_files_in(root, form).values()))
    try:
        lines, _ = (read_csv if form == "tables" else read_json_lines)(path)
    except Unreadable:
        return None
    named: Counter[str] = Counter()
    for line in lines:
        if isinstance(line, dict):
            is_made = line.get("is_user") is False or str(line.get("role")).lower() in MADE_BY
            name = line.get("character_name") or (line.get("name") if is_made else None)
            named.update([name] if isinstance(name, str) and name not in ("", "unused") else [])
    return named.most_common(1)[0][0] if named else None
