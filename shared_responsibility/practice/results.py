"""What a learner earned in the problem sets they checked alone: `my-work/results.json`, theirs."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared_responsibility.errors import CourseError

FORMAT = 1
NAME = "results.json"


@dataclass(frozen=True)
class Kept:
    """The last check of one problem set. `judged` is how many of its points could be judged."""

    points: float
    judged: float
    max_points: float
    checked_on: str


def read_results(folder: Path) -> dict[str, Kept]:
    """The kept results by assignment; empty where there are none yet.

    Raises `CourseError` for a file that is not one of ours.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError
        return {str(name): _kept(**kept) for name, kept in data["sets"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(
            f"{NAME} is not a file of results that this version reads. Move it away to begin a new "
            "one; nothing was changed."
        ) from None


def _kept(points: float, judged: float, max_points: float, checked_on: str) -> Kept:
    kept = Kept(float(points), float(judged), float(max_points), str(checked_on))
    if not all(map(math.isfinite, (kept.points, kept.judged, kept.max_points))):
        raise ValueError
    return kept


def keep_result(folder: Path, assignment: str, kept: Kept) -> None:
    """Write the result of one problem set beside those of the others, in one step."""
    sets = {**read_results(folder), assignment: kept}
    data = {"format": FORMAT, "sets": {name: asdict(one) for name, one in sorted(sets.items())}}
    waiting = folder / f".{NAME}.new"
    waiting.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
    os.replace(waiting, folder / NAME)
