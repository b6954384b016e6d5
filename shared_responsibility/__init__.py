"""Who secures what in AWS: a cited table of facts, lessons over it, and graded exercises."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "load_matrix": "matrix",
    "who": "matrix",
    "shift": "matrix",
    "customer_load": "matrix",
    "compare": "matrix",
    "exceptions": "matrix",
    "sources": "matrix",
    "plot_shift": "figures",
    "plot_service": "figures",
    "plot_load": "figures",
    "load_table": "tables",
    "questions": "items",
    "readable": "reading",
    "hand_in": "answers",
    "check": "practice.checking",
    "read_progress": "practice.progress",
    "mock_form": "practice.exams",
    "by_objective": "practice.exams",
    "gain": "practice.exams",
}

__all__ = [
    "by_objective",
    "check",
    "compare",
    "customer_load",
    "exceptions",
    "gain",
    "hand_in",
    "load_matrix",
    "load_table",
    "mock_form",
    "plot_load",
    "plot_service",
    "plot_shift",
    "questions",
    "read_progress",
    "readable",
    "shift",
    "sources",
    "who",
]

if TYPE_CHECKING:
    from shared_responsibility.answers import hand_in
    from shared_responsibility.figures import plot_load, plot_service, plot_shift
    from shared_responsibility.items import questions
    from shared_responsibility.matrix import (
        compare,
        customer_load,
        exceptions,
        load_matrix,
        shift,
        sources,
        who,
    )
    from shared_responsibility.practice.checking import check
    from shared_responsibility.practice.exams import by_objective, gain, mock_form
    from shared_responsibility.practice.progress import read_progress
    from shared_responsibility.reading import readable
    from shared_responsibility.tables import load_table


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that importing the package costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'shared_responsibility' has no attribute {name!r}")
    return getattr(import_module(f"shared_responsibility.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
