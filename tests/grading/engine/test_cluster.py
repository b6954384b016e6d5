"""The same tasks on a real dask cluster of several processes; one of them is killed meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom import NAME
from comparing import folders_of, gradebook_of

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.engine.cluster import cluster_of
from shared_responsibility.grading.engine.local import grade

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def test_a_cluster_that_loses_a_worker_grades_as_one_machine_does(
    new_class: Callable[..., Path],
) -> None:
    near, far = new_class(16, "near"), new_class(16, "far")
    grade(near, NAME, quiet=True)
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        killer = threading.Thread(target=_kill_when_begun, args=(far, victim))
        killer.start()
        summary = grade(far, NAME, cluster=cluster.scheduler_address, quiet=True)
        killer.join()
    assert summary.failed == {}
    assert gradebook_of(far, NAME) == gradebook_of(near, NAME)
    assert folders_of(far, NAME) == folders_of(near, NAME)


def _kill_when_begun(course: Path, pid: int) -> None:
    until = time.monotonic() + 240
    while not list(course.glob(f"autograded/*/{NAME}")) and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)


def test_no_scheduler_is_one_sentence(new_class: Callable[..., Path]) -> None:
    with pytest.raises(CourseError, match="No dask scheduler answers"):
        grade(new_class(1), NAME, cluster="tcp://127.0.0.1:1", quiet=True)


def test_a_missing_package_is_named() -> None:
    with pytest.raises(CourseError, match="needs the package dask-jobqueue"):
        cluster_of("slurm")
    with pytest.raises(CourseError, match="'lsf' is not a kind of cluster"):
        cluster_of("lsf")
