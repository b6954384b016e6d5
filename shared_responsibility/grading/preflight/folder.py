"""What a learner handed in: a folder in which anything may lie.

Links are not followed, devices not opened, sizes bounded. Nothing here changes the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path
from typing import Any

from shared_responsibility.grading.preflight.reading import LARGEST_FILE, read_cells, storable

MOST_ENTRIES = 2_000
MOST_FILES = 200
MOST_BYTES = 50_000_000
MOST_CANDIDATES = 10
DEEPEST_FOLDER = 5
# What browsers and mail programs make of the ending.
ENDINGS = (".ipynb", ".ipynb.txt", ".ipynb.json")
STAND_IN = "nothing-to-grade.ipynb"
STAND_IN_TEXT = (
    b'{"cells": [], "metadata": {"srm": "stand-in"}, "nbformat": 4, "nbformat_minor": 5}\n'
)


@dataclass
class HandIn:
    """A notebook to grade with its extra files, or the reason why there is none.

    `files` are paths relative to `folder`; `content` is `None` exactly where `reason` says why.
    """

    folder: Path
    content: bytes | None = None
    reason: str = ""
    name: str = ""
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of the notebook, at most one more than are allowed."""
        return len(self.content or b"")

    def read(self, name: str) -> bytes | None:
        """One of `files`; `None` where it has changed into something else since."""
        return read_plain(self.folder / name, MOST_BYTES)


def read_hand_in(
    folder: Path, notebook: str, release: dict[str, Any], ignore: Sequence[str] = ()
) -> HandIn:
    """Find the notebook and the extra files in the folder that a learner handed in.

    `notebook` is its name without ending; `ignore` are patterns of names, as nbgrader has them.
    A notebook under another name counts, with a note.
    """
    hand_in = HandIn(folder)
    reason = _why_no_folder(folder)
    if reason:
        hand_in.reason = reason
        return hand_in
    _find_notebook(hand_in, f"{notebook}.ipynb", release)
    _find_files(hand_in, ignore)
    return hand_in


def read_plain(path: Path, most: int) -> bytes | None:
    """At most `most` bytes of a regular file with one name; `None` for anything else."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        # It may have been exchanged for something else since it was looked at.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
                return None
            return file.read(most)
    except OSError:
        return None


def shown(name: str) -> str:
    """A file's name for people: short, printable, with nothing that Markdown or HTML reads."""
    plain = "".join(c if c.isprintable() and c not in "`<>[]&" else "?" for c in storable(name))
    return plain if len(plain) <= 60 else f"{plain[:50]}...{plain[-7:]}"


def _why_no_folder(folder: Path) -> str:
    try:
        mode = folder.lstat().st_mode
    except OSError as problem:
        return f"the folder could not be opened ({type(problem).__name__})"
    if stat.S_ISLNK(mode):
        return "instead of a folder there is a link, and links are not followed"
    if not stat.S_ISDIR(mode):
        return "what was handed in is not a folder"
    readable = os.access(folder, os.R_OK | os.X_OK)
    return "" if readable else "there is no permission to open the folder"


def _find_notebook(hand_in: HandIn, wanted: str, release: dict[str, Any]) -> None:
    entries = _entries(hand_in.folder)
    if wanted in entries or os.path.lexists(hand_in.folder / wanted):
        hand_in.name = wanted
        hand_in.reason = _why_not_plain(hand_in.folder / wanted)
        if not hand_in.reason:
            hand_in.content = read_plain(hand_in.folder / wanted, LARGEST_FILE + 1)
        return
    candidates = _candidates(hand_in.folder, entries)
    usable = [name for name in candidates if not _why_not_plain(hand_in.folder / name)]
    if not usable:
        hand_in.reason = _nothing_found(hand_in.folder, wanted, candidates, entries)
        return
    chosen = _best(hand_in.folder, usable[:MOST_CANDIDATES], wanted, release)
    hand_in.name = chosen
    hand_in.content = read_plain(hand_in.folder / chosen, LARGEST_FILE + 1)
    hand_in.notes.append(_other_name(wanted, chosen, usable))


def _entries(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return sorted(entry.name for entry in islice(found, MOST_ENTRIES))
    except OSError:
        return []


def _candidates(folder: Path, entries: list[str]) -> list[str]:
    """Names that look like a notebook, here or else one folder below."""
    here = [name for name in entries if _looks_like_a_notebook(folder / name)]
    if here:
        return here
    below = [name for name in entries if not name.startswith((".", "__"))]
    inner = [f for f in below if (folder / f).is_dir() and not (folder / f).is_symlink()]
    return [
        f"{outer}/{name}"
        for outer in inner[:MOST_CANDIDATES]
        for name in _entries(folder / outer)
        if _looks_like_a_notebook(folder / outer / name)
    ]


def _looks_like_a_notebook(path: Path) -> bool:
    if path.name == STAND_IN and read_plain(path, len(STAND_IN_TEXT) + 1) == STAND_IN_TEXT:
        return False
    return path.name.lower().endswith(ENDINGS) and not path.name.startswith(".")


def _why_not_plain(path: Path) -> str:
    try:
        about = path.lstat()
    except OSError as problem:
        return f"it could not be opened ({type(problem).__name__})"
    if stat.S_ISLNK(about.st_mode):
        return "it is a link, and links are not followed"
    if stat.S_ISDIR(about.st_mode):
        return "there is a folder in place of the notebook"
    if not stat.S_ISREG(about.st_mode):
        return "it is not a file but a pipe or a device"
    if about.st_nlink > 1:
        return "it is a hard link, so the same file stands in another place too"
    if about.st_size > LARGEST_FILE:
        return f"it is larger than {LARGEST_FILE // 1_000_000} MB"
    return "" if os.access(path, os.R_OK) else "there is no permission to read it"


def _nothing_found(folder: Path, wanted: str, candidates: list[str], entries: list[str]) -> str:
    if candidates:
        name = candidates[0]
        return f"there is no {wanted}, and of {shown(name)} {_why_not_plain(folder / name)}"
    there = [shown(name) for name in entries if name not in (STAND_IN, "timestamp.txt")]
    if not there:
        return "the folder is empty"
    more = f" and {len(there) - 3} more" if len(there) > 3 else ""
    return f"there is no notebook in the folder, only {', '.join(there[:3])}{more}"


def _best(folder: Path, names: list[str], wanted: str, release: dict[str, Any]) -> str:
    """The one whose cells match the release best; in doubt the one whose name is most alike."""
    if len(names) == 1:
        return names[0]
    ids = {cell["metadata"]["nbgrader"]["grade_id"] for cell in release["cells"]}

    def fit(name: str) -> tuple[int, bool]:
        content = read_plain(folder / name, LARGEST_FILE + 1) or b""
        alike = Path(name).name.lower() == wanted.lower()
        return matching_cells(content, ids), alike

    return max(names, key=fit)


def matching_cells(content: bytes, ids: set[str]) -> int:
    """How many cells of the release a notebook holds."""
    try:
        return len(ids & {cell.grade_id for cell in read_cells(content).cells})
    except ValueError:
        return 0


def _other_name(wanted: str, chosen: str, usable: list[str]) -> str:
    note = f"There was no `{wanted}`. `{shown(chosen)}` was graded in its place."
    others = [shown(name) for name in usable if name != chosen]
    if not others:
        return note
    return f"{note} It fits the assignment better than {', '.join(others[:3])}."


def _find_files(hand_in: HandIn, ignore: Sequence[str]) -> None:
    room, links, too_many = MOST_BYTES, [], []
    for name, about in islice(_walk(hand_in.folder, "", ignore, 0), MOST_ENTRIES):
        if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1:
            links.append(shown(name))
        elif about.st_size > room or len(hand_in.files) >= MOST_FILES:
            too_many.append(shown(name))
        else:
            hand_in.files.append(name)
            room -= about.st_size
    if links:
        hand_in.notes.append(f"Left out, since they are links or no files: {_some(links)}.")
    if too_many:
        hand_in.notes.append(
            f"Left out, since at most {MOST_FILES} extra files of {MOST_BYTES // 1_000_000} MB "
            f"together are taken: {_some(too_many)}."
        )


def _walk(
    folder: Path, below: str, ignore: Sequence[str], depth: int
) -> Iterator[tuple[str, os.stat_result]]:
    for name in _entries(folder):
        if name.lower().endswith(ENDINGS) or any(fnmatch(name, one) for one in ignore):
            continue
        path = folder / name
        try:
            about = path.lstat()
        except OSError:
            continue
        if not stat.S_ISDIR(about.st_mode):
            yield f"{below}{name}", about
        elif depth < DEEPEST_FOLDER:
            yield from _walk(path, f"{below}{name}/", ignore, depth + 1)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"
