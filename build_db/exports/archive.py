"""Checksums, and a zip that is the same bytes whenever its files are."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
import zlib
from pathlib import Path

from build_db.zipping import member

CHECKSUMS = "CHECKSUMS.sha256"
COMPRESSED_ALREADY = (".parquet",)
CHUNK = 1 << 20
# How a damaged archive makes itself felt; a way of packing that is not known is a RuntimeError.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_of(folder: Path) -> list[str]:
    """Every file below a folder, as relative paths with `/`, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def write_checksums(folder: Path) -> None:
    """Write `CHECKSUMS.sha256` as `sha256sum --check` reads it."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in files_of(folder)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def write_archive(folder: Path, archive: Path, root: str) -> None:
    """Pack a folder; its files lie in the folder `root` of the archive."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name in files_of(folder):
            info = member(f"{root}/{name}", stored=name.endswith(COMPRESSED_ALREADY))
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, packed.open(info, "w") as place:
                shutil.copyfileobj(source, place, CHUNK)
