"""A `redaction.yml` to start from: every key explained, every possible name in it, and all of them switched off.

What the owner wrote is never changed: later runs only add lines, each of them a comment.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from build_db.errors import UsageError
from build_db.household.wishes import Wishes, read_wishes
from build_db.redaction.unlisted import Likely
from build_db.scratch import scratch, sweep, sync

PRIVATE_MODE = 0o600
BEGINNING = """\
# Your wishes for what is shared. A line that begins with # does nothing: take the # away to switch it on.
# The names below quote private text: this file is for you alone.

# Who gets a pseudonym. Names that the tree knows are here already, unseen; below are words that may be names.
# Is it a person? Take the # away. Is it none? Write the word below keep:, and nobody asks for it again.
# More can be said of a person:
#
#   Wren Talbot:                 # a name, or the id of somebody who has none
#     aliases: [Rennie, Captain]
#     pseudonym: Dad
people:

# Nobody's names: words that may stay.
keep:
  # - Rose

# Words that are always removed.
terms:
  # - Larkmeadow

# keep, or withhold: then only what daemons said is shared.
user_messages: keep

# Who wants to be in it no more, and conversations that are to go, with every record about them: names or ids.
withdraw:
  # - Wren Talbot

# Conversations whose words are removed.
exclude:
  # conversations: [5e971c68-6b7a-430d-aa6b-ac3983e7dfe7]
"""
PEOPLE = re.compile(r"^\ufeff?people:[ \t]*(?:#.*)?\r?$", re.M)
ANY_PEOPLE = re.compile(r"^\ufeff?['\"]?people['\"]?[ \t]*:", re.M)
# An entry below `people:`, switched off or on.
OFFERED = re.compile(r"^[ \t]*#[ \t]*([^#:\n]+?):[ \t]*\{\}", re.M)
INDENTED = re.compile(r"\A(?:[ \t]*(?:#.*)?\r?\n)*([ ]+)[^\s#]")


def offer(place: Path, likely: Iterable[Likely], most: int) -> tuple[int, bool]:
    """Write the possible names that are not in the file yet into it, switched off; make it if there is none.

    :param most: so many at most
    :returns: how many were added, and whether the file was made
    :raises UsageError: it cannot be read or written, and is as it was
    """
    sweep(place.resolve())  # there may be nothing to add
    made = not place.exists()
    before = BEGINNING if made else _text_of(place)
    seen = {name.strip().casefold() for name in OFFERED.findall(before)}
    new = [one for one in likely if one.name.casefold() not in seen][:most]
    if new or made:
        _write(place, _with(before, new), Wishes() if made else read_wishes(place))
    return len(new), made


def entry(one: Likely) -> str:
    """The line for a possible name, with what the owner decides by; no character in it that YAML would refuse."""
    snippet = "".join(character if character.isprintable() else " " for character in one.snippet)
    return f"{one.name}: {{}}  # {one.times}: {snippet}"


def _text_of(place: Path) -> str:
    try:
        return place.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{place}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{place}: is not UTF-8; save it as UTF-8, and nothing else of it will change") from None


def _with(text: str, new: list[Likely]) -> str:
    """The text with the names below `people:`, or at its end if they cannot stand there."""
    end = "\r\n" if "\r\n" in text else "\n"
    heading = PEOPLE.search(text)
    rest = text[heading.end() + 1 :] if heading else ""
    indent = (INDENTED.match(rest) or ["", "  "])[1]
    lines = "".join(f"{indent}# {entry(one)}{end}" for one in new)
    if not new:
        return text
    if heading:
        return f"{text[: heading.end()]}{end if not text[heading.end() :] else text[heading.end()]}{lines}{rest}"
    begun = text if not text or text.endswith("\n") else text + end
    told = "# Possible names, for your people: above:" if ANY_PEOPLE.search(text) else "people:"
    return f"{begun}{told}{end}{lines}"


def _write(place: Path, text: str, meant: Wishes) -> None:
    """Put the text in place in one step, if it says what it said before."""
    place = place.resolve()
    try:
        with scratch(place) as folder:
            written = folder / place.name
            written.touch(PRIVATE_MODE)
            written.write_text(text, encoding="utf-8", newline="")
            if read_wishes(written) != meant:
                raise UsageError(f"{place}: cannot be added to without changing it; write names below people: by hand")
            if place.exists():
                shutil.copymode(place, written)
            sync(written)
            written.replace(place)
    except OSError as error:
        raise UsageError(f"{place}: {error.strerror}; name another place with --redaction FILE") from None
