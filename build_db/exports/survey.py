"""The first look at a daemon's rows: their digest, which the export's key depends on, and the opaque values in them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection
from functools import lru_cache

from build_db.exports.opaque import Opaque
from build_db.exports.origin import Daemon
from build_db.exports.rekey import WHOLE_UUID, opaque_in_id, opaque_in_text
from build_db.exports.select import Selection
from build_db.exports.treatments import export_policy
from build_db.redaction.keyed import Keyed
from build_db.schema import schema

IDS = ("id", "handle", "person")
WORDS = ("text", "json", "json, days")
REMEMBERED = 1 << 12


def gather(selection: Selection, opaque: Opaque, noted: Callable[[str, tuple, bytes], None]) -> str:
    """Read every row once.

    :param opaque: learns the placeholders and short ids
    :param noted: called with each row: its table, itself, and itself as bytes
    :returns: the digest of all rows in order
    """
    digest = hashlib.sha256()
    in_id = lru_cache(REMEMBERED)(_in_id)
    for table in selection.tables:
        treatments = export_policy().treatments[table]
        looks = [
            (place, in_id if treatments[column.name] in IDS else opaque_in_text)
            for place, column in enumerate(schema()[table].columns)
            if column.type in ("TEXT", "JSON") and treatments[column.name] in (*IDS, *WORDS)
        ]
        digest.update(f"{table}\n".encode())
        for row in selection.rows(table):
            whole = repr(row).encode("utf-8", "surrogatepass")
            digest.update(whole)
            noted(table, row, whole)
            for place, look in looks:
                if row[place] and (found := look(row[place])):
                    opaque.add(found)
    return digest.hexdigest()


def _in_id(value: str) -> Collection[str]:
    # Most ids are a whole UUID, in which nothing is short.
    return () if WHOLE_UUID.fullmatch(value) else {*opaque_in_id(value), *opaque_in_text(value)}


def export_key(key: bytes, daemon: Daemon, digest: str, options: str) -> Keyed:
    """The key of one export: another one as soon as the owner's key, the daemon, its rows or `options` differ."""
    return Keyed(hmac.digest(key, "\x1f".join(("export", daemon.id, digest, options)).encode(), "sha256"))
