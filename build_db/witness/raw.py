"""Reads the raw files of a tree, with nothing of `ingest`: the witness's own way to what the tree says."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import yaml

# Every form that names may be in; `.json.migrated` is JSON, too.
READABLE = (".json", ".yaml", ".yml", ".md", ".migrated", ".txt")
TWO_ESCAPES = re.compile(r"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The longer mark first: UTF-32's begins like UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def raw_files(root: Path) -> Iterator[tuple[Path, str]]:
    """Every readable file of a tree, in order of path, and its text."""
    for path in sorted(root.rglob("*")):
        if path.suffix in READABLE and ".git" not in path.parts and path.is_file() and not path.is_symlink():
            yield path, decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Bytes as text, by their byte order mark if they have one."""
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace")


def parsed(path: Path, text: str) -> Any:
    """The value of a JSON or YAML file; None if it is neither, or broken."""
    try:
        if path.suffix in (".yaml", ".yml"):
            return yaml.load(_with_whole_characters(text), Loader=_YAML)
        if ".json" in path.suffixes:
            return _json(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        pass
    return None


def inside(text: str) -> Any:
    """What a text of JSON holds; None of any other text."""
    try:
        return _json(text) if text.lstrip()[:1] in ("[", "{") else None
    except (ValueError, RecursionError):
        return None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:  # stricter than those who wrote it
        return json.loads(text)


def _with_whole_characters(text: str) -> str:
    """YAML in which what JSON writes in two escapes is one character."""
    return TWO_ESCAPES.sub(lambda match: json.loads(f'"{match[0]}"'), text) if "\\ud" in text.lower() else text
