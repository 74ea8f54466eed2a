"""The password or the code that answers a question leaves; what else is answered stays."""

from __future__ import annotations

import pytest
from support.findings import marked

from build_db.redaction.secrets.asked import _is_answer, find_asked
from build_db.redaction.secrets.secret_finder import SecretFinder


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        (
            "what's the wifi password again?\n> velvet-kiln-19\nthanks",
            "what's the wifi password again?\n> [secret]\nthanks",
        ),
        ("wie war das wlan passwort?\n– Fliederbusch_31", "wie war das wlan passwort?\n– [secret]"),
        ("qual era la password?\nmi pare Lampada.Blu6", "qual era la password?\nmi pare [secret]"),
        ("какой пароль от вайфая?\nkotik_5 вроде", "какой пароль от вайфая?\n[secret] вроде"),
        ("wifi neydi?\nlale.cay22 yaz geç", "wifi neydi?\n[secret] yaz geç"),
        ("the password? Mara: quillwort", "the password? Mara: [secret]"),
        ("Q: code for the back door?\nA: 4471#, then push", "Q: code for the back door?\nA: [secret], then push"),
        ("門の暗証番号は？\n4817", "門の暗証番号は？\n[secret]"),
    ],
)
def test_the_answer_to_a_question_for_a_password_leaves(text, shared):
    assert marked(text, find_asked(text)) == shared


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        *(("lampada.blu", True), ("blue-otter", False), ("blue_otter", True), ("zzyx.blue", True)),
        *(("kotik_5", True), ("kotik5", True), ("ab5c", False), ("v2.0.1", False), ("3.11.4", False)),
    ],
)
def test_words_that_signs_join_are_an_answer_unless_people_say_them_so(answer, chosen):
    assert _is_answer(answer) is chosen


@pytest.mark.parametrize(
    "text",
    [
        "what's the wifi password?\n> no idea, ask mum",
        "what's the status of the code review?\n> 4021 lines left",
        "which version has the password bug?\n> 3.11.4 I think",
        "what's the zip code there?\n> 90210, like the show",
        "when was the password changed?\n2019, or 2020",
        "did you change the wifi?\n> moved it upstairs",
        "which manager keeps your password?\n> keepass, since 2015",
        "if (password == null?\n> quiet7evening19",
        "the password is on paper\n\nquiet7evening",
    ],
)
def test_what_else_is_answered_stays(text):
    assert list(find_asked(text)) == []


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("de code van het fietsenhok is weer 6045, zeg ik", "de code van het fietsenhok is weer [secret], zeg ik"),
        ("the code for the error is 4041", "the code for the error is 4041"),
        ("the code of the game is 30000 lines long", "the code of the game is 30000 lines long"),
        ("entro en la web del cole con Girasol2b", "entro en la web del cole con [secret]"),
        ("i log in with my phone and sign in with oauth2", "i log in with my phone and sign in with oauth2"),
        ("do tabletu babci wpisz 1953, potem wycisz", "do tabletu babci wpisz [secret], potem wycisz"),
        ("the door was painted in 1953, type something", "the door was painted in 1953, type something"),
        ("gib mir 1000 Gründe, warum die Tür blau ist", "gib mir 1000 Gründe, warum die Tür blau ist"),
        ('psk="moonlitpretzel"\nkey_mgmt=WPA-PSK', 'psk="[secret]"\nkey_mgmt=WPA-PSK'),
    ],
)
def test_a_code_is_told_with_how_sure_it_is_and_typed_at_what_it_opens(text, shared):
    assert marked(text, SecretFinder().find(text)) == shared


@pytest.mark.parametrize(
    "text",
    [
        "if debugging a parse action,\npass base_1=False, to correspond",
        "through the --username and --password options instead",
        "username: str\npassword: SecretStr\n",
        "the window of the low-pass filter, or of the other",
    ],
)
def test_documentation_of_programs_tells_no_password(text):
    assert SecretFinder().find(text) == []
