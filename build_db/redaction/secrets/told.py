"""Finds passwords that are told in words: "my password is ...", in many languages.

The words are in `told.yml`. What follows such a word is a secret if it looks like something that somebody chose; behind
a colon or an "is" an everyday word is one, too, unless it is one with which sentences go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick
import msgspec

from build_db.declared import declared, shipped
from build_db.redaction.people.everyday import languages_of
from build_db.redaction.people.folding import fold
from build_db.redaction.secrets.formats import any_of
from build_db.redaction.secrets.looks import PLACEHOLDER, TIME, VARIABLE, is_name_for_value, looks_chosen
from build_db.redaction.secrets.tabular import ABOUT
from build_db.redaction.spans import Span

FILE = "told.yml"
OPENING, CLOSING = "\"'`“„«‹「『【", "\"'`”“»›」』】"
QUOTED = rf"(?<=[{OPENING}])[^{CLOSING}\n]{{3,80}}(?=[{CLOSING}])"
# A value goes to its end: `abc4;def=ghi77` is one. It ends at a comma behind which something else begins.
# So it does where the next setting of a row begins: `;Encrypt=True`.
SETTING = r"[A-Z][A-Za-z]{1,20}(?: [A-Z][A-Za-z]{1,20}){0,3}="
BARE = (
    r"[^\s\"'`<>|,;()（）。、，！？「」『』【】]{3,120}"
    rf"(?:[;,&](?!{SETTING})(?=[!-~])[^\s\"'`<>|,;()]{{1,120}}){{0,8}}"
)
MARKS = r"(?:\.{2,40}|…|={1,2}>?|:{1,2}=?|->|→|—|–|-(?=\s)|>|\||＝|：|~>)"
TAG = r"(?:</?\w{1,10}(?: [^<>\n]{0,60})?>)"
# A letter of a script that sets no blanks, or of none that passwords are typed in.
ASCII_WORD = re.compile(r"[A-Za-z]{3,40}")
# What is typed on a keyboard, before words of a script that sets no blanks: "パスワードはsakura8822です".
WITHOUT_BLANKS = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
TYPED = re.compile(rf"[!-~]{{3,}}(?=[{WITHOUT_BLANKS}][^!-~]*\Z)")
IN_WORDS = re.compile(rf"[!-~]{{1,2}}[{WITHOUT_BLANKS}]")
# Words that dots or the like make one: `sock.green`, `quiet-evening-tea`.
JOINED = re.compile(r"[^\W\d_]{2,30}(?:[._-][^\W\d_]{2,30}){1,6}")
# From Thai on, scripts set no blanks between words; Devanagari and the others of India stand before.
FIRST_WITHOUT_BLANKS = "\u0e00"
# So many signs of Chinese or Japanese are a sentence, unless somebody sets them in quotes.
LONG_SENTENCE = re.compile("[\u3040-\u30ff\u3400-\u9fff]{12}")
FAR_BEFORE = 20
OTHER_LETTERS = re.compile("[\u0370-\U0010ffff]")
LETTERS = re.compile(r"[^\W\d_]{3,40}(?:-[^\W\d_]{2,40}){0,8}")
FOLLOWING = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
REST = re.compile(r"[^.,;:!?()\n\"'`|<>。、，]{0,120}")
# What a call is given by name: `base_1=False`.
KEYWORD = re.compile(r"[A-Za-z_]\w{0,40}=(?:True|False|None|true|false|null|\d{1,6})")
# Fewer than so many words in a row are a sentence that only begins with an everyday word.
PASSPHRASE, LONGEST_PHRASE = 4, 10
SHORT_VAGUE, SHORTEST_STEM = 6, 4
COMMENT = re.compile(r"[^\S\n]{1,8}(?:#|//)\s")
# Of a language whose sentences are known less, a word has so many letters and is none of every day.
SHORTEST_RARE = 5
# So many words may say what a password is for; before a blank alone, fewer.
MOST_WORDS = 10, 4
YEAR = re.compile(r"(?:19|20)\d\d")


class Language(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one language; the header of `told.yml` explains the keys."""

    vague: tuple[str, ...]
    certain: tuple[str, ...] = ()
    compound: tuple[str, ...] = ()
    is_: tuple[str, ...] = msgspec.field(name="is", default=())
    for_: tuple[str, ...] = msgspec.field(name="for", default=())
    own: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of `told.yml`."""

    languages: dict[str, Language]
    endings: tuple[str, ...]
    plain: str
    begins: tuple[str, ...]
    goes_on: frozenset[str]
    says: frozenset[str]
    says_rarely: frozenset[str]
    which: frozenset[str]
    fill: tuple[str, ...]
    spelled: tuple[str, ...]
    another: tuple[str, ...]


class Told(NamedTuple):
    """What `told.yml` makes: the pattern, the cues alone by a rule's name, and what may follow an "is"."""

    pattern: re.Pattern[str]
    certain: re.Pattern[str]
    cues: dict[str, str]
    begins: ahocorasick.Automaton
    goes_on: frozenset[str]
    says: frozenset[str]
    says_rarely: frozenset[str]
    which: frozenset[str]
    spelled: re.Pattern[str]
    plain: frozenset[str]
    endings: tuple[str, ...]
    another: re.Pattern[str]


@cache
def table() -> Table:
    """The table as it is written."""
    return declared(FILE, shipped(__package__, FILE), Table)


@cache
def told() -> Told:
    """The table, compiled."""
    words = table()
    cues = {name: cue for language in words.languages.items() for name, cue in _cues(*language)}
    begins = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for text in words.begins:
        begins.add_word(text)
    begins.make_automaton()
    languages = tuple(words.languages.values())
    return Told(
        _pattern(languages, words.fill),
        re.compile(rf"(?i:{_certain(languages)})(?![a-zA-Z])"),
        cues,
        begins,
        words.goes_on,
        words.says,
        words.says_rarely,
        words.which,
        re.compile(rf"(?i),?\s(?:{any_of(words.spelled)})"),
        frozenset(words.plain.split()),
        words.endings,
        re.compile(rf"(?i)(?<!\w){any_of(words.another)}"),
    )


def _cues(name: str, language: Language) -> Iterator[tuple[str, str]]:
    """Patterns, one of which is in every text with a cue of one language."""
    if language.certain:
        yield f"told: {name}", rf"(?i)(?<![^\W_]){any_of(language.certain)}(?![a-zA-Z])"
    if language.compound:
        yield f"told: {name}, compound", rf"(?i){any_of(language.compound)}(?![a-zA-Z])"
    if language.vague:
        yield f"told: {name}, vague", rf"(?i)(?<![\w-]){any_of(language.vague)}(?![a-zA-Z])"


def _pattern(languages: tuple[Language, ...], fill: tuple[str, ...]) -> re.Pattern[str]:
    vague = any_of(word for language in languages for word in language.vague)
    verbs = any_of(dict.fromkeys(_bounded(word) for language in languages for word in language.is_))
    for_ = any_of(dict.fromkeys(word for language in languages for word in language.for_))
    own = any_of(word for language in languages for word in language.own)
    # Some other word between: what follows has to look chosen.
    other = rf"(?P<other>(?:\s[^\W\d_]{{2,14}}){{1,2}}?|[{WITHOUT_BLANKS}]{{1,6}}?)"
    said, said_soon = (
        rf"\s{own}(?=[\s:=])|\s{for_}(?=[\s'’])(?:['’]?\s?[^\s:=.,;!?'’]{{1,24}}(?=[\s:=])){{1,{most}}}?"
        for most in MOST_WORDS
    )
    marked = rf"{MARKS}[*_]{{0,2}}\s{{0,3}}(?:{TAG}\s{{0,2}})?"
    in_tags = rf"(?:</\w{{1,10}}>\s{{0,3}}){{1,2}}{TAG}"
    mark = rf"(?P<mark>[*_`\"'\\)\]]{{0,4}}\s{{0,2}}(?:{marked}|{in_tags}))"
    verb = rf"(?P<is>[*_`\"']{{0,3}},?\s?{verbs}:?\s{{0,2}}|['’]s\s)"
    # "is just the word": behind it an everyday word is as good as behind the "is".
    filled = rf"(?:{any_of(fill)}[:,]?\s)?"
    # "密码604718": no blank where a script sets none.
    directly = rf"(?<=[{WITHOUT_BLANKS}])(?=[!-~]{{0,40}}\d)(?=[A-Za-z0-9])"
    # What a password is for, and then only a blank: a digit has to follow soon.
    soon = rf"(?:{said_soon})?[^\S\n](?=[^\s]{{0,40}}\d)"
    joint = rf"(?:(?:{said}|{other})?(?:{mark}|{verb}{filled})|{soon}|[*`]{{0,3}}[^\S\n]|{directly})"
    cue = rf"(?:(?P<certain>{_certain(languages)})|(?<![\w-])(?P<vague>{vague}))"
    return re.compile(rf"(?i:{cue}{joint})[*_\\]{{0,2}}[{OPENING}(]{{0,2}}(?P<value>{QUOTED}|{BARE})")


def _certain(languages: tuple[Language, ...]) -> str:
    """The words for a password and nothing else."""
    certain = any_of(word for language in languages for word in language.certain)
    compound = any_of(word for language in languages for word in language.compound)
    return rf"(?:(?<![^\W_]){certain}|{compound})"


def _bounded(word: str) -> str:
    """A verb that is not a part of a longer word, where its script sets blanks between words."""
    return word if word[0] >= FIRST_WITHOUT_BLANKS else rf"(?<![^\W\d_]){word}(?![^\W\d_])"


@lru_cache(maxsize=1)
def _begins_in(text: str) -> list[int]:
    """Where a word for a password may begin, in order of where its first letters end; several ask of one text."""
    return [last + 1 - length for last, length in told().begins.iter(_lowered(text))]


def find_told(text: str) -> Iterator[Span]:
    """Spans of passwords that are told."""
    pattern, place = told().pattern, 0
    for start in _begins_in(text):
        match = pattern.match(text, start) if start >= place else None
        end = _end(text, match) if match else 0
        # "La parola è girasole42" tells one all the same.
        if match and end and (not _is_another(text, start) or any(map(str.isdigit, text[match.start("value") : end]))):
            yield Span(match.start("value"), end, "secret", "told")
            place = end


def cues_in(text: str) -> Iterator[tuple[int, int]]:
    """Where words stand that are words for a password and nothing else, in order."""
    for start in _begins_in(text):
        match = told().certain.match(text, start)
        if match and not _is_another(text, start):
            yield match.span()


def _is_another(text: str, start: int) -> bool:
    """Whether a word for a password that begins there is another word, by what stands before it."""
    found = told().another.search(text, max(0, start - FAR_BEFORE), start + FAR_BEFORE)
    return found is not None and found.start() < start < found.end()


def _lowered(text: str) -> str:
    """The text in lower case, each letter in its place."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower()[:1] for c in text)


def _end(text: str, match: re.Match[str]) -> int:
    """Where the value ends that a cue tells of; 0 if it tells of none."""
    start, certain, sure = match.start("value"), match.group("certain") is not None, match.group("mark") is not None
    quoted = text[start - 1] in OPENING and text[match.end() : match.end() + 1] in tuple(CLOSING)
    plain = match.group("value") if quoted else _bare(text, match)
    if not certain and plain.isdigit() and len(plain) < SHORT_VAGUE:
        return 0  # a count: "tokens: 1200"
    other = match.group("other")
    if other and other.strip().lower() in told().which and sure:
        other = None
    if other and (not certain or ABOUT.search(other) or not any(map(str.isdigit, plain))):
        return 0
    if _is_none(plain, phrase=quoted and certain):
        return 0
    if quoted and certain:
        return 0 if _is_plain(plain, sure=True) else start + len(plain)
    if sure and "=" in match.group("mark") and (VARIABLE.fullmatch(plain) or is_name_for_value(text, start)):
        return 0
    chosen = looks_chosen(plain, sure=sure) or (certain and match.group("is") is not None and _is_joined(plain))
    if chosen and not _is_plain(plain, sure=True):
        joined = sure or match.group("is") is not None
        if joined or _stands_out(plain, certain=certain):
            return start + len(plain)
        return 0
    if certain and (_is_spelled(text, start + len(plain)) or _is_commented(text, start + len(plain), match)):
        return 0 if _is_plain(plain, sure=sure) or not LETTERS.fullmatch(plain) else start + len(plain)
    return _everyday(text, match, plain) if certain and _goes_with_a_word(match, plain) else 0


def _is_commented(text: str, end: int, match: re.Match[str]) -> bool:
    """Whether the value of a variable ends there, and a comment follows: `DB_PASSWORD=quiet  # of the trays`."""
    return match.group("mark") == "=" and COMMENT.match(text, end) is not None


def _is_spelled(text: str, end: int) -> bool:
    """Whether what stands behind a value says how to write it: "all in small letters"."""
    return told().spelled.match(text, end) is not None


def _bare(text: str, match: re.Match[str]) -> str:
    """A value without quotes, without the signs of the sentence behind it; "" if it is none."""
    plain = match.group("value").rstrip(".,:;!?)*_]}\\")
    if typed := TYPED.match(plain):
        plain = typed.group()
    elif IN_WORDS.match(plain):
        return ""  # "8文字以上": a number within a sentence
    end = match.start("value") + len(plain)
    called = text[end : end + 1] == "(" or (text[end : end + 1] == ":" and "\n" in match.group(0))
    return "" if called else plain  # a call, or a name on the next line


def _is_none(value: str, *, phrase: bool) -> bool:
    """Whether a value is too short, a time, or a placeholder; of four words between quotes it is a passphrase."""
    if KEYWORD.fullmatch(value) or (not phrase and LONG_SENTENCE.search(value)):
        return True
    if len(value) < 3 or TIME.fullmatch(value):
        return len(value) < 3 or not value.isdigit()
    words = phrase and len(value.split()) >= PASSPHRASE and not ABOUT.search(value)
    return PLACEHOLDER.fullmatch(value) is not None and not words


def _is_joined(value: str) -> bool:
    """Whether signs join words to one that nobody says: "sock.green", but not "case-sensitive"."""
    if not JOINED.fullmatch(value) or _is_plain(value, sure=False):
        return False
    parts = [fold(part) for part in re.split(r"[._-]", value)]
    return "-" not in value or not all(part in told().plain or languages_of(part) for part in parts)


def _goes_with_a_word(match: re.Match[str], value: str) -> bool:
    """Whether what stands between cue and value leaves room for an everyday word to be a password."""
    if match.group("mark"):
        return "==" not in match.group("mark") and "\n" not in match.group("mark")
    verb = (match.group("is") or "").strip(" ,:*_`\"'").lower()
    if ASCII_WORD.fullmatch(value) and not match.group("certain").isascii():
        return bool(verb)
    if (verb in told().says or verb.split(" ")[0] in told().says) and value.isascii():
        return True
    rare = len(value) >= SHORTEST_RARE and not languages_of(fold(value)) and value[0] < FIRST_WITHOUT_BLANKS
    return rare and verb in told().says | told().says_rarely


def _stands_out(value: str, *, certain: bool) -> bool:
    """Whether a value that only a blank parts from its cue is no number and no name."""
    if value.isdigit():
        return certain and len(value) >= 4 and not YEAR.fullmatch(value)
    return certain or (len(value) >= SHORT_VAGUE and any(map(str.isdigit, value)) and any(map(str.isalpha, value)))


def _everyday(text: str, match: re.Match[str], value: str) -> int:
    """Where a password ends that is one everyday word, or some; 0 if a sentence goes on."""
    start, sure = match.start("value"), match.group("mark") is not None
    if not LETTERS.fullmatch(value):
        return 0
    if ASCII_WORD.fullmatch(value) and OTHER_LETTERS.search(match.group("certain")):
        return 0 if _is_plain(value, sure=True) else start + len(value)
    rest = REST.match(text, start)
    if rest and text[rest.end() : rest.end() + 1] == "(" and not rest.group().endswith(" "):
        return 0  # a call: "raise ValueError("
    words = FOLLOWING.findall(rest.group()) if rest else []
    if not rest or not words or len(words) > LONGEST_PHRASE or "".join(words) != "".join(rest.group().split()):
        words = words[:2] if len(words) > 1 and words[1].lower() in told().goes_on else []
    if not words:
        return 0
    told_plain = [word for word in words if _is_plain(word, sure=sure)]
    if len(words) >= PASSPHRASE and len(told_plain) <= 1 and rest:
        return rest.start() + len(rest.group().rstrip())
    if _is_plain(words[0], sure=sure) or len(words[0]) < 4:
        return 0
    if len(words) == 1 or words[1].lower() in told().goes_on:
        return start + len(value)
    if sure and not told_plain and rest:
        return rest.start() + len(rest.group().rstrip())
    return 0


def _is_plain(value: str, *, sure: bool) -> bool:
    """Whether a sentence may go on with a word: "required", "wrong", and behind an "is" whatever ends alike."""
    lower = value.lower().rstrip(".!?")
    if lower in told().plain:
        return True
    return (
        not sure
        and lower == value
        and any(lower.endswith(ending) and len(lower) >= len(ending) + SHORTEST_STEM for ending in told().endings)
    )


def may_be_password(value: str) -> bool:
    """Whether a value below a heading such as "password" is one: no word of a sentence, and not many words."""
    words = value.split()
    return 0 < len(words) <= PASSPHRASE and len(value) >= 4 and not any(_is_plain(word, sure=True) for word in words)
