"""`srm forget`: erase a learner's name and answers from the ledger; the chain still closes."""

from __future__ import annotations

from nbgrader.api import Gradebook
from sqlalchemy import delete, select, text

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.ledger.store import PEOPLE, create_tables


def forget(db_url: str, learner: str) -> int:
    """Erase a learner from the ledger; returns how many entries lost their names and answers.

    The gradebook and the handed-in files are nbgrader's, and stay. Raises `CourseError` where the
    ledger does not know the learner.
    """
    with Gradebook(db_url) as gradebook:
        create_tables(gradebook.engine)
        mine = PEOPLE.c.learner == learner
        count = len(gradebook.db.execute(select(PEOPLE.c.entry_id).where(mine)).all())
        if not count:
            raise CourseError(f"The ledger has no entry of {learner!r}.")
        if gradebook.engine.dialect.name == "sqlite":
            # Else the text stays in the file until something is written over it.
            gradebook.db.execute(text("PRAGMA secure_delete = ON"))
        gradebook.db.execute(delete(PEOPLE).where(mine))
        gradebook.db.commit()
    return count
