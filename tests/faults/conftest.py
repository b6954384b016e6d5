"""A released course that the tests copy: releasing takes seconds, copying none. And the figures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from faults.course import FIGURES, new_course


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_course(tmp_path_factory.mktemp("released") / "course")


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A course of its own with a SQLite gradebook, in which nobody has handed in."""
    return Path(shutil.copytree(released, tmp_path / "course"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("figures")
    for figure in FIGURES:
        terminalreporter.write_line(figure)
