"""Nothing made has drifted, and a failing build leaves what stood before."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared_responsibility.build import making
from shared_responsibility.build.notebooks import normal_text, read_notebook
from shared_responsibility.errors import CourseError
from shared_responsibility.items import is_form

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(
    path for folder in ("course", "source", "release") for path in ROOT.glob(f"{folder}/**/*.ipynb")
)
NOTEBOOKS = [path for path in NOTEBOOKS if ".ipynb_checkpoints" not in path.parts]


@pytest.mark.slow
def test_nothing_made_has_drifted() -> None:
    assert making.check(ROOT) == ""


def test_the_table_of_made_files_is_the_builders_own() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for rule in making.RULES:
        assert f"| `{rule.made}` | `{rule.made_from}` | `{rule.command}` |" in page


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_notebook_is_stored_the_normal_way(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == normal_text(path)


@pytest.mark.parametrize("path", sorted(ROOT.glob("course/*.ipynb")), ids=lambda path: path.stem)
def test_lesson_was_run_from_the_top(path: Path) -> None:
    code = [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


@pytest.mark.parametrize("path", sorted(ROOT.glob("release/*/*.ipynb")), ids=lambda path: path.stem)
def test_release_shows_ids_and_no_answers(path: Path) -> None:
    cells = read_notebook(path).cells
    answers = [cell for cell in cells if cell.metadata.nbgrader.solution]
    assert answers
    solved = read_notebook(ROOT / "source" / path.stem / path.name).cells
    solutions = {cell.id: cell.source for cell in solved if cell.metadata.nbgrader.solution}
    for cell in answers:
        assert cell.id == cell.metadata.nbgrader.grade_id
        if is_form(cell.id):
            lines = cell.source.splitlines()
            assert all(line.endswith(": None,") for line in lines[1:-2])
            assert lines[-1] == "# Replace each None above."
        elif cell.cell_type == "code":
            own = re.findall(r"### BEGIN SOLUTION\n(.*?)### END", solutions[cell.id], re.S)
            assert own
            assert all(part.strip() not in cell.source for part in own)
    for cell in cells:
        assert cell.get("outputs", []) == []
        assert "BEGIN SOLUTION" not in cell.source


@pytest.mark.slow
def test_a_failing_build_writes_nothing(tmp_path: Path) -> None:
    for name in ("authoring", "source", "release", "course"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    lesson = sorted((tmp_path / "authoring" / "lessons").glob("*.py"))[0]
    for other in (tmp_path / "authoring" / "lessons").glob("*.py"):
        if other != lesson:
            other.unlink()
    lesson.write_text('# %% slug="broken"\n1 / 0\n', encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    with pytest.raises(CourseError, match="does not run: ZeroDivisionError"):
        making.build(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")} == before


@pytest.mark.slow
def test_lessons_and_their_texts_are_pairs(tmp_path: Path) -> None:
    """`jupytext --sync` finds nothing to carry over, so an author may edit either side."""
    for name in ("authoring", "course"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "jupytext.toml", tmp_path)
    lessons = sorted(tmp_path.glob("course/*.ipynb"))
    for path in lessons:
        os.utime(path)
    command = [sys.executable, "-m", "jupytext", "--quiet", "--sync", *map(str, lessons)]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    for written in sorted((ROOT / "authoring" / "lessons").glob("*.py")):
        synced = tmp_path / "authoring" / "lessons" / written.name
        assert synced.read_text(encoding="utf-8") == written.read_text(encoding="utf-8")
