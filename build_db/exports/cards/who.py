"""The part of the card in which its owner speaks: who made it, for what, with whose consent, and how that is proved."""

from __future__ import annotations

from textwrap import indent

from build_db.exports.cards.citation import OWN_WORDS
from build_db.exports.cards.subject import Subject
from build_db.exports.publisher import NOT_STATED
from build_db.exports.signing import SIGNATURE


def section(subject: Subject) -> str:
    """The section, as Markdown."""
    said = subject.publisher
    creators = ", ".join(f"[{one.called}]({one.orcid})" if one.orcid else one.called for one in said.creators)
    rows = {
        "creators": creators,
        "offered by": said.publisher,
        "contact": said.contact,
        "homepage": said.homepage,
        "DOI": said.doi,
        "published": said.published,
    }
    listed = "\n".join(f"| {name} | {_in_a_cell(value)} |" for name, value in rows.items())
    words = "\n".join(f"**{title}**\n\n{_quoted(said.told(key))}\n" for key, title in OWN_WORDS.items())
    return f"""## Who made it, and for what

In the owner's own words; what they did not say is not stated.

| | |
|---|---|
{listed}

{words}"""


def signature(subject: Subject) -> str:
    """The line on the signature among those on files."""
    if not subject.signed_by:
        return "- not signed: the checksums prove that nothing was damaged, and not who made it\n"
    return (
        f"- `{SIGNATURE}`: the owner's signature under the checksums; `minisign -Vm CHECKSUMS.sha256 -P"
        f" {subject.signed_by}` verifies it, if that key is also the one that the owner told you\n"
    )


def _in_a_cell(value: str) -> str:
    return value.replace("|", "&#124;") or NOT_STATED


def _quoted(words: str) -> str:
    return indent(words, "> ", lambda line: True).replace("> \n", ">\n")
