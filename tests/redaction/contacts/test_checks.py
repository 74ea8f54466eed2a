"""The last word on what looks like a contact: between « and » stands what was found.

The check says what is kept of it.
"""

from __future__ import annotations

import hashlib

import pytest

from build_db.redaction.contacts.checks import CHECKS
from build_db.redaction.contacts.groups import onwards, stops
from build_db.redaction.contacts.wallets import BASE58, BECH32


def kept(check: str, marked: str) -> str | None:
    """What is kept of what was found; "" if nothing is, and the search goes on from some place behind."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    found = CHECKS[check](text, start, end)
    return None if found is None else text[slice(*found)]


WHOLE = [
    ("email", "to «mara@post.example»."),
    ("email", "x://y «mara@post.example»"),
    ("email", "«メール@post.example»"),
    ("credentials", "://«mara:quiet»@x"),
    ("credentials", "://«mara:$quiet$»@x"),
    ("card", "«4111 1111 1111 1111»"),
    ("card", "«378282246310005»"),
    ("said_card", "«4111 1111 1111 1111»"),
    ("said_card", "«4111 1111 1111 1112»"),
    ("said_card", "«500000000009»"),
    ("iban", "«GB82 WEST 1234 5698 7654 32»"),
    ("iban", "«de89370400440532013000»"),
    ("coordinates", "«52.5200, 13.4050»"),
    ("coordinates", "«-33,8688; 151,2093»"),
    ("coordinates", "«180.0, 90.0»"),
    ("four_digits", "«12 34-x»"),
    ("date", "«03/12/1984»"),
    ("date", "«31.12.84»"),
    ("date", "«1984-03-12»"),
    ("date", "«12 March 1984»"),
    ("date", "«19840312»"),
    ("date", "«1.1.50»"),
    ("date", "«99.12.01»"),
    ("id_number", "«12345»"),
    ("id_number", "«A1B2C3D4»"),
    ("account_number", "«123456»"),
    ("plate", "«B-MA 12»"),
    ("plate", "«AB12»"),
    ("plate", "«ABCDEFGH12»"),
    ("plate", "«123456»"),
    ("vehicle_plate", "«B-MA 1234»"),
    ("bank_code", "«DEUT DE FF»"),
    ("mixed", "«a1»"),
    ("coded", "«aB3xY»"),
    ("boxed", "box «1234», Kilnford"),
    ("postcode", "in «10115» Berlin"),
    ("hidden_mail", "«mara (at) post (dot) example»"),
    ("said_mail", "«mara at post dot example»"),
    ("numbered_mail", "«mara@10.0.3.7»"),
    ("numbered_mail", "«mara@255.255.255.255»"),
    ("numbered_mail", "«mara@[2001:db8::1]»"),
    ("ipv4", "at «10.0.3.7»"),
    ("ipv4", "at «255.255.1.0»"),
    ("ipv6", "at «2001:db8::1»"),
    ("ipv6", "at «2001:db8::»"),
    ("ipv6", "at [«fe80::1»]:80"),
    ("ipv6", "at «9::1»/64"),
    ("number_first", "at «221B Baker Street»"),
    ("number_first", "«2 Fast Lane», not far"),
    ("number_first", "I live at «2 Fast Lane» right here"),
    ("number_first", "I live at «2 Fast Lane» changes"),
    ("number_first", "«1840 Mill Street» is"),
    ("street_first", "«Calle de Alcalá 45»"),
    ("street_first", "«via Roma 12», Bari"),
    ("street_first", "«via Roma 12» to"),
    ("linked_phone", "tel:«+44 7700 900417»"),
    ("extension", "ext «417»"),
    ("profile", "«@mara_grows»"),
    ("profile", "«ma»"),
    ("maker", "«mara-grows»"),
    ("handle", "discord: «@mara»"),
    ("handle", "insta «mara_grows»"),
    ("handle", "icq «123456»"),
    ("handle", "insta: «maragrows»"),
    ("handle", "insta: «grows»"),
    ("handle", "insta «maragrows»."),
    ("handle", "insta «mararo»."),
    ("street_word", "«Musterweg 5», Berlin"),
    ("named_street", "«Musterweg 5»"),
    ("named_street", "«5 Musterweg»"),
    ("numbered_road", "«20 Highway 9»"),
    ("looks_like_wallet", "«a1B2c3»"),
    ("not_flat", "«1111111111111112»"),
]
GONE = [
    ("email", "«git@host.example»"),
    ("email", "«logo@2x.png»"),
    ("email", "x://mara:«quiet@post.example»"),
    ("credentials", "://«$USER:${PASSWORD}»@x"),
    ("credentials", "://«mara:{pass}»@x"),
    ("credentials", "://«mara:***»@x"),
    ("credentials", "://«mara:%PASS%»@x"),
    ("credentials", "://«mara:[password]»@x"),
    ("account", "«Runner»"),
    ("account", "«All Users»"),
    ("said_card", "«4111 1111 11»"),
    ("said_card", "«000000000000»"),
    ("coordinates", "«180.1, 20.0»"),
    ("coordinates", "«90.1, 90.2»"),
    ("coordinates", "«0.0, 0.0»"),
    ("coordinates", "«north»"),
    ("four_digits", "«123 -x»"),
    ("four_digits", "«12345»"),
    ("date", "«3 days 2024»"),
    ("date", "«13.13.13»"),
    ("date", "«32.13.1984»"),
    ("date", "«45 of 1984»"),
    ("id_number", "«1234»"),
    ("id_number", "«12.03.1984»"),
    ("account_number", "«12345»"),
    ("account_number", "«12.03.1984»"),
    ("plate", "«AB1»"),
    ("plate", "«ABCDEFGHI12»"),
    ("plate", "«ABCD»"),
    ("plate", "«12345»"),
    ("vehicle_plate", "«BMW 1234»"),
    ("vehicle_plate", "«MA 1984»"),
    ("bank_code", "«DEUT XX FF»"),
    ("mixed", "«ab»"),
    ("mixed", "«12»"),
    ("coded", "«aB3x»"),
    ("boxed", "box «12»/34"),
    ("boxed", "box «12»-34"),
    ("postcode", "on «12.03.1984»"),
    ("hidden_mail", "«git@host dot example»"),
    ("numbered_mail", "«git@10.0.3.7»"),
    ("numbered_mail", "«mara@0.1.2.3»"),
    ("numbered_mail", "«mara@10.0.3.256»"),
    ("ipv4", "at «127.0.0.1»"),
    ("ipv4", "at «0.0.0.0»"),
    ("ipv4", "at «300.1.1.1»"),
    ("ipv4", "mask «255.255.255.0»"),
    ("ipv4", "version «10.0.3.7»"),
    ("ipv4", "==«10.0.3.7»"),
    ("ipv6", "at «::1»"),
    ("ipv6", "at «aa:bb:cc:dd:ee:ff:00:11»"),
    ("ipv6", "a «9::1» b"),
    ("ipv6", "at «fe::ab» x"),
    ("number_first", "chapter «2 Baker Street»"),
    ("number_first", "«2 Google Drive», old"),
    ("number_first", "«2 Fast Lane» changes"),
    ("number_first", "in «1968 Paris Street»"),
    ("street_first", "«via Zoom 3»"),
    ("street_first", "«Sitzplatz 3»"),
    ("street_first", "«Calle Mayor 3» times"),
    ("street_first", "«via Roma 12» times"),
    ("linked_phone", "tel:«2025-03-01»"),
    ("extension", "1920x«417»"),
    ("profile", "«m»"),
    ("profile", "«about»"),
    ("handle", "discord «down»"),
    ("handle", "icq «12345»"),
    ("handle", "discord «20251128»"),
    ("handle", "steam «1500000» players"),
    ("handle", "icq «@123456»"),
    ("handle", "insta: «grow»"),
    ("handle", "insta «marar»."),
    ("handle", "insta «kitchen»."),
    ("handle", "insta «Maragrows»."),
    ("handle", "insta «maragrows» is great"),
    ("named_street", "«musterweg 5»"),
    ("numbered_road", "«20 highway miles»"),
    ("looks_like_wallet", "«a1B2»"),
    ("looks_like_wallet", "«aBcDeF»"),
    ("not_flat", "«1111111111111111»"),
]


@pytest.mark.parametrize(("check", "marked"), WHOLE)
def test_what_is_one_is_kept_whole(check, marked):
    assert kept(check, marked) == marked[marked.index("«") + 1 : marked.index("»")]


@pytest.mark.parametrize(("check", "marked"), GONE)
def test_what_only_looks_like_one_is_left(check, marked):
    assert not kept(check, marked)


@pytest.mark.parametrize(
    ("check", "marked", "part"),
    [
        ("email", "«メールはmara@post.exampleです»", "mara@post.example"),
        ("account", "«mara. »x", "mara"),
        ("account", "«mara-@»x", "mara"),
        ("card", "«4111 1111 1111 1111 12»", "4111 1111 1111 1111"),
        ("iban", "«GB82 WEST 1234 5698 7654 32 WAS»", "GB82 WEST 1234 5698 7654 32"),
        ("ipv6", "«2001:db8::1:» timeout", "2001:db8::1"),
        ("number_first", "«12 Quay St.» Then", "12 Quay St"),
        ("number_first", "«12 Quay St.» then", "12 Quay St."),
    ],
)
def test_of_some_the_part_that_is_one(check, marked, part):
    assert kept(check, marked) == part


@pytest.mark.parametrize("text", ["4111 1111 1111 1112", "12"])
def test_a_card_with_a_wrong_digit_is_left_and_the_search_goes_on_at_the_next_group(text):
    assert CHECKS["card"](text, 0, len(text)) == onwards(text, 0, len(text))


def test_the_search_goes_on_at_the_second_group_or_behind_the_only_one():
    assert onwards("x 12-34-56", 2, 10) == (5, 5)
    assert onwards("x 123456 7", 2, 8) == (8, 8)
    assert stops("x 12 ab_c-7", 2, 11) == [11, 9, 7, 4]


def bech32_of(prefix: str, data: list[int], right: int) -> str:
    """An address with its check digits, as BIP 173 and 350 tell."""

    def polymod(values: list[int]) -> int:
        rest = 1
        for value in values:
            top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
            for place, made in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                rest ^= made if top >> place & 1 else 0
        return rest

    opened = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod(opened + data + [0] * 6) ^ right
    return prefix + "1" + "".join(BECH32[digit] for digit in [*data, *((check >> 5 * (5 - n)) & 31 for n in range(6))])


@pytest.mark.parametrize("right", [1, 0x2BC830A3])
def test_a_short_wallet_has_to_have_its_check_digits(right):
    address = bech32_of("bc", list(range(20)), right)
    assert kept("bech32", f"«{address}»") == kept("bech32", f"x «{address.upper()}»").lower() == address
    for place in range(4, len(address)):
        wrong = address[:place] + ("q" if address[place] != "q" else "p") + address[place + 1 :]
        assert kept("bech32", f"«{wrong}»") is None
    assert kept("bech32", f"«bc1{'q' * 35}»") == "bc1" + "q" * 35
    assert kept("bech32", f"«bc1{'q' * 34}»") is None


def test_a_wallet_of_the_older_kind_too():
    data = bytes(range(21))
    whole = data + hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, address = int.from_bytes(whole, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        address = BASE58[digit] + address
    assert kept("base58check", f"«{address}»") == address
    assert kept("base58check", f"«{address[:-1]}{'2' if address[-1] != '2' else '3'}»") is None
    assert kept("base58check", f"«{'z' * 37}»") is None
    assert kept("base58check", f"«{'z' * 38}»") == "z" * 38
