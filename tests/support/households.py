"""Small trees of several households, and the command that makes them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from conftest import KEY, ROOT, conversation

# The same person lives with both daemons, and both daemons are called cass.
PERSON = {"user_id": "u1", "display_name": "Maribel Ellison", "created_at": "2025-01-01T08:00:00"}
SAID = {"smith": "The kettle of Wrenfield hums.", "jones": "The harbor of Oxmere is quiet."}
FORMATS = ("--format", "sqlite", "--format", "parquet")


def write_households(folder: Path, *names: str) -> Path:
    """A tree for each name, and the list of them; returns the list."""
    for name in names:
        files: dict[str, Any] = {
            "users/u1/profile.yaml": PERSON | {"updated_at": "2025-01-01T08:00:00"},
            "conversations/one.json": conversation(
                user_id="u1",
                messages=[
                    {"role": "user", "content": SAID.get(name, name), "timestamp": "2025-11-30T18:03:47.100004"},
                    {"role": "assistant", "content": "Maribel is right.", "timestamp": "2025-11-30T18:03:48.100004"},
                ],
            ),
        }
        for path, value in files.items():
            place = folder / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps(value) if path.endswith(".json") else yaml.safe_dump(value), encoding="utf-8")
    return write_list(folder, *({"name": name, "path": name} for name in names))


def write_list(folder: Path, *entries: dict[str, Any]) -> Path:
    """`TREES.yml` of these entries."""
    place = folder / "TREES.yml"
    place.write_text(yaml.safe_dump({"trees": list(entries)}), encoding="utf-8")
    return place


def write_key(folder: Path) -> Path:
    """The key of an owner whose settings lie in `folder/config`."""
    place = folder / "config" / "build-db" / "redaction.key"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(KEY.hex())
    place.chmod(0o600)
    return place


def command(folder: Path, *arguments: object) -> dict[str, Any]:
    """How `many` is started for the list in a folder, into `out` there: in a process of its own, which may fork."""
    write_key(folder)
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "plugins")))
    return {
        "args": [sys.executable, "-m", "build_db", "many", "TREES.yml", "out", *FORMATS, *map(str, arguments)],
        "cwd": folder,
        "env": {**os.environ, "PYTHONPATH": paths, "XDG_CONFIG_HOME": str(folder / "config")},
    }


def many(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `many` to its end."""
    return subprocess.run(**command(folder, *arguments), capture_output=True, text=True, timeout=300, check=False)


def contents(out: Path) -> dict[str, bytes]:
    """Every file below a folder, but what says where its tree lay when it was made."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "finished.json"
    }
