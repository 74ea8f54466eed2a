"""The command for many trees; it imports the rooms that it leads to when it runs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from build_db.errors import UsageError
from build_db.group import Place, ending
from build_db.sharing import in_what_manner
from build_db.terminal import ProgressBar, say, stop

if TYPE_CHECKING:
    from build_db.many.run import Result

MADE = "what is finished stays, and the next run goes on with the rest"
WORDS = {"built": "built", "kept": "as they were", "failed": "failed"}


@click.command()
@click.argument("trees", metavar="TREES.yml", type=Place)
@click.argument("out", type=Place)
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Trees at a time; by default one a core.")
@click.option(
    "--cluster", metavar="ADDRESS", help="Have the trees made by the Dask cluster of this scheduler, not here."
)
@click.option("--key-file", type=Place, metavar="FILE", help="One key for all trees; by default each has its own.")
@click.option("--strict", is_flag=True, help="Refuse a tree at its first leak; its build is not stripped.")
@in_what_manner
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def many(
    trees: Path,
    out: Path,
    jobs: int | None,
    cluster: str | None,
    key_file: Path | None,
    strict: bool,
    quiet: bool,
    **manner: Any,
) -> None:
    """Build and export every tree that TREES.yml lists, each in a folder of its own in OUT, and all as OUT/dataset.

    A tree that fails stops no other. Started again, it goes on where it was stopped: what is finished, of an unchanged
    tree, is not built again.

    Ends with 0 if all trees are finished, 1 if some failed, 2 if nothing was begun, 3 if it was stopped, all
    trees failed or the dataset cannot be made, 4 if another run is at work in OUT.
    """
    from build_db.exports.choices import FORMATS, Times
    from build_db.exports.formats import check_formats
    from build_db.exports.run import ExportOptions
    from build_db.many import engines, listing, run
    from build_db.many.one import Manner, key_of, signer_with
    from build_db.workers import cores

    signal.signal(signal.SIGTERM, stop)
    with ending(lambda why: f"{out}: {why or 'stopped'}: {MADE}"):
        if cluster and jobs:
            raise UsageError("--jobs: a cluster has the workers that it has; leave out one of --jobs and --cluster")
        listed = listing.read_trees(trees)
        run.check_place(out)
        listing.check_output(trees, listed, out)
        manner |= {name: place.absolute() for name, place in manner.items() if isinstance(place, Path)}
        signing = {name: manner.pop(name) for name in ("sign", "unsigned", "password_file")}
        manner |= {"formats": manner["formats"] or FORMATS, "times": Times(manner["times"])}
        key_file = key_file.absolute() if key_file else None
        how = Manner(ExportOptions(**manner), key_file, strict, **signing)
        check_formats(how.options.formats)
        signer_with(how, out)
        engine = engines.on_cluster(cluster) if cluster else engines.on_this_machine(jobs or cores())
        for tree in listed:
            key_of(tree, how)
        with ProgressBar("Trees", hidden=quiet) as progress:
            progress.start(len(listed))
            result = run.run(listed, out, how, engine, lambda outcome: progress.advance(1))
    _tell(result, out, quiet=quiet)


def _tell(result: Result, out: Path, *, quiet: bool) -> None:
    """One summary; every failed tree in a line of its own, on standard error."""
    states = [outcome.state for outcome in result.outcomes]
    done = f"{out} is as this says"
    if not quiet:
        counts = ", ".join(f"{states.count(state):,} {word}" for state, word in WORDS.items() if state in states)
        say(f"{out}: trees {len(states):,}: {counts}", done)
        problems = sum(outcome.problems for outcome in result.outcomes)
        if problems:
            say(f"problems recorded: {problems:,}; each database lists its own", done)
        if result.parts:
            say(f"{out / 'dataset'}: daemons {len(result.parts):,}", done)
        for name in result.unlisted:
            say(f"{out / name}: its tree is not listed; it stays, but for the dataset", done)
    for outcome in result.outcomes:
        if outcome.state == "failed":
            click.echo(f"failed: {outcome.name}: {outcome.why}", err=True)
    if "failed" in states:
        sys.exit(3 if set(states) == {"failed"} else 1)
