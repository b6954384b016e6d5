"""`my-work/`: the learner's own copies of lessons and assignments. Their work is never lost."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared_responsibility.errors import CourseError, unknown

FOLDER = "my-work"
RECORD = ".copied.json"
PAGES = ("index.md", "summary.html")


# Two copies in one second need two names.
_LATER = tuple(f"-{number}" for number in range(2, 1000))


@dataclass
class Report:
    """What was done, as lines to print."""

    lines: list[str] = field(default_factory=list)


def originals(root: Path) -> dict[str, Path]:
    """Where each copy comes from, by its path inside `my-work/`."""
    lessons = {path.name: path for path in sorted((root / "course").glob("*.ipynb"))}
    assignments = {
        f"{path.stem}/{path.name}": path for path in sorted((root / "release").glob("*/*.ipynb"))
    }
    pages = {name: root / "course" / name for name in PAGES if (root / "course" / name).is_file()}
    if not lessons:
        raise CourseError(f"There are no lessons in {root}. Run this in a clone of the course.")
    return {**lessons, **pages, **assignments}


def start(root: Path, name: str | None = None, *, again: bool = False) -> Report:
    """Copy what is missing to `my-work/`; with `again`, replace `name` and keep a dated copy.

    `name` is a lesson or an assignment, such as `classify`. Nothing that exists is overwritten.
    """
    report = Report()
    known = originals(root)
    chosen = known if name is None else {_find(name, known): known[_find(name, known)]}
    record = _read_record(root)
    for inside, source in chosen.items():
        target = root / FOLDER / inside
        if target.exists() and not again:
            continue
        if target.exists():
            kept = _set_aside(target)
            report.lines.append(f"kept your work as {FOLDER}/{kept}")
        record[inside] = _copy(source, target)
        report.lines.append(f"copied {FOLDER}/{inside}")
    _write_record(root, record)
    return report


def update(root: Path) -> Report:
    """Bring new versions in: a copy that was not worked in is replaced, any other is kept.

    Beside work that is kept, the new version lies as `<name>.new.ipynb`.
    """
    report = start(root)
    record = _read_record(root)
    for inside, source in originals(root).items():
        target = root / FOLDER / inside
        fresh = _blank_copy(source)
        if record.get(inside) == _fingerprint(fresh):
            continue
        if _fingerprint_of(target) == record.get(inside):
            record[inside] = _copy(source, target)
            report.lines.append(f"updated {FOLDER}/{inside}")
        else:
            beside = target.with_suffix(f".new{target.suffix}")
            if beside.exists() and _fingerprint_of(beside) != record.get(inside):
                report.lines.append(f"kept your work as {FOLDER}/{_set_aside(beside)}")
            record[inside] = _copy(source, beside)
            place = beside.relative_to(root / FOLDER).as_posix()
            report.lines.append(f"kept your {FOLDER}/{inside}; the new version is {FOLDER}/{place}")
    _write_record(root, record)
    return report


def _find(name: str, known: dict[str, Path]) -> str:
    for inside in known:
        if name in (inside, Path(inside).stem, Path(inside).name):
            return inside
    raise unknown("lesson or assignment", name, [Path(inside).stem for inside in known])


def _blank_copy(source: Path) -> str:
    """The notebook without outputs, so that nothing is given away before a prediction."""
    if source.suffix != ".ipynb":
        return source.read_text(encoding="utf-8")
    notebook = json.loads(source.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].get("jupyter", {}).pop("outputs_hidden", None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _copy(source: Path, target: Path) -> str:
    """Write a blank copy in one step; returns its fingerprint."""
    text = _blank_copy(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_suffix(".part")
    waiting.write_text(text, encoding="utf-8", newline="\n")
    os.replace(waiting, target)
    return _fingerprint(text)


def _set_aside(target: Path) -> str:
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    names = (f"{target.stem}-{stamp}{more}{target.suffix}" for more in ("", *_LATER))
    kept = next(path for name in names if not (path := target.with_name(name)).exists())
    os.replace(target, kept)
    return kept.name


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _fingerprint_of(path: Path) -> str:
    return _fingerprint(path.read_text(encoding="utf-8"))


def _read_record(root: Path) -> dict[str, str]:
    path = root / FOLDER / RECORD
    if not path.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _write_record(root: Path, record: dict[str, str]) -> None:
    path = root / FOLDER / RECORD
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
