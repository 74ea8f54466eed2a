"""The commands with which an owner goes on, ready to be copied: with the paths and the Python of this run."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

METADATA = "metadata.yml"


@dataclass(frozen=True)
class NextSteps:
    """How one run is continued.

    :param data: the tree, as its owner wrote it
    :param output: the file that was made
    :param redaction: the owner's wishes, if they lie elsewhere
    :param key_file: the owner's key, if it lies elsewhere
    """

    data: Path
    output: Path
    redaction: Path | None = None
    key_file: Path | None = None

    def after(self, *, private: bool, unlisted: int) -> list[str]:
        """What to do after a build."""
        wishes = self._option("--redaction", self.redaction)
        tool, data, output = this_tool(), _quoted(self.data), _quoted(self.output)
        if private:
            return _told([(f"{tool} compare {data} {output}", "is every value there?")])
        exports = _quoted(self.output.parent / "exports")
        tree = "" if _is_beside(self.data, self.output) else f" --tree {data}"
        key = self._option("--key-file", self.key_file)
        review = (f"{tool} review {data}{wishes} --write", "possible names, into your redaction.yml; then build again")
        described = (f"{tool} metadata > {METADATA}", "titles and questions, for the pages")
        return _told(
            [
                *([review] if unlisted else []),
                (f"{tool} check {output} {data}{wishes}", "let the witness look again"),
                *([] if Path(METADATA).is_file() else [described]),
                (f"{beside_python('datasette')} {output} -m {METADATA}", "read it at http://127.0.0.1:8001"),
                (f"{tool} export {output} {exports}{tree}{wishes}{key}", "an anonymized download per daemon"),
            ]
        )

    @staticmethod
    def _option(name: str, value: Path | None) -> str:
        return f" {name} {_quoted(value)}" if value else ""


def first_build(data: Path) -> str:
    """The command of a first build."""
    return f"{this_tool()} {_quoted(data)} cass.db"


def this_tool() -> str:
    """The command that runs this tool once more."""
    if Path(sys.argv[0]).name == "build-db":
        return beside_python("build-db")
    found = shutil.which("python")
    # `python` of an environment is a link, and its place tells which environment it is.
    same = found is not None and Path(found).absolute().parent == Path(sys.executable).absolute().parent
    return f"{'python' if same else _quoted(_near(Path(sys.executable)))} -m build_db"


def beside_python(name: str) -> str:
    """A program of this environment: its name if the shell finds it there, else its path."""
    place = Path(sys.executable).with_name(name)
    found = shutil.which(name)
    if not place.exists() or (found and Path(found).absolute() == place.absolute()):
        return name
    return _quoted(_near(place))


def _near(path: Path) -> Path:
    """A path from here, if it is below this folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _quoted(path: Path) -> str:
    text = os.fspath(path)
    # What begins like an option is none.
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def _is_beside(data: Path, output: Path) -> bool:
    """Whether an export finds the tree by itself."""
    return data.resolve() == output.resolve().parent / "data"


def _told(lines: list[tuple[str, str]]) -> list[str]:
    """Each command with a word about it above, which a shell skips if it is copied along."""
    return [line for command, about in lines for line in (f"# {about}", command)]
