"""How time grows with size: what takes four times as long for twice as much is found by any visitor."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

# So small that a quadratic reader is still waited for, and so large that it shows.
SMALL, LARGE = 8_000, 32_000
# What takes less is no trouble, however it grows; a busy machine may be a few times slower at one moment.
NO_TROUBLE, STEEP = 0.5, 9.0


def assert_linear(
    run: Callable[[Any], Any], made: Callable[[int], Any], small: int = SMALL, large: int = LARGE
) -> None:
    """Four times as much takes about four times as long; sixteen times would be quadratic."""
    for _ in range(3):  # something else may have been busy
        taken = _seconds(run, made(large))
        if taken < max(NO_TROUBLE, STEEP * _seconds(run, made(small))):
            return
    raise AssertionError(f"{large / small:g} times as much took {taken:.2f} s, more than {STEEP:g} times as long")


def _seconds(run: Callable[[Any], Any], value: Any) -> float:
    enabled = gc.isenabled()
    gc.disable()  # its rounds grow with all that lives in this process, whatever is run
    try:
        begin = time.process_time()
        run(value)
        return time.process_time() - begin
    finally:
        if enabled:
            gc.enable()
