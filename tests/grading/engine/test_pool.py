"""Workers that fail, die or kill others cost at most their own task."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shared_responsibility.grading.engine.pool import LOST, Failed, Pool


@contextmanager
def squares() -> Iterator[Callable[[int], int]]:
    def work(number: int) -> int:
        if number == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 17:
            raise ValueError("unlucky")
        return number * number

    yield work


def test_every_task_has_its_result_also_where_a_worker_dies() -> None:
    with Pool[int, int](2, squares) as pool:
        results = dict(pool.run(range(40)))
    assert len(results) == 40
    assert results[13] == Failed(LOST)
    assert results[17] == Failed("ValueError: unlucky")
    assert all(results[n] == n * n for n in range(40) if n not in (13, 17))


@contextmanager
def slow() -> Iterator[Callable[[int], int]]:
    def work(number: int) -> int:
        time.sleep(0.02)
        return os.getpid()

    yield work


def test_a_worker_killed_from_outside_is_replaced_and_nothing_is_lost() -> None:
    with Pool[int, int](2, slow) as pool:
        victim = pool.pids[0]
        results = {}
        for task, result in pool.run(range(50)):
            results[task] = result
            if len(results) == 5:
                os.kill(victim, signal.SIGKILL)
        assert victim not in pool.pids
    assert sorted(results) == list(range(50))
    assert not [one for one in results.values() if isinstance(one, Failed)]


def test_a_pool_leaves_no_process() -> None:
    with Pool[int, int](3, slow) as pool:
        pids = pool.pids
        list(pool.run(range(3)))
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
