"""A course under attack: attackers between honest learners, graded once, and what came of it."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from sets.decide import SLOGAN_FUNCTION
from sets.fix_the_account import SLOGAN_REPAIR
from sqlalchemy import create_engine

from attacks.kinds import ACCOUNT, CLASSIFY, DECIDE, MORTEMS, Given, Kind, Notebook, new_cell
from shared_responsibility.build.assignments import sources
from shared_responsibility.grading import learners as script
from shared_responsibility.grading.ledger import store

ASSIGNMENTS = (CLASSIFY, DECIDE, ACCOUNT, MORTEMS)
ROOT = Path(__file__).resolve().parents[2]
BEFORE, AFTER, HALF = "aa-honest", "zz-honest", "mm-half-right"
"""Honest learners: two with everything right, first and last in the class, one half right."""
MOST_SECONDS = 90.0
"""For one attacker, with the limits below, on a machine that does other things too."""
SETTINGS = """
# Limits low enough that attacks on time end soon.
c.Execute.timeout = 4
c.Sandbox.seconds = 25.0
c.Sandbox.total_memory = 700 * 2**20
c.Sandbox.work_bytes = 48 * 2**20
c.Sandbox.output_bytes = 2 * 2**20
c.FeedbackPage.levels = {
    one: os.environ.get("SRM_TEST_LEVEL", "explained")
    for one in ("classify-scenarios", "decide", "fix-the-account", "post-mortems")
}
if "SRM_TEST_SLOW" in os.environ:
    # Making a simulated account takes seconds.
    c.Execute.timeout = 20
    c.Sandbox.seconds = 60.0
"""
CODE = {DECIDE: ("decide-function", SLOGAN_FUNCTION), ACCOUNT: ("account-repair", SLOGAN_REPAIR)}


@dataclass
class Graded:
    """What grading a course left behind."""

    way: str
    course: Path
    token: str
    canaries: dict[str, str]
    told: dict[str, Any]
    before: dict[str, str]
    scores: dict[tuple[str, str], tuple[float | None, bool]] = field(default_factory=dict)
    entries: list[store.Entry] = field(default_factory=list)

    def graded(self, learner: str, assignment: str) -> str:
        """Everything in the folder that grading made for a learner."""
        return _all_text(self.course / "autograded" / learner / assignment)

    def page(self, learner: str, assignment: str, level: str = "explained") -> str:
        """The feedback of a learner."""
        folder = self.course / f"feedback-{level}" / learner / assignment
        return _all_text(folder)

    def entry(self, learner: str, assignment: str) -> store.Entry | None:
        """The line of the ledger that is in force."""
        mine = [e for e in self.entries if (e.learner, e.assignment) == (learner, assignment)]
        return mine[-1] if mine else None

    def seconds(self, learner: str) -> float:
        """From the entry before to the one of this learner; whole seconds."""
        for earlier, later in zip(self.entries, self.entries[1:], strict=False):
            if later.learner == learner and earlier.assignment == later.assignment:
                times = [datetime.fromisoformat(one.at) for one in (earlier, later)]
                return (times[1] - times[0]).total_seconds()
        return 0.0


def _all_text(folder: Path) -> str:
    parts = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and path.stat().st_size < 50_000_000:
            parts.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(parts)


def new_course(folder: Path, assignments: Iterable[str]) -> Path:
    """A released course, with nobody in it yet, to be copied for each family."""
    course = folder / "course"
    for name in ("course", "home", "tmp"):
        (folder / name).mkdir(parents=True)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(config + SETTINGS, encoding="utf-8")
    shutil.copytree(ROOT / "data", course / "data")
    made: dict[str, str] = {}
    for assignment in assignments:
        name = f"source/{assignment}/{assignment}.ipynb"
        (course / name).parent.mkdir(parents=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, course / name)
        else:
            made = made or sources(ROOT)
            (course / name).write_text(made[name], encoding="utf-8")
        nbgrader = str(Path(sysconfig.get_path("scripts")) / "nbgrader")
        done = subprocess.run(
            [nbgrader, "generate_assignment", assignment],
            cwd=course, env=environment(folder, {}), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
    return folder


def environment(folder: Path, canaries: dict[str, str]) -> dict[str, str]:
    """What the grader's process finds; nothing of whoever runs the tests."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(ROOT),
        "SRM_DATA": str(folder / "course" / "data"),
        "SRM_PROGRESS": "",
        "TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1",
        "PYTHONWARNINGS": "ignore",
        "SECRET_OF_THE_GRADER": canaries.get("environment", ""),
    }


@cache
def template(folder: Path) -> Path:
    """A course with every assignment that is attacked, released once for all."""
    return new_course(folder / "template", ASSIGNMENTS)


def honest_notebooks(course: Path, assignment: str) -> tuple[Notebook, Notebook]:
    """(everything right, half right)"""
    name = f"{assignment}/{assignment}.ipynb"
    release = json.loads((course / "release" / name).read_text(encoding="utf-8"))
    source = json.loads((course / "source" / name).read_text(encoding="utf-8"))
    for notebook in (release, source):
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
    solved = script.solutions(source)
    right = script.fill(release, script.perfect_answers, solved)
    if assignment in CODE:
        cell_id, text = CODE[assignment]
        return right, script.fill(release, script.perfect_answers, {**solved, cell_id: text})
    return right, script.fill(release, script.half_right_answers)


def prepare(root: Path, folder: Path, kinds: list[Kind]) -> tuple[str, dict[str, str]]:
    """Copy the course and hide what must not be found: (token, canaries)."""
    shutil.copytree(template(root), folder, symlinks=True)
    course = folder / "course"
    places = ("gradebook", "manifest", "source", "others", "answers", "environment", "home", "temp")
    canaries = {place: f"CANARY-{place}-{secrets.token_hex(8)}" for place in places}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        book.add_student(BEFORE, last_name=canaries["gradebook"])
    (course / "data" / "answers" / "canary.csv").write_text(f"a\n{canaries['answers']}\n")
    for name in (".ssh/id_ed25519", ".aws/credentials", ".netrc", "grades.txt"):
        (folder / "home" / name).parent.mkdir(exist_ok=True)
        (folder / "home" / name).write_text(canaries["home"])
    (folder / "tmp" / "other-run.txt").write_text(canaries["temp"])
    for assignment in ASSIGNMENTS:
        _plant(course, assignment, canaries)
    return f"srm-attack-{secrets.token_hex(4)}", canaries


def _plant(course: Path, assignment: str, canaries: dict[str, str]) -> None:
    for path, place in (
        (course / "source" / assignment / f"{assignment}.ipynb", "source"),
        *((one, "manifest") for one in (course / "manifests" / assignment).iterdir()),
    ):
        data = json.loads(path.read_text(encoding="utf-8"))
        data["canary"] = canaries[place]
        path.chmod(0o644)
        path.write_text(json.dumps(data), encoding="utf-8")


def hand_in(
    folder: Path, kinds: list[Kind], token: str, canaries: dict[str, str], port: int
) -> None:
    """Everybody hands in: the honest and the attackers of these kinds."""
    course = folder / "course"
    for assignment in sorted({kind.assignment for kind in kinds}):
        right, half = honest_notebooks(course, assignment)
        for learner, notebook in ((BEFORE, right), (HALF, half), (AFTER, right)):
            notebook = json.loads(json.dumps(notebook))
            notebook["cells"].append(new_cell(canaries["others"], "markdown", id="own"))
            own = course / "submitted" / learner / assignment
            own.mkdir(parents=True)
            (own / f"{assignment}.ipynb").write_text(json.dumps(notebook))
            (own / "notes.txt").write_text(canaries["others"])
        known = {
            "MARK": token, "SET": assignment, "COURSE": str(course), "HOST": own_address(),
            "HOME_OUTSIDE": str(folder / "home"), "TEMP_OUTSIDE": str(folder / "tmp"), "PORT": port,
        }  # fmt: skip
        for kind in kinds:
            if kind.assignment == assignment:
                own = course / "submitted" / kind.learner / assignment
                own.mkdir(parents=True)
                kind.make(own, Given(half, course, known))


def own_address() -> str:
    """An address of this machine that is not the loopback, where it has one."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))
            return str(line.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def run_course(way: str, root: Path, name: str, kinds: list[Kind], settings: str = "") -> Graded:
    """Build a course with these attackers, grade it, and read what came of it."""
    folder = root / f"{way}-{name}"
    token, canaries = prepare(root, folder, kinds)
    course = folder / "course"
    assignments = sorted({kind.assignment for kind in kinds})
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(settings)
    others = [kind.learner for kind in kinds if kind.family != "feedback pages"]
    levels = "explained" if len(others) == len(kinds) else "none counts explained"
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("grading_run.py"))]
    with subprocess.Popen(
        [*program, way, str(course), token, *assignments],
        env=environment(folder, canaries)
        | {"SRM_TEST_LEVELS": levels, "SRM_TEST_ONE_LEVEL": ",".join(others)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdin is not None
        port = json.loads(running.stdout.readline())["port"]
        hand_in(folder, kinds, token, canaries, port)
        before = fingerprints(folder)
        running.stdin.write("\n")
        running.stdin.flush()
        told = json.loads(running.stdout.readline())
    graded = Graded(way, course, token, canaries, told, before)
    _read(graded, assignments)
    return graded


def _read(graded: Graded, assignments: list[str]) -> None:
    address = f"sqlite:///{graded.course}/gradebook.db"
    with Gradebook(address) as book:
        for assignment in assignments:
            for one in book.assignment_submissions(assignment):
                grades = [grade for nb in one.notebooks for grade in nb.grades]
                none = all(grade.auto_score is None for grade in grades)
                score = None if none else float(one.score)
                graded.scores[one.student_id, assignment] = (score, one.needs_manual_grade)
    engine = create_engine(address)
    with engine.connect() as connection:
        graded.entries = list(store.entries(connection))
    engine.dispose()


def fingerprints(folder: Path) -> dict[str, str]:
    """Every file outside of what grading may write, with its content or what it is."""
    made = ("autograded", "gradebook.db", ".nbgrader.log", "feedback", "nbgrader.log",
            ".grading.lock")  # fmt: skip
    found = {}
    for where, folders, names in os.walk(folder):
        if Path(where) == folder / "course":
            folders[:] = [one for one in folders if not one.startswith(made)]
            names = [one for one in names if not one.startswith(made)]
        for name in [*names, *folders]:
            path = os.path.join(os.fsencode(where), os.fsencode(name))
            found[repr(path)] = _what(path)
    return found


def _what(path: bytes) -> str:
    if os.path.islink(path):
        return f"link {os.readlink(path)!r}"
    if not os.path.isfile(path):
        return "no file"
    size = os.path.getsize(path)
    if size > 60_000_000:
        return f"{size} bytes"
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


ENDED = re.compile(r"ended(?: (\w+)(?:: ([^\n\\\"]*))?)?")


def ending(graded: Graded, kind: Kind) -> str:
    """How the attacker's code ended, in its own words."""
    text = graded.graded(kind.learner, kind.assignment)
    found = ENDED.search(text.partition(f"tried {kind.name}\\n")[2].partition('"cell_type"')[0])
    return found[0][:60] if found else "did not end"


def readable(page: str) -> str:
    """The text of a page as a person reads it."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
