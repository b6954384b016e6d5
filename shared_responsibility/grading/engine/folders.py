"""The course's folders: what learners handed in, and what a graded learner's folder holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

from shared_responsibility.grading.engine.tasks import Assignment, Graded, Submission
from shared_responsibility.grading.preflight import intake
from shared_responsibility.grading.preflight.folder import read_hand_in

NEW, OLD = ".srm-new-", ".srm-old-"


@dataclass(frozen=True)
class Layout:
    """Where things of one assignment lie; nbgrader's own `CourseDirectory` decides."""

    coursedir: CourseDirectory
    assignment: str

    def autograded(self, student: str) -> Path:
        """The folder of a graded learner."""
        return self._path(self.coursedir.autograded_directory, student)

    def source(self) -> Path:
        """The folder of the assignment's author."""
        return self._path(self.coursedir.source_directory, ".")

    def _path(self, step: str, student: str) -> Path:
        return Path(self.coursedir.format_path(step, student, self.assignment))

    def hand_ins(self) -> list[tuple[str, Path]]:
        """Everybody who handed in anything, without those the configuration leaves out."""
        excluded = set((self.coursedir.student_id_exclude or "").split(","))
        found = intake.hand_ins(self.coursedir)
        return [(student, folder) for student, folder in found if student not in excluded]

    def read(
        self, student: str, folder: Path, notebook: str, release: dict[str, Any]
    ) -> Submission:
        """What a learner handed in. Links and devices are not followed."""
        found = read_hand_in(folder, notebook, release, self.coursedir.ignore)
        files = {name: data for name in found.files if (data := found.read(name)) is not None}
        return Submission(
            student, notebook, found.content, found.reason, tuple(found.notes), files,
            _timestamp(folder),
        )  # fmt: skip

    def source_files(self, kept: list[str]) -> dict[str, bytes]:
        """The author's files, without those that learners may hand in themselves."""
        source = self.source()
        names = utils.find_all_files(str(source), [*self.coursedir.ignore, "*.ipynb"])
        paths = {os.path.relpath(name, source): Path(name) for name in sorted(names)}
        return {name: path.read_bytes() for name, path in paths.items() if name not in kept}

    def write_aside(self, submission: Submission, graded: Graded, about: Assignment) -> Path:
        """Write a graded learner's folder under a name that nobody reads yet."""
        aside = self._aside(graded)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        for name, data in about.files_of(submission).items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        notebook = aside / f"{graded.notebook}.ipynb"
        notebook.write_text(graded.text, encoding="utf-8", newline="\n")
        self._set_permissions(aside)
        return aside

    def _aside(self, graded: Graded) -> Path:
        final = self.autograded(graded.student)
        return final.with_name(f"{NEW}{final.name}-{graded.digest[:16]}")

    def _set_permissions(self, folder: Path) -> None:
        shared = self.coursedir.groupshared
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                if shared:
                    path.chmod((path.stat().st_mode | 0o2770) & 0o2777)
            else:
                path.chmod(0o664 if shared else 0o444)

    def publish(self, student: str, aside: Path) -> None:
        """Put a folder that was written aside in its place; the old one goes."""
        final = self.autograded(student)
        old = final.with_name(f"{OLD}{final.name}")
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        aside.rename(final)
        shutil.rmtree(old, ignore_errors=True)

    def recover(self, digests: dict[str, str]) -> Iterator[str]:
        """Finish or undo what a run that was killed left: the gradebook decides.

        Yields the learners whose folder was put in its place.
        """
        pattern = self.autograded("*")
        root = Path(pattern.anchor)
        below = str(pattern.parent.relative_to(root))
        for folder in sorted(root.glob(f"{below}/{NEW}{pattern.name}-*")):
            student = folder.parent.name
            if digests.get(student, "")[:16] == folder.name.rpartition("-")[2]:
                self.publish(student, folder)
                yield student
            else:
                shutil.rmtree(folder, ignore_errors=True)
        for folder in root.glob(f"{below}/{OLD}{pattern.name}"):
            shutil.rmtree(folder, ignore_errors=True)


def _timestamp(folder: Path) -> str | None:
    """A time that nbgrader can read; one that it cannot read counts as none."""
    try:
        return intake.timestamp_in(folder)
    except ValueError:
        return None
