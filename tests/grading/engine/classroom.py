"""A class for these tests: who is in it, and the commands of nbgrader."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

from shared_responsibility.grading import learners as script

ROOT = Path(__file__).resolve().parents[3]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
NAME = "classify-scenarios"
LATE = "2026-01-10 10:00:00 UTC"


def nbgrader(course: Path, *words: str) -> None:
    """An nbgrader command; it has to succeed."""
    done = subprocess.run(
        [str(NBGRADER), *words], cwd=course, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{sysconfig.get_path('scripts')}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def learners(count: int) -> dict[str, script.Learner]:
    """The scripted class and others who answer at random, up to a number."""
    known = {
        **script.DEMO_CLASS,
        "dead-kernel": lambda nb: json.dumps(script.with_dead_kernel(nb)),
        "empty-file": lambda _: "",
    }
    for number in range(len(known), count):
        known[f"random-{number:04d}"] = script.answering(
            lambda asked, seed=number: script.random_answers(asked, seed)
        )
    return dict(list(known.items())[:count])
