"""The versions of the schema, as one list of migrations.

A build always starts from an empty file, so the migrations are the schema's definition; applied to an older
database they are also the way to bring it up to date.
"""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from sqlite_utils import Database, Migrations

from build_db.schema import counted, searched

# Marks a file as ours; SQLite keeps it in the header. The four bytes spell "cass".
APPLICATION_ID = int.from_bytes(b"cass", "big")
SCHEMA_VERSION = 1

migrations = Migrations("build_db")


def _run(db: Database, name: str) -> None:
    statement = ""
    for line in files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


@migrations(name="001_plan")
def plan(db: Database) -> None:
    """The plan's thirty tables."""
    _run(db, "001_plan.sql")


@migrations(name="002_extensions")
def extensions(db: Database) -> None:
    """What the vessel writes and the plan has no place for."""
    _run(db, "002_extensions.sql")


@migrations(name="003_search")
def search(db: Database) -> None:
    """One search index across kinds."""
    for statement in searched.create_statements():
        db.execute(statement)


@migrations(name="004_vessel")
def vessel(db: Database) -> None:
    """What the vessel keeps in a database of its own."""
    _run(db, "004_vessel.sql")


@migrations(name="005_companions")
def companions(db: Database) -> None:
    """What other companions' exports say of a message."""
    _run(db, "005_companions.sql")


@migrations(name="006_counted")
def day_counts(db: Database) -> None:
    """What was said on each day, and the words of the search index, each counted once."""
    for statement in counted.create_statements():
        db.execute(statement)


def create_schema(db: Database) -> None:
    """Make every table in an empty database and stamp it with our application id and schema version.

    Foreign key indexes are not made here: filling a table first and indexing it afterwards is cheaper.
    """
    migrations.apply(db)
    # The library notes when it ran; a build has no clock, so that two builds are the same bytes.
    db.execute(f"UPDATE {migrations.migrations_table} SET applied_at = ''")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    db.conn.commit()


def index_foreign_keys(db: Database) -> None:
    """Index every foreign key column that no existing index starts with."""
    for table in db.tables:
        started = {index.columns[0] for index in table.indexes}
        for foreign_key in table.foreign_keys:
            column = foreign_key.column
            if column and column not in started:
                table.create_index([column], index_name=f"idx_{table.name}_{column}")
                started.add(column)
