"""The commands that make something to give away: downloads for researchers, a book for the family.

A command imports the rooms that it leads to when it runs; see `cli.py` for the exit codes.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from daemon_look.language import languages

from build_db.errors import UsageError
from build_db.exports.choices import DEFAULT_LICENCE, DEFAULT_TIMES, FORMATS, LICENCES, Times
from build_db.group import FAILURES, Place, check_outside, ending, explain
from build_db.signed import PASSWORD_FILE, signer_of
from build_db.terminal import ProgressBar, fail, say, stop

if TYPE_CHECKING:
    from build_db.exports.run import Exported
    from build_db.exports.versions.applying import Applied

Command = TypeVar("Command", bound=Callable[..., Any])

UNFIT = "numbers do not fit their columns: the archive holds them, dataset/ has nothing in their place"
TAKEN_OUT = "taken out: conversations {conversations:,}, people {people:,}, rows in all {rows:,}"
COMPARED = "What is left is what the owner found to be left of it."
NOT_COMPARED = "The owner had no copy of it any more to say what must be left; nothing that was named is in it."
NO_TREE = "No data tree was given (--tree DIR): {}."


MANNER = (
    click.option(
        "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Only this format; may be given again."
    ),
    click.option("--k", type=click.IntRange(1), default=3, show_default=True, help="Hide what fewer people share."),
    click.option(
        "--times",
        type=click.Choice([time.value for time in Times]),
        default=DEFAULT_TIMES.value,
        show_default=True,
        help="How finely times are told.",
    ),
    click.option(
        "--max-link", type=click.FloatRange(0, 1), metavar="RATE", help="Refuse if an attack joins a larger share."
    ),
    click.option(
        "--licence",
        type=click.Choice(list(LICENCES)),
        default=DEFAULT_LICENCE,
        show_default=True,
        help="The licence that the downloads name.",
    ),
    click.option(
        "--language", default="en", show_default=True, help="The language of the texts, for the dataset card."
    ),
    click.option("--with-usage", is_flag=True, help="Keep token counts, which tell how long messages are."),
    click.option(
        "--publisher", type=Place, metavar="FILE", help="Who gives it away; by default publisher.yml in FOLDER, if any."
    ),
    click.option("--sign", type=Place, metavar="FILE", help="The key to sign with; by default that of keygen, if any."),
    click.option("--unsigned", is_flag=True, help="Do not sign, although there is a key."),
    PASSWORD_FILE,
)


def in_what_manner(command: Command) -> Command:
    """The options that say how daemons are exported, for every command that does."""
    for option in reversed(MANNER):
        command = option(command)
    return command


@click.command()
@click.argument("database", type=Place)
@click.argument("folder", type=Place)
@click.option("--daemon", "daemons", multiple=True, metavar="NAME", help="Only this daemon; may be given again.")
@in_what_manner
@click.option(
    "--tree", type=Place, metavar="DIR", help="The data tree to search for leaks by; by default data/ beside DATABASE."
)
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in the tree.")
@click.option("--key-file", type=Place, metavar="FILE", help="The key of your pseudonyms.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def export(
    database: Path,
    folder: Path,
    daemons: tuple[str, ...],
    formats: tuple[str, ...],
    k: int,
    times: str,
    max_link: float | None,
    licence: str,
    language: str,
    with_usage: bool,
    tree: Path | None,
    redaction: Path | None,
    key_file: Path | None,
    publisher: Path | None,
    sign: Path | None,
    unsigned: bool,
    password_file: Path | None,
    quiet: bool,
) -> None:
    """Write one anonymized download per daemon of DATABASE into FOLDER."""
    from build_db import again
    from build_db.exports import run
    from build_db.household.keyfile import default_path, load_key
    from build_db.household.wishes import wishes_beside

    signal.signal(signal.SIGTERM, stop)
    done: list[Exported] = []

    def told(why: str | None) -> str:
        return f"{folder}: " + (f"not exported, {_so_far(done)}: {why}" if why else f"stopped, {_so_far(done)}")

    with ending(told):
        tree = tree or _tree_beside(database)
        options = run.ExportOptions(
            formats=formats or FORMATS,
            with_usage=with_usage,
            k=k,
            times=Times(times),
            max_link=max_link,
            licence=licence,
            language=language,
            trees=tuple(again.vessel(tree)) if tree else (),
            wishes=redaction or (wishes_beside(tree) if tree else None),
            publisher=publisher,
            signer=signer_of(sign, password_file, folder, tree, unsigned=unsigned),
        )
        if tree:
            check_outside(tree, folder)
        key = load_key(key_file or default_path())
        with ProgressBar("Exporting", hidden=quiet) as progress:
            run.export(
                database,
                folder,
                key=key,
                daemons=daemons,
                options=options,
                started=progress.start,
                advanced=progress.advance,
                finished=done.append,
            )
    remains = [str(path) for one in done for path in one.remains]
    if remains:
        fail(f"{folder}: exported, but what was there before cannot be removed; remove {', '.join(remains)}", 3)
    if not quiet:
        _tell(done, searched=tree is not None)


def _tell(done: list[Exported], *, searched: bool) -> None:
    from build_db.database.counting import ACCOUNT

    for one in done:
        told = sum(n for table, n in one.rows.items() if table not in ACCOUNT)
        say(f"{one.archive} ({told:,} rows)", _so_far(done))
        if one.unfit:
            say(f"{one.daemon}: {one.unfit:,} {UNFIT}", _so_far(done))
    if not searched:
        said = NO_TREE.format("only what identifies people in the database was searched for")
        say(said, _so_far(done))


@click.command()
@click.argument("served", type=Place)
@click.argument("exported", metavar="EXPORT", type=Place)
@click.option("--json", "as_json", is_flag=True, help="Print what stands in RISK.json.")
def attack(served: Path, exported: Path, as_json: bool) -> None:
    """Try to join EXPORT, an archive or its database, with SERVED: the figures of its RISK.json, made again."""
    from build_db.exports.cards import risk
    from build_db.exports.risk import again

    try:
        figures = again.attack(served, exported)
    except UsageError as error:
        fail(error, 2)
    except FAILURES as error:
        fail(f"{exported}: {error}", 3)
    say((risk.as_json if as_json else risk.in_words)(figures).rstrip("\n"), "nothing was changed")


@click.command()
@click.argument("old", metavar="OLD.zip", type=Place)
@click.argument("newer", metavar="NEWER", type=Place)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def apply_withdrawals(old: Path, newer: Path, quiet: bool) -> None:
    """Take out of OLD.zip, an archive of an export, what was withdrawn since; it is replaced in one step.

    NEWER is a newer archive of the same daemon, or its TOMBSTONES.json. Needs no key.
    """
    from build_db.exports.versions.applying import apply

    signal.signal(signal.SIGTERM, stop)
    with ending(lambda why: f"{old}: " + (f"nothing was changed: {why}" if why else "stopped, nothing was changed")):
        done = apply(old, newer)
    if not quiet:
        _tell_of(old, done)


def _tell_of(old: Path, done: Applied) -> None:
    if not done.removed:
        say(f"{old}: holds nothing that was withdrawn", "nothing was changed")
        return
    said = f"{old} is new"
    say(f"{old}: {TAKEN_OUT.format(**done.removed)}", said)
    say(COMPARED if done.checked else NOT_COMPARED, said)
    say(f"sha256 {done.sha256}; delete what you have unpacked or loaded of the earlier one", said)


def _so_far(done: list[Exported]) -> str:
    if not done:
        return "nothing was changed"
    return f"only {', '.join(one.daemon for one in done)} is new, the rest is as it was"


def _tree_beside(database: Path) -> Path | None:
    place = database.resolve().parent / "data"
    return place if place.is_dir() else None


@click.command()
@click.argument("database", type=Place)
@click.argument("output", type=Place)
@click.option("--daemon", metavar="NAME", help="Whose book; may be left out where there is one daemon only.")
@click.option("--language", type=click.Choice(languages()), default="en", show_default=True)
@click.option(
    "--tree", type=Place, metavar="DIR", help="The data tree to search for leaks by; by default data/ beside DATABASE."
)
@click.option("--redaction", type=Place, metavar="FILE", help="Your wishes; by default redaction.yml in the tree.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def keepsake(
    database: Path,
    output: Path,
    daemon: str | None,
    language: str,
    tree: Path | None,
    redaction: Path | None,
    quiet: bool,
) -> None:
    """Write a daemon of DATABASE as a book for the family: OUTPUT is a page (book.html) or an EPUB (book.epub)."""
    from build_db import again
    from build_db.household.wishes import wishes_beside
    from build_db.keepsake import make_keepsake

    signal.signal(signal.SIGTERM, stop)
    done = f"{output} is written"
    try:
        tree = tree or _tree_beside(database)
        trees, wishes = (tuple(again.vessel(tree)), redaction or wishes_beside(tree)) if tree else ((), redaction)
        if tree:
            check_outside(tree, output)
        name = make_keepsake(database, output, daemon=daemon, language=language, trees=trees, wishes=wishes)
    except UsageError as error:
        fail(error, 2)
    except KeyboardInterrupt:
        fail(f"{output}: stopped, nothing was changed", 3)
    except FAILURES as error:
        explain(error)
        fail(f"{output}: not written, nothing was changed: {error}", 3)
    if not quiet:
        say(f"{output}: the book of {name}", done)
        if not tree:
            say(NO_TREE.format("nothing more was searched for"), done)
