"""Memory that was freed, and that the system's allocator keeps for what may come."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def hand_back() -> None:
    """Hand it back to the system, after a step that took much more than the next ones; where there is a way to.

    It lies in pieces between what is still used, and the next step would mostly find none that is large enough.
    """
    with suppress(OSError, AttributeError):  # of the GNU C library alone
        ctypes.CDLL(None).malloc_trim(0)
