"""The same as `messages.py` for what people wrote at length: `python benchmarks/documents.py FOLDER`.

FOLDER holds unpacked packages of Debian with documents: manuals and books in HTML, collections of quotations and of
chats, dictionaries. For docs/privacy.md and docs/performance.md these were unpacked with `dpkg -x`: `anarchism
debian-handbook dict-devil dict-foldoc dict-jargon fortune-anarchism fortunes fortunes-min`, of `fortunes-` `bg br cs
de es ga it pl ru zh`, of `debian-reference-` `de en es fr id it ja pt zh-cn zh-tw`, of `developers-reference-` `de fr
it ja ru`, and of `aptitude-doc-` `cs es fi fr it ja nl ru`. A paragraph is a text. Half of them, by their digest, was
looked at; of the other half only the sums were.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from messages import HALVES, some, tell

SHORTEST, LONGEST, EACH = 20, 20_000, 2_500
BLOCKS = re.compile("p|div|li|t[dhr]|pre|h[1-6]|d[dt]|blockquote|table")
UNSEEN = frozenset(("script", "style", "head"))


def main() -> None:
    texts = _documents(Path(sys.argv[1]))
    print(f"{'what people wrote at length':44}{'measured':>12}   in {len(texts)} packages")
    for half, name in enumerate(HALVES):
        tell(
            name, [text for package in sorted(texts) for text in some(sorted(texts[package]), half, EACH)], "paragraphs"
        )


def _documents(folder: Path) -> dict[str, set[str]]:
    """The paragraphs of all documents, by the folder of a package."""
    texts: dict[str, set[str]] = {}
    for file in sorted(folder.rglob("*")):
        paragraphs = _paragraphs(file) if file.is_file() and not file.is_symlink() else ()
        for text in paragraphs:
            if SHORTEST <= len(text) <= LONGEST:
                texts.setdefault(str(file.parent), set()).add(text)
    return texts


def _paragraphs(file: Path) -> Iterator[str]:
    name = file.name.removesuffix(".gz")
    if not (
        name.endswith((".html", ".dict.dz")) or (file.parent.name == "fortunes" or "fortunes" in file.parts[-3:-1])
    ):
        return
    data = file.read_bytes()
    try:
        text = (gzip.decompress(data) if file.suffix in (".gz", ".dz") else data).decode()
    except UnicodeDecodeError:
        return  # an index, or another encoding
    if name.endswith(".html"):
        page = Page()
        page.feed(text)
        page.close()
        yield from page.paragraphs
    else:
        yield from (part.strip() for part in re.split(r"\n(?=\S)" if name.endswith(".dz") else r"\n%+\n", text))


class Page(HTMLParser):
    """The paragraphs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self._open: list[str] = []
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block ends the paragraph before it."""
        if BLOCKS.fullmatch(tag):
            self._end()
        if tag in UNSEEN or tag == "pre":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A block ends its own."""
        if BLOCKS.fullmatch(tag):
            self._end()
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text that is shown."""
        if not UNSEEN & set(self._open):
            self._pieces.append(data)

    def _end(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        text = text.strip() if "pre" in self._open else " ".join(text.split())
        if text:
            self.paragraphs.append(text)


if __name__ == "__main__":
    main()
