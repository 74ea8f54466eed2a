"""What an owner says of an export is read strictly, and must not tell who the people in it are."""

from __future__ import annotations

from dataclasses import fields

import pytest
import yaml

from build_db.errors import UsageError
from build_db.exports import publisher
from build_db.exports.publisher import NOT_STATED, Creator, Publisher, check_names_nobody, read_publisher
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness

EXAMPLE = (publisher.__doc__ or "").split("\n\n")[1]


@pytest.fixture
def said(tmp_path):
    def read(text: str) -> Publisher:
        (tmp_path / "publisher.yml").write_text(text, encoding="utf-8")
        return read_publisher(tmp_path / "publisher.yml")

    return read


def test_the_example_says_everything(said):
    read = said(EXAMPLE)
    assert yaml.safe_load(EXAMPLE).keys() == {field.name for field in fields(Publisher)}
    assert all(getattr(read, field.name) for field in fields(Publisher))
    group, person = read.creators
    assert (group.called, group.is_person) == ("The Example Household", False)
    assert (person.called, person.orcid) == ("Ada Example", "https://orcid.org/0000-0002-1825-0097")
    assert (read.mail, read.offered_by) == ("data@example.org", "The Example Archive")


@pytest.mark.parametrize("text", ["", "consent:\n", "consent: ''\ncreators: []\n", "# nothing yet\n"])
def test_what_is_not_said_is_not_stated(said, text):
    assert said(text) == Publisher()
    assert said(text).told("consent") == NOT_STATED


def test_words_are_taken_as_they_are_typed(said):
    assert said("provenance: No\nconsent: 0451\n").consent == "0451"
    assert said("consent: |\n  One.\n\n  Two.\n").consent == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("homepag: https://example.org", "unknown key homepag; known: consent, contact, creators"),
        ("- a", "give keys and values"),
        ("a: [", "not valid YAML"),
        ("doi: 10.5072/a\ndoi: 10.5072/b", "a key stands twice"),
        ("consent: [yes, no]", "consent: give words"),
        ("intended_use: {for: research}", "intended_use: give words"),
        ("publisher: |\n  two\n  lines", "publisher: give one line"),
        ('maintenance: "a\\tb"', "maintenance: holds characters that cannot be printed"),
        ('homepage: "https://example.org/\\u202egpj"', "homepage: holds characters that cannot be printed"),
        ("contact: come by", "contact: give a mail address or a page"),
        ("homepage: example.org", "homepage: give a page"),
        ("homepage: javascript:alert(1)", "homepage: give a page"),
        ("doi: https://doi.org/10.5072/a", "doi: give a DOI such as"),
        ("published: 28.11.2026", "published: give a day"),
        ("published: 2026-02-30", "published: there is no such day"),
        ("creators: The Example Household", "creators: give a list"),
        ("creators: [The Example Household]", "creators: 1: give keys and values"),
        ("creators: [{}]", "creators: 1: give the name of a group, or given_names and family_names"),
        ("creators: [{name: A}, {given_names: Ada}]", "creators: 2: give the name of a group, or given_names"),
        ("creators: [{name: A, given_names: Ada, family_names: B}]", "creators: 1: give the name of a group, or"),
        ("creators: [{name: A, nmae: B}]", "creators: 1: unknown key nmae; known: affiliation, family_names"),
        ("creators: [{name: A, orcid: 0000-0002-1825-0097}]", "creators: 1: orcid and affiliation are a person's"),
        (
            "creators: [{given_names: A, family_names: B, orcid: 0000-0002-1825-0098}]",
            "creators: 1: orcid: is no ORCID iD",
        ),
    ],
)
def test_what_has_no_meaning_is_refused_in_one_line_with_file_and_key(said, tmp_path, text, told):
    with pytest.raises(UsageError) as refused:
        said(text)
    line = str(refused.value)
    assert line.startswith(f"{tmp_path / 'publisher.yml'}: ")
    assert told in line
    assert "\n" not in line


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_publisher(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (Publisher(creators=(Creator(name="House of Quorrel"),)), "creators: 1: name"),
        (Publisher(creators=(Creator(given_names="Quorrel", family_names="X"),)), "creators: 1: given_names"),
        (Publisher(contact="quorrel.v@post.example"), "contact"),
        (Publisher(consent="I, QUORREL, agree."), "consent"),
    ],
)
def test_nobody_of_the_data_is_named(tmp_path, words, place):
    """A creator by name beside the pseudonyms of four people is one pseudonym less."""
    needles = Needles({"quorrel": Needle("name")}, {"quorrel.v@post.example": Needle("mail address")})
    with pytest.raises(UsageError, match=f"p.yml: {place}: holds a .* of somebody in the data") as refused:
        check_names_nobody(words, tmp_path / "p.yml", Witness(needles))
    assert "quorrel" not in str(refused.value).lower()
    check_names_nobody(Publisher(publisher="The Example Archive"), tmp_path / "p.yml", Witness(needles))
