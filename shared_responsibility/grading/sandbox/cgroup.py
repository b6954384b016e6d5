"""Memory over all processes, held by the kernel exactly, where a control group may be made.

Each run gets a group of its own below the group of the grader. Where the grader may not make one
there, an administrator can hand over a folder with its memory controller on: `SRM_CGROUP` names
it. Never another group is touched, and where none can be had the watcher alone counts.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from functools import cache
from pathlib import Path

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.scratch import PREFIX, is_alive, scratch_prefix
from shared_responsibility.grading.sandbox.watcher import children

VARIABLE = "SRM_CGROUP"
_numbers = itertools.count()


class Group:
    """The control group of one run."""

    def __init__(self, parent: Path, limits: Limits) -> None:
        """Make it, with its limits. Raises `CourseError` where the folder is not usable."""
        _remove_left(parent)
        self.folder = parent / f"{scratch_prefix()}{next(_numbers)}"
        # Version 2, then version 1; a work folder in memory is charged as memory.
        wanted = {
            "memory.max": limits.total_memory,
            "memory.swap.max": 0,
            "memory.limit_in_bytes": limits.total_memory,
            "memory.memsw.limit_in_bytes": limits.total_memory,
            "pids.max": 2 * limits.processes,
        }
        try:
            self.folder.mkdir()
            held = [name for name, value in wanted.items() if self._set(name, value)]
        except OSError as problem:
            self.remove()
            raise CourseError(f"{VARIABLE} names a folder that cannot be used: {problem}") from None
        if not held:
            self.remove()
            raise CourseError(f"{VARIABLE} names {parent}, which has no controller switched on.")

    def take(self, pid: int) -> str | None:
        """Move a process and all below it in, parents first: what one starts later is in it too.

        Returns why it could not, or None.
        """
        waiting = [pid]
        while waiting:
            pid = waiting.pop()
            try:
                (self.folder / "cgroup.procs").write_text(str(pid), encoding="ascii")
            except ProcessLookupError:
                continue
            except OSError as problem:
                return f"it could not join its control group: {problem}."
            waiting += children(pid)
        return None

    @property
    def has_killed(self) -> bool:
        """Whether the kernel has ended a process in it, since its memory was used up."""
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(OSError):
                words = (self.folder / name).read_text(encoding="ascii").split()
                return int(words[words.index("oom_kill") + 1]) > 0
        return False

    def remove(self) -> None:
        """Remove the group; its processes must have ended."""
        for _ in range(50):
            with contextlib.suppress(FileNotFoundError):
                try:
                    self.folder.rmdir()
                except OSError:
                    time.sleep(0.02)
                    continue
            return

    def _set(self, name: str, value: int) -> bool:
        path = self.folder / name
        if not path.exists():
            return False
        path.write_text(str(value), encoding="ascii")
        return True


def new_group(limits: Limits) -> Group | None:
    """A group for one run, where one may be made; `CourseError` where `SRM_CGROUP` is no use."""
    named = os.environ.get(VARIABLE)
    if named:
        return Group(Path(named), limits)
    own = _own_group()
    if own is None:
        return None
    try:
        return Group(own, limits)
    except CourseError:
        return None


@cache
def _remove_left(parent: Path) -> None:
    """Remove the groups of graders that were killed."""
    for path in parent.glob(f"{PREFIX}[0-9]*-*"):
        if not is_alive(path):
            with contextlib.suppress(OSError):
                path.rmdir()


def _own_group() -> Path | None:
    """The folder of this process's group, where it may have groups below with a memory limit."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, path = line.split(":", 2)
        version_1 = controllers == "memory"
        folder = Path(f"/sys/fs/cgroup{'/memory' if version_1 else ''}{path}")
        if (version_1 or _passes_memory_on(folder)) and os.access(folder, os.W_OK):
            return folder
    return None


def _passes_memory_on(folder: Path) -> bool:
    try:
        return "memory" in (folder / "cgroup.subtree_control").read_text(encoding="ascii").split()
    except OSError:
        return False
