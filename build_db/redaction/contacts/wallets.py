"""Check digits of wallets: bech32 (BIP 173 and 350) and base58check."""

from __future__ import annotations

import hashlib
import re

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What is left of a right address: of the first edition, and of the second.
RIGHT = (1, 0x2BC830A3)
SIGNS = 5
# From here on it is an address although somebody mistyped it.
LEAST_MISTYPED = 38


def bech32(text: str, start: int, end: int) -> tuple[int, int] | None:
    """An address whose check digits are right, or one of a length that no word has: somebody mistyped it."""
    if end - start >= LEAST_MISTYPED:
        return start, end
    prefix, _, data = text[start:end].lower().rpartition("1")
    values = [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]
    values += [BECH32.find(char) for char in data]
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(GENERATORS):
            rest ^= generator if top >> place & 1 else 0
    return (start, end) if rest in RIGHT else None


def base58check(text: str, start: int, end: int) -> tuple[int, int] | None:
    """An address whose check digits are right, or one of a length that no word has: somebody mistyped it."""
    if end - start >= LEAST_MISTYPED:
        return start, end
    value = text[start:end]
    number = 0
    for char in value:
        number = number * 58 + BASE58.index(char)
    data = number.to_bytes(25, "big") if number < 1 << 200 else b""
    digest = hashlib.sha256(hashlib.sha256(data[:-4]).digest()).digest()
    return (start, end) if data and digest[:4] == data[-4:] else None


def not_flat(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Not the same digit over and over, nor padded with it."""
    return None if re.search(r"(\w)\1{15}", text[start:end]) else (start, end)


def looks_like_one(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Letters and digits in turns, as chance makes them."""
    value = text[start:end]
    turns = re.findall(r"\d+|[a-z]+|[A-Z]+", value)
    return (start, end) if len(turns) >= SIGNS and any(map(str.isdigit, value)) else None
