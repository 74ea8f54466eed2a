"""Shows a file that was built anew from the next request on: what was taken back must not stay on show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daemon_pages import hosts

if TYPE_CHECKING:
    from datasette.app import Datasette

Identity = tuple[int, int] | None


class Fresh:
    """Notices when another file took the place of one that is served.

    A build replaces its file by a rename, so the old one lives on in every open connection. Datasette keeps one
    connection per thread; new threads open the new file.
    """

    def __init__(self, datasette: Datasette) -> None:
        self._datasette = datasette
        self._seen = self._identities()

    @property
    def is_gone(self) -> bool:
        """Whether one of the files was there no more at the last look."""
        return None in self._seen.values()

    async def look(self) -> None:
        """Before a request: have the files opened again if another one stands in the place of one of them."""
        now = self._identities()
        if now != self._seen:
            self._seen = now
            # An open connection would keep the old file on the disk.
            hosts.open_again(self._datasette)
            if not self.is_gone:
                await hosts.describe(self._datasette)

    def _identities(self) -> dict[str, Identity]:
        files = {name: database.path for name, database in self._datasette.databases.items() if database.path}
        return {name: _identity(Path(path)) for name, path in files.items()}


def _identity(path: Path) -> Identity:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
