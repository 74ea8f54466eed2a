"""How people are called who bear a given name: `Bill`, `Lizzie`, `Pepe`, `Саша`; and the name in another script.

English names are those of the package `nicknames`, all others those of `nicknames.yml`.
"""

from __future__ import annotations

from functools import cache

import nicknames

from build_db.declared import declared, shipped
from build_db.redaction.people.folding import RUN, fold
from build_db.redaction.people.scripts import SCRIPT_OF

FILE = "nicknames.yml"
ALIKE = "|"


def nicknames_of(runs: list[str]) -> set[str]:
    """What somebody is called, folded; of the runs of his name, the last is a given one if no other is known.

    >>> sorted(nicknames_of(["ilona", "szabo"]))
    ['ica', 'ili', 'ilka', 'ilonka', 'ilus']
    """
    given = runs[:-1] or runs
    called = {name for run in given for name in _table().get(run, ())}
    if not called:  # as in Hungary, where the family's name comes first
        called = set(_table().get(runs[-1], ())) if runs else set()
    return called - set(runs)


@cache
def _table() -> dict[str, frozenset[str]]:
    """Nicknames by the folded given name."""
    table: dict[str, set[str]] = {}
    for given, names in nicknames.NickNamer.default_lookup().items():
        table.setdefault(fold(given), set()).update(names)
    for language in declared(FILE, shipped(__package__, FILE), dict[str, dict[str, str]]).values():
        for alike, listed in language.items():
            givens = [given.strip() for given in alike.split(ALIKE)]
            for given in givens:
                others = (other for other in givens if SCRIPT_OF[fold(other)[0]] != SCRIPT_OF[fold(given)[0]])
                table.setdefault(fold(given), set()).update((*listed.split(), *others))
    return {
        given: frozenset(run for name in names for run in (fold(name),) if RUN.fullmatch(run) and len(run) > 1)
        for given, names in table.items()
    }
