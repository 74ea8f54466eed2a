"""Putting it online: a family's settings over `metadata.yml`, and the files to host the pages by."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT
from datasette.cli import publish

from build_db.cli import cli
from build_db.family import laid_over, read_family

HOSTING = ROOT / "hosting"
TEXT = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
PLAIN = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))


def metadata(*arguments: object):
    return CliRunner().invoke(cli, ["metadata", *map(str, arguments)])


def test_settings_are_laid_over_and_the_rest_stays(tmp_path):
    done = metadata("--with", HOSTING / "family.yml", "--output", tmp_path / "served.yml")
    assert (done.exit_code, done.output) == (0, "")
    made = yaml.safe_load((tmp_path / "served.yml").read_text(encoding="utf-8"))
    assert made["allow"] == {"id": ["family", "root"]}
    assert set(made["plugins"]) == {"daemon_pages", "datasette-auth-passwords"}
    assert made["databases"] == PLAIN["databases"]
    assert made["allow_sql"] == PLAIN["allow_sql"]


def test_a_lock_of_the_family_is_taken_whole():
    """Half of an older lock in it would let others in."""
    described = {"databases": {"cass": {"allow": {"id": "root"}, "tables": {"x": {"title": "X"}}}}}
    family = {"databases": {"cass": {"allow": {"name": "wren"}, "tables": {"x": {"allow": False}}}}}
    assert laid_over(described, family) == {
        "databases": {"cass": {"allow": {"name": "wren"}, "tables": {"x": {"title": "X", "allow": False}}}}
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("alow: {id: family}", "alow is nothing that Datasette knows of; did you mean allow?"),
        ("moods: 3", "moods is nothing that Datasette knows of; it would do nothing"),
        ("databases: {cass: {tables: {messagse: {allow: false}}}}", "did you mean messages?"),
        ("plugins: {datasette-auth-passwords: {family_password_hash: x}}", "a password closes nothing by itself"),
        ("allow: {id: x}\nallow: {id: y}", "not valid YAML at line 2"),
        ("allow: [", "not valid YAML"),
        ("", "give keys and values"),
        ("- allow", "give keys and values"),
    ],
)
def test_what_would_close_nothing_is_refused_and_the_old_file_stays(tmp_path, text, why):
    (tmp_path / "family.yml").write_text(text)
    (tmp_path / "served.yml").write_text("locked")
    done = metadata("--with", tmp_path / "family.yml", "--output", tmp_path / "served.yml")
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert why in done.output
    assert (tmp_path / "served.yml").read_text() == "locked"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("what", ["missing", "folder", "latin"])
def test_settings_that_cannot_be_read_are_told_in_one_line(tmp_path, what):
    place = tmp_path / "family.yml"
    if what == "folder":
        place.mkdir()
    if what == "latin":
        place.write_bytes(b"title: caf\xe9")
    done = metadata("--with", place)
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)
    assert done.output.startswith(f"Error: {place}: ")


def test_settings_are_never_written_over(tmp_path):
    shutil.copy(HOSTING / "family.yml", tmp_path)
    done = metadata("--with", tmp_path / "family.yml", "--output", tmp_path / "family.yml")
    assert done.exit_code == 2
    assert read_family(tmp_path / "family.yml") == read_family(HOSTING / "family.yml")


def test_the_settings_of_the_serving_page_are_taken(tmp_path):
    (shown,) = re.findall(r"```yaml\n(allow:.*?)```", (ROOT / "docs" / "serving.md").read_text(encoding="utf-8"), re.S)
    (tmp_path / "family.yml").write_text(shown)
    assert "allow" in read_family(tmp_path / "family.yml")


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    analyze = shutil.which("systemd-analyze") or pytest.skip("no systemd here")
    program = Path(sys.executable).with_name("datasette")
    unit = (HOSTING / "cass.service").read_text(encoding="utf-8")
    (tmp_path / "cass.service").write_text(unit.replace("/opt/build-db/.venv/bin/datasette", str(program)))
    done = subprocess.run([analyze, "verify", str(tmp_path / "cass.service")], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "cass.service" in line]) == (0, [])


def test_the_server_of_unit_and_image_starts_with_options_that_datasette_has():
    unit = re.search("^ExecStart=(.*)$", (HOSTING / "cass.service").read_text(encoding="utf-8"), re.M)
    image = re.search("^CMD (.*)$", (HOSTING / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert unit
    assert image
    for command in (shlex.split(unit[1])[1:], yaml.safe_load(image[1])[1:]):
        assert command[:4] == ["serve", "cass.db", "-m", "served.yml"]
        assert set(command[4:]) <= {"-h", "-p", "127.0.0.1", "0.0.0.0", "8001", "--setting", "force_https_urls", "1"}


def test_the_container_runs_as_nobody_and_writes_nothing():
    (service,) = yaml.safe_load((HOSTING / "compose.yml").read_text(encoding="utf-8"))["services"].values()
    assert (service["user"], service["read_only"], service["cap_drop"]) == ("65534:65534", True, ["ALL"])
    assert all(volume.endswith(":ro") for volume in service["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert (HOSTING / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    assert "USER 65534:65534" in (HOSTING / "Dockerfile").read_text(encoding="utf-8").splitlines()


def test_no_data_can_get_into_the_image():
    """Everything is kept out but what is listed, and the image copies nothing else."""
    listed = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    let_in = {line[1:] for line in listed if line[0] == "!"}
    assert listed[0] == "*"
    copied = re.findall("^COPY (.*) [^ ]+$", (HOSTING / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert {name for line in copied for name in line.split()} == let_in
    assert all((ROOT / name).exists() for name in let_in)


def test_publishing_is_shown_with_options_that_datasette_has():
    (shown,) = re.findall(r"^datasette publish (.*?)^```", TEXT, re.M | re.S)
    host, *arguments = shlex.split(shown.replace("\\\n", ""))
    command = publish.commands[host]
    known = {name for option in command.params for name in option.opts}
    assert {word for word in arguments if word.startswith("-")} <= known
    needed = re.findall(r'^  "(markdown-it-py|msgspec)', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert set(needed) <= set(arguments)


def test_every_file_to_host_by_is_told():
    assert {path.name for path in HOSTING.iterdir() if path.name != ".env"} == set(
        re.findall(r"\.\./hosting/([\w.]+)", TEXT)
    )
