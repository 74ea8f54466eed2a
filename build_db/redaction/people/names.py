"""What a name is made of, and in which other ways it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise

from anyascii import anyascii

from build_db.limits import LONGEST_NAME
from build_db.redaction.people.everyday import bits, languages_of
from build_db.redaction.people.folding import RUN, fold
from build_db.redaction.people.scripts import SCRIPT_OF, table
from build_db.redaction.people.standing import is_ordinary
from build_db.redaction.words import words

SHORTEST = 3
# Nobody is called by more of a long name than this.
LONGEST_SHORT = 9
# A whole name so long is one wherever its letters stand, even inside a longer word: `maraellisoncv`.
LONG_WHOLE = 8
HEX = frozenset("abcdef")
# How keyboards without them write these letters.
UMLAUTS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe",
    "đ": "dj", "Đ": "Dj", "þ": "t", "Þ": "T", "ð": "dh", "ı": "y",
}  # fmt: skip

# Each kana in the other row.
TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
TO_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}

# Signs that stand for letters of a name in play: `M4ra`, `N0rb3rt`.
LEET = {"a": "4@", "e": "3", "i": "1!", "l": "1", "o": "0", "s": "5$", "t": "7"}

# A language of which no words are known, as a bit that no other has.
UNKNOWN = 1 << 40

# Scripts in which a name is shortened to its first letter.
WITH_INITIALS = ("latin", "cyrillic", "greek")

# A particle that a part of a name begins with, without a blank: `McAllister`, `DeLuca`.
JOINED_PARTICLE = re.compile(
    r"(?:Ma?c|Fitz|[DO]['’]|[DL][aeiou]|Des|Del|V[ao]n|Saint|Ten?|El|Al|Ben)(?=[A-ZÀ-Þ][a-zß-ÿ])|[Mm]c(?=[a-z]{4})"
)
# Letters that stand so in Irish and hardly elsewhere, in a folded run; and those that are softened at its beginning.
GAELIC = re.compile(
    r"aoi|aoimh|[bmd]h|^(?:sean|padrai[cg]|padraigh|seamu?s|maire|mairead|sile|siobhan|sorcha|donal|diarmuid|tomas|conor|colm|cormac|brid|grainne"
    r"|fionn\w*|ciara\w*|caitriona|deirdre|tadhg|brendan|peadar|micheal|cathal|ciaran|darragh|fergus|fearghal|dara|muiris|muireann|bronagh)$"
)
LENITED = re.compile(r"[bcdfgmpt](?!h)|s(?=[aeioulnr])")

# What stands beside the name in a display name: in brackets, behind a dash, a device, where somebody is known from.
ASIDE = re.compile(
    r"[(\[{（【〔][^)\]}）】〕]*[)\]}）】〕]?|(?: [-–—|/•·:@~]+ | ?[|•] ?).*|['’]s \S.*"
    r"|(?<=[^\W\d_]) (?:from|at|with|for|via|in|on|aus|bei|chez|dal|dalla|desde|from the) .*"
)


def bounded(name: str) -> str:
    """As much of a name as is looked for: whole words, if there are some. A megabyte is no name."""
    if len(name) <= LONGEST_NAME:
        return name
    return name[:LONGEST_NAME].rpartition(" ")[0].strip() or name[:LONGEST_NAME]


def cleaned(name: str) -> str:
    """A display name without words of every day that stand beside it: "Mara (she/her)", "Mara from Work".

    What is no such word may be a name, and stays one: "Mara (Ellison)".
    """
    name = " ".join(name.split())
    beside = " ".join(match.group() for match in ASIDE.finditer(name))
    telling = [word for word in re.findall(r"[^\W\d_][^\s()\[\]{}|/]*", beside) if not _is_everyday(word)]
    plain = " ".join((ASIDE.sub(" ", name).strip(), *telling))
    return plain if RUN.search(plain) else name


def _is_everyday(word: str) -> bool:
    lists = words()
    return all(
        languages_of(run) or len(run) == 1 or run in lists.nobody | lists.titles for run in RUN.findall(fold(word))
    )


def runs(name: str) -> list[str]:
    """The folded letter runs of a name that can name somebody: no initials, no roles, no particles unless alone."""
    letters = RUN.findall(fold(cleaned(name)))
    lists = words()
    kept = [run for run in letters if (len(run) > 1 or _is_sign(run)) and run not in lists.nobody | lists.titles]
    # Of "New User" nothing is a name.
    if len(kept) < len(letters) and lists.nobody & set(letters) and all(map(languages_of, kept)):
        return []
    return [run for run in kept if run not in lists.particles] or kept


def _is_sign(run: str) -> bool:
    """Whether one character is as much as a part of a name."""
    return SCRIPT_OF[run[0]] == "han"


def spellings(name: str) -> Iterator[str]:
    """The name, how keyboards without its letters write it, and how it is written in the other kana or in Latin."""
    spelled = "".join(UMLAUTS.get(character, character) for character in name)
    yield from dict.fromkeys((name, spelled, name.translate(TO_KATAKANA), name.translate(TO_HIRAGANA)))
    if not any(SCRIPT_OF[letter] == "latin" for letter in fold(name)):
        yield anyascii(" ".join(map(_in_syllables, name.split())))


def _in_syllables(part: str) -> str:
    """A part of a name with a blank between a Chinese or Korean family's name and the given one."""
    if SCRIPT_OF[fold(part)[0]] not in ("han", "hangul") or len(part) < 2:
        return part
    family = 2 if len(part) > 2 and part[:2] in table().long_families.split() else 1
    return " ".join(anyascii(piece).capitalize() for piece in (part[:family], part[family:]))


def joined(name: str) -> set[str]:
    """Parts of a name written as one word: `maraellison`, `mellison`, `obrien`, `vanderberg`, `weiming`."""
    letters = [run for run in RUN.findall(fold(cleaned(name))) if run not in words().titles]
    rows = {"".join(letters[i:j]) for i, j in combinations(range(len(letters) + 1), 2) if j - i > 1}
    for place in range(1, len(letters)):
        rows |= _two_as_one("".join(letters[:place]), "".join(letters[place:]))
    parts = [run for run in runs(name) if SCRIPT_OF[run[0]] in WITH_INITIALS]
    for one, other in combinations(parts, 2):
        rows |= _two_as_one(one, other)
    initials = "".join(run[0] for run in letters[:-1])
    rows |= {initials + letters[-1]} if len(initials) > 1 else set()
    rows.add("".join(RUN.findall(fold(name))))  # with what stands beside it
    return {row for row in rows if len(row) > SHORTEST}


def _two_as_one(one: str, other: str) -> set[str]:
    """Two parts as one word, in either order; where names are shortened so, also with the first letter of one."""
    rows = {one + other, other + one}
    if {SCRIPT_OF[one[0]], SCRIPT_OF[other[0]]} <= set(WITH_INITIALS):
        rows |= {one[0] + other, one + other[0], other + one[0], other[0] + one}
    return rows


def joined_to(called: str, name: str) -> set[str]:
    """What somebody is called and the last part of his name as one word: `theofinch`."""
    last = runs(name)[-1:]
    both = [called, *last]
    if len(runs(name)) < 2 or any(SCRIPT_OF[part[0]] not in WITH_INITIALS for part in both) or called in last:
        return set()
    return {row for row in ("".join(both), "".join(reversed(both))) if len(row) >= LONG_WHOLE}


def parted(name: str) -> Iterator[str]:
    """A part of a name that begins with a particle, in two, folded: `mc allister`, `de-luca`."""
    for part in name.split():
        if begin := JOINED_PARTICLE.match(part):
            yield from (f"{fold(begin.group())}{sign}{fold(part[begin.end() :])}" for sign in " -_")


def wholes(name: str) -> set[str]:
    """A name of several parts as one long word, in either order."""
    parts = runs(name)
    if len(parts) < 2:
        return set()
    return {row for row in (parts[0] + parts[-1], parts[-1] + parts[0]) if len(row) >= LONG_WHOLE}


def escaped(name: str) -> Iterator[str]:
    """The parts of a name in the disguises of data formats, folded."""
    for part in (name, *name.split()):
        if not part.isascii():
            yield "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in part).lower()
            yield "".join(c if c.isascii() else "".join(f"%{b:02x}" for b in c.encode()) for c in part).lower()


def apart(name: str) -> Iterator[str]:
    """The parts of a name with their letters set apart, folded: `m a r a`, `m.a.r.a`."""
    for run in runs(name):
        if len(run) >= SHORTEST:
            yield from (gap.join(run) for gap in " .-·*")


def leet(name: str) -> set[str]:
    """The parts of a name with signs for some of their letters, folded: `m4ra`, `mar4`, `m4r4`."""
    forms: set[str] = set()
    for run in runs(name):
        if len(run) <= SHORTEST or not run.isascii() or HEX.issuperset(run) or is_ordinary(run):
            continue  # of hexadecimal letters it would be a number, and of a word that word
        for place, letter in enumerate(run):
            forms |= {f"{run[:place]}{sign}{run[place + 1 :]}" for sign in LEET.get(letter, "")}
            forms |= {run.replace(letter, sign) for sign in LEET.get(letter, "")}
        for letters in ("aeio", "".join(LEET)):
            forms.add(run.translate({ord(letter): LEET[letter][0] for letter in letters}))
    return forms - set(runs(name))


def encoded(name: str) -> set[str]:
    """A name of several parts in hexadecimal, as it is written and in small letters."""
    return {form.encode().hex() for form in (name, name.lower())} if len(runs(name)) > 1 else set()


def initials(name: str) -> tuple[str, ...]:
    """A name's first letters, if it is shortened to two or more: `JR`, `J.R.`, `J. R.` of "J. R. Hartwell"."""
    begin = re.match(r"(?:[^\W\d_](?:\.[ -]?|\s)){2,4}(?=[^\W\d_]{2})", cleaned(name))
    letters = RUN.findall(begin.group().upper()) if begin else []
    return ("".join(letters), ".".join((*letters, "")), ". ".join(letters) + ".") if letters else ()


def signs(name: str) -> tuple[set[str], set[str], set[str]]:
    """Of a name in Chinese characters or in Hangul that is written without a blank: parts, short names, families.

    A part means somebody by itself; a short name of one character where it stands alone or is called; a family's name
    of one character beside a title.
    """
    parts: set[str] = set()
    short: set[str] = set()
    families: set[str] = set()
    for run in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", cleaned(name))):
        script = SCRIPT_OF[fold(run)[0]]
        if script not in ("han", "hangul") or not 2 <= len(run) <= 6:
            continue
        split = 2 if len(run) > 2 and (run[:2] in table().long_families.split() or len(run) > 3) else 1
        for piece, alone in ((run[:split], families), (run[split:], short)):
            (parts if len(piece) > 1 else alone).add(fold(piece))
        if script == "han" and len(run[split:]) == 1:
            short.add(run[split:] * 2)  # as who is fond of somebody says it
        if script == "han" and len(run) > 4:
            parts |= {run[:3], run[3:]} if len(run) > 5 else {run[:3], run[2:], run[3:]}
        if script == "han" and len(run) == 3:
            families.add(run[:2])
    return parts, short, families


def declined(run: str) -> Iterator[tuple[str, int]]:
    """How a run changes at its end, and in which languages, as bits; 0: whatever stands around it."""
    script = table().scripts.get(SCRIPT_OF[run[0]])
    if script is None or len(run) < SHORTEST:
        return
    yield from ((form, 0) for form in _ended(run, script.endings))
    if SCRIPT_OF[run[0]] == "latin":
        yield from ((form, 0) for form in _lenited(run))
        yield from ((run + end, 0) for end in table().latin_free.split())
        for entry in table().latin_endings:
            yield from ((form, bits(entry.languages) or UNKNOWN) for form in _ended(run, entry.endings))
    elif SCRIPT_OF[run[0]] == "arabic" and run.startswith("ال"):
        yield from ((f"{before}لل{run[2:]}", 0) for before in ("", "و", "ف"))


def vocative(called: str) -> Iterator[tuple[str, int]]:
    """How Russian calls who is called so: `Наташ`, `Кать`. A word of every day calls nobody."""
    stem = called.removesuffix("а") if called.endswith("а") else f"{called[:-1]}ь" if called.endswith("я") else ""
    if len(stem) >= SHORTEST and SCRIPT_OF[stem[0]] == "cyrillic" and not languages_of(stem):
        yield stem, 0


def _lenited(run: str) -> Iterator[str]:
    """How an Irish name begins when its bearer is called: `chaoimhe`, `sheain`. Others are not told from Irish ones."""
    if GAELIC.search(run) and LENITED.match(run):
        soft = f"{run[0]}h{run[1:]}"
        yield from (soft, re.sub(r"([aou])([^aeiou]{1,2})$", r"\1i\2", soft))


def apostrophed(name: str) -> Iterator[str]:
    """A part of a name with an apostrophe within, folded, as it is declined: `мар'яні`."""
    for left, right in re.findall(r"([^\W\d_]+)['’ʼ]([^\W\d_]+)", fold(cleaned(name))):
        for form, languages in declined(left + right):
            if not languages and form.startswith(left):
                yield from (f"{left}{sign}{form.removeprefix(left)}" for sign in "'’ʼ")


def shortened(name: str) -> set[str]:
    """How somebody with a given name is called in short, folded: `tobi`, `thandi`, `venky`."""
    given = next(iter(runs(name)), "")
    if not given or SCRIPT_OF[given[0]] != "latin":
        return set()
    begins = {given[:length] for length in range(SHORTEST + 1, min(len(given) - 1, LONGEST_SHORT))}
    return {short for begin in begins for short in (begin, f"{begin}y", f"{begin}i", f"{begin}ie")} - set(runs(name))


def _ended(run: str, endings: dict[str, str]) -> set[str]:
    """The forms by all endings that fit; what would fit any name is for those that no other fits."""
    fits = [end for end in map(fold, endings) if end and run.endswith(end)] or [""]
    others = {fold(end): forms.split() for end, forms in endings.items()}
    forms = set()
    for end in fits:
        stem = run.removesuffix(end)
        for form in map(fold, others.get(end, ())):
            # `=al`: the last letter twice, as in "Gáborral".
            forms.add(stem + stem[-1] + form[1:] if form[0] == "=" else stem + form)
    return {form for form in forms if len(form) > SHORTEST} - {run}


def squeezed(run: str) -> str:
    """A run with each letter once in a row: what is left of `Maaaaraaa`."""
    return re.sub(r"(.)\1+", r"\1", run)


def drawn_out(run: str) -> set[str]:
    """What one of is in every drawn-out form of a run: a letter three times, and the one behind it, or else before."""
    once = squeezed(run)
    forms = {one * 3 + behind for one, behind in pairwise(once) if one.isalpha()}
    return forms | {once[-2:-1] + once[-1] * 3} if once[-1:].isalpha() else forms
