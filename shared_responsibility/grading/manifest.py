"""The record of a release: the notebook as learners got it, and the keys as they were then.

Grading reads this record and never today's `data/`. A record is written once; a release that
differs gets a record of its own beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_responsibility import __version__
from shared_responsibility.errors import CourseError
from shared_responsibility.items import form
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import ItemKey
from shared_responsibility.tables import TABLES, data_directory

FORMAT = 2
# Records of format 1 know items with one answer only; they are read as such.
READABLE = (1, 2)
FOLDER = "manifests"
GRADED = "-graded"


@dataclass(frozen=True)
class Exercise:
    """One graded cell and the keys of its items with their points."""

    grade_id: str
    exercise: str
    keys: tuple[tuple[ItemKey, float], ...]

    @property
    def points(self) -> float:
        return sum(points for _, points in self.keys)


@dataclass(frozen=True)
class Manifest:
    """All that grading needs to know of a release."""

    assignment: str
    release: dict[str, Any]
    exercises: tuple[Exercise, ...]
    data_hash: str
    feedback: str = "explained"

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file."""
        return {
            "format": FORMAT,
            "assignment": self.assignment,
            "package_version": __version__,
            "data_hash": self.data_hash,
            "feedback": self.feedback,
            "exercises": [
                {
                    "grade_id": one.grade_id,
                    "exercise": one.exercise,
                    "items": [{"points": p, "key": key.as_data()} for key, p in one.keys],
                }
                for one in self.exercises
            ],
            "release": self.release,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Manifest:
        """The inverse of `as_data`. Raises `CourseError` for a record of another format."""
        if data.get("format") not in READABLE:
            raise CourseError(
                f"The release record has format {data.get('format')!r}; "
                f"up to {FORMAT} is read here."
            )
        exercises = tuple(
            Exercise(
                one["grade_id"],
                one["exercise"],
                tuple((ItemKey.from_data(i["key"]), float(i["points"])) for i in one["items"]),
            )
            for one in data["exercises"]
        )
        return cls(
            data["assignment"], data["release"], exercises, data["data_hash"], data["feedback"]
        )


def describe_release(assignment: str, release: dict[str, Any]) -> Manifest:
    """The record of a release notebook, with its keys derived from the facts of today.

    Raises `CourseError` where a graded cell has other points than its items.
    """
    exercises = []
    for cell in release["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if not (marks.get("grade") and marks["grade_id"].endswith(GRADED)):
            continue
        exercise = marks["grade_id"].removesuffix(GRADED)
        if float(marks["points"]) != form(exercise).points:
            raise CourseError(
                f"The graded cell of {exercise!r} has {marks['points']} points, its items have "
                f"{form(exercise).points:g}. Run: srm build"
            )
        exercises.append(Exercise(marks["grade_id"], exercise, tuple(keys_of_form(exercise))))
    return Manifest(assignment, release, tuple(exercises), hash_of_data())


def write_manifest(course: Path, manifest: Manifest) -> Path:
    """Write the record under the course's root, unless the last one says the same."""
    text = json.dumps(manifest.as_data(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    folder = course / FOLDER / manifest.assignment
    records = _records(folder)
    if records and records[-1].read_text(encoding="utf-8") == text:
        return records[-1]
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
    path = folder / f"{len(records) + 1:04d}-{digest}.json"
    waiting = path.with_suffix(".new")
    waiting.write_text(text, encoding="utf-8", newline="\n")
    os.replace(waiting, path)
    path.chmod(0o444)
    return path


def read_manifest(course: Path, assignment: str) -> Manifest:
    """The record in force: the last one. Raises `CourseError` where there is none."""
    records = _records(course / FOLDER / assignment)
    if not records:
        raise CourseError(
            f"There is no record of a release of {assignment!r} here yet. "
            f"First run: nbgrader generate_assignment {assignment}"
        )
    return Manifest.from_data(json.loads(records[-1].read_text(encoding="utf-8")))


def hash_of_data() -> str:
    """A fingerprint of every table, to notice that the facts have moved since a release."""
    digest = hashlib.sha256()
    for table in TABLES.values():
        path = data_directory() / table.path
        digest.update(table.name.encode("ascii"))
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _records(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]-*.json"))
