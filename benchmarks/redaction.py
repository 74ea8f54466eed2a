"""What redaction finds, what it leaves alone, and how fast, beside the bars: `python benchmarks/redaction.py`.

Every case is made by rule from a seeded generator. `--gitleaks FILE` adds that scanner's own cases, a JSON file
`{"cases": [{"text", "should_detect", "spans": [[start, end], ...]}]}`. `-v` prints what was missed.
"""

# ruff: noqa: E501, SIM905 - a case is easier to read in one line

from __future__ import annotations

import json
import random
import string
import sys
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import contacts
import generate
import secret_cases
import varied

from build_db.household.cache import default_cache
from build_db.redaction.contacts.contact_finder import ContactFinder
from build_db.redaction.engine import scan
from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.secrets.secret_finder import SecretFinder
from build_db.redaction.text_redactor import TextRedactor
from build_db.witness.needles import Needles
from build_db.witness.search import Witness

ALNUM, HEX = string.ascii_letters + string.digits, "0123456789abcdef"
UPPER, URL = string.ascii_uppercase + "234567", ALNUM + "-_"
# How tokens begin, what they are made of, how long they are: the vendors' documentation.
TOKENS = [
    ("ghp_", ALNUM, 36), ("github_pat_", ALNUM, 82), ("glpat-", ALNUM, 20), ("AKIA", UPPER, 16), ("AIza", URL, 35),
    ("sk-ant-api03-", ALNUM, 95), ("sk-proj-", ALNUM, 48), ("sk_live_", ALNUM, 24), ("xoxb-", string.digits, 24), ("npm_", ALNUM, 36),
    ("hf_", string.ascii_letters, 34), ("pypi-AgEIcHlwaS5vcmc", ALNUM, 60), ("dop_v1_", HEX, 64), ("sbp_", HEX, 40), ("SG.", ALNUM, 66),
    ("lin_api_", ALNUM, 40), ("shpat_", HEX, 32), ("rubygems_", HEX, 48), ("gsk_", ALNUM, 52), ("figd_", ALNUM, 40),
]  # fmt: skip
PLACES = [
    "it is {}.", "({})", "use {}, then go", "<b>{}</b>", "https://x.example/?key={}&x=1", '"{}"', '{{\\"t\\": \\"{}\\"}}', "`{}`", "| a | {} |",
    "KEY={}", "'{}';", "a,{},b", "[{}]", "\n{}\n", "\t{}\t", "key:{}!", "https://x.example/{}/y", "=> {}?", "«{}»", "- {}…", "{}", "I pasted {} by mistake",
]  # fmt: skip
CUED_SECRETS = [
    "my password is {}", "the wifi password: {}", "pwd: {}", "secret: {}", "token -> {}", "Passwort: {}", "mot de passe : {}", "contraseña es {}",
    "?access_token={}&x=1", "Authorization: Bearer {}", "<password>{}</password>", "DB_PASSWORD={}", 'password: "{}"', '{{\\"password\\": \\"{}\\"}}',
    "--password {}", "curl -u mara:{} https://x.example", "the password is now {}, keep it", 'const clientSecret = "{}"', "postgres://mara:{}@db.example/trays",
    "the API key was {}.", "| password | {} |", "login mara, password {}", "my passphrase is '{}'", "export API_TOKEN='{}'",
]  # fmt: skip
LOOKALIKES: list[Callable[[random.Random], str]] = [
    lambda r: f"commit {_of(r, HEX, 40)} fixed it", lambda r: f"see {_of(r, HEX, 7)} and {_of(r, HEX, 12)}", lambda r: f"sha256:{_of(r, HEX, 64)}",
    lambda r: f"conversation {uuid.UUID(int=r.getrandbits(128), version=4)}", lambda r: f"input_tokens: {r.randrange(90_000)}", lambda r: f"max_tokens={r.randrange(9000)}",
    lambda r: f"version {r.randrange(9)}.{r.randrange(30)}.{r.randrange(99)}-rc{r.randrange(9)}", lambda r: f"on 2025-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}T10:20:30.{r.randrange(10**6):06}",
    lambda r: f"reflect_202511{r.randrange(10, 30)}_{r.randrange(100000, 235959)}_{_of(r, HEX, 6)}", lambda r: r.choice(["password: changeme", "api_key: <YOUR_API_KEY>", "token: ${TOKEN}", "secret: process.env.SECRET"]),
    lambda r: f"{r.choice(generate.MODELS)} answered", lambda r: f"the {r.choice(['secret', 'token', 'key'])} is {r.choice(generate.WORDS)}",
]  # fmt: skip
GIVEN = "Maribel Anselm Oriane Tadeusz Ingrid Yusuf Zoë Kjell Siobhan Matteo Renáta Björn".split()
FAMILY = "Ellison Marchetti Okonjo Lindqvist Strauß Novák Hargreave Kowalczyk Farrow Petrosyan".split()
FORMS: list[Callable[[str, str], str]] = [
    lambda g, f: f"{g} {f}", lambda g, f: g, lambda g, f: f, lambda g, f: f"{f}, {g}", lambda g, f: f"{g}'s", lambda g, f: f"{g}’s",
    lambda g, f: f"{f}s" if f[-1] not in "sß" else f, lambda g, f: f"{g} {f}".upper(), lambda g, f: f"{g} {f}".lower(), lambda g, f: f"{g}_{f}".lower(),
    lambda g, f: f"{g}-{f}".lower(), lambda g, f: f"{g}.{f}".lower(), lambda g, f: f"@{g}{f}".lower(), lambda g, f: f"{g}{f}", lambda g, f: f"{g}2",
    lambda g, f: unicodedata.normalize("NFD", f"{g} {f}"), lambda g, f: unicodedata.normalize("NFD", g).encode("ascii", "ignore").decode(),
    lambda g, f: f"/home/{g}/x.md".lower(), lambda g, f: f"[[{g} {f}]]", lambda g, f: f"https://x.example/{g}-{f}?a=1", lambda g, f: f'<m user="{g}">', lambda g, f: f"get{g}Profile()",
]  # fmt: skip
NAMED = [
    "I asked {} today.",
    "{} said yes",
    "({})",
    '{{"name": "{}"}}',
    "talk to {}!",
    "a\n{}\nb",
    "**{}** came",
    "thanks, {}",
]
WORDS_LIKE_NAMES = [
    "it will rain in May, I hope", "mark the page and will it to stay", "the rose by the brook", "grace under pressure", "she may art her way", "a hope in hell",
    "kohlrabi and Markdown", "May 2025 was warm", "the will of the people", "mark my words", "a frank answer", "the summer was long", "willing hopeful marks", "hopefully maybe markedly",
]  # fmt: skip
ORDINARY = ["Will May", "Hope", "Mark Brook", "Rose Long", "Frank Summer", "Grace Page"]
BARS = {
    "email": 0.995,
    "ip": 0.995,
    "iban": 0.995,
    "credentials": 0.995,
    "user": 0.995,
    "card": 0.98,
    "id": 0.98,
    "birthdate": 0.98,
    "address": 0.8,
}
SECRET_BARS = {"vendors' keys": 0.995, "hashes": 0.995, "private keys": 0.995, "seed phrases": 0.99}
EACH = 3000
# So much text of each kind; so much for the witness.
CHARACTERS, WITNESSED = 2_000_000, 16_000_000
VERBOSE = "-v" in sys.argv


def main() -> None:
    print(f"{'what':44}{'measured':>12}   bar")
    secrets = SecretFinder()
    share("structured secrets in chat contexts", secrets, planted(PLACES, _token), 0.995)
    share("keyword secrets", secrets, planted(CUED_SECRETS, _chosen), 0.95)
    for kind, case in secret_cases.CASES.items():
        share(f"secrets: {kind}", secrets, drawn(kind, case), SECRET_BARS.get(kind, 0.95))
    if "--gitleaks" in sys.argv:
        share("gitleaks' own cases", secrets, gitleaks(Path(sys.argv[sys.argv.index("--gitleaks") + 1])), 0.99)
    rng = random.Random("look-alikes")
    texts = [make(rng) for make in LOOKALIKES for _ in range(EACH // len(LOOKALIKES))] + contacts.LOOKALIKES
    texts += [text for _ in range(10) for text in secret_cases.lookalikes(rng)]
    altered = [text for text in texts if secrets.find(text)] + [
        t for t in contacts.LOOKALIKES if ContactFinder().find(t)
    ]
    row("look-alikes altered", f"{len(altered)} of {len(texts)}", "0", met=not altered, shown=altered)
    clean = "\n".join(generate._text(rng, 40, 160) for _ in range(4000))
    row(
        "clean text altered by a secret rule, per MB",
        f"{len(secrets.find(clean)) / len(clean) * 1e6:.2f}",
        "<= 0.5",
        met=not secrets.find(clean),
    )
    for name, make in contacts.CASES.items():
        found, missed = contacts.recall(ContactFinder(), make, name)
        bar = BARS.get(name.split()[0], 0.97)
        row(name, f"{found:.2%}", f">= {bar:.1%}", met=found >= bar, shown=missed)
    people()
    planted_values()
    speed()
    witness()


def share(name: str, finder: SecretFinder, cases: Iterable[tuple[str, list[tuple[int, int]]]], bar: float) -> None:
    """A row: how many cases are covered whole."""
    total, missed = 0, []
    for text, wanted in cases:
        total += 1
        covered = {place for span in finder.find(text) for place in range(span.start, span.end)}
        values = wanted or [(min(covered), max(covered))] if covered or wanted else [(0, 1)]
        if any(place not in covered for start, end in values for place in range(start, end) if text[place].isalnum()):
            missed.append(text)
    row(name, f"{1 - len(missed) / total:.2%}", f">= {bar:.1%}", met=1 - len(missed) / total >= bar, shown=missed)


def planted(places: list[str], make: Callable[[random.Random], str]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Texts, and where in them the secret stands."""
    rng = random.Random(places[0])
    for _ in range(EACH):
        place, value = rng.choice(places), make(rng)
        text = f"{generate._text(rng, 2, 6)} {place.format(value)}"
        start = text.index(value)
        yield text, [(start, start + len(value))]


def drawn(kind: str, case: secret_cases.Maker) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Texts of one kind of secrets, and where in them the secrets stand."""
    rng = random.Random(kind)
    for _ in range(EACH // 5):
        text, values = case(rng)
        yield text, [(text.index(value), text.index(value) + len(value)) for value in values]


def gitleaks(path: Path) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The cases that have to be found."""
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        if case["should_detect"]:
            yield case["text"], [tuple(span) for span in case["spans"]]


def people() -> None:
    """Rows: every form of a name goes, and words that are names elsewhere stay."""
    rng, keyed, missed, total = random.Random("people"), Keyed(bytes(32)), [], 0
    for family in FAMILY:
        given = rng.choice(GIVEN)
        finder = PeopleFinder(with_pseudonyms([Person("p", (f"{given} {family}",))], keyed), keyed)
        for form in FORMS:
            for sentence in NAMED:
                total += 1
                text = shared = sentence.format(form(given, family))
                for mention in reversed(finder.find(text)):
                    shared = shared[: mention.start] + mention.replacement + shared[mention.end :]
                if any(_plain(name) in _plain(shared) for name in (given, family)):
                    missed.append(text)
    row(
        "known people, every form",
        f"{1 - len(missed) / total:.2%}",
        ">= 99.5%",
        met=len(missed) / total <= 0.005,
        shown=missed,
    )
    finder = PeopleFinder(with_pseudonyms([Person(name, (name,)) for name in ORDINARY], keyed), keyed)
    altered = [text for text in WORDS_LIKE_NAMES if finder.find(text)]
    row(
        "ordinary-word sentences altered",
        f"{len(altered)} of {len(WORDS_LIKE_NAMES)}",
        "0",
        met=not altered,
        shown=altered,
    )


def speed() -> None:
    """Rows: find and replace all of it, on one core, in text that was never seen before."""
    print(f"hyperscan: {'yes' if scan.hyperscan else 'no; the plain way'}")
    # What is made once in a process, patterns above all, is no matter of the text: told by itself.
    first = {kind: varied.planted(kind, 300_000, seed="before").texts for kind in varied.KINDS}
    spent = [_spent(texts) for _ in range(2) for texts in first.values()]
    row("made once in a process", f"{sum(spent[: len(first)]) - sum(spent[len(first) :]):.2f} s", "", met=True)
    for kind in varied.KINDS:
        bar = {"prose": 15, "chat": 15, "code": 5, "logs": 5}.get(kind, 8)
        _speed_row(kind, list(varied.texts(kind, CHARACTERS)), bar)
    for kind in ("prose", "chat", "Cyrillic"):
        texts, values = varied.planted(kind, CHARACTERS)
        _speed_row(f"{kind}, {len(values):,} plants in {len(texts):,} texts", texts, None)
    rng = random.Random("speed")
    _speed_row("74 words in a warm cache, as before", [generate._text(rng, 30, 160) for _ in range(4000)], None)
    engine, scan.hyperscan = scan.hyperscan, None
    for kind in ("prose", "code") if engine else ():
        _speed_row(f"{kind}, without hyperscan", list(varied.texts(kind, CHARACTERS // 5)), None)
    scan.hyperscan = engine


def redactor(people: int = 10) -> TextRedactor:
    """A redactor of a household of ten, or of fewer."""
    keyed = Keyed(bytes(32))
    names = [f"{given} {family}" for given, family in zip(varied.GIVEN, varied.FAMILY, strict=False)]
    household = [Person(name, (name,)) for name in names[:people]]
    store = default_cache()
    finders = [SecretFinder(), ContactFinder()]
    return TextRedactor(PeopleFinder(with_pseudonyms(household, keyed), keyed), finders, keyed, store=store)


def _spent(texts: list[str]) -> float:
    """Seconds of the processor that a new redactor takes for texts."""
    shared, start = redactor(), time.process_time()
    for text in texts:
        shared.redact(text)
    return time.process_time() - start


def _speed_row(name: str, texts: list[str], bar: int | None) -> None:
    rate = sum(len(text.encode()) for text in texts) / 1e6 / _spent(texts)
    row(f"first pass: {name}", f"{rate:.1f} MB/s", f">= {bar}" if bar else "", met=not bar or rate >= bar)


def planted_values() -> None:
    """Rows: of what was planted in varied text, how much is gone."""
    for kind in varied.KINDS:
        texts, values = varied.planted(kind, 400_000)
        shared, places = redactor(), [place for place, text in enumerate(texts) if place % 5 == 0]
        kept = [v for place, v in zip(places, values, strict=True) if v in shared.redact(texts[place])]
        name = f"planted in {kind}: {len(values):,}"
        row(name, f"{1 - len(kept) / len(values):.2%}", ">= 99.5%", met=len(kept) <= len(values) * 0.005, shown=kept)


def witness() -> None:
    """Rows: the witness over bytes, with few people and with many."""
    data = "\n".join(varied.texts("prose", WITNESSED)).encode()
    for people in (5, 5000):
        start = time.process_time()
        seen = Witness(_needles(people))
        ready = time.process_time() - start
        start = time.process_time()
        hits = list(seen.byte_hits(data))
        rate = len(data) / 1e6 / (time.process_time() - start)
        row(f"witness, {people:,} people: bytes", f"{rate:,.0f} MB/s", ">= 200", met=rate >= 200 and not hits)
        start = time.process_time()
        hits = list(seen.text_hits(data.decode()))
        rate = len(data) / 1e6 / (time.process_time() - start)
        row(f"witness, {people:,} people: words", f"{rate:,.0f} MB/s", "", met=not hits)
        row(f"witness, {people:,} people: made ready in", f"{ready:.2f} s", "", met=True)


def _needles(people: int) -> Needles:
    """Names, mail addresses, ids and tokens of so many people, none of which is in any text."""
    rng, needles = random.Random(people), Needles({}, {})
    words = [word for word in varied.lexicon("latin").words if len(word) > 3]
    for place in range(people):
        given, family = f"{rng.choice(words)}q", f"{rng.choice(words)}xq"
        needles.add_name(f"{given} {family}", "", frozenset())
        needles.add_value(f"{given}.{family}{place}@post.example", "mail address", "")
        needles.add_value(str(uuid.UUID(int=rng.getrandbits(128), version=4)), "user id", "")
        needles.add_value(f"ghp_{_of(rng, ALNUM, 36)}", "secret", "")
    return needles


def row(name: str, measured: str, bar: str, *, met: bool, shown: list[str] | None = None) -> None:
    """One line of the table."""
    print(f"{name:44}{measured:>12}   {bar}{'' if met else '   MISSED'}", flush=True)
    if VERBOSE and shown:
        print(*(f"    {text!r}" for text in shown[:8]), sep="\n")


def _of(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


def _token(rng: random.Random) -> str:
    prefix, alphabet, length = rng.choice(TOKENS)
    return prefix + _of(rng, alphabet, length)


def _chosen(rng: random.Random) -> str:
    """A password as somebody chooses one, or as a machine makes one."""
    word = rng.choice([word for word in generate.WORDS if len(word) > 4])
    return rng.choice([
        lambda: word.title() + str(rng.randrange(10, 3000)), lambda: word + rng.choice("!$%*") + str(rng.randrange(100)),
        lambda: _of(rng, ALNUM, rng.randrange(10, 33)), lambda: word[0].upper() + word[1:] + rng.choice(generate.WORDS).title() + str(rng.randrange(9)),
        lambda: word.replace("e", "3").replace("o", "0").title() + "!", lambda: f"{word}-{rng.choice(generate.WORDS)}-{rng.randrange(100)}",
    ])()  # fmt: skip


def _plain(text: str) -> str:
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().casefold()


if __name__ == "__main__":
    main()
