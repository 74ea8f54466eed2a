"""Finds secrets in lists of logins: "- Trays: mara / quiet7evening", or "Trays - quiet7evening" below "Passwords".

`headings.yml` lists what stands above or below such lists. Lines of nothing but a user and what looks like a password,
two and more in a row, need nothing above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from build_db.redaction.secrets.looks import looks_chosen
from build_db.redaction.secrets.near import is_harmless
from build_db.redaction.secrets.tabular import Cell, headings
from build_db.redaction.tables import LONGEST_HEADING

_LISTS = "|".join(headings().lists)
IN_LISTS = rf"(?i)(?<![^\W_])(?:{_LISTS})(?![^\W_])"
LIST_HEAD = re.compile(
    rf"(?i)[\s#>*_(-]{{0,9}}(?:[\w'’.-]{{1,20}}\s){{0,3}}(?:{_LISTS})(?:\s[\w'’.-]{{1,20}}){{0,5}}[\s:：*_)]{{0,9}}"
)
# The mark and the name of an item, its user, if there is one, and its end.
ITEM = r"[ \t>]{0,8}(?:[-*•+]|\d{1,2}[.)])?[ \t]{0,3}[*_`]{0,2}[^\W\d_][\w .'’&()-]{1,40}?[*_`]{0,2}"
PARTED = r"\s?(?::|=|→|->|–|—|-(?=\s))[*_]{0,2}[ \t]{0,3}"
USER = r"(?:(?P<user>[*_`]{0,2}[\w.@+-]{2,60}[*_`]{0,2})(?:\s?[/|]\s?|\s?,\s|\s?:\s?|\s-\s))?"
LISTED = re.compile(rf"(?m)^{ITEM}{PARTED}{USER}[*_`]{{0,2}}(?P<value>[^\s`|]{{4,60}}?)[`*_]{{0,2}}[ \t]*$")
LINE = re.compile(r"[^\n]+")
# A user and a password, and nothing else: "mara / quiet7evening". The gate looks for the same: paths have no blank.
_USED, _SIGNS, _TYPED = r"[\w.@+-]", (" [/|:] ", " /"), r"[^\s/|`]"
_LOGIN = rf"(?:{'|'.join(_SIGNS)})(?P<value>{_TYPED}{{6,60}})[ \t\r]*"
LOGIN = re.compile(rf"[ \t>]{{0,8}}(?:[-*•+] )?(?P<user>[A-Za-z]{_USED}{{1,60}}){_LOGIN}")
IN_LOGINS = rf"{_USED}{_LOGIN}(?:\n|$)"
CORES_OF_LOGINS = tuple(f"{_USED}{sign}{_TYPED}{{6}}" for sign in _SIGNS)
LEAST_LETTERS, LEAST_LOGINS = 3, 2
# A list begins this close below its heading, and ends this close above it.
LINES_BETWEEN = 2


def in_lists(text: str) -> Iterator[Cell]:
    """What stands at the end of each line of a list of logins; `certain` if a user's name stands before it."""
    lines = [match.span() for match in LINE.finditer(text)]
    heads = {place for place, line in enumerate(lines) if _is_head(text, *line)}
    if not heads:
        return
    items = [LISTED.match(text, *line) for line in lines]
    for run in _runs([place for place, item in enumerate(items) if item and place not in heads]):
        around = (*range(run[0] - LINES_BETWEEN, run[0]), *range(run[-1] + 1, run[-1] + 1 + LINES_BETWEEN))
        if not heads.isdisjoint(around):
            yield from (
                Cell(*item.span("value"), item.group("user") is not None) for place in run if (item := items[place])
            )


def in_logins(text: str) -> Iterator[Cell]:
    """What stands at the end of lines of a user and a password each, at least two of them in a row."""
    lines = [LOGIN.fullmatch(text, *match.span()) for match in LINE.finditer(text)]
    for run in _runs([place for place, line in enumerate(lines) if line and _looks_typed(**line.groupdict())]):
        if len(run) >= LEAST_LOGINS:
            yield from (Cell(*line.span("value"), False) for place in run if (line := lines[place]))


def _looks_typed(user: str, value: str) -> bool:
    """Whether letters and something else stand in a value, and it is no version, amount, path or name in code."""
    letters = sum(map(str.isalpha, value))
    typed = LEAST_LETTERS <= letters < len(value) and looks_chosen(value, sure=True)
    return typed and ("@" in user or not is_harmless(value))


def _is_head(text: str, start: int, end: int) -> bool:
    return end - start <= LONGEST_HEADING and LIST_HEAD.fullmatch(text, start, end) is not None


def _runs(places: list[int]) -> Iterator[list[int]]:
    """Numbers that follow one another, together."""
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run
