"""A class of 30 of which 9 handed in something else than a notebook, through nbgrader itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sqlalchemy import create_engine

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.marking import RESULT_MIME
from shared_responsibility.grading.preflight import notes_of
from shared_responsibility.grading.reports import marks
from shared_responsibility.items import forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

ROOT = Path(__file__).resolve().parents[2]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
SET = "classify-scenarios"
FORMS = forms_of(SET)
FULL = sum(asked.points for asked in FORMS)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and links"),
]

Answer = Callable[[Any], script.Answers]


def drawn(seed: int) -> Answer:
    return lambda asked: script.random_answers(asked, seed)


WHOLE: dict[str, Answer] = {
    "ada": script.perfect_answers,
    "half": script.half_right_answers,
    "slogan": script.slogan_answers,
    "customer": lambda asked: script.constant_answers(asked, "customer"),
    **{f"whole-{seed:02d}": drawn(seed) for seed in range(17)},
}


def a_link(folder: Path, text: str) -> None:
    (folder / f"{SET}.ipynb").symlink_to(folder.parents[1] / "ada" / SET / f"{SET}.ipynb")


def a_hard_link(folder: Path, text: str) -> None:
    (folder / "first").write_text(text, encoding="utf-8")
    os.link(folder / "first", folder / f"{SET}.ipynb")


def a_pipe(folder: Path, text: str) -> None:
    os.mkfifo(folder / f"{SET}.ipynb")
    os.mkfifo(folder / "data.txt")


def a_folder(folder: Path, text: str) -> None:
    (folder / f"{SET}.ipynb").mkdir()


def nothing(folder: Path, text: str) -> None:
    pass


def a_file(folder: Path, text: str) -> None:
    folder.rmdir()
    folder.write_text(text, encoding="utf-8")


def half_a_file(folder: Path, text: str) -> None:
    (folder / f"{SET}.ipynb").write_text(text[: len(text) // 2], encoding="utf-8")


def deep(folder: Path, text: str) -> None:
    (folder / f"{SET}.ipynb").write_text('{"cells":' * 100_000, encoding="utf-8")


def another_name(folder: Path, text: str) -> None:
    (folder / "My Work (1).IPYNB").write_text(text, encoding="utf-8")
    (folder / "gradebook.db").symlink_to(folder.parents[2] / "gradebook.db")


DAMAGED: dict[str, tuple[Callable[[Path, str], None], float, str]] = {
    "a-link": (a_link, 0, "it is a link, and links are not followed"),
    "a-hard-link": (a_hard_link, 0, "it is a hard link"),
    "a-pipe": (a_pipe, 0, "it is not a file but a pipe or a device"),
    "a-folder": (a_folder, 0, "there is a folder in place of the notebook"),
    "nothing": (nothing, 0, "the folder is empty"),
    "a-file": (a_file, 0, "what was handed in is not a folder"),
    "half-a-file": (half_a_file, 0, "its JSON is broken"),
    "deep": (deep, 0, "nested more than 64 deep"),
    "another-name": (another_name, FULL, "`My Work (1).IPYNB` was graded in its place"),
}


def nbgrader(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(course), "LANG": "C.UTF-8"}
    environment |= {k: v for k, v in os.environ.items() if k == "PYTHONPATH"}
    return subprocess.run(
        [str(NBGRADER), *words], cwd=course, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def new_course(folder: Path) -> Path:
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "source" / SET, folder / "source" / SET)
    done = nbgrader(folder, "generate_assignment", SET)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def damage(course: Path, name: str) -> None:
    release = course / "release" / SET / f"{SET}.ipynb"
    answered = script.fill(json.loads(release.read_text("utf-8")), script.perfect_answers)
    folder = course / "submitted" / name / SET
    folder.mkdir(parents=True)
    DAMAGED[name][0](folder, json.dumps(answered))


def reasons(course: Path) -> dict[str, str]:
    engine = create_engine(f"sqlite:///{course}/gradebook.db")
    with engine.connect() as connection:
        found = {name: one.reason for name, one in store.latest(connection, SET).items()}
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = new_course(tmp_path_factory.mktemp("course"))
    script.submit(course, SET, {n: script.answering(a) for n, a in WHOLE.items()})
    for name in DAMAGED:
        damage(course, name)
    done = nbgrader(course, "autograde", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    return course


def test_every_mark_is_exact(graded: Path) -> None:
    expected = {
        name: sum(score_form(keys_of_form(asked), answer(asked)).points for asked in FORMS)
        for name, answer in WHOLE.items()
    } | {name: points for name, (_, points, _) in DAMAGED.items()}
    table = marks(f"sqlite:///{graded}/gradebook.db", SET)
    assert dict(zip(table["learner"], table["points"], strict=True)) == pytest.approx(expected)


def test_each_damaged_one_is_named_with_its_reason(graded: Path) -> None:
    recorded = reasons(graded)
    assert {name for name, reason in recorded.items() if reason} == set(DAMAGED)
    for name, (_, _, reason) in DAMAGED.items():
        assert reason in recorded[name]
        path = graded / "autograded" / name / SET / f"{SET}.ipynb"
        assert reason in " ".join(notes_of(nbformat.read(path, as_version=4)))


def test_points_and_explanations_of_ours_stay_in_the_graded_notebook(graded: Path) -> None:
    path = graded / "autograded" / "ada" / SET / f"{SET}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    scored = [cell.outputs for cell in notebook.cells if cell.id.endswith("-graded")]
    assert len(scored) == len(FORMS)
    for (output,) in scored:
        assert RESULT_MIME in output.data
        assert "</" in output.data["text/html"]


def test_nothing_of_another_place_was_copied(graded: Path) -> None:
    for name in DAMAGED:
        files = [path.name for path in (graded / "autograded" / name / SET).iterdir()]
        assert files == [f"{SET}.ipynb"]


def test_nothing_that_was_handed_in_was_changed(graded: Path) -> None:
    folder = graded / "submitted" / "another-name" / SET
    assert (folder / "My Work (1).IPYNB").is_file()
    assert (folder / "gradebook.db").is_symlink()


def test_feedback_says_why(graded: Path) -> None:
    done = nbgrader(graded, "generate_feedback", SET, "--student", "half-a-file")
    assert done.returncode == 0, done.stderr[-2000:]
    page = graded / "feedback" / "half-a-file" / SET / f"{SET}.html"
    assert "its JSON is broken" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nothing", "a-folder"])
def test_one_graded_alone_from_the_formgrader_is_recorded(name: str, tmp_path: Path) -> None:
    course = new_course(tmp_path)
    damage(course, name)
    program = (
        "import sys\n"
        "from nbgrader.apps import NbGrader, NbGraderAPI\n"
        "app = NbGrader(); app.initialize([]); app.load_config_file()\n"
        "api = NbGraderAPI(app.coursedir, parent=app)\n"
        f"done = api.autograde({SET!r}, {name!r})\n"
        "assert done['success'], done\n"
        f"print(api.get_submission({SET!r}, {name!r})['score'])\n"
        "assert type(app.coursedir).__name__ == 'CourseDirectory'\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split()[-1:] == ["0.0"], done.stderr[-2000:]
    assert DAMAGED[name][2] in reasons(course)[name]
