"""What is handed out holds everything, and works where the project's folder is not: wheel, sdist, lock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, conversation
from packaging.requirements import Requirement

from build_db import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TARGETS = PROJECT["tool"]["hatch"]["build"]["targets"]
LOCK = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
PINNED = re.compile(r"^([\w.-]+)==(\S+)(?: ; (.+?))? \\$", re.M)


def hatch(project: Path, target: str, folder: Path) -> Path:
    """What hatchling makes of a project: no network, and nothing of the environment."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return hatch(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The sdist, as somebody has it who downloaded it."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(hatch(ROOT, "sdist", folder)) as archive:
        archive.extractall(folder, filter="data")
    return folder / f"build_db-{__version__}"


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def kept(part: str) -> set[str]:
    """The files of a part of the project, without what only lies there: a password in `hosting/.env`, a build."""
    if not (ROOT / ".git").exists():
        return files_below(ROOT / part)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", part]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {Path(name).relative_to(part).as_posix() for name in names if name and (ROOT / name).is_file()}


def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    """Tables, SQL, templates, style, word lists: a module without its table fails on first use."""
    there = {f"{Path(package).name}/{name}" for package in TARGETS["wheel"]["packages"] for name in kept(package)}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == there
    assert {Path(name).suffix for name in there} >= {".py", ".yml", ".sql", ".txt", ".json", ".html", ".css"}


@pytest.mark.parametrize("part", ["build_db", "plugins", "data", "docs", "tests", "hosting"])
def test_the_sdist_holds_the_project(unpacked, part):
    """The demo's database among it, which has the name of files that are left out."""
    assert files_below(unpacked / part) == kept(part)


def test_what_a_stranger_reads_first_is_in_the_sdist(unpacked):
    top = {path.name for path in ROOT.iterdir() if path.suffix in (".md", ".txt", ".toml", ".yml")}
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "requirements-dev.txt"} <= top
    assert top | {"LICENSE", "Makefile"} <= {path.name for path in unpacked.iterdir()}


def test_the_sdist_makes_the_same_wheel(unpacked, wheel, tmp_path):
    assert hatch(unpacked, "wheel", tmp_path).read_bytes() == wheel.read_bytes()


def test_an_installed_wheel_builds_and_shows_a_tree(wheel, tree, tmp_path):
    """In an environment of its own, which finds our requirements and not this project."""
    venv.create(tmp_path / "env", symlinks=True)
    python = next((tmp_path / "env").glob("[bS][ic][nr]*/python*"))
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True)
    (place,) = (tmp_path / "env").rglob("site-packages")
    # As a line of a .pth file it is looked into for modules, and not for .pth files, one of which names this project.
    (place / "requirements.pth").write_text(sysconfig.get_path("purelib"))
    tree({"conversations/5b0e2c1a-7d34-4c8e-9a51-0f6d2b7e4411.json": conversation()})
    given = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [*map(str, command)], cwd=tmp_path, env={**given, "HOME": str(tmp_path)}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    origin = (
        "import build_db, daemon_pages, daemon_search as s; print(build_db.__file__, daemon_pages.__file__, s.__file__)"
    )
    assert run(python, "-c", origin).count(str(place)) == 3
    tool = python.with_name("build-db")
    assert run(tool, "--version").startswith(f"build_db {__version__}, ")
    assert "review" in run(tool, "--help")
    run(tool, "data", "cass.db", "--quiet")
    (tmp_path / "metadata.yml").write_text(run(tool, "metadata"))
    page = run(python, "-m", "datasette", "cass.db", "-m", "metadata.yml", "--get", "/daemons/cass/conversations")
    assert "Greenhouse wiring" in page
    assert "daemon_pages.css" in page


def test_the_changelog_begins_with_this_version():
    (latest, *_) = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert latest in (__version__, "Unreleased")
    assert f"## {__version__} (" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def asked_for() -> list[Requirement]:
    project = PROJECT["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values(), PROJECT["dependency-groups"]["dev"]]
    return [Requirement(line) for group in groups for line in group]


@pytest.mark.parametrize("requirement", asked_for(), ids=lambda requirement: requirement.name)
def test_what_is_asked_for_is_locked(requirement):
    locked = [version for name, version, _ in PINNED.findall(LOCK) if name == requirement.name.lower()]
    assert locked, "run make lock"
    assert all(version in requirement.specifier for version in locked), "run make lock"


def test_every_locked_version_has_digests_and_comes_from_wherever_pip_looks():
    """No index and no address of anybody's: a digest says what the file must be, whoever hands it out."""
    entries = re.split(r"\n(?=\S)", LOCK.split("\n", 2)[2].strip())
    assert len(entries) > 100
    for entry in entries:
        head, *digests = entry.split("\n")
        assert PINNED.match(f"{head}\n"), head
        assert digests
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in digests), head
