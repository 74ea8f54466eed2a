"""What stands in texts for something that is not shown: placeholders, withheld words, files written as letters.

Three forms of one thing: `spoken` for a line of plain words, `chips` for HTML, `without_files` for the text that both
begin with.
"""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup, escape

from daemon_look.language import t

WITHHELD = "[withheld]"

# Every word that a reader sees is in these tables. A placeholder is `[email 3f9a]`; a test holds the kinds to the
# builder's.
HIDDEN = {
    "address": "a street address, hidden",
    "birthdate": "a birth date, hidden",
    "card": "a card number, hidden",
    "coordinates": "a place on the map, hidden",
    "credentials": "a login, hidden",
    "email": "a mail address, hidden",
    "handle": "a name on another site, hidden",
    "iban": "a bank account, hidden",
    "id": "an identity number, hidden",
    "ip": "an internet address, hidden",
    "mac": "the address of a device, hidden",
    "phone": "a phone number, hidden",
    "secret": "a password or key, hidden",
    "term": "a private word, hidden",
    "user": "an account name, hidden",
    "wallet": "a crypto wallet, hidden",
}
GONE = {"withheld": "words, withheld", "stripped": "something private, taken out"}
# Files that somebody pasted as letters: `without_files` leaves `[picture 34 kB]`.
FILES = {
    "picture": "a picture",
    "sound": "a recording",
    "video": "a video",
    "document": "a document",
    "file": "a file",
}
PHRASES = {
    "withheld": "These words were withheld.",
    "picture": "picture: {alt}",
    "picture of a size": "picture: {alt}, {size}",
    "file of a size": "{file}, {size}",
}

TOKEN = (
    rf"\[(?:(?P<kind>{'|'.join(HIDDEN)}) (?P<mark>[0-9a-f]{{4}})"
    rf"|(?P<file>{'|'.join(FILES)}) (?P<size>[0-9.]{{1,9}} [kMG]B)"
    rf"|(?P<gone>{'|'.join(GONE)}))\]"
)
PLACEHOLDER = re.compile(TOKEN)
# The same without names, to be put into other patterns.
ANY_TOKEN = re.sub(r"\?P<\w+>", "?:", TOKEN)
# The end of a text that was cut off inside a placeholder.
CUT_OFF = re.compile(rf"\[(?P<kind>{'|'.join(HIDDEN)})(?: [0-9a-f]{{0,4}})?$")
# A picture in Markdown, whole or cut off behind its address.
PICTURE = re.compile(
    r"!\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,500})\](?:\((?:[^()\[\]]|\[[^\[\]\n]{0,200}\]){0,2000}\)?)"
)

LETTERS = "A-Za-z0-9+/_-"
# Shorter runs may be a word, a path, a sum of a file; in one line of words nothing that long can be read either.
LEAST, LEAST_IN_A_LINE = 200, 60
# From here on nobody reads it, whatever the letters are.
LONG = 2000
SHORTEST_LINE = 40
# A row of so many, at the beginning of a text or behind what is no letter: that is rarer than letters, and of all other
# places it is known that the row is too short.
RUN = re.compile(rf"[{LETTERS}]{{{SHORTEST_LINE}}}")
RUN_BEHIND = re.compile(rf"[^{LETTERS}][{LETTERS}]{{{SHORTEST_LINE}}}")
# What files of a kind begin with, as letters.
BEGINNINGS = (
    *((start, "picture") for start in ("iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR", "PHN2Zy")),
    *((start, "sound") for start in ("SUQz", "T2dnUw", "//uQ", "//vQ")),
    ("JVBERi0", "document"),
)
TYPES = {"image": "picture", "audio": "sound", "video": "video", "pdf": "document"}


def withheld() -> Markup:
    """What stands where all words were withheld."""
    return Markup('<p class="withheld">{}</p>').format(t(PHRASES["withheld"]))


def spoken(text: str | None) -> str:
    """One line of plain words, for titles, glimpses and attributes: what is hidden or no text is named.

    :param text: may be cut off anywhere
    """
    if not text:
        return ""
    if text == WITHHELD:
        return t(PHRASES["withheld"])
    named = CUT_OFF.sub(lambda cut: t(HIDDEN[cut["kind"]]), without_files(text, LEAST_IN_A_LINE))
    named = PICTURE.sub(lambda found: picture(found[1].strip()), named)
    whole = PLACEHOLDER.fullmatch(named)
    # Within a sentence the words need something around them.
    return _words(whole, sized=False) if whole else PLACEHOLDER.sub(lambda m: f"({_words(m, sized=False)})", named)


def chips(text: str) -> Markup:
    """A text as HTML, everything escaped, with a chip for each thing that is not shown.

    Equal marks, for eyes that point at a chip and for ears, tell that two of them hide the same.
    """
    if "[" not in text:
        return escape(text)
    parts: list[Markup] = []
    done = 0
    for found in PLACEHOLDER.finditer(text):
        parts += (escape(text[done : found.start()]), _chip(found))
        done = found.end()
    return Markup("").join((*parts, escape(text[done:])))


def picture(alt: str, size: str = "") -> str:
    """What stands for a picture: what its writer says that it shows."""
    if not alt:
        named = t(FILES["picture"])
        return t(PHRASES["file of a size"], file=named, size=size) if size else named
    return t(PHRASES["picture of a size"], alt=alt, size=size) if size else t(PHRASES["picture"], alt=alt)


def _chip(found: re.Match[str]) -> Markup:
    words = _words(found)
    if not found["mark"]:
        return Markup('<span class="{}">{}</span>').format("file" if found["file"] else "hidden-value", words)
    return Markup(
        '<span class="hidden-value {2}" title="{0} ({1})">{0}<span class="aside"> ({1})</span></span>'
    ).format(words, found["mark"], found["kind"])  # fmt: skip


def _words(found: re.Match[str], *, sized: bool = True) -> str:
    if found["kind"]:
        return t(HIDDEN[found["kind"]])
    if found["gone"]:
        return t(GONE[found["gone"]])
    file = t(FILES[found["file"]])
    return t(PHRASES["file of a size"], file=file, size=found["size"]) if sized else file


def without_files(text: str, least: int = LEAST) -> str:
    """The text with every file that was pasted as letters named: `[picture 34 kB]`.

    :param least: how many letters in a row may be a file's
    """
    # Most texts hold no row of letters that long, and are told apart in a fraction of the time.
    if not (RUN.match(text) or RUN_BEHIND.search(text) or (":" in text and "data:" in text.lower())):
        return text
    return _pattern(least).sub(lambda found: _named(found, least), text)


@cache
def _pattern(least: int) -> re.Pattern[str]:
    """Addresses first, so that nothing inside them is taken for a file."""
    return re.compile(
        r"(?P<address>[hH][tT][tT][pP][sS]?://[^\s<>\"]{1,2000})"
        r"|[dD][aA][tT][aA]:(?P<type>\w{1,20})/(?P<form>[\w.+-]{1,80})(?P<coded>(?:;[\w.=-]{1,80}){0,9}),"
        rf"(?P<uri>(?:[^\s\"'()<>\[\]`]+|{ANY_TOKEN})*)"
        rf"|(?<![{LETTERS}])(?P<lines>(?:[{LETTERS}]{{{SHORTEST_LINE},}}\r?\n[ \t>]{{0,9}}){{3,}}"
        rf"(?:[{LETTERS}]+={{0,2}}(?=\s*(?:\n|\Z)))?)"
        rf"|(?<![{LETTERS}])(?P<run>[{LETTERS}]{{{least},}}={{0,2}})"
    )


def _named(found: re.Match[str], least: int) -> str:
    if found["address"]:
        return found[0]
    if found["type"]:
        is_file = ";base64" in found["coded"].lower() or len(found["uri"]) >= least
        kind = TYPES.get(found["form"].lower()) or TYPES.get(found["type"].lower(), "file")
        return f"[{kind} {_size(found['uri'])}]" if is_file else found[0]
    letters = found["run"] or "".join(found["lines"].replace(">", "").split())
    if not (_is_file(letters) if found["run"] else _is_wrapped(found["lines"], letters)):
        return found[0]
    kind = next((kind for start, kind in BEGINNINGS if letters.startswith(start)), "file")
    behind = "\n" if found[0].endswith("\n") else ""
    return f"[{kind} {_size(letters)}]{behind}"


def _is_file(letters: str) -> bool:
    return _is_mixed(letters) or (len(letters) >= LONG and len(set(letters[:LONG])) > 2)


def _is_mixed(letters: str) -> bool:
    head = letters[:LONG]
    return all(any(test(letter) for letter in head) for test in (str.isupper, str.islower, str.isdigit))


def _is_wrapped(lines: str, letters: str) -> bool:
    """Lines of one length, as programs break them; a list of paths has others."""
    lengths = {len(line.strip(" \t>\r")) for line in lines.strip().split("\n")[:-1]}
    return len(lengths) == 1 and _is_mixed(letters)


def _size(letters: str) -> str:
    """How long a file is that was written with so many letters."""
    count = len(letters.rstrip("=")) * 3 // 4
    for unit, each in (("GB", 10**9), ("MB", 10**6)):
        if count >= each:
            return f"{count / each:.1f} {unit}"
    return f"{max(1, round(count / 1000))} kB"
