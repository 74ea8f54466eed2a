"""Words, labels and questions for every file of ours: `metadata.yml` describes one, under the name it had in mind."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from daemon_pages.served import served

if TYPE_CHECKING:
    from datasette.app import Datasette

Description = dict[str, Any]


class Described:
    """What `metadata.yml` says of the file that it names under `plugins: daemon_pages: described`."""

    def __init__(self, name: str, about: Description) -> None:
        self._name, self._about = name, about
        # Datasette merges its own metadata into what it is given: each name has a copy of its own.
        self._copies: dict[str, Description] = {}

    def under(self, name: str) -> Description | None:
        """The same for a file of another name."""
        if name == self._name or not self._about:
            return None
        return self._copies.setdefault(name, deepcopy(self._about))


_known: WeakKeyDictionary[Datasette, Described] = WeakKeyDictionary()


def learn(datasette: Datasette) -> None:
    """Read the description once, when the server starts: asking later would ask ourselves."""
    name = (datasette.plugin_config("daemon_pages") or {}).get("described", "")
    _known[datasette] = Described(name, (datasette.metadata("databases") or {}).get(name) or {})


def descriptions(datasette: Datasette) -> dict[str, Any]:
    """Metadata for the files of ours that `metadata.yml` does not name; what it does say of them wins."""
    described = _known.get(datasette)
    if described is None:
        return {}
    databases = {file.name: about for file in served(datasette) if (about := described.under(file.name))}
    return {"databases": databases} if databases else {}
