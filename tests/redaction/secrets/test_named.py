"""Names in code: their words tell, not bits of words; slugs and versions are no secrets."""

from __future__ import annotations

import pytest

from build_db.redaction.secrets.looks import is_slug, looks_random
from build_db.redaction.secrets.named import find_named, how_telling
from build_db.redaction.secrets.secret_finder import SecretFinder

FINDER = SecretFinder()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("DB_PASSWORD", "password"), ("dbPass", "password"), ("PGPASSWORD", "password"), ("clientSecret", "strong"),
        ("APIKey", "strong"), ("api_key", "strong"), ("my-auth-token", "strong"), ("authtoken", "strong"),
        ("sessionid", "strong"), ("client", "weak"), ("access_level", "weak"), ("author", ""), ("compass", ""),
        ("keyboard", ""), ("tokenizationId", ""), ("sort_key", ""), ("PublicKeyToken", ""), ("design", ""),
        ("passenger", ""), ("apiVersion", ""), ("commit_token", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_name_tell(name: str, says: str) -> None:
    assert how_telling(name) == says


@pytest.mark.parametrize(
    "value",
    ["material-you-v3", "deploy-bot-2024", "python-requests/2.31.0", "apps/v1beta1-2024", "qwerty-us-intl-104",
     "inf-vsqt-01-secret-id", "reflect_20251108_213005_4be1a9", "Qwen2.5-coder"],
)  # fmt: skip
def test_words_and_versions_are_a_slug(value: str) -> None:
    assert is_slug(value)


@pytest.mark.parametrize("value", ["EXAMPLE0exam7ple-9aB3cD", "exampleexample", "x7Quiet3-b1Ue4-q0W9e"])
def test_what_is_mixed_is_no_slug(value: str) -> None:
    assert not is_slug(value)


def test_random_is_digits_and_letters_in_turns() -> None:
    assert looks_random("a7Q9xLm2Rt5vB8nK3wZ1")
    assert not looks_random("01234567-89ab-cdef-0123-456789abcdef")
    assert not looks_random("quietEveningByTheBrook")


@pytest.mark.parametrize(
    "text",
    ["author: jane2024abcd", '"client": "python-requests/2.31.0"', 'passenger: "seat14B-window"',
     "credentialsId: 'deploy-bot-2024'", "sort_key: created_at_2024", "PublicKeyToken=b77a5c561934e089",
     "message-api:rc0.15.0_20231217_1420-SNAPSHOT",
     "authMethod: oauth2-pkce", "password = other_password", "token = makeTokenForUser9(name)"],
)  # fmt: skip
def test_other_values_stay(text: str) -> None:
    assert FINDER.find(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("API_KEY=a8f3k2q9x7", "a8f3k2q9x7"),
        ("apiKey: 'a8f3k2q9x7'", "a8f3k2q9x7"),
        ("<token>a8f3k2q9x7</token>", "a8f3k2q9x7"),
        ("Authorization: Bearer a8f3k2q9x7", "a8f3k2q9x7"),
        ("secret -> a8f3k2q9x7", "a8f3k2q9x7"),
        ("config: SECRET=a8f3k2q9x7,", "a8f3k2q9x7"),
        ("secret, a8f3k2q9x7zz445", "a8f3k2q9x7zz445"),
        ("secret, a8f3k2q9x7zz44", None),
        ("token, a8f3k2q9x7", None),
        ("input_tokens: 12345678", None),
        ("input_tokens: a8f3k2q9x7", "a8f3k2q9x7"),
        ("db_password = 48213377", "48213377"),
        ("db_password = some_variable", None),
        ("PASSWORD=${SOMETHING}", None),
        ("api_key=release-1.2.3", None),
        ("api_token=v1.2.3-x8k2", None),
        ("api_token=my-plain-slug", None),
        ("public_key=a8f3k2q9x7zz44", None),
        ("session=a8f3k2q9x7zz44", None),
        ("session=a8f3k2q9x7zz445", "a8f3k2q9x7zz445"),
        ("color=a8f3k2q9x7zz445", None),
        ("API_KEY=a8f3k2q9x7(", None),
        ("/d?api_key=a8f3k2q9x7&units=metric", "a8f3k2q9x7"),
        ("x-api-key=a8f3&def=k2q9x7", "a8f3&def=k2q9x7"),
        ("secret=abcdefghij", None),
        ("secret=a8f3k2q", None),
    ],
)
def test_beside_a_telling_name_what_looks_made_goes(text: str, value: str | None) -> None:
    assert [text[span.start : span.end] for span in find_named(text)] == ([value] if value else [])
