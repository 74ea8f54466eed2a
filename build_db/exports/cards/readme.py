"""`README.md`: the dataset card, with the header that dataset hubs read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import Any

import yaml

from build_db.exports.cards import citation, croissant, datapackage, risk, start, who
from build_db.exports.cards.subject import TAGS, Subject, Told
from build_db.exports.writers import chat
from build_db.schema import SCHEMA_VERSION

FILE = "README.md"
# The size classes of dataset hubs, by messages.
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
LARGER = "1M<n<10M"
SUFFIXES = {"parquet": "parquet", "csv": "csv", "jsonl": "jsonl"}

FORMATS = {
    "sqlite": (
        "`{daemon}.db`: SQLite with full-text search; look at it with `datasette {daemon}.db -m metadata.yml`, and from"
        " Datasette 1.0 on with `datasette {daemon}.db -m metadata.yml -c metadata.yml`"
    ),
    "sql": "`{daemon}.sql`: the same as SQL; `sqlite3 new.db < {daemon}.sql` makes it again",
    "jsonl": "`jsonl/`: JSON Lines, one file per table",
    "csv": '`csv/`: CSV (RFC 4180, UTF-8), one file per table; an empty cell is NULL, `""` is a text without letters',
    "parquet": "`parquet/`: Parquet (zstd), one file per table, typed",
    "conversations": "`conversations.jsonl`: one conversation a line, `messages` with `role` and `content`",
    "reader": "`index.html`: to be read by people; opens by double click, without a network",
}

BEFORE = """
The data is pseudonymized, not anonymous: read [REDACTION.md](REDACTION.md), and [RISK.md](RISK.md) for how much
of it can be joined with what others have. Do not try to find out who the people are, and do not join this
dataset with another export of the same daemon.
"""

KINDS = {"time": "time, zone unknown", "instant": "time with zone"}

FOR_PROGRAMS = {
    croissant.FILE: "this description for programs (Croissant 1.1, with the fields for responsible AI)",
    datapackage.FILE: "the same for others, with keys and references (Frictionless)",
    citation.CFF: "how to cite it, for programs (Citation File Format)",
    citation.DATACITE: "the same for archives that give DOIs (DataCite)",
}


def write(subject: Subject, folder: Path) -> None:
    """Write the card."""
    # One line for each of many tables: the card itself begins on the first screens.
    told = _head(subject, folder)
    head = yaml.safe_dump(told, sort_keys=False, default_flow_style=None, allow_unicode=True, width=110)
    (folder / FILE).write_text(f"---\n{head}---\n\n{_body(subject, folder)}", encoding="utf-8", newline="\n")


def _head(subject: Subject, folder: Path) -> dict[str, Any]:
    messages = subject.figures["messages"]
    size = next((name for limit, name in SIZES if messages < limit), LARGER)
    configs = list(_configs(subject, folder))
    return {
        "license": subject.licence.hub,
        "language": [subject.language],
        "pretty_name": subject.title,
        "size_categories": [size],
        "task_categories": ["text-generation"],
        "tags": TAGS,
        **({"configs": configs} if configs else {}),
    }


def _configs(subject: Subject, folder: Path) -> Iterator[dict[str, Any]]:
    """What can be loaded by name. Readers take one format for all: that of the conversations, if they are there."""
    kind = subject.table_format
    if "conversations" in subject.formats:
        kind = "jsonl" if "jsonl" in subject.formats else None
        # `conversations` is also the name of a table.
        # Readers stumble over a file without a line.
        if (folder / chat.FILE).stat().st_size:
            yield {"config_name": "chat", "data_files": chat.FILE, "default": True}
    if kind:
        for told in subject.tables:
            name = told.table.name
            yield {"config_name": name, "data_files": f"{kind}/{name}.{SUFFIXES[kind]}"}


def _body(subject: Subject, folder: Path) -> str:
    figures = "\n".join(f"| {name} | {number:,} |" for name, number in subject.figures.items())
    formats = "\n".join(
        f"- {text.format(daemon=folder.name)}" for name, text in FORMATS.items() if name in subject.formats
    )
    listed = "\n".join(f"| [{t.table.name}](#{t.table.name}) | {t.rows:,} | {t.table.about} |" for t in subject.tables)
    about = {told.table.name: told.table.about for told in subject.tables}
    begin = start.section(subject.start, about, folder.name, subject.formats)
    programs = "\n".join(f"- `{name}`: {text}" for name, text in FOR_PROGRAMS.items() if (folder / name).is_file())
    return f"""# {subject.title}

{subject.about}

Dataset `{subject.dataset}`, schema version {SCHEMA_VERSION}. The id changes with the content.

| | |
|---|---:|
{figures}
| first day | {subject.first} |
| last day | {subject.last} |

{begin}
## Files

{formats}
{programs}
- `REDACTION.md`: what was removed, what was replaced, and what is not promised
- `RISK.md`: how much of this dataset can be joined with other files; `RISK.json`: the same for programs
- `policy/`: the rules of redaction and of the export, column by column; `REDACTION.json`: the account for programs
- `CHECKSUMS.sha256`: `sha256sum --check CHECKSUMS.sha256`
{who.signature(subject)}- `LICENSE`

All formats hold the same rows. Tables without rows have no file of their own. JSON columns hold JSON as text.

{start.as_csv(subject.start) if "csv" in subject.formats else ""}## Before you use it

{fill(f"{BEFORE.strip()} {risk.treated(subject)}", risk.WIDTH)}

Licence: [{subject.licence.title}]({subject.licence.url}). Cite it as

> {subject.citation}

{who.section(subject)}
## Tables

| table | rows | about |
|---|---:|---|
{listed}

{"".join(_table(subject, told) for told in subject.tables)}"""


def _table(subject: Subject, told: Told) -> str:
    lines = subject.lines[told.table.name]
    columns = "\n".join(
        f"| {column.name} | {_type(told, column.name)} | {lines[column.name]} |" for column in told.table.columns
    )
    return f"### {told.table.name}\n\n{told.table.about}\n\n| column | type | about |\n|---|---|---|\n{columns}\n\n"


def _type(told: Told, column: str) -> str:
    return "JSON" if column.endswith("_json") else KINDS.get(told.types[column], told.types[column])
