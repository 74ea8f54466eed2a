"""Loads the pages for `datasette --plugins-dir plugins`, unless they are installed and so loaded already."""

import importlib
import sys
from pathlib import Path

import click
from datasette.plugins import pm

if not any(getattr(plugin, "__name__", "") == "daemon_pages" for plugin in pm.get_plugins()):
    sys.path.append(str(Path(__file__).parent))
    try:
        pm.register(importlib.import_module("daemon_pages"), name="daemon_pages")
    except ModuleNotFoundError as error:
        missing = str(error.name).partition(".")[0]
        raise click.ClickException(
            f"the pages need {missing}, which this Datasette's Python ({sys.executable}) does not have;"
            " run the Datasette of the environment: .venv/bin/datasette"
        ) from None
