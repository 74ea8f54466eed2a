"""The sieve says of many literals which are in bytes: neither one too few nor one too many, however it is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build_db.witness import sieve
from build_db.witness.sieve import NUL, Sieve

LITERAL = st.text("abB éÉ", max_size=4).map(str.encode) | st.text("ab", max_size=3).map(
    lambda text: text.encode("utf-16")
)


def held(literals: list[tuple[int, bytes]], data: bytes) -> list[int]:
    """What a sieve has to say, by looking for each literal."""
    plain = data.replace(NUL, b"")
    return sorted({place for place, literal in literals if literal.replace(NUL, b"") in plain})


@pytest.mark.parametrize("at_once", [1, 2, 1000])
@pytest.mark.parametrize("engine", ["the engine", "the automaton"])
@given(literals=st.lists(st.tuples(st.integers(0, 5), LITERAL), max_size=6), data=st.lists(LITERAL).map(b"".join))
def test_it_finds_what_is_there(at_once, engine, literals, data):
    """Whether all literals are compiled at once or a few at a time, and whether several stand for the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "AT_ONCE", at_once)
        if engine == "the automaton":
            patch.setattr(sieve, "hyperscan", None)
        assert Sieve(literals).seen(data) == held(literals, data)
        small = [(place, literal.lower()) for place, literal in literals]
        assert Sieve(literals, any_case=True).seen(data) == held(small, data.lower())


def test_of_a_long_literal_its_beginning_is_looked_for():
    long = b"x" * (sieve.LONGEST + 10)
    assert Sieve([(7, long)]).seen(long[: sieve.LONGEST]) == [7]
    assert Sieve([(7, long)]).seen(long[: sieve.LONGEST - 1]) == []


def test_a_literal_that_is_empty_may_be_anywhere():
    assert Sieve([(3, NUL), (4, b"a")]).seen(b"") == [3]
