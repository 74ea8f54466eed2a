"""What a page is made from: a connection, the address that was asked for, and where links lead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from datasette.utils import tilde_encode
from datasette.utils.asgi import NotFound

Row = sqlite3.Row


def path_to(*parts: str) -> str:
    """The path of a page of ours, before any prefix of the site."""
    return "/daemons/" + "/".join(tilde_encode(part) for part in parts)


@dataclass(frozen=True)
class Ask:
    """One request for a page.

    :param names: what the path names, such as `daemon` and `id`
    :param query: what stands behind the question mark
    :param link: puts the prefix of the site before a path
    :param database: the name that the file is served under
    """

    conn: sqlite3.Connection
    names: Mapping[str, str]
    query: Mapping[str, str]
    link: Callable[[str], str]
    database: str

    def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        return self.conn.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The first row of a query, or None."""
        return self.conn.execute(sql, values).fetchone()

    def found(self, sql: str, *values: Any) -> Row:
        """The row of a record that the address names.

        :raises NotFound: there is none
        """
        row: Row | None = self.one(sql, *values)
        if row is None:
            raise NotFound("There is no such page here; it may have been withdrawn.")
        return row

    def to(self, *parts: str) -> str:
        """The address of a page of ours."""
        return self.link(path_to(*parts))

    def row(self, table: str, id: str) -> str:
        """The address of Datasette's own page of a row."""
        return self.link(f"/{tilde_encode(self.database)}/{tilde_encode(table)}/{tilde_encode(id)}")

    @cached_property
    def daemon(self) -> Row:
        """The daemon whose pages these are."""
        return self.found("SELECT * FROM daemons WHERE name = ?", self.names["daemon"])

    @property
    def page(self) -> int:
        """The page of a list, from 1."""
        text = self.query.get("page", "")
        return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
