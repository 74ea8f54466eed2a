"""Addresses in forms, by plots and buildings and without a number; accounts, ids, names and places told in passing."""

from __future__ import annotations

import pytest
from support.findings import without_contacts as shared


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Street: Kirchgasse\nCity: Ulm", "Street: [address]\nCity: Ulm"),
        ('"addressLine1": "The Old Forge", "tier": "free"', '"addressLine1": "[address]", "tier": "free"'),
        ("Rue : des Tanneurs", "Rue : [address]"),
        ("<street>Rosenweg</street>", "<street>[address]</street>"),
        ("ulica: Lipowa\nnr domu: 3", "ulica: [address]\nnr domu: [address]"),
        ("Postcode + huisnummer: 7411 HV 88, wifi volgt", "Postcode + huisnummer: [address], wifi volgt"),
        ("Address: B-402, Sai Residency, near the temple", "Address: [address], near the temple"),
        ("Adresse: Oberdorf 17, Schlüssel unter der Matte", "Adresse: [address], Schlüssel unter der Matte"),
        ("முகவரி: 14, காந்தி தெரு, நன்றி", "முகவரி: [address], நன்றி"),
    ],
)
def test_a_field_for_a_street_or_an_address_tells_what_it_holds(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "street: string", "Street: none", "the street is closed", "street = blocked", "IP address: port 8080",
        "email address: missing 2", "Adresse: Seite 12, oben", "house number 3 of the list", "Address: see line 12",
        "network_address = IPv4Address(addr)",
    ],
)  # fmt: skip
def test_a_field_of_a_program_holds_none(text):
    assert shared(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my address is 9 Elm, come by", "my address is [address], come by"),
        ("ship to 2300 SE Hawthorne, Dayton, OH 45402", "ship to [address]"),
        ("Willow Cottage, Leeds LS7 4QH", "[address]"),
        ("mein Zimmer ist Hinter den Linden 12 in Kassel", "mein Zimmer ist [address] in Kassel"),
        ("we waren bij Achter de Hoven 33 toen", "we waren bij [address] toen"),
        ("bydlíme teď Na Vyhlídce 12, u lesa", "bydlíme teď [address], u lesa"),
    ],
)
def test_a_number_beside_a_name_is_an_address_where_somebody_lives_or_a_code_tells(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("vivo en Camino de los Molinos s/n", "vivo en [address]"),
        ("chalupa je v Horní Lhotě č. p. 84, klíč", "chalupa je v [address], klíč"),
        ("деревня Рябинино, дом 8", "[address]"),
        ("дача: СНТ «Ручеёк», участок 43, за прудом", "дача: [address], за прудом"),
        ("annem Lale Apartmanı kat 2 daire 6", "annem [address]"),
        ("gel, 1453. Sokak 22", "gel, [address]"),
        ("House 118, Street 22, F-10/2, Islamabad", "[address]"),
        ("ghar C-18 Shastri Colony hai", "ghar [address] hai"),
        ("Village Rampur, Post Kalyanpur", "[address]"),
        ("Perum Griya Asri Blok C2 No 5", "[address]"),
        ("Stand 1142 Borrowdale", "[address]"),
        ("pg near 14th Main, HSR Layout", "pg near [address]"),
        ("room in Baner Road, flat B-402", "room in [address]"),
        ("umowa najmu Lipowa 3/4", "umowa najmu [address]"),
        ("Estrada do Rio Preto km 7", "[address]"),
        ("Urb. Los Pinos, parcela 14", "[address]"),
        ("portal 12 de la calle Olmo", "portal [address]"),
        ("Santa Fe 1780 3° B", "[address]"),
        ("Insurgentes Sur 1602, Crédito Constructor, 03940 CDMX", "[address]"),
        ("beim Haus Nr. 14 in der Lindenstraße", "beim Haus Nr. [address]"),
        ("गाँव रामपुर, पोस्ट कल्याणपुर", "[address]"),
        ("우리집 행복아파트 104동 1502호, 벨", "우리집 [address], 벨"),
        ("역삼동 736-1에 살아요", "[address]에 살아요"),
        ("龙华区锦绣江南3期12栋A座", "[address]"),
        ("住所は富士見1-3-5 ハイツ桜203です", "住所は[address]です"),
    ],
)
def test_a_plot_a_building_or_a_village_tells_a_house_without_a_street(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Zákon č. 89/2012", "Tabulka č. 5", "the Village People and Post Malone", "wir sind am Montag 8 Leute",
        "hat Im Kapitel 3 alles", "이번 운동 3-2로 이겼다", "a villa of 12 rooms", "la carretera de 12 km", "BP 120/80",
        "flat 3 tyres and house 12", "tren s/n", "blok A, fase 3", "une cité radieuse", "12 Angry Men OR 20000 others",
    ],
)  # fmt: skip
def test_what_is_numbered_like_a_house_stays(text):
    assert shared(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("BSB 062-417 Acc 1044 8291 for the bond", "BSB [id] Acc [id] for the bond"),
        ("konto 8327-9, 994 417 882-3 tack", "konto [id] tack"),
        ("ag 4417 cc 28193-6 Itaú", "ag [id] cc [id] Itaú"),
        ("č. účtu 19-2000145399/0800", "č. účtu [id]"),
        ("pay me on anjali.k87@okaxis", "pay me on [id]"),
        ("transferime al alias gato.mate.luna", "transferime al alias [id]"),
        ("a chave pix é 4f1c0e7a-9b21-4d3c-8e5f-6a7b8c9d0e1f", "a chave pix é [id]"),
        ("Vipps: 412 88 192", "Vipps: [phone]"),
        ("abuela 915 550 132", "abuela [phone]"),
        ("сантехник 89165550143", "сантехник [phone]"),
        ("серия 4512 номер 718204", "серия [id]"),
        ("plate 8ABC123", "plate [id]"),
        ("신한은행 110-417-288193", "신한은행 [id]"),
        ("BCA 0417829130 a.n. Sari", "BCA [id] a.n. Sari"),
        ("account 12345678 sort 20-11-45", "account [id] sort [id]"),
        ("RIB: 20041 01005 0500013M026 06", "RIB: [id]"),
        ("bg 5050-1055", "bg [id]"),
        ("my NI, it’s QQ 12 34 56 C", "my NI, it’s [id]"),
        ("PIS 123.45678.90-1", "PIS [id]"),
        ("NIP 123-456-32-18", "NIP [id]"),
        ("车牌京A·8K417限行", "车牌[id]限行"),
    ],
)
def test_accounts_and_ids_go_in_the_groups_that_people_write(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("meine Tochter kam am 12. April 1987 zur Welt", "meine Tochter kam am [birthdate] zur Welt"),
        ("am 12. April werde ich 40", "am [birthdate] werde ich 40"),
        ("mon anniv c’est le 23 novembre", "mon anniv c’est le [birthdate]"),
        ("meu niver é 12 de abril", "meu niver é [birthdate]"),
        ("생년월일 870412", "생년월일 [birthdate]"),
        ("snap me at lilbasil04, no streaks", "snap me at [handle], no streaks"),
        ("Threema-ID 4K7XW2PD", "Threema-ID [handle]"),
        ("auf TikTok bin ich @zimtlotte", "auf TikTok bin ich [handle]"),
        ("📸 @moss.marrow", "📸 [handle]"),
        ("@minik.kedi44 takip et", "[handle] takip et"),
        ("I turn 40 on April 12th", "I turn 40 on [birthdate]"),
        ("mail me: mara.e at post.example, thanks", "mail me: [email], thanks"),
        ("https://linktr.ee/mossmarrow", "https://linktr.ee/[handle]"),
        ("mara.e chiocciola posta.it", "[email]"),
        ("mara@post . example", "[email]"),
        ("the cabin, 35.59512, -82.55149", "the cabin, [coordinates]"),
        ("52,52001; 13,40495", "[coordinates]"),
        ("N47.37689 E8.54169", "[coordinates]"),
    ],
)
def test_days_names_and_places_are_told_in_short(text, left):
    assert shared(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "the loss fell to 0.35951, 0.32551", "35.5951, 82.5514, 12.2514", "am 3. Mai werde ich 40 km laufen",
        "am 3. Mai werde ich 2 Tage frei haben", "alias = self.args", "follow me at work",
        "follow @angular/core updates", "page pg 2020-2021", "mail me at post.example", "HSBC cut 2000 jobs",
        "1.00000, 2.00000", "sort 12 files", "Threema is a messenger", "@property . x", "mum ran 10 000 metres in 2019",
        "umowa nr 12", "plate 12 of 20",
    ],
)  # fmt: skip
def test_rows_of_numbers_and_words_of_programs_stay(text):
    assert shared(text) == text
