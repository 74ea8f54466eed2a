"""Passwords that nobody tells in so many words: what stands near a word for one, and could be nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from support.findings import marked

from build_db.redaction.secrets.near import find_near, find_opening, find_strong
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.spans import Span


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("the passwords are wifi=heron42 and super-heron42", "the passwords are [secret] and [secret]"),
        ("m00nriver, that was my password for years", "[secret], that was my password for years"),
        ("für das Passwort nimm die Straße, also Ahorn77!", "für das Passwort nimm die Straße, also [secret]!"),
        ("mot de passe oublié, puis retrouvé : choux-fleur88", "mot de passe oublié, puis retrouvé : [secret]"),
        ("the password, kiln.ash77, still works", "the password, [secret], still works"),
        (f"the password, {'as you know ' * 7}quiet7tea12, works", f"the password, {'as you know ' * 7}[secret], works"),
        ("пароль от ящика такой же, kot1998kot, не смейся", "пароль от ящика такой же, [secret], не смейся"),
    ],
)
def test_what_nobody_would_write_but_as_a_password_is_one_near_the_word(text, shared):
    assert marked(text, find_near(text)) == shared


@pytest.mark.parametrize(
    "text",
    [
        "the password is hashed with sha256 and argon2id, 12 rounds, then base64",
        "password reset for user42 in release v2.13.0 of step3",
        "1Password asks for the password on iphone15 and windows11",
        "if password == stored2hash9: return check77value()",
        "POSTGRES_PASSWORD_FILE=/run/secrets/pg postgres:16",
        "the password policy of RFC6749 wants 8 characters in 90 days, at 10:30, for 100MB",
        "the password was sent to kiln77ash@post.example",
        "kiln77ash is the glaze\n\nthe password is on paper",
        "password\trequisite\t\t\tpam_cracklib.so retry=3 minlen=8",
        "the password prompt is behind Ctrl-Alt-F3",
        "Next13.4 is about passwords",
        "<Kiln77ash> my password does not work",
    ],
)
def test_what_else_stands_near_the_word_stays(text):
    assert list(find_near(text)) == []


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("le mot de passe c'est chaussette.verte tout attaché", "le mot de passe c'est [secret] tout attaché"),
        ("the password is case-sensitive", "the password is case-sensitive"),
        ("取款密码604718，别忘了", "取款密码[secret]，别忘了"),
        ("パスワードは8文字以上で入力", "パスワードは8文字以上で入力"),
        ('"passphrase": "the otter wears velvet"', '"passphrase": "[secret]"'),
        ('"password": "your password here"', '"password": "your password here"'),
        ("邮箱密码是xiaolong2020,别笑", "邮箱密码是[secret],别笑"),
    ],
)
def test_a_password_ends_where_the_sentence_goes_on(text, shared):
    assert marked(text, SecretFinder().find(text)) == shared


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (find_near, "the password, kiln.ash77, still works"),
        (find_strong, "log in with Kiln!ash77 from now on"),
        (find_opening, "the code for the safe is 4471"),
    ],
)
def test_each_is_counted_as_found_near_something(find, text):
    (span,) = find(text)
    assert (span.kind, span.rule) == ("secret", "near")


def values(find: Callable[[str], Iterable[Span]], text: str) -> list[str]:
    return [text[span.start : span.end] for span in find(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("password, it was quiet7tea12 I think", "quiet7tea12"),
        ("password, it was quiet7tea I think", "quiet7tea"),
        ("quiet7tea12 was the password", "quiet7tea12"),
        ("password: see qu!et$tea ok", "qu!et$tea"),
        ("password maybe quiet!tea", "quiet!tea"),
        ("password maybe abc=de+fg", "abc=de+fg"),
        ("password, the quiet7tea12, is no password", "quiet7tea12"),
        ("password quiettea7 then", None),
        ("the password_file quiet7tea12", None),
        ("my_password quiet7tea12", None),
        ("password then\nquiet7tea12", None),
        ("quiet7tea12\nwas the password", None),
        ("password and mara7@post.example", None),
        ("password maybe quiet-tea", None),
        ("password maybe q7t", None),
        ("password ab7 12345678", None),
        ("password maybe zoë77tea", "zoë77tea"),
        ("пароль Ласточка55 запомни", "Ласточка55"),
        ("пароль должен быть 12-значный", None),
        ("пароль по ГОСТ-3411", None),
        ("das Passwort ist 10-stellig", None),
        ("password if (quiet7tea12) {", None),
        (f"password {'x ' * 36}quiet7tea12", "quiet7tea12"),
        (f"password {'x ' * 48}quiet7tea12", None),
        (f"quiet7tea12 {'x ' * 22}password", "quiet7tea12"),
        (f"quiet7tea12 {'x ' * 32}password", None),
    ],
)
def test_in_the_line_of_a_word_for_a_password_what_somebody_chose_goes(text: str, value: str | None) -> None:
    assert values(find_near, text) == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("log in with Quiet$Tea7", "Quiet$Tea7"),
        ("I like Quiet$Tea7", "Quiet$Tea7"),
        ("log in with Quiet$Tea7(", None),
        ("x = Quiet$Tea7 == y", None),
        ("log in with Quiet7tea.", None),
    ],
)
def test_a_sign_within_tells_a_password_anywhere(text: str, value: str | None) -> None:
    assert values(find_strong, text) == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the door code is 4821", "4821"),
        ("the alarm code is now 48215", "48215"),
        ("the gate. 4821 is", None),
        ("4821 opens the gate", None),
        ("the gate v4821", None),
        ("door $4821", None),
        ("door code 2024", None),
        ("the door code\n4821", None),
        (f"the door code {'x' * 50} 4821", "4821"),
        (f"the door code {'x' * 80} 4821", None),
    ],
)
def test_a_number_opens_what_stands_before_it_in_its_sentence(text: str, value: str | None) -> None:
    assert values(find_opening, text) == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("at the gate punch in 40718, then push", "at the gate punch in [secret], then push"),
        ("Tresor im Keller: 7-33-19, nicht weitersagen", "Tresor im Keller: [secret], nicht weitersagen"),
        ("le digicode est B4719 et à gauche", "le digicode est [secret] et à gauche"),
        ("type 4417 on the pad by the front door", "type [secret] on the pad by the front door"),
        ("am Tor 4417 eintippen und drücken", "am Tor [secret] eintippen und drücken"),
        ("à la porte tape 4417 puis étoile", "à la porte tape [secret] puis étoile"),
        ("у калитки набери 4417", "у калитки набери [secret]"),
        ("大门按4417再按井号", "大门按[secret]再按井号"),
        ("they texted me 482913 to log in", "they texted me [secret] to log in"),
        ("kod z smsa 482913, już nieważny", "kod z smsa [secret], już nieważny"),
    ],
)
def test_a_number_that_is_typed_at_a_door_or_was_sent_to_be_typed_goes(text, shared):
    assert marked(text, find_opening(text)) == shared


@pytest.mark.parametrize(
    "text",
    [
        "the gate is 4417 mm wide, press it shut",
        "punch in at the gate at 0800, out by 1630",
        "the garage door costs 4500 euro",
        "type 2048 into the calculator",
        "the door is shut. Type 2048 into the calculator",
    ],
)
def test_other_numbers_near_a_door_stay(text):
    assert list(find_opening(text)) == []
