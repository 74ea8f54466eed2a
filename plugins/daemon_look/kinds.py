"""The kinds of record that have a list and pages of their own, as `kinds.yml` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import msgspec
import yaml

FILE = "kinds.yml"


class RecordKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `kinds.yml`; there, the fields are explained."""

    slug: str
    one: str
    many: str
    shelf: str
    table: str
    date: str
    glimpse: str
    about: str
    also: tuple[str, ...] = ()
    of: str = "daemon_id"
    title: str = "''"
    dialogue: str = ""
    talks: str = ""
    text: dict[str, str] = {}
    folded: dict[str, str] = {}
    facts: dict[str, str] = {}

    def listed(self, longest: int) -> str:
        """SQL for what a list shows of a record: its id, title, date, and the beginning of its words.

        :param longest: so many characters of them, and one more where there are more
        """
        beginning = f"substr({self.glimpse}, 1, {longest + 1})"
        return f"SELECT id, {self.title} AS title, {self.date} AS date, {beginning} AS glimpse FROM {self.table}"


def declared_kinds(source: Mapping[str, Any]) -> dict[str, RecordKind]:
    """The kinds by their place in addresses.

    :raises ValueError: naming file, entry and key
    """
    kinds = {}
    for slug, entry in source.items():
        try:
            kinds[slug] = msgspec.convert({"slug": slug, **entry}, RecordKind)
        except (msgspec.ValidationError, TypeError) as error:
            raise ValueError(f"{FILE}: {slug}: {error}") from None
    return kinds


# In C where there is such a loader: a tenth of the time, of every page's and every book's start.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = declared_kinds(yaml.load(files("daemon_look").joinpath(FILE).read_text(encoding="utf-8"), Loader=LOADER))
BY_TABLE = {kind.table: kind for kind in KINDS.values()}
