"""`datapackage.json`: the tables as a Frictionless Data Package, with keys and references."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from build_db.exports.archive import sha256
from build_db.exports.cards.subject import Subject, Told
from build_db.exports.publisher import NOT_STATED

FILE = "datapackage.json"
TYPES = {
    "text": "string",
    "integer": "integer",
    "real": "number",
    "date": "date",
    "time": "datetime",
    "instant": "datetime",
}
# Parquet describes itself; text does not.
DESCRIBED = {"csv": "text/csv", "jsonl": "application/jsonl"}


def write(subject: Subject, folder: Path) -> None:
    """Write the package, if there are CSV or JSON Lines for it to describe."""
    kind = next((name for name in DESCRIBED if name in subject.formats), None)
    if kind is None:
        return
    package = {
        "profile": "tabular-data-package",
        "name": f"{folder.name.lower()}-{subject.dataset}",
        "id": subject.dataset,
        "title": subject.title,
        "description": subject.about,
        "version": subject.version,
        "licenses": [{"name": subject.licence.spdx, "title": subject.licence.title, "path": subject.licence.url}],
        **_who(subject),
        "resources": [_resource(subject, told, kind, folder) for told in subject.tables],
    }
    (folder / FILE).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _who(subject: Subject) -> dict[str, Any]:
    """The page, and whoever made it, as far as that was stated."""
    said = subject.publisher
    who = [{"title": creator.called, "role": "author"} for creator in said.creators]
    if said.contact:
        address = {"email": said.mail} if said.mail else {"path": said.contact}
        who.append({"title": said.offered_by or NOT_STATED, "role": "publisher", **address})
    return {**({"homepage": said.homepage} if said.homepage else {}), **({"contributors": who} if who else {})}


def _resource(subject: Subject, told: Told, kind: str, folder: Path) -> dict[str, Any]:
    path = f"{kind}/{told.table.name}.{kind}"
    return {
        "profile": "tabular-data-resource",
        "name": told.table.name,
        "title": told.table.title,
        "description": told.table.about,
        "path": path,
        "format": kind,
        "mediatype": DESCRIBED[kind],
        "encoding": "utf-8",
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{sha256(folder / path)}",
        "schema": _schema(subject, told),
    }


def _schema(subject: Subject, told: Told) -> dict[str, Any]:
    table, lines = told.table, subject.lines[told.table.name]
    names = {other.table.name for other in subject.tables}
    fields = [{"name": c.name, "type": TYPES[told.types[c.name]], "description": lines[c.name]} for c in table.columns]
    references = [
        {
            "fields": [c.name],
            "reference": {"resource": "" if c.references == table.name else c.references, "fields": ["id"]},
        }
        for c in table.columns
        if c.references in names
    ]
    described: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    key = [column.name for column in table.columns if column.key]
    if key:
        described["primaryKey"] = key
    if references:
        described["foreignKeys"] = references
    return described
