"""What one huge file costs: `python benchmarks/huge.py [megabytes] [--code FOLDER]`.

Makes the export of a ChatGPT account, one `conversations.json` of so many megabytes (500 by default) of varied text,
builds it redacted by two workers, and prints the peak of memory of the process that writes and of the largest worker,
and the CPU of all. With `--code` another copy of this project builds it, to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import varied

# Texts that conversations are made of: enough that few come twice.
TEXTS = 60_000
HERE = Path(__file__).resolve().parent.parent
OWNER = {"id": "user-Ab3dE9fGh2", "email": "maribel.oakes@post.example", "name": "Maribel Oakes"}
LOOK = 0.1  # seconds


def write_export(folder: Path, size: int, seed: int = 7) -> int:
    """Write an export of so many bytes; returns how many messages are in it."""
    rng = random.Random(seed)
    texts = [varied.written(rng, 20, 60) for _ in range(min(TEXTS, size // 1000))]
    (folder / "user.json").write_text(json.dumps(OWNER), encoding="utf-8")
    messages = written = 0
    with (folder / "conversations.json").open("w", encoding="utf-8") as file:
        while written < size:
            talk = _conversation(rng, texts, 1.7e9 + 60 * messages)
            messages += len(talk["mapping"]) - 1
            written += file.write(("," if written else "[") + json.dumps(talk, ensure_ascii=rng.random() < 0.5))
        file.write("]")
    return messages


def _conversation(rng: random.Random, texts: list[str], time: float) -> dict[str, Any]:
    above = root = _id(rng)
    mapping: dict[str, Any] = {root: {"id": root, "message": None, "parent": None, "children": []}}
    for number in range(rng.randrange(2, 40)):
        id, is_theirs = _id(rng), number % 2
        words = f"{rng.choice(texts)} {rng.choice(texts)[:80]} {rng.randrange(10**6)}"
        message = {
            "id": id,
            "author": {"role": "assistant" if is_theirs else "user", "name": None, "metadata": {}},
            "create_time": time + number,
            "content": {"content_type": "text", "parts": [words]},
            "status": "finished_successfully",
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o"} if is_theirs else {},
            "recipient": "all",
        }
        mapping[above]["children"].append(id)
        mapping[id] = {"id": id, "parent": above, "children": [], "message": message}
        above = id
    about = {"title": " ".join(rng.choice(texts).split()[:5]), "create_time": time, "update_time": time + 99}
    return {**about, "mapping": mapping, "current_node": above, "conversation_id": _id(rng)}


def _id(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def build(code: Path, tree: Path, output: Path) -> dict[int, int]:
    """Build with the project in a folder; returns the peak of each process in kB, that of the writer first."""
    key = output.with_suffix(".key")
    key.write_text(secrets.token_hex(32), encoding="utf-8")
    key.chmod(0o600)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(code), str(code / "plugins")))}
    command = [sys.executable, "-m", "build_db", tree, output, "--key-file", key, "--jobs", "2", "--quiet"]
    command += ["--no-cache"] if code == HERE else []  # an older copy keeps nothing, and does not know the word
    begun = subprocess.Popen(command, env=env)
    peaks = {begun.pid: 0}
    while begun.poll() is None:
        with suppress(OSError, IndexError):  # a process may end while it is looked at
            listed = Path(f"/proc/{begun.pid}/task/{begun.pid}/children").read_text(encoding="ascii")
            for pid in (begun.pid, *map(int, listed.split())):
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
                peaks[pid] = int(status.partition("VmHWM:")[2].split()[0])
        time.sleep(LOOK)
    if begun.returncode:
        raise SystemExit(f"the build failed: {begun.returncode}")
    return peaks


def main() -> None:
    """Make an export, build it, print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", nargs="?", type=int, default=500)
    parser.add_argument("--code", type=Path, default=HERE)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "export")
        tree.mkdir()
        messages = write_export(tree, wanted.megabytes * 1_000_000)
        size = (tree / "conversations.json").stat().st_size
        writer, *workers = build(wanted.code.resolve(), tree, Path(folder, "huge.db")).values()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"{messages:,} messages, {size / 1e6:,.0f} MB; CPU {used.ru_utime + used.ru_stime:.0f} s")
        print(f"peak: writer {writer / 1000:,.0f} MB, largest worker {max(workers, default=0) / 1000:,.0f} MB")


if __name__ == "__main__":
    main()
