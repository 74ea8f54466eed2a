"""Worker processes: a function applied to many things, by so many processes, the results in the order of the things.

The one module that knows processes. A worker is a fork: it has all that was made before it, compiled rules too, for
nothing, and nothing but its results is ever sent. Where a fork is not safe (anywhere but on Linux, or in a process with
threads) there are no workers: the same function is applied here, with the same results.

Every worker takes each n-th thing and is ahead of whoever reads by as much as a pipe holds: memory does not grow with
the number of things. A worker lives no longer than who started it: it is ended, by the system if need be.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager, suppress
from fcntl import fcntl
from itertools import count, islice
from select import select
from types import FrameType, TracebackType
from typing import IO, Any, NamedTuple, NoReturn, TypeVar

from build_db.errors import CheckFailed
from build_db.scratch import sweep_temporary

# Applies a function to each of many things, in order: `map` does, and `Workers.in_order`.
InOrder = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

Thing = TypeVar("Thing")
Result = TypeVar("Result")

# So far a worker may be ahead, in bytes: the most that Linux grants everybody.
AHEAD = 1 << 20
SET_PIPE_SIZE = 1031  # fcntl.F_SETPIPE_SZ, on Linux
PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG, on Linux
STOPPING = (signal.SIGINT, signal.SIGTERM)
# A worker that is told to end removes what it began; so many seconds are enough for that.
PATIENCE = 10.0
LENGTH = 8
# What a worker sends instead of a result: its function failed; there is nothing left to do.
FAILED, ENDED = b"", b"\0"


class WorkerEnded(CheckFailed):
    """A worker was killed from outside."""


def cores() -> int:
    """How many cores this process may use; one where there can be no workers."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def is_fork_safe() -> bool:
    """Whether this process can be forked: macOS's own libraries do not bear it, nor do threads that hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


class _Worker(NamedTuple):
    pid: int
    answers: IO[bytes]

    def answer(self) -> bytes:
        """What it sends next.

        :raises WorkerEnded: it sends no more
        """
        length = self.answers.read(LENGTH)
        data = self.answers.read(int.from_bytes(length, "big")) if len(length) == LENGTH else FAILED
        if len(length) < LENGTH or len(data) < int.from_bytes(length, "big"):
            raise WorkerEnded(
                "a worker process was killed, as the system does where memory is short: free some, or take --jobs 1"
            )
        return data


class Workers:
    """So many worker processes at a time; a context, at the end of which none is left, as often as it is entered.

    :param jobs: with one, everything is done in this process
    """

    def __init__(self, jobs: int = 1) -> None:
        self._jobs = jobs if is_fork_safe() else 1
        self._running: list[_Worker] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end(list(self._running))

    def in_order(self, function: Callable[[Thing], Result], things: Iterable[Thing]) -> Iterator[Result]:
        """The function's result for each thing, in order.

        :param function: of a thing alone: what it changes elsewhere is lost with the worker
        :param things: begin anew each time they are gone through, as every worker does; one that is made on the way is
            made by each of them
        :raises WorkerEnded: a worker was killed; whatever else is raised, the function raised
        """
        jobs = min(self._jobs, len(things)) if isinstance(things, Sized) else self._jobs
        if jobs < 2:
            return map(function, things)
        workers = [self._start(function, things, number, jobs) for number in range(jobs)]
        return self._results(workers, function, things)

    def beside(self, function: Callable[[], Result]) -> Callable[[], Result]:
        """Begin with something; what is returned waits for its result. With one job it is done at once."""
        if self._jobs < 2:
            done = function()
            return lambda: done
        results = self._results([self._start(lambda _: function(), [None], 0, 1)], lambda _: function(), [None])

        def waited_for() -> Result:
            (result,) = results  # to the end, where the worker is ended
            return result

        return waited_for

    def each_apart(
        self, function: Callable[[Thing], Result], things: Iterable[Thing]
    ) -> Iterator[tuple[Thing, Result | WorkerEnded]]:
        """The function's result for each thing, by a worker of its own, as they end: one that is killed ends alone.

        :param function: raises nothing; of a thing alone, as in `in_order`
        """
        if not is_fork_safe():
            yield from ((thing, function(thing)) for thing in things)
            return
        waiting, running = iter(things), dict[IO[bytes], tuple[_Worker, Thing]]()
        while True:
            for thing in islice(waiting, self._jobs - len(running)):
                worker = self._start(function, [thing], 0, 1)
                running[worker.answers] = worker, thing
            if not running:
                return
            for answers in select(list(running), [], [])[0]:
                worker, thing = running.pop(answers)
                result = _result(worker)
                self._end([worker])
                yield thing, result

    def _results(
        self, workers: list[_Worker], function: Callable[[Thing], Result], things: Iterable[Thing]
    ) -> Iterator[Result]:
        for place in count():
            data = workers[place % len(workers)].answer()
            if data == FAILED:
                # Done once more, here, it fails as it would have without workers: with its own error, from its place.
                self._end(workers)
                yield from map(function, islice(things, place, None))
                return
            if data == ENDED:
                break
            yield pickle.loads(data)
        self._end(workers)

    def _start(self, function: Callable[[Thing], Any], things: Iterable[Thing], first: int, step: int) -> _Worker:
        """A worker for each n-th thing.

        :param first: the place of its first one
        :param step: how many workers there are
        """
        ours, theirs = os.pipe()
        parent = os.getpid()
        with suppress(OSError):
            fcntl(theirs, SET_PIPE_SIZE, AHEAD)
        with _undisturbed():  # a worker that takes a signal for its parent's would undo what its parent does
            try:
                pid = os.fork()
            except OSError as error:
                os.close(ours)
                os.close(theirs)
                raise CheckFailed(f"no worker process can be started: {error.strerror}: take --jobs 1") from None
            if not pid:
                _follow(parent)
                for other in self._running:  # else nobody would notice that its reader is gone
                    os.close(other.answers.fileno())
                os.close(ours)
                _work(function, lambda: islice(things, first, None, step), theirs)
            os.close(theirs)
            worker = _Worker(pid, os.fdopen(ours, "rb"))
            self._running.append(worker)
        return worker

    def _end(self, workers: list[_Worker]) -> None:
        with _undisturbed():
            for worker in workers:
                os.kill(worker.pid, signal.SIGTERM)
                worker.answers.close()  # whoever waits there to be read goes on, and ends
            until = time.monotonic() + PATIENCE
            ended = [_ended(worker.pid, until) for worker in workers]
            self._running = [worker for worker in self._running if worker not in workers]
        if any(map(os.WIFSIGNALED, ended)):
            sweep_temporary()


def _result(worker: _Worker) -> Any:
    """What a worker of one thing sends, or that it was killed."""
    try:
        data = worker.answer()
    except WorkerEnded as error:
        return error
    return WorkerEnded("its result cannot be told: a fault of this tool") if data == FAILED else pickle.loads(data)


def _ended(pid: int, until: float) -> int:
    """Wait for a process; one that does not end in time is killed. Returns how it ended."""
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals that stop a command wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(function: Callable[[Thing], Any], things: Callable[[], Iterator[Thing]], theirs: int) -> NoReturn:
    """In a worker: send the result for each thing, and end without what Python does then: that is for its parent."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal every process gets one; the parent tells
        signal.signal(signal.SIGTERM, _leave)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        with os.fdopen(theirs, "wb") as answers:
            for data in _answers(function, things):
                answers.write(len(data).to_bytes(LENGTH, "big") + data)
                answers.flush()
        code = 0
    finally:
        os._exit(code)


def _follow(parent: int) -> None:
    """In a worker: be told to end when the process dies that started it, also by SIGKILL."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _answers(function: Callable[[Thing], Any], things: Callable[[], Iterator[Thing]]) -> Iterator[bytes]:
    """The result for each thing, and that it was the last one; up to the first that fails, or cannot be had.

    What can go wrong is whatever reading, redacting and searching can raise, that memory is short, and that a result
    cannot be pickled. None of it is answered here, nor lost: who hears `FAILED` does the same once more, and there it
    is raised and told. An error itself is never sent: its words could hold a value.
    """
    try:
        for thing in things():
            yield pickle.dumps(function(thing), pickle.HIGHEST_PROTOCOL)
    except Exception:
        yield FAILED
    else:
        yield ENDED


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """Unwind: that removes what was begun."""
    raise SystemExit
