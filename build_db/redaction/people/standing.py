"""Whether a name that is also a word stands as a name: what is around it tells."""

from __future__ import annotations

import re
from functools import cache

from build_db.redaction.people.everyday import (
    bits,
    is_among_words,
    is_behind_article,
    is_common,
    is_word_here,
    languages_near,
    languages_of,
)
from build_db.redaction.words import words

SHORTEST = 3
UNMARKED = "en id"
# Words so common that a capital alone makes no name of them; and those with which a sentence begins like with any.
VERY_COMMON, COMMON = 60, 4000
# "What I was told will help": so common are the words that go on.
MODAL = 200
AROUND = 40
SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\"“(*>\-]\s*|\s{2,})$")
WORD_BEFORE = re.compile(r"([^\W\d_]+)['’]?[^\w]{1,2}$")
WORD_AFTER = re.compile(r"[^\w]{0,2}([^\W\d_]+)")
BESIDE_WORD = re.compile(r"[\s.,;:!?()«»„“”\"…¿¡]|$")
DAY_BEFORE = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|[.ºª])?,?(?: (?:of|de|di|d['’])\s?)?[\s\-/]?$")
DAY_AFTER = re.compile(r"\.?,?\s?(?:\d{1,2}(?!\d)|(?:19|20)\d\d)|\s['’]\d\d|[-/]\d")
# An apostrophe and an ending, English or, of names only, Turkish: none of "Will'll", "May've".
OWNS = re.compile(r"['’](?!(?:ll|ve|re|d|m|t)\b)[a-zçğıöşü]{1,6}\b")
# Between a title and a name stand no more than a dot and a blank.
TITLED = re.compile(r"[^\W\d_]\.?\s$")
ADDRESSED = ("@", '="', "='", "/home/", "/users/", "\\users\\")


def is_ordinary(run: str) -> bool:
    """Whether a folded run is also a word, or too short to mean somebody by itself."""
    return run in words().ordinary or languages_of(run) > 0 or (len(run) < SHORTEST and run.isascii())


def is_small_word(text: str, plain: str, place: tuple[int, int], folded_place: tuple[int, int]) -> bool:
    """Whether a name stands in small letters as a word of its language, and as no part of an address or a file."""
    start, end = place
    if not text[start].islower():
        return False
    if not is_word_here(plain, *folded_place) and not is_behind_article(plain, *folded_place):
        return False
    if BESIDE_WORD.match(text[start - 1 : start]) is None or BESIDE_WORD.match(text[end : end + 1]) is None:
        return False
    before, after = WORD_BEFORE.search(text[max(0, start - AROUND) : start]), WORD_AFTER.match(text[end : end + AROUND])
    word_before, word_after = before[1].lower() if before else "", after[1].lower() if after else ""
    if _is_met(text[max(0, start - AROUND) : start], plain[slice(*folded_place)]):
        return False
    return word_before not in words().greetings and not _is_said(plain[slice(*folded_place)], word_before, word_after)


def is_date(text: str, start: int, end: int) -> bool:
    """Whether the name of a month is meant: beside a day or a year, or behind a word as in "im Mai"."""
    before, after = text[max(0, start - AROUND) : start].lower(), text[end : end + AROUND]
    if DAY_BEFORE.search(before) or DAY_AFTER.match(after):
        return True
    previous = WORD_BEFORE.search(before)
    return previous is not None and previous[1] in words().before_month


def stands_as_name(text: str, plain: str, place: tuple[int, int], folded_place: tuple[int, int]) -> bool:
    """Whether a name that is also a word is meant as a name.

    :param place: where it stands in `text`
    :param folded_place: where it stands in `plain`, which is `text` folded
    """
    start, end = place
    original, run = text[start:end], plain[slice(*folded_place)]
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if after.startswith("_influence") or before.lower().endswith(ADDRESSED):
        return True
    previous, following = WORD_BEFORE.search(before), WORD_AFTER.match(after)
    word_before = previous[1].lower() if previous else ""
    word_after = following[1].lower() if following else ""
    if run in words().kin:
        return word_before not in words().before_thing
    listed = run in words().ordinary
    marked = original.lower() != run
    if not listed and len(run) >= SHORTEST and not _is_known_here(plain, folded_place, marked=marked):
        return True
    if not original[:1].isupper() and original[:1].lower() != original[:1].upper():
        return _is_met(before, run) or (not listed and len(run) >= SHORTEST and _is_said(run, word_before, word_after))
    if original.isupper() and len(original) > 1:
        return False
    titled = TITLED.search(before) is not None and word_before in words().beside_names
    if titled or (OWNS.match(after) and word_before not in words().before_thing):
        return True
    if re.match(r"\s\d", after) or word_before in words().before_thing:
        return False
    starts = SENTENCE_START.search(before) is not None
    if listed or not languages_of(run):
        return not starts or word_after in words().after_name or after[:1] == ","
    if word_after in words().speech:
        return True
    common = is_common(run, VERY_COMMON) and bool(languages_near(plain, *folded_place) & bits("en"))
    return not (starts or common or _is_heading(previous, following, word_before, word_after))


def _is_known_here(plain: str, place: tuple[int, int], *, marked: bool) -> bool:
    """Whether a run is a word of every day in the language of what stands around it, or in English if nothing does.

    :param marked: whether it is written with marks, as some languages write none
    """
    known = languages_of(plain[slice(*place)]) & ~(bits(UNMARKED) if marked else 0)
    near = languages_near(plain, *place)
    if near or not is_among_words(plain, *place):
        return bool(known & (near or bits("en")))
    return known > 0  # no English, and no language that is known by its most common words


def _is_said(run: str, before: str, after: str) -> bool:
    """Whether a word without a capital is a name, for somebody says something."""
    return after in words().speech and before not in words().before_thing and not is_common(run, COMMON)


def _is_met(before: str, run: str) -> bool:
    """Whether a word without a capital is a name, for somebody speaks or is with who bears it: "told grace"."""
    return len(run) >= SHORTEST and not is_common(run, MODAL) and _met().search(before) is not None


@cache
def _met() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(words().met)})\s$")


def _is_heading(previous: re.Match[str] | None, following: re.Match[str] | None, before: str, after: str) -> bool:
    """Whether the words beside have capitals, too, and are words of every day: "Best Back Exercises"."""
    beside = [(found[1], word) for found, word in ((previous, before), (following, after)) if found]
    return bool(beside) and all(found[:1].isupper() and languages_of(word) for found, word in beside)
