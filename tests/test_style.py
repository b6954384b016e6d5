"""Lint, types and the floors of the package."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sysconfig.get_path("scripts"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "lint-imports --no-logo",
    ],
)
def test_tool_has_nothing_to_say(command: str) -> None:
    name, *words = command.split()
    program = SCRIPTS / (f"{name}.exe" if sys.platform == "win32" else name)
    if not program.exists():
        pytest.skip(f"no {name} here: pip install -r requirements/authors.txt")
    done = subprocess.run(
        [str(program), *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
