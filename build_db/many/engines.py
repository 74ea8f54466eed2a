"""What makes many trees: workers of this machine, or a cluster of Dask's that is there already.

Both apply one function to every task and yield its outcomes as they come. Whatever takes a worker away, its tree alone
has failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from build_db.errors import UsageError
from build_db.many.one import Outcome, Task, prepare
from build_db.workers import WorkerEnded, Workers

Make = Callable[[Task], Outcome]
Engine = Callable[[Make, Sequence[Task]], Iterator[Outcome]]


def on_this_machine(jobs: int) -> Engine:
    """So many trees at a time, each in a process of its own, whose memory goes with it."""

    def engine(make: Make, tasks: Sequence[Task]) -> Iterator[Outcome]:
        prepare()
        with Workers(jobs) as workers:
            for task, outcome in workers.each_apart(make, tasks):
                yield _failed(task, str(outcome)) if isinstance(outcome, WorkerEnded) else outcome

    return engine


def on_cluster(scheduler: str) -> Engine:
    """The workers of a Dask cluster, one tree at a time each. They see the same files, keys too, at the same places.

    :param scheduler: its address, such as `tcp://10.0.0.1:8786`
    :raises UsageError: Dask is not installed; later, nobody answers, or a worker has several threads
    """
    try:
        from distributed import Client, as_completed
    except ModuleNotFoundError:
        raise UsageError("--cluster: distributed is not installed; run: pip install 'build-db[cluster]'") from None

    def engine(make: Make, tasks: Sequence[Task]) -> Iterator[Outcome]:
        try:
            client = Client(scheduler, set_as_default=False)
        except (OSError, ValueError):
            raise UsageError(
                f"{scheduler}: no scheduler of Dask's answers; start one, or leave out --cluster"
            ) from None
        with client:
            if any(worker["nthreads"] > 1 for worker in client.scheduler_info(n_workers=-1)["workers"].values()):
                raise UsageError(f"{scheduler}: a worker has several threads; start all with --nthreads 1")
            futures = {client.submit(make, task, pure=False): task for task in tasks}
            for future in as_completed(list(futures), loop=client.loop):
                task, error = futures.pop(future), future.exception()
                yield _failed(task, f"its worker is lost: {type(error).__name__}") if error else future.result()
                future.release()

    return engine


def _failed(task: Task, why: str) -> Outcome:
    return Outcome(task.tree.name, "failed", why)
