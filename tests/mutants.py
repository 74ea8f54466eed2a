"""Changes one thing in the rooms that privacy hangs on, and looks whether a test notices.

`python tests/mutants.py [number] [seed]` makes so many mutants of the modules in `ROOMS`, for the same seed the same,
and runs for each the tests that cover the changed line. First it runs each file of `TESTS` once to learn which those
are; this is kept in `.mutants/` until the code or the file has changed. The last line is the figure.

A mutant is caught if a test fails, or runs into a limit far above its usual time. Of many tests the quickest are run,
so a mutant that only slow tests would notice counts as survived. What docstrings and annotations say is not changed,
nor what errors say, which only a person can judge.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import coverage
import pytest

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".mutants"
COPY, LEARNED = KEPT / "copy", KEPT / "learned"
DOOR = ("door", "rules", "login", "served", "hosts", "headers", "readable")
ROOMS = {
    "redaction": ["build_db/redaction/**/*.py"],
    "witness": ["build_db/witness/*.py"],
    "loader": ["build_db/database/*.py"],
    "permissions": [f"plugins/daemon_pages/{name}.py" for name in DOOR],
}
PAGES = (
    *("answers", "built", "door", "headers", "hosts", "login", "matrix", "page_safety", "password", "readable"),
    *("refusals", "turns"),
)
TESTS = (
    *("tests/database", "tests/household", "tests/redaction", "tests/witness", "tests/test_pipeline.py"),
    *(f"tests/pages/test_{name}.py" for name in PAGES),
)
# Half of it is for Datasette 1.0, and is tested under that alone: `make next`.
FOR_BOTH = "plugins/daemon_pages/hosts.py"
# How much time or memory something takes, and nothing else: one more or less changes nothing that anybody could see.
# By module; a constant here is not changed.
WITHOUT_EFFECT = {
    "build_db/database/load.py": ("BATCH",),  # how many rows wait
    "build_db/database/new_file.py": ("CACHE_KIB",),
    "build_db/redaction/engine/gate.py": ("HIGHEST_COUNTS",),  # how many texts more the rules themselves look at
    "build_db/redaction/engine/scan.py": ("LONGEST",),  # the same
    "build_db/redaction/people/folding.py": ("FEW",),  # whether characters are replaced at once or one by one
    "build_db/redaction/secrets/formats.py": ("FEW",),  # which patterns are joined
    "build_db/redaction/text_redactor.py": ("LONGEST_BEGINNING", "WORD", "MOST_WORDS"),  # what is remembered
    "plugins/daemon_pages/door.py": ("MOST_KEPT",),  # how much of an answer waits
    "plugins/daemon_pages/rules.py": ("MOST_REMEMBERED",),
    "build_db/witness/long_files.py": ("LONG", "BIT"),  # how much is read at a time
    "build_db/witness/search.py": ("CHUNK", "BATCH", "STRETCH", "MOST_STRETCHES"),  # how much is searched at a time
    "build_db/witness/sieve.py": ("AT_ONCE",),
    "build_db/witness/unchanged.py": ("BLOCK",),
}
# Seconds of the processor that the tests of a mutant may take: at first, and of one that survived these.
ROUNDS = (5, 60)
# How many times as long as its tests usually take a run may take, beside the seconds to start; bytes that none needs.
ENDLESS, START, MOST_MEMORY = 5, 40, 8 << 30
# What pytest says if it was asked for a test that is not there.
NO_SUCH_TEST = 4
RULES = ["-m", "pytest", "-p", "no:xdist", "-p", "mutants", "-o", "addopts=", "-q", "-x", "-m", "not browser"]
COMPARISONS = {
    **{
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
        ast.In: ast.NotIn,
        ast.NotIn: ast.In,
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
    },
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
}
UNCHANGED = ("annotation", "returns", "decorator_list")
REMOVED = (ast.Expr, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete)


class Mutant(NamedTuple):
    """A module with one change: which, from what, the lines of the statement, whether it runs once, and the whole."""

    room: str
    module: str
    operator: str
    was: str
    lines: range
    runs_once: bool
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.lines.start} {self.operator}: {self.was[:90]}"


Change = Callable[[], None]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Every way to change this one node, by name."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARISONS:
            yield "comparison", lambda: node.ops.__setitem__(0, COMPARISONS[type(op)]())
        case ast.BoolOp(op=op):
            yield "boolean", lambda: setattr(node, "op", ast.And() if isinstance(op, ast.Or) else ast.Or())
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield "condition", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[test, *more]):
            yield "filter", lambda: setattr(node, "ifs", more)
        case ast.Constant(value=bool() | int() | str() | bytes() as value) if value not in ("", b""):
            yield "constant", lambda: setattr(node, "value", another(value))
        case ast.BinOp(op=ast.Add() | ast.Sub() as op):
            yield "arithmetic", lambda: setattr(node, "op", ast.Sub() if isinstance(op, ast.Add) else ast.Add())
        # None for False tells nobody anything else; True for it is a change of a constant.
        case ast.Return(value=ast.AST() as value) if ast.unparse(value) not in ("None", "False"):
            yield "return", lambda: setattr(node, "value", ast.Constant(None))
        case ast.Call(func, args=[first, second, *more]) if can_be_swapped(func, first, second):
            yield "swapped arguments", lambda: setattr(node, "args", [second, first, *more])


def can_be_swapped(func: ast.expr, *both: ast.expr) -> bool:
    """Whether two arguments can change places in some way that is not plain nonsense, and makes a difference."""
    named = ast.unparse(func)
    return named not in ("isinstance", "max", "min") and not any(isinstance(one, ast.Starred) for one in both)


def another(value: bool | int | str | bytes) -> bool | int | str | bytes:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value[:0]


def places(tree: ast.Module) -> Iterator[tuple[ast.stmt, str, str, Change]]:
    """Every change of a module: the statement it is in, its name, what is changed, and what makes it."""

    def within(node: ast.AST, statement: ast.stmt) -> Iterator[tuple[ast.stmt, str, str, Change]]:
        for name, change in changes(node):
            yield statement, name, ast.unparse(node.target if isinstance(node, ast.comprehension) else node), change
        for field, value in ast.iter_fields(node):
            if field in UNCHANGED or isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert) or is_said_for_sure(node):
                continue
            children = value if isinstance(value, list) else [value]
            for number, child in enumerate(children):
                if isinstance(child, ast.stmt):
                    if is_mute(child):
                        continue
                    if isinstance(child, REMOVED):
                        yield (
                            child,
                            "removed",
                            ast.unparse(child),
                            lambda at=number, of=value: of.__setitem__(at, ast.Pass()),
                        )
                    yield from within(child, child)
                elif isinstance(child, ast.AST):
                    yield from within(child, statement)

    yield from within(tree, tree.body[0])


def is_said_for_sure(node: ast.AST) -> bool:
    """Whether this is `strict=True`, which says of a `zip`, as an assertion does, what holds anyway."""
    return isinstance(node, ast.keyword) and node.arg == "strict" and ast.unparse(node.value) == "True"


def is_mute(node: ast.stmt) -> bool:
    """Whether nothing in a statement is to be changed: a docstring, what an error says, what only types are for."""
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return is_docstring or is_for_types or isinstance(node, ast.Import | ast.ImportFrom)


def mutant(room: str, path: Path, number: int) -> Mutant:
    """One of the mutants of a module."""
    tree = parsed(path)
    statement, operator, was, change = list(places(tree))[number]
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) else statement.end_lineno
    lines = range(statement.lineno, max(last, statement.lineno) + 1)
    runs_once = any(node.lineno <= lines.start <= (node.end_lineno or 0) for node in ast.walk(tree) if is_cached(node))
    change()
    source = ast.unparse(ast.fix_missing_locations(tree))
    return Mutant(room, str(path.relative_to(COPY)), operator, was, lines, runs_once, source)


def is_cached(node: ast.AST) -> bool:
    """Whether this is a function whose results are kept, so that coverage tells of the first test alone."""
    return isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(one) for one in node.decorator_list)


def picked(number: int, seed: int) -> Iterator[Mutant]:
    """So many mutants, of each room as many, in turn."""
    rooms = []
    for room, globs in ROOMS.items():
        paths = sorted(path for glob in globs for path in COPY.glob(glob))
        every = [(room, path, at) for path in paths for at in range(len(list(places(parsed(path)))))]
        Random(f"{seed} {room}").shuffle(every)
        rooms.append(every)
    for room, path, at in islice((one for turn in zip(*rooms, strict=False) for one in turn), number):
        yield mutant(room, path, at)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def run(arguments: list[str], seconds: float = 7200) -> int:
    """Run pytest on the copy; its exit code, or what no exit code is if it took too many seconds, or memory."""
    paths = f"{COPY}:{COPY}/plugins:{COPY}/tests"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))

    command = [sys.executable, *RULES, *arguments]
    with (KEPT / "output").open("wb") as output:
        return subprocess.run(
            command, cwd=COPY, env={**os.environ, "PYTHONPATH": paths}, preexec_fn=limit, stdout=output, stderr=output
        ).returncode


def learned() -> tuple[coverage.CoverageData, dict[str, float]]:
    """Which tests cover which lines, and how long each takes; of tests that pass as they are."""
    code = [path for room in ("build_db", "plugins") for path in (COPY / room).rglob("*.py")]
    every = set((COPY / "tests").rglob("*.py")) - {COPY / "tests" / Path(__file__).name}
    files = {path for path in every if path.name.startswith("test_")}
    shared = digest_of(*code, *(every - files))
    wanted = tuple(str(COPY / name) for name in TESTS)
    LEARNED.mkdir(exist_ok=True)
    data, took = coverage.CoverageData(no_disk=True), dict[str, float]()
    for path in sorted(path for path in files if str(path).startswith(wanted)):
        covered, times = learned_from(path.relative_to(COPY), digest_of(path) + shared)
        data.update(covered)
        took |= times
    return data, took


def digest_of(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def learned_from(file: Path, digest: str) -> tuple[coverage.CoverageData, dict[str, float]]:
    """The same for one file of tests."""
    kept = LEARNED / str(file).replace("/", ".")
    covered, took, state = (kept.with_suffix(end) for end in (".covered", ".json", ".state"))
    if not state.exists() or state.read_text() != digest:
        for old in (covered, took, state):
            old.unlink(missing_ok=True)
        settings = (f"data_file = {covered}", "relative_files = true", "source = build_db, plugins/daemon_pages")
        place = KEPT / "settings.ini"
        place.write_text("\n".join(("[run]", *settings)))
        told = [f"--cov-config={place}", "--cov", "--cov-context=test", "--cov-report=", "--maxfail=1000"]
        if code := run([*told, f"--durations-to={took}", str(file)]):
            print(f"{file}: ended with {code}; its tests that fail without any change are not run", flush=True)
        state.write_text(digest)
    data = coverage.CoverageData(str(covered))
    data.read()
    return data, json.loads(took.read_text(encoding="utf-8")) if took.exists() else {}


def chosen(mutant: Mutant, data: coverage.CoverageData, took: dict[str, float], seconds: float) -> list[str]:
    """The tests to run for a mutant in so many seconds: those of its module, then the quick ones."""
    contexts = data.contexts_by_lineno(mutant.module)
    within = {test for line in mutant.lines for test in contexts.get(line, ())}
    # What runs when a module is imported, or once in a process, concerns whoever uses the module.
    once = within == {""} or mutant.runs_once
    tests = {test.rpartition("|")[0] for test in (chain(*contexts.values()) if once else within)}
    own = f"/test_{Path(mutant.module).stem}.py::"
    kept: list[str] = []
    for test in sorted(tests & took.keys(), key=lambda test: (own not in test, took[test], test)):
        seconds -= took[test]
        if seconds > 0 or not kept:
            kept.append(test)
    by_file = Counter[str]()
    for test in kept:
        by_file[test.partition("::")[0]] += took[test]
    return sorted(kept, key=lambda test: (by_file[test.partition("::")[0]], test))


def is_run_here(mutant: Mutant, data: coverage.CoverageData) -> bool:
    """Whether a test reaches the line, or a line that uses what is set there when the module is imported."""
    contexts = data.contexts_by_lineno(mutant.module)
    tree = parsed(COPY / mutant.module)
    lines, names = set(mutant.lines), set[str]()
    if not any(filter(None, chain(*(contexts.get(line, ()) for line in lines)))):
        for statement in tree.body:  # a name stands below those that it is made of
            inside = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
            at = statement.lineno == mutant.lines.start or any(node.id in names for node in inside)
            if isinstance(statement, ast.Assign) and at:
                names |= {node.id for node in inside if isinstance(node.ctx, ast.Store)}
            lines |= {node.lineno for node in inside if node.id in names}
    return any(filter(None, chain(*(contexts.get(line, ()) for line in lines))))


def is_listed(mutant: Mutant) -> bool:
    """Whether it is in `__all__`, which says to readers what a module passes on: nobody here imports a module's all."""
    return (COPY / mutant.module).read_text(encoding="utf-8").splitlines()[mutant.lines.start - 1].startswith("__all__")


def is_without_effect(mutant: Mutant) -> bool:
    """Whether it sets only what `WITHOUT_EFFECT` names."""
    names = {
        node.id
        for statement in parsed(COPY / mutant.module).body
        if isinstance(statement, ast.Assign) and statement.lineno == mutant.lines.start
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return bool(names) and names <= set(WITHOUT_EFFECT.get(mutant.module, ()))


def is_caught(mutant: Mutant, tests: list[str], seconds: float) -> bool:
    """Whether a test fails on a mutant, or does not end; they usually take so many seconds."""
    limit = START + ENDLESS * seconds
    place = COPY / mutant.module
    before = place.read_bytes()
    place.write_text(mutant.source, encoding="utf-8")
    try:
        code = run(tests, limit)
        if code == NO_SUCH_TEST:  # what it is called depends on the change, which nobody has noticed by that
            code = run(sorted({test.partition("[")[0] for test in tests}), limit)
        return code != 0
    finally:
        place.write_bytes(before)


def copy_tree() -> None:
    """What git knows of the project, and what it would take, beside which no file of the project itself is touched."""
    shutil.rmtree(COPY, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("number", nargs="?", type=int, default=100)
    asked.add_argument("seed", nargs="?", type=int, default=0)
    wanted = asked.parse_args()
    copy_tree()
    data, took = learned()
    caught, every = Counter[str](), Counter[str]()
    for one in picked(wanted.number, wanted.seed):
        if one.module == FOR_BOTH and not is_run_here(one, data):
            print(f"not run here: {one}", flush=True)
            continue
        if is_listed(one) or is_without_effect(one):
            print(f"makes no difference: {one}", flush=True)
            continue
        noticed, tests = False, list[str]()
        for seconds in ROUNDS:
            before, tests = tests, chosen(one, data, took, seconds)
            if noticed := tests != before and is_caught(one, tests, sum(map(took.__getitem__, tests))):
                break
        every[one.room] += 1
        caught[one.room] += noticed
        print(f"{'caught by' if noticed else 'SURVIVED'} {len(tests)} tests: {one}", flush=True)
    for room, number in every.items():
        print(f"{room}: {caught[room]} of {number} caught")
    print(
        f"seed {wanted.seed}: {caught.total()} of {every.total()} mutants caught, {caught.total() / every.total():.1%}"
    )


TIMES: dict[str, float] = {}
FAILED: set[str] = set()


def pytest_sessionstart(session: pytest.Session) -> None:
    """As a plugin of pytest: keep compiled rules from one run to the next, which is most of the time of a run."""
    from build_db.household import cache
    from build_db.redaction.engine import gate

    cache.KEPT = 1_000
    os.environ["XDG_CACHE_HOME"] = str(Path.cwd().parent / "cache")
    compiled = gate._compiled
    gate._compiled = lambda patterns, store: compiled(patterns, cache.default_cache() if store is None else store)


def pytest_addoption(parser: pytest.Parser) -> None:
    """As a plugin of pytest: where to keep how long each test took that passed."""
    parser.addoption("--durations-to")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """As a plugin of pytest: see how long the processor takes for each test, however busy the machine is."""
    began = time.process_time()
    result = yield
    TIMES[item.nodeid] = time.process_time() - began
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """As a plugin of pytest: see which tests fail."""
    if not report.passed:
        FAILED.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """As a plugin of pytest: keep how long each test took."""
    if place := session.config.getoption("--durations-to"):
        passed = {test: took for test, took in TIMES.items() if test not in FAILED}
        Path(place).write_text(json.dumps(passed), encoding="utf-8")


if __name__ == "__main__":
    main()
