"""The only writer: what `nbgrader autograde` writes to its tables, in one session, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any

import sqlalchemy as sa
from nbgrader import api, utils
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import selectinload
from traitlets.config import Config

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.engine.tasks import Graded
from shared_responsibility.grading.ledger import store

NO_RESPONSE = "No response."
_ours = sa.MetaData()
GRADED = sa.Table(
    "srm_graded",
    _ours,
    sa.Column("assignment", sa.String(128), primary_key=True),
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("graded_at", sa.DateTime, nullable=False),
)
"""What the last `srm grade` saw of each learner: what has not changed is not graded again."""


class Book:
    """An open gradebook and one assignment in it; use as a context."""

    def __init__(self, db_url: str, course_id: str, assignment: str, config: Config) -> None:
        self.gradebook = api.Gradebook(db_url, course_id)
        self.session = self.gradebook.db
        self.config = config
        self.assignment_name = assignment
        store.create_tables(self.gradebook.engine, _ours)
        store.create_tables(self.gradebook.engine)
        try:
            self.assignment = self.gradebook.find_assignment(assignment)
        except api.MissingEntry:
            self.gradebook.close()
            raise CourseError(
                f"The gradebook knows no assignment {assignment!r}. "
                f"First run: nbgrader generate_assignment {assignment}"
            ) from None
        self._penalties = AssignLatePenalties(config=config)
        self._penalties.init_plugin()
        self._cells = {
            notebook.name: {
                "grades": [*notebook.grade_cells, *notebook.task_cells],
                "comments": [*notebook.solution_cells, *notebook.task_cells],
            }
            for notebook in self.assignment.notebooks
        }

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.gradebook.close()

    @property
    def notebooks(self) -> list[str]:
        """Names of the assignment's notebooks."""
        return [str(notebook.name) for notebook in self.assignment.notebooks]

    @property
    def kernelspecs(self) -> dict[str, Any]:
        """By notebook: the kernel that the release named."""
        return {
            str(notebook.name): json.loads(notebook.kernelspec)
            for notebook in self.assignment.notebooks
            if notebook.kernelspec
        }

    def source_cells(self, notebook: str) -> dict[str, tuple[str, str, bool]]:
        """By grade id: checksum, source and lock as `OverwriteCells` reads them."""
        found = self.gradebook.find_notebook(notebook, self.assignment.name)
        return {c.name: (c.checksum, c.source, c.locked) for c in found.source_cells}

    def digests(self) -> dict[str, str]:
        """By student: what was seen when they were last graded."""
        rows = self.session.execute(
            sa.select(GRADED.c.student, GRADED.c.digest).where(
                GRADED.c.assignment == self.assignment.name
            )
        )
        return {row.student: row.digest for row in rows}

    def has(self, one: Graded, now: datetime) -> bool:
        """Whether the batch of this moment with this learner was written."""
        row = self.session.execute(
            sa.select(GRADED.c.digest, GRADED.c.graded_at).where(
                GRADED.c.assignment == self.assignment_name, GRADED.c.student == one.student
            )
        ).first()
        return row is not None and (row.digest, row.graded_at) == (one.digest, now)

    def write(self, batch: Iterable[tuple[Graded, str | None]], now: datetime) -> None:
        """Write learners, each with the text of the timestamp, in one transaction."""
        graded = {one.student: (one, timestamp) for one, timestamp in batch}
        try:
            store.lock(self.session)
            students = self._students(graded)
            submissions = self._submissions(graded)
            with self.session.no_autoflush:
                for student, (one, timestamp) in graded.items():
                    if student not in submissions:
                        submissions[student] = self._new(students[student])
                    if timestamp:
                        submissions[student].timestamp = utils.parse_utc(timestamp)
                    self._fill(submissions[student], one)
            self.session.flush()
            for student, (one, _) in graded.items():
                self._penalise(submissions[student], one)
                store.append(self.session, one.grading)
                self._note(one, now)
            self.session.commit()
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Forget what was not committed, also where the database is away."""
        with suppress(SQLAlchemyError):
            self.session.rollback()

    def _students(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        query = self.session.query(api.Student).filter(api.Student.id.in_(wanted))
        found = {student.id: student for student in query}
        for name in wanted:
            if name not in found:
                found[name] = api.Student(id=name)
                self.session.add(found[name])
        return found

    def _submissions(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        inner = selectinload(api.SubmittedAssignment.notebooks)
        query = (
            self.session.query(api.SubmittedAssignment)
            .filter(api.SubmittedAssignment.assignment_id == self.assignment.id)
            .filter(api.SubmittedAssignment.student_id.in_(wanted))
            .options(
                inner.selectinload(api.SubmittedNotebook.grades),
                inner.selectinload(api.SubmittedNotebook.comments),
            )
        )
        return {submission.student_id: submission for submission in query}

    def _new(self, student: Any) -> Any:
        """As `Gradebook.add_submission`, which would commit at once."""
        submission = api.SubmittedAssignment(assignment=self.assignment, student=student)
        self.session.add(submission)
        for notebook in self.assignment.notebooks:
            made = api.SubmittedNotebook(notebook=notebook, assignment=submission)
            self.session.add(made)
            for cell in self._cells[notebook.name]["grades"]:
                self.session.add(api.Grade(cell_id=cell.id, notebook=made))
            for cell in self._cells[notebook.name]["comments"]:
                self.session.add(api.Comment(cell_id=cell.id, notebook=made))
        return submission

    def _fill(self, submission: Any, one: Graded) -> None:
        names = {
            cell.id: cell.name
            for kinds in self._cells.values()
            for cells in kinds.values()
            for cell in cells
        }
        for notebook in submission.notebooks:
            missing = notebook.notebook.name != one.notebook
            for grade in notebook.grades:
                name = names[grade.cell_id]
                if missing:
                    # As `Autograde.init_assignment` for a notebook that was not handed in.
                    grade.auto_score, grade.needs_manual_grade = 0, False
                elif name in one.scores:
                    grade.auto_score = one.scores[name]
                    waits = grade.manual_score is not None or grade.auto_score is None
                    grade.needs_manual_grade = waits
            for comment in notebook.comments:
                name = names[comment.cell_id]
                if not missing and name in one.unanswered:
                    comment.auto_comment = NO_RESPONSE if one.unanswered[name] else None

    def _penalise(self, submission: Any, one: Graded) -> None:
        """As `AssignLatePenalties`, with the configured plugin."""
        self.session.expire(submission)
        late = submission.total_seconds_late
        for notebook in submission.notebooks:
            if notebook.notebook.name != one.notebook:
                continue
            notebook.late_submission_penalty = None
            if late > 0:
                penalty = self._penalties.plugin_inst.late_submission_penalty(
                    one.student, notebook.score, late
                )
                if penalty is not None:
                    checked = self._penalties._check_late_penalty(notebook, penalty)
                    notebook.late_submission_penalty = checked

    def _note(self, one: Graded, now: datetime) -> None:
        key = {"assignment": self.assignment.name, "student": one.student}
        is_this = sa.and_(*(GRADED.c[name] == value for name, value in key.items()))
        self.session.execute(sa.delete(GRADED).where(is_this))
        row = {**key, "digest": one.digest, "graded_at": now}
        self.session.execute(sa.insert(GRADED).values(**row))
