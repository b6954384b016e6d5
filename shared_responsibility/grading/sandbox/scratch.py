"""Temporary folders that carry the process that made them, so that the next run can clear up after
one that was killed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

PREFIX = "srm-"


def scratch_prefix(what: str = "") -> str:
    """What the name of a temporary folder of this process begins with."""
    return f"{PREFIX}{os.getpid()}-{what}"


def sweep() -> list[str]:
    """Remove the temporary folders of processes that are gone; returns their names."""
    gone = [
        path
        for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}[0-9]*-*")
        if path.is_dir() and not path.is_symlink() and _is_mine(path) and not is_alive(path)
    ]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in gone]


def _is_mine(path: Path) -> bool:
    try:
        return sys.platform == "win32" or path.stat().st_uid == os.getuid()
    except OSError:
        return False


def is_alive(path: Path) -> bool:
    """Whether the process still runs whose number follows the prefix in the name of `path`."""
    if sys.platform == "win32":
        # Asking there with signal 0 would end the process.
        return True
    number = path.name.removeprefix(PREFIX).partition("-")[0]
    if not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
