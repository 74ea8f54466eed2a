"""Whether any pattern can be made slow: `python benchmarks/adversarial.py [-v] [RULE...]`.

Texts are made out of each pattern itself: what it begins with and what it repeats, over and over, cut short so that it
fails late. Each is timed at growing sizes; the exponent says how time grows with size: 1 is linear, 2 is quadratic.
Rules are run as their finders run them, without the gate; then whole finders see every text that any pattern gave.
With names of rules, only these are tried: "phone in words".
"""

from __future__ import annotations

import gc
import importlib
import math
import pkgutil
import random
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import build_db
from build_db import compare
from build_db.redaction.contacts import columns
from build_db.redaction.contacts.contact_finder import ContactFinder, shapes
from build_db.redaction.contacts.contact_table import table
from build_db.redaction.contacts.cued import Cued
from build_db.redaction.engine.gate import EVERYTHING, Gate
from build_db.redaction.keyed import Keyed
from build_db.redaction.people import people_finder
from build_db.redaction.people.folding import folded
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.secrets import named, told
from build_db.redaction.secrets.secret_finder import SecretFinder, formats
from build_db.redaction.secrets.tabular import in_columns
from build_db.sources import wiki
from build_db.sources.markup import lines_of
from build_db.witness.needles import Needle, Needles
from build_db.witness.search import Witness
from build_db.witness.writing import plain

_parser = importlib.import_module("re._parser")

# Small sizes tell which texts are worth the large ones.
SIZES, LARGE = (3_000, 12_000), (50_000, 200_000)
# What takes less at the larger of the small sizes is no trouble, however it grows; more than this is not waited for.
# Less than a few ticks of the clock says nothing.
NO_TROUBLE, AT_ONCE, PATIENCE = 0.02, 0.1, 2.0
SUSPECT, STEEP = 1.15, 1.3
ONCE = "\0"  # what stands before it comes once, what stands behind it is repeated
SAMPLES = 5
# So many words of a rule that has hundreds.
WORDS_TRIED = 3
ROOMS = ("contract", "redaction", "witness", "sources", "ingest", "household", "exports", "compare")
# Patterns that never see more than a stretch of so many characters: what is before a match, a value, a cell, a name.
STRETCHES = {
    24: "addresses: BEFORE_YEAR COUNTED NETMASK NO_STREET NO_VIA PREFIX SEATS UNITS_AFTER VERSIONED YEAR",
    40: "standing: DAY_AFTER DAY_BEFORE SENTENCE_START WORD_AFTER WORD_BEFORE",
    41: "people_finder: JOINT SUFFIX",
    100: "groups: GROUP",
    128: "name_index: OPAQUE_ID",
    160: "occurrence: BASE64 HEX HEX_LETTERS IN_TURNS",
    255: "copies: MACHINE_NAME",
    90: "named: COUNTS NAME NAME_WORDS NAMING",
    80: "tabular: ABOUT IS_HEADING PLAINLY",
    81: "listed: LIST_HEAD",
    401: "looks: DRAWN_OUT HASHLIKE JOINTS PLACEHOLDER PLAIN_PART SHORT_TAIL TIME TURNS WORD",
    402: "told: ASCII_WORD FOLLOWING LETTERS REST YEAR",
    403: "beside: GROUPS HASH KEY_BEFORE KEY_BEHIND OTHERS PATH_PART SLIPS",
}
SHORT = {f"{names.split(':')[0]}.{name}": longest for longest, names in STRETCHES.items() for name in names.split()[1:]}

Run = Callable[[str], Any]


# Patterns that are run in a way of their own.
HELD: dict[str, Run] = {
    "wiki.LINK": lambda text: deque(wiki._found(text), 0),
    "compare.HEAD": compare.HEAD.match,
    "compare.IS_MARKUP": compare.IS_MARKUP.match,
    **dict.fromkeys(("markup.REST", "markup.BROKEN_REST"), lines_of),
}


class Subject(NamedTuple):
    """Something that reads text: its name, its patterns, how it is run, and the longest text that it ever sees."""

    name: str
    patterns: tuple[str, ...]
    run: Run
    longest: int | None = None


def subjects() -> Iterator[Subject]:
    """Every pattern of the tool that reads what others wrote."""
    for shape in formats():
        yield Subject(f"secret: {shape.name}", (shape.pattern,), _rule(SecretFinder(), shape.name))
    for name, pattern in SecretFinder().rules():
        if name.partition(":")[0] in ("named", "told", "column", "beside", "list"):
            patterns = (pattern, named.PAIR.pattern, told.told().pattern.pattern)
            yield Subject(f"secret: {name}", patterns, _rule(SecretFinder(), name))
    for shape in shapes():
        # Windows are laid around numbers and literals: these texts have some.
        patterns = (
            tuple(_beside(shape)) if isinstance(shape, Cued) else (shape.pattern.pattern, *map(re.escape, shape.near))
        )
        yield Subject(f"contact: {shape.name}", patterns, _rule(ContactFinder(), shape.name))
    for name, pattern in table().patterns.items():
        yield Subject(f"contact check: {name}", (pattern,), _finditer(re.compile(pattern)), 400)
    for name, compiled in sorted(_compiled(), key=lambda entry: (entry[0], str(entry[1].pattern))):
        yield Subject(name, (compiled.pattern,), HELD.get(name, _finditer(compiled)), SHORT.get(name))
    joint = people_finder._joint()
    yield Subject("people_finder.JOINT", (joint.pattern,), _finditer(joint), SHORT["people_finder.JOINT"])


def _beside(rule: Cued) -> Iterator[str]:
    """What a cued rule finds, with some of its words."""
    for word in rule.words[:: max(1, len(rule.words) // WORDS_TRIED)][:WORDS_TRIED]:
        yield re.sub(r"\(\?P<value\d*>", "(?:", f"(?:{rule.head}){re.escape(word.text)}(?:{rule.tail})")


def _compiled() -> set[tuple[str, re.Pattern[str]]]:
    """The patterns that modules of the tool hold by a name."""
    found = {}
    for module in pkgutil.walk_packages(build_db.__path__, "build_db."):
        if module.name.split(".")[1] in ROOMS:
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in value if isinstance(value, tuple) else (value,):
                    if isinstance(pattern, re.Pattern):
                        found.setdefault(pattern, f"{module.name.split('.')[-1]}.{name}")
    return {(name, pattern) for pattern, name in found.items()}


def _rule(finder: SecretFinder | ContactFinder, name: str) -> Run:
    return lambda text: finder.find(text, frozenset([name]))


def _finditer(pattern: re.Pattern[Any]) -> Run:
    if isinstance(pattern.pattern, bytes):
        return lambda text: deque(pattern.finditer(text.encode()), 0)
    return lambda text: deque(pattern.finditer(text), 0)


def wholes() -> Iterator[Subject]:
    """What runs all of them over a text."""
    keyed = Keyed(bytes(32))
    finder = PeopleFinder(with_pseudonyms([Person("p", ("Ana de la Cruz", "Will May"), ("a.cruz",))], keyed), keyed)
    names = dict.fromkeys(("ana cruz", "ana"), Needle("name"))
    needles = Needles(names, {"a.cruz@post.example": Needle("mail address")})
    witness = Witness(needles)
    yield Subject("all secrets", (), lambda text: SecretFinder().find(text, EVERYTHING))
    yield Subject("all contacts", (), lambda text: ContactFinder().find(text, EVERYTHING))
    yield Subject("people", ("Ana de la Cruz, Will May ", "ana cruz"), finder.find)
    yield Subject("tables", ("password,user\nabc1,x\n", r"\|pin\|\n"), lambda text: list(in_columns(text)))
    yield Subject("tables of contacts", ("phone,user\n1 23,x\n",), lambda text: list(columns.find(text)))
    yield Subject("page of HTML", ("<a b='c'>d<!-- e --><script>f</script>",), lines_of)
    secrets, contacts = SecretFinder(), ContactFinder()
    gate = Gate([*secrets.rules(), *contacts.rules()], cores=secrets.cores() | contacts.cores())
    yield Subject("gate", (), gate.seen)
    yield Subject("folding", ("[é\u0301한]",), lambda text: (folded(text), plain(text)))
    yield Subject("witness: words", ("ana cruz,", "a.cruz@"), lambda text: list(witness.text_hits(text)))
    yield Subject("witness: bytes", ("ana cruz,", "a.cruz@"), lambda text: list(witness.byte_hits(text.encode())))


def seeds(pattern: str) -> Iterator[str]:
    """Short texts that, repeated, keep a pattern busy."""
    rng = random.Random(pattern.encode("utf-8", "surrogatepass"))
    tree = _parser.parse(pattern)
    for _ in range(SAMPLES):
        sample = "".join(_sampled(tree, rng))
        for cut in {len(sample), len(sample) - 1, len(sample) // 2, len(sample) // 4, 1}:
            if sample[:cut]:
                yield sample[:cut]
                yield sample[:cut] + rng.choice(" \n.,x1!")
        characters = sorted(set(sample))
        yield from characters
        # Once, and then one character without end.
        for char in rng.sample(characters, min(3, len(characters))):
            yield sample[: rng.randrange(len(sample))] + ONCE + char


def _sampled(items: Any, rng: random.Random) -> Iterator[str]:
    """A text much like what a parsed pattern matches."""
    for op, operand in items:
        kind = str(op)
        if kind == "LITERAL":
            yield chr(operand)
        elif kind in ("ANY", "NOT_LITERAL"):
            yield rng.choice("xX1 ")
        elif kind == "IN":
            yield _one_of(operand, rng)
        elif kind == "BRANCH":
            yield from _sampled(rng.choice(operand[1]), rng)
        elif kind == "SUBPATTERN":
            yield from _sampled(operand[3], rng)
        elif kind == "ATOMIC_GROUP":
            yield from _sampled(operand, rng)
        elif "REPEAT" in kind:
            least, most, inner = operand
            for _ in range(min(rng.choice((least, least + 1, least + 3)), int(most), 40)):
                yield from _sampled(inner, rng)


def _one_of(entries: Any, rng: random.Random) -> str:
    kind, operand = rng.choice(entries)
    if str(entries[0][0]) == "NEGATE":
        excluded = {chr(operand) for kind, operand in entries if str(kind) == "LITERAL"}
        return rng.choice([char for char in "aA1 -." if char not in excluded] or ["x"])
    if str(kind) == "LITERAL":
        return chr(operand)
    if str(kind) == "RANGE":
        return chr(rng.randint(*operand))
    return {"WORD": "a", "DIGIT": "1", "SPACE": " "}.get(str(operand).removeprefix("CATEGORY_"), "-")


def steepest(subject: Subject, texts: list[str]) -> tuple[float, float, str]:
    """The worst growth of a subject over repeated texts: exponent, seconds for the largest size, and the text."""
    worst = (0.0, 0.0, "")
    less, size = SIZES if subject.longest is None else (subject.longest // 4, subject.longest)
    for text in texts:
        large = _seconds(subject.run, _repeated(text, size))
        growth = 0.0
        if large > NO_TROUBLE:
            growth = _exponent(_seconds(subject.run, _repeated(text, less)), large, less, size)
            if SUSPECT < growth < math.inf and subject.longest is None:
                growth, large = _followed(subject.run, text, large, growth)
        worst = max(worst, (growth, large, text))
    return worst


def _followed(run: Run, text: str, seconds: float, growth: float) -> tuple[float, float]:
    """The growth at the large sizes, as far as there is patience."""
    size = SIZES[-1]
    for larger in LARGE:
        if seconds * (larger / size) ** growth > PATIENCE:
            break
        before, seconds = seconds, _seconds(run, _repeated(text, larger))
        growth, size = _exponent(before, seconds, size, larger), larger
    return growth, seconds


def _repeated(text: str, size: int) -> str:
    head, _, tail = text.rpartition(ONCE)
    return head + (tail * (size // len(tail) + 1))[:size]


class TooSlow(Exception):
    """Nobody waits for this."""


def _give_up(*_: object) -> None:
    raise TooSlow


def _seconds(run: Run, text: str) -> float:
    """The shortest of a few runs: what else the machine does only makes it longer."""
    best = math.inf
    signal.signal(signal.SIGVTALRM, _give_up)
    for _ in range(3):
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 10 * PATIENCE)
        try:
            run(text)
        except TooSlow:
            return math.inf
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        best = min(best, time.process_time() - start)
        if best > AT_ONCE:
            break
    return best


def _exponent(small: float, large: float, less: int, more: int) -> float:
    if math.isinf(large):
        return math.inf
    return math.log(max(large, 1e-6) / max(small, 1e-6)) / math.log(more / less)


def main() -> None:
    """Print what is steep; `-v`: everything, the worst first."""
    gc.disable()  # as in a build; its rounds grow with what lives, whatever a pattern does
    every, found = set[str](), []
    wanted = [name for name in sys.argv[1:] if name != "-v"]
    for subject in subjects():
        if wanted and subject.name.partition(": ")[2] not in wanted:
            continue
        texts = sorted({seed for pattern in subject.patterns for seed in seeds(_as_text(pattern))})
        every.update(texts)
        found.append((*steepest(subject, texts), subject.name))
    sample = random.Random(1).sample(sorted(every), min(400, len(every)))
    for subject in () if wanted else wholes():
        own = [seed for pattern in subject.patterns for seed in (pattern, *seeds(pattern))]
        found.append((*steepest(subject, own + sample), subject.name))
    steep = [entry for entry in found if entry[0] > STEEP]
    shown = sorted(found, reverse=True) if "-v" in sys.argv else sorted(steep, reverse=True)
    print(f"{'pattern':44}{'exponent':>9}{'seconds':>9}   text")
    for growth, seconds, text, name in shown:
        print(f"{name:44}{growth:9.2f}{seconds:9.3f}   {text[:60]!r}{'   STEEP' if growth > STEEP else ''}")
    print(f"{len(found)} patterns and finders, {len(every):,} texts: {len(steep)} grow faster than size ** {STEEP}")


def _as_text(pattern: Any) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


if __name__ == "__main__":
    main()
