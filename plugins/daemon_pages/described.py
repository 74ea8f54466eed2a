"""Words, labels and questions for every file of ours: `metadata.yml` describes one, under the name it had in mind."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from daemon_pages.served import served

if TYPE_CHECKING:
    from datasette.app import Datasette

Description = dict[str, Any]
NOTHING: Description = {}


class Described:
    """What `metadata.yml` says of the file that it names under `plugins: daemon_pages: described`."""

    def __init__(self, name: str, about: Description) -> None:
        self._name, self._about = name, about
        # Datasette merges its own metadata into what it is given: each name has a copy of its own.
        self._copies: dict[str, Description] = {}
        # The same object for the same files, so that what follows from it need not be worked out again.
        self._told: dict[tuple[str, ...], Description] = {}

    def under(self, name: str) -> Description | None:
        """The same for a file of another name."""
        if name == self._name or not self._about:
            return None
        if name not in self._copies:
            self._copies[name] = deepcopy(self._about)
        return self._copies[name]

    def of(self, names: tuple[str, ...]) -> Description:
        """Metadata that says so of each of these files; empty if there is nothing to say."""
        if names not in self._told:
            about = {name: told for name in names if (told := self.under(name))}
            self._told[names] = {"databases": about} if about else {}
        return self._told[names]


_known: WeakKeyDictionary[Datasette, Described] = WeakKeyDictionary()


def learn(datasette: Datasette, said: Mapping[str, Any]) -> None:
    """Keep the description once, when the server starts: asking later would ask ourselves.

    :param said: what the owner says of each file, by its name
    """
    name = (datasette.plugin_config("daemon_pages") or {}).get("described", "")
    _known[datasette] = Described(name, said.get(name) or {})


def descriptions(datasette: Datasette) -> dict[str, Any]:
    """Metadata for the files of ours that `metadata.yml` does not name; what it does say of them wins."""
    described = _known.get(datasette)
    if described is None:
        return NOTHING
    return described.of(tuple(file.name for file in served(datasette)))
