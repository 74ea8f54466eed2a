"""One value has one new value wherever it stands, and every replacement is counted."""

from __future__ import annotations

import json
import uuid

import pytest
from conftest import KEY

from build_db.exports.opaque import Opaque
from build_db.exports.rekey import MENTIONS, Rekeyer, opaque_in_id, opaque_in_text
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms

WHOLE = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"
MAIL = "[email 3f9a]"
KEYED = Keyed(KEY)


@pytest.fixture
def rekeyer() -> Rekeyer:
    people = with_pseudonyms([Person("Averill", ("Averill",))], KEYED)
    opaque = Opaque([MAIL])
    opaque.rename(KEYED)
    return Rekeyer(KEYED, PeopleFinder(people, KEYED), opaque.get)


def test_an_id_is_the_same_new_one_in_every_kind_of_column(rekeyer):
    new = rekeyer.id(WHOLE)
    assert uuid.UUID(new).version == 4
    assert new != WHOLE
    assert rekeyer.person(WHOLE) == rekeyer.handle(WHOLE) == rekeyer.text(WHOLE) == new
    assert rekeyer.text(f"see {WHOLE}.") == f"see {new}."
    assert json.loads(rekeyer.json(json.dumps({WHOLE: [WHOLE]}))) == {new: [new]}


def test_what_comes_again_is_counted_again(rekeyer):
    for _ in range(3):
        rekeyer.json(f'["Averill wrote to {MAIL}"]')
        assert rekeyer.json('{"a":[1,null,"no one"]}') == '{"a":[1,null,"no one"]}'
    assert rekeyer.counts == {MENTIONS: 3, "email": 3}


def test_json_is_spelled_one_way_however_often_it_comes(rekeyer):
    assert [rekeyer.json('{ "a": "\\u00e9" }') for _ in range(2)] == ['{"a":"é"}'] * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing", set()),
        (f"to {MAIL}", {MAIL}),
        ("a [link](x) and [no code]", set()),
        ("Person 3f9a left", {"Person 3f9a"}),
        ("node 146dc54f, NODE 146DC54F", {"146dc54f"}),
        ("a facade, a decade, 20250401", set()),
        (WHOLE, set()),
    ],
)
def test_placeholders_and_short_ids_are_found(text, found):
    assert opaque_in_text(text) == found


def test_whole_ids_hold_nothing_short():
    assert list(opaque_in_id(WHOLE)) == []
    assert list(opaque_in_id(f"node_{WHOLE[:8]}")) == [WHOLE[:8]]
