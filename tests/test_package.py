"""The wheel holds the tables, and the package finds them there."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shared_responsibility.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("no hatchling here: pip install -r requirements/authors.txt")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_wheel_holds_every_table(wheel: Path) -> None:
    for table in TABLES.values():
        assert (wheel / "shared_responsibility" / "data" / table.path).is_file()


def test_installed_package_finds_its_own_tables(wheel: Path, tmp_path: Path) -> None:
    program = (
        "import shared_responsibility as s\n"
        "from shared_responsibility.tables import data_directory\n"
        "print(data_directory()); print(s.who('rds', 'guest_os').responsible)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    environment.pop("SRM_DATA", None)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(wheel / "shared_responsibility" / "data"), "aws"]


def test_wheel_keeps_the_announcements_away(wheel: Path) -> None:
    (page,) = wheel.glob("*.data/data/etc/jupyter/labconfig/page_config.json")
    assert "announcements" in page.read_text(encoding="utf-8")
