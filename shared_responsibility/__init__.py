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
    "plot_course_map": "figures.course_map",
    "plot_evidence": "figures.evidence",
    "plot_timeline": "figures.timeline",
    "plot_settings": "figures.settings",
    "plot_layers": "figures.layers",
    "plot_packet_walk": "figures.packet_walk",
    "plot_key_custody": "figures.key_custody",
    "plot_attack_path": "figures.attack_path",
    "plot_two_losses": "figures.two_losses",
    "plot_signal": "figures.signal",
    "plot_control_classes": "figures.control_classes",
    "plot_trade": "figures.trade",
    "plot_incidents": "figures.incidents",
    "plot_crosswalk": "figures.crosswalk",
    "with_alt_text": "figures.own_chart",
    "load_statements": "statements",
    "load_table": "tables",
    "questions": "items",
    "dossier": "dossiers",
    "readable": "reading",
    "sample_cases": "cases",
    "try_samples": "cases",
    "hand_in": "answers",
    "check": "practice.checking",
    "explore": "practice.explorer",
    "read_progress": "practice.progress",
    "mock_form": "practice.exams",
    "by_objective": "practice.exams",
    "gain": "practice.exams",
    "second_round": "practice.rounds",
}

__all__ = [
    "by_objective",
    "check",
    "compare",
    "customer_load",
    "dossier",
    "exceptions",
    "explore",
    "gain",
    "hand_in",
    "load_matrix",
    "load_statements",
    "load_table",
    "mock_form",
    "plot_attack_path",
    "plot_control_classes",
    "plot_course_map",
    "plot_crosswalk",
    "plot_evidence",
    "plot_incidents",
    "plot_key_custody",
    "plot_layers",
    "plot_load",
    "plot_packet_walk",
    "plot_service",
    "plot_settings",
    "plot_shift",
    "plot_signal",
    "plot_timeline",
    "plot_trade",
    "plot_two_losses",
    "questions",
    "read_progress",
    "readable",
    "sample_cases",
    "second_round",
    "shift",
    "sources",
    "try_samples",
    "who",
    "with_alt_text",
]

if TYPE_CHECKING:
    from shared_responsibility.answers import hand_in
    from shared_responsibility.cases import sample_cases, try_samples
    from shared_responsibility.dossiers import dossier
    from shared_responsibility.figures import plot_load, plot_service, plot_shift
    from shared_responsibility.figures.attack_path import plot_attack_path
    from shared_responsibility.figures.control_classes import plot_control_classes
    from shared_responsibility.figures.course_map import plot_course_map
    from shared_responsibility.figures.crosswalk import plot_crosswalk
    from shared_responsibility.figures.evidence import plot_evidence
    from shared_responsibility.figures.incidents import plot_incidents
    from shared_responsibility.figures.key_custody import plot_key_custody
    from shared_responsibility.figures.layers import plot_layers
    from shared_responsibility.figures.own_chart import with_alt_text
    from shared_responsibility.figures.packet_walk import plot_packet_walk
    from shared_responsibility.figures.settings import plot_settings
    from shared_responsibility.figures.signal import plot_signal
    from shared_responsibility.figures.timeline import plot_timeline
    from shared_responsibility.figures.trade import plot_trade
    from shared_responsibility.figures.two_losses import plot_two_losses
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
    from shared_responsibility.practice.explorer import explore
    from shared_responsibility.practice.progress import read_progress
    from shared_responsibility.practice.rounds import second_round
    from shared_responsibility.reading import readable
    from shared_responsibility.statements import load_statements
    from shared_responsibility.tables import load_table


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that importing the package costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'shared_responsibility' has no attribute {name!r}")
    return getattr(import_module(f"shared_responsibility.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
