"""What a visitor reads who gets no answer: one page in our look, and never more of the server than that."""

from __future__ import annotations

import errno
import sqlite3
import sys
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from daemon_pages.language import chosen, speaking, t
from daemon_pages.layout import render

if TYPE_CHECKING:
    from datasette.app import Datasette

TITLES = {
    400: "Not understood",
    403: "Closed",
    404: "Not here",
    405: "For reading only",
    408: "Too slow",
    413: "Too long",
    429: "One moment",
    500: "Broken",
    503: "Not now",
}
UNREADABLE = "What was asked for cannot be answered as it is written."
TOO_LONG = "That takes too long to answer. Ask for less at once."
BROKEN = "The file that is shown here cannot be read at the moment."
OURS = "Something went wrong here. It is a fault of these pages, and not of yours."
GONE = "The file that is shown here is gone. Build it again, and it is back."
ONLY_READING = "These pages are for reading only."
TOO_MUCH = "That is more than anybody types."
ONLY_ROOT = "This page tells about the server, and is closed here."
TOO_SLOW = "What was sent came too slowly. Try again."
BUSY = "Many are reading at the moment. Try again a little later; whole exports wait under “Downloads”."
SAID = (UNREADABLE, TOO_LONG, BUSY, TOO_SLOW, BROKEN, OURS, GONE, ONLY_READING, TOO_MUCH, ONLY_ROOT)
# The first byte of SQLite's code for what ails the file or the machine, and not the question.
UNWELL = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL,
}
EXHAUSTED = {errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC}


class TooSlow(Exception):
    """What a visitor sends does not come."""


async def refused(datasette: Datasette, request: Request, status: int, told: str) -> Response:
    """An answer that is none: a page in our look, or JSON where that was asked for.

    It is made from nothing of the file that is shown, so that it can be shown to everybody.

    :param told: why, in English, or as Datasette says it
    """
    with speaking(chosen(datasette, request)):
        told = t(told)
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": told, "status": status, "title": None}, status=status)
    title = TITLES.get(status, TITLES[400])
    shown: dict[str, Any] = {"told": told, "title": title, "bare": True, "all_daemons": []}
    return await render(datasette, request, "refused", shown, status=status, is_alone=True)


async def failed(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """The answer to a request on which something broke, with a line in the log."""
    status, told = judged(exception)
    if told in (UNREADABLE, BROKEN, OURS):
        _note(status, exception)
    return await refused(datasette, request, status, told)


def judged(exception: Exception) -> tuple[int, str]:
    """The status of an answer, and its words.

    Datasette tells some questions that it cannot answer, and breaks on others. What breaks in code of ours is a fault
    of ours.
    """
    causes = (exception, exception.__context__)
    if any(_is_unwell(cause) for cause in causes):
        return HTTPStatus.SERVICE_UNAVAILABLE, BROKEN
    if isinstance(exception, Base400):
        return exception.status, str(exception)
    if isinstance(exception, TooSlow):
        return HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW
    if isinstance(exception, TimeoutError):
        return HTTPStatus.SERVICE_UNAVAILABLE, TOO_LONG
    if any(isinstance(cause, QueryInterrupted) or _code(cause) == sqlite3.SQLITE_INTERRUPT for cause in causes):
        return HTTPStatus.BAD_REQUEST, TOO_LONG
    if isinstance(exception, DatasetteError) and not exception.message_is_html:
        # It says 500 where it has not thought of another status.
        is_fault = exception.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return HTTPStatus.BAD_REQUEST if is_fault else exception.status, str(exception.message)
    if any(frame.f_globals.get("__name__", "").startswith("daemon_pages.") for frame, _ in _frames(exception)):
        return HTTPStatus.INTERNAL_SERVER_ERROR, OURS
    return HTTPStatus.BAD_REQUEST, UNREADABLE


def _is_unwell(cause: BaseException | None) -> bool:
    """Whether a file or the machine is to blame."""
    return _code(cause) in UNWELL or getattr(cause, "errno", None) in EXHAUSTED or isinstance(cause, MemoryError)


def _code(cause: BaseException | None) -> int:
    """The first byte of SQLite's code for what went wrong; 0 if it was not SQLite."""
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


def _frames(exception: Exception) -> list[tuple[Any, int]]:
    """Where an exception passed, without the door, which every request passes."""
    frames = list(traceback.walk_tb(exception.__traceback__))
    return [(frame, line) for frame, line in frames if frame.f_globals.get("__name__") != "daemon_pages.door"]


def _note(status: int, exception: Exception) -> None:
    """One line without any value that was asked for or found."""
    frame, line = list(traceback.walk_tb(exception.__traceback__))[-1]
    place = f"{Path(frame.f_code.co_filename).name}:{line}"
    print(f"{status}: {type(exception).__name__} at {place}, {frame.f_code.co_name}", file=sys.stderr)
