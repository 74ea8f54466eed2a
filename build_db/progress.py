"""How far a long job has come, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Progress(NamedTuple):
    """Is told how far a job has come: `started` once, with the bytes to do; `advanced` with those that are done."""

    started: Callable[[int], None] = lambda total: None
    advanced: Callable[[int], None] = lambda size: None


SILENT = Progress()
