"""Who is in a tree, and which secrets: gathered from the raw tree before a single row is redacted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from build_db.contract import UUID
from build_db.errors import Unreadable, UsageError
from build_db.household.wishes import Wishes
from build_db.ingest.reading import read_json
from build_db.records import Hint, Row
from build_db.redaction.people import Person, folded, runs
from build_db.redaction.words import words

HOME = r"(?:^|[\\/])(?:home|Users)[\\/]+([^\\/]+)|^~([a-z]\w+)/"
OWNER = r"\s*([\w.-]+)/"
REFLECTION = r"reflection_during_(.+)_conversation"
INFLUENCE = r"(\w+?)_influenced?"


class Named(NamedTuple):
    """A column that can name a person, or a key inside a JSON column (`metadata_json.display_name`; `*`: its keys)."""

    table: str
    column: str
    pattern: str
    is_name: bool = True
    owner: str | None = None


NAMED = (
    Named("users", "display_name", r"(.+)", owner="id"),
    Named("disagreements", "user_name", r"(.+)", owner="user_id"),
    Named("self_model_nodes", "metadata_json.display_name", r"(.+)", owner="original_id"),
    Named("self_model_nodes", "metadata_json.about_user_name", r"(.+)"),
    Named("opinions", "formed_from", REFLECTION),
    Named("opinions", "formed_from", INFLUENCE, is_name=False),
    Named("self_model_nodes", "metadata_json.formed_from", REFLECTION),
    Named("self_observations", "context_json.influence_source", INFLUENCE, is_name=False),
    Named("roadmap_items", "assigned_to", r"(.+)"),
    Named("roadmap_items", "created_by", r"(.+)"),
    Named("project_documents", "created_by", r"(.+)"),
    Named("research_schedules", "requested_by", r"(.+)"),
    Named("research_schedules", "approved_by", r"(.+)"),
    Named("research_proposals", "created_by", r"(.+)"),
    Named("research_proposals", "approved_by", r"(.+)"),
    Named("test_records", "data_json.acknowledged_by", r"(.+)"),
    Named("test_records", "data_json.git_author", r"(.+)"),
    Named("projects", "github_repo", OWNER, is_name=False),
    Named("github_metrics", "repos_json.*", OWNER, is_name=False),
    Named("projects", "working_directory", HOME, is_name=False),
    Named("project_files", "path", HOME, is_name=False),
    Named("roadmap_milestones", "plan_path", HOME, is_name=False),
)
# The kinds of file whose rows these are.
NAMING_KINDS = frozenset(
    (
        "differentiation log",
        "project",
        "repository metrics",
        "research schedule",
        "research tasks",
        "roadmap item",
        "roadmap milestone",
        "self-model graph",
        "self-observations",
        "self-profile",
        "test record",
        "user",
        "user index",
    )
)

# Folders whose files bear a person's id, and columns that hold one without a foreign key.
OWNED_FOLDERS = ("calendar", "tasks")
ID_KEYS = (
    ("users", "id"),
    ("disagreements", "user_id"),
    ("self_observations", "context_json.source_user_id"),
    ("self_model_nodes", "metadata_json.user_id"),
    ("self_model_nodes", "metadata_json.about_user_id"),
)

SECRET_COLUMNS = (("users", "password_hash"), ("projects", "github_token"))
CREDENTIALS = ("daedalus_credentials.json", "users/*/auth.json")
SECRET_KEYS = re.compile(r"password|token$|secret", re.IGNORECASE)


@dataclass(frozen=True)
class Roster:
    """The people of all trees, and every value that is known to be secret."""

    people: tuple[Person, ...]
    secrets: frozenset[str]


class RosterBuilder:
    """Collects people and secrets from rows and credentials of any number of trees."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = {}
        self._loose_names: dict[str, None] = {}
        self._handles: dict[str, str | None] = {}
        self._agents: set[str] = set()
        self.secrets: set[str] = set()

    def file(self, logical: str) -> None:
        """Take what a file's place says: some are named after the person they belong to."""
        folder, _, name = logical.rpartition("/")
        owner = name.removesuffix(".json") if folder in OWNED_FOLDERS else folder.removeprefix("users/")
        if folder in OWNED_FOLDERS or folder.startswith("users/"):
            self._id(owner)

    def row(self, item: Row | Hint) -> None:
        """Take what one row says of people."""
        values = item.values if isinstance(item, Row) else {"id": item.id, **item.values}
        for table, column in ID_KEYS:
            if item.table == table:
                for text in _texts(values, column):
                    self._id(text)
        for named in NAMED:
            if named.table == item.table:
                for text in _texts(values, named.column):
                    self._named(named, text, values.get(named.owner) if named.owner else None)
        for table, column in SECRET_COLUMNS:
            if item.table == table and isinstance(values.get(column), str):
                self.secrets.add(values[column])

    def credentials(self, root: Path) -> None:
        """Take what the files say that are never read for rows: secrets, mail addresses, who the coding agent is."""
        for pattern in CREDENTIALS:
            for path in sorted(root.glob(pattern)):
                try:
                    source, _ = read_json(path)
                except Unreadable:
                    continue
                if not isinstance(source, dict):
                    continue
                self.secrets |= {v for k, v in source.items() if isinstance(v, str) and SECRET_KEYS.search(k)}
                if path.parent == root:
                    # Only an account that also bears the agent's name is one: an owner may have logged in here, too.
                    if str(source.get("display_name", "")).casefold() in words().nobody:
                        self._agents.add(str(source.get("user_id")))
                else:
                    self._mail(str(source.get("email") or ""), path.parent.name)

    def build(self, wishes: Wishes) -> Roster:
        """The roster, with the owner's wishes worked in.

        :raises UsageError: a wish for a user id that no tree knows
        """
        people = {user_id: _Draft([*names], [], [user_id]) for user_id, names in self._ids.items()}
        for name in self._loose_names:
            _settle(people, name, is_name=True)
        for handle, user_id in self._handles.items():
            _settle(people, handle, is_name=False, user_id=user_id)
        for user_id in self._agents:
            people.pop(user_id, None)
        for who, wish in wishes.people.items():
            if who not in people and UUID.fullmatch(who):
                raise UsageError("redaction.yml: people: no person has the id that is given; look into users/")
            draft = people.get(who) or _settle(people, who, is_name=True)
            draft.names.extend(wish.aliases)
            draft.pseudonym = wish.pseudonym or draft.pseudonym
        return Roster(
            tuple(
                Person(key, tuple(dict.fromkeys(d.names)), tuple(dict.fromkeys(d.handles)), tuple(d.ids), d.pseudonym)
                for key, d in sorted(people.items())
            ),
            frozenset(self.secrets),
        )

    def _id(self, user_id: str) -> None:
        if user_id != "None":
            self._ids.setdefault(user_id, [])

    def _named(self, named: Named, text: str, owner: Any) -> None:
        match = re.search(named.pattern, text) if named.pattern == HOME else re.fullmatch(named.pattern, text)
        if named.pattern == OWNER:
            match = re.match(named.pattern, text)
        found = next((group for group in match.groups() if group), None) if match else None
        if found is None or found.casefold() in words().nobody or UUID.fullmatch(found):
            return
        if not named.is_name:
            self._handles.setdefault(found, None)
        elif owner in self._ids:
            self._ids[owner].append(found)
        else:
            self._loose_names.setdefault(found)

    def _mail(self, address: str, user_id: str) -> None:
        local = address.partition("@")[0].partition("+")[0]
        if local and local.casefold() not in words().nobody:
            self._ids.setdefault(user_id, [])
            self._handles.setdefault(local, user_id)


@dataclass
class _Draft:
    names: list[str]
    handles: list[str]
    ids: list[str]
    pseudonym: str | None = None


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


def _texts(values: dict[str, Any], column: str) -> Iterator[str]:
    name, _, key = column.partition(".")
    value = values.get(name)
    found: Iterable[Any] = (value,)
    if key:
        found = () if not isinstance(value, dict) else value if key == "*" else (value.get(key),)
    for text in found:
        if isinstance(text, str) and text.strip():
            yield text.strip()
