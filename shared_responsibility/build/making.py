"""Make every made file, or check that none has drifted."""

from __future__ import annotations

import base64
import difflib
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from shared_responsibility.build.assignments import releases, sources
from shared_responsibility.build.data_page import data_page
from shared_responsibility.build.index_page import index_page
from shared_responsibility.build.instructor_notes import instructor_notes
from shared_responsibility.build.lessons import lessons
from shared_responsibility.build.notebooks import name_cells
from shared_responsibility.build.statements import statements
from shared_responsibility.build.summary_page import summary_page, summary_pdf
from shared_responsibility.figures import plot_shift

PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
# Another processor may round the edge of a letter differently; a changed figure differs far more.
PIXEL_TOLERANCE = 1.0
README_PICTURE = "docs/shift.png"


@dataclass(frozen=True)
class Rule:
    """One line of the table in CONTRIBUTING.md."""

    made: str
    made_from: str
    command: str = "srm build"


RULES = (
    Rule("course/*.ipynb", "authoring/lessons/*.py, data/"),
    Rule("course/index.md", "data/, authoring/lessons/*.py"),
    Rule("course/instructor-notes.md", "authoring/instructor-notes/*.md"),
    Rule("course/summary.*", "data/, shared_responsibility/figures/summary.py"),
    Rule("source/*/*.ipynb", "authoring/assignments/*.py, data/"),
    Rule("release/*/*.ipynb", "source/, nbgrader_config.py"),
    Rule("data/untidy/statements.csv", "data/, shared_responsibility/build/statements.py"),
    Rule("data/README.md", "shared_responsibility/tables.py"),
    Rule("docs/shift.png", "data/, shared_responsibility/figures/"),
    Rule(
        "requirements.txt, requirements/*.txt",
        "requirements/*.in",
        "sh requirements/compile.sh",
    ),
)


def build(root: Path) -> list[str]:
    """Make everything; returns the files that changed.

    All texts are made before the first is written, and each file is replaced in one step, so a
    failure leaves what stood before.
    """
    for path in sorted((root / "authoring").rglob("*.py")):
        name_cells(path)
    made = make(root)
    changed = [name for name, content in made.items() if not _same(root / name, content)]
    for name in changed:
        _replace(root / name, made[name])
    for stray in strays(root, made):
        (root / stray).unlink()
        changed.append(f"{stray} (removed: nothing makes it)")
    return changed


def check(root: Path) -> str:
    """A diff between what is committed and what would be made; empty where nothing drifted."""
    made = make(root)
    parts = [
        _diff(root / name, name, content)
        for name, content in made.items()
        if not _same(root / name, content)
    ]
    parts += [f"{stray}: nothing makes this file\n" for stray in strays(root, made)]
    return "".join(parts)


def make(root: Path) -> dict[str, bytes]:
    """The content of every made file, by path inside `root`."""
    solved = sources(root)
    texts = {
        **data_page(),
        **index_page(root),
        **instructor_notes(root),
        **summary_page(),
        **statements(),
        **solved,
        **releases(root, solved),
        **lessons(root),
    }
    made = {name: text.encode("utf-8") for name, text in texts.items()} | summary_pdf()
    made[README_PICTURE] = plot_shift().png()
    return made


def strays(root: Path, made: dict[str, bytes]) -> list[str]:
    """Files in the made folders that nothing makes."""
    found = []
    for folder in ("course", "source", "release"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
            if path.is_file() and name not in made and not hidden:
                found.append(name)
    return found


def _same(path: Path, content: bytes) -> bool:
    """Equal bytes, or equal text around pictures that look the same."""
    if not path.is_file():
        return False
    old = path.read_bytes()
    if old == content:
        return True
    if path.suffix == ".png":
        return _alike(old, content)
    if path.suffix == ".pdf":
        return False
    before, after = old.decode("utf-8", "replace"), content.decode("utf-8")
    if PICTURE.sub("", before) != PICTURE.sub("", after):
        return False
    pairs = zip(PICTURE.findall(before), PICTURE.findall(after), strict=True)
    return all(_alike(base64.b64decode(one), base64.b64decode(two)) for one, two in pairs)


def _alike(one: bytes, two: bytes) -> bool:
    first, second = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float) for data in (one, two)
    )
    return first.shape == second.shape and abs(first - second).mean() < PIXEL_TOLERANCE


def _diff(path: Path, name: str, content: bytes) -> str:
    if path.suffix in (".png", ".pdf"):
        return f"{name}: the picture differs\n"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = difflib.unified_diff(
        PICTURE.sub("(picture)", before).splitlines(keepends=True),
        PICTURE.sub("(picture)", content.decode("utf-8")).splitlines(keepends=True),
        f"{name} (committed)",
        f"{name} (made now)",
    )
    return "".join(lines) or f"{name}: a picture differs\n"


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.new")
    waiting.write_bytes(content)
    os.replace(waiting, path)
