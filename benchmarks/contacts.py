"""How many invented contacts are found, how many look-alikes altered, and how fast: `python benchmarks/contacts.py`.

Every value is made by rule from a seeded generator and put into a sentence of its locale; what counts as found is a
value of which no letter and no digit is left. `-v` prints what was missed.
"""

# ruff: noqa: E501, SIM905 - a case is easier to read in one line

from __future__ import annotations

import ipaddress
import random
import string
import sys
import time
from collections.abc import Callable

import contacts_world
from stdnum import iban as iban_number
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from build_db.redaction.contacts.contact_finder import ContactFinder

EACH = 1500
Maker = Callable[[random.Random], str]

# Digits for `#`, 1-9 for `%`, one of the characters between brackets.
PHONES = {
    "US": ["(%##) [2-9]##-####", "%##-[2-9]##-####", "%##.[2-9]##.####", "+1 %## [2-9]## ####", "+1-%##-[2-9]##-####",
           "%##[2-9]######", "1-%##-[2-9]##-####", "(212) 555-01##", "555-01##", "415 [2-9]## ####"],
    "GB": ["07[45789]## ######", "+44 7[45789]## ######", "020 [378]### ####", "0161 496 0###", "+44 20 7946 0###",
           "07[45789]########", "(01632) 960###", "01632 960 ###", "+447[45789]########", "07700 900###"],
    "DE": ["0171 %######", "0151 ########", "030 %#######", "+49 171 %######", "089/%######", "+49 (0)30 %#######",
           "0049 176 ########", "(0221) %######", "01761#######", "0170-%######", "040 / %## ## ##"],
    "FR": ["06 ## ## ## ##", "07.##.##.##.##", "01 4# ## ## ##", "+33 6 ## ## ## ##", "06-##-##-##-##", "06########",
           "+33 (0)1 4# ## ## ##", "0033 6 ## ## ## ##", "+336########"],
    "ES": ["6## ### ###", "6## ## ## ##", "91 ### ## ##", "+34 6## ### ###", "6########", "93# ### ###", "+346########"],
    "IT": ["34# %## ####", "347 %######", "+39 33# %## ####", "06 %### ####", "02 %#######", "328%######", "+39 02 %#######"],
    "NL": ["06 %#######", "06-%#######", "+31 6 %#######", "020 [2-7]## ####", "06 %# ## ## ##", "020-[2-7]######",
           "+31 20 [2-7]## ####", "06%#######"],
    "PL": ["50# ### ###", "+48 60# ### ###", "22 [2-8]## ## ##", "60#######", "+4851#######", "79#-###-###"],
    "SE": ["070-%## ## ##", "073 %## ## ##", "+46 70 %## ## ##", "08-%## ### ##", "0707%#####", "08 %## ## ##", "+46 8 %## ## ##"],
    "BR": ["(11) 9[6-9]###-####", "11 9[6-9]###-####", "+55 11 9[6-9]### ####", "(21) [2-5]###-####", "119[6-9]#######",
           "+55 (21) 9[6-9]###-####", "+55119[6-9]#######"],
    "IN": ["9[1-9]### #####", "+91 9[1-9]### #####", "9[1-9]########", "+91-98########", "098### #####", "022 2### ####", "7[0-9]########"],
}  # fmt: skip
CUED = {
    "US": ["call me at {}", "my cell is {}, text me", "Phone: {}.", "her number is {} btw", "reach him on {} after 6"],
    "GB": ["ring me on {} tonight", "my mobile is {}", "tel {}", "WhatsApp {} ok?", "Call {} for details."],
    "DE": [
        "ruf mich an: {}",
        "Meine Handynummer ist {}.",
        "Tel.: {}",
        "Telefon {} (abends)",
        "du erreichst mich unter {}",
    ],
    "FR": ["appelle-moi au {}", "mon numéro : {}", "Tél. {}", "mon portable c'est le {}.", "tu peux me joindre au {}"],
    "ES": ["llámame al {}", "mi móvil es el {}", "Teléfono: {}", "mi número es {}.", "tel. {}"],
    "IT": ["chiamami al {}", "il mio numero è {}", "cell. {}", "telefono: {}", "il mio cellulare: {}."],
    "NL": ["bel me op {}", "mijn nummer is {}", "tel: {}", "mobiel {}", "Telefoonnummer: {}."],
    "PL": ["zadzwoń do mnie: {}", "mój numer to {}", "tel. {}", "telefon: {}", "kom. {}."],
    "SE": ["ring mig på {}", "mitt nummer är {}", "tel {}", "mobil: {}", "Telefon {}."],
    "BR": ["me liga no {}", "meu número é {}", "celular: {}", "WhatsApp {}", "telefone {}."],
    "IN": ["call me on {}", "my mobile number is {}", "WhatsApp: {}", "ph. phone {}", "contact {} for the room."],
}
EDGES = [("", ""), ("", "."), ("(", ")"), ('"', '"'), ("<", ">"), ("`", "`"), ("**", "**"), ("", ","), ('\\"', '\\"'),
         ("|", "|"), ("", "\n"), ("[", "]")]  # fmt: skip
GIVEN = "mara wren ivo nadia tomas lena piotr sofia anjali bruno elif jörg renée søren".split()
FAMILY = "talbot ellison marchetti okoro lindqvist nowak ferreira iyer brandt moreau de.vries garcía".split()
HOSTS = "post.example mail.example.org corp.example.net bücher.example xn--bcher-kva.example example.co.uk a-b.example.io".split()
NAMES = {
    "en": "Baker Oak Elm Maple King Queen Church Station Mill Park Victoria Albert Richmond Willow Cedar Highfield".split(),
    "de": "Linden Haupt Garten Schiller Goethe Bahnhof Berg Kirch Mozart Rosen Birken Wald Ludwig".split(),
    "fr": [
        "des Lilas",
        "de la République",
        "Victor Hugo",
        "du Général Leclerc",
        "de l'Église",
        "Saint-Michel",
        "Pasteur",
        "des Écoles",
    ],
    "es": ["de Alcalá", "Mayor", "de Serrano", "del Sol", "de la Paz", "Gran Vía", "Goya", "San Juan"],
    "it": ["Roma", "Garibaldi", "Giuseppe Verdi", "dei Mille", "Dante Alighieri", "della Spiga", "Mazzini", "Cavour"],
    "nl": "Prinsen Keizers Kalver Dorps Kerk Molen Beuken Stations Wilhelmina".split(),
}
CITIES = {"en": ["London", "Leeds", "Springfield", "Portland"], "de": ["Berlin", "Köln", "Bad Homburg", "Leipzig"],
          "fr": ["Lyon", "Paris", "Saint-Étienne"], "es": ["Madrid", "Sevilla"], "it": ["Roma", "Milano"],
          "nl": ["Amsterdam", "Utrecht", "Den Haag"]}  # fmt: skip
MONTHS = "January February March April May June July August September October November December".split()
TALK = """I think the meeting moved to 14:30, so we still have some time. The second draft is much better than the
first one; I would keep chapter 3 as it is and cut two of the scenes. What did you mean by "quiet evenings"? Yesterday
it rained all day and I read 120 pages by the window. My sister asked whether we'd come at Christmas, and I said yes.
Let's see: `len(rows)` is right now, and the build takes 3.5 seconds on this machine. That is fine by me, as long as
the tests pass. You said you'd felt tired since Tuesday (2025-11-03) - is it better? I have been thinking about the
garden, the trays of seedlings and the long table in the kitchen, and about how a life can be counted in such things
rather than in years. Tell me how it goes; call it a habit, or write a line or two before you sleep, as you once did.
""".replace("\n", " ")  # fmt: skip
LOOKALIKES = """order 20391847 shipped on 2025-11-03|at 2025-11-03T10:20:30.123456Z|2025-11-03 10:20:30,123 INFO started
1,234,567 tokens used|it used 1234567 tokens|version 1.2.3.4 is out|pip install thing==1.2.3.4|v10.0.0.1-beta
id 5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411|commit 4111111111111111aa|sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b
std::vector<std::string> x|use a::b::c|a::before { }|x[1::2] and y[::-1]|fe::new()|let t = 10:20:30|12:30:45:99
@property and @handle|npm i @scope/pkg@1.2.3|react@18.2.0|git@github.com:owner/repo.git|icon@2x.png|q@k.transpose(0, 1)
127.0.0.1:8001|http://0.0.0.0:5000|::1|localhost:3000|255.255.255.0|Chrome/120.0.0.0 Safari/537.36
the Wall Street crash of 1929|the 1929 Wall Street crash|3 Google Drive links|sent via email 3 times|5 weg damit|Spring 2025
In 2024 Main Street shops closed|chapter 5 The Long Road|2 places de parking|via Zoom 3 days ago|Platz 3 im Ranking
/root/x|/home/runner/work|/Users/Shared/x|C:\\Users\\Public\\x|~/notes|https://site.example/home/page|/home/user/x|src/home/index.ts
/home/$USER/x|/home/<user>/x|C:\\Users\\%USERNAME%|/Users/username/x|/home/{name}/x|GET /users/123
pages 100-120, 1984|3.14159265358979|scored 3-2, 21-19, 21-17|phone battery at 100%|call me later, say 10-12
range(1000000, 2000000)|0x7fff5fbff8a0|20250401_120000|1699999999|1699999999999|x = 0.52, y = 0.13|0.123, 0.456
the function call took 1234567 ms|order number 5551234567|ticket number: 10029384756|12.125, 13.250|lat 5|latency: 12.345
born in 1984|a star was born|passport control at gate 12|driver version 535.104.05|a pan of 1985|social media|the insurance
$1,299.99|EUR 12.500,00|ISBN 978-3-16-148410-0|EAN 4006381333931|model AB12 CDEF 1234 5678|call 3 people in 2025
5'10" tall|24° in the shade|1:1 with 2 people|10^15|1e10|12/24/2025 at 5|3/4 of 7/8|50/50|24/7|192.168|1.2.3|No. 5
user@host|https://example.org:8080/a@b|postgres://${USER}:${PASSWORD}@db|mailto:|a @ b.c|@media (min-width: 1200px)
call 2025-11-03|the text has 1234567 characters|rings 3 times at 10 20 30|contact 12 people|number 12 of 20
Day 3 Market Street|page 12 The Court|top 10 Abbey Road songs|It costs 5 Euro am Platz 7 mal|the number 1234567|0000123456
""".replace("\n", "|").strip("|").split("|")  # fmt: skip


def filled(rng: random.Random, template: str) -> str:
    """A template with its digits drawn."""
    out, place = "", 0
    while place < len(template):
        char = template[place]
        if char == "[":
            end = template.index("]", place)
            inner = template[place + 1 : end]
            choice = string.digits[int(inner[0]) : int(inner[2]) + 1] if "-" in inner else inner
            out, place = out + rng.choice(choice), end
        else:
            out += rng.choice(string.digits) if char == "#" else rng.choice("23456789") if char == "%" else char
        place += 1
    return out


def email(rng: random.Random) -> str:
    local = rng.choice(["{g}.{f}", "{g}", "{g}_{f}", "{g}{n}", "{g}+{f}", "{f}-{g}.{n}", "{g}.{f}"])
    host = rng.choice(HOSTS)
    joint = "%40" if rng.random() < 0.05 else "@"
    return local.format(g=rng.choice(GIVEN), f=rng.choice(FAMILY), n=rng.randint(1, 99)) + joint + host


def ip(rng: random.Random) -> str:
    if rng.random() < 0.6:
        return f"{rng.choice([10, 192, 172, 203, 81, 5])}.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
    address = ipaddress.IPv6Address((0x2001 << 112) | (0xDB8 << 96) | rng.getrandbits(rng.choice([16, 64, 96])))
    return rng.choice([address.compressed, address.exploded, f"fe80::{rng.randint(1, 9)}:{rng.randint(1, 9999)}", f"::ffff:10.0.3.{rng.randint(1, 254)}"])  # fmt: skip


def mac(rng: random.Random) -> str:
    return rng.choice(":-").join(f"{rng.randint(0, 255):02x}" for _ in range(6))


def card(rng: random.Random) -> str:
    size, start = rng.choice([(16, "4"), (16, "52"), (15, "37"), (16, "6011"), (14, "36"), (16, "2221"), (19, "62")])
    body = start + "".join(rng.choice(string.digits) for _ in range(size - len(start) - 1))
    number = body + luhn.calc_check_digit(body)
    joint = rng.choice(["", " ", "-"])
    groups = (
        [number[:4], number[4:10], number[10:]] if size in (14, 15) else [number[i : i + 4] for i in range(0, size, 4)]
    )
    return joint.join(groups)


def iban(rng: random.Random) -> str:
    country, body = rng.choice([("DE", "#" * 18), ("GB", "WEST" + "#" * 14), ("NL", "ABNA" + "#" * 10), ("FR", "#" * 23), ("ES", "#" * 20), ("PL", "#" * 24)])  # fmt: skip
    bban = filled(rng, body)
    number = country + mod_97_10.calc_check_digits(bban + country + "00")[-2:] + bban
    check = f"{98 - int(''.join(str(int(c, 36)) for c in bban + country + '00')) % 97:02d}"
    number = country + check + bban
    if not iban_number.is_valid(number, check_country=False):
        return iban(rng)
    return number if rng.random() < 0.5 else " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def upper(rng: random.Random, n: int) -> str:
    return "".join(rng.choice(string.ascii_uppercase) for _ in range(n))


IDS: list[tuple[str, Maker]] = [
    ("my SSN is {}", lambda r: filled(r, "###-##-####")),
    ("social security number: {}", lambda r: filled(r, "###-##-####")),
    ("SSN {} on file", lambda r: filled(r, "#########")),
    ("NI number {}", lambda r: "QQ" + filled(r, rng_choice(r, [" ## ## ## C", "######C"]))),
    ("my national insurance number is {}", lambda r: "AB" + filled(r, "######A")),
    ("passport number {}", lambda r: filled(r, "#########")),
    ("Passport no: {}", lambda r: "C" + filled(r, "########")),
    ('"passport_number": "{}"', lambda r: upper(r, 2) + filled(r, "#######")),
    ("meine Personalausweisnummer ist {}", lambda r: "L" + filled(r, "##") + upper(r, 1) + filled(r, "#####")),
    ("meine Steuer-ID: {}", lambda r: filled(r, rng_choice(r, ["## ### ### ###", "###########"]))),
    ("mon numéro de sécu est {}", lambda r: filled(r, rng_choice(r, ["[12] ## 12 76 ### ### ##", "[12]##1276########"]))),
    ("NIR : {}", lambda r: filled(r, "[12]##0669######")),
    ("mi DNI es {}", lambda r: filled(r, "########") + upper(r, 1)),
    ("NIE {}", lambda r: "X" + filled(r, "#######") + upper(r, 1)),
    ("il mio codice fiscale è {}", lambda r: upper(r, 6) + filled(r, "##") + "T" + filled(r, "[0-3]#") + "A" + filled(r, "###") + upper(r, 1)),
    ("mijn BSN is {}", lambda r: filled(r, rng_choice(r, ["#########", "####.##.###"]))),
    ("mój PESEL to {}", lambda r: filled(r, "###########")),
    ("mitt personnummer är {}", lambda r: filled(r, rng_choice(r, ["######-####", "19######-####"]))),
    ("meu CPF é {}", lambda r: filled(r, rng_choice(r, ["###.###.###-##", "###########"]))),
    ("Aadhaar {}", lambda r: filled(r, rng_choice(r, ["#### #### ####", "############"]))),
    ("my driver's license number is {}", lambda r: upper(r, 1) + filled(r, "#######")),
    ("driving licence: {}", lambda r: upper(r, 5) + filled(r, "######") + upper(r, 2) + filled(r, "#") + upper(r, 2)),
]  # fmt: skip


def rng_choice(rng: random.Random, options: list[str]) -> str:
    return rng.choice(options)


def identity(rng: random.Random) -> tuple[str, str]:
    sentence, make = rng.choice(IDS)
    return sentence, make(rng)


def birthdate(rng: random.Random) -> tuple[str, str]:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1940, 2005)
    name = MONTHS[month - 1]
    value = rng.choice([f"{day} {name} {year}", f"{name} {day}, {year}", f"{day:02}/{month:02}/{year % 100:02}", f"{year}-{month:02}-{day:02}",
                        f"{day}.{month}.{year}", f"{day}th of {name} {year}", f"{day} {name[:3]} {year}", f"{month}/{day}/{year}", f"{name[:3]} {day} {year}"])  # fmt: skip
    foreign = rng.random()
    if foreign < 0.1:
        return "geboren am {}", f"{day}. {rng.choice(['März', 'Mai', 'Dezember', 'Juli'])} {year}"
    if foreign < 0.2:
        return rng.choice(
            ["né le {}", "née le {}"]
        ), f"{day} {rng.choice(['mars', 'août', 'février', 'décembre'])} {year}"
    if foreign < 0.25:
        return "nací el {}", f"{day} de {rng.choice(['marzo', 'mayo', 'enero'])} de {year}"
    return rng.choice(["I was born on {}", "DOB: {}", "my birthday is {}", "date of birth {}", "born {} in Leeds", '"birth_date": "{}"', "Her birthday: {}!"]), value  # fmt: skip


def address(rng: random.Random) -> tuple[str, str]:
    number = f"{rng.randint(1, 240)}{rng.choice(['', '', '', 'a', 'B'])}"
    locale = rng.choice(["en", "en", "us", "de", "fr", "es", "it", "nl"])
    pick, with_city = NAMES["en" if locale == "us" else locale], rng.random() < 0.5
    city = rng.choice(CITIES["en" if locale == "us" else locale])
    if locale == "en":
        kind = rng.choice("Street Road Avenue Lane Close Drive Terrace Gardens St Rd Crescent Way".split())
        flat = rng.choice(["", "", "", "Flat 3, "])
        tail = rng.choice([f", {city}", f", {city} SW1A 1AA", " LS6 2AB"]) if with_city else ""
        return rng.choice(
            ["I live at {}", "send it to {} please", "{}"]
        ), f"{flat}{number} {rng.choice(pick)} {kind}{tail}"
    if locale == "us":
        kind = rng.choice("Street St. Avenue Ave Blvd Drive Dr Court Lane Road Way".split())
        tail = rng.choice([f", {city}, IL 62704", f", Apt 4B, {city}, OR 97201", f", {city}"]) if with_city else ""
        return rng.choice(
            ["my address is {}", "ship to {}"]
        ), f"{rng.randint(1, 9999)} {rng.choice(['', 'N ', 'West '])}{rng.choice(pick)} {kind}{tail}"
    tails = {"de": f", {filled(rng, '%####')} {city}", "fr": f", {filled(rng, '69###')} {city}", "es": f", {filled(rng, '28###')} {city}",
             "it": f", {filled(rng, '00###')} {city}", "nl": f", {filled(rng, '%###')} AB {city}"}  # fmt: skip
    tail = tails[locale] if with_city else ""
    name = rng.choice(pick)
    if locale == "de":
        street = name + rng.choice(["straße", "strasse", "weg", "platz", "allee", "str.", "gasse"])
        return rng.choice(["ich wohne in der {}", "Adresse: {}", "schick es an {}"]), f"{street} {number}{tail}"
    if locale == "fr":
        return rng.choice(
            ["j'habite au {}", "adresse : {}"]
        ), f"{number.rstrip('aB')} {rng.choice(['rue', 'avenue', 'boulevard', 'place', 'bis rue'])} {name}{tail}"
    if locale == "nl":
        street = name + rng.choice(["straat", "laan", "gracht", "weg", "plein"])
        return rng.choice(["ik woon op {}", "adres: {}"]), f"{street} {number}{tail}"
    kind = rng.choice(
        ["Calle", "Avenida", "calle", "Plaza"] if locale == "es" else ["Via", "via", "Piazza", "Viale", "Corso"]
    )
    return rng.choice(
        ["vivo en {}", "dirección: {}"] if locale == "es" else ["abito in {}", "indirizzo: {}"]
    ), f"{kind} {name}{rng.choice([' ', ', '])}{number}{tail}"


def user(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(
        [
            rng.choice(GIVEN),
            rng.choice("abcdefgh") + rng.choice(FAMILY),
            f"{rng.choice(GIVEN)}{rng.randint(1, 99)}",
            f"{rng.choice(GIVEN)}.{rng.choice(FAMILY)}",
        ]
    )
    return rng.choice(["open /home/{}/x.txt", "cd /Users/{}/notes", "C:\\Users\\{}\\x", '"C:\\\\Users\\\\{}\\\\x"', "see ~{}/public", "file:///home/{}/x", "\\\\host\\Users\\{}\\x", 'in "/home/{}"', "(/Users/{})", "PATH=/home/{}/bin:/usr/bin", "/home/{}.", "`/home/{}/a b`"]), name  # fmt: skip


def credentials(rng: random.Random) -> tuple[str, str]:
    word = "".join(rng.choice(string.ascii_letters + string.digits + "-_!%$") for _ in range(rng.randint(6, 16)))
    return rng.choice(["postgres://{}@db.example/x", "use https://{}@git.example/r.git", "redis://{}@cache.example:6379", '"amqp://{}@mq.example"']), f"{rng.choice(GIVEN)}:x{word}9"  # fmt: skip


def coordinates(rng: random.Random) -> tuple[str, str]:
    lat, lon = f"{rng.uniform(-80, 80):.5f}", f"{rng.uniform(-170, 170):.5f}"
    return rng.choice([("GPS: {}", f"{lat}, {lon}"), ("we are at coordinates {}", f"{lat},{lon}"), ("https://maps.example/@{},15z", f"{lat},{lon}"),
                       ('{{"lat": {}}}', lat), ("?q={}&z=3", f"{lat},{lon}"), ("lat/lon {}.", f"{lat} {lon}"), ("it is {}", "52°30'59\"N 13°22'40\"E")])  # fmt: skip


def edged(maker: Maker, sentences: list[str]) -> Callable[[random.Random], tuple[str, str]]:
    """A maker of sentences in which the value has all sorts of edges."""

    def make(rng: random.Random) -> tuple[str, str]:
        before, after = rng.choice(EDGES)
        return rng.choice(sentences).replace("{}", before + "{}" + after), maker(rng)

    return make


def phone(locale: str) -> Callable[[random.Random], tuple[str, str]]:
    return lambda rng: (rng.choice(CUED[locale]), filled(rng, rng.choice(PHONES[locale])))


CASES: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "email": edged(email, ["write to {} today", "mailto:{}", "{}", "the owner is {}", "to={}&x=1", "a [link](mailto:{})"]),
    "ip": edged(ip, ["it answers on {} now", "ping {}", "host={}", "from {} to there", "{}/24 is ours"]),
    "mac": edged(mac, ["the probe is {}", "mac={} here"]),
    "card": edged(card, ["charge {} please", "my card: {}", "{} 12/27"]),
    "iban": edged(iban, ["pay to {} by Friday", "IBAN: {}", "{}"]),
    "id": identity, "birthdate": birthdate, "address": address, "user": user, "credentials": credentials,
    "coordinates": coordinates, **{f"phone {locale}": phone(locale) for locale in PHONES},
    **contacts_world.WORLD,
}  # fmt: skip


def recall(
    finder: ContactFinder, make: Callable[[random.Random], tuple[str, str]], seed: str
) -> tuple[float, list[str]]:
    """The share of values that are covered, and the sentences whose values are not."""
    rng, missed = random.Random(seed), []
    for _ in range(EACH):
        sentence, value = make(rng)
        at = sentence.index("{}")
        # A table begins on a line of its own.
        text = ("So:\n" if "\n" in sentence else "So, ") + sentence.replace("{{", "{").replace("}}", "}").replace(
            "{}", value, 1
        )
        start = text.index(value, 4 + at - sentence[:at].count("{{"))
        covered = {place for span in finder.find(text) for place in range(span.start, span.end)}
        if any(text[place].isalnum() and place not in covered for place in range(start, start + len(value))):
            missed.append(text)
    return 1 - len(missed) / EACH, missed


def main() -> None:
    finder, loud = ContactFinder(), "-v" in sys.argv
    finder.find("")  # compiles the patterns
    for name, make in CASES.items():
        share, missed = recall(finder, make, name)
        print(f"{name:12} {share:8.2%}")
        if loud:
            print(*(f"    {text!r}" for text in missed[:6]), sep="\n")
    rng = random.Random("world")
    texts = LOOKALIKES + [make(rng) for make in contacts_world.LOOKALIKES for _ in range(EACH // 40)]
    altered = [text for text in texts if finder.find(text)]
    print(f"look-alikes altered {len(altered)} of {len(texts)}", *altered, sep="\n    ")
    for name, text in (
        ("short messages", [TALK[i : i + 300] for i in range(0, 600, 300)] * 4000),
        ("one long text", [TALK * 4000]),
    ):
        size, start = sum(map(len, text)), time.perf_counter()
        for message in text:
            finder.find(message)
        print(f"{name}: {size / 1e6 / (time.perf_counter() - start):.1f} MB/s")


if __name__ == "__main__":
    main()
