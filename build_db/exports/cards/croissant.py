"""`croissant.json`: files and tables in Croissant 1.1, the vocabulary in which machine-learning tools read datasets."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from build_db import __version__
from build_db.exports.archive import files_of, sha256
from build_db.exports.cards import rai
from build_db.exports.cards.subject import TAGS, Subject, Told
from build_db.exports.publisher import NOT_STATED, Creator

FILE = "croissant.json"
VERSION = "http://mlcommons.org/croissant/1.1"
TYPES = {
    "text": "sc:Text",
    "integer": "sc:Integer",
    "real": "sc:Float",
    "date": "sc:Date",
    "time": "sc:DateTime",
    "instant": "sc:DateTime",
}
MEDIA = {
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".csv": "text/csv",
    ".db": "application/vnd.sqlite3",
    ".sql": "application/sql",
}
SUFFIXES = {"parquet": ".parquet", "csv": ".csv", "jsonl": ".jsonl"}


def write(subject: Subject, folder: Path) -> None:
    """Write the description of the data files that are in the folder by now."""
    context = json.loads(files(__package__).joinpath("croissant_context.json").read_text(encoding="utf-8"))
    data = [name for name in files_of(folder) if Path(name).suffix in MEDIA]
    described: dict[str, Any] = {
        "@context": context,
        "@type": "sc:Dataset",
        "conformsTo": [VERSION, rai.VERSION],
        "name": f"{folder.name}-{subject.dataset}",
        "alternateName": subject.title,
        "description": subject.about,
        "identifier": subject.dataset,
        "version": subject.version,
        "license": subject.licence.url,
        "inLanguage": subject.language,
        "citeAs": subject.citation,
        "url": subject.url,
        "creator": [_creator(creator) for creator in subject.publisher.creators] or [_group(NOT_STATED)],
        "publisher": _publisher(subject),
        "keywords": TAGS,
        "usageInfo": {
            "@type": "sc:CreativeWork",
            "name": "Intended use",
            "text": subject.publisher.told("intended_use"),
        },
        "prov:wasGeneratedBy": {"@type": "prov:Activity", "prov:label": f"export by build_db {__version__}"},
        **rai.filled(subject),
        "distribution": [_file(folder, name) for name in data],
        "recordSet": [_records(subject, told) for told in subject.tables if subject.table_format],
    }
    if subject.released:
        described["datePublished"] = subject.released
    (folder / FILE).write_text(
        json.dumps(described, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def _creator(creator: Creator) -> dict[str, str]:
    if not creator.is_person:
        return _group(creator.name)
    told = {"@type": "sc:Person", "name": creator.called}
    return {**told, "url": creator.orcid} if creator.orcid else told


def _publisher(subject: Subject) -> dict[str, str]:
    said = subject.publisher
    address = {"email": said.mail} if said.mail else {"url": said.contact} if said.contact else {}
    return {**_group(said.offered_by or NOT_STATED), **address}


def _group(name: str) -> dict[str, str]:
    return {"@type": "sc:Organization", "name": name}


def _file(folder: Path, name: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{(folder / name).stat().st_size} B",
        "encodingFormat": MEDIA[Path(name).suffix],
        "sha256": sha256(folder / name),
    }


def _records(subject: Subject, told: Told) -> dict[str, Any]:
    table, kind = told.table, str(subject.table_format)
    path = f"{kind}/{table.name}{SUFFIXES[kind]}"
    key = [{"@id": f"{table.name}/{column.name}"} for column in table.columns if column.key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.about,
        **({"key": key[0] if len(key) == 1 else key} if key else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{column.name}",
                "name": column.name,
                "description": subject.lines[table.name][column.name],
                "dataType": TYPES[told.types[column.name]],
                "source": {"fileObject": {"@id": path}, "extract": {"column": column.name}},
            }
            for column in table.columns
        ],
    }
