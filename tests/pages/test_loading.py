"""However Datasette is started, the pages are loaded, and loaded once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from daemon_pages.hosts import IS_OLD

DATASETTE = Path(sys.executable).with_name("datasette")
# With no plugin beside it 1.0 looks for words in the one and for rules in the other; the pages need one of them.
SAID = ["-m", str(ROOT / "metadata.yml"), *([] if IS_OLD else ["-c", str(ROOT / "metadata.yml"), "--default-deny"])]


@pytest.mark.parametrize(
    "arguments",
    [
        ["cass.db", "-m", "metadata.yml"],
        ["."],
        ["cass.db", "-m", "metadata.yml", "--plugins-dir", str(ROOT / "plugins")],
    ],
    ids=["as the README says", "a folder", "with the plugins folder"],
)
def test_it_answers_with_our_home_page(demo, tmp_path, arguments):
    shutil.copy(demo, tmp_path / "cass.db")
    shutil.copy(ROOT / "metadata.yml", tmp_path)
    if arguments == ["."]:
        (tmp_path / "metadata.yml").rename(tmp_path / "metadata.yaml")
    ran = [str(DATASETTE), *arguments, "--get"]
    home = subprocess.run([*ran, "/"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert home.stdout.count('<li class="card') == 2
    folder = arguments[-2:] if "--plugins-dir" in arguments else []
    listed = subprocess.run([str(DATASETTE), "plugins", *folder], capture_output=True, text=True, check=True)
    ours = [plugin for plugin in json.loads(listed.stdout) if {"asgi_wrapper", "startup"} <= {*plugin["hooks"]}]
    assert len(ours) == 1


def test_the_plugins_folder_works_where_nothing_is_installed(demo, tmp_path):
    """An interpreter that does not see the entry point: what the loader is for."""
    program = (
        "import sys, importlib.metadata as m; found = m.distributions\n"
        "m.distributions = lambda **k: (d for d in found(**k) if d.metadata['Name'] != 'build-db')\n"
        f"sys.path = [p for p in sys.path if not p.startswith({str(ROOT)!r}) or 'site-packages' in p]\n"
        "from datasette.cli import cli; cli()"
    )
    command = [sys.executable, "-c", program, "serve", str(demo), "--plugins-dir", str(ROOT / "plugins"), "--get", "/"]
    home = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert home.stdout.count('<li class="card') == 2


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "Daemons and their days"),
        # 1.0 shows five of them, by their titles.
        ("/cass", "Latest conversations" if IS_OLD else "Dreams and their seeds"),
        ("/cass/latest_conversations?daemon=aria", "Which key is the kettle in"),
        ("/cass/dreams_and_seeds.json?daemon=cass&_shape=array", '"dreams/'),
    ],
)
def test_without_any_plugin_the_metadata_alone_is_a_demo(demo, tmp_path, path, told):
    assert told in bare(demo, tmp_path, path).stdout
    assert '<li class="card' not in bare(demo, tmp_path, "/").stdout


def test_without_any_plugin_visitors_run_no_sql_either(demo, tmp_path):
    address = "/cass.json?sql=select+1" if IS_OLD else "/cass/-/query?sql=select+1"
    assert "<title>Forbidden</title>" in bare(demo, tmp_path, address).stdout


def bare(demo: Path, folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """What Datasette answers with nothing installed beside it."""
    # Datasette's own switch: no plugin is looked for.
    program = "import sys; sys._called_from_test = True; from datasette.cli import cli; cli()"
    command = [sys.executable, "-c", program, "serve", str(demo), *SAID, "--get", path]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_bare_tables_say_that_the_pages_are_missing_and_our_home_page_does_not(demo, tmp_path):
    told = "the pages are not loaded. Start the Datasette of the environment (.venv/bin/datasette)"
    assert told in bare(demo, tmp_path, "/").stdout
    command = [str(DATASETTE), str(demo), "-m", str(ROOT / "metadata.yml"), "--get"]
    for path in ("/", "/cass"):
        page = subprocess.run([*command, path], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert "the pages are not loaded" not in page.stdout


def test_the_plugins_folder_under_a_python_that_lacks_what_the_pages_need_says_so_in_one_line(demo, tmp_path):
    program = (
        "import sys, importlib.metadata as m; found = m.distributions\n"
        "m.distributions = lambda **k: (d for d in found(**k) if d.metadata['Name'] != 'build-db')\n"
        f"sys.path = [p for p in sys.path if not p.startswith({str(ROOT)!r}) or 'site-packages' in p]\n"
        "sys.modules['markdown_it'] = None\n"
        "from datasette.cli import cli; cli()"
    )
    command = [sys.executable, "-c", program, "serve", str(demo), "--plugins-dir", str(ROOT / "plugins"), "--get", "/"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the pages need markdown_it, which this Datasette's Python (")
    assert len(done.stderr.splitlines()) == 1
