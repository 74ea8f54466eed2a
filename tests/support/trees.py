"""The trees in `trees/`, and ways to walk and change documents."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import yaml
from conftest import Built
from support.vector_store import make_vector_store

TREES = Path(__file__).parent.parent / "trees"


def build_fixture(name: str, folder: Path, *, private: bool = True) -> Built:
    """The database of `trees/<name>`; its vector store is made from `chroma.yml`."""
    tree = folder / "data"
    shutil.copytree(TREES / name, tree)
    documents = yaml.safe_load((tree / "chroma.yml").read_text(encoding="utf-8"))
    (tree / "chroma.yml").unlink()
    make_vector_store(tree / "chroma" / "chroma.sqlite3", documents)
    return Built(tree, folder / "out.db", private=private)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """The way to every value inside a document, the document itself included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, entry in inner for place in places(entry, (*path, key)))]


def changed(value: Any, place: tuple, new: Any) -> Any:
    """A copy with one value replaced."""
    if not place:
        return new
    value = copy.deepcopy(value)
    target = value
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = new
    return value
