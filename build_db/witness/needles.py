"""What must not be found in a finished file: read from the raw tree with nothing of `sources` or `redaction`.

Every name, mail address, user id, path and secret that the tree's own keys call so becomes a needle.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import yaml

from build_db.witness.sieve import Sieve

ID_KEYS = {"user_id", "with_user_id", "source_user_id", "about_user_id"}
NAME_KEYS = {
    "display_name", "with_user_name", "about_user_name", "assigned_to", "created_by", "requested_by", "acknowledged_by",
    "git_author",
}  # fmt: skip
MAIL_KEYS = {"email"}
PATH_KEYS = {"working_directory", "path", "plan_path"}
REPOSITORY_KEYS = {"github_repo"}
SECRET_KEY = re.compile(r"password|passwd|(^|_)token$|secret|api_?key|private_key", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
HOME = re.compile(r"(?:/home/|/Users/|[\\/]Users[\\/]+)([\w.-]+)")
TELLING_TOKEN = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}"
    r"|glpat-[\w-]{20}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|[0-9a-f]{32}:[0-9a-f]{64})|\$2[aby]\$\d\d\$[./\w]{53}"
)
# One of these is wherever such a token is; looking for them alone is many times faster.
TOKEN_SIEVE = Sieve(
    [
        *(b"gh%c_" % kind for kind in b"pousr"),
        b"github_pat_",
        b"sk-",
        b"xox",
        b"AKIA",
        b"AIza",
        b"glpat-",
        b"eyJ",
        b"$2",
    ]
)
TOKEN_HASH = re.compile(rb":[0-9a-f]{64}")
NOT_NAMES = frozenset(
    ["admin", "anonymous", "cass", "daedalus", "human", "none", "report", "self", "self_report", "system", "unknown"]
) | {"user"}
NOT_HOMES = frozenset(["root", "user", "username", "runner", "ubuntu", "shared", "public", "default", "admin", "home"])
READABLE = (".json", ".yaml", ".yml", ".md", ".migrated", ".txt")
SHORTEST_SECRET = 6
SHORTEST_NAME = 3


@dataclass
class Needles:
    """What must not be found: `names` are found as whole words in any case, `values` as they are."""

    names: dict[str, str]
    values: dict[str, str]

    def add_name(self, name: str, ordinary: frozenset[str], spared: frozenset[str]) -> None:
        """A display name: the whole of it, and each part that is no everyday word."""
        parts = [part for part in re.split(r"[^\w'’]+|_", plain(name)) if part]
        whole = " ".join(parts)
        parts = [part for part in parts if part not in NOT_NAMES and not part.isdigit()]
        if not parts or whole in NOT_NAMES or whole in spared:
            return
        if len(parts) > 1:
            self.names[whole] = "name"
        for part in parts:
            if len(part) >= SHORTEST_NAME and part not in ordinary and part not in spared:
                self.names[part] = "name"

    def add_value(self, value: str, rule: str) -> None:
        """A value that may stand nowhere, if it is long enough to mean itself."""
        if len(value) >= SHORTEST_SECRET:
            self.values.setdefault(value, rule)


class Plain(dict[int, str]):
    """What each character is without case and diacritics, worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        self[code] = found = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().lower()
        return found


PLAIN = Plain()


def plain(text: str) -> str:
    """Text without case and diacritics."""
    if text.isascii():
        return text.lower()
    # Most lines are ASCII, and need no look at each character.
    return "\n".join(line.lower() if line.isascii() else line.translate(PLAIN) for line in text.split("\n"))


def gather(roots: Iterable[Path], spared: Iterable[str], wishes: Path | None = None) -> Needles:
    """The needles of raw trees.

    :param spared: words that may stay, such as the daemons' names
    :param wishes: the owner's `redaction.yml`; its people and terms are needles, too, and its `keep` is spared
    """
    needles = Needles({}, {})
    lists = yaml.safe_load(files(__package__).joinpath("words.yml").read_text(encoding="utf-8"))
    ordinary = frozenset(lists["ordinary"].split()) | frozenset(lists["particles"].split()) | _own_words()
    wished = _parsed(wishes, wishes.read_text(encoding="utf-8")) if wishes and wishes.is_file() else None
    wished = wished if isinstance(wished, dict) else {}
    known = frozenset(plain(str(word)) for word in (*spared, *(wished.get("keep") or ())))
    for name, wish in _items(wished.get("people")):
        for alias in (name, *((wish or {}).get("aliases") or ())):
            needles.add_name(str(alias), ordinary, known)
    for term in wished.get("terms") or ():
        needles.add_value(str(term), "term")
    for root in roots:
        agents = {str(value.get("user_id")) for value in _agent_files(root)}
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix in READABLE and ".git" not in path.parts:
                _learn_file(needles, path, agents, ordinary, known)
    return needles


def _own_words() -> frozenset[str]:
    """The words of the tool's own schema: they are in every file, and nobody is told by one of them alone."""
    texts = (entry.read_text(encoding="utf-8") for entry in files("build_db.schema").iterdir() if entry.is_file())
    return frozenset(word for text in texts for word in re.split(r"[\W_]+", plain(text)))


def _learn_file(
    needles: Needles, path: Path, agents: set[str], ordinary: frozenset[str], spared: frozenset[str]
) -> None:
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    for match in TELLING_TOKEN.finditer(text) if TOKEN_SIEVE.seen(data) or TOKEN_HASH.search(data) else ():
        needles.add_value(match.group(), "secret")
    for match in MAIL.finditer(text) if "@" in text else ():
        needles.add_value(match.group(), "mail address")
    value = _parsed(path, text)
    if path.parent.parent.name == "users":
        if path.parent.name in agents:
            return
        needles.add_value(path.parent.name, "user id")
    if path.parent.name == "users" and path.name == "index.json":
        for user_id, name in _items(value):
            if user_id not in agents:
                needles.add_name(str(name), ordinary, spared)
    for key, leaf in _leaves(value):
        if leaf not in agents:
            _learn(needles, key, leaf, ordinary, spared)


def _learn(needles: Needles, key: str, value: Any, ordinary: frozenset[str], spared: frozenset[str]) -> None:
    if not isinstance(value, str) or not value.strip():
        return
    if key in NAME_KEYS:
        needles.add_name(value, ordinary, spared)
    elif key in MAIL_KEYS:
        needles.add_value(value, "mail address")
    elif key in ID_KEYS:
        needles.add_value(value, "user id")
    elif SECRET_KEY.search(key):
        needles.add_value(value, "secret")
    elif key in REPOSITORY_KEYS:
        needles.add_value(value.strip(), "repository")
    if key in PATH_KEYS:
        for match in HOME.finditer(value):
            if match.group(1).lower() not in NOT_HOMES:
                needles.names[plain(match.group(1))] = "home folder"


def _agent_files(root: Path) -> Iterator[dict[str, Any]]:
    """The coding agent's own credentials, if they bear its own name: its account is no person."""
    path = root / "daedalus_credentials.json"
    value = _parsed(path, path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    if isinstance(value, dict) and str(value.get("display_name", "")).casefold() in NOT_NAMES:
        yield value


def _parsed(path: Path, text: str) -> Any:
    try:
        if path.suffix in (".yaml", ".yml"):
            return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if ".json" in path.suffixes:
            return _json(text.removeprefix("\ufeff"))
    except (ValueError, yaml.YAMLError, RecursionError):
        pass
    return None


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:  # stricter: no NaN, no lone surrogates, no numbers that are too large
        return json.loads(text)


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """What stands under keys that tell something of what they hold."""
    stack = [("", value)]
    while stack:
        key, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((str(k), v) for k, v in value.items() if isinstance(v, (dict, list)) or _tells(str(k)))
        elif isinstance(value, list):
            stack.extend((key, entry) for entry in value if isinstance(entry, (dict, list)) or _tells(key))
        else:
            yield key, value


@lru_cache(maxsize=1 << 12)
def _tells(key: str) -> bool:
    kinds = (NAME_KEYS, MAIL_KEYS, ID_KEYS, PATH_KEYS, REPOSITORY_KEYS)
    return any(key in keys for keys in kinds) or SECRET_KEY.search(key) is not None
