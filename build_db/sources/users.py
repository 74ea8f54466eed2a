"""People: `users/<id>/profile.yaml`, and the index as the last resort for a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from build_db.records import Document, FileKind, Hint, Item, Problem, Row
from build_db.sources.mapping import Mapping, as_mapping, first, text_id

NAME = "display_name"
CALLED_OTHERWISE = "users/index.json has another name: this one is kept"
PROFILE = Mapping(
    same="display_name notes password_hash is_admin created_at updated_at",
    lists={"projects": "projects_json", "values": "values_json"},
    read="user_id relationship background communication communication_preferences preferences",
)


def rows(document: Document) -> Iterator[Item]:
    """One `users` row; an unreadable profile still gives one, so that what belongs to the person keeps it."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        source = {}
    user_id = document.folder
    if text_id(source.get("user_id")) not in (None, user_id):
        yield Problem("id differs from the folder name", user_id, "user_id", source["user_id"])
    values = PROFILE.values(source)
    values["id"] = user_id
    values["relationship"] = first(source.get("relationship"), "user")
    values["background_json"] = as_mapping(source.get("background"))
    values["communication_json"] = communication(source)
    values["preferences_json"] = as_mapping(source.get("preferences"))
    values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
    yield Row("users", values)
    yield from PROFILE.unknown(source, user_id)


def communication(source: dict) -> dict:
    """How a person likes to be talked to; an older key is kept inside."""
    liked = dict(as_mapping(source.get("communication")))
    if "communication_preferences" in source:
        liked["communication_preferences"] = source["communication_preferences"]
    return liked


def index(document: Document) -> Iterator[Item]:
    """Names for people who have no readable profile."""
    if not isinstance(document.value, dict):
        yield Problem("not an object", value=document.value)
        return
    for user_id, name in document.value.items():
        if isinstance(name, str) and name.strip():
            yield Hint("users", user_id, {NAME: name})
        else:
            yield Problem("not a text", user_id, NAME, name)


def listed_names(items: Iterable[Item]) -> dict[str, str]:
    """What the index of a tree calls people, by id."""
    return {item.id: item.values[NAME] for item in items if isinstance(item, Hint) and item.table == "users"}


def called_otherwise(items: Iterable[Item], listed: dict[str, str]) -> Iterator[Problem]:
    """A problem for each profile with another name than the index has.

    :param listed: what the index calls people
    """
    for item in items:
        if isinstance(item, Row) and item.table == "users":
            name = item.values.get(NAME)
            other = listed.get(item.values["id"], name)
            if name not in (None, "", other):
                yield Problem(CALLED_OTHERWISE, item.values["id"], NAME, other)


INDEX = FileKind("user index", ("users/index.json",), "json", index)
KINDS = (
    INDEX,
    FileKind("user", ("users/*/profile.yaml",), "yaml", rows, stands_alone=True),
)
