"""Searches a finished file for what must not be in it, without any trust in the redactor.

It looks for the needles of the raw tree in every cell, every search term, every byte. A hit names a rule and a place,
never the value.
"""

from __future__ import annotations

import html
import io
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, NamedTuple

from build_db.scratch import temporary
from build_db.witness.finding import Found, NeedleFinder
from build_db.witness.lists import keys
from build_db.witness.markup import as_shown, is_markup
from build_db.witness.needles import Needles
from build_db.witness.terms import BETWEEN, TERMS_AS_BYTES, Terms

CHUNK = 500_000
# Cells are searched so many at a time.
BATCH = 2_000
# A long table is searched so many rows at a time, but in no more pieces than that.
STRETCH, MOST_STRETCHES = 4_000, 64
# So many bytes of Parquet are read at a time.
PAGE = 1 << 16
# The longest needle that may lie across two chunks.
OVERLAP = 1_000
SQLITE, PARQUET = b"SQLite format 3\0", b"PAR1"
# How files begin whose cells are searched one by one, wherever they lie.
HOLDING_CELLS = (SQLITE, PARQUET)


class Hit(NamedTuple):
    """A needle in a file: the rule it belongs to, where it is, and what. The value is for the owner's eyes alone."""

    rule: str
    place: str
    value: str


class Query(NamedTuple):
    """Asks for rows; and the name of their table."""

    sql: str
    place: str


# Searches a part of a file.
Part = Callable[[], Iterator[Hit]]


class Witness(NeedleFinder):
    """Searches files for needles."""

    def __init__(self, needles: Needles, words: Iterable[str] = ()) -> None:
        super().__init__(needles, words)
        self._clean: set[bytes] = set()

    def search(self, path: Path) -> Iterator[Hit]:
        """Every hit in a file and in its name: in the cells, search terms and schema of a database, in the decoded
        cells of Parquet, in the words and bytes of any file, and in all of that in the members of an archive.
        """
        for part in self.parts(path):
            yield from part()

    def parts(self, path: Path) -> list[Part]:
        """The same search in parts, which can be searched in any order."""
        self.get_ready()
        parts: list[Part] = [partial(self._search_name, path), *self._cells(path), partial(self._search_bytes, path)]
        return [*parts, partial(self._search_archive, path)] if zipfile.is_zipfile(path) else parts

    def _search_name(self, path: Path) -> Iterator[Hit]:
        for found in self.text_hits(path.name):
            yield Hit(found.rule, "a file name", found.value)

    def _search_bytes(self, path: Path) -> Iterator[Hit]:
        with path.open("rb") as file:
            yield from self._search_stream(file, f"bytes of {path.name}")

    def _cells(self, path: Path) -> list[Part]:
        with path.open("rb") as file:
            begin = file.read(16)
        if not begin.startswith(HOLDING_CELLS):
            return []
        return list(self._tables(path)) if begin.startswith(SQLITE) else [partial(self._search_parquet, path)]

    def _tables(self, path: Path) -> Iterator[Part]:
        """The tables of a database, of a long one so many rows at a time; the search index; the schema.

        Short tables are a part together: whoever connects reads the whole schema, which takes longer than most of them.
        """
        with closing(_connected(path)) as conn:
            names = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            tables = [name for name in names if not name.startswith("search_") or name == "search_documents"]
            if "search" in tables:
                tables.remove("search")
                yield partial(self._search_index, path)
            together, rows = [Query("SELECT name FROM sqlite_master", "schema")], 0
            for query, length in (found for table in tables for found in _stretches(conn, table)):
                together, rows = [*together, query], rows + length
                if rows >= STRETCH:
                    yield partial(self._search_tables, path, together)
                    together, rows = [], 0
            yield partial(self._search_tables, path, together)

    def _search_tables(self, path: Path, queries: list[Query]) -> Iterator[Hit]:
        with closing(_connected(path)) as conn:
            conn.text_factory = bytes  # decoded many at once
            for query in queries:
                yield from self._search_rows(conn, *query)

    def _search_index(self, path: Path) -> Iterator[Hit]:
        with closing(_connected(path)) as conn:
            yield from self._search_terms(conn)

    def _search_terms(self, conn: sqlite3.Connection) -> Iterator[Hit]:
        """Every search term that does not come from a text in which it is no name: part of an id, of a model.

        Terms are searched as they stand: as they are read, the texts are that they come from.
        """
        terms = Terms(conn, lambda text: {found.value for found in self.text_hits(text)})
        for hit in self._search_rows(conn, TERMS_AS_BYTES, "search terms", self._term_hits):
            if not terms.are_explained(hit.value):
                yield hit
        for document, row in terms.rows_of_characters(self._names):
            for found in self.name_hits(row):
                if not terms.is_explained(found.value, document):
                    yield Hit(found.rule, "search terms.term", found.value)

    def _term_hits(self, place: str, text: str) -> Iterator[Found]:
        yield from self.value_hits(text)
        yield from self.name_hits(text)

    def _search_rows(
        self, conn: sqlite3.Connection, sql: str, place: str, hits: Callable[[str, str], Iterator[Found]] | None = None
    ) -> Iterator[Hit]:
        """Hits in rows whose cells are bytes; numbers hold nothing."""
        cursor = conn.execute(sql)
        columns = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(BATCH):
            for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
                for found in (hits or self._column_hits)(f"{place}.{column}", _joined(cells)):
                    yield Hit(found.rule, f"{place}.{column}", found.value)

    def _column_hits(self, place: str, text: str) -> Iterator[Found]:
        """All needles in cells of a column."""
        return self.cell_hits(place, text) if place in keys().own_columns else self._hits_once(text)

    def _hits_once(self, text: str) -> Iterator[Found]:
        """All needles in a text, unless it was searched before and none was found.

        Parquet holds the cells of the database beside it once more.
        """
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest not in self._clean:
            found = list(self.text_hits(text))
            if not found:
                self._clean.add(digest)
            yield from found

    def _search_parquet(self, path: Path) -> Iterator[Hit]:
        """Cells, decoded: in the file they are packed, and bytes tell nothing."""
        import pyarrow  # only who makes Parquet needs it
        from pyarrow import ListArray, compute, parquet, types

        # Arrow's own allocator keeps what it no longer needs; a column is read page by page.
        pyarrow.set_memory_pool(pyarrow.system_memory_pool())
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=PAGE) as file:
            texts = [field.name for field in file.schema_arrow if types.is_string(field.type)]
            for name in texts:  # one after the other: each takes memory of its own
                for batch in file.iter_batches(BATCH, columns=[name], use_threads=False):
                    column = batch.column(0).drop_null()
                    cells = ListArray.from_arrays([0, len(column)], column)
                    text = compute.binary_join(cells, BETWEEN)[0].as_py()
                    for found in self._hits_once(text):
                        yield Hit(found.rule, f"{path.stem}.{name}", found.value)

    def _search_stream(self, file: IO[bytes], place: str) -> Iterator[Hit]:
        """Bytes, and words if it is a text; of a page also as it is read. Whole lines at a time: no word is cut."""
        tail, is_text, is_page = b"", True, None
        while chunk := file.read(CHUNK):
            is_page = is_markup(chunk) if is_page is None else is_page
            chunk += file.readline()
            is_text = is_text and b"\0" not in chunk
            for found in self.byte_hits(tail + chunk):
                yield Hit(found.rule, place, found.value)
            # Other values are bytes like any; names are told by the words around them.
            for found in self.name_hits(chunk) if is_text else ():
                yield Hit(found.rule, place, found.value)
            for found in self._page_hits((tail + chunk).decode("utf-8", "replace")) if is_page else ():
                yield Hit(found.rule, place, found.value)
            tail = chunk[-OVERLAP:]

    def _page_hits(self, text: str) -> Iterator[Found]:
        """All needles in the words of a page, and in its attributes, in which only signs are disguised."""
        yield from self.text_hits(as_shown(text))
        if "&" in text:
            yield from self.value_hits(html.unescape(text))

    def _search_archive(self, path: Path) -> Iterator[Hit]:
        place = f"a member of {path.name}"
        with zipfile.ZipFile(path) as archive, temporary() as folder:
            for member in archive.infolist():
                for found in self.text_hits(member.filename):
                    yield Hit(found.rule, f"a member's name in {path.name}", found.value)
                with _opened(archive, member) as file:
                    has_cells = file.peek(len(SQLITE)).startswith(HOLDING_CELLS)
                    yield from () if has_cells else self._search_stream(file, place)
                if has_cells:
                    yield from self._search_unpacked(archive, member, Path(folder, Path(member.filename).name), place)

    def _search_unpacked(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, place: str
    ) -> Iterator[Hit]:
        """A member that holds cells, for which it has to be a file."""
        with archive.open(member) as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy, CHUNK)
        for hit in (hit for part in self._cells(path) for hit in part()):
            yield hit._replace(place=f"{hit.place} in {place}")
        with path.open("rb") as file:
            yield from self._search_stream(file, place)
        path.unlink()


def _joined(cells: Sequence[Any]) -> str:
    """The cells that are bytes, in one text."""
    kinds = set(map(type, cells))
    if bytes not in kinds:
        return ""
    held = cells if len(kinds) == 1 else [cell for cell in cells if isinstance(cell, bytes)]
    return BETWEEN.encode().join(held).decode("utf-8", "replace")


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> io.BufferedReader:
    """A member of an archive, unpacked as it is read."""
    return io.BufferedReader(archive.open(member), CHUNK)  # type: ignore[arg-type]


def _connected(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    conn.text_factory = lambda data: data.decode("utf-8", "replace")
    return conn


def _stretches(conn: sqlite3.Connection, table: str) -> Iterator[tuple[Query, int]]:
    """Queries that part a table by the numbers of its rows, each row in one of them; how many rows there may be."""
    columns = [str(row[1]).lower() for row in conn.execute(f"PRAGMA table_info([{table}])")]
    every = f"SELECT * FROM [{table}]"
    try:
        # A column can bear the name, and hold anything.
        least, last = conn.execute(f"SELECT min(rowid), max(rowid) FROM [{table}]").fetchone()
    except sqlite3.OperationalError:  # its rows have no numbers
        least = None
    if "rowid" in columns or least is None:
        yield Query(every, table), 0
    elif last - least < STRETCH:
        yield Query(every, table), last - least + 1
    else:
        # Whole batches, so that they are the same as Parquet's, which then need not be searched again.
        batches = -(-(last - least + 1) // (MOST_STRETCHES * BATCH))
        step = max(STRETCH, batches * BATCH)
        for start in range(least, last + 1, step):
            yield Query(f"{every} WHERE rowid BETWEEN {start} AND {start + step - 1}", table), step
