"""Lists names that the roster does not know: likely people whom the owner may want to add."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from build_db.household.completeness import Survey
from build_db.household.redactor import gather_roster, items_of
from build_db.household.wishes import FILE, Wishes, read_wishes
from build_db.ingest.tree import find_trees, survey
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import PeopleFinder
from build_db.redaction.policy import policy
from build_db.redaction.words import words
from build_db.sources import catalogue

# One or two capitalised words that do not begin a sentence: "asked Marek Novak about", not "The evening".
CAPITALS = re.compile(r"(?<=[a-z,;] )(?<!\bthe )(?<!\ba )([A-Z][^\W\d_A-Z]{2,})(?: ([A-Z][^\W\d_A-Z]{2,}))?(?![\w-])")
LOWER = re.compile(r"(?<![^\W\d_])[^\W\d_A-Z]{3,}")
ACTS = re.compile(r" ([a-z]+)")
SNIPPET = 30
HEADER = """\
# Likely names that nobody listed. Leave the people, move the rest to `keep:` to be asked for them no more, and save
# it as redaction.yml in your data folder.
# The comments quote private text: this list is for you alone.
"""


def likely_names(data: Path, most: int) -> str:
    """YAML for `redaction.yml`: at most `most` likely names, the frequent ones first, each with a count and a snippet.

    A capitalised word inside a sentence is likely a name if its lower-case form is never written in the whole tree.

    :raises UsageError: no such folder, or wishes that have no meaning
    """
    surveys: list[Survey] = [(tree, list(survey(tree, catalogue()))) for tree in find_trees(data)]
    wishes = read_wishes(data / FILE) if (data / FILE).is_file() else Wishes()
    known = PeopleFinder(gather_roster(surveys, wishes).people, Keyed(bytes(32)))
    spared = (
        {tree.name.casefold() for tree, _ in surveys}
        | {word.casefold() for word in wishes.keep}
        | words().nobody
        | words().calendar
    )
    counts: Counter[str] = Counter()
    acting: Counter[str] = Counter()
    snippets: dict[str, str] = {}
    everyday: set[str] = set()
    for text in _texts(surveys):
        everyday.update(LOWER.findall(text))
        for match in CAPITALS.finditer(text):
            name = match.group()
            if not known.find(name) and not spared & {name.casefold(), *name.casefold().split()}:
                counts[name] += 1
                after = ACTS.match(text, match.end())
                acting[name] += after is not None and after[1] in words().after_name
                snippets.setdefault(name, _snippet(text, match.start(), match.end()))
    likely = [n for n in counts if not any(word.lower() in everyday for word in n.split())]
    # Those who do something come first, then those who are named often.
    likely.sort(key=lambda name: (-acting[name], -counts[name], name))
    if not likely:
        return "# No likely names beyond the people of the tree.\n"
    lines = [f"  {name}: {{}}  # {counts[name]}: {snippets[name]}\n" for name in likely[:most]]
    text = HEADER + "people:\n" + "".join(lines)
    yaml.safe_load(text)
    return text


def _snippet(text: str, start: int, end: int) -> str:
    around = text[max(0, start - SNIPPET) : end + SNIPPET]
    return " ".join(around.split())


def _texts(surveys: list[Survey]) -> Iterator[str]:
    """Every text that a shared file would hold, before redaction."""
    for tree, files in surveys:
        for _, row in items_of(tree, files):
            rules = policy().rules[row.table]
            for column, value in row.values.items():
                if rules[column] in ("text", "json"):
                    yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _strings(entry)
