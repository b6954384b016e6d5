"""Every notebook runs from top to bottom; the outputs of lessons are compared strictly."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted(ROOT.glob("course/*.ipynb"))
ASSIGNMENTS = sorted(ROOT.glob("source/*/*.ipynb")) + sorted(ROOT.glob("release/*/*.ipynb"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("notebook", LESSONS, ids=lambda path: path.stem)
def test_lesson_gives_the_stored_outputs(notebook: Path, tmp_path: Path) -> None:
    passed = nbval(notebook, tmp_path, "--nbval", f"--nbval-sanitize-with={ROOT}/tests/nbval.cfg")
    assert passed >= 5


@pytest.mark.parametrize("notebook", ASSIGNMENTS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_assignment_runs_to_the_end(notebook: Path, tmp_path: Path) -> None:
    assert nbval(notebook, tmp_path, "--nbval-lax") >= 9


def nbval(notebook: Path, work: Path, *options: str) -> int:
    """Run nbval on one notebook; how many cells passed."""
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-current-env"),
        *("-o", "filterwarnings=default", "-o", "addopts=", f"--rootdir={ROOT}"),
        *options,
        str(notebook),
    ]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    counted = re.search(r"(\d+) passed", done.stdout)
    assert counted, done.stdout[-2000:]
    return int(counted.group(1))
