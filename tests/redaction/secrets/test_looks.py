"""What a value looks like, whatever stands around it."""

from __future__ import annotations

import pytest

from build_db.redaction.secrets.looks import entropy, is_slug, looks_chosen, looks_made, looks_random

UUID = "146dc54f-2e7f-40c6-8fd9-ef702e7ec537"


@pytest.mark.parametrize(
    ("value", "anyway", "strongly"),
    [
        ("a8f3k2q9", True, True),
        ("a8f3k2q", False, False),
        ("xxxxxxxx", False, False),
        ("${SOME_KEY}", False, False),
        ("12345678901234", False, True),
        ("1234567890123", False, False),
        (UUID, False, True),
        ("2025-03-01T10:00", False, False),
        ("10:20:30.5", False, False),
        ("1,234,567.89", False, False),
        ("a1b2c3d4e5f6", False, True),
        ("0a1b2c3d" * 5, True, True),
        ("sha256:a1b2c3d4", False, True),
        ("abcdefghijklmnopqrs_", True, True),
        ("abcdefghijklmnopqr_", False, False),
        ("abcabcabcabcabcabcabc_", False, False),
        ("abcdefghijklmnopqrstuv", False, False),
        ("aaaaaaa1", False, False),
        ("1234-5678-9012", False, False),
    ],
)
def test_a_machine_makes_long_and_mixed_values(value, anyway, strongly):
    assert (looks_made(value, strongly=False), looks_made(value, strongly=True)) == (anyway, strongly)


@pytest.mark.parametrize(
    ("value", "chosen"),
    [
        *(("a1b", False), ("a1bc", True), ("123", True), ("12", False), ("1234", True)),
        *(("quiet!", False), ("quiet+tea", True), ("quiet/tea", False), ("quiet-tea", False), ("it's", False)),
        *(("quietTea", True), ("Quiet", False), ("QUIET", False), ("quieT", True), ("qUIET.", True)),
    ],
)
def test_somebody_chooses_digits_signs_or_humps(value, chosen):
    assert looks_chosen(value, sure=True) is chosen


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        *(("material-you-v3", True), ("apps/v1beta1-2024", True), ("quiet", False), ("quiet-tea-0a1b2c", True)),
        *(("quiet-0a1b2c", False), ("0a1b2c-0a1b2d-tea-time", False), ("quiet-tea-0a1b2c3d4e", False)),
        *(("kQ7zR-x9", False), ("a.b.c", True)),
    ],
)
def test_a_slug_is_made_of_words_and_small_numbers(value, slug):
    assert is_slug(value) is slug


@pytest.mark.parametrize(
    ("value", "random"),
    [
        *(("a1b2c3d4", True), ("a1b2c", False), ("a1b2c3", False), ("aBcDeFgH", False), ("A1B2C3D4", True)),
        *((UUID, False), ("2025-03-01T1a2b3c4", False), ("a1b2xxxxxxxxc3d4", False), ("1a1a1a1a1a", False)),
        ("12-34-56-78-90", False),
    ],
)
def test_chance_writes_letters_and_digits_in_turns(value, random):
    assert looks_random(value) is random


def test_entropy_counts_bits_of_each_character():
    assert (entropy("aaaa"), entropy("abab"), entropy("abcd")) == (0, 1, 2)
