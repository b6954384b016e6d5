"""What is said of a fault, what counts as finished, and what is cleared up after a killed run."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from shared_responsibility.grading.faults import GO_ON, in_a_sentence, is_away, is_finished
from shared_responsibility.grading.marking import RESULT_MIME
from shared_responsibility.grading.sandbox import scratch


def database_error(address: str, statement: str) -> SQLAlchemyError:
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as problem:
        return problem
    finally:
        engine.dispose()
    raise AssertionError("the database should have said no")


def test_a_full_disk_is_called_a_full_disk() -> None:
    problem = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "autograded/ada")
    assert in_a_sentence(problem).startswith("The disk is full. Make room first.")
    assert in_a_sentence(problem).endswith(GO_ON)
    assert "autograded/ada" in in_a_sentence(problem)


def test_a_file_that_cannot_be_written_is_named() -> None:
    problem = OSError(errno.EACCES, "Permission denied", "gradebook.db")
    assert in_a_sentence(problem) == (
        f"A file could not be written (gradebook.db): Permission denied. {GO_ON}"
    )


def test_what_the_gradebook_says_is_told_without_statement_and_traceback(tmp_path: Path) -> None:
    problem = database_error(f"sqlite:///{tmp_path}/a.db", "SELECT 1 FROM none_such")
    assert in_a_sentence(problem) == (
        f"The gradebook could not be used: no such table: none_such. {GO_ON}"
    )
    assert not is_away(problem)


def test_a_server_that_does_not_answer_may_come_back(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    problem = database_error(f"postgresql+psycopg://nobody@/none?host={tmp_path}", "SELECT 1")
    assert is_away(problem)


@pytest.mark.parametrize(
    ("outputs", "finished"),
    [
        ([{"output_type": "execute_result", "data": {RESULT_MIME: {}}}], True),
        ([{"output_type": "execute_result", "data": {"text/plain": "0.0"}}], False),
        ([{"output_type": "error"}], False),
        ([], False),
    ],
)
def test_a_graded_notebook_is_finished_when_every_exercise_has_its_result(
    outputs: list[dict[str, Any]], finished: bool, tmp_path: Path
) -> None:
    marks = {"grade": True, "grade_id": "one-graded"}
    cells = [
        {"metadata": {}, "outputs": []},
        {"metadata": {"nbgrader": {"grade": True, "grade_id": "by-hand"}}, "outputs": []},
        {"metadata": {"nbgrader": marks}, "outputs": outputs},
    ]
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert is_finished(path) is finished


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [1]}', '{"cells": [{"meta'])
def test_what_is_no_notebook_is_not_finished(content: str, tmp_path: Path) -> None:
    (tmp_path / "one.ipynb").write_text(content, encoding="utf-8")
    assert not is_finished(tmp_path / "one.ipynb")
    assert not is_finished(tmp_path / "missing.ipynb")


@pytest.mark.skipif(sys.platform == "win32", reason="there it is not known who is alive")
def test_only_folders_of_processes_that_are_gone_are_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    gone = tmp_path / f"srm-{ended.pid}-warm-x"
    kept = [tmp_path / f"{scratch.scratch_prefix('view-')}y", tmp_path / "srm-account-1-z"]
    for folder in [gone, *kept]:
        (folder / "inner").mkdir(parents=True)
    assert scratch.sweep() == [gone.name]
    assert sorted(tmp_path.iterdir()) == sorted(kept)
