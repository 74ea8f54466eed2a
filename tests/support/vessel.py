"""Makes a database as the vessel keeps it: its tables and columns are in `vessel_tables.yml`."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CASS, ARIA, NOBODY = (f"{n}b0b8aed-936b-4712-9f75-3d26b81bf7ae" for n in "caf")
WILMA, TOBIN = (f"{n}3dbd537-5318-4008-a974-4b0e96ee681b" for n in "79")
TALK, OTHER = (f"{n}b672cfb-ed96-4b3f-a657-d0f9b1600210" for n in "24")
MORNING, EVENING = "2026-01-10T09:15:00.000001", "2026-01-10T21:30:00.000001"
COUNTED = (
    *("messages", "project_files", "growth_edges", "opinions", "development_logs", "user_growth_edges"),
    *("thread_conversation_links", "github_metrics", "roadmap_links", "rhythm_records", "token_usage", "feedback"),
)

Tables = dict[str, list[dict[str, Any]]]


@cache
def columns() -> dict[str, tuple[str, ...]]:
    """Every table's columns."""
    source = yaml.safe_load(Path(__file__).with_name("vessel_tables.yml").read_text(encoding="utf-8"))
    return {table: tuple(names.split()) for table, names in source.items()}


def daemon(id: str, label: str, **changes: Any) -> dict[str, Any]:
    return {"id": id, "label": label, "name": label.title(), "status": "active", "created_at": MORNING, **changes}


def person(id: str, name: str, **changes: Any) -> dict[str, Any]:
    return {"id": id, "display_name": name, "created_at": MORNING, "updated_at": MORNING, **changes}


def talk(id: str, daemon_id: str = CASS, user_id: str | None = WILMA, **changes: Any) -> dict[str, Any]:
    values = {"id": id, "daemon_id": daemon_id, "user_id": user_id, "title": "Ovens"}
    return {**values, "created_at": MORNING, "updated_at": EVENING, **changes}


def message(talk_id: str, content: str, **changes: Any) -> dict[str, Any]:
    values = {"conversation_id": talk_id, "role": "user", "content": content, "timestamp": MORNING, "excluded": 0}
    return {**values, **changes}


def small() -> Tables:
    """A daemon, two people and a conversation."""
    return {
        "schema_version": [{"version": 27, "applied_at": MORNING}],
        "daemons": [daemon(CASS, "cass")],
        "users": [person(WILMA, "Wilma Harrow"), person(TOBIN, "Tobin Quill")],
        "conversations": [talk(TALK)],
        "messages": [message(TALK, "The oven is warm.", user_id=WILMA)],
    }


# What holds machinery, credentials, or sums of other tables.
NOT_READ = {
    *("schema_version", "node_templates", "prompt_chains", "chain_nodes", "chain_node_history", "token_usage"),
    *("geocass_connections", "push_device_tokens"),
}


def whole() -> dict[str, list[dict[str, Any]]]:
    """One row in every table, with a value of its own in every column."""
    tables = small()
    references = {"daemon_id": CASS, "user_id": WILMA, "conversation_id": TALK, "first_conversation_id": TALK}
    references |= {"source_conversation_id": TALK, "role": "user", "page_id": "concept/x"}
    references |= dict.fromkeys(("entity_id", "from_entity_id", "to_entity_id"), "peopledex_entities id")
    references |= {"thread_id": "conversation_threads id", "phase_id": "rhythm_phases id"}
    references |= dict.fromkeys(("source_id", "target_id"), "roadmap_items id")
    references["project_id"] = "projects id"
    for table, names in columns().items():
        if table in tables or table in NOT_READ:
            continue
        row: dict[str, Any] = {}
        for name in names:
            if name in references:
                row[name] = references[name]
            elif name.endswith("_json"):
                row[name] = [{"content": f"{table} {name}"}]
            elif name.endswith(("_at", "timestamp")) or name in ("date", "start_time", "end_time"):
                row[name] = MORNING
            elif name not in ("id", "parent_id") or table not in COUNTED:
                row[name] = f"{table} {name}"
        tables[table] = [row]
    tables["goal_links"] = [{"source_id": "unified_goals id", "target_id": "unified_goals id", "link_type": "blocks"}]
    tables["unified_goals"][0].update(parent_id=None)
    # What an archive holds beside its tables.
    tables["self_model_graph"] = [{"nodes": [{"id": "n1", "node_type": "user", "content": "Wilma"}], "edges": []}]
    return tables


def write_vessel(path: Path, tables: Tables, more: dict[str, str] | None = None, script: str = "") -> Path:
    """A database with these rows; values that are no scalars become JSON.

    :param more: further columns, by table, separated by spaces
    :param script: SQL to run at the end
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as conn:
        for table, names in columns().items():
            listed = [*names, *(more or {}).get(table, "").split()]
            declared = ", ".join(f"{n} INTEGER PRIMARY KEY" if n == "id" and table in COUNTED else n for n in listed)
            conn.execute(f"CREATE TABLE {table} ({declared})")
            for row in tables.get(table, ()):
                values = [json.dumps(v) if isinstance(v, (dict, list)) else v for v in row.values()]
                conn.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", values)
        conn.executescript(script)
        conn.commit()
    return path


def archive(tables: Tables, **changes: Any) -> dict[str, Any]:
    """What the vessel's export of one daemon says: its rows with JSON as texts, and how many of each."""
    told = dict(tables)
    (own,) = told.pop("daemons")
    told.pop("schema_version", None)
    rows = {
        table: [{c: json.dumps(v) if isinstance(v, (dict, list)) else v for c, v in row.items()} for row in listed]
        for table, listed in told.items()
    }
    return {
        "export_version": "2.0",
        "export_type": "daemon",
        "exported_at": EVENING,
        "daemon_id": own["id"],
        "daemon": own,
        "tables": rows,
        "stats": {table: len(listed) for table, listed in rows.items()},
        **changes,
    }


def write_archive(path: Path, record: dict[str, Any], packed: bool = True) -> Path:
    """The same as `.anima`: a ZIP of it, or the bare JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not packed:
        path.write_text(json.dumps(record), encoding="utf-8")
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("daemon_data.json", json.dumps(record))
        file.writestr("README.md", "# A daemon")
    return path
