"""What must not be found in a finished file: read from the raw tree with nothing of `sources` or `redaction`.

Every name, mail address, user id, path and secret that the tree's own keys call so becomes a needle.
`docs/privacy.md` says in words what counts as an occurrence of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from build_db.limits import LONGEST_NAME
from build_db.witness.databases import databases
from build_db.witness.lists import common, everyday, keys, own_names, words
from build_db.witness.long_files import LongFile, entries_of
from build_db.witness.raw import decoded, folders, inside, parsed, raw_files
from build_db.witness.sieve import Sieve
from build_db.witness.writing import means_somebody, parts, plain

MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24}(?![^\W_])")
# Nobody's name, a login at a host of repositories, a version, a file for fine screens, a product of two tables in code.
NO_MAIL = re.compile(
    r"(?i)^[.+-]+@|^(?:git|hg|svn)@|@\d+x\.|@[\d.]+$|\.(?:png|jpe?g|gif|svg|webp|css|js|ts|json|md|py|txt)$"
    r"|^\w+@\w+\.(?:transpose|weight|conj|inverse|reshape|permute|view|float|mean|sum)$"
)
# The address of a computer up to the sign: `fe80::1@lo0.lan`. A row of short numbers without `::` may be a time.
COMPUTER = re.compile(r"(?<![\w:])[0-9A-Fa-f:]{0,32}::[0-9A-Fa-f:]{0,32}[0-9A-Fa-f]{1,4}@")
HOME = re.compile(r"(?:/home/|/Users/|[\\/]Users[\\/]+)([\w.-]+)|^~([a-z]\w+)/")
TOLD = re.compile(r"^reflection_during_(.+)_conversation$|^(\w+?)_influenced?$")
OWNER = re.compile(r"^\s*([\w.-]+)/")
TELLING_TOKEN = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|sk-[\w-]{20,300}|xox[abprs]-[\w-]{10,300}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}"
    r"|glpat-[\w-]{20}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|[0-9a-f]{32}:[0-9a-f]{64})|\$2[aby]\$\d\d\$[./\w]{53}"
)
# One of these is wherever such a token is; looking for them alone is many times faster.
TOKEN_BEGINS = (
    *(*(f"gh{kind}_" for kind in "pousr"), "github_pat_", "sk-", "xox", "AKIA", "AIza", "glpat-", "eyJ"),
    "$2",
)
TOKEN_SIEVE = Sieve((place, begin.encode()) for place, begin in enumerate(TOKEN_BEGINS))
TOKEN_HASH = re.compile(":[0-9a-f]{64}")
# `sk-your-key-goes-here` and the branch `sk-okres-2024` hold words; a token holds a long part that looks like none.
PART = re.compile(r"[A-Za-z0-9]{10,}")
# One that somebody left open.
DRAWN_OUT = re.compile(r"([Xx*.])\1{7}")
PARTED = ("sk-", "xox")
# Ids that mean themselves wherever they stand; others are words like names, or say nothing.
OPAQUE_ID = re.compile(r"(?=.*\d)[\w-]{8,}")
# A folder of pictures that bears the id of an account.
ACCOUNT_FOLDER = re.compile("user-[^/]+")
NAME_ID = re.compile(r"[^\W\d][\w'’.-]*(?: [\w'’.-]+){0,2}")
# A new line as JSON and YAML write it: its letter begins no address.
BREAK = re.compile(r"(?<!\\)\\[nrt]")
POSSESSIVE = re.compile("['’]s?$")
TERM = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*")
# What stands for bytes that are no UTF-8.
BROKEN = "\ufffd"
# A key under which a name stands.
A_NAME = "display_name"
SHORTEST_SECRET = 6
SHORTEST_NAME = 3
SHORTEST_IN_ONE_WORD = 6


class Needle(NamedTuple):
    """Which rule a value belongs to, and the file of the tree that it is from."""

    rule: str
    source: str = ""


@dataclass
class Needles:
    """What must not be found: `names`, plain, are found as whole words in any case, `values` as they are."""

    names: dict[str, Needle]
    values: dict[str, Needle]

    def add(self, others: Needles) -> None:
        """Needles that were gathered by themselves; what is known already stays as it is."""
        for own, new in ((self.names, others.names), (self.values, others.values)):
            for value, needle in new.items():
                own.setdefault(value, needle)

    def add_name(self, name: str, source: str, spared: frozenset[str]) -> None:
        """A display name: the whole of it, and each part that is no everyday word.

        :param spared: plain words that may stay
        """
        written = parts(plain(_as_long_as_a_name(name)))
        whole, nobody = " ".join(written), words("nobody") | words("titles")
        said = [POSSESSIVE.sub("", part) for part in written if part not in nobody and not part.isdigit()]
        if not said or whole in nobody or whole in spared:
            return
        # "The Captain" and "New User" are words; they would be found wherever these stand.
        telling = [part for part in said if part not in words("particles")]
        if len(telling) > 1 and not any(_is_inside(whole, own) for own in own_names()):
            self.names.setdefault(whole, Needle("name", source))
            in_one_word = re.sub("['’]", "", "".join(written))
            said += [in_one_word] if len(in_one_word) >= SHORTEST_IN_ONE_WORD else []
        for part in said:
            said_daily = part in everyday() or part in common() or part in spared
            if means_somebody(part, SHORTEST_NAME) and not said_daily:
                self.names.setdefault(part, Needle("name", source))

    def add_value(self, value: str, rule: str, source: str) -> None:
        """A value that may stand nowhere, if it is long enough to mean itself and no word of everyday."""
        if len(value) >= SHORTEST_SECRET and plain(value) not in words("nobody") and plain(value) not in everyday():
            self.values.setdefault(value, Needle(rule, source))

    def add_term(self, term: str) -> None:
        """A term of the owner's: whole words in any case, however short or everyday; anything else as it is."""
        if TERM.fullmatch(term):
            self.names.setdefault(" ".join(parts(plain(term))), Needle("term", "redaction.yml"))
        else:
            self.values.setdefault(term, Needle("term", "redaction.yml"))

    def add_id(self, value: str, source: str, spared: frozenset[str]) -> None:
        """A person's id."""
        if OPAQUE_ID.fullmatch(value):
            self.add_value(value, "user id", source)
        elif NAME_ID.fullmatch(value):
            self.add_name(value, source, spared)


def _as_long_as_a_name(name: str) -> str:
    """A name up to the last word that lies within what anybody is called."""
    if len(name) > LONGEST_NAME:
        begin = name[:LONGEST_NAME]
        name = begin[: begin.rfind(" ")] if " " in begin else begin
    return name


def _is_inside(whole: str, own: str) -> bool:
    """Whether a name would be found in one of ours: `growth edge` in `potential_growth_edges`."""
    return f" {whole} " in f" {own.replace('_', ' ')} " or f" {whole}s " in f" {own.replace('_', ' ')} "


def _has_made_part(token: str) -> bool:
    return any(re.search("[0-9]", part) and re.search("[A-Za-z]", part) for part in PART.findall(token))


def gather(roots: Iterable[Path], spared: Iterable[str], wishes: Path | None = None) -> Needles:
    """The needles of raw trees.

    :param spared: words that may stay, such as the daemons' names
    :param wishes: the owner's `redaction.yml`; its people and terms are needles, too, and its `keep` is spared
    """
    needles = Needles({}, {})
    wished = _wished(wishes)
    known = frozenset(plain(word) for word in (*spared, *_texts(wished.get("keep"))))
    _learn_wishes(needles, wished, known)
    for root in roots:
        _learn_tree(needles, root, known)
    return needles


def _learn_wishes(needles: Needles, wished: dict[str, Any], known: frozenset[str]) -> None:
    for name, wish in _items(wished.get("people")):
        for alias in (name, *_texts(wish.get("aliases") if isinstance(wish, dict) else None)):
            if not OPAQUE_ID.fullmatch(alias):
                needles.add_name(alias, "redaction.yml", known)
    for gone in _texts(wished.get("withdraw")):
        needles.add_id(gone, "redaction.yml", known)
    for term in _texts(wished.get("terms")):
        needles.add_term(term)


def _learn_tree(needles: Needles, root: Path, known: frozenset[str]) -> None:
    agents = {str(value.get("user_id")) for value in _agent_files(root)}
    for name in filter(ACCOUNT_FOLDER.fullmatch, folders(root)):
        needles.add_id(name, name, known)
    for path, text in raw_files(root):
        _File(needles, _place(path, root), known, agents).learn(text)
    for path, values in databases(root):
        file = _File(needles, _place(path, root), known, agents)
        for key, value in values:
            file.learn_value(key, value)


def _place(path: Path, root: Path) -> Path:
    """Where a file lies in its tree; a tree may be a single file."""
    return path.relative_to(root) if path != root else Path(path.name)


def _wished(path: Path | None) -> dict[str, Any]:
    """What the owner wrote, every word as it was typed."""
    if not path or not path.is_file():
        return {}
    data = path.read_bytes()
    text = decoded(data)
    value = yaml.load(data.decode("cp1252", "replace") if BROKEN in text else text, Loader=yaml.BaseLoader)
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


class _File:
    """Learns from one file.

    :param path: relative to its tree
    :param agents: ids of the coding agent, whose account is no person
    """

    def __init__(self, needles: Needles, path: Path, spared: frozenset[str], agents: set[str]) -> None:
        self._needles, self._path, self._spared, self._agents = needles, path, spared, agents
        self._source = path.as_posix()

    def learn(self, text: str | LongFile) -> None:
        """Take what a file's place, its text and its keys call private."""
        long = text if isinstance(text, LongFile) else None
        for learn in (self._learn_tokens, self._learn_mails):
            for part in long.texts() if long else [str(text)]:
                learn(part)
        needles, source, folder = self._needles, self._source, self._path.parent
        value = None if long else parsed(self._path, str(text))
        if folder.parent.name == "users":
            if folder.name in self._agents:
                return
            needles.add_id(folder.name, source, self._spared)
        if folder.name == "users" and self._path.name == "index.json":
            for user_id, name in _items(value):
                if user_id not in self._agents:
                    needles.add_name(str(name), source, self._spared)
        for part in entries_of(value):
            self._learn_leaves(part)
        if long:
            self._learn_long(long)
        self._learn_account_file(value)

    def _learn_long(self, file: LongFile) -> None:
        """Take what the keys of a long file call private; of one that breaks off nothing, as of any other."""
        found = Needles({}, {})
        apart = _File(found, self._path, self._spared, self._agents)
        with suppress(ValueError, RecursionError):
            for part in file.entries():
                apart._learn_leaves(part)
            self._needles.add(found)

    def _learn_account_file(self, value: Any) -> None:
        """Take what the name of a file says of its values: the id of an account, keys of other hosts."""
        known, source = keys(), self._source
        if self._path.name in known.account_files:
            for entry in value if isinstance(value, list) else [value]:
                for key, held in _items(entry):
                    if key in known.account_keys and isinstance(held, str):
                        self._needles.add_id(held, source, self._spared)
                    elif key in known.account_names and isinstance(held, str):
                        self._needles.add_name(held, source, self._spared)
        if self._path.name in known.secret_files:
            for _, text in _leaves({"secret": value}, every=True):
                if isinstance(text, str):
                    self._needles.add_value(text, "secret", source)

    def learn_value(self, key: str, value: Any) -> None:
        """Take what one value of a database calls private, by its key and by the keys inside it."""
        held = inside(value) if isinstance(value, str) else None
        value = value if held is None else held
        for text in _texts_in(value):
            self._learn_tokens(text)
            self._learn_mails(text)
        self._learn_leaves({key: value})

    def _learn_leaves(self, value: Any) -> None:
        for key, leaf in _leaves(value):
            if isinstance(leaf, str) and leaf.strip() and leaf not in self._agents:
                self._learn_leaf(key, leaf.strip())

    def _learn_tokens(self, text: str) -> None:
        # No token goes on in the next line.
        for match in (match for line in _lines_with_tokens(text) for match in TELLING_TOKEN.finditer(line)):
            made = not match.group().startswith(PARTED) or _has_made_part(match.group())
            if made and not DRAWN_OUT.search(match.group()):
                self._needles.add_value(match.group(), "secret", self._source)

    def _learn_mails(self, text: str) -> None:
        lines = "\n".join(line for line in text.split("\n") if "@" in line) if "@" in text else ""
        for match in MAIL.finditer(COMPUTER.sub(" ", BREAK.sub(" ", lines))):
            if not NO_MAIL.search(match.group()):
                self._needles.add_value(match.group(), "mail address", self._source)

    def _learn_leaf(self, key: str, value: str) -> None:
        needles, source, spared, known = self._needles, self._source, self._spared, keys()
        if key in known.names:
            needles.add_name(value, source, spared)
        elif key in known.told and (match := TOLD.search(value)):
            needles.add_name(match[1] or match[2], source, spared)
        elif key in known.mails:
            needles.add_value(value, "mail address", source)
        elif key in known.phones:
            needles.add_value(value, "phone number", source)
        elif key in known.ids:
            needles.add_id(value, source, spared)
        elif key in known.repositories or key in known.repository_keys:
            self._learn_repository(value)
        elif known.secrets.search(key):
            needles.add_value(value, "secret", source)
        if key in known.paths:
            for match in HOME.finditer(value):
                self._learn_account(match[1] or match[2], "home folder")

    def _learn_repository(self, value: str) -> None:
        self._needles.add_value(value, "repository", self._source)
        if match := OWNER.search(value):
            self._learn_account(match[1], "repository owner")

    def _learn_account(self, name: str, rule: str) -> None:
        account = plain(name)
        nobody = (words("homes"), words("nobody"), everyday(), common(), self._spared)
        if len(account) >= SHORTEST_NAME and not any(account in known for known in nobody):
            self._needles.names.setdefault(account, Needle(rule, self._source))


def _lines_with_tokens(text: str) -> list[str]:
    """The lines of a text that may hold a token, in order."""
    lines: dict[int, str] = {}
    begins = [TOKEN_BEGINS[place] for place in TOKEN_SIEVE.seen(text.encode("utf-8", "replace"))]
    for pattern in (*(re.compile(re.escape(begin)) for begin in begins), TOKEN_HASH):
        end = 0
        while match := pattern.search(text, end):
            start = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            end = len(text) if end < 0 else end
            lines[start] = text[start:end]
    return [line for _, line in sorted(lines.items())]


def _agent_files(root: Path) -> Iterator[dict[str, Any]]:
    """The coding agent's own credentials, if they bear its own name: its account is no person."""
    path = root / "daedalus_credentials.json"
    value = parsed(path, decoded(path.read_bytes())) if path.is_file() else None
    if isinstance(value, dict) and str(value.get("display_name", "")).casefold() in words("nobody"):
        yield value


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return ((str(key), entry) for key, entry in value.items()) if isinstance(value, dict) else ()


def _texts_in(value: Any) -> Iterator[str]:
    """Every text in a value, keys included, however deep."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack += (*value, *value.values())
        elif isinstance(value, list):
            stack += value


def _leaves(value: Any, *, every: bool = False) -> Iterator[tuple[str, Any]]:
    """What stands under keys that tell something of what they hold; of repositories by name, the names.

    :param every: under any key
    """
    stack = [("", value)]
    while stack:
        key, value = stack.pop()
        if isinstance(value, dict):
            if key in keys().repository_keys:
                yield from ((key, str(name)) for name in value)
            if key in keys().name_maps or _is_spoken(value):
                named = value.values() if key in keys().name_maps else [value.get("name")]
                yield from ((A_NAME, name) for name in named)
            for name, held in value.items():
                if every or isinstance(held, (dict, list)) or _tells(str(name)):
                    stack.append((str(name), held))
        elif isinstance(value, list):
            stack.extend((key, entry) for entry in value if every or isinstance(entry, (dict, list)) or _tells(key))
        else:
            yield key, value


def _is_spoken(record: dict[str, Any]) -> bool:
    """Whether a record is a message that somebody wrote, with a name."""
    return "name" in record and any(
        f"{key}={record.get(key)}".replace(" ", "").lower() in keys().spoken for key in ("is_user", "role")
    )


@lru_cache(maxsize=1 << 12)
def _tells(key: str) -> bool:
    known = keys()
    plain_keys = known.names | known.told | known.ids | known.mails | known.phones | known.paths | known.repositories
    return key in plain_keys or known.secrets.search(key) is not None
