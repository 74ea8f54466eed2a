"""What `metadata.yml` says of who may see a table, worked out once instead of at every look.

Datasette 0.65 copies all of its metadata, and that of every plugin, each time it asks whether a table may be seen: two
thousandths of a second, for each table of each page. What it finds depends on nothing but that metadata.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.app import Datasette

# More tables than any file of ours has, for several files.
MOST_REMEMBERED = 10_000


class TableRules:
    """Stands in the place of `Datasette._table_permission_allows`, and answers the same.

    An answer holds as long as every source of metadata is the very object that it was: a plugin that makes its
    metadata anew is asked anew.
    """

    def __init__(self, datasette: Datasette) -> None:
        self._sources = datasette._metadata_sources
        self._asked = datasette._table_permission_allows
        self._known: dict[tuple[str, str], tuple[list[Any], list[Any]]] = {}

    def __call__(self, database: str, table: str) -> list[Any]:
        """The `allow` blocks that hold for a table."""
        sources = list(self._sources("tables", database, None))
        known = self._known.get((database, table))
        if known and len(known[0]) == len(sources) and all(map(_is, known[0], sources)):
            return known[1]
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        allows: list[Any] = self._asked(database, table)
        self._known[database, table] = (sources, allows)
        return allows


def _is(one: object, other: object) -> bool:
    return one is other


def remember(datasette: Datasette) -> None:
    """Have the rules of this Datasette remembered from now on."""
    if not isinstance(datasette._table_permission_allows, TableRules):
        datasette._table_permission_allows = TableRules(datasette)
