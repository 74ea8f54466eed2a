"""Who gives an export away, in the owner's own words: `publisher.yml` in the folder of the exports.

creators:                                   # whom to name when it is cited; a group, or a person by two names
- name: The Example Household
- {given_names: Ada, family_names: Example, orcid: 0000-0002-1825-0097}
publisher: The Example Archive              # who offers it, if somebody else
contact: data@example.org                   # a mail address or a page
homepage: https://example.org/cass
doi: 10.5072/example
published: 2026-11-28
provenance: Written by Cass and the people she lives with.
consent: Everybody in it agreed.
intended_use: Research on long-term memory.
maintenance: A new version each spring.

Every key may be left out, and then nothing is made up: it is told as "not stated".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from stdnum import isni

from build_db.errors import UsageError
from build_db.household.wishes import check_keys, read_owned
from build_db.witness.search import Witness

FILE = "publisher.yml"
NOT_STATED = "not stated"
LINES = ("publisher", "contact", "homepage", "doi", "published")
PARAGRAPHS = ("provenance", "consent", "intended_use", "maintenance")
MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
PAGE = re.compile(r"https?://[^\s<>\"]+\.[^\s<>\"]+")
DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
ORCID = re.compile(r"(?:https://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FORMS = {
    "contact": (re.compile(f"{MAIL.pattern}|{PAGE.pattern}"), "a mail address or a page (https://…)"),
    "homepage": (PAGE, "a page (https://…)"),
    "doi": (DOI, "a DOI such as 10.5072/example, without https://doi.org/"),
    "published": (DAY, "a day such as 2026-11-28"),
}


@dataclass(frozen=True)
class Creator:
    """A group by its `name`, or a person by given and family names."""

    name: str = ""
    given_names: str = ""
    family_names: str = ""
    orcid: str = ""
    affiliation: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it is one person."""
        return not self.name

    @property
    def called(self) -> str:
        """The whole name, as it is read."""
        return self.name or f"{self.given_names} {self.family_names}"


@dataclass(frozen=True)
class Publisher:
    """All that `publisher.yml` says; what it does not say is empty."""

    creators: tuple[Creator, ...] = ()
    publisher: str = ""
    contact: str = ""
    homepage: str = ""
    doi: str = ""
    published: str = ""
    provenance: str = ""
    consent: str = ""
    intended_use: str = ""
    maintenance: str = ""

    @property
    def mail(self) -> str:
        """The contact, if it is a mail address."""
        return self.contact if "@" in self.contact and not PAGE.fullmatch(self.contact) else ""

    @property
    def offered_by(self) -> str:
        """Who offers it: the creators, unless somebody else does."""
        return self.publisher or ", ".join(creator.called for creator in self.creators)

    def told(self, key: str) -> str:
        """What was said, or that it was not."""
        return str(getattr(self, key)) or NOT_STATED

    def words(self) -> Iterator[tuple[str, str]]:
        """Everything that was said, each with the place where it stands."""
        for number, creator in enumerate(self.creators, 1):
            for field in fields(creator):
                yield f"creators: {number}: {field.name}", getattr(creator, field.name)
            yield f"creators: {number}", creator.called
        for key in (*LINES, *PARAGRAPHS):
            yield key, getattr(self, key)


def read_publisher(path: Path) -> Publisher:
    """What a file says of its owner.

    :raises UsageError: it cannot be read, or says something that has no meaning; naming file and key
    """
    source = read_owned(path, {field.name for field in fields(Publisher)})
    said = {key: _line(path, key, source.get(key)) for key in LINES}
    for key, (form, wanted) in FORMS.items():
        if said[key] and not form.fullmatch(said[key]):
            raise UsageError(f"{path}: {key}: give {wanted}")
    if said["published"]:
        try:
            date.fromisoformat(said["published"])
        except ValueError:
            raise UsageError(f"{path}: published: there is no such day") from None
    paragraphs = {key: _paragraph(path, key, source.get(key)) for key in PARAGRAPHS}
    return Publisher(_creators(path, source.get("creators")), **said, **paragraphs)


def check_names_nobody(publisher: Publisher, path: Path, witness: Witness) -> None:
    """Refuse to tell with an export who the people in it are: the owner's own words are not redacted.

    :param witness: knows the names and contacts of the data tree, and the pseudonyms of the served file
    :raises UsageError: naming the key in which it finds one
    """
    for place, text in publisher.words():
        found = next(witness.text_hits(text), None)
        if found:
            raise UsageError(
                f"{path}: {place}: holds a {found.rule} of somebody in the data, and so would tell who is who;"
                " name a group, a project or a pen name, and a contact that is only for this"
            )


def _creators(path: Path, source: Any) -> tuple[Creator, ...]:
    if source in (None, ""):
        return ()
    if not isinstance(source, list):
        raise UsageError(f"{path}: creators: give a list, of groups by name and of people by given_names, family_names")
    return tuple(_creator(path, f"creators: {number}: ", entry) for number, entry in enumerate(source, 1))


def _creator(path: Path, where: str, source: Any) -> Creator:
    known = [field.name for field in fields(Creator)]
    check_keys(path, where, source, set(known))
    said = {key: _line(path, f"{where}{key}", source.get(key)) for key in known}
    if bool(said["name"]) == bool(said["given_names"] and said["family_names"]) or (
        said["name"] and (said["given_names"] or said["family_names"])
    ):
        raise UsageError(f"{path}: {where}give the name of a group, or given_names and family_names of a person")
    if said["name"] and (said["orcid"] or said["affiliation"]):
        raise UsageError(f"{path}: {where}orcid and affiliation are a person's; give given_names and family_names")
    if said["orcid"]:
        match = ORCID.fullmatch(said["orcid"])
        if not match or not isni.is_valid(match[1]):
            raise UsageError(f"{path}: {where}orcid: is no ORCID iD; its last digit proves the others")
        said["orcid"] = f"https://orcid.org/{match[1]}"
    return Creator(**said)


def _line(path: Path, where: str, value: Any) -> str:
    text = _paragraph(path, where, value)
    if "\n" in text:
        raise UsageError(f"{path}: {where}: give one line")
    return text


def _paragraph(path: Path, where: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"{path}: {where}: give words")
    text = value.strip()
    if not all(character.isprintable() or character == "\n" for character in text):
        raise UsageError(f"{path}: {where}: holds characters that cannot be printed; take them out")
    return text
