"""A build by any number of workers: the same bytes, the same account, the same sentences, the same refusal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from random import Random

import pytest
from conftest import DEMO, KEY, ROOT
from hostile.test_trees import make_whole, spoiled
from support.trees import TREES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no workers elsewhere")
HOSTILE = int(os.environ.get("HOSTILE_EXAMPLES", "25")) // 8
WITH = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "plugins", ROOT / "benchmarks")))}

# Builds each tree as it would be built alone, and by workers, cut into small pieces, and with files read a record at a
# time that are read whole otherwise; and at last from what was remembered. Each tree has them all.
PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from build_db import BuildOptions, CheckFailed, UsageError, build, portions
from build_db.ingest import groups, json_pieces, long_lists
from build_db.redaction.keyed import Keyed
from build_db.redaction.samples import Samples
from build_db.witness import long_files, raw, search
from build_db.workers import Workers

def outcome(tree, jobs, remember=False):
    samples = None if remember else Samples(5, Keyed(KEY))
    target = tree.with_suffix(".db")
    target.unlink(missing_ok=True)
    try:
        report = build(tree, target, BuildOptions(KEY, samples=samples, jobs=jobs, remember=remember))
    except (CheckFailed, UsageError) as error:
        return [repr(error)]
    likely = {"likely": report.unlisted}
    made = [hashlib.sha256(target.read_bytes()).hexdigest(), report.as_json(), likely]
    return made if remember else [*made, samples.sentences()]

KEY, large = bytes.fromhex(sys.argv[1]), portions.LARGE
for tree in map(Path, sys.argv[2:]):
    groups.PORTION, portions.LARGE, search.STRETCH = 200_000, large, 4_000
    long_lists.LONG = raw.LONG = 8_000_000
    first = outcome(tree, 1)
    for jobs in (2, 3):
        groups.PORTION, portions.LARGE, search.STRETCH = 5_000 * jobs, 20_000 * jobs, 50 * jobs
        long_lists.LONG = raw.LONG = 500 * (jobs - 2)
        json_pieces.BLOCK = long_files.BIT = 100 * jobs
        again = outcome(tree, jobs)
        assert again == first, (tree, jobs, [a for a, b in zip(again, first) if a != b])
    for jobs in (3, 1):
        again = outcome(tree, jobs, remember=True)
        assert again == first[:3], (tree, jobs, "remembered", [a for a, b in zip(again, first) if a != b])
    print(json.dumps([str(tree), len(first)]))
"""


def built_by_any(*trees: Path) -> dict[str, bool]:
    """Whether each tree was built; by how many workers makes no difference."""
    program = [sys.executable, "-c", PROGRAM, KEY.hex(), *map(str, trees)]
    done = subprocess.run(program, env=WITH, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    return {name: parts > 1 for name, parts in map(json.loads, done.stdout.splitlines())}


def test_the_demo(tmp_path):
    assert built_by_any(Path(shutil.copytree(DEMO, tmp_path / "demo"))) == {f"{tmp_path}/demo": True}


def test_exports_of_companions_in_archives(tmp_path):
    """Two that read from one opened file would move each other's place in it."""
    trees = []
    for form in ("claude", "chatgpt", "sillytavern"):
        trees.append(tmp_path / f"{form}.zip")
        with zipfile.ZipFile(trees[-1], "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted((TREES / "companions" / form).rglob("*")):
                if file.name != "user.json":  # it does not say who that is
                    archive.write(file, file.relative_to(TREES / "companions" / form).as_posix())
            if form == "chatgpt":
                archive.writestr("user.json", '{"id": "user-Qx81LmWvT0", "name": "Tobin Quill"}')
    assert all(built_by_any(*trees).values())


def test_varied_texts_and_many_files(tmp_path):
    made = "import sys, varied; from pathlib import Path; from generate import generate"
    made += "; generate(Path(sys.argv[1]), 600, write=varied.written)"
    (tmp_path / "varied").mkdir()
    subprocess.run([sys.executable, "-c", made, str(tmp_path / "varied")], env=WITH, check=True)
    names = (tmp_path / "varied" / "users").glob("*/profile.yaml")
    called = next(names).read_text(encoding="utf-8").partition("display_name: ")[2].partition(" ")[0]
    (tmp_path / "varied" / "redaction.yml").write_text(
        f"people: {{{called}: {{pseudonym: {called}}}}}\nterms: [kettle]\n"
    )
    assert built_by_any(tmp_path / "varied") == {f"{tmp_path}/varied": True}


def test_trees_that_a_crash_or_an_attacker_has_been_at(tmp_path):
    whole, trees = make_whole(tmp_path / "whole"), []
    for seed in range(HOSTILE):
        trees.append(Path(shutil.copytree(whole, tmp_path / str(seed) / "data")))
        list(spoiled(trees[-1], Random(seed)))
    told = built_by_any(whole, *trees)
    assert len(told) == HOSTILE + 1
    assert sum(told.values()) > HOSTILE // 2


def command(tmp_path: Path, *options: str) -> list[str]:
    (tmp_path / "key").write_text(KEY.hex())
    (tmp_path / "key").chmod(0o600)
    place = [str(DEMO), str(tmp_path / "cass.db"), "--key-file", str(tmp_path / "key")]
    return [sys.executable, "-m", "build_db", *place, "--jobs", "2", *options]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_build_that_is_stopped_at_work_says_so_and_leaves_nothing(tmp_path, how):
    """Whoever presses Ctrl-C stops all its processes; a worker can also be killed alone."""
    begun = subprocess.Popen(
        command(tmp_path),
        env={**WITH, "TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = Path(f"/proc/{begun.pid}/task/{begun.pid}/children")
    workers: list[int] = []
    until = time.monotonic() + 120
    while not (workers and list(tmp_path.glob(".cass.db.building-*/work.db"))):
        assert time.monotonic() < until
        assert begun.poll() is None, "it ended before it was stopped"
        workers = list(map(int, children.read_text().split()))
    if how == signal.SIGKILL:
        os.kill(workers[0], how)
    else:
        os.killpg(begun.pid, how)
    said = begun.communicate(timeout=120)[1]
    assert begun.returncode == 3
    assert len(said.splitlines()) == 1
    assert ("a worker process was killed" if how == signal.SIGKILL else "stopped, nothing was changed") in said
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)
