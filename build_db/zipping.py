"""Members of a zip that are the same bytes whenever their content is."""

from __future__ import annotations

import zipfile

# The first day that a zip can tell; what is not told differs from nothing.
NO_TIME = (1980, 1, 1, 0, 0, 0)
UNIX = 3
# Half the time of the usual 6, for two or three bytes more in a hundred: `docs/performance.md`.
LEVEL = 4
MODE = 0o100644


def member(name: str, *, stored: bool = False) -> zipfile.ZipInfo:
    """A member without a time and an owner.

    :param stored: as it is, because it is packed already or must be read without unpacking
    """
    info = zipfile.ZipInfo(name, NO_TIME)
    info.create_system, info.external_attr = UNIX, MODE << 16
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info._compresslevel = LEVEL  # type: ignore[attr-defined]  # its public name is as young as Python 3.13
    return info
