"""Before anything else looks at a hand-in: find it, read it with no trust in its form, and rebuild
it from the release. Whatever was handed in, the result is a notebook that can be graded."""

from __future__ import annotations

from shared_responsibility.grading.preflight.folder import HandIn, read_hand_in, read_plain
from shared_responsibility.grading.preflight.reading import LARGEST_FILE, read_cells
from shared_responsibility.grading.preflight.rebuilding import (
    NOTES_CELL,
    Rebuilt,
    notes_of,
    rebuild,
    rebuild_hand_in,
)

__all__ = [
    "LARGEST_FILE",
    "NOTES_CELL",
    "HandIn",
    "Rebuilt",
    "notes_of",
    "read_cells",
    "read_hand_in",
    "read_plain",
    "rebuild",
    "rebuild_hand_in",
]
