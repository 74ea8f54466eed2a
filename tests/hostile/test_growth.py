"""Whatever reads a text takes twice as long for twice as much of it, and not four times as long.

Texts are one short part over and over: what a pattern begins with, so that it begins everywhere and ends nowhere.
`benchmarks/adversarial.py` makes such parts out of every pattern of the tool, and is slower.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from daemon_look import records, rendering
from daemon_pages import search_glimpse, search_index
from support.growth import assert_linear

from build_db.compare import _plain, _taken_apart
from build_db.errors import Unreadable
from build_db.ingest.reading import parse_yaml
from build_db.records import Document
from build_db.redaction.contacts import columns
from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.engine.gate import EVERYTHING
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.secrets.tabular import in_columns
from build_db.sources import session_files, wiki
from build_db.sources.markup import lines_of
from build_db.witness.needles import Needle, Needles, _File
from build_db.witness.search import Witness

WITNESS = Witness(Needles({"ana cruz": Needle("name")}, {"a.cruz@post.example": Needle("mail address")}))


def of_file(name: str) -> Callable[[str], Any]:
    """What the witness learns from a file."""
    return lambda text: _File(Needles({}, {}), Path(name), frozenset(), set()).learn(text)


def of_yaml(text: str) -> None:
    try:
        parse_yaml(text, [])
    except Unreadable:
        return


READERS: dict[str, Callable[[str], Any]] = {
    "wiki page": lambda text: list(wiki.merge([Document("wiki/entity/A.md", text)])),
    "front matter": lambda text: list(wiki.merge([Document("wiki/entity/A.md", "---\n" + text)])),
    "note": lambda text: list(session_files.note(Document("session_notes/a.md", text))),
    "homepage": lines_of,
    "yaml": of_yaml,
    "secrets": lambda text: SecretFinder().find(text, EVERYTHING),
    "secrets in columns": lambda text: list(in_columns(text)),
    "contacts": lambda text: ContactFinder().find(text, EVERYTHING),
    "contacts in columns": lambda text: list(columns.find(text)),
    "witness: texts": lambda text: list(WITNESS.text_hits(text)),
    "witness: JSON": of_file("a/b.json"),
    "witness: YAML": of_file("a/b.yml"),
    "witness: lines": of_file("a/b.jsonl"),
    "witness: table": of_file("a/b.csv"),
    "compare: a text": _taken_apart,
    "compare: a page": lambda text: _taken_apart("<p>" + text),
    "compare: a line": _plain,
    "pages: Markdown": lambda text: rendering.markdown(text, resolve=lambda name: None),
    "pages: found words": lambda text: search_glimpse.glimpse(text, search_index.terms_of("a pin")),
    "pages: a place": search_glimpse.place_of,
    "pages: a snippet": search_glimpse.readable,
    "pages: a beginning": lambda text: records.MARKS.sub("", text),
    "pages: what is typed": search_index.terms_of,
}
PARTS = (
    *("[", "[[", "[[a|", "[[a#", "](", "[](", "![", "*a", "**", "_a", "`a", "~~", "> ", "- ", "  - ", "#"),
    *("|a", "|-\n", "<", "<a ", "</", "<!--", '<a "', "<style", "<script>", "<style>a</", "<gesture:", "&#"),
    *("<td>pin", "<tr><td>phone", " ", "\n", " \n", "\t", "---\n", "\n---", "a: ", "- - ", "&a ", "[{", "{a: "),
    *('"', "'a", "\\", "\\n", "\\ud83d", "password,user\nabc1,x\n", "phone,user\n1 23,x\n", "password: ", "pin\n"),
    *("phone|", "api_key=", "sk-", "eyJ", "a@", "a@b.", "http://", "1-", "(1) ", "0", "%41", "ana ", "ana-"),
    *("e\u0301", "\x02", "\x03", "\x02a", "\ufeff"),
)


@pytest.mark.parametrize("reader", READERS)
def test_twice_as_much_takes_twice_as_long(reader):
    for part in PARTS:
        for begin, end in (("", ""), ("x\n", "\nx")):
            try:
                assert_linear(READERS[reader], lambda size, p=part, b=begin, e=end: b + p * (size // len(p)) + e)
            except AssertionError as error:
                raise AssertionError(f"{begin + part!r}: {error}") from None
