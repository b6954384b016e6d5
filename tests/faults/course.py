"""A course in a folder of its own, with a class, and what may be asked of it afterwards."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil
import pytest
from nbformat import from_dict
from nbgrader.utils import determine_grade, is_grade
from sqlalchemy import create_engine, inspect, select

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.ledger.auditing import audit
from shared_responsibility.grading.reports import marks
from shared_responsibility.items import forms_of
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form

ROOT = Path(__file__).resolve().parents[2]
NBGRADER = Path(sysconfig.get_path("scripts")) / "nbgrader"
SET = "classify-scenarios"
FORMS = forms_of(SET)
SCRATCH = Path(tempfile.mkdtemp(prefix="faults-"))
"""Temporary folders of the runs, apart from those of anybody else."""
SCRATCH.chmod(0o1777)
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SRM_PROGRESS": "", "TMPDIR": str(SCRATCH),
    "PYTHONPATH": str(ROOT),
}  # fmt: skip
PROGRAM = """
from shared_responsibility.cli import main
from shared_responsibility.grading.engine import local
{}
main()
"""
SRM = [sys.executable, "-c", PROGRAM.format("")]
ENGINE, SERIAL = "srm grade", "nbgrader autograde"
BATCHES, IMPATIENT = "srm grade, four at a time", "srm grade, two seconds patient"
GRADERS = {
    ENGINE: [*SRM, "grade", SET],
    BATCHES: [sys.executable, "-c", PROGRAM.format("local.BATCH = 4"), "grade", SET],
    IMPATIENT: [sys.executable, "-c", PROGRAM.format("local.AWAY_SECONDS = 2.0"), "grade", SET],
    SERIAL: [str(NBGRADER), "autograde", SET],
}
FIGURES: list[str] = []
"""What the tests measured."""

Process = subprocess.Popen[str]
Done = subprocess.CompletedProcess[str]


def answer_of(number: int) -> Callable[[script.Form], script.Answers]:
    """What learner `number` answers: the first knows all, the second half, the rest guess."""
    known = [script.perfect_answers, script.half_right_answers]
    if number < len(known):
        return known[number]
    return lambda asked: script.random_answers(asked, number)


def points_of(number: int) -> float:
    answer = answer_of(number)
    return sum(score_form(keys_of_form(asked), answer(asked)).points for asked in FORMS)


def name_of(number: int) -> str:
    return f"learner-{number:03d}"


def marks_of(numbers: Iterable[int]) -> dict[str, float]:
    """What each learner has earned."""
    return {name_of(number): points_of(number) for number in numbers}


def submit(course: Path, numbers: Iterable[int]) -> None:
    people = {name_of(number): script.answering(answer_of(number)) for number in numbers}
    script.submit(course, SET, people)


def new_course(folder: Path, db_url: str = "") -> Path:
    """A course with the problem set released."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    if db_url:
        use_database(folder, db_url)
    shutil.copytree(ROOT / "source" / SET, folder / "source" / SET)
    done = nbgrader(folder, "generate_assignment", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def use_database(course: Path, db_url: str) -> None:
    """The last one that was named counts."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {db_url!r}\n")


def nbgrader(course: Path, *words: str) -> Done:
    return finished(start(course, [str(NBGRADER), *words]))


def srm(course: Path, *words: str) -> Done:
    return finished(start(course, [*SRM, *words]))


def start_grader(course: Path, grader: str = ENGINE) -> Process:
    return start(course, GRADERS[grader])


def grade(course: Path, grader: str = ENGINE) -> Done:
    """Whatever comes of it."""
    return finished(start_grader(course, grader))


def must_grade(course: Path, grader: str = ENGINE) -> Done:
    done = grade(course, grader)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def start(course: Path, command: list[str]) -> Process:
    return subprocess.Popen(
        command, cwd=course, env={**ENVIRONMENT, "HOME": str(course)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finished(process: Process, seconds: float = 300) -> Done:
    out, err = process.communicate(timeout=seconds)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def address(course: Path) -> str:
    return f"sqlite:///{course}/gradebook.db"


def points(db_url: str) -> dict[str, float]:
    """What the gradebook says of everybody."""
    table = marks(db_url, SET)
    return dict(zip(table["learner"], table["points"], strict=True))


def entries(db_url: str) -> Counter[str]:
    """How often the ledger says that each learner was graded."""
    engine = create_engine(db_url)
    people: Sequence[str] = []
    with engine.connect() as connection:
        if inspect(connection).has_table(store.PEOPLE.name):
            people = connection.execute(select(store.PEOPLE.c.learner)).scalars().all()
    engine.dispose()
    return Counter(people)


def must_be_exact(db_url: str, expected: dict[str, float], *, once: bool = True) -> None:
    """Every mark as earned, everybody in the ledger (once), and the chain closes."""
    assert points(db_url) == expected
    counted = entries(db_url)
    assert set(counted) == set(expected)
    if once:
        assert set(counted.values()) == {1}, counted.most_common(3)
    assert audit(db_url).findings == ()


def must_be_whole(
    course: Path, numbers: Iterable[int], db_url: str = "", *, once: bool = True
) -> str:
    """Gradebook, ledger and graded notebooks tell the earned marks, and nothing is left over."""
    expected = marks_of(numbers)
    must_be_exact(db_url or address(course), expected, once=once)
    for name, earned in expected.items():
        path = course / "autograded" / name / SET / f"{SET}.ipynb"
        assert points_in(path) == pytest.approx(earned), name
    assert leftovers(course) == []
    return f"{len(expected)} of {len(expected)} marks exact"


def leftovers(course: Path) -> list[str]:
    """Half-written folders of the course, and temporary folders that a run has left."""
    half = [path for path in course.glob(f"autograded/*/*{SET}*") if path.name != SET]
    half += [
        path for path in course.glob(f"autograded/*/{SET}") if not is_graded(path / f"{SET}.ipynb")
    ]
    return [str(path) for path in [*half, *SCRATCH.glob("srm-*")]]


def is_graded(notebook: Path) -> bool:
    return points_in(notebook) is not None


def points_in(notebook: Path) -> float | None:
    """What a graded notebook says, where every exercise has its result."""
    try:
        cells = from_dict(json.loads(notebook.read_text(encoding="utf-8"))).cells
    except (OSError, ValueError):
        return None
    graded = [cell for cell in cells if is_grade(cell)]
    if not all(cell.outputs for cell in graded):
        return None
    return sum(determine_grade(cell)[0] for cell in graded)


def below(process: Process) -> list[psutil.Process]:
    """All processes that a run has started."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def must_end(processes: list[psutil.Process], seconds: float = 15) -> float:
    """What a killed run started ends by itself; returns after how many seconds."""
    began = time.monotonic()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    left = [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    assert not left, left
    return time.monotonic() - began


def wait_for(happened: Callable[[], bool], process: Process, seconds: float = 120) -> bool:
    """Whether it happened before the process ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if happened():
            return True
        time.sleep(0.002)
    return False


def report(text: str) -> None:
    """A figure; the run ends with a list of all."""
    test = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].removesuffix(" (call)")
    FIGURES.append(f"{test}: {text}")
