"""What makes many trees: here or on a cluster, the same bytes; a worker that is lost takes its tree with it alone."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.households import contents, write_households, write_key

from build_db import UsageError
from build_db.exports.run import ExportOptions
from build_db.many.engines import on_cluster, on_this_machine
from build_db.many.listing import read_trees
from build_db.many.one import Manner, Outcome, Task
from build_db.many.run import run

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs
    import dask
    import distributed

pytestmark = pytest.mark.filterwarnings("default")  # what Dask's own threads and sockets warn of is theirs


def made_by(engine, tmp_path: Path) -> dict[str, bytes]:
    """What two trees become."""
    trees = read_trees(write_households(tmp_path, "smith", "jones"))
    out = tmp_path / "out"
    result = run(trees, out, Manner(ExportOptions(formats=("sqlite", "parquet")), write_key(tmp_path)), engine)
    told = [(one.name, one.state, one.why) for one in result.outcomes]
    assert told == [("smith", "built", ""), ("jones", "built", "")]
    assert result.parts == ["smith.cass", "jones.cass"]
    found = contents(out)
    shutil.rmtree(out)
    return found


def lost(task: Task) -> Outcome:
    """As the system ends a process where memory is short."""
    if task.tree.name == "smith":
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(task.tree.name, "built")


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The scheduler of two workers on this machine."""
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.comm.timeouts.connect": "20s"}
    with (
        dask.config.set(settings),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
    ):
        yield cluster.scheduler_address


@pytest.fixture
def tasks(tmp_path) -> list[Task]:
    trees = read_trees(write_households(tmp_path, "smith", "jones"))
    return [Task(tree, tmp_path / tree.name, Manner()) for tree in trees]


def test_a_cluster_makes_the_same_as_this_machine(cluster, tmp_path):
    assert made_by(on_cluster(cluster), tmp_path) == made_by(on_this_machine(1), tmp_path)


def test_a_worker_of_a_cluster_that_is_lost_takes_its_tree_alone(cluster, tasks):
    outcomes = {outcome.name: outcome for outcome in on_cluster(cluster)(lost, tasks)}
    assert outcomes["jones"].state == "built"
    assert outcomes["smith"] == Outcome("smith", "failed", "its worker is lost: KilledWorker")


def test_a_cluster_whose_workers_do_several_things_at_a_time_is_refused(tasks):
    settings = {"distributed.comm.timeouts.connect": "20s"}
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, silence_logs=50
        ) as crowded,
        pytest.raises(UsageError, match="a worker has several threads"),
    ):
        list(on_cluster(crowded.scheduler_address)(lost, tasks))


def test_a_cluster_that_is_not_there_is_told(tasks):
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "100ms"}),
        pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:1: no scheduler of Dask's answers"),
    ):
        list(on_cluster("tcp://127.0.0.1:1")(lost, tasks))


def test_without_dask_the_way_to_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'build-db\[cluster\]'"):
        on_cluster("tcp://127.0.0.1:1")
