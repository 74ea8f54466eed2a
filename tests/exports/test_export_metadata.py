"""Who made an export, for what, by which rules: told in every standard, valid in each, and made up in none."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import mlcroissant
import pytest
import yaml
from conftest import KEY, ROOT
from frictionless import validate

from build_db import BuildOptions, UsageError, build
from build_db.exports import publisher
from build_db.exports.run import ExportOptions, export
from build_db.exports.treatments import export_policy
from build_db.ingest.daemons import find_trees
from build_db.redaction.policy import policy

# The validators bring libraries that warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLE = (publisher.__doc__ or "").split("\n\n")[1]
WORDS = yaml.safe_load(EXAMPLE)
# The fields of https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html that a dataset has.
RAI = """
dataCollection dataCollectionType dataCollectionMissingData dataCollectionRawData dataCollectionTimeframe
dataImputationProtocol dataPreprocessingProtocol dataManipulationProtocol dataAnnotationProtocol dataAnnotationPlatform
dataAnnotationAnalysis annotationsPerItem annotatorDemographics machineAnnotationTools dataReleaseMaintenancePlan
personalSensitiveInformation dataSocialImpact dataBiases dataLimitations dataUseCases
"""
# The times of DataCite's schema, which `format` alone does not tell: https://www.w3.org/TR/NOTE-datetime and ranges.
YEAR, MONTH, DAY = r"\d{4}", r"\d{4}-\d\d", r"\d{4}-\d\d-\d\d"
FORMS = {"year": YEAR, "yearmonth": MONTH, "date": DAY, "datetime": f"{DAY}T.+"}
FORMATS = {
    "uri": r"[a-z]+:\S+",
    **FORMS,
    **{f"{kind}-range": f"(?:{form})?/(?:{form})?" for kind, form in FORMS.items()},
}


def written(form: str) -> Callable[[object], bool]:
    return lambda value: bool(re.fullmatch(form, str(value)))


def valid(schema: str, value: Any) -> None:
    """What a schema refuses fails."""
    checker = jsonschema.FormatChecker(formats=())
    for name, form in FORMATS.items():
        checker.checks(name)(written(form))
    described = json.loads((ROOT / "tests" / "schemas" / schema).read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(described)
    kind(described, format_checker=checker).validate(value)


def cff(made: Path) -> dict[str, Any]:
    value = yaml.safe_load((made / "CITATION.cff").read_text(encoding="utf-8"))
    valid("cff-1.2.0.json", value)
    return value


def datacite(made: Path) -> dict[str, Any]:
    value = json.loads((made / "datacite.json").read_text(encoding="utf-8"))
    valid("datacite-v4.5.json", value)
    return value


@cache
def read(made: Path) -> mlcroissant.Metadata:
    """As the library reads it, which takes its time."""
    return mlcroissant.Dataset(jsonld=str(made / "croissant.json")).metadata


def croissant(made: Path) -> dict[str, Any]:
    issues = read(made).ctx.issues
    assert not (*issues.errors, *issues.warnings)
    return json.loads((made / "croissant.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stated(served, tmp_path_factory) -> Path:
    """An export whose owner says everything."""
    folder = tmp_path_factory.mktemp("stated") / "exports"
    folder.mkdir()
    (folder / "publisher.yml").write_text(EXAMPLE, encoding="utf-8")
    export(served, folder, key=KEY, daemons=["aria"], options=ExportOptions(formats=("csv",)))
    return folder / "aria"


def test_an_owner_is_told_of_in_every_standard_alike(stated):
    card, cited, catalogued, described = (
        (stated / "README.md").read_text(encoding="utf-8"), cff(stated), datacite(stated), croissant(stated),
    )  # fmt: skip
    package = json.loads((stated / "datapackage.json").read_text(encoding="utf-8"))
    assert validate(str(stated / "datapackage.json")).valid
    assert [author.get("name") or author["family-names"] for author in cited["authors"]] == [
        "The Example Household", "Example",
    ]  # fmt: skip
    assert [creator["name"] for creator in catalogued["creators"]] == ["The Example Household", "Example, Ada"]
    assert [creator["name"] for creator in described["creator"]] == ["The Example Household", "Ada Example"]
    assert [one["title"] for one in package["contributors"]] == [
        "The Example Household", "Ada Example", "The Example Archive",
    ]  # fmt: skip
    assert cited["contact"] == [{"name": "The Example Archive", "email": WORDS["contact"]}]
    assert described["publisher"] == {
        "@type": "sc:Organization", "name": "The Example Archive", "email": WORDS["contact"],
    }  # fmt: skip
    assert {cited["url"], catalogued["url"], described["url"], package["homepage"]} == {WORDS["homepage"]}
    assert cited["doi"] == catalogued["doi"] == WORDS["doi"]
    assert cited["date-released"] == described["datePublished"] == str(WORDS["published"])
    assert catalogued["publicationYear"] == "2026"
    assert cited["license"] == catalogued["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    for key in ("provenance", "consent", "intended_use", "maintenance"):
        assert f"> {WORDS[key]}" in card
        assert any(WORDS[key] in one["description"] for one in catalogued["descriptions"])
        assert WORDS[key] in json.dumps(described)
    assert "The Example Household, Ada Example: Aria" in (stated / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("daemon", ["cass", "aria"])
def test_what_nobody_said_is_not_stated_and_still_valid(exports, daemon):
    made = exports / daemon
    assert cff(made)["authors"] == [{"name": "not stated"}]
    assert not {"contact", "url", "doi"} & cff(made).keys()
    assert datacite(made)["creators"] == [{"name": ":unav"}]
    described = croissant(made)
    assert described["creator"] == [{"@type": "sc:Organization", "name": "not stated"}]
    assert described["rai:dataUseCases"][0] == "Intended use, in the owner's words: not stated"
    assert "Consent of the people in it, in the owner's words: not stated" in described["rai:dataSocialImpact"]
    card = (made / "README.md").read_text(encoding="utf-8")
    assert "| contact | not stated |" in card
    assert "**Consent**\n\n> not stated\n" in card


def test_croissant_is_of_the_newest_version_and_has_every_rai_field(exports):
    described = croissant(exports / "cass")
    assert described["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0",
    ]  # fmt: skip
    assert {name for name in described if name.startswith("rai:")} == {f"rai:{name}" for name in RAI.split()}
    metadata = read(exports / "cass")
    assert metadata.data_collection == described["rai:dataCollection"]
    assert metadata.data_limitations == described["rai:dataLimitations"]
    # The library looks for this one under a name that the specification does not have.
    assert described["rai:dataCollectionTimeframe"] == ["2025-02-01", "2025-06-26"]


def test_the_context_is_that_of_the_standard():
    from mlcroissant._src.core.context import Context, CroissantVersion
    from mlcroissant._src.core.rdf import make_context

    ours = json.loads(files("build_db.exports.cards").joinpath("croissant_context.json").read_text(encoding="utf-8"))
    standard = make_context(Context(conforms_to=CroissantVersion.V_1_1))
    assert ours == {**standard, "prov": "http://www.w3.org/ns/prov#"}


def test_the_figures_of_the_rai_fields_are_those_of_the_export(exports, query):
    made = exports / "cass"
    (messages,) = query(made / "cass.db", "SELECT count(*) FROM messages")
    (people,) = query(made / "cass.db", "SELECT count(*) FROM users")
    told = " ".join(map(str, croissant(made).values()))
    assert f"{messages:,} messages, from 2025-02 to 2025-06-26" in told
    assert f"the {people} people of its household" in told


def test_what_a_day_is_not_told_of_stands_nowhere(tmp_path, tree):
    """Without a year there is nothing to give a DOI to, and no date is made up."""
    root = tree({"wiki/concept/Kites.md": "# Kites\n\nThey fly.\n"})
    build(root, tmp_path / "c.db", BuildOptions(key=KEY))
    (done,) = export(tmp_path / "c.db", tmp_path / "exports", key=KEY, options=ExportOptions(formats=("csv",)))
    made = tmp_path / "exports" / done.daemon
    assert not (made / "datacite.json").exists()
    assert "date-released" not in cff(made)
    described = json.loads((made / "croissant.json").read_text(encoding="utf-8"))
    assert not {"datePublished", "rai:dataCollectionTimeframe"} & described.keys()
    assert "datacite.json" not in (made / "README.md").read_text(encoding="utf-8")


def test_the_rules_are_enclosed_as_they_were_followed(exports):
    made = exports / "cass"
    for name, package in (
        ("policy.yml", "build_db.redaction"), ("json_keys.yml", "build_db.redaction"),
        ("export_policy.yml", "build_db.exports"),
    ):  # fmt: skip
        assert (made / "policy" / name).read_bytes() == files(package).joinpath(name).read_bytes()
    rules = (made / "policy" / "policy.yml").read_bytes() + (made / "policy" / "json_keys.yml").read_bytes()
    account = json.loads((made / "REDACTION.json").read_text(encoding="utf-8"))
    assert account["policy"]["same"] is True
    assert account["policy"]["enclosed"]["digest"] == hashlib.sha256(rules).hexdigest()
    assert account["export_policy"]["digest"] == export_policy().digest
    assert account["export_policy"]["digest"] in (made / "REDACTION.md").read_text(encoding="utf-8")


def test_rules_that_are_not_those_of_the_build_are_not_said_to_be(served, tmp_path, query):
    """A newer tool exports what an older one built: what it encloses is its own, and it says so."""
    older = shutil.copyfile(served, tmp_path / "older.db")
    with closing(sqlite3.connect(older)) as conn, conn:
        conn.execute("UPDATE build_info SET value = 'build_db 0.0.9' WHERE key = 'tool'")
        conn.execute("UPDATE build_info SET value = 'an older digest' WHERE key = 'policy'")
        conn.execute("DELETE FROM build_info WHERE key = 'stripped'")
    options = ExportOptions(formats=("sqlite",))
    export(older, tmp_path / "exports", key=KEY, daemons=["aria"], options=options)
    made = tmp_path / "exports" / "aria"
    account = json.loads((made / "REDACTION.json").read_text(encoding="utf-8"))
    assert account["policy"]["same"] is False
    assert account["policy"]["made_with"] == {"tool": "build_db 0.0.9", "digest": "an older digest"}
    assert account["policy"]["enclosed"]["digest"] == policy().digest
    assert account["witness"]["stripped_by_the_build"] is None
    told = " ".join((made / "REDACTION.md").read_text(encoding="utf-8").split())
    assert "was made by build_db 0.0.9 with rules whose digest is `an older digest`" in told
    assert "does not have these rules any more" in told
    assert "is not told: the file was built before that was counted" in told
    assert query(made / "aria.db", "SELECT value FROM build_info WHERE key = 'policy'") == ["an older digest"]


def test_the_witness_is_counted(tree, tmp_path, query):
    """What redaction missed was stripped by the build, and the export tells how often."""
    person = "7d1f6e2a-3c58-4b9d-a0e4-5f6b7c8d9e01"
    files = {
        f"users/{person}/profile.yaml": {"user_id": person, "display_name": "Quorrel Vantbridge"},
        "wiki/concept/Kites.md": "# Kites\n\nQuorrel Vantbridge flies.\n",
    }
    root = tree(files)
    build(root, tmp_path / "c.db", BuildOptions(key=KEY))
    assert query(tmp_path / "c.db", "SELECT value FROM build_info WHERE key = 'stripped'") == ["{}"]
    with closing(sqlite3.connect(tmp_path / "c.db")) as conn, conn:
        told = json.dumps({"name in messages.content": 2})
        conn.execute("UPDATE build_info SET value = ? WHERE key = 'stripped'", [told])
    options = ExportOptions(formats=("csv",), trees=tuple(find_trees(root)))
    (done,) = export(tmp_path / "c.db", tmp_path / "exports", key=KEY, options=options)
    made = tmp_path / "exports" / done.daemon
    witness = json.loads((made / "REDACTION.json").read_text(encoding="utf-8"))["witness"]
    assert witness["stripped_by_the_build"] == {"name in messages.content": 2}
    assert (witness["data_tree_read"], witness["found"]) == (True, 0)
    # The whole name and each part of it, and the id that the tree has and the one that is served.
    assert witness["looked_for"]["name"] >= 3
    assert witness["looked_for"]["user id"] == witness["looked_for"]["served user id"] == 1
    account = (made / "REDACTION.md").read_text(encoding="utf-8")
    assert "the witness stripped what was missed: 2 name in messages.content" in " ".join(account.split())
    assert f"| name | {witness['looked_for']['name']} |" in account


def test_an_owner_who_names_somebody_of_the_data_is_refused_before_anything_is_made(tree, tmp_path):
    person = "7d1f6e2a-3c58-4b9d-a0e4-5f6b7c8d9e01"
    told = {"user_id": person, "display_name": "Quorrel Vantbridge"}
    root = tree({f"users/{person}/profile.yaml": told, "wiki/concept/Kites.md": "# Kites\n"})
    build(root, tmp_path / "c.db", BuildOptions(key=KEY))
    (tmp_path / "p.yml").write_text("creators: [{given_names: Quorrel, family_names: Vantbridge}]")
    options = ExportOptions(formats=("csv",), trees=tuple(find_trees(root)), publisher=tmp_path / "p.yml")
    with pytest.raises(UsageError, match=r"p.yml: creators: 1: given_names: holds a name of somebody in the data"):
        export(tmp_path / "c.db", tmp_path / "exports", key=KEY, options=options)
    assert not (tmp_path / "exports").exists()
