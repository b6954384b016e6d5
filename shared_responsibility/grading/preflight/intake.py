"""Where preflight meets nbgrader's `Autograde`.

nbgrader looks for notebooks by name before it reads them, follows links, and opens whatever lies
beside them. Its converter makes the configured exporter between looking and reading, and hands
itself over as `parent`; that is where `take_over` puts our list of hand-ins in place of its own.
"""

from __future__ import annotations

import glob
import os
import re
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from shared_responsibility.grading.preflight.folder import (
    STAND_IN,
    STAND_IN_TEXT,
    HandIn,
    read_hand_in,
    read_plain,
)

TIMESTAMP = "timestamp.txt"
LONGEST_TIMESTAMP = 100


class GuardedCourse(CourseDirectory):
    """The folders of a course for one run of `Autograde`.

    nbgrader copies no file of a learner by itself; a time that cannot be read counts as none.
    """

    def get_existing_timestamp(self, dest_path: str) -> Any:
        """The time of a hand-in, or `None`."""
        try:
            text = timestamp_in(Path(dest_path))
            return parse_utc(text) if text else None
        except ValueError:
            self.log.warning("%s/%s holds no time; it counts as none.", dest_path, TIMESTAMP)
            return None


def timestamp_in(folder: Path) -> str | None:
    """The time of a hand-in as text, or `None`; a folder that is a link has none.

    Raises `ValueError` for what nbgrader cannot read.
    """
    if os.path.islink(folder):
        return None
    text = (read_plain(folder / TIMESTAMP, LONGEST_TIMESTAMP) or b"").decode("ascii").strip()
    try:
        if text:
            parse_utc(text)
    except OverflowError as problem:
        raise ValueError(str(problem)) from None
    return text or None


def take_over(converter: Autograde) -> None:
    """Give nbgrader every learner who handed in anything, and keep it away from their files."""
    outer = converter.coursedir
    guarded = GuardedCourse(parent=outer.parent, config=outer.config)
    for name, trait in outer.traits(config=True).items():
        if not trait.read_only:
            setattr(guarded, name, getattr(outer, name))
    assignment = guarded.assignment_id
    everybody = submitted(guarded, "*")
    # As a pattern of names to ignore, it covers the folders and so all that is in them.
    guarded.ignore = [*guarded.ignore, everybody]
    converter.coursedir = guarded
    notebook = notebook_of(guarded)
    if fnmatch(notebook, guarded.notebook_id):
        chosen = glob.glob(submitted(guarded, guarded.student_id))
        converter.assignments = {
            folder: [os.path.join(folder, f"{notebook}.ipynb")] for folder in chosen
        }
        converter.log.debug("%s: %d handed in", assignment, len(chosen))


def submitted(coursedir: CourseDirectory, student: str) -> str:
    """A pattern for the folders of the learners that `student` names."""
    below = coursedir.directory_structure.format(
        nbgrader_step=coursedir.submitted_directory,
        student_id=student,
        assignment_id=glob.escape(coursedir.assignment_id),
    )
    return os.path.join(glob.escape(coursedir.root), below)


def hand_ins(coursedir: CourseDirectory) -> list[tuple[str, Path]]:
    """Everybody who handed in anything, with the folder, in order of names."""
    step, assignment = coursedir.submitted_directory, coursedir.assignment_id
    pattern = coursedir.format_path(step, "(?P<student>.+)", assignment, escape=True)
    found = {
        match["student"]: Path(path)
        for path in glob.glob(submitted(coursedir, coursedir.student_id))
        if (match := re.fullmatch(pattern, path))
    }
    return sorted(found.items())


def notebook_of(coursedir: CourseDirectory) -> str:
    """The name of the assignment's notebook: the one in the gradebook, else the assignment's."""
    assignment = str(coursedir.assignment_id)
    sqlite = str(coursedir.db_url).removeprefix("sqlite:///")
    if sqlite != coursedir.db_url and not os.path.isfile(sqlite):
        # Opening it would make it.
        return assignment
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            names = [one.name for one in gradebook.find_assignment(assignment).notebooks]
    except MissingEntry:
        names = []
    return str(names[0]) if len(names) == 1 else assignment


def is_submitted(coursedir: CourseDirectory, filename: str, about: dict[str, str]) -> bool:
    """Whether nbgrader asks for what a learner handed in, not for what it made of it."""
    folder = coursedir.format_path(
        coursedir.submitted_directory, about["student"], about["assignment"]
    )
    return os.path.normpath(os.path.dirname(filename)) == os.path.normpath(folder)


def hand_in_of(filename: str, release: dict[str, Any], ignore: list[str]) -> HandIn:
    """What was handed in where nbgrader expects this notebook."""
    path = Path(filename)
    return read_hand_in(path.parent, path.stem, release, ignore)


def copy_files(hand_in: HandIn, target: Path) -> None:
    """Copy a learner's extra files; one that the author gave stays."""
    for name in hand_in.files:
        path = target / name
        content = hand_in.read(name)
        if content is not None and not os.path.lexists(path):
            # A learner may have a folder where the author gave a file.
            with suppress(FileExistsError, NotADirectoryError):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


def let_all_be_seen(course: Path, submitted_directory: str = "submitted") -> None:
    """Put an empty stand-in notebook into hand-ins in which nbgrader would see none.

    nbgrader says "No notebooks were matched" and records nothing where no hand-in that it was
    asked for holds a name that ends in `.ipynb`. The stand-in adds a file and changes none;
    preflight knows it, never grades it, and records why the hand-in has no marks.
    """
    for folder in sorted((course / submitted_directory).glob("*/*")):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.glob("*.ipynb")):
            try:
                (folder / STAND_IN).write_bytes(STAND_IN_TEXT)
            except OSError:
                continue


def remove_stand_in(folder: Path) -> None:
    """Take our stand-in away again; a learner's own file of that name stays."""
    path = folder / STAND_IN
    if read_plain(path, len(STAND_IN_TEXT) + 1) == STAND_IN_TEXT:
        path.unlink()


__all__ = [
    "GuardedCourse",
    "copy_files",
    "hand_in_of",
    "hand_ins",
    "is_submitted",
    "let_all_be_seen",
    "notebook_of",
    "remove_stand_in",
    "take_over",
    "timestamp_in",
]
