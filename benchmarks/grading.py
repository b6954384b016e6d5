"""How fast a class is graded: plain `nbgrader autograde` against `srm grade` in its sandbox.

    python benchmarks/grading.py classify-scenarios 10 40 200

Both grade the same synthetic learners, turn by turn, each as a whole process. Plain means stock
preprocessors, one after another, no sandbox, with the same items scored by hidden tests in the
notebook. Processor time and memory count every process of a run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from nbgrader.api import Gradebook

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.engine.running import Job, Runner
from shared_responsibility.grading.sandbox import choose_mode

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "import sys; from pathlib import Path\n"
    "from shared_responsibility.grading.engine.local import grade\n"
    "summary = grade(Path('.'), sys.argv[1])\n"
    "print('\\n'.join(summary.lines)); sys.exit(bool(summary.failed))"
)
PLAIN_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "plain"
c.Exchange.root = "exchange"
c.ClearSolutions.code_stub = {"python": "# Replace each None above."}
c.Execute.timeout = 30
"""
HIDDEN = """
### BEGIN HIDDEN TESTS
from shared_responsibility.answers import ANSWERS_MIME, read_sheet
from shared_responsibility.keys import keys_of_form
from shared_responsibility.scoring import score_form
_sent = hand_in("{name}")._repr_mimebundle_()[ANSWERS_MIME]
float(score_form(keys_of_form("{name}"), read_sheet(_sent, "{name}").answers).points)
### END HIDDEN TESTS"""


@dataclass(frozen=True)
class Cost:
    """What a whole run took: seconds of wall clock and processors, bytes at the peak."""

    wall: float
    cpu: float
    peak: int


def nbgrader(course: Path, *words: str) -> list[str]:
    """The words of an nbgrader command."""
    return [sys.executable, "-m", "nbgrader", *words]


def make_courses(folder: Path, name: str, count: int) -> tuple[Path, Path]:
    """(plain, ours): two courses with the same learners, released and handed in."""
    plain, ours = folder / "plain", folder / "ours"
    for course in (plain, ours):
        shutil.copytree(ROOT / "source" / name, course / "source" / name)
    (plain / "nbgrader_config.py").write_text(PLAIN_CONFIG)
    shutil.copy(ROOT / "nbgrader_config.py", ours)
    _add_hidden_tests(plain / "source" / name / f"{name}.ipynb")
    for course in (plain, ours):
        _run(nbgrader(course, "generate_assignment", name), course)
        script.submit(course, name, _learners(count))
    return plain, ours


def _learners(count: int) -> dict[str, script.Learner]:
    """One who knows everything, one who says the same everywhere, the others at random."""
    found: dict[str, script.Learner] = {
        "learner-00000": script.answering(script.perfect_answers),
        "learner-00001": script.answering(lambda asked: script.constant_answers(asked, "customer")),
    }
    for number in range(2, count):
        found[f"learner-{number:05d}"] = script.answering(_random(number))
    return dict(list(found.items())[:count])


def _random(seed: int) -> Callable[[script.Form], script.Answers]:
    return lambda asked: script.random_answers(asked, seed)


def _add_hidden_tests(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and cell["cell_type"] == "code":
            source = "".join(cell["source"])
            cell["source"] = source + HIDDEN.format(name=marks["grade_id"].removesuffix("-graded"))
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _run(command: list[str], course: Path) -> None:
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[1:])} failed:\n{done.stderr[-3000:]}")


class Group:
    """Counts all processes of a run: by a control group where one can be made, else by sampling."""

    def __init__(self) -> None:
        self.folder = Path(f"/sys/fs/cgroup/cpuacct/srm-benchmark-{os.getpid()}")
        try:
            self.folder.mkdir()
            self.exact = True
        except OSError:
            self.exact = False

    def enter(self) -> None:
        """In the new process, before the command."""
        if self.exact:
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self, fallback: float) -> float:
        """Processor time of everything that ran in it."""
        if not self.exact:
            return fallback
        return int((self.folder / "cpuacct.usage").read_text()) / 1e9

    def close(self) -> None:
        """Leave no group behind."""
        if self.exact:
            for _ in range(50):
                try:
                    return self.folder.rmdir()
                except OSError:
                    time.sleep(0.1)
        return None


def measured(command: list[str], course: Path) -> Cost:
    """Run a command to its end."""
    group = Group()
    before = os.times()
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=group.enter,
    )  # fmt: skip
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    told, _ = process.communicate()
    wall = time.monotonic() - started
    watcher.join()
    after = os.times()
    used = after.children_user + after.children_system
    cpu = group.seconds(used - before.children_user - before.children_system)
    group.close()
    if process.returncode:
        sys.exit(f"{command} failed:\n{told[-3000:]}")
    return Cost(wall, cpu, peak[0])


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    """The largest sum over all processes, what they share counted once."""
    while process.poll() is None:
        total = 0
        try:
            root = psutil.Process(process.pid)
            for one in [root, *root.children(recursive=True)]:
                try:
                    total += one.memory_full_info().pss
                except psutil.Error:
                    continue
        except psutil.Error:
            return
        peak[0] = max(peak[0], total)
        time.sleep(0.25)


def scores(course: Path, name: str) -> dict[str, dict[str, float | None]]:
    """The points of every graded cell of every learner."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            one.student_id: {g.name: g.auto_score for nb in one.notebooks for g in nb.grades}
            for one in book.assignment_submissions(name)
        }


def floor(course: Path, name: str, count: int) -> float:
    """Seconds a notebook takes in a warm fork in the sandbox, and nothing else, one at a time."""
    paths = sorted(course.glob(f"submitted/*/{name}/{name}.ipynb"))[:count]
    with Runner(choose_mode()) as runner:
        jobs = [_job(path) for path in paths]
        runner.run(jobs[0])
        started = time.monotonic()
        for job in jobs:
            runner.run(job)
        return (time.monotonic() - started) / len(jobs)


def _job(path: Path) -> Job:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [(n, "".join(c["source"])) for n, c in enumerate(cells) if c["cell_type"] == "code"]
    return Job([(n, source) for n, source in code if source.strip()])


def compare(name: str, count: int, rounds: int) -> None:
    """Time both ways on one class and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="srm-benchmark-") as scratch:
        folder = Path(scratch)
        plain, ours = make_courses(folder, name, count)
        costs: dict[str, list[Cost]] = {"plain": [], "ours": []}
        for number in range(rounds):
            turns = [
                ("plain", plain, nbgrader(plain, "autograde", name)),
                ("ours", ours, [sys.executable, "-c", OURS, name]),
            ]
            for way, course, command in turns if number % 2 == 0 else reversed(turns):
                shutil.rmtree(course / "autograded", ignore_errors=True)
                costs[way].append(measured(command, course))
        _tell(name, count, costs, scores(plain, name) == scores(ours, name))
        print(f"  only the cells, warm, in the sandbox: {floor(ours, name, 20):.3f} s a notebook")


def _tell(name: str, count: int, costs: dict[str, list[Cost]], equal: bool) -> None:
    print(f"{name}, {count} learners, {len(costs['plain'])} rounds")
    for way, found in costs.items():
        wall = statistics.median(c.wall for c in found)
        cpu = statistics.median(c.cpu for c in found)
        print(
            f"  {way:5} {wall:8.1f} s wall  {cpu:8.1f} s processor  "
            f"{max(c.peak for c in found) / 2**20:6.0f} MiB peak  {60 * count / wall:6.1f} a minute"
        )
    pairs = list(zip(costs["plain"], costs["ours"], strict=True))
    ratios = [p.wall / o.wall for p, o in pairs]
    by_cpu = statistics.median(p.cpu / o.cpu for p, o in pairs)
    print(
        f"  faster {statistics.median(ratios):.2f} times ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"processor time {by_cpu:.2f} times less; results equal: {equal}"
    )


def main() -> None:
    """Read the words of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment")
    parser.add_argument("learners", nargs="*", type=int, default=[10, 40, 200])
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    # nbgrader calls `alembic` by name.
    os.environ["PATH"] = sysconfig.get_path("scripts") + os.pathsep + os.environ["PATH"]
    for count in given.learners:
        compare(given.assignment, count, given.rounds)


if __name__ == "__main__":
    main()
