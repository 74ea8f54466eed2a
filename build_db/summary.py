"""What a build tells its owner: what is in the file, what needs them, what to do next. Places and counts, no value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

import msgspec

from build_db.commands import NextSteps
from build_db.database.load import Finding
from build_db.declared import declared, shipped
from build_db.report import Report

FILE = "summary.yml"
# So many places of one need are told; the report has all.
MOST_PLACES = 20
# What the heading says already.
PREFIX = re.compile("^(unreadable|unread|unknown file): ")


class _Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    what: str
    begins: tuple[str, ...]
    places: bool = False


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`summary.yml`; its header explains the keys."""

    told: dict[str, tuple[str, str]]
    shared: dict[str, tuple[str, str]]
    outcomes: dict[str, str]
    needs: tuple[_Need, ...]


@cache
def _words() -> _Words:
    return declared(FILE, shipped(__package__, FILE), _Words)


def outcomes() -> dict[str, str]:
    """What becomes of files, in words."""
    return _words().outcomes


def summary(report: Report, steps: NextSteps) -> str:
    """A short account for people, in three parts.

    :param steps: how this run is continued
    """
    kind = "private: the whole truth, for you alone" if report.private else "redacted"
    parts = (
        ("What is in it", [*_content(report), *_redaction(report)]),
        ("What needs you", list(_needs(report)) or ["nothing"]),
        ("What to do next", steps.after(private=report.private, unlisted=report.unlisted)),
    )
    lines = [f"{report.output} ({kind})"]
    for title, told in parts:
        lines += ["", title, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def _content(report: Report) -> Iterator[str]:
    total = sum(rows.total() for rows in report.content.values())
    width = max(map(len, report.daemons), default=0)
    for id, name in report.daemon_names.items():
        rows = report.content.get(id, Counter())
        yield f"{name:<{width}}  {_in_words(rows, _words().told)} ({rows.total():,} rows)"
    shared = report.content.get(None, Counter())
    if shared:
        yield f"shared by all: {_in_words(shared, _words().shared)} ({shared.total():,} rows)"
    yield f"rows: {total:,} in all: {_where_from(report, total)}"
    files = (f"{report.files[name]:,} {told}" for name, told in outcomes().items() if report.files[name])
    yield f"files and tables of the tree: {report.files.total():,}: {', '.join(files)}"


def _where_from(report: Report, total: int) -> str:
    """One number of rows in two ways: by file, as `source_files` counts them, and as they stand in the tables."""
    withdrawn = report.withdrawn.total()
    made = total - report.read + report.left_out + withdrawn
    told = [f"{report.read:,} read"]
    told += [f"plus {made:,} made from them (daemons, daily sums, stand-ins)"] if made else []
    told += [f"minus {report.left_out:,} left out again (dead links, older copies)"] if report.left_out else []
    told += [f"minus {withdrawn:,} withdrawn"] if withdrawn else []
    return ", ".join(told)


def _in_words(rows: Counter[str], words: dict[str, tuple[str, str]]) -> str:
    told = [
        f"{rows[table]:,} {one if rows[table] == 1 else many}" for table, (one, many) in words.items() if rows[table]
    ]
    others = sum(1 for table, n in rows.items() if n and table not in words and table != "daemons")
    if others:
        told.append(f"records of {others} {'more ' if told else ''}{'kind' if others == 1 else 'kinds'}")
    return ", ".join(told) or "nothing"


def _redaction(report: Report) -> Iterator[str]:
    if report.withdrawn.total():
        gone = _in_words(report.withdrawn, {**_words().shared, **_words().told})
        yield f"withdrawn: {gone} ({report.withdrawn.total():,} rows)"
    told = {name: sum(counts.values()) for name, counts in report.redaction.items()}
    if any(told.values()):
        yield f"redacted: {', '.join(f'{n:,} {name}' for name, n in told.items() if n)}"


def _needs(report: Report) -> Iterator[str]:
    found: dict[_Need, list[Finding]] = {need: [] for need in _words().needs}
    for finding in report.findings:
        found[next(n for n in found if finding.problem.problem.startswith(n.begins))].append(finding)
    worst, rest = ([need for need in found if need.places is places and found[need]] for places in (True, False))
    for need in worst:
        yield f"{need.what}: {len(found[need]):,}"
        yield from _places(report, found[need])
    if report.stripped:
        places = ", ".join(f"{n:,} {rule} in {place}" for (rule, place), n in sorted(report.stripped.items()))
        yield f"stripped, because redaction had missed it: {places}"
    if report.unlisted:
        yield f"possible names that nobody listed: {report.unlisted:,}"
    if report.idle_wishes:
        yield f"in redaction.yml, matched nothing: {', '.join(report.idle_wishes)}"
    for need in rest:
        yield f"{need.what}: {len(found[need]):,}"
        yield from _by_kind(found[need])
    if report.findings:
        yield f"problems in all: {report.problems:,}; --report FILE lists each with its place"


def _places(report: Report, findings: list[Finding]) -> Iterator[str]:
    places = dict.fromkeys(
        f"  {report.place(origin)}: {PREFIX.sub('', problem.problem)}" for origin, problem in findings
    )
    yield from list(places)[:MOST_PLACES]
    if len(places) > MOST_PLACES:
        yield f"  and {len(places) - MOST_PLACES:,} more"


def _by_kind(findings: Iterable[Finding]) -> Iterator[str]:
    """Each problem once, most frequent first, with the kinds of file that it was met in."""
    counted: dict[str, Counter[str]] = {}
    for origin, problem in findings:
        counted.setdefault(problem.problem, Counter())[origin.kind] += 1
    for told, kinds in sorted(counted.items(), key=lambda entry: (-entry[1].total(), entry[0])):
        where = ", ".join(f"{kind} {n:,}" for kind, n in sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0])))
        yield f"  {kinds.total():>5,}  {told} ({where})"
