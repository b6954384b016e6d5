"""Memory over all processes, held by the kernel exactly, where a folder for it is handed over.

An administrator makes a control group, switches on its memory controller and gives the folder to
the grader; `SRM_CGROUP` names it. Each run gets a group of its own in it. Never another group is
touched: without the variable the watcher alone counts.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.watcher import children

VARIABLE = "SRM_CGROUP"
_numbers = itertools.count()


class Group:
    """The control group of one run."""

    def __init__(self, parent: Path, limits: Limits) -> None:
        """Make it, with its limits. Raises `CourseError` where the folder is not usable."""
        self.folder = parent / f"srm-{os.getpid()}-{next(_numbers)}"
        # Version 2, then version 1; a work folder in memory is charged as memory.
        wanted = {
            "memory.max": limits.total_memory,
            "memory.swap.max": 0,
            "memory.limit_in_bytes": limits.total_memory,
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
    """A group for one run, where a folder was handed over."""
    parent = os.environ.get(VARIABLE)
    return Group(Path(parent), limits) if parent else None
