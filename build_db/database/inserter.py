"""One table while it is filled: how its rows are fitted, which of them wait, and what has been seen of it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import Any, NamedTuple

from build_db.database.fitting import Fitting
from build_db.schema import Table


class Origin(NamedTuple):
    """Where a row came from."""

    daemon_id: str
    kind: str
    path: str


class Seen(NamedTuple):
    """What is known of a record that was taken: in which turn, from where, when it was saved, and whose it is."""

    turn: int
    saved: tuple[bool, str]
    daemon_id: str | None


class Inserter:
    """One table: its fitting, its waiting rows, and what has been seen of it."""

    def __init__(self, table: Table, owners: dict[str, str]) -> None:
        self.table = table
        fitting = Fitting(table)
        self.fit, names = fitting.fit, fitting.names
        marks = ", ".join("?" * (len(names) + 1))
        self.sql = f"INSERT INTO {table.name} (rowid, {', '.join(names)}) VALUES ({marks})"
        self.identity = tuple(names.index(name) for name in table.identity)
        self.has_daemon = "daemon_id" in names
        self.saved = names.index("updated_at") if table.newest else None
        owner = owners.get(table.name)
        self.owner = owner
        self.owned_by = next((n for n, c in enumerate(table.inserted) if owner and c.references == owner), None)
        self.counted_id = table.identity == ("id",)
        self.completed = self.has_daemon or self.counted_id or bool(table.tombstone)
        self.number = 0
        self.waiting: list[tuple[Any, ...]] = []
        # By the value that tells a record apart, or by several.
        self.seen: dict[Any, Seen] = {}
        self.daemon = names.index("daemon_id") if self.has_daemon else None
        self.twin = tuple(names.index(name) for name in ("daemon_id", *table.twin)) if table.twin else ()
        self.twins: set[tuple[Any, ...]] = set()
        # The numbers of rows at which another origin begins, and these.
        self.begins, self.origins = array("L"), list[Origin]()

    def forget(self) -> None:
        """Let go of what was known of rows: no more come that could be the same, or that have to be settled."""
        self.seen.clear()
        self.twins.clear()
        self.begins, self.origins = array("L"), []

    def came_from(self, origin: Origin) -> None:
        """The row of this number, and those that follow, came from there."""
        if not self.origins or self.origins[-1] is not origin:
            self.begins.append(self.number)
            self.origins.append(origin)

    def origin(self, rowid: int) -> Origin:
        """Where the row came from."""
        return self.origins[bisect_right(self.begins, rowid) - 1]
