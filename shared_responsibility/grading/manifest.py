"""The record of a release: the notebook as learners got it, and the keys as they were then.

Grading reads this record and never today's `data/`. A record is written once; a release that
differs gets a record of its own beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared_responsibility import __version__
from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import code_exercise, is_code_exercise
from shared_responsibility.items import form
from shared_responsibility.judges import judge_of
from shared_responsibility.keys import check_keys, keys_of_form
from shared_responsibility.scoring import CheckKey, ItemKey
from shared_responsibility.tables import TABLES, data_directory, has_answers

FORMAT = 3
# Records of format 1 know items with one answer only, those of format 2 forms only.
READABLE = (1, 2, 3)
FOLDER = "manifests"
GRADED = "-graded"
FORM = "form"
OPEN_SEED = "open"


@dataclass(frozen=True)
class Exercise:
    """One graded cell, and what it is judged by: keys with points, and what code should give.

    `kind` is `form` or an `ExerciseKind`; `expected` is plain data for the judge of that kind.
    `dropped` items were withdrawn after the release: everybody has their points.
    """

    grade_id: str
    exercise: str
    keys: tuple[tuple[ItemKey | CheckKey, float], ...]
    kind: str = FORM
    expected: Any = None
    dropped: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        return sum(points for _, points in self.keys)

    @property
    def inputs(self) -> Any:
        """The cases on which a learner's function runs; `None` where there are none."""
        return self.expected.get("inputs") if isinstance(self.expected, dict) else None

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file."""
        return {
            "grade_id": self.grade_id,
            "exercise": self.exercise,
            "kind": self.kind,
            "expected": self.expected,
            "dropped": list(self.dropped),
            "items": [{"points": points, "key": key.as_data()} for key, points in self.keys],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Exercise:
        """The inverse of `as_data`."""
        kind = data.get("kind", FORM)
        make = ItemKey.from_data if kind == FORM else CheckKey.from_data
        keys = tuple((make(one["key"]), float(one["points"])) for one in data["items"])
        dropped = tuple(data.get("dropped", ()))
        return cls(data["grade_id"], data["exercise"], keys, kind, data.get("expected"), dropped)


@dataclass(frozen=True)
class Manifest:
    """All that grading needs to know of a release."""

    assignment: str
    release: dict[str, Any]
    exercises: tuple[Exercise, ...]
    data_hash: str
    seed: str = OPEN_SEED
    name: str = ""

    @property
    def points(self) -> float:
        """The points of everything that is judged here, those by hand left out."""
        return sum(exercise.points for exercise in self.exercises)

    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file."""
        return {
            "format": FORMAT,
            "assignment": self.assignment,
            "package_version": __version__,
            "data_hash": self.data_hash,
            "seed": self.seed,
            "exercises": [one.as_data() for one in self.exercises],
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
        exercises = tuple(Exercise.from_data(one) for one in data["exercises"])
        seed = data.get("seed", OPEN_SEED)
        return cls(data["assignment"], data["release"], exercises, data["data_hash"], seed)


def describe_release(
    assignment: str, release: dict[str, Any], seed: str = OPEN_SEED, *, open_only: bool = False
) -> Manifest:
    """The record of a release notebook, with its keys derived from the facts of today.

    The seed draws the cases that no learner has seen. With `open_only`, exercises whose key is
    not on this machine are left out instead of being an error. Raises `CourseError` where a
    graded cell has other points than its items.
    """
    exercises = []
    for cell in release["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if not (marks.get("grade") and marks["grade_id"].endswith(GRADED)):
            continue
        if open_only and not _is_open(marks["grade_id"]):
            continue
        exercise = _describe(assignment, marks["grade_id"], seed)
        if float(marks["points"]) != exercise.points:
            raise CourseError(
                f"The graded cell of {exercise.exercise!r} has {marks['points']} points, its items "
                f"have {exercise.points:g}. Run: srm build"
            )
        exercises.append(exercise)
    return Manifest(assignment, release, tuple(exercises), hash_of_data(), seed)


def _is_open(grade_id: str) -> bool:
    return has_answers() or is_code_exercise(grade_id.removesuffix(GRADED))


def _describe(assignment: str, grade_id: str, seed: str) -> Exercise:
    slug = grade_id.removesuffix(GRADED)
    if not is_code_exercise(slug):
        return Exercise(grade_id, slug, tuple(keys_of_form(form(slug))))
    asked = code_exercise(slug)
    expected = judge_of(assignment, slug).expected(seed)
    # What goes through a file once must not differ from what comes out of it.
    plain = json.loads(json.dumps(expected))
    return Exercise(grade_id, slug, tuple(check_keys(asked)), str(asked.kind), plain)


def with_withdrawn(course: Path, manifest: Manifest) -> Manifest:
    """The record with what the last one withdrew, as far as the same questions stand in both."""
    records = _records(course / FOLDER / manifest.assignment)
    if not records:
        return manifest
    gone = {
        (key.item_id, key.version)
        for one in read_record(records[-1]).exercises
        for key, _ in one.keys
        if key.item_id in one.dropped
    }
    exercises = tuple(
        replace(
            one,
            dropped=tuple(
                sorted(key.item_id for key, _ in one.keys if (key.item_id, key.version) in gone)
            ),
        )
        for one in manifest.exercises
    )
    return replace(manifest, exercises=exercises)


def write_manifest(course: Path, manifest: Manifest) -> Path:
    """Write the record under the course's root, unless the last one says the same."""
    text = json.dumps(manifest.as_data(), indent=1, ensure_ascii=False) + "\n"
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
    return read_record(records[-1])


def read_record(path: Path) -> Manifest:
    """One record of a release; its name is that of the file."""
    return replace(Manifest.from_data(json.loads(path.read_text(encoding="utf-8"))), name=path.stem)


def recorded(course: Path) -> list[str]:
    """The assignments of which there is a record. Raises `CourseError` where there is none."""
    names = sorted(path.name for path in (course / FOLDER).glob("*") if _records(path))
    if not names:
        raise CourseError(
            "No release is recorded here yet. First run: nbgrader generate_assignment ASSIGNMENT"
        )
    return names


def named_manifest(course: Path, assignment: str, name: str) -> Manifest:
    """The record with this name. Raises `CourseError` where it is gone."""
    path = course / FOLDER / assignment / f"{name}.json"
    if not path.is_file():
        raise CourseError(f"The record {FOLDER}/{assignment}/{name}.json of the release is gone.")
    return read_record(path)


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
