"""What a build costs after one file of many has changed: `python benchmarks/again.py [files]`, 10,000 by default.

A tree of varied text, 20 messages a file, is built with nothing remembered, then remembering; one file is changed, and
it is built again both ways. Files and accounts must be the same. CPU seconds by one process, and where they go.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import varied
from build import Cost, measure
from generate import MESSAGES_PER_CONVERSATION, generate

FILES = 10_000
WORDS = " And then somebody laughed."


def changed(tree: Path) -> None:
    """One file in the middle of the tree, with a few words more."""
    files = sorted((tree / "conversations").iterdir())
    place = files[len(files) // 2]
    value = json.loads(place.read_bytes())
    value["messages"][-1]["content"] += WORDS
    place.write_text(json.dumps(value, indent=2), encoding="utf-8")


def main(files: int) -> None:
    """Print what each build costs, and by stage what the last two do."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "data")
        tree.mkdir()
        generate(tree, files * MESSAGES_PER_CONVERSATION, write=varied.written)

        def built(name: str, *options: str) -> tuple[Cost, str, bytes]:
            output, report = Path(folder, "out.db"), Path(folder, "report.json")
            output.unlink(missing_ok=True)
            command = [sys.executable, "-m", "build_db", str(tree), str(output), "-q", "--jobs", "1", *options]
            cost = measure([*command, "--key-file", f"{folder}/key", "--report", str(report)])
            print(f"{name:44}{cost.cpu:8.2f}{cost.peak:9.0f}", flush=True)
            # Not read whole: a process begins with as much memory as the one that starts it had at most.
            with output.open("rb") as file:
                return cost, hashlib.file_digest(file, "sha256").hexdigest(), report.read_bytes()

        print(f"{files:,} files, varied text{'':19}{'CPU s':>8}{'peak MB':>9}")
        built("nothing remembered, the rules compiled first", "--no-cache")
        built("nothing remembered", "--no-cache")
        built("the first that remembers")
        built("again, nothing changed")
        changed(tree)
        again, *made = built("again, one file changed")
        whole, *same = built("the same, nothing remembered", "--no-cache")
        if made != same:
            raise SystemExit("a file or a report is another one")
        print(
            f"again, one file changed, of a whole build: {again.cpu / whole.cpu:.0%}; the same bytes, the same report\n"
        )
        print(stages(tree, Path(folder)))


def stages(tree: Path, folder: Path) -> str:
    """Where the CPU of a whole build goes, and of one after a change, as a table."""
    command = [sys.executable, str(Path(__file__).with_name("stages.py")), str(tree), str(folder / "out.db")]

    def taken(*options: str) -> dict[str, float]:
        found = subprocess.run([*command, *options], check=True, capture_output=True, text=True).stdout
        return dict(json.loads(found))

    whole = taken()
    taken("--remember")
    changed(tree)
    again = taken("--remember")
    total = sum(whole.values())
    lines = ["| stage | whole, CPU s | again, CPU s | of the whole build |", "| --- | --: | --: | --: |"]
    lines += [f"| {name} | {whole.get(name, 0):.2f} | {s:.2f} | {s / total:.1%} |" for name, s in again.items()]
    sums = f"| **in all** | {total:.2f} | {sum(again.values()):.2f} | {sum(again.values()) / total:.1%} |"
    return "\n".join((*lines, sums))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else FILES)
