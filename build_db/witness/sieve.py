"""Tells in one pass whether any of many patterns may be in bytes, so that each is tried only where one is.

Knows nothing of what it looks for, and imports nothing of the tool: the witness trusts it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

try:
    import re2
except ImportError:  # no wheel for this machine
    re2 = None

# For RE2's states, at most.
MEMORY = 64 << 20


class Sieve:
    """Looks for many patterns at once.

    Without google-re2, and if there are too many patterns for it, everything may hold one: what is looked for closely
    afterwards is found just the same, only later.

    :param patterns: in the syntax of RE2, one byte a character
    """

    def __init__(self, patterns: Iterable[bytes]) -> None:
        joined = b"|".join(sorted(set(patterns)))
        self._pattern = None
        self._empty = not joined
        if re2 and joined:
            options = re2.Options()
            options.encoding = re2.Options.Encoding.LATIN1
            options.max_mem, options.log_errors = MEMORY, False
            with suppress(re2.error):
                self._pattern = re2.compile(joined, options)

    def may_hold(self, data: bytes) -> bool:
        """Whether a closer look is needed."""
        if self._pattern:
            return self._pattern.search(data) is not None
        return not self._empty


def literal(data: bytes) -> bytes:
    """The pattern of these bytes and no others."""
    return b"".join(b"\\x%02x" % byte for byte in data)
