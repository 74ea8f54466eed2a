"""Lists names that the roster does not know: likely people whom the owner may want to add."""

from __future__ import annotations

from pathlib import Path

import yaml

from build_db.household.completeness import check_is_vessel
from build_db.household.redaction_file import entry
from build_db.household.redactor import gather_roster, items_of, make_household
from build_db.household.wishes import Wishes, read_wishes, wishes_beside
from build_db.ingest.daemons import find_trees
from build_db.ingest.survey import survey
from build_db.redaction.keyed import Keyed
from build_db.redaction.unlisted import Likely
from build_db.sources import catalogue

# The list tells of words that redaction leaves; which pseudonyms stand beside them does not matter.
ANY_KEY = bytes(32)
HEADER = """\
# Likely names that nobody listed. Leave the people, move the rest to `keep:` to be asked for them no more, and save
# it as redaction.yml in your data folder; or have it written with --write.
# The comments quote private text: this list is for you alone.
"""


def possible_names(data: Path, redaction: Path | None = None) -> list[Likely]:
    """Likely names that nobody listed, each with a count and a snippet of redacted text; the likeliest first.

    :param redaction: the owner's wishes, if they lie elsewhere
    :raises UsageError: no such folder, nothing in it, or wishes that have no meaning
    """
    surveys = [(tree, list(survey(tree, catalogue()))) for tree in find_trees(data)]
    check_is_vessel(data, surveys)
    place = redaction or wishes_beside(data)
    wishes = read_wishes(place) if place.is_file() else Wishes()
    roster, daemons = gather_roster(surveys, wishes), [name for tree, _ in surveys for _, name in tree.daemons]
    household = make_household(roster, wishes, Keyed(ANY_KEY), daemons)
    for tree, files in surveys:
        for _, item in items_of(tree, (file for file in files if file.outcome == "ingested")):
            household.redactor.redact(item)
            household.unlisted.learn(household.unlisted.seen())
    return household.unlisted.likely()


def likely_names(data: Path, most: int, redaction: Path | None = None) -> str:
    """YAML for `redaction.yml`: at most `most` likely names.

    :raises UsageError: as above
    """
    likely = possible_names(data, redaction)
    if not likely:
        return "# No likely names beyond the people of the tree.\n"
    text = HEADER + "people:\n" + "".join(f"  {entry(one)}\n" for one in likely[:most])
    yaml.safe_load(text)
    return text
