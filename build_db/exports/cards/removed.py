"""`REDACTION.md`: what was removed and replaced, how often, and what is not promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from build_db.exports.cards.account import replaced
from build_db.exports.cards.risk import treated
from build_db.exports.cards.rules import by_which_rules, the_witness
from build_db.exports.cards.subject import Subject
from build_db.exports.treatments import export_policy
from build_db.redaction.policy import RULES, policy

FILE = "REDACTION.md"


def write(subject: Subject, folder: Path) -> None:
    """Write the account."""
    (folder / FILE).write_text(_text(subject), encoding="utf-8", newline="\n")


def _text(subject: Subject) -> str:
    rules = Counter(rule for columns in policy().rules.values() for rule in columns.values())
    listed = "\n".join(f"| {name} | {rules[name]:,} | {rule.effect} |" for name, rule in RULES.items())
    counts = "\n".join(f"| {name} | {n:,} |" for name, n in replaced(subject.counts).items()) or "| nothing | 0 |"
    withheld = "\n".join(f"| {t.table.name} | {t.withheld:,} |" for t in subject.tables if t.withheld) or "| none | 0 |"
    known = export_policy().one_row_a_person
    people = "\n".join(
        f"| {table} | {', '.join(known[table])} | {_finely(told)} |" for table, told in subject.people.items()
    )
    removed = "Nothing was withdrawn."
    if subject.removed:
        removed = (
            f"The owner took back {subject.removed['conversations']:,} conversations and {subject.removed['people']:,}"
            f" people. {subject.removed['rows']:,} rows that are theirs or name them are not here."
        )
    usage = "kept, as the owner asked" if subject.with_usage else "left out: they tell how long messages are"
    return f"""# What was removed

This dataset is pseudonymized, not anonymous. It was made in two steps, each with a secret key that is not in it.

## Before the export

People's names, secrets and contacts were taken out of every text. Each column has one rule:

| rule | columns | effect |
|---|---:|---|
{listed}

Excluded messages and locked journals keep their row and lose their words. Values withheld in this dataset:

| table | values |
|---|---:|
{withheld}

## For this export

People have other pseudonyms, placeholders such as `[email 3f9a]` other codes, and opaque ids (of people, rows,
conversations, projects) other digits than in any other file. The same value has the same replacement throughout. The
daemon keeps its name, and ids that are dates, titles or words stay. Replaced in texts:

| | times |
|---|---:|
{counts}

- Only {subject.daemon}'s rows are here, and of people only those who occur in them.
- Rows are numbered anew, people and projects put in the order of their new ids.
- {treated(subject)}
- Token counts, costs and durations are {usage}.

## Small groups

Where a table has one row per person, the columns below are what an outsider may know of a person. A combination that
fewer than k = {subject.k} people share was made coarser: days became months, then years, then everything was withheld.
Where fewer than k would be withheld, the others told of most coarsely joined them. People by what they are told to:

| table | columns | people |
|---|---|---|
{people}

## By which rules

{by_which_rules(subject)}

## The witness

{the_witness(subject)}

## Withdrawn

{removed}

## What is not promised

- What people said is here in their own words. Somebody who knows them may recognize them by it, by style, events,
  places and dates.
- Whoever has another file made from the same data can find the same sentence in both, and learn from it which
  pseudonym there is which here. The new names keep files from being joined on people or placeholders; no more.
- How many conversations each person has, and how long they are, stays visible unless it says otherwise above.
- Days and times that people name in their own words stay. [RISK.md](RISK.md) says how much each attack joins.
- Names that nobody listed were not found.
- A word that equals a pseudonym of the owner's file was replaced like the pseudonym.
"""


def _finely(told: Mapping[str, int]) -> str:
    return (
        ", ".join(
            f"{number} to the {step}" if step != "nothing" else f"{number} not at all" for step, number in told.items()
        )
        or "nobody"
    )
