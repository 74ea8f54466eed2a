"""The witness's own lists, from `keys.yml` and `words.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

KEY_KINDS = (
    *(
        "names",
        "name_maps",
        "spoken",
        "told",
        "ids",
        "mails",
        "phones",
        "account_files",
        "account_keys",
        "account_names",
        "secret_files",
    ),
    *("paths", "repositories", "repository_keys", "own_columns"),
)


@dataclass(frozen=True)
class Keys:
    """Keys of source files by what their values are; `secrets` matches the keys of secrets.

    `own_columns` are columns of a finished file that hold the tool's own words only.
    """

    names: frozenset[str]
    name_maps: frozenset[str]
    spoken: frozenset[str]
    told: frozenset[str]
    ids: frozenset[str]
    mails: frozenset[str]
    phones: frozenset[str]
    account_files: frozenset[str]
    account_keys: frozenset[str]
    account_names: frozenset[str]
    secret_files: frozenset[str]
    paths: frozenset[str]
    repositories: frozenset[str]
    repository_keys: frozenset[str]
    own_columns: frozenset[str]
    secrets: re.Pattern[str]


@cache
def keys() -> Keys:
    """The keys of `keys.yml`."""
    source = _table("keys.yml")
    return Keys(**{kind: frozenset(source[kind].split()) for kind in KEY_KINDS}, secrets=re.compile(source["secrets"]))


@cache
def words(kind: str) -> frozenset[str]:
    """One list of `words.yml`."""
    return frozenset(_table("words.yml")[kind].split())


@cache
def own_names() -> frozenset[str]:
    """The names of the tool's own tables and columns, as a name of two words could be found in them: `growth_edges`."""
    schema = (file for file in files("build_db.schema").iterdir() if file.name.endswith(".sql"))
    return frozenset(name for file in schema for name in re.findall(r"[a-z]+(?:_[a-z]+)+", file.read_text("utf-8")))


@cache
def everyday() -> frozenset[str]:
    """Words by which alone nobody is told: those of everyday, and those of the tool's own schema, lower case.

    Families of models are none of them: somebody may be called Claude.
    """
    schema = (file for file in files("build_db.schema").iterdir() if file.name.endswith(".sql"))
    own = {word for file in schema for word in re.split(r"[\W_\d]+", file.read_text(encoding="utf-8").lower())}
    said = {word for entry in words("vocabulary") for word in re.split(r"[\W_\d]+", entry.lower())}
    # A name counts with an `s` behind it, too: whoever is called Note is not told by `research_notes`.
    own |= said | {word.removesuffix("s") for word in own | said}
    return frozenset(words("ordinary") | words("particles") | (own - words("models")) | words("own"))


@cache
def common() -> frozenset[str]:
    """Words of every day in many languages, plain: a name that is one of them tells of nobody by itself."""
    return _listed("everyday.txt") | words("months")


@cache
def also_names() -> frozenset[str]:
    """Words that are names as well, plain: a name only with a capital."""
    return _listed("also_names.txt")


@cache
def behind_articles() -> frozenset[str]:
    """Words that are mostly names, plain: in small letters none, directly behind one of `articles`."""
    return _listed("behind_articles.txt")


@cache
def articles() -> frozenset[str]:
    """The articles at the heads of that list, of all languages."""
    heads = re.findall(r"(?m)^\[\w+: ([^\]]+)\]$", _text("behind_articles.txt"))
    return frozenset(word for head in heads for word in head.split())


def _listed(file: str) -> frozenset[str]:
    lines = _text(file).splitlines()
    return frozenset(word for line in lines if line[:1] not in ("#", "[") for word in line.split())


def _text(file: str) -> str:
    return files("build_db").joinpath(file).read_text(encoding="utf-8")


def _table(name: str) -> Any:
    return yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
