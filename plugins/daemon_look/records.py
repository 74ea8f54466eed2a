"""Parts of a record as they are read: what it is called, its first words, its turns, its facts."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from daemon_look.dates import day
from daemon_look.kinds import RecordKind
from daemon_look.language import t
from daemon_look.rendering import TERM, WITHHELD, Resolve, anything, parsed, percent, plain, spoken, words

LONGEST_TITLE, GLIMPSE = 60, 200
# What Markdown and the wiki need, and a reader does not.
MARKS = re.compile(r"\[\[|\]\]|[#*`>|]+")


def page_title(kind: RecordKind, title: str | None, date: str | None, glimpse_of_it: str | None) -> str:
    """What a record is called where others are beside it: by its name, or "Dream of 9 June 2025: a house of files"."""
    if title and title != WITHHELD:
        return words(title) if TERM.fullmatch(title) else spoken(title)
    named = t("{kind} of {day}", kind=words(t(kind.one)), day=day(date)) if date else words(t(kind.one))
    first = glimpse(glimpse_of_it, LONGEST_TITLE) if glimpse_of_it != WITHHELD else ""
    return f"{named}: {first}" if first else named


def glimpse(text: str | None, most: int = GLIMPSE) -> str:
    """The first words of a text, without its marks.

    :param text: the text, or its first `most` + 1 characters: whatever is longer ends with an ellipsis
    """
    text = text or ""
    if text == WITHHELD:
        return ""
    if TERM.fullmatch(text):
        return words(text)
    words_of_it = " ".join(MARKS.sub("", spoken(text[:most])).split())
    return words_of_it if len(text) <= most else words_of_it.rsplit(" ", 1)[0] + " …"


def names_of(daemon: str, person: str | None = None) -> dict[str, str]:
    """What those who speak in a record are called.

    :param daemon: its name
    """
    return {"dreaming": t("The dream"), "assistant": words(daemon), "user": person or t("A person")}


def parts(
    columns: Mapping[str, str], row: sqlite3.Row, *, below: int, resolve: Resolve | None, title: str = ""
) -> list[tuple[str, Markup]]:
    """The words of a record, part by part, each with its heading; its own words have none.

    :param columns: the column of each part, and its heading
    :param below: the level of the heading above the record
    :param title: the record's own
    """
    found = []
    for column, heading in columns.items():
        value = parsed(row[column]) if column.endswith("_json") else row[column]
        part = anything(value, below=below + bool(heading), resolve=resolve, title=title)
        found.append((heading and t(heading), part))
    return [(heading, part) for heading, part in found if part]


def facts(kind: RecordKind, row: sqlite3.Row) -> list[tuple[str, Markup | str]]:
    """What is known of a record besides its words, a line each."""
    found = [(t(heading), _fact(column, row[column])) for column, heading in kind.facts.items()]
    return [(heading, fact) for heading, fact in found if fact]


def _fact(column: str, value: Any) -> Markup | str:
    """A value in one line."""
    if column.endswith("_json"):
        value = parsed(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if column in ("confidence", "importance"):
        return percent(value)
    return "" if value is None else plain(str(value))


def dialogue(value: Any, names: dict[str, str]) -> Markup:
    """What was said in turns.

    :param names: of speakers; somebody without one is called as the turn says
    """
    turns = Markup("")
    for turn in value if isinstance(value, list) else []:
        told = turn if isinstance(turn, dict) else {"text": str(turn)}
        speaker = str(told.get("speaker") or told.get("role") or "assistant")
        said = anything(told.get("text") or told.get("content"))
        name = names.get(speaker) or words(speaker)
        side = {"dreaming": "dreamt", "user": "asked"}.get(speaker, "own")
        turns += Markup('<div class="turn {}"><p class="who">{}</p>{}</div>').format(side, name, said)
    return turns or anything(value)
