"""`RISK.json` and `RISK.md`: how much of this export can be joined with the served file, attack by attack."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from build_db.exports.cards.subject import Subject
from build_db.exports.choices import Times
from build_db.exports.risk.measure import Figure, Share

FILE, IN_WORDS = "RISK.json", "RISK.md"
METHOD = (
    "A record is joined if its mark is that of one record of the served file and of no third, in either file. The"
    " control is a database of the same size, dealt out from the served file's own habits, in which nobody of this"
    " export is: what is joined with it is joined by chance. Intervals are Wilson's, at 95 %."
)
LIMITS = (
    "Of more than 50,000 messages, 1,000 people, and 500 conversations with rare words a part is attacked, evenly"
    " chosen, with all of the served file. The control ends at 20,000 conversations. Attacks that nobody thought of are"
    " not here."
)
WHO = """
Whoever holds the file that this dataset was made from, or another one made from the same data, may look for the
same records in both, and so learn who is who. {} ways to do that were tried on this very dataset, by what
anybody knows who holds both files, without anything secret.
"""
WIDTH = 120
TIMES = {
    Times.FULL: "Times are as they were, to the last digit.",
    Times.DAY: "Times are cut to days.",
    Times.MONTH: "Times of people and conversations are cut to months, those of the daemon's own writings to days.",
    Times.SHIFTED: (
        "Times of people and conversations are cut to days and moved, for each person by a secret number of days; those"
        " of the daemon's own writings are cut to days."
    ),
}
WITHOUT_WORDS = "The words of people and conversations were left out."
WITHOUT_PEOPLE = "It is not told with whom a conversation was."


def write(subject: Subject, folder: Path) -> None:
    """Write both."""
    (folder / FILE).write_text(as_json(subject.risk), encoding="utf-8", newline="\n")
    (folder / IN_WORDS).write_text(_text(subject), encoding="utf-8", newline="\n")


def as_json(figures: Sequence[Figure]) -> str:
    """The figures as `RISK.json` holds them."""
    told = {"method": METHOD, "attacks": [figure.as_json() for figure in figures]}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def in_words(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = "\n".join(
        f"| {figure.attack.name} | {figure.attack.by} | {_share(figure.found)} {figure.attack.of} |"
        f" {_percent(figure.found)} | {figure.control.joined:,} |"
        for figure in figures
    )
    return f"| attack | goes by | joins | share, 95 % interval | by chance |\n|---|---|---:|---:|---:|\n{rows}\n"


def treated(subject: Subject) -> str:
    """What was done to times and words."""
    left_out = ((subject.words, WITHOUT_WORDS), (subject.people_told, WITHOUT_PEOPLE))
    return " ".join((TIMES[subject.times], *(text for kept, text in left_out if not kept)))


def _text(subject: Subject) -> str:
    none = [figure.attack.name for figure in subject.risk if not figure.found.joined]
    half = [figure for figure in subject.risk if figure.found.rate >= 0.5]
    resists = f"Nothing is joined by {_listed(none)}." if none else "Every attack joins something."
    falls = "No attack joins half of what there is."
    if half:
        told = _listed([f"{f.attack.name} ({_share(f.found)} {f.attack.of})" for f in half])
        falls = f"Half and more is joined by {told}."
    return f"""# How well this dataset resists being joined

{fill(WHO.strip().format(len(subject.risk)), WIDTH)}

{fill(f"{treated(subject)} {resists} {falls}", WIDTH)}

Somebody who holds no such file, and knows a person, may still recognize them by what is told. No figure here says how
likely that is.

{in_words(subject.risk)}
{fill(f"{METHOD} {LIMITS}", WIDTH)}

`RISK.json` holds the same for programs. Whoever has the served file makes the figures again:

```sh
python -m build_db attack SERVED.db EXPORT.zip
```
"""


def _share(share: Share) -> str:
    return f"{share.joined:,} of {share.records:,}"


def _percent(share: Share) -> str:
    low, high = share.interval
    return f"{share.rate:.0%} ({low:.0%} to {high:.0%})"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
