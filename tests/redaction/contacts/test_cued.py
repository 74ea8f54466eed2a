"""What a word or a heading tells of leaves the text; the same words without it, and numbers without words, stay."""

from __future__ import annotations

import pytest
from support.findings import contact_gate
from support.findings import without_contacts as shared

from build_db.redaction.contacts import cued
from build_db.redaction.contacts.contact_finder import ContactFinder

FINDER = ContactFinder()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("パスポートナンバー TK1234567", "パスポートナンバー [id]"),
        ("Ich wohne Steg 5 in Vaduz", "Ich wohne [address] in Vaduz"),
        ("tlf 20 12 34 56", "tlf [phone]"),
        ("电话 138 0013 8000", "电话 [phone]"),
        ("call415-555-2671", "call[phone]"),
        ('{"homePhone": "5551239876"}', '{"homePhone": "[phone]"}'),
        ("+1 (415) 555-2671 ext. 204", "[phone] ext. [phone]"),
        ("12 Mart 1984 doğumlu", "[birthdate] doğumlu"),
        ("1984年3月12日生まれです", "[birthdate]生まれです"),
        ("my birthday is March 12", "my birthday is [birthdate]"),
        ("meine Personalausweisnummer ist L01X54742", "meine Personalausweisnummer ist [id]"),
        ("СНИЛС 112-233-445 95", "СНИЛС [id]"),
        ("my number plate is AB12 CDE, the red car", "my number plate is [id], the red car"),
        ("card 4111 1111 1111 1111 exp 09/27 cvc 123", "card [card] exp [card] cvc [card]"),
        ("mara.e [at] post [dot] example", "[email]"),
        ("mara at post dot com", "[email]"),
        ("https://github.com/marae-grows/trays", "https://github.com/[handle]/trays"),
        ("she lives on Larkrise Lane, beside the mill", "she lives on [address], beside the mill"),
        ("я живу на улице Рябиновой", "я живу на [address]"),
        ("send it to Ivyleaf Cottage, Mill Lane", "send it to [address]"),
        ("sraz v Korunní 88, druhé patro", "sraz v [address]"),
        ("he came into the world on 9 January 2016", "he came into the world on [birthdate]"),
        ("my discord is marae.grows", "my discord is [handle]"),
        ("icq: 412345678", "icq: [handle]"),
        ("my steam id is 76561198012345678, add me", "my steam id is [handle], add me"),
        ("follow @marae@social.example", "follow [handle]"),
        ("we are at 33U 391776 5819958", "we are at [coordinates]"),
        ("ул. Ленина, д. 5, кв. 12", "[address]"),
        ("Mannerheimintie 12, Helsinki", "[address], Helsinki"),
        ("我住在北京市朝阳区建国路88号", "我住在[address]"),
        ("mi número nuevo, marca al 945 83 22 23", "mi número nuevo, marca al [phone]"),
        ("010-5171-7120로 전화해 줘", "[phone]로 전화해 줘"),
        ("<td>Tlf.</td><td>937 50 726</td>", "<td>Tlf.</td><td>[phone]</td>"),
        ("brauchst du die Ausweisnummer? das ist die LRTTC6P56", "brauchst du die Ausweisnummer? das ist die [id]"),
        ("mon NIR est le 2 93 02 43 544 075 / 32", "mon NIR est le [id]"),
        ("ich bin am 21. Februar geboren", "ich bin am [birthdate] geboren"),
        ("sono nato il 28 ottobre", "sono nato il [birthdate]"),
        ("Fecha de nacimiento\n9 de febrero", "Fecha de nacimiento\n[birthdate]"),
        ("我是1984年3月12日出生的", "我是[birthdate]出生的"),
        ("bydlím na adrese Palackého 181/2", "bydlím na adrese [address]"),
        ("Corrientes 4544, piso 12, dpto C", "[address]"),
        ("#385, 5th Cross, 3rd Main, Indiranagar", "[address]"),
        ("projectKey -Users-wtalbot-Projects-trays", "projectKey -Users-[user]-Projects-trays"),
    ],
)
def test_what_a_word_tells_of_goes(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bât. B, 82 bis rue des Lilas\n69003 Lyon", "[address]"),
        ("Flat 25\n206 Mill Drive\nHarbourton\nSW23 7XQ", "[address]"),
        ("Berliner Straße 12, 3. OG\n10115 Berlin", "[address]"),
        ("3660 Debrecen, Petőfi utca 28. 7. em. 4.", "[address]"),
        ("Alameda Rezende, 3060, bloco B\nCuritiba/PR CEP 84729-107", "[address]"),
        ("ул. Ленина, д. 5к1, г. Казань, 420111", "[address]"),
        ("12 rue des Lilas. 2024 Paris", "[address]. 2024 Paris"),
        ("Hauptstraße 5. 10000 Leute kamen", "[address]. 10000 Leute kamen"),
    ],
)
def test_what_belongs_to_a_street_goes_with_it(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Artikelnummer 8231276",
        "número de seguimiento 233218619599",
        "трек-номер 656325094815",
        "nota fiscal nº 7706485",
        "order call 12345678",
        "hon bor i Malmö, 24 år",
        "ich wohne in Berlin 3 Jahre",
        "vive en Madrid 20 días",
        "адрес Сервера 12 не отвечает",
        "Adresse: Zeile 12, Spalte 4",
        "la NATO il 12 marzo si è riunita",
        "Ubuntu 22, apt 3",
        "(str. 27, 28), v knize na str. 44, 129 a dál",
        "Wijngaarden et al.  ALGOL 68",
        "go back via Ctrl-Alt-F2, and VIA VT6101",
        "ディスクの市区町村の 3 番目",
        "Akhirnya, alamat Bab 16",
        "アドレスはオンライン ldap-utils です",
        "Rada Debianu č.35: nájdete ju tu",
    ],
)
def test_what_is_like_it_stays(text):
    assert shared(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("name;adresse de livraison;note\nmara;12 quai Bleu;ok", "name;adresse de livraison;note\nmara;[address];ok"),
        ("| name | RČ |\n|---|---|\n| mara | 625120/8470 |", "| name | RČ |\n|---|---|\n| mara | [id] |"),
        ("name,phone\nmara,4155552671\nivo,0171 2345678", "name,phone\nmara,[phone]\nivo,[phone]"),
        ("dob,name\n1984-03-12,mara\n1990-01-02,ivo", "dob,name\n[birthdate],mara\n[birthdate],ivo"),
        ('name,mobilePhone\n"Ellison, Mara","4155552671"', 'name,mobilePhone\n"Ellison, Mara","[phone]"'),
        ("| name | Telefon |\n|---|---|\n| mara | 030 1234567 |", "| name | Telefon |\n|---|---|\n| mara | [phone] |"),
        ("name,phone\nmara,none\nivo,unknown", "name,phone\nmara,none\nivo,unknown"),
        ("phone, tea and cake\nwere all on the table, as ever", "phone, tea and cake\nwere all on the table, as ever"),
    ],
)
def test_what_stands_below_a_heading_goes_if_it_looks_so(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    ["ticket 2125550147 is open", "offset 2025551234 in the dump", '"packageVersion":"10.7.31.9"',
     "2 Fast Lane changes", "7 Main Course Way of eating", "fe80::1@lo0.lan", "meet me at example dot point",
     "a star was born 4.6 billion years ago", "https://github.com/python/cpython", "git@github.com:owner/trays.git",
     "my discord is down", "my account has 1234567 followers", "the card has 52 weeks", "via Zoom 3 times",
     "zip 12 files and cp 5 more", "Мы прошли улицу за 15 минут", "我买了3本书,一共花了125元"],
)  # fmt: skip
def test_other_words_and_numbers_stay(text):
    assert shared(text) == text


@pytest.mark.parametrize("rule", cued.rules(), ids=lambda rule: rule.name)
def test_the_gate_hides_nothing_of_a_rule_in_capitals_or_behind_other_letters(rule):
    for text in (rule.finds, rule.finds.upper(), f"电话{rule.finds}", f"\\n{rule.finds}", f"é’{rule.finds}"):
        assert FINDER.find(text, contact_gate().seen(text)) == FINDER.find(text)
