"""Passwords that are told leave, in any of the languages; sentences about passwords stay."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from typing import Any

import pytest
from support.findings import marked

from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.secrets.told import find_told, may_be_password, table, told

FINDER = SecretFinder()
_parser = importlib.import_module("re._parser")


def redact(text: str) -> str:
    return marked(text, FINDER.find(text))


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("my password is sunflower", "my password is [secret]"),
        ("my password is sunflower and it works", "my password is [secret] and it works"),
        ("password is correct horse battery staple", "password is [secret]"),
        ("the password for the NAS is quiet7evening.", "the password for the NAS is [secret]."),
        ("changed my password to quiet7evening today", "changed my password to [secret] today"),
        ("- Password - quiet7evening", "- Password - [secret]"),
        ("<b>Password:</b> quiet7evening", "<b>Password:</b> [secret]"),
        ("**Passwort**: `Garten7zaun`", "**Passwort**: `[secret]`"),
        ("das Kennwort vom Router ist jetzt Garten7zaun", "das Kennwort vom Router ist jetzt [secret]"),
        ("la contraseña nueva es Verano2023", "la contraseña nueva es [secret]"),
        ("hasło do wifi to Ogrod77x", "hasło do wifi to [secret]"),
        ("пароль от вайфая Vecher77", "пароль от вайфая [secret]"),
        ("我的密码是 Evening77", "我的密码是 [secret]"),
        ("パスワードは Evening77 です", "パスワードは [secret] です"),
        ("비밀번호: Evening77", "비밀번호: [secret]"),
        ("כלום. הסיסמה היא Evening77", "כלום. הסיסמה היא [secret]"),
        ("token=abc4;def=ghi77 and so on", "token=[secret] and so on"),
        ("use quiet7evening as the password", "use [secret] as the password"),
        ("it's quiet7evening, that's the password", "it's [secret], that's the password"),
    ],
)
def test_a_password_that_is_told_goes(text: str, shared: str) -> None:
    assert redact(text) == shared


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password is tree", "tree"),
        ("password: tree house", "tree house"),
        ('the password is "correct horse"', "correct horse"),
        ('the password is "a1b"', "a1b"),
        ("passphrase: correct horse battery staple", "correct horse battery staple"),
        ("password is 123", "123"),
        ("password 4821", "4821"),
        ("password is sock.green", "sock.green"),
        ("password: quiet7tea); done", "quiet7tea"),
        ("password:\nquiet7tea", "quiet7tea"),
        ("password: quiet7tea: x", "quiet7tea"),
        ("token quiet7", "quiet7"),
        ("пароль: sunflower", "sunflower"),
        ("パスワードはsakura8822です", "sakura8822"),
        ("password:\nquiet7tea: x", None),
        ("password: quiet7tea(x)", None),
        ("password is sun", None),
        ("password is 12", None),
        ("password is 10:20", None),
        ("password 2024", None),
        ("password is tree house today", None),
        ("password is wrong tree house", None),
        ("password is case-sensitive", None),
        ("password = some_variable", None),
        ('password "required"', None),
        ("password quietevening", None),
        ("token quietev", None),
        ("password: xxxxxx", None),
        ("パスワードは8文字以上です", None),
    ],
)
def test_behind_a_word_for_a_password_what_looks_like_one_goes(text: str, value: str | None) -> None:
    assert [text[span.start : span.end] for span in find_told(text)] == ([value] if value else [])


@pytest.mark.parametrize(("number", "goes"), [("12345", False), ("123456", True)])
def test_a_number_behind_a_vague_word_goes_from_six_digits_on(number: str, goes: bool) -> None:
    assert redact(f"the token: {number}") == f"the token: {'[secret]' if goes else number}"


@pytest.mark.parametrize(
    "text",
    [
        "the password is the same as before, and the password is correct",
        "the passphrase is stored in a safe",
        "the password is too short",
        "password must have 8 characters",
        "Password: required",
        "Password: see the note",
        "password manager: a good one",
        "if password == other_password:",
        "password = getpass.getpass()",
        "def f(password: str) -> None:",
        "das Passwort ist falsch",
        "Passwort: siehe Zettel",
        "la senha está errada",
        "le mot de passe a expiré",
        "пароль неверный, пароль истёк",
        "パスワードを忘れました",
        "비밀번호가 틀렸습니다",
        "the secret of bread is time, and my secret is patience",
        'total_tokens: 1823400112, "Pass": [3596, 2.9]',
        "votre mot de passe est inactif, Din adgangskode er inaktiv, la contraseña está inactiva",
        "Passwort für Benutzer »%s%s@%s«: %-*s",
        "  --proxy-password=HESLO      heslo proxy",
        "options:\n  -p, --password SENHA          usar senha",
        "die Datei ist ein PKCS#12, das Passwort kennt SOCKSv5 nicht",
        "la contraseña es relativamente fácil de cambiar, la contraseña es generalmente, por convención, el correo",
        'la parola "sezione" è usata qui, di parola e basta, due parole: poco chiare',
        "getent passwd nombre_de_usuario",
        "パスワード: 起動するときに最後の欄が伝えることを読みます",
        "password: $(id -u), password: '/etc/exim4/passwd.client'",
        "username = bruker\npassword = passord",
    ],
)
def test_a_sentence_about_passwords_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "DB_PASSWORD=SWORDFISH  # of the trays",
        "login --password=SWORDFISH   -u mara",
        "login --password=SWORDFISH   trays",
        "login --password SWORDFISH   trays",
        "  --password=swordfish   trays",
        "login --password=СЕЛЁДКА   mara",
    ],
)
def test_a_word_in_capitals_goes_but_in_the_help_of_an_option(text: str) -> None:
    assert "SWORDFISH" not in redact(text)


CUES = [(name, cue) for name, rows in table().languages.items() for cue in (*rows.certain, *rows.compound, *rows.vague)]


@pytest.mark.parametrize(("name", "cue"), CUES)
def test_each_cue_is_tried_where_it_begins(name: str, cue: str) -> None:
    rng = random.Random(cue)
    for _ in range(20):
        assert "".join(_sampled(_parser.parse(cue), rng)).lower().startswith(table().begins), cue


def test_the_words_of_the_table_are_in_lower_case() -> None:
    assert all(word == word.lower() for word in (*table().begins, *told().plain, *told().says))


def test_every_language_tells_in_a_way_of_its_own() -> None:
    for name, language in table().languages.items():
        rng = random.Random(name)
        cue = "".join(_sampled(_parser.parse((*language.certain, *language.compound)[0]), rng))
        text = f"{cue}: Evening77"
        assert [text[span.start : span.end] for span in find_told(text)] == ["Evening77"], text


def test_what_may_stand_in_a_cell() -> None:
    assert may_be_password("sunflower")
    assert may_be_password("blue otter lamp")
    assert not may_be_password("required")
    assert not may_be_password("ask me for the password")


def _sampled(items: Any, rng: random.Random) -> Iterator[str]:
    """A text that a parsed pattern without assertions and classes of words matches."""
    for op, operand in items:
        kind = str(op)
        if kind == "LITERAL":
            yield chr(operand)
        elif kind == "IN":
            entry, value = rng.choice(operand)
            yield chr(value) if str(entry) == "LITERAL" else "a"
        elif kind == "ANY":
            yield "-"
        elif kind == "BRANCH":
            yield from _sampled(rng.choice(operand[1]), rng)
        elif kind == "SUBPATTERN":
            yield from _sampled(operand[3], rng)
        elif "REPEAT" in kind:
            for _ in range(rng.randint(operand[0], min(int(operand[1]), operand[0] + 1))):
                yield from _sampled(operand[2], rng)


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("la contraseña sigue siendo mariposa", "la contraseña sigue siendo [secret]"),
        (
            "the password for the computer in the back room of the shop is quince_41",
            "the password for the computer in the back room of the shop is [secret]",
        ),
        ("a senha da conta da loja da minha irmã é tucano_41", "a senha da conta da loja da minha irmã é [secret]"),
        ("you get in with heron7lamp, no caps", "you get in with [secret], no caps"),
        ("Uid=coop;Pwd=Bantam!Yolk6;Encrypt=True;", "Uid=coop;Pwd=[secret];Encrypt=True;"),
        ("else password: raise ValueError('too short')", "else password: raise ValueError('too short')"),
        ("her NTLM hash was 0123456789abcdef0123456789abcdef", "her NTLM hash was [secret]"),
        ("the hash of the file is 0123456789abcdef0123456789abcdef",) * 2,
        (
            "a device token, this one right? 0123456789abcdef0123456789abcdef",
            "a device token, this one right? [secret]",
        ),
        ("/data?appid=0123456789abcdef0123456789abcdef&units=metric", "/data?appid=[secret]&units=metric"),
        ("?appid=440 is a game", "?appid=440 is a game"),
    ],
)
def test_a_password_is_told_in_few_words_or_many(text: str, shared: str) -> None:
    assert redact(text) == shared
