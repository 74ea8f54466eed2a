"""Finds secrets: known formats, and what follows words such as "password".

The formats are in `secrets.yml`. Existing scanners end a token at a quote, a space or a line's end, and so lose
`token.` and `token)`; here a token ends where no further character of its own alphabet follows.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import msgspec

from build_db.contract import UUID
from build_db.declared import entries, shipped
from build_db.redaction.gate import EVERYTHING, Seen
from build_db.redaction.spans import Span, without_overlaps
from build_db.redaction.tabular import BESIDE_OTHERS, in_columns

FILE = "secrets.yml"
TOKEN_END = r"(?![A-Za-z0-9_])"
TOKEN_START = r"(?<![A-Za-z0-9])"

# What a value that follows a cue can be called.
CUE = (
    r"pass(?:word|wort|phrase|wd|code)s?|passwd|pwd|pw|kennwort|passwort|mot de passe|contrase[nñ]a|clave|senha"
    r"|wachtwoord|has[lł]o|secret(?:s|[_-]?key)?|geheimnis|token|(?:api|access|auth|private)[ _.-]?key"
    r"|client[ _.-]?secret|credentials?|auth|otp|totp|2fa|recovery code|backup code|seed phrase|pin(?: code)?"
)
# In code, any longer name around such a word counts: `MY_APP_TOKEN`, `adobeClientSecret`, `"fastly_api_token"`. Pairs
# are found by what joins them, which is rarer than names; the name is looked at afterwards.
PAIR = re.compile(
    r"(?:[.:?+|~<-]{0,3}=>?|\|\||:{1,2}|,|->|>|\|)(?P<open>[\s\"'`\\(\[{=>]{0,6}(?:Bearer |Basic )?)"
    r"(?P<value>[\w.=+/~@%!*&^$#-]{8,400})"
)
NAME_END = r"(?:\s(?:string|str|String|char\*?|&str))?[\"'`\]\s\\]{0,5}"
NAME = re.compile(rf"([\w.-]{{1,90}}){NAME_END}$")
NAMING = re.compile(
    r"(?i:key|token|secret|pass|pwd|auth|cred|api|client|access|private|bearer|sid|license|salt|sig|webhook|cookie"
    r"|login|dsn|artifactory|bintray|xray|jfrog|atlassian|jira|confluence|cloudflare|snyk|sonar)"
)
PROSE = re.compile(
    rf"(?i)(?<![\w-])(?:{CUE})[\"'`]?"
    r"(?P<joint>\s(?:is now|is still|was|is|ist|lautet|est|es|[eè])\s|\s?(?::|=|->|→|>|\|)\s?|\s)"
    r"(?:\s?[\"'`“„«(]?)(?P<value>(?<=[\"“„«`'])[^\"”“»`'\n]{3,80}(?=[\"”“»`'])|[^\s\"'`<>|,;()]{3,120})"
)
# `input_tokens: 5210` counts; it does not open anything.
COUNTS = re.compile(r"(?i)tokens|(?:max|min|input|output|total|prompt|completion|cache|num|used)\w{0,12}token")
STRONG = re.compile(r"(?i)token|secret|pass|pwd|auth|cred|api|key")
PLACEHOLDER = re.compile(
    r"(?i)[x*.\-_•#?]+|<.*>?|\$(?!argon2|apr1\$|y\$)\{?[A-Za-z_].*|\{\{?.*|%\(?\w+\)?[s%]?|\[.*\]?|(?:\w{1,10}_)?(?:x{6,}|1{20,}|0{20,})|process\.env.*|os\.environ.*|(?:your|my|the|some|an?|enter|insert|replace|change|example|sample"
    r"|dummy|fake|test|placeholder|redacted|withheld|undefined|none|null|nil|true|false|todo|changeme|password|passwort|secret"
    r"|token|env|getenv|config|self|this|not|never|always|required|optional|string|str|int|bool)(?:[\W_]+[A-Za-z]+)*[\W_]*"
)
# `AIzaSyXXXXXXXXXXXX`: a token that somebody left open.
DRAWN_OUT = re.compile(r"([Xx*.•#])\1{7}")
HASHLIKE = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{7,12}|sha\d{1,3}[:-].*", re.IGNORECASE)
WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’-][A-Za-zÀ-ÿ]+)*[.!?:]*")
TIME = re.compile(r"\d{4}-\d\d-\d\d.*|\d{1,2}:\d\d.*|[\d.,]+")
HASH_NAMES = re.compile(r"(?i)commit|sha|digest|checksum|revision|etag|integrity|hash_id|md5")
LEAST_ENTROPY, MUCH_ENTROPY = 2.6, 3.6
# A value this long, mixed as `looks_made` wants it, is no word and no count, whatever it is called.
SURELY_LONG = 15


@dataclass(frozen=True)
class Format:
    """One format of `secrets.yml`."""

    name: str
    source: str
    pattern: re.Pattern[str]
    finds: str
    leaves: str


@dataclass(frozen=True)
class Group:
    """Formats that are looked for in one search: `pattern` is all of theirs, joined."""

    formats: tuple[Format, ...]
    names: frozenset[str]
    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def may_be_in(self, lower: str, seen: Seen) -> bool:
        """Whether a search is worth its time.

        :param lower: the text in lower case
        :param seen: names of the formats to try
        """
        # Few names are seen in a text, or none: to compare two sets is faster than to look up a hundred names.
        if isinstance(seen, frozenset) and seen.isdisjoint(self.names):
            return False
        return not self.hints or any(hint in lower for hint in self.hints)

    def find(self, text: str, stretches: Iterable[tuple[int, int]]) -> Iterator[Span]:
        """Spans inside stretches of the text."""
        for start, end in stretches:
            for match in self.pattern.finditer(text, start, end):
                span = self._span(text, match.start(), end)
                value = text[span.start : span.end]
                if not PLACEHOLDER.fullmatch(value) and not DRAWN_OUT.search(value):
                    yield span

    def _span(self, text: str, place: int, end: int) -> Span:
        """What the first format that fits at a place finds there, which is what `pattern` found."""
        fits = ((shape, shape.pattern.match(text, place, end)) for shape in self.formats)
        shape, match = next((shape, match) for shape, match in fits if match)
        return Span(*match.span("value" if "value" in match.groupdict() else 0), "secret", shape.name)


class SecretFinder:
    """Finds secrets."""

    def rules(self) -> Iterator[tuple[str, str]]:
        """Name and pattern of every rule."""
        yield from ((shape.name, shape.pattern.pattern) for shape in formats())
        yield "named", rf"{NAMING.pattern}[\w.-]{{0,90}}{NAME_END}{PAIR.pattern}"
        yield "told", PROSE.pattern
        yield "column", BESIDE_OTHERS

    def find(self, text: str, seen: Seen = EVERYTHING) -> list[Span]:
        """Spans of kind secret.

        :param seen: names of the rules to try
        """
        if not seen:
            return []
        lower = text.lower()
        spans = list(_formats(text, lower, seen))
        if "named" in seen and any(joint in text for joint in ":=>|,"):
            spans += _named(text)
        if "told" in seen and any(cue in lower for cue in CUE_HINTS):
            spans += _told(text)
        if "column" in seen and "\n" in text:
            spans += _in_columns(text)
        return without_overlaps(spans)


# The prose rules look closer only where one of these stands.
CUE_HINTS = (
    "passw", "passc", "passp", "pwd", "pw=", "pw:", "kennwort", "contrase", "clave", "senha", "wachtwoord", "hasł",
    "haslo", "secret", "geheim", "token", "api key", "api_key", "api-key", "apikey", "ss key", "ss_key", "th key",
    "te key", "cred", "auth", "otp", "2fa", "ry code", "up code", "seed phrase", "pin", "mot de passe",
)  # fmt: skip
# Every format of a group without hints is, or holds, a run like this.
LONG_RUN = re.compile(r"[\w+/=.~:$@\\-]{16,}")


def _formats(text: str, lower: str, seen: Seen) -> Iterator[Span]:
    wanted = [group for group in groups() if group.may_be_in(lower, seen)]
    runs = [match.span() for match in LONG_RUN.finditer(text)] if wanted else []
    for group in wanted:
        yield from group.find(text, [(0, len(text))] if group.hints else runs)


def _named(text: str) -> Iterator[Span]:
    match = PAIR.search(text)
    while match:
        value, start = match.group("value").rstrip(".,:;!?"), match.start("value")
        if len(value) >= 8 and (not value.isalpha() or len(value) >= 20):
            named = NAME.search(text, max(0, match.start() - 100), match.start())
            if named and _is_secret_pair(named.group(1), value, _joint(text, named, match)):
                yield Span(start, start + len(value), "secret", "named")
                start = match.end()
        # What looked like a value may begin with a name of its own: "config": "TOKEN=..."
        match = PAIR.search(text, start)


def _joint(text: str, named: re.Match[str], match: re.Match[str]) -> str:
    """What joins name and value; between `<token>` and `</token>` it is as good as an equals sign."""
    return "=" if text[named.start(1) - 1 : named.start(1)] in ("<", ":") else match.group()[0]


def _is_secret_pair(name: str, value: str, joint: str) -> bool:
    if not NAMING.search(name) or HASH_NAMES.search(name) or (value.isdigit() and COUNTS.search(name)):
        return False
    strongly = bool(STRONG.search(name))
    long_enough = len(value) >= SURELY_LONG or (strongly and joint not in ",>|")
    return long_enough and looks_made(value, strongly=strongly)


def _told(text: str) -> Iterator[Span]:
    for match in PROSE.finditer(text):
        value = match.group("value")
        quoted = text[match.start("value") - 1] in "\"'`“„«"
        plain = value if quoted else value.rstrip(".,:;!?)")
        sure = bool(match.group("joint").strip()) and match.group("joint").strip()[-1] in ":=>→|"
        if PLACEHOLDER.fullmatch(plain) or (TIME.fullmatch(plain) and not plain.isdigit()):
            continue
        if quoted or looks_chosen(plain, sure=sure):
            yield Span(match.start("value"), match.start("value") + len(plain), "secret", "told")


def _in_columns(text: str) -> Iterator[Span]:
    for start, end in in_columns(text):
        value = text[start:end]
        if not PLACEHOLDER.fullmatch(value) and (looks_chosen(value, sure=True) or looks_made(value, strongly=True)):
            yield Span(start, end, "secret", "column")


def looks_made(value: str, *, strongly: bool) -> bool:
    """Whether a value in code looks like something a machine made: long, mixed, and no path, word or time.

    :param strongly: the value's name says that it is secret; then ids and long numbers count, too
    """
    if len(value) < 8 or PLACEHOLDER.fullmatch(value):
        return False
    if value.isdigit() or UUID.fullmatch(value):
        return strongly and len(value) >= 14
    if TIME.fullmatch(value) or (HASHLIKE.fullmatch(value) and len(value) < 32 and not strongly):
        return False
    if not any(c.isdigit() for c in value):
        return len(value) >= 20 and entropy(value) >= MUCH_ENTROPY and not WORD.fullmatch(value)
    return any(c.isalpha() for c in value) and entropy(value) >= LEAST_ENTROPY


def looks_chosen(value: str, *, sure: bool) -> bool:
    """Whether a word after "password is" is one that somebody chose: not a plain word, or, after a colon, any word."""
    if len(value) < 4 and not (value.isdigit() and len(value) >= 3):
        return False
    if not WORD.fullmatch(value):
        return any(c.isdigit() for c in value) or any(c in "!@#$%^&*_+=~" for c in value)
    inner = value[1:]
    return inner != inner.lower() and not value.isupper()


def entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())


def formats() -> tuple[Format, ...]:
    """The formats of `secrets.yml`."""
    return tuple(shape for group in groups() for shape in group.formats)


@cache
def groups() -> tuple[Group, ...]:
    """The groups of `secrets.yml`."""
    return tuple(map(_group, entries(FILE, shipped(__package__, FILE), _Group).values()))


class _Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One format of `secrets.yml`; its header explains the keys."""

    name: str
    source: str
    pattern: str
    finds: str
    leaves: str


class _Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One group of `secrets.yml`."""

    formats: tuple[_Format, ...]
    hints: tuple[str, ...] = ()
    bounded: bool = True


def _group(group: _Group) -> Group:
    # A pattern holds a name only once, and which part is the value is for the format itself to tell.
    joined = "|".join(entry.pattern for entry in group.formats).replace("(?P<value>", "(?:")
    return Group(
        formats=tuple(
            Format(e.name, e.source, _compiled(e.pattern, group.bounded), e.finds, e.leaves) for e in group.formats
        ),
        names=frozenset(entry.name for entry in group.formats),
        hints=group.hints,
        pattern=_compiled(joined, group.bounded),
    )


def _compiled(pattern: str, bounded: bool) -> re.Pattern[str]:
    return re.compile(f"{TOKEN_START}(?:{pattern}){TOKEN_END}" if bounded else pattern)
