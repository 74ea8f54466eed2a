"""Secrets leave the text, wherever they stand; what only looks like one stays."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.findings import marked

from build_db.redaction.secrets.formats import formats
from build_db.redaction.secrets.looks import entropy
from build_db.redaction.secrets.secret_finder import SecretFinder

FINDER = SecretFinder()
TOKEN = "ghp_EXAMPLEexampleEXAMPLEexample01234567"


def redact(text: str) -> str:
    return marked(text, FINDER.find(text))


SHAPES = [pytest.param(shape, id=shape.name) for shape in formats()]


@pytest.mark.parametrize("shape", SHAPES)
def test_each_format_finds_its_example_and_leaves_the_other(shape):
    assert redact(shape.leaves) == shape.leaves
    assert shape.source
    assert "[secret]" in redact(shape.finds)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_format_finds_bears_its_name(shape):
    assert [span.rule for span in FINDER.find(shape.finds)] == [shape.name]


# The places where scanners that wait for a quote or a space lose a token.
AROUND = [
    ("", ""), ("token ", "."), ("(", ")"), ("see ", ", then"), ("<b>", "</b>"), ("?key=", "&x=1"), ('"', '"'),
    ('\\"', '\\"'), ("`", "`"), ("| ", " |"), ("x=", "%20"), ("'", "';"), ("a,", ",b"), ("[", "]"), ("{", "}"),
    ("\n", "\n"), ("\t", "\t"), ("key:", "!"), ("https://x.example/", "/y"), ("=> ", "?"), ("«", "»"), ("- ", "…"),
]  # fmt: skip


@pytest.mark.parametrize(
    "token",
    [
        TOKEN,
        "sk-ant-api03-" + "EXAMPLEexample0" * 6,
        "AKIAEXAMPLEEXAMPLEZZ",
        "eyJFWEFNUExF.eyJleGFtcGxlIjoibm8ifQ.c2lnbmF0dXJl",
        "glpat-EXAMPLEexample012345",
        "AIzaEXAMPLEexampleEXAMPLEexample0123456",
    ],
)
def test_a_token_ends_where_its_alphabet_ends(token):
    for before, after in AROUND:
        shared = redact(before + token + after)
        assert token not in shared
        assert token[8:] not in shared


@pytest.mark.parametrize(
    "text",
    ["my password is hunter2!x", "the wifi password: sunny-Days-88", "pwd: Tr0ub4dor", "my PIN is 4821", "PIN: 4821",
     "api key is 9f8a7b6c5d4e3f2a1b", "secret: s3cr3tValue", "token -> abcd1234efgh5678", "Passwort: Gartenzaun7",
     'passphrase "correct horse battery staple"', "password = 'let me in please'", "mot de passe : Jardin2024!",
     "contraseña es Verano2023", "?access_token=abcDEF123456&x=1", "Authorization: Bearer abc.DEF-123456789",
     "<token>abcDEF1234567890</token>", "<password>Quiet7Evening</password>", "DB_PASSWORD=quiet7evening",
     'password: "quiet7evening"', r'{\"password\": \"quiet7evening\"}', "--password Quiet7",
     "curl -u mara:Quiet7Evening https://x.example", "the password is now Blue42Sky, keep it",
     'const adobeClientSecret = "p8e1a2b3c4d5e6f708192a3b"', "postgres://mara:quiet-evening@db.example/trays"],
)  # fmt: skip
def test_what_follows_a_cue_is_a_secret(text):
    assert "[secret]" in redact(text)


@pytest.mark.parametrize(
    "text",
    ["I forgot my password yesterday", "the password is wrong", "the secret is patience", "her token of thanks",
     "the key is in the drawer", "a secret garden", "commit 3f2a9b1c4d5e6f708192a3b4c5d6e7f8091a2b3c",
     "sha256:" + "ab12" * 16, "id 5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411", "input_tokens: 5210", "max_tokens=4096",
     "claude-haiku-4-5-20251001", "password: changeme", "api_key: <YOUR_API_KEY>", "token: ${TOKEN}",
     "password=********", "secret: process.env.SECRET",
     "password: [secret 3f9a]", "the passport is new", "auth is hard",
     "The token count was 1234567.", "session_id: reflect_20251108_213005_4be1a9", "pass the salt, please",
     "the pin fell out", "author: wren", "conversation_id: 5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411",
     "Passwort vergessen", "version 1.2.3-rc1", "password reset link", "the secret of bread is time",
     "bearer of good news",
     "api: https://example.org/v1/items", "password is required", "2025-11-03T10:20:30.123456",
     "testing/authenticity_scores.json", "tokenizer_config.json", "secretary_2.md", "tokenised9", "author_7 pinout_3",
     "llama3.1:8b-instruct-q8_0"],
)  # fmt: skip
def test_what_only_looks_like_a_secret_stays(text):
    assert redact(text) == text


def test_a_whole_private_key_goes_even_if_it_is_cut_off():
    body = "RVhBTVBMRWV4YW1wbGVFWEFNUExF" * 4
    for key in (
        f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----",
        f"-----BEGIN RSA PRIVATE KEY-----\n{body}",
        rf"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----",
    ):
        assert body not in redact(f"here: {key}\nthanks")


@given(st.randoms(use_true_random=False), st.text(max_size=20), st.text(max_size=20))
def test_a_planted_token_never_stays_whole(source: random.Random, before, after):
    token = "ghp_" + "".join(source.choices(string.ascii_letters + string.digits, k=36))
    letters = string.ascii_letters + string.digits + "_"
    assert token not in redact(f"{before.rstrip(letters)} {token} {after.lstrip(letters)}")


@pytest.mark.parametrize(
    "salt", ["$apr1$saltsalt$", "$y$j9T$saltsalt$", "$5$saltsalt$", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$"]
)
def test_a_hash_is_no_variable_of_a_shell(salt):
    assert redact(f"mara:{salt}EXAMPLEexampleEXAMPLEexa:19000") == "mara:[secret]:19000"
    assert (
        redact("password=$MARA_PASSWORD and token: ${TOKEN:-none}")
        == "password=$MARA_PASSWORD and token: ${TOKEN:-none}"
    )


def test_entropy_is_of_characters():
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


@pytest.mark.parametrize(
    "text",
    [
        "masterauth quiet7evening",
        "sqlldr mara/quiet7evening@trays",
        "printf 'quiet7evening' | cryptsetup open trays",
        "gh variable set TRAYS --body quiet7evening",
        "base32: EXAMPLEEXAMPLE234567",
        r"{\"kty\": \"OKP\", \"d\": \"EXAMPLEexampleEXAMPLE7\"}",
    ],
)
def test_a_format_needs_no_words_but_its_own(text: str) -> None:
    (found,) = SecretFinder().find(text)
    assert text[found.start : found.end] in ("quiet7evening", "EXAMPLEEXAMPLE234567", "EXAMPLEexampleEXAMPLE7")


def test_names_of_one_letter_are_parts_of_a_key_only_beside_what_says_so() -> None:
    assert SecretFinder().find('{"d": "EXAMPLEexampleEXAMPLEexampleEXAMPLE"}') == []
