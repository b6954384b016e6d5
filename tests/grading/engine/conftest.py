"""A course with a class that has handed in, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from classroom import NAME, ROOT, learners, nbgrader

from shared_responsibility.grading import learners as script


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course after the release; nobody has handed in yet."""
    course = tmp_path_factory.mktemp("released")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "source" / NAME, course / "source" / NAME)
    nbgrader(course, "generate_assignment", NAME)
    return course


@pytest.fixture
def new_class(released: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a course in which a class of some size has handed in."""

    def make(count: int, folder: str = "course") -> Path:
        course = tmp_path / folder
        shutil.copytree(released, course)
        script.submit(course, NAME, learners(count))
        return course

    return make
