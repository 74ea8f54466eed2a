"""Who is in a tree, and which secrets: gathered from the raw tree before a single row is redacted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from build_db.contract import UUID
from build_db.errors import Unreadable, UsageError
from build_db.household.wishes import Wishes
from build_db.ingest.reading import read_json
from build_db.ingest.vessel import read_vessel_table
from build_db.records import Hint, Row
from build_db.redaction.people.folding import folded
from build_db.redaction.people.names import bounded, runs
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.policy import Policy
from build_db.redaction.words import words
from build_db.schema import Table

WORD = re.compile(r"[^\W\d_][^\W\d]{2,}(?:[ .-][^\W\d]+){0,2}")
# Folders whose files bear a person's id.
OWNED_FOLDERS = ("calendar", "tasks")

# A folder of pictures that bears the id of an account.
ACCOUNT_FOLDER = re.compile("user-[^/]+/")

# Tables whose rows are said by somebody, or to somebody.
SPOKEN = ("conversations", "messages")

# Tables of the vessel's database that leave no row, and their columns with secrets and with account names.
HIDDEN = {"geocass_connections": ("api_key", "username"), "push_device_tokens": ("token", "")}

# Another companion's keys of other hosts; nothing else is in it.
KEYS, SHORTEST_KEY = "secrets.json", 8

CREDENTIALS = ("daedalus_credentials.json", "users/*/auth.json")
SECRET_KEYS = re.compile(r"password|tokens?$|secret", re.IGNORECASE)


@dataclass(frozen=True)
class Roster:
    """The people of all trees, and every value that is known to be secret.

    `speakers` are the ids of those who take part in conversations, by tree, `nameless` all of whom no name is known,
    `wished` those whom the owner lists; `unread` are files of credentials that cannot be read, and why, `twins` files
    with a conversation, or a day's journal, that another one holds, too. `gone_people` and `gone_conversations` are the
    ids of what the owner withdraws.
    """

    people: tuple[Person, ...]
    secrets: frozenset[str]
    speakers: Mapping[Path, frozenset[str]] = field(default_factory=dict)
    nameless: frozenset[str] = frozenset()
    wished: frozenset[str] = frozenset()
    unread: Mapping[Path, str] = field(default_factory=dict)
    twins: frozenset[Path] = frozenset()
    gone_people: frozenset[str] = frozenset()
    gone_conversations: frozenset[str] = frozenset()


class Gathered(NamedTuple):
    """What was collected from some files: ids, names with their owners, handles, speakers by tree, secrets."""

    ids: dict[str, None]
    names: dict[tuple[str, str | None], None]
    handles: dict[str, str | None]
    speakers: dict[Path, set[str]]
    unnamed: set[str]
    secrets: set[str]


class RosterBuilder:
    """Collects people and secrets from rows and credentials of any number of trees.

    :param policy: says where people are named and where secrets are kept
    :param tables: the schema, which says where a person is referred to
    """

    def __init__(self, policy: Policy, tables: Mapping[str, Table]) -> None:
        self._policy = policy
        self._references = {
            name: tuple(column.name for column in table.columns if column.references == "users")
            for name, table in tables.items()
        }
        self._agents: set[str] = set()
        self._root = Path()
        self._unread: dict[Path, str] = {}
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._ids: dict[str, None] = {}
        self._names: dict[tuple[str, str | None], None] = {}
        self._handles: dict[str, str | None] = {}
        self._speakers: dict[Path, set[str]] = {}
        self._unnamed: set[str] = set()
        self.secrets: set[str] = set()

    def apart(self) -> RosterBuilder:
        """A builder for some rows of the same tree, which may be read elsewhere."""
        other = copy(self)
        other._begin_anew()
        return other

    def gathered(self) -> Gathered:
        """What rows told so far."""
        names = (self._ids, self._names, self._handles)
        return Gathered(*names, self._speakers, self._unnamed, self.secrets)

    def take(self, gathered: Gathered) -> None:
        """Take what the rows told that come next."""
        for user_id in gathered.ids:
            self._ids.setdefault(user_id)
        for name in gathered.names:
            self._names.setdefault(name)
        for handle, owner in gathered.handles.items():
            self._handles.setdefault(handle, owner)
        for root, ids in gathered.speakers.items():
            self._speakers.setdefault(root, set()).update(ids)
        self._unnamed |= gathered.unnamed
        self.secrets |= gathered.secrets

    def begin(self, root: Path) -> None:
        """Begin a tree: what follows is in it."""
        self._root = root

    def file(self, logical: str) -> None:
        """Take what a file's place says: some are named after the person they belong to."""
        if ACCOUNT_FOLDER.fullmatch(logical):
            self._id(logical[:-1])
            return
        folder, _, name = logical.rpartition("/")
        owner = name.removesuffix(".json") if folder in OWNED_FOLDERS else folder.removeprefix("users/")
        if folder in OWNED_FOLDERS or folder.startswith("users/"):
            self._id(owner)

    def row(self, item: Row | Hint) -> None:
        """Take what one row says of people."""
        values = item.values if isinstance(item, Row) else {"id": item.id, **item.values}
        for column in self._references[item.table]:
            if isinstance(values.get(column), str):
                self._id(values[column])
                if item.table in SPOKEN:
                    self._speakers.setdefault(self._root, set()).add(values[column])
        for named in self._policy.names.get(item.table, ()):
            owner = values.get(named.owner) if named.owner else None
            for text in named.texts(values):
                self._named(named.what, text, owner if isinstance(owner, str) else None)
        for column in self._policy.secrets.get(item.table, ()):
            if isinstance(values.get(column), str):
                self.secrets.add(values[column])

    def credentials(self, root: Path) -> None:
        """Take what the files say that are never read for rows: secrets, mail addresses, who the coding agent is."""
        for pattern in CREDENTIALS:
            for path in sorted(root.glob(pattern)):
                try:
                    source, _ = read_json(path)
                except Unreadable as error:
                    self._unread[path] = str(error)
                    continue
                if not isinstance(source, dict):
                    self._unread[path] = "is no object"
                    continue
                self.secrets |= set(_secrets(source))
                if path.parent == root:
                    # Only an account that also bears the agent's name is one: an owner may have logged in here, too.
                    if str(source.get("display_name", "")).casefold() in words().nobody:
                        self._agents.add(str(source.get("user_id")))
                else:
                    self._mail(str(source.get("email") or ""), path.parent.name)

    def hidden(self, table: Path) -> None:
        """Take the secrets and account names of a table, or a file of keys, that is never read for rows.

        :param table: its name below the place of the vessel's database
        """
        if table.name == KEYS:
            self._keys(table)
            return
        secret, handle = HIDDEN.get(table.name, ("", ""))
        try:
            rows = read_vessel_table(table)[0] if secret else []
        except Unreadable as error:
            self._unread[table] = str(error)
            return
        for row in rows:
            self.secrets |= {str(row[secret])} if row.get(secret) else set()
            if row.get(handle):
                self._named("handle", str(row[handle]), None)

    def _keys(self, path: Path) -> None:
        try:
            source, _ = read_json(path)
        except Unreadable as error:
            self._unread[path] = str(error)
            return
        self.secrets |= {text for text in _texts(source) if len(text) >= SHORTEST_KEY}

    def build(self, wishes: Wishes) -> Roster:
        """The roster, with the owner's wishes worked in.

        :raises UsageError: a wish for a user id that no tree knows
        """
        # An id that is a word, as a folder's name can be, names its bearer by itself.
        _check_kept(wishes, self._names)
        people = {i: _Draft([], [i] if is_word(i) else [], [i]) for i in self._ids}
        for name, owner in sorted(self._names, key=lambda named: named[1] not in people):
            _settle(people, name, is_name=True, user_id=owner)
        for handle, user_id in self._handles.items():
            _settle(people, handle, is_name=False, user_id=user_id)
        for user_id in self._agents:
            people.pop(user_id, None)
        for who, wish in wishes.people.items():
            if who not in people and UUID.fullmatch(who):
                raise UsageError("redaction.yml: people: no person has the id that is given; look into users/")
            draft = people.get(who) or _settle(people, who, is_name=True)
            draft.names.extend(wish.aliases)
            draft.wished = True
            draft.pseudonym = wish.pseudonym or draft.pseudonym
        told = (draft for draft in people.values() if draft.names or draft.handles or draft.wished)
        named = {user_id for draft in told for user_id in draft.ids} | self._unnamed
        known = people.keys() & self._ids.keys()
        return Roster(
            tuple(
                Person(key, tuple(dict.fromkeys(d.names)), tuple(dict.fromkeys(d.handles)), tuple(d.ids), d.pseudonym)
                for key, d in sorted(people.items())
            ),
            frozenset(self.secrets),
            speakers={root: frozenset(ids & known) for root, ids in self._speakers.items()},
            nameless=frozenset(known - named),
            wished=frozenset(i for draft in people.values() if draft.wished for i in draft.ids),
            unread=self._unread,
        )

    def _id(self, user_id: str) -> None:
        if user_id != "None":
            self._ids.setdefault(user_id)

    def _named(self, what: str, text: str, owner: str | None) -> None:
        if what == "id":
            self._id(text)
            return
        if what == "secret":
            self.secrets.add(text)
            return
        text = bounded(text)
        if text.casefold() in words().nobody or UUID.fullmatch(text):
            # Somebody is called so, and by no name that could be missing.
            self._unnamed.update({owner} if owner and what == "name" else ())
        elif what == "handle":
            if text.casefold() not in words().accounts:
                self._handles.setdefault(text, None)
        else:
            self._names.setdefault((text, owner))

    def _mail(self, address: str, user_id: str) -> None:
        local = bounded(address.partition("@")[0].partition("+")[0])
        if local and local.casefold() not in words().nobody:
            self._ids.setdefault(user_id)
            self._handles.setdefault(local, user_id)


def _secrets(value: Any, key: str = "") -> Iterator[str]:
    """Every text below a key that tells of a secret, however deep."""
    if isinstance(value, str) and SECRET_KEYS.search(key):
        yield value
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _secrets(entry, key if SECRET_KEYS.search(key) else str(name))
    elif isinstance(value, list):
        for entry in value:
            yield from _secrets(entry, key)


def _texts(value: Any) -> Iterator[str]:
    """Every text that is a value, however deep."""
    if isinstance(value, str):
        yield value
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(entry)


def _check_kept(wishes: Wishes, names: Iterable[tuple[str, str | None]]) -> None:
    """No word that is to stay is the name of somebody in the tree.

    :raises UsageError: one is; without telling which, for the message may be seen by others
    """
    borne = {run for name, _ in names for run in (folded(name.strip())[0], *runs(name))}
    for number, word in enumerate(wishes.keep, 1):
        if folded(word.strip())[0] in borne:
            raise UsageError(
                f"redaction.yml: keep: entry {number} is the name of somebody in the tree: to keep it would publish the"
                " name; take the entry out, or give the person another name in the tree"
            )


def is_word(user_id: str) -> bool:
    """Whether an id is a word rather than digits and letters that mean nothing."""
    return WORD.fullmatch(user_id) is not None and user_id.casefold() not in words().nobody


@dataclass
class _Draft:
    names: list[str]
    handles: list[str]
    ids: list[str]
    pseudonym: str | None = None
    wished: bool = False


def _settle(people: dict[str, _Draft], text: str, *, is_name: bool, user_id: str | None = None) -> _Draft:
    """Give a name or handle to the person it must be, or make a new one."""
    draft = (
        people.get(user_id or "")
        or _bearer(people, text)
        or people.setdefault(f"~{folded(text)[0]}", _Draft([], [], []))
    )
    (draft.names if is_name else draft.handles).append(text)
    return draft


def _bearer(people: dict[str, _Draft], text: str) -> _Draft | None:
    """The only person who shares a telling part of this name."""
    parts = {run for run in runs(text) if len(run) > 2 and run not in words().ordinary} or set(runs(text))
    plain = "".join(runs(text))
    bearers = []
    for draft in people.values():
        own = [run for name in draft.names for run in runs(name)]
        joined = {own[0][0] + own[-1], own[0] + own[-1][0], "".join(own)} if own else set()
        if parts & set(own) or plain in joined:
            bearers.append(draft)
    return bearers[0] if len(bearers) == 1 else None
