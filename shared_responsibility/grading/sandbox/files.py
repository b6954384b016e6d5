"""Copy a learner's own extra files, so that nothing of the original folder is in reach."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath

from shared_responsibility.errors import CourseError

MOST_FILES = 1000
SKIPPED_ENDINGS = (".ipynb", ".pyc", ".db", ".html")
"""Notebooks may be graded ones, with feedback; the rest is no input of an exercise."""


def copy_plain_files(folder: Path, target: Path, most_bytes: int) -> None:
    """Copy regular files, readable for all. Links, devices, hidden files and notebooks stay out.

    Raises `CourseError` where they are too many or too large.
    """
    target.mkdir(mode=0o755)
    size = 0
    for files, path in enumerate(_plain(folder), start=1):
        size += path.lstat().st_size
        if files > MOST_FILES or size > most_bytes:
            raise CourseError(
                f"The files beside the notebook are more than {MOST_FILES} or larger than "
                f"{most_bytes // 1024**2} MiB together."
            )
        copy = target / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, copy)
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _plain(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if _is_name_shown(f))
        for name in sorted(names):
            path = Path(where, name)
            if _is_name_shown(name) and stat.S_ISREG(path.lstat().st_mode):
                yield path


def is_shown(path: str) -> bool:
    """Whether a file, by its path below the work folder, is copied."""
    return all(map(_is_name_shown, PurePath(path).parts))


def _is_name_shown(name: str) -> bool:
    return not name.startswith((".", "__")) and not name.lower().endswith(SKIPPED_ENDINGS)


def _copy(source: Path, target: Path) -> None:
    # The file may have been exchanged for a link since it was looked at.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(source, flags), "rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write)
