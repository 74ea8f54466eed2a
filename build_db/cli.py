"""The command line.

Exit 0: complete; 1: built with problems and `--strict`; 2: usage; 3: failed; 4: busy. From 2 on nothing was changed.
A command imports the rooms that it leads to when it runs: help and a shell's completion need none of them.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from build_db.errors import CheckFailed, UsageError
from build_db.group import FAILURES, Commands, Place, check_outside, explain, show_version
from build_db.many.command import many
from build_db.sharing import apply_withdrawals, attack, export, keepsake
from build_db.signed import keygen, verify
from build_db.terminal import SHARED_MODE, ProgressBar, fail, say, stop, unforeseen, write_whole


@click.group(cls=Commands, default="build", default_if_no_args=True)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Name tool, schema and policy.",
)
def cli() -> None:
    """Turn an AI companion's data tree into one SQLite file."""


@cli.command()
@click.argument("data", type=Place)
@click.argument("output", type=Place)
@click.option("--private", is_flag=True, help="Keep everything, for you alone: readable by you only, never shown.")
@click.option("--strict", is_flag=True, help="Refuse at the first leak; exit with 1 if there are problems.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option("--report", type=Place, metavar="FILE", help="Write the whole account of the build as JSON.")
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in DATA.")
@click.option("--key-file", type=Place, metavar="FILE", help="The key of your pseudonyms, made on first use.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), metavar="N", help="Worker processes; by default one for each core."
)
@click.option("--no-cache", is_flag=True, help="Redact everything again, and keep nothing for the next build.")
@click.option(
    "--diff", type=click.IntRange(1), metavar="N", help="Show N sentences before and after. On a terminal only."
)
def build(
    data: Path,
    output: Path,
    private: bool,
    strict: bool,
    quiet: bool,
    report: Path | None,
    redaction: Path | None,
    key_file: Path | None,
    jobs: int | None,
    no_cache: bool,
    diff: int | None,
) -> None:
    """Build OUTPUT, one SQLite file, from the tree DATA (the default command).

    What the witness still finds of people and secrets is stripped from the cells it stands in, counted, and looked for
    once more; a second hit, and nothing is published. With --strict the first hit refuses.
    """
    from build_db import pipeline, summary
    from build_db.commands import NextSteps
    from build_db.progress import Progress
    from build_db.redaction.keyed import Keyed
    from build_db.redaction.samples import Samples

    signal.signal(signal.SIGTERM, stop)
    try:
        _check_report(data, output, report)
    except UsageError as error:
        fail(error, 2)
    try:
        if diff:
            _check_may_show(private)
        key = _key(data, private=private, key_file=key_file)
        samples = Samples(diff, Keyed(key)) if diff and key else None
        options = pipeline.BuildOptions(key, private, redaction, samples, strict, jobs, remember=not no_cache)
        with ProgressBar("Reading", hidden=quiet) as progress:
            moving = Progress(progress.start, progress.advance)
            result = pipeline.build(data, output, options, moving, lambda done: _write(report, done.as_json()))
    except UsageError as error:
        fail(f"{error}{_also(report, output, error)}", 2)
    except KeyboardInterrupt:
        fail(f"{output}: stopped, nothing was changed", 3)
    except Exception as error:
        told = error if isinstance(error, FAILURES) else CheckFailed(unforeseen(error))
        unwritten = "" if isinstance(error, _NoReport) else _also(report, output, told)
        explain(error)
        fail(f"{output}: not built, nothing was changed: {told}{unwritten}", 3)
    done = f"{output} is built"
    if not quiet:
        say(summary.summary(result, NextSteps(data, output, redaction, key_file)), done)
    for sample in samples.sentences() if samples else ():
        say(f"\n- {sample.before}\n+ {sample.after}", done)
    if strict and result.problems:
        sys.exit(1)


def _check_report(data: Path, output: Path, report: Path | None) -> None:
    check_outside(data, report)
    if report and report.resolve() == output.resolve():
        raise UsageError(f"{report}: is where the database goes; name another file for the report")
    if report and not report.resolve().parent.is_dir():
        raise UsageError(f"{report}: its folder does not exist; make it first")


class _NoReport(CheckFailed):
    """The account of a build could not be written."""


def _write(report: Path | None, text: str) -> None:
    """The account of a build: before the file gets its name, so that there is none without the account asked for.

    :raises _NoReport: it cannot be written
    """
    if report:
        try:
            write_whole(report, text)
        except UsageError as error:
            why = str(error).removeprefix(f"{report}: ")
            raise _NoReport(f"{report}: the report cannot be written: {why}; name another place") from None


def _also(report: Path | None, output: Path, error: Exception) -> str:
    """Write the account of a build that failed; what to add to the message if that fails, too."""
    from build_db.report import as_json, failure

    try:
        _write(report, as_json(failure(output, error)))
    except _NoReport as unwritten:
        return f"; and {unwritten}"
    return ""


@cli.command()
@click.argument("output", type=Place)
@click.argument("data", type=Place)
@click.argument("exports", type=Place, required=False)
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in DATA.")
def check(output: Path, data: Path, exports: Path | None, redaction: Path | None) -> None:
    """Prove again that OUTPUT (and every file in EXPORTS) is sound and holds no name, contact or secret of DATA."""
    from build_db import again
    from build_db.progress import Progress

    try:
        with ProgressBar("Checking") as progress:
            looked = again.check_again(output, data, exports, redaction, Progress(progress.start, progress.advance))
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        explain(error)
        fail(error, 3)
    clean = f"{looked} {'file is' if looked == 1 else 'files are'} sound and clean"
    say(clean, clean)


@cli.command()
@click.argument("data", type=Place)
@click.argument("database", type=Place)
def compare(data: Path, database: Path) -> None:
    """Look for every value of DATA in DATABASE, which was built with --private, and for the source of every row."""
    from build_db import again, compare

    try:
        again.vessel(data)
        found = compare.compare(data, database)
    except UsageError as error:
        fail(error, 2)
    done = "nothing was changed"
    say(f"{found.values:,} values of {data} looked for, {found.lost.total():,} not found", done)
    say(f"{found.rows:,} rows of {database} looked at, {found.untold.total():,} without a source", done)
    for title, places in (("left out", found.left), ("not found", found.lost), ("without a source", found.untold)):
        for place, number in sorted(places.items()):
            say(f"{number:>9,}  {title:16} {place}", done)
    if found.lost or found.untold:
        sys.exit(1)


@cli.command()
@click.argument("data", type=Place)
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in DATA.")
@click.option("--key-file", type=Place, metavar="FILE", help="The key of your pseudonyms.")
def doctor(data: Path, redaction: Path | None, key_file: Path | None) -> None:
    """Look at DATA before it is built: what it is, who is in it, what would be left out. Shows names, writes nothing.

    Ends with 0 if a shared build would be made, with 2 if it would be refused.
    """
    from build_db.doctor import examine
    from build_db.household.keyfile import default_path
    from build_db.progress import Progress

    try:
        with ProgressBar("Looking") as progress:
            found = examine(data, redaction, key_file or default_path(), Progress(progress.start, progress.advance))
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{data}: {error}", 3)
    say(str(found), "nothing was changed")
    if found.obstacles:
        sys.exit(2)


@cli.command()
@click.argument("data", type=Place)
@click.option("--most", default=50, show_default=True, help="List at most so many names.")
@click.option("--write", is_flag=True, help="Write them into your redaction.yml, switched off; what is in it stays.")
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in DATA.")
def review(data: Path, most: int, write: bool, redaction: Path | None) -> None:
    """List likely names in DATA that nobody listed, ready to be pasted into redaction.yml. Shows private text."""
    from build_db.household import review as reviewing
    from build_db.household.redaction_file import offer
    from build_db.household.wishes import wishes_beside

    place = redaction or wishes_beside(data)
    try:
        if not write:
            click.echo(reviewing.likely_names(data, most, redaction), nl=False)
            return
        # The one file in a tree that is its owner's, and not the vessel's.
        check_outside(data, redaction if redaction and place.resolve() != wishes_beside(data).resolve() else None)
        added, made = offer(place, reviewing.possible_names(data, redaction), most)
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{data}: {error}", 3)
    click.echo(f"{place}: {'begun' if made else 'kept as it was'}, {added:,} possible names added, all switched off")


@cli.command()
@click.option("--with", "family", type=Place, metavar="FILE", help="Settings of your own, such as a password.")
@click.option("--output", type=Place, metavar="FILE", help="Write it there, in one step, instead of printing it.")
def metadata(family: Path | None, output: Path | None) -> None:
    """Print Datasette's metadata for the files that this version builds."""
    from build_db.family import read_family
    from build_db.metadata import metadata as datasette_metadata

    try:
        text = datasette_metadata(read_family(family) if family else None)
        if output:
            if family and family.exists() and output.resolve() == family.resolve():
                raise UsageError(f"{output}: holds your settings; name another file")
            write_whole(output, text, mode=SHARED_MODE)
        else:
            say(text.rstrip("\n"), "nothing was changed")
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{output or family}: {error}", 3)


def _key(data: Path, *, private: bool, key_file: Path | None) -> bytes | None:
    """The key of a redacted build."""
    from build_db.household.keyfile import default_path, load_key

    if private or not data.exists():
        return None
    check_outside(data, key_file or default_path())
    return load_key(key_file or default_path())


def _check_may_show(private: bool) -> None:
    if private:
        raise UsageError("--diff: a private file is not redacted; leave out one of the two")
    if not sys.stdout.isatty():
        raise UsageError("--diff: shows private text, and so only on a terminal; do not redirect the output")


for command in (export, apply_withdrawals, attack, keepsake, keygen, many, verify):
    cli.add_command(command)
