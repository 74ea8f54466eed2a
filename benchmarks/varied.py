"""Text as varied as people's: 40,000 words a script by Zipf's law, messages of all lengths, secrets counted.

A small vocabulary never leaves a warm cache, and flatters whatever remembers what it has seen. Here new words keep
coming, as they do in a tree. Everything is made by rule from a seed; nothing is taken from anybody.
"""

# ruff: noqa: E501, SIM905 - lists of words

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple

VOCABULARY = 40_000
# Lengths of messages: most are short, a few go on for pages.
MEDIAN, SPREAD, LONGEST = 220, 1.1, 20_000

ONSETS = "b bl br c ch cl d dr f fl g gl gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w wh y".split()
VOWELS = "a a a e e e e i i o o u ai ea ee ie oa oo ou".split()
CODAS = ["", "", "", *"b ck d ft l ll lt m mp n nd ng nt p r rd rk rn s ss st t x".split()]
CYRILLIC = (
    "б в г д ж з к л м н п р с т ф х ц ч ш".split(),
    "а е и о у ы ю я ё".split(),
    ["", "", *"й н л т ть р м".split()],
)
ARABIC = (
    "ب ت ث ج ح خ د ذ ر ز س ش ص ط ع غ ف ق ك ل م ن ه".split(),
    ["", "", *"ا و ي".split()],
    ["", "", *"ة ن ت ات".split()],
)
KANA = [chr(code) for code in range(0x3041, 0x3094)]
KANJI = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
EMOJI = "🌱 🙂 😂 ❤️ 👍🏽 🎉 ☕ 🌧️ 👨‍👩‍👧 ✨".split()
GIVEN = "Maribel Anselm Oriane Tadeusz Ingrid Yusuf Zoë Kjell Siobhan Renáta".split()
FAMILY = "Ellison Marchetti Okonjo Lindqvist Strauß Novák Hargreave Kowalczyk Farrow Petrosyan".split()
ALNUM, HEX = string.ascii_letters + string.digits, "0123456789abcdef"


class Lexicon(NamedTuple):
    """Words of a script, the most frequent first, and how often each comes."""

    words: list[str]
    weights: list[float]

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """So many words, by Zipf's law."""
        return rng.choices(self.words, cum_weights=self.weights, k=count)


def _syllables(onsets: list[str], vowels: list[str], codas: list[str]) -> Callable[[random.Random], str]:
    def word(rng: random.Random) -> str:
        return "".join(
            rng.choice(onsets) + rng.choice(vowels) + rng.choice(codas)
            for _ in range(rng.choice((1, 1, 2, 2, 2, 3, 4)))
        )

    return word


def _japanese(rng: random.Random) -> str:
    return "".join(rng.choices(KANJI, k=rng.choice((0, 1, 2, 2)))) + "".join(
        rng.choices(KANA, k=rng.choice((1, 1, 2, 3)))
    )


MAKERS = {
    "latin": _syllables(ONSETS, VOWELS, CODAS),
    "cyrillic": _syllables(*CYRILLIC),
    "arabic": _syllables(*ARABIC),
    "japanese": _japanese,
}


@cache
def lexicon(script: str) -> Lexicon:
    """The words of a script; the same ones every time."""
    rng, words = random.Random(script), dict[str, None]()
    while len(words) < VOCABULARY:
        words[MAKERS[script](rng)] = None
    # Short words are the frequent ones, roughly.
    ranked = sorted(words, key=lambda word: len(word) + rng.random() * 6)
    return Lexicon(ranked, list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1))))


def _length(rng: random.Random) -> int:
    return min(LONGEST, max(12, int(rng.lognormvariate(0, SPREAD) * MEDIAN)))


def _sentences(script: str, *, joint: str = " ", stop: str = ".", comma: str = ",") -> Callable[[random.Random], str]:
    def text(rng: random.Random) -> str:
        wanted, done, found = _length(rng), 0, []
        while done < wanted:
            words = lexicon(script).draw(rng, rng.randint(4, 18))
            if len(words) > 8:
                words[4] += comma
            sentence = joint.join(words)
            if rng.random() < 0.06:
                sentence += (
                    f"{joint}{rng.choice((rng.randrange(2, 99), rng.randrange(1950, 2030), rng.randrange(10**5)))}"
                )
            found.append(sentence[0].upper() + sentence[1:] + stop)
            done += len(sentence) + 2
            if rng.random() < 0.08:
                found[-1] += "\n\n"
        return joint.join(found)

    return text


def _chat(rng: random.Random) -> str:
    words = lexicon("latin").draw(rng, max(2, _length(rng) // 9))
    for place, word in enumerate(words):
        chance = rng.random()
        if chance < 0.02 and len(word) > 3:  # two letters change places
            words[place] = word[:1] + word[2] + word[1] + word[3:]
        elif chance < 0.035:
            words[place] = f"{word} {rng.choice(EMOJI)}"
        elif chance < 0.1:
            words[place] = word + rng.choice((".", "!", "?", "...", ",", " lol", "??", "’s", "'ll"))
        elif chance < 0.12:
            words[place] = str(rng.randrange(1, 2000))
        elif chance < 0.125:
            words[place] = f"{rng.randrange(24)}:{rng.randrange(60):02}"
        elif chance < 0.14:
            words[place] = word.title()
    return " ".join(words)


def _name(rng: random.Random) -> str:
    words = lexicon("latin").draw(rng, rng.randint(1, 3))
    return rng.choice(("_".join(words), words[0] + "".join(map(str.title, words[1:])), words[0].title()))


def _code_line(rng: random.Random) -> str:
    name, other, third = _name(rng), _name(rng), _name(rng)
    number = rng.randrange(5000)
    return "    " * rng.randrange(4) + rng.choice((
        f"def {name}(self, {other}: int = {number}) -> {third}:",
        f"{name} = {other}.{third}({number}, \"{' '.join(lexicon('latin').draw(rng, 2))}\")",
        f"if ({name}[{rng.randrange(9)}] != {other} && !{third}) {{",
        f"return {{\"{name}\": {other}, \"{third}\": [{number}, {rng.randrange(9)}.{rng.randrange(99)}]}}",
        f"# {' '.join(lexicon('latin').draw(rng, 9))}",
        f"import {name}.{other} as {third}",
        f"const {name}: {other} = await {third}({{ id: '{_of(rng, HEX, 8)}', max: {number} }});",
        f"assert {name} == {other}, f\"{{{third}}} at {number}\"",
        "}",
    ))  # fmt: skip


def _code(rng: random.Random) -> str:
    return "\n".join(_code_line(rng) for _ in range(max(1, _length(rng) // 22)))


def _log_line(rng: random.Random) -> str:
    a, b, c = lexicon("latin").draw(rng, 3)
    stamp = f"2025-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    uuid = f"{_of(rng, HEX, 8)}-{_of(rng, HEX, 4)}-4{_of(rng, HEX, 3)}-a{_of(rng, HEX, 3)}-{_of(rng, HEX, 12)}"
    return rng.choice((
        f"{stamp}.{rng.randrange(10**6):06}Z INFO [{a}.{b}] request {uuid} took {rng.randrange(900)} ms",
        f"{stamp} WARN {a}: {b} retried {rng.randrange(9)} times, {rng.randrange(10**6)} bytes, status={rng.choice((200, 404, 500))}",
        f"{stamp} DEBUG {a}/{b}/{c}.py:{rng.randrange(900)} input_tokens={rng.randrange(9000)} sha={_of(rng, HEX, 40)}",
        f"  File \"/usr/lib/python3/{a}/{b}.py\", line {rng.randrange(2000)}, in {c}",
        f"127.0.0.1 - - \"GET /{a}/{b}?page={rng.randrange(90)} HTTP/1.1\" 200 {rng.randrange(10**5)}",
        f"{stamp} INFO {a} {b}: version {rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(99)} at port {rng.randrange(1024, 65536)}",
    ))  # fmt: skip


def _logs(rng: random.Random) -> str:
    return "\n".join(_log_line(rng) for _ in range(max(1, _length(rng) // 40)))


KINDS: dict[str, Callable[[random.Random], str]] = {
    "prose": _sentences("latin"),
    "chat": _chat,
    "code": _code,
    "logs": _logs,
    "Cyrillic": _sentences("cyrillic"),
    "Japanese": _sentences("japanese", joint="", stop="。", comma="、"),
    "Arabic": _sentences("arabic", comma="،"),
}

# What is planted: it has to go, whatever stands around it.
PLANTS: list[Callable[[random.Random], str]] = [
    lambda r: f"ghp_{_of(r, ALNUM, 36)}",
    lambda r: f"sk-ant-api03-{_of(r, ALNUM, 95)}",
    lambda r: f"AKIA{_of(r, string.ascii_uppercase + '234567', 16)}",
    lambda r: f"{_of(r, string.ascii_lowercase, 7)}.{_of(r, string.ascii_lowercase, 6)}@post.example",
    lambda r: f"+44 7700 900{r.randrange(100, 1000)}",
    lambda r: f"192.168.{r.randrange(1, 250)}.{r.randrange(1, 250)}",
    lambda r: f"/home/{_of(r, string.ascii_lowercase, 7)}/trays",
    lambda r: f"{r.choice(GIVEN)} {r.choice(FAMILY)}",
    lambda r: r.choice(GIVEN),
]


class Planted(NamedTuple):
    """Texts, and what was put into them, one after another."""

    texts: list[str]
    values: list[str]


def texts(kind: str, characters: int, seed: str = "fresh") -> Iterator[str]:
    """Messages of one kind, so many characters or a little more."""
    rng = random.Random(f"{kind} {seed}")
    while characters > 0:
        text = KINDS[kind](rng)
        characters -= len(text)
        yield text


def planted(kind: str, characters: int, every: int = 5, seed: str = "planted") -> Planted:
    """Such messages, one in `every` of which holds something that has to go."""
    rng, found, values = random.Random(f"{kind} plants {seed}"), [], []
    for place, text in enumerate(texts(kind, characters, seed)):
        if place % every == 0:
            values.append(rng.choice(PLANTS)(rng))
            at = rng.randrange(len(text))
            found.append(f"{text[:at]}; {values[-1]} {text[at:]}")
        else:
            found.append(text)
    return Planted(found, values)


# What people and daemons write to each other, out of a hundred.
MIXTURE = {"chat": 42, "prose": 40, "code": 8, "logs": 2, "Cyrillic": 4, "Japanese": 2, "Arabic": 2}
PLANTS_IN_A_HUNDRED = 5


def written(rng: random.Random, least: int, most: int) -> str:
    """A text for a tree: a few words where at most ten are wanted, else a message of any kind and length."""
    if most <= 10:
        return " ".join(lexicon("latin").draw(rng, rng.randint(least, most))).capitalize() + "."
    text = KINDS[rng.choices(list(MIXTURE), MIXTURE.values())[0]](rng)
    if rng.randrange(100) < PLANTS_IN_A_HUNDRED:
        at = rng.randrange(len(text))
        text = f"{text[:at]}; {rng.choice(PLANTS)(rng)} {text[at:]}"
    return text


def _of(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))
