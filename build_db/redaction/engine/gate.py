"""Tells in one pass which rules a text may match, so that the exact ones are tried only there.

Most text holds nothing of what the rules look for. Each rule is loosened into a pattern that hyperscan runs beside all
the others: see `loosening.py`. A loosened pattern finds all that its rule finds, and more; the rule has the last word.
A few patterns keep the engine at work in every text, as one that begins with any word. Such a rule may have cores:
small patterns, one of which is in whatever the rule finds. Its own pattern is run only over texts that hold a core.
Without hyperscan every rule is tried on every text: the findings are the same, only later.
"""

from __future__ import annotations

import platform
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from build_db.redaction.engine import scan
from build_db.redaction.engine.loosening import loosened, not_plain, plainly

# How far a pattern's counts are counted: as far as the engine takes it.
HIGHEST_COUNTS = (16, 4)
# Places that are none of a rule: of the pattern that is compiled for every gate, and of all cores.
NOT_PLAIN, CORE = 0, 1
SIGNS = (NOT_PLAIN, CORE)
# On whose text the compiled rules depend.
CODE = ("gate.py", "loosening.py", "scan.py")
SURROGATE = re.compile("[\ud800-\udfff]")


class Everything:
    """Holds whatever it is asked for: all rules have to be tried."""

    def __contains__(self, name: object) -> bool:
        return True


# Names of the rules to try.
Seen = frozenset[str] | Everything
EVERYTHING = Everything()
NOTHING_SEEN: frozenset[str] = frozenset()


class Store(Protocol):
    """Keeps what took long to make. It may lose things, and never holds anything of a tree."""

    def get(self, digest: str) -> bytes | None:
        """What was put under a digest; None if it is not there."""

    def put(self, digest: str, data: bytes) -> None:
        """Keep something, if that is possible."""


class Gate:
    """Tells which of many rules a text may match.

    :param rules: name and pattern of each, as `re` writes patterns; a name may come more than once
    :param store: keeps compiled patterns from one process to the next
    :param exact: name and pattern of what is looked for just so, not loosened, as the engine writes patterns
    :param cores: of a rule, by its name: patterns, one of which is found in every text in which its own is found
    """

    def __init__(
        self,
        rules: Iterable[tuple[str, str]],
        store: Store | None = None,
        exact: Iterable[tuple[str, str]] = (),
        cores: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        rules, exact, cores = tuple(rules), tuple(exact), cores or {}
        self._names = [*("" for _ in SIGNS), *(name for name, _ in (*exact, *rules))]
        patterns = Patterns(
            tuple(pattern for _, pattern in exact),
            tuple(Rule(pattern, cores.get(name, ())) for name, pattern in rules),
        )
        compiled = _compiled(patterns, store)
        self._scan = scan.Scan(compiled.database) if compiled else None
        self._closely = scan.Scan(compiled.closely) if compiled and compiled.closely else None
        self._always = compiled.always if compiled else ()

    def seen(self, text: str) -> Seen:
        """The names of the rules that the text may match; never one too few."""
        if self._scan is None:
            return EVERYTHING
        found = self._found(self._scan, _encoded(text))
        if found and NOT_PLAIN in found:
            found += self._found(self._scan, _encoded(plainly(text)))
        if not found and not self._always:
            return NOTHING_SEEN
        return frozenset([self._names[place] for place in (*found, *self._always) if place not in SIGNS])

    def _found(self, first: scan.Scan, data: bytes) -> list[int]:
        found = first.found(data)
        return found + self._closely.found(data) if self._closely and found and CORE in found else found


def _encoded(text: str) -> bytes:
    """In UTF-8, which some of the patterns rely on: a surrogate, which has no place there, is a sign for none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATE.sub("\ufffd", text).encode()


class Rule(NamedTuple):
    """A pattern, and the cores that are looked for first; none if it is looked for everywhere."""

    pattern: str
    cores: tuple[str, ...]


class Patterns(NamedTuple):
    """What one gate looks for: as it is, and loosened."""

    exact: tuple[str, ...]
    rules: tuple[Rule, ...]


class Compiled:
    """Rules in the engine, by their places."""

    def __init__(self, database: Any, closely: Any, always: tuple[int, ...]) -> None:
        self.database = database
        self.closely = closely  # those that are looked for where a core is
        self.always = always  # rules that are too large for it

    def dumped(self) -> bytes:
        """For a store."""
        first, second = (scan.hyperscan.dumpb(one) if one else b"" for one in (self.database, self.closely))
        return b"%s\n%d\n%s%s" % (" ".join(map(str, self.always)).encode(), len(first), first, second)

    @classmethod
    def read(cls, data: bytes) -> Compiled | None:
        """What was dumped; None if this is nothing of the kind, or made for another machine."""
        always, _, rest = data.partition(b"\n")
        size, _, dumped = rest.partition(b"\n")
        try:
            length = int(size)
            database = _loaded(dumped[:length])
            closely = _loaded(dumped[length:]) if dumped[length:] else None
            return cls(database, closely, tuple(map(int, always.split())))
        except (scan.hyperscan.HyperscanError, ValueError):
            return None


def _loaded(dumped: bytes) -> Any:
    """A database, of which it is known that it can be used here."""
    database = scan.hyperscan.loadb(dumped, mode=scan.hyperscan.HS_MODE_BLOCK)
    scan.hyperscan.Scratch(database)
    return database


# One rule set is compiled once in a process, whoever asks for it.
_made: dict[str, Compiled] = {}


def _compiled(patterns: Patterns, store: Store | None) -> Compiled | None:
    """The patterns in the engine; None if there is none, or it does not take to this processor."""
    if scan.hyperscan is None:
        return None
    digest = _digest(patterns)
    if digest not in _made:
        kept = store.get(digest) if store is not None else None
        made = Compiled.read(kept) if kept is not None else None
        if made is None:
            try:
                made = _compile(patterns)
            except scan.hyperscan.HyperscanError:
                return None
            if store is not None:
                store.put(digest, made.dumped())
        _made[digest] = made
    return _made[digest]


def _digest(patterns: Patterns) -> str:
    """Of all that the compiled rules depend on: this code, the engine, the machine, and how `re` reads patterns."""
    code = [files(__package__).joinpath(name).read_text(encoding="utf-8") for name in CODE]
    machine = (sys.version, unicodedata.unidata_version, scan.hyperscan.__version__, *platform.uname()[4:])
    return sha256(repr((patterns, code, machine)).encode("utf-8", "surrogatepass")).hexdigest()


def _compile(patterns: Patterns, *, tried: bool = False) -> Compiled:
    """The patterns in the engine, each of which it takes; if not, each is tried, which takes as long again."""
    exact = [pattern.encode() for pattern in patterns.exact]
    loose = [_loose(rule.pattern, tried) for rule in patterns.rules]
    before = len(SIGNS) + len(exact)
    first: list[tuple[bytes, int, int]] = [(not_plain().encode(), NOT_PLAIN, 0)]
    first += [(pattern, place, scan.hyperscan.HS_FLAG_UTF8) for place, pattern in enumerate(exact, len(SIGNS))]
    second: list[tuple[bytes, int, int]] = []
    for place, (rule, pattern) in enumerate(zip(patterns.rules, loose, strict=True), before):
        cores = [_loose(core, tried) for core in rule.cores]
        if pattern is not None and cores and None not in cores:
            first += [(core, CORE, 0) for core in cores if core is not None]
            second.append((pattern, place, 0))
        elif pattern is not None:
            first.append((pattern, place, 0))
    always = tuple(place for place, pattern in enumerate(loose, before) if pattern is None)
    try:
        return Compiled(_database(first), _database(second) if second else None, always)
    except scan.hyperscan.HyperscanError:
        if tried:
            raise
    return _compile(patterns, tried=True)


def _database(parts: list[tuple[bytes, int, int]]) -> Any:
    """Patterns with their places and flags."""
    return scan.database_of(*map(list, zip(*parts, strict=True)))


def _loose(pattern: str, tried: bool) -> bytes | None:
    """The closest loose form; with `tried`, that the engine takes: None if it takes none."""
    for highest in HIGHEST_COUNTS:
        loose = loosened(pattern, highest).encode("ascii")
        if not tried:
            return loose
        try:
            scan.database_of([loose], [0], [0])
            return loose
        except scan.hyperscan.HyperscanError:  # too large, or matches nothing at all
            continue
    return None
