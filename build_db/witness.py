"""Searches a finished file for what must not be in it, without any trust in the redactor.

It reads the raw tree by a way of its own, with nothing of `sources` or `redaction`: every name, mail address, user id,
path and secret that the tree's own keys call so becomes a needle. Then it searches every cell, every search term, every
byte, also in the disguises that text wears in files. A hit names a rule and a place, never the value.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import tempfile
import unicodedata
import urllib.parse
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, NamedTuple

import yaml

from build_db.sieve import Sieve, literal

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
TOKEN_SIEVE = Sieve([rb"gh[pousr]_|github_pat_|sk-|xox|AKIA|AIza|glpat-|eyJ|:[0-9a-f]{64}|\$2[aby]\$"])
NOT_NAMES = frozenset(
    ["admin", "anonymous", "cass", "daedalus", "human", "none", "report", "self", "self_report", "system", "unknown"]
) | {"user"}
NOT_HOMES = frozenset(["root", "user", "username", "runner", "ubuntu", "shared", "public", "default", "admin", "home"])
READABLE = (".json", ".yaml", ".yml", ".md", ".migrated", ".txt")
SHORTEST_SECRET = 6
SHORTEST_NAME = 3
# In raw bytes a short name also turns up by chance.
SHORTEST_RAW_NAME = 6
CHUNK = 1_000_000
# Cells are searched so many at a time, with something between them that no word reaches across.
BATCH, BETWEEN = 2_000, "\n\x00\n"
# The longest needle that may lie across two chunks.
OVERLAP = 1_000
SQLITE, PARQUET = b"SQLite format 3\0", b"PAR1"
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class Hit(NamedTuple):
    """A needle was found: the rule it belongs to, and where."""

    rule: str
    place: str


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


def plain(text: str) -> str:
    """Text without case and diacritics."""
    if text.isascii():
        return text.lower()
    # Most lines are ASCII, and need no look at each character.
    return "\n".join(
        line.lower() if line.isascii() else NOT_ASCII.sub(lambda run: _plain_run(run.group()), line).lower()
        for line in text.split("\n")
    )


@lru_cache(maxsize=1 << 12)
def _plain_run(run: str) -> str:
    decomposed = unicodedata.normalize("NFD", run)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def gather(roots: Iterable[Path], spared: Iterable[str], wishes: Path | None = None) -> Needles:
    """The needles of raw trees.

    :param spared: words that may stay, such as the daemons' names
    :param wishes: the owner's `redaction.yml`; its people and terms are needles, too, and its `keep` is spared
    """
    needles = Needles({}, {})
    lists = yaml.safe_load(files("build_db.redaction").joinpath("words.yml").read_text(encoding="utf-8"))
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
    for match in TELLING_TOKEN.finditer(text) if TOKEN_SIEVE.may_hold(data) else ():
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
            return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, yaml.YAMLError, RecursionError):
        pass
    return None


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


class Witness:
    """Searches texts and bytes for needles.

    :param words: what `plain_hits` of a subclass looks for besides names, plain
    """

    def __init__(self, needles: Needles, words: Iterable[str] = ()) -> None:
        self._values = needles.values
        names = sorted(needles.names, key=len, reverse=True)
        joined = (re.escape(name).replace(r"\ ", r"[\W_]{1,3}") for name in names)
        self._names = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(joined)})(?=(?:['’]?s)?(?![^\W\d_]))") if names else None
        self._name_rules = needles.names
        self._bytes = dict(_disguises(needles))
        self._value_sieve = Sieve(literal(_encoded(value)) for value in needles.values)
        self._word_sieve = Sieve(_loose(word) for word in (*names, *words))
        self._byte_sieve = Sieve(
            b"(?i:%s)" % literal(form) if rule == "name" else literal(form) for form, rule in self._bytes.items()
        )

    def text_hits(self, text: str) -> Iterator[str]:
        """The rules of all needles in a text."""
        if self._value_sieve.may_hold(_encoded(text)):
            for value, rule in self._values.items():
                if value in text:
                    yield rule
        yield from self.name_hits(text)

    def name_hits(self, text: str) -> Iterator[str]:
        """The rules of all names in a text."""
        text = plain(text)
        if self._word_sieve.may_hold(_encoded(text)):
            yield from self.plain_hits(text)

    def plain_hits(self, text: str) -> Iterator[str]:
        """The rules of all names in a plain text."""
        for match in self._names.finditer(text) if self._names else ():
            found = re.sub(r"[\W_]{1,3}", " ", match.group())
            yield self._name_rules.get(found, "name")

    def byte_hits(self, data: bytes) -> Iterator[str]:
        """The rules of all needles in bytes, in any disguise."""
        if not self._byte_sieve.may_hold(data):
            return
        lower = data.lower()
        for disguise, rule in self._bytes.items():
            if disguise in (lower if rule.startswith("name") else data):
                yield rule

    def search(self, path: Path) -> Iterator[Hit]:
        """Every hit in a file and in its name: in the cells, search terms and schema of a database, in the decoded
        cells of Parquet, in the words and bytes of any file, and in all of that in the members of an archive.
        """
        for rule in self.text_hits(path.name):
            yield Hit(rule, "a file name")
        yield from self._search_cells(path)
        with path.open("rb") as file:
            yield from self._search_stream(file, f"bytes of {path.name}")
        if zipfile.is_zipfile(path):
            yield from self._search_archive(path)

    def _search_cells(self, path: Path) -> Iterator[Hit]:
        with path.open("rb") as file:
            begin = file.read(16)
        if begin.startswith(SQLITE):
            yield from self._search_database(path)
        elif begin.startswith(PARQUET):
            yield from self._search_parquet(path)

    def _search_database(self, path: Path) -> Iterator[Hit]:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            conn.text_factory = lambda data: data.decode("utf-8", "replace")
            tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                if table == "search":
                    conn.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, row)")
                    yield from self._search_rows(conn, "SELECT term FROM temp.terms", "search terms")
                elif not table.startswith("search_") or table == "search_documents":
                    yield from self._search_rows(conn, f"SELECT * FROM [{table}]", table)
            yield from self._search_rows(conn, "SELECT name, sql FROM sqlite_master", "schema")

    def _search_rows(self, conn: sqlite3.Connection, sql: str, place: str) -> Iterator[Hit]:
        cursor = conn.execute(sql)
        columns = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(BATCH):
            for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                text = BETWEEN.join(cell for cell in cells if isinstance(cell, str))
                for rule in self.text_hits(text):
                    yield Hit(rule, f"{place}.{column}")

    def _search_parquet(self, path: Path) -> Iterator[Hit]:
        """Cells, decoded: in the file they are packed, and bytes tell nothing."""
        from pyarrow import ListArray, compute, parquet, types  # only who makes Parquet needs it

        with parquet.ParquetFile(path, pre_buffer=False) as file:
            texts = [field.name for field in file.schema_arrow if types.is_string(field.type)]
            for name in texts:  # one after the other: each takes memory of its own
                for batch in file.iter_batches(BATCH, columns=[name], use_threads=False):
                    column = compute.fill_null(batch.column(0), "")
                    cells = ListArray.from_arrays([0, len(column)], column)
                    for rule in self.text_hits(compute.binary_join(cells, BETWEEN)[0].as_py()):
                        yield Hit(rule, f"{path.stem}.{name}")

    def _search_stream(self, file: IO[bytes], place: str) -> Iterator[Hit]:
        """Bytes, and words if it is a text. Whole lines at a time, so that no word is cut."""
        tail, is_text = b"", True
        while chunk := file.read(CHUNK):
            chunk += file.readline()
            is_text = is_text and b"\0" not in chunk
            for rule in self.byte_hits(tail + chunk):
                yield Hit(rule, place)
            # Other values are bytes like any; names are told by the words around them.
            for rule in self.name_hits(chunk.decode("utf-8", "replace")) if is_text else ():
                yield Hit(rule, place)
            tail = chunk[-OVERLAP:]

    def _search_archive(self, path: Path) -> Iterator[Hit]:
        place = f"a member of {path.name}"
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            for member in archive.infolist():
                for rule in self.text_hits(member.filename):
                    yield Hit(rule, f"a member's name in {path.name}")
                unpacked = Path(folder, Path(member.filename).name)
                with archive.open(member) as file, unpacked.open("wb") as copy:
                    shutil.copyfileobj(file, copy, CHUNK)
                for hit in self._search_cells(unpacked):
                    yield Hit(hit.rule, f"{hit.place} in {place}")
                with unpacked.open("rb") as file:
                    yield from self._search_stream(file, place)
                unpacked.unlink()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _loose(word: str) -> bytes:
    """A pattern that is wherever a plain word stands between other than letters; it takes all beyond ASCII for such."""
    joined = b"[^a-z]{1,12}".join(literal(_encoded(part)) for part in word.split(" "))
    return b"(?:^|[^a-z])%ss?(?:$|[^a-z])" % joined


def _disguises(needles: Needles) -> Iterator[tuple[bytes, str]]:
    """Each needle in the forms that bytes can give it, with its rule."""
    for value, rule in needles.values.items():
        for form in _forms(value):
            yield form, rule
        encoded = value.encode()
        for offset in range(3):
            # Three bytes make four letters of base64: whole groups in the middle do not depend on what surrounds them.
            middle = base64.b64encode(b"\0" * offset + encoded)[4 if offset else 0 : -4]
            if len(middle) >= 8:
                yield middle, rule
    for name in needles.names:
        if len(name) >= SHORTEST_RAW_NAME and " " in name:
            for joint in (" ", "_", "-", ".", "%20", "+", "\\u0020"):
                for form in _forms(name.replace(" ", joint)):
                    yield form.lower(), "name"


def _forms(value: str) -> Iterator[bytes]:
    for text in {value, unicodedata.normalize("NFC", value), unicodedata.normalize("NFD", value)}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield json.dumps(text)[1:-1].encode()
        yield urllib.parse.quote(text, safe="").encode()
