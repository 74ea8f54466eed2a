"""`python -m build_db`."""

import sys

from build_db.errors import ENVIRONMENT

if sys.version_info < (3, 11):  # noqa: UP036 - who runs this may have forgotten which Python is theirs
    print(f"Error: Python 3.11 is needed, and {sys.executable} is older: {ENVIRONMENT}", file=sys.stderr)
    sys.exit(2)
try:
    from build_db.cli import cli
except ModuleNotFoundError as error:
    if (error.name or "").startswith("build_db"):
        raise
    print(f"Error: {sys.executable} has no {error.name}: {ENVIRONMENT}", file=sys.stderr)
    sys.exit(2)

cli(prog_name="build_db")
