"""The canned queries of the demo, from `schema/queries.yml`; `page(...)` in them becomes SQL that makes a path.

Datasette writes the id of a record into its path with everything but letters, digits, `_` and `-` escaped as `~3A`.
SQL that makes the same path works in a bare Datasette, without any plugin. The path begins at the database, so that a
query does not depend on the name under which its file is served.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from build_db.declared import entries, shipped
from build_db.schema import schema

FILE = "queries.yml"
PAGE = re.compile(r"\bpage\(((?:[^()]|\([^()]*\))*)\)")

# SQLite has no function for this, so it goes byte by byte. Most ids hold nothing to escape and skip the loop.
ESCAPED = """CASE WHEN {value} GLOB '*[^A-Za-z0-9_-]*' THEN (
  WITH RECURSIVE escaped(rest, path) AS (
    SELECT CAST({value} AS BLOB), ''
    UNION ALL
    SELECT
      substr(rest, 2),
      path || CASE WHEN CAST(substr(rest, 1, 1) AS TEXT) GLOB '[A-Za-z0-9_-]'
        THEN CAST(substr(rest, 1, 1) AS TEXT) ELSE '{mark}' || hex(substr(rest, 1, 1)) END
    FROM escaped WHERE length(rest) > 0
  )
  SELECT path FROM escaped WHERE length(rest) = 0
) ELSE {value} END"""


class _Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of `queries.yml`; its header explains the keys."""

    title: str
    about: str
    sql: str
    params: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """One canned query; `sql` is what SQLite is given."""

    name: str
    title: str
    about: str
    params: tuple[str, ...]
    sql: str


def canned_queries() -> tuple[Query, ...]:
    """The canned queries in their order."""
    source = entries(FILE, shipped("build_db.schema", FILE), _Source)
    return tuple(
        Query(
            name=name,
            title=query.title,
            about=query.about,
            params=("daemon", *query.params),
            sql=PAGE.sub(lambda call: _path(call[1]), query.sql),
        )
        for name, query in source.items()
    )


def _path(call: str) -> str:
    """SQL for the path that `page(<call>)` asks for."""
    place, filtered, params = call.partition("?")
    if filtered:
        pairs = [pair.split("=", 1) for pair in params.split("&")]
        values = (f"{name}=' || {_escaped(value, '%')}" for name, value in pairs)
        return f"'{place}?" + " || '&".join(values)
    place, value = call.split(", ", 1)
    key = next(column for column in schema()[place].columns if column.key)
    return f"'{place}/' || {value if key.type == 'INTEGER' else _escaped(value, '~')}"


def _escaped(value: str, mark: str) -> str:
    return ESCAPED.format(value=value, mark=mark)
