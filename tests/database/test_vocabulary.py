"""How often a word is written in a finished file."""

from __future__ import annotations

import pytest
from conftest import conversation

from build_db.database.vocabulary import written_in

FIRST = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(("word", "times"), [("Éclair", 3), ("eclair", 3), ("ÉCLAIR", 3), ("tea", 1), ("Écla", 0)])
def test_a_word_is_counted_whatever_its_case_and_accents(tree, built, word, times):
    said = [{"role": "user", "content": "Éclair, éclair and ECLAIR; tea", "timestamp": "2025-01-01"}]
    db = built(tree({f"conversations/{FIRST}.json": conversation(FIRST, messages=said)}))
    assert written_in(db.path)(word) == times
