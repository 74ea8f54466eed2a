"""The rules by which an export was made, and the witness's counts: `policy/`, `REDACTION.json`, and both in words."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import Any

from build_db import __version__
from build_db.exports.cards.subject import Subject
from build_db.exports.treatments import export_policy
from build_db.redaction.policy import policy

FOLDER, FILE = "policy", "REDACTION.json"
# Each file of rules, by the room that it ships with.
POLICIES = {
    "policy.yml": "build_db.redaction",
    "json_keys.yml": "build_db.redaction",
    "export_policy.yml": "build_db.exports",
}
WIDTH = 120
SAME = """
`policy/policy.yml` has a rule for each column, and `policy/json_keys.yml` lists the keys inside JSON columns. They are
the rules by which {built} made the file that this export is from: both have the digest `{digest}`, which
`cat policy/policy.yml policy/json_keys.yml | sha256sum` prints.
"""
ANOTHER = """
The file that this export is from was made by {built} with rules whose digest is `{served}`. The tool that made the
export, {here}, does not have these rules any more. `policy/policy.yml` and `policy/json_keys.yml` are its own (digest
`{digest}`): close to them, and not the same. What the cards say of the effect of a rule on a column follows these
files, too.
"""
EXPORT = """
`policy/export_policy.yml` tells what the export did to each column beyond that; its digest is `{digest}`.
"""
WITNESS = """
A second program, which shares no code with the redaction, read {read} by a way of its own, and searched every byte of
this archive for each of these values. One hit, and there would be no archive: it found none.
"""
WITHOUT_TREE = """
No data tree was given, so names, contacts and secrets were not looked for again; the build did that.
"""


def write(subject: Subject, folder: Path) -> None:
    """Write the files of rules as they ship, and the account for programs."""
    (folder / FOLDER).mkdir()
    for name, package in POLICIES.items():
        (folder / FOLDER / name).write_bytes(files(package).joinpath(name).read_bytes())
    (folder / FILE).write_text(
        json.dumps(_account(subject), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def _account(subject: Subject) -> dict[str, Any]:
    return {
        "policy": {
            "made_with": {"tool": subject.built.tool, "digest": subject.built.policy},
            "enclosed": {"tool": f"build_db {__version__}", "digest": policy().digest},
            "same": is_same(subject),
        },
        "export_policy": {"tool": f"build_db {__version__}", "digest": export_policy().digest},
        "changed": subject.account,
        "witness": {
            "stripped_by_the_build": subject.built.stripped,
            "data_tree_read": subject.with_tree,
            "looked_for": dict(subject.looked_for),
            "found": 0,
        },
    }


def is_same(subject: Subject) -> bool:
    """Whether the enclosed policy is the one by which the served file was made."""
    return subject.built.policy == policy().digest


def by_which_rules(subject: Subject) -> str:
    """Where the rules are, and whether they are those that were followed."""
    known = {"built": subject.built.tool, "served": subject.built.policy, "here": f"build_db {__version__}"}
    said = (SAME if is_same(subject) else ANOTHER).format(**known, digest=policy().digest)
    return fill(f"{said.strip()} {EXPORT.strip().format(digest=export_policy().digest)}", WIDTH)


def the_witness(subject: Subject) -> str:
    """What the witness looked for, how often, and what it had stripped before."""
    read = "the data tree and the served file" if subject.with_tree else "the served file"
    looked = "\n".join(f"| {rule} | {count:,} |" for rule, count in subject.looked_for.items()) or "| nothing | 0 |"
    without = "" if subject.with_tree else f" {WITHOUT_TREE.strip()}"
    return f"""{fill(f"{WITNESS.strip().format(read=read)}{without}", WIDTH)}

| looked for | different values |
|---|---:|
{looked}

{fill(_stripped(subject), WIDTH)} `{FILE}` holds the same for programs."""


def _stripped(subject: Subject) -> str:
    stripped = subject.built.stripped
    if stripped is None:
        return "How many cells the build stripped is not told: the file was built before that was counted."
    if not stripped:
        return "When the file was built that this export is from, the witness found nothing to strip."
    places = ", ".join(f"{count:,} {where}" for where, count in stripped.items())
    return f"When the file was built that this export is from, the witness stripped what was missed: {places}."
