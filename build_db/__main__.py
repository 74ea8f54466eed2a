"""`python -m build_db`."""

from build_db.cli import cli

cli(prog_name="build_db")
