"""Looks at a run from outside and ends it at its deadline or when it uses too much.

The kernel holds what it can hold exactly (addresses, processes, the size of the work folder).
Memory over all processes is looked at every 0.05 s, every 0.01 s above half the limit: between
two looks a run can go over it by what it can fill in that time, unless it has a control group.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared_responsibility.grading.sandbox.limits import Limits

if TYPE_CHECKING:
    from shared_responsibility.grading.sandbox.cgroup import Group

CALM, CLOSE = 0.05, 0.01
MOST_FILES = 20_000
"""Each file costs the kernel about a kilobyte, however empty."""


@dataclass(frozen=True)
class Usage:
    """What all processes of a run use together."""

    memory: int
    threads: int


def usage(root: int, enough: int) -> Usage:
    """Memory (bytes) and threads of a process and all below it.

    Resident pages are counted; shared ones are split up (which is slower) only where the plain sum
    is above `enough`.
    """
    pids = list(descendants(root))
    resident = sum(_resident(pid) for pid in pids)
    if resident > enough:
        resident = sum(_proportional(pid) for pid in pids)
    return Usage(resident, sum(_threads(pid) for pid in pids))


def descendants(root: int) -> Iterator[int]:
    """The process and every process below it, parents first."""
    if not sys.platform.startswith("linux"):
        yield from _by_psutil(root)
        return
    waiting = [root]
    while waiting:
        pid = waiting.pop(0)
        yield pid
        waiting += children(pid)


def children(pid: int) -> list[int]:
    """Processes that any thread of a process has started and that still run."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    except OSError:
        pass
    return found


class Watcher:
    """A thread that ends a run; `why` then holds the sentence."""

    def __init__(
        self, root: int, limits: Limits, folder: Path, own_disk: bool, end: Callable[[], None],
        *, deadline: bool, group: Group | None = None,
    ) -> None:  # fmt: skip
        self.why = ""
        self._group = group
        self._root, self._limits, self._folder, self._end = root, limits, folder, end
        self._own_disk = own_disk
        self._deadline = time.monotonic() + limits.seconds if deadline else None
        self._stopped = threading.Event()
        self._next_walk = 0.0
        self._walked = (0, 0)
        self._thread = threading.Thread(target=self._watch, name="srm-watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self.why = self.reason

    @property
    def reason(self) -> str:
        """Why the run was or will be ended; "" where nothing is wrong."""
        return self.why or (self._too_much_memory if self._is_used_up else "")

    @property
    def _is_used_up(self) -> bool:
        """Whether the kernel has stepped in already."""
        return self._group is not None and self._group.has_killed

    @property
    def _too_much_memory(self) -> str:
        return f"It used more than {_mib(self._limits.total_memory)} MiB of memory."

    def _watch(self) -> None:
        pause = CALM
        while not self._stopped.wait(pause):
            try:
                pause = self._look()
            except Exception as problem:
                self.why = f"It could not be watched any longer ({problem})."
            if self.why:
                self._stopped.set()
                self._end()

    def _look(self) -> float:
        """Sets `why` where a limit is passed; returns the seconds until the next look."""
        written, files = self._written()
        used = usage(self._root, self._limits.total_memory - written)
        self.why = self._reason(used, written, files)
        return CLOSE if used.memory > self._limits.total_memory / 2 else CALM

    def _reason(self, used: Usage, written: int, files: int) -> str:
        limits = self._limits
        # A work folder in memory counts as memory.
        memory = used.memory + (written if self._own_disk else 0)
        if self._deadline is not None and time.monotonic() > self._deadline:
            return f"It ran longer than {limits.seconds:g} seconds."
        if memory > limits.total_memory or self._is_used_up:
            return self._too_much_memory
        if used.threads > 2 * limits.processes:
            return f"It started more than {limits.processes} processes."
        if written > limits.work_bytes:
            return f"It wrote more than {_mib(limits.work_bytes)} MiB."
        if files > MOST_FILES:
            return f"It made more than {MOST_FILES} files."
        return ""

    def _written(self) -> tuple[int, int]:
        """Bytes and files in the run's folder."""
        if self._own_disk:
            try:
                about = os.statvfs(self._folder)
            except OSError:
                return 0, 0
            used = (about.f_blocks - about.f_bfree) * about.f_frsize
            return used, about.f_files - about.f_ffree
        if time.monotonic() >= self._next_walk:
            started = time.monotonic()
            self._walked = _walk(self._folder)
            # Walking may cost at most a tenth of the time.
            self._next_walk = time.monotonic() + max(0.5, 10 * (time.monotonic() - started))
        return self._walked


def _walk(folder: Path) -> tuple[int, int]:
    size = files = 0
    for where, _, names in os.walk(folder):
        for name in names:
            files += 1
            try:
                size += os.lstat(os.path.join(where, name)).st_blocks * 512
            except (OSError, AttributeError):
                continue
    return size, files


def _mib(size: int) -> int:
    return size // (1024 * 1024)


def _resident(pid: int) -> int:
    if not sys.platform.startswith("linux"):
        return _psutil_resident(pid)
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return _resident(pid)


def _threads(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 1


def _by_psutil(root: int) -> Iterator[int]:
    import psutil  # type: ignore[import-untyped,unused-ignore]

    yield root
    try:
        yield from (one.pid for one in psutil.Process(root).children(recursive=True))
    except psutil.Error:
        return


def _psutil_resident(pid: int) -> int:
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
