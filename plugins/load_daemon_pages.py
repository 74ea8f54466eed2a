"""Loads the pages for `datasette --plugins-dir plugins`, unless they are installed and so loaded already."""

import importlib
import sys
from pathlib import Path

from datasette.plugins import pm

if not any(getattr(plugin, "__name__", "") == "daemon_pages" for plugin in pm.get_plugins()):
    sys.path.append(str(Path(__file__).parent))
    pm.register(importlib.import_module("daemon_pages"), name="daemon_pages")
