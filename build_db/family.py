"""The family's own settings for Datasette, a small file beside `metadata.yml`: read, and laid over it.

Datasette takes no notice of a word that it does not know: a lock with a typo is open. So such a word is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from build_db.declared import parse_strictly
from build_db.errors import UsageError
from build_db.schema import schema
from build_db.schema.searched import create_statements

PASSWORDS, ALLOW = "datasette-auth-passwords", "allow"
MADE = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)")
TOLD = ("title", "description", "license", "license_url", "source", "source_url", "about", "about_url")
KEYS = (*TOLD, "description_html", "allow", "allow_sql", "plugins", "databases", "extra_css_urls", "extra_js_urls")
DATABASE_KEYS = (*TOLD, "description_html", "allow", "allow_sql", "plugins", "tables", "queries", "hidden")


def read_family(path: Path) -> dict[str, Any]:
    """The settings in a file.

    :raises UsageError: it cannot be read, or says something that would close nothing
    """
    try:
        value = parse_strictly(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}: not valid YAML{place}") from None
    _check_mapping(path, "", value, KEYS)
    databases = value.get("databases") or {}
    _check_mapping(path, "databases: ", databases)
    for name, database in databases.items():
        _check_mapping(path, f"databases: {name}: ", database, DATABASE_KEYS)
        tables = database.get("tables") or {}
        _check_mapping(path, f"databases: {name}: tables: ", tables, _tables())
    passwords = (value.get("plugins") or {}).get(PASSWORDS) if isinstance(value.get("plugins"), Mapping) else None
    if passwords and not any(ALLOW in level for level in (value, *databases.values(), *_inner(databases))):
        raise UsageError(f"{path}: a password closes nothing by itself; add a line: allow: {{id: [family, root]}}")
    return dict(value)


def laid_over(described: Mapping[str, Any], family: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata with the family's settings in it; where both say something, the family's word counts."""
    merged = dict(described)
    for key, value in family.items():
        below = merged.get(key)
        is_lock = key == ALLOW  # a lock is taken whole: half of another one in it would open it
        both = isinstance(below, Mapping) and isinstance(value, Mapping) and not is_lock
        merged[key] = laid_over(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _inner(databases: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tables = [table for database in databases.values() for table in (database.get("tables") or {}).values()]
    return [table for table in tables if isinstance(table, Mapping)]


def _tables() -> tuple[str, ...]:
    """Everything in a file of ours that can be locked."""
    made = [match[1] for statement in create_statements() if (match := MADE.match(statement))]
    return (*schema(), *made)


def _check_mapping(path: Path, where: str, value: Any, known: Iterable[str] = ()) -> None:
    if not isinstance(value, Mapping):
        raise UsageError(f"{path}: {where}give keys and values")
    known = tuple(known)
    for key in value:
        if known and key not in known:
            meant = get_close_matches(str(key), known, 1)
            advice = f"did you mean {meant[0]}?" if meant else "it would do nothing; take it out"
            raise UsageError(f"{path}: {where}{key} is nothing that Datasette knows of; {advice}")
