"""`srm preflight`: what grading will find in every hand-in, before anything is graded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from nbgrader.coursedir import CourseDirectory

from shared_responsibility.grading.course import configuration
from shared_responsibility.grading.manifest import read_manifest
from shared_responsibility.grading.preflight.folder import read_hand_in
from shared_responsibility.grading.preflight.intake import hand_ins, notebook_of
from shared_responsibility.grading.preflight.rebuilding import rebuild_hand_in

COLUMNS = ("learner", "file", "bytes", "extra_files", "not_read", "put_right")


def preflight_table(course: Path, assignment: str) -> pd.DataFrame:
    """One row for each hand-in: `learner, file, bytes, extra_files, not_read, put_right`.

    `not_read` is the reason why a hand-in gets 0, else blank; `put_right` what is changed before
    grading. Raises `CourseError` where the assignment was not released.
    """
    course = course.resolve()
    release = read_manifest(course, assignment).release
    config = configuration(course)
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.assignment_id = assignment
    coursedir = CourseDirectory(config=config)
    notebook = notebook_of(coursedir)
    rows = []
    for learner, folder in hand_ins(coursedir):
        hand_in = read_hand_in(folder, notebook, release, coursedir.ignore)
        rebuilt = rebuild_hand_in(hand_in, release)
        notes = rebuilt.notes[1:] if rebuilt.unread else rebuilt.notes
        row = (learner, hand_in.name, hand_in.size, len(hand_in.files), rebuilt.unread)
        rows.append((*row, " ".join(notes)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def summary_of(table: pd.DataFrame) -> str:
    """One line on a whole class."""
    unread = int((table["not_read"] != "").sum())
    right = int(((table["put_right"] != "") & (table["not_read"] == "")).sum())
    whole = len(table) - unread - right
    return (
        f"{len(table)} handed in: {whole} whole, {right} to be put right, "
        f"{unread} cannot be read and get 0."
    )
