"""Pseudonyms and placeholders: the same key and value give the same name, another key an unlinkable one."""

from __future__ import annotations

import hmac


class Keyed:
    """Names made with a secret key, never with a bare hash that could be tried out.

    :param key: the owner's key, at least 16 bytes
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a key has at least 16 bytes")
        self._key = key

    def token(self, purpose: str, value: str) -> str:
        """16 hexadecimal digits that stand for `value`; different purposes are unlinkable."""
        return self._digest(purpose, value).hex()[:16]

    def uuid(self, purpose: str, value: str) -> str:
        """A UUID (version 4) that stands for `value`."""
        digits = self._digest(purpose, value).hex()
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"

    def _digest(self, purpose: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}\x1f{value}".encode("utf-8", "surrogatepass"), "sha256")
