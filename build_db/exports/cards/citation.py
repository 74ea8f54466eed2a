"""`CITATION.cff` (Citation File Format 1.2.0) and `datacite.json` (DataCite 4): how to name it where it is used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from build_db.exports.cards.subject import TAGS, UNDATED, Subject
from build_db.exports.publisher import NOT_STATED, Creator

CFF, DATACITE = "CITATION.cff", "datacite.json"
# What DataCite's documentation has for a value that is needed and was not told.
UNAVAILABLE = ":unav"
ORCID = "https://orcid.org"
OWN_WORDS = {
    "provenance": "Provenance",
    "consent": "Consent",
    "intended_use": "Intended use",
    "maintenance": "Maintenance",
}


def write(subject: Subject, folder: Path) -> None:
    """Write both. DataCite needs a year: without one, told or in the data, there is no `datacite.json`."""
    text = yaml.safe_dump(_cff(subject), sort_keys=False, allow_unicode=True, width=110)
    (folder / CFF).write_text(text, encoding="utf-8", newline="\n")
    if subject.released:
        told = json.dumps(_datacite(subject), indent=1, ensure_ascii=False)
        (folder / DATACITE).write_text(told + "\n", encoding="utf-8", newline="\n")


def _cff(subject: Subject) -> dict[str, Any]:
    said = subject.publisher
    contact = {
        "name": said.offered_by or NOT_STATED,
        **({"email": said.mail} if said.mail else {"website": said.contact}),
    }
    known = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": subject.title,
        "abstract": subject.about,
        "authors": [_author(creator) for creator in said.creators] or [{"name": NOT_STATED}],
        "version": subject.version,
        "date-released": said.published,
        "license": subject.licence.spdx,
        "url": said.homepage,
        "doi": said.doi,
        "identifiers": [
            {"type": "other", "value": f"urn:uuid:{subject.dataset}", "description": "The content of this version."}
        ],
        "contact": [contact] if said.contact else [],
        "keywords": TAGS,
    }
    return _without_nothing(known)


def _author(creator: Creator) -> dict[str, str]:
    if not creator.is_person:
        return {"name": creator.name}
    return _without_nothing(
        {
            "given-names": creator.given_names,
            "family-names": creator.family_names,
            "orcid": creator.orcid,
            "affiliation": creator.affiliation,
        }
    )


def _datacite(subject: Subject) -> dict[str, Any]:
    said = subject.publisher
    stated = [{"date": said.published, "dateType": "Issued"}] if said.published else []
    finely = min(len(subject.first), len(subject.last))  # both ends of a period are told alike
    period = f"{subject.first[:finely]}/{subject.last[:finely]}"
    covered = [{"date": period, "dateType": "Collected"}] if subject.last != UNDATED else []
    return _without_nothing(
        {
            "schemaVersion": "http://datacite.org/schema/kernel-4",
            "doi": said.doi,
            "url": said.homepage,
            "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Records of an AI companion"},
            "creators": [_creator(creator) for creator in said.creators] or [{"name": UNAVAILABLE}],
            "titles": [{"title": subject.title, "lang": "en"}],
            "publisher": {"name": said.offered_by or UNAVAILABLE},
            "publicationYear": subject.released[:4],
            "subjects": [{"subject": tag} for tag in TAGS],
            "dates": [*stated, *covered],
            "language": subject.language,
            "alternateIdentifiers": [
                {"alternateIdentifier": f"urn:uuid:{subject.dataset}", "alternateIdentifierType": "UUID"}
            ],
            "formats": list(subject.formats),
            "version": subject.version,
            "rightsList": [
                {
                    "rights": subject.licence.title,
                    "rightsUri": subject.licence.url,
                    "rightsIdentifier": subject.licence.spdx,
                    "rightsIdentifierScheme": "SPDX",
                    "schemeUri": "https://spdx.org/licenses/",
                }
            ],
            "descriptions": [
                {"description": subject.about, "descriptionType": "Abstract", "lang": "en"},
                *(
                    {"description": f"{title}: {said.told(key)}", "descriptionType": "Other"}
                    for key, title in OWN_WORDS.items()
                ),
            ],
        }
    )


def _creator(creator: Creator) -> dict[str, Any]:
    if not creator.is_person:
        return {"name": creator.name, "nameType": "Organizational"}
    orcid = {"nameIdentifier": creator.orcid, "nameIdentifierScheme": "ORCID", "schemeUri": ORCID}
    return _without_nothing(
        {
            "name": f"{creator.family_names}, {creator.given_names}",
            "nameType": "Personal",
            "givenName": creator.given_names,
            "familyName": creator.family_names,
            "nameIdentifiers": [orcid] if creator.orcid else [],
            "affiliation": [{"name": creator.affiliation}] if creator.affiliation else [],
        }
    )


def _without_nothing(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value}
