"""Projects: `projects/<id>.json`, with their file list and documents."""

from __future__ import annotations

from collections.abc import Iterator

from build_db.records import Document, FileKind, Item, Problem, Row
from build_db.sources.mapping import Mapping, first, objects, text_id

PROJECT = Mapping(
    same="working_directory description github_repo github_token created_at",
    read="id name updated_at user_id files documents",
)
FILE = Mapping(same="path description embedded", read="added_at")
TEXT = Mapping(same="title content embedded", read="id created_by created_at updated_at")


def rows(document: Document) -> Iterator[Item]:
    """One `projects` row, its `project_files` and its `project_documents`."""
    source = document.value
    if not isinstance(source, dict):
        yield Problem("not an object", value=source)
        return
    values = PROJECT.values(source)
    values["id"] = text_id(source.get("id")) or document.stem
    values["name"] = first(source.get("name"), document.stem)
    values["user_id"] = text_id(source.get("user_id"))
    values["updated_at"] = first(source.get("updated_at"), source.get("created_at"))
    if values["id"] != document.stem:
        yield Problem("id differs from the file name", values["id"], "id")
    yield Row("projects", values)
    yield from PROJECT.unknown(source, values["id"])
    yield from files(source, values)
    yield from documents(source, values)


def files(source: dict, project: dict) -> Iterator[Item]:
    """The `project_files` rows of one project."""
    for entry in objects(source, "files"):
        if isinstance(entry, Problem):
            yield entry
            continue
        file, place = entry
        row = FILE.values(file)
        row["project_id"] = project["id"]
        row["added_at"] = first(file.get("added_at"), project["created_at"])
        yield Row("project_files", row)
        yield from FILE.unknown(file, project["id"], f"{place}.")


def documents(source: dict, project: dict) -> Iterator[Item]:
    """The `project_documents` rows of one project."""
    for entry in objects(source, "documents"):
        if isinstance(entry, Problem):
            yield entry
            continue
        text, place = entry
        row = TEXT.values(text)
        row["project_id"] = project["id"]
        row["created_at"] = first(text.get("created_at"), project["created_at"])
        row["updated_at"] = first(text.get("updated_at"), project["updated_at"])
        row["created_by"] = first(text.get("created_by"), "cass")
        row["id"] = text_id(text.get("id"))
        yield Row("project_documents", row)
        yield from TEXT.unknown(text, project["id"], f"{place}.")


KINDS = (FileKind("project", ("projects/*.json",), "json", rows),)
