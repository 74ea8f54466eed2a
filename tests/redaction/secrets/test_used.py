"""What is used as a password goes, and what another was changed to; what people say of passwords in general stays."""

from __future__ import annotations

import re

import pytest
from support.findings import marked

from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.secrets.used import find_used

FINDER = SecretFinder()


def used(text: str) -> str:
    return marked(text, find_used(text))


@pytest.mark.parametrize(
    "text",
    [
        "I use [quietevenings] as my password",
        "we put [quietevenings] as the wifi password",
        "I log in with [quietevenings] as the password, is that bad?",
        "j'ai mis [tournesol] comme mot de passe",
        "ich nehme [regenschirm] als Passwort",
        "uso [girasol] como contraseña",
        "uso [girasole] come password",
        "ik gebruik [boterham] als wachtwoord",
        "używam [kaczuszka] jako hasła",
        "jag har [kanelbulle] som lösenord",
        "использую [одуванчик] как пароль",
        "I use [tea2share] as password",
    ],
)
def test_a_word_that_is_used_as_a_password_goes(text: str) -> None:
    assert used(re.sub(r"[\[\]]", "", text)) == re.sub(r"\[.*\]", "[secret]", text)


@pytest.mark.parametrize(
    "text",
    [
        "als Passwort hab ich [regenschirm] genommen",
        "jako heslo mám [kačenka]",
        "as my password I just use [quietevenings]",
    ],
)
def test_so_does_one_behind_the_word_for_a_password(text: str) -> None:
    assert used(re.sub(r"[\[\]]", "", text)) == re.sub(r"\[.*\]", "[secret]", text)


@pytest.mark.parametrize(
    "text",
    [
        "changed the password to [quietevenings]",
        "zmieniłem hasło na [Jaskółka5] wczoraj",
        "změnil jsem heslo na [Vlaštovka5]",
        "поменяла пароль на [Ласточка5]",
        "j'ai changé le mot de passe en [Hirondelle5]",
        "ik heb het wachtwoord veranderd in [Zwaluw5]",
        "jag bytte lösenordet till [Svala5]",
        "Passwort auf [Schwalbe5] geändert",
    ],
)
def test_what_a_password_was_changed_to_goes(text: str) -> None:
    assert used(re.sub(r"[\[\]]", "", text)) == re.sub(r"\[.*\]", "[secret]", text)


@pytest.mark.parametrize(
    "text",
    [
        "I use Bitwarden as my password manager",
        "use your name as password",
        "never use birthdays as passwords",
        "I use biometrics as my password",
        "ich benutze überall dasselbe als Passwort",
        "changed the password to something stronger",
        "I changed my password on Netflix yesterday",
        "zmieniłem hasło na Facebooku",
        "сменил пароль на почте",
        "cambié la contraseña en Netflix",
        "ich habe das Passwort auf 12-stellig geändert",
        "set the password field to required",
        'user.use("password") == form.as_password(value2)',
    ],
)
def test_what_people_say_of_passwords_stays(text: str) -> None:
    assert used(text) == text
    assert marked(text, FINDER.find(text)) == text


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("the password is just the word sunflower", "the password is just the word [secret]"),
        ("the password's sunflower", "the password's [secret]"),
        ("das Passwort ist einfach das Wort sonnenblume", "das Passwort ist einfach das Wort [secret]"),
        ("het wachtwoord is boterham zonder hoofdletter", "het wachtwoord is [secret] zonder hoofdletter"),
        ("mit kodeord er snegl bare det", "mit kodeord er [secret] bare det"),
        ("пароль одуванчик маленькими буквами", "пароль [secret] маленькими буквами"),
        ("salasana on mustikka", "salasana on [secret]"),
        ("ο κωδικός είναι λουλούδι", "ο κωδικός είναι [secret]"),
        ("heslo je zapomenuté", "heslo je zapomenuté"),
        ("lösenordet är bortglömt", "lösenordet är bortglömt"),
        ("salasana on vanhentunut", "salasana on vanhentunut"),
        ("check the password's strength", "check the password's strength"),
    ],
)
def test_a_word_that_is_said_to_be_the_password_goes_in_every_language(text: str, shared: str) -> None:
    assert marked(text, FINDER.find(text)) == shared


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("Türcode ist die 9203 und dann Raute", "Türcode ist die [secret] und dann Raute"),
        ("o código da porta é o 4711", "o código da porta é o [secret]"),
        ("шифра за врата је 6158", "шифра за врата је [secret]"),
        ("the building code is the 2021 edition", "the building code is the 2021 edition"),
        ("das wlan bei oma ist regenschirm44", "das wlan bei oma ist [secret]"),
        ("the wifi here is wpa2, the router is fritzbox7590", "the wifi here is wpa2, the router is fritzbox7590"),
    ],
)
def test_an_article_may_stand_before_a_code_and_a_network_tells_by_itself(text: str, shared: str) -> None:
    assert marked(text, FINDER.find(text)) == shared


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("define('DB_PASSWORD', 'quietevening');", "define('DB_PASSWORD', '[secret]');"),
        ('page.fill("#password", "quietevening")', 'page.fill("#password", "[secret]")'),
        ("- name: DB_PASSWORD\n  value: quietevening", "- name: DB_PASSWORD\n  value: [secret]"),
        ('"pass":"quietevening"', '"pass":"[secret]"'),
        ("setx API_PASS quietevening", "setx API_PASS [secret]"),
        ("/msg NickServ IDENTIFY quietevening", "/msg NickServ IDENTIFY [secret]"),
        ("user mara pass quietevening", "user mara pass [secret]"),
        ("quietevening is the wifi password", "[secret] is the wifi password"),
        ("Passwort neu: regenschirm", "Passwort neu: [secret]"),
        ("my pin's 5512", "my pin's [secret]"),
        ("the code is 221908", "the code is [secret]"),
        ("Netzwerk Loft12\nSchlüssel regenschirm22", "Netzwerk Loft12\nSchlüssel [secret]"),
        ("First pass: cleanup", "First pass: cleanup"),
        ("the user forgot password again", "the user forgot password again"),
        ("login page / sign-up", "login page / sign-up"),
        ("Bitwarden is the password manager", "Bitwarden is the password manager"),
        ('form.fill("password", value)', 'form.fill("password", value)'),
    ],
)
def test_a_plain_word_goes_where_only_a_password_can_stand(text: str, shared: str) -> None:
    assert marked(text, FINDER.find(text)) == shared
