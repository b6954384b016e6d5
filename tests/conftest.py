"""What the tests share: the repository, and a copy of the tables that may be damaged."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

# No test leaves a line in the record of whoever runs it.
os.environ["SRM_PROGRESS"] = ""

Damage = Callable[[str, str, str], int]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def data_copy(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `data/` that the package reads instead of the real one."""
    copy = tmp_path / "data"
    shutil.copytree(root / "data", copy)
    monkeypatch.setenv("SRM_DATA", str(copy))
    return copy


@pytest.fixture
def damage(data_copy: Path) -> Damage:
    """Replace text in a copied table, once; returns the number of the line it stood in."""

    def replace(table: str, old: str, new: str) -> int:
        path = data_copy / table
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found, f"{table} no longer holds {old!r}"
        path.write_text(before + new + after, encoding="utf-8", newline="\n")
        return before.count("\n") + 1

    return replace
