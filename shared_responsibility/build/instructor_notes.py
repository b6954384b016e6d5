"""`authoring/instructor-notes/*.md` -> `course/instructor-notes.md`, in the order of lessons."""

from __future__ import annotations

from pathlib import Path

HEAD = """<!-- Made by `srm build` from authoring/instructor-notes/. Do not edit. -->
# Notes for instructors

For each lesson: a plan of time, questions that start a discussion, and common wrong answers with
something to say. Learners work alone in JupyterLab; the notes help when they do it together.
"""


def instructor_notes(root: Path) -> dict[str, str]:
    """The text of the notes, by path inside the repository."""
    written = sorted((root / "authoring" / "instructor-notes").glob("*.md"))
    parts = [path.read_text(encoding="utf-8").strip() for path in written]
    return {"course/instructor-notes.md": "\n\n".join([HEAD.strip(), *parts]) + "\n"}
