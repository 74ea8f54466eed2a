"""What its owner is told after a shared build: names that nobody listed, and wishes that matched nothing."""

from __future__ import annotations

import json

from conftest import DEMO, Built, conversation, told

from build_db.household.review import likely_names

FIRST, WREN = "11111111-1111-4111-8111-111111111111", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
PROFILE = {"user_id": WREN, "display_name": "Wren Talbot"}


def talk(*said: str) -> dict:
    return conversation(
        FIRST, user_id=WREN, messages=[{"role": "user", "content": text, "timestamp": "2025-01-01"} for text in said]
    )


def test_likely_names_are_counted_and_people_words_and_planets_are_not(tree, built):
    said = talk(
        "Then we met Marek and asked Odile, Wren and Cass.",
        "The Evening was long, an evening like any on Mars.",
        "I told Marek that the sky over Venus is red.",
    )
    db = built(tree({f"conversations/{FIRST}.json": said, f"users/{WREN}/profile.yaml": PROFILE}), private=False)
    assert db.report.unlisted == 2
    assert "possible names that nobody listed: 2" in told(db.report)


def test_the_summary_counts_what_review_lists(tmp_path):
    db = Built(DEMO, tmp_path / "out.db", private=False)
    db.conn.close()
    listed = [line for line in likely_names(DEMO, 999).splitlines() if line.startswith("  ")]
    assert len(listed) == db.report.unlisted > 0


def test_what_was_rejected_is_asked_for_no_more(tree, built):
    said = talk("Then we met Marek and asked Odile.", "So Odile said yes. I think Odile laughed.")
    root = tree({f"conversations/{FIRST}.json": said, f"users/{WREN}/profile.yaml": PROFILE})
    assert [line.split(":")[0].strip() for line in likely_names(root, 9).splitlines()[4:]] == ["Odile", "Marek"]
    tree({"redaction.yml": {"keep": ["Marek"], "people": {"Odile": {}}}})
    assert likely_names(root, 9) == "# No likely names beyond the people of the tree.\n"
    assert built(root, private=False).report.unlisted == 0


def test_wishes_that_match_nothing_are_told_by_their_place(tree, built):
    wishes = {"people": {"Marek": {}, "Odile": {}}, "terms": ["Larkmeadow", "0451"]}
    said = talk("Then we met Odile in larkmeadow.")
    root = tree({f"conversations/{FIRST}.json": said, f"users/{WREN}/profile.yaml": PROFILE, "redaction.yml": wishes})
    report = built(root, private=False).report
    assert report.idle_wishes == ("people: entry 1", "terms: entry 2")
    assert "in redaction.yml, matched nothing: people: entry 1, terms: entry 2" in told(report)
    assert "0451" not in json.dumps(json.loads(report.as_json()))
