"""One real class: graded, graded by hand, regraded, interrupted, forgotten, all in SQLite."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.course_totals import class_totals
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.ledger.auditing import audit
from shared_responsibility.grading.ledger.regrading import Policy, apply, plan
from shared_responsibility.grading.manifest import read_manifest
from shared_responsibility.items import form
from shared_responsibility.keys import keys_of_form

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sysconfig.get_path("scripts")
SET = "post-mortems"
NOTE = "note-to-management"
FIRST = "dossier-1-map-archive"
PROSE = "The <b>ferry</b> company left its own door open; the trail shows it."
NAMES = ("ada", "blank", "half", "no-answers")

pytestmark = pytest.mark.slow


def with_note(answer: Any) -> script.Learner:
    return lambda notebook: json.dumps(script.fill(notebook, answer, {NOTE: PROSE}))


BREAKS_ONCE = """real = hand_in


def hand_in(exercise):
    global hand_in
    hand_in = real
    raise NameError(exercise)"""


def without_answers(notebook: dict[str, Any]) -> str:
    """The first graded cell ends in an error, so that it sends nothing."""
    filled = script.fill(notebook, script.perfect_answers)
    next(cell for cell in filled["cells"] if cell["id"] == FIRST)["source"] = BREAKS_ONCE
    return json.dumps(filled)


CLASS: dict[str, script.Learner] = {
    "ada": with_note(script.perfect_answers),
    "blank": json.dumps,
    "half": with_note(script.half_right_answers),
    "no-answers": without_answers,
}


def run(course: Path, program: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SRM_PROGRESS": "", **more}
    return subprocess.run(
        [str(Path(SCRIPTS) / program), *words],
        cwd=course, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def srm(course: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SRM_PROGRESS": "", **more}
    command = [sys.executable, "-W", "ignore", "-c",
               "from shared_responsibility.cli import main; main()", *words]  # fmt: skip
    return subprocess.run(
        command, cwd=course, env=environment, capture_output=True, text=True, check=False
    )


def address(course: Path) -> str:
    return f"sqlite:///{course}/gradebook.db"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was graded and has its feedback."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "source" / SET, course / "source" / SET)
    done = run(course, "nbgrader", "generate_assignment", SET)
    assert done.returncode == 0, done.stderr[-3000:]
    script.submit(course, SET, CLASS)
    for verb in ("autograde", "generate_feedback"):
        done = run(course, "nbgrader", verb, SET)
        assert done.returncode == 0, done.stderr[-3000:]
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of that class, to change."""
    return Path(shutil.copytree(graded, tmp_path / "course", symlinks=True))


def scores(course: Path) -> dict[str, float]:
    with Gradebook(address(course)) as gradebook:
        return {one.student_id: one.score for one in gradebook.assignment_submissions(SET)}


def page(course: Path, learner: str) -> str:
    path = course / "feedback" / learner / SET / f"{SET}.html"
    return path.read_text(encoding="utf-8")


def state(course: Path) -> tuple[Any, ...]:
    """All that regrading may change in the database."""
    with Gradebook(address(course)) as gradebook:
        marks = sorted(
            (g.notebook.student.id, g.name, g.auto_score, g.manual_score)
            for one in gradebook.assignment_submissions(SET)
            for book in one.notebooks
            for g in book.grades
        )
        entries = [(e.entry_id, e.learner, e.points, e.action) for e in store.entries(gradebook.db)]
    return marks, entries


AUTOMATIC = 17.0
FIRST_POINTS = form(FIRST).points


def test_the_class_has_the_marks_that_its_answers_earn(graded: Path) -> None:
    marks = scores(graded)
    assert marks["ada"] == AUTOMATIC
    assert marks["blank"] == 0
    assert marks["no-answers"] == AUTOMATIC - FIRST_POINTS
    assert 0 < marks["half"] < AUTOMATIC
    assert audit(address(graded)).findings == ()


def test_only_written_prose_waits_for_a_person(graded: Path) -> None:
    with Gradebook(address(graded)) as gradebook:
        waiting = {s.student_id: s.needs_manual_grade
                   for s in gradebook.assignment_submissions(SET)}  # fmt: skip
        for learner in ("blank", "no-answers"):
            assert gradebook.find_grade(NOTE, SET, SET, learner).auto_score == 0
    assert waiting == {"ada": True, "blank": False, "half": True, "no-answers": False}
    assert "3 of them are still to be given by a person." in page(graded, "ada")
    assert "not yet graded of 3" in page(graded, "ada")
    for learner in ("blank", "no-answers"):
        assert "still to be given" not in page(graded, learner)
    told = page(graded, "ada")
    assert "company left its own door open; the trail shows it.</pre>" in told
    assert "<b>" not in told
    assert "The graded cell ended in an error: NameError." in page(graded, "no-answers")


def by_hand(course: Path, learner: str, points: float, comment: str) -> None:
    with Gradebook(address(course)) as gradebook:
        grade = gradebook.find_grade(NOTE, SET, SET, learner)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment(NOTE, SET, SET, learner).manual_comment = comment
        gradebook.db.commit()


def test_a_mark_by_hand_and_its_comment_come_back_on_the_page_and_stay(course: Path) -> None:
    by_hand(course, "ada", 2.5, "Name the <evidence>.")
    done = run(course, "nbgrader", "generate_feedback", SET, "--force")
    assert done.returncode == 0, done.stderr[-2000:]
    told = page(course, "ada")
    assert "19.5 of 20 points." in told
    assert "2.5 of 3 points. A person grades this" in told
    assert "Name the &lt;evidence&gt;." in told
    assert "still to be given" not in told
    assert "still to be given" in page(course, "half")
    assert audit(address(course)).findings == ()
    made = plan(course, address(course), SET, drop=[first_item()])
    apply(course, address(course), made, why="withdrawn")
    with Gradebook(address(course)) as gradebook:
        grade = gradebook.find_grade(NOTE, SET, SET, "ada")
        assert (grade.manual_score, grade.needs_manual_grade) == (2.5, False)
    assert scores(course)["ada"] == 19.5
    (ada,) = (one for one in class_totals(address(course)) if one.learner == "ada")
    assert ada.points[SET] == 19.5


def first_item() -> str:
    return keys_of_form(FIRST)[0][0].item_id


@pytest.fixture
def other_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Another owner is right for the first item, in a copy of the tables."""
    (key, _), *_ = keys_of_form(FIRST)
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    path = data / "answers" / "option_keys.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (number,) = (n for n, one in enumerate(lines)
                 if one.startswith(f"{key.item_id},") and f",{key.right}," in one)  # fmt: skip
    other = next(name for name in key.options if name != key.right)
    (twin,) = (n for n, one in enumerate(lines)
               if one.startswith(f"{key.item_id},") and f",{other}," in one)  # fmt: skip
    lines[number] = lines[number].replace(f",{key.right},", ",SWAP,", 1)
    lines[twin] = lines[twin].replace(f",{other},", f",{key.right},", 1)
    lines[number] = lines[number].replace(",SWAP,", f",{other},", 1)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    monkeypatch.setenv("SRM_DATA", str(data))
    assert keys_of_form(FIRST)[0][0].right == other
    return other


WORTH = form(FIRST).entries[0].points


def test_an_exact_regrade_follows_the_new_key_and_so_does_the_feedback(
    course: Path, other_key: str
) -> None:
    before = scores(course)
    made = plan(course, address(course), SET)
    assert scores(course) == before, "a plan writes nothing"
    assert any(line.startswith("down  ada: 17 -> ") for line in made.lines())
    count = apply(course, address(course), made, why="key corrected")
    assert count == len(CLASS)
    after = scores(course)
    assert after["ada"] == before["ada"] - WORTH
    assert after["blank"] == 0
    found = audit(address(course))
    assert (found.entries, found.findings) == (2 * len(CLASS), ())
    with Gradebook(address(course)) as gradebook:
        entry = store.latest_of(gradebook.db, SET, "ada")
    assert entry is not None
    assert (entry.action, entry.reason, entry.points) == ("regrade", "key corrected", after["ada"])
    assert entry.manifest.startswith("0002-")
    done = run(course, "nbgrader", "generate_feedback", SET, "--force",
               SRM_DATA=os.environ["SRM_DATA"])  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{after['ada']:g} of 20 points." in page(course, "ada")
    again = plan(course, address(course), SET)
    assert not any(change.moves for change in again.changes)


def test_never_lower_keeps_the_marks_that_would_fall(course: Path, other_key: str) -> None:
    before = scores(course)
    made = plan(course, address(course), SET, policy=Policy.NEVER_LOWER)
    lower = {c.learner for c in made.changes if c.kept}
    assert "ada" in lower
    apply(course, address(course), made, why="key corrected")
    after = scores(course)
    assert all(after[name] >= before[name] for name in before)
    assert {name: after[name] for name in lower} == {name: before[name] for name in lower}
    assert audit(address(course)).findings == ()
    done = run(course, "nbgrader", "generate_feedback", SET, "--force",
               SRM_DATA=os.environ["SRM_DATA"])  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "17 of 20 points." in page(course, "ada")


def test_a_withdrawn_item_gives_its_points_to_everybody_once(course: Path) -> None:
    item_id = first_item()
    before = scores(course)
    for _ in range(2):
        apply(course, address(course), plan(course, address(course), SET, drop=[item_id]), why="x")
        after = scores(course)
        assert after["ada"] == AUTOMATIC
        assert after["blank"] == WORTH
        assert after["no-answers"] == before["no-answers"] + WORTH
    assert read_manifest(course, SET).exercises[0].dropped == (item_id,)
    assert run(course, "nbgrader", "generate_feedback", SET, "--force").returncode == 0
    told = page(course, "no-answers")
    assert told.count(f"Withdrawn, so everybody has the points: {item_id}.") == 1
    assert told.count("The graded cell ended in an error: NameError.") == 1
    assert audit(address(course)).findings == ()


def test_what_was_withdrawn_stays_withdrawn_after_another_release(course: Path) -> None:
    apply(course, address(course), plan(course, address(course), SET, drop=[first_item()]), why="x")
    assert run(course, "nbgrader", "generate_assignment", SET).returncode == 0
    assert read_manifest(course, SET).exercises[0].dropped == (first_item(),)


KILLED = """
import sys, time
from pathlib import Path
from shared_responsibility.grading.ledger import regrading, store
course, db = Path(sys.argv[1]), f"sqlite:///{sys.argv[1]}/gradebook.db"
made = regrading.plan(course, db, "post-mortems", drop=[sys.argv[2]])
real = store.append
def slow(session, grading):
    number = real(session, grading)
    session.flush()
    print(number, flush=True)
    time.sleep(0.15)
    return number
store.append = slow
print("start", flush=True)
regrading.apply(course, db, made, why="killed")
print("done", flush=True)
"""


@pytest.mark.parametrize("lines", [1, 2, 3, 5, 6])
def test_killed_in_the_middle_the_marks_are_the_old_or_the_new_ones(
    course: Path, lines: int
) -> None:
    old = state(course)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", KILLED, str(course), first_item()],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(lines)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert audit(address(course)).findings == ()
    if "done" in told:
        assert state(course) != old
        assert scores(course)["blank"] == WORTH
    else:
        assert state(course) == old
    apply(course, address(course), plan(course, address(course), SET, drop=[first_item()]), why="x")
    assert scores(course)["blank"] == WORTH
    assert audit(address(course)).findings == ()


def test_killed_at_any_moment_the_marks_are_the_old_or_the_new_ones(course: Path) -> None:
    old = state(course)
    whole = KILLED.replace("time.sleep(0.15)", "pass")
    for wait in (0.0, 0.01, 0.02, 0.04, 0.08):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", whole, str(course), first_item()],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "start"
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        marks, entries = state(course)
        assert audit(address(course)).findings == ()
        assert len(entries) % len(CLASS) == 0
        if len(entries) == len(CLASS):
            assert (marks, entries) == old


def test_the_verbs_tell_what_they_do(course: Path) -> None:
    done = srm(course, "regrade", SET, "--why", "x", "--drop", first_item(), "--yes")
    assert done.returncode == 0, done.stderr
    assert f"up  blank: 0 -> {WORTH:g}" in done.stdout
    assert "Entered for 4 learners. Now run: nbgrader generate_feedback --force" in done.stdout
    done = srm(course, "audit")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("8 entries, 0 without name. Head: ")
    head = done.stdout.split("Head: ")[1].strip()
    assert srm(course, "audit", "--head", head).returncode == 0
    done = srm(course, "totals", "--records")
    assert done.returncode == 0, done.stderr
    assert "ada" in done.stdout
    record = (course / "completion" / "ada.html").read_text(encoding="utf-8")
    assert "17 of 100 points: not passed yet." in record
    done = srm(course, "forget", "half")
    assert "Erased from 2 entries." in done.stdout
    done = srm(course, "forget", "half")
    assert (done.returncode, done.stderr) == (1, "The ledger has no entry of 'half'.\n")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["regrade", SET, "--why", "x", "--policy", "kind"], "--policy 'kind' is not known."),
        (["regrade", SET, "--why", "x", "--drop", "nonsense", "--yes"], "is not an item"),
        (["regrade", "decide", "--why", "x", "--yes"], "There is no record of a release"),
        (["audit", "--head", "0123"], "1 findings."),
        (["audit", "--db", "nonsense"], "'nonsense' is no address of a gradebook"),
        (["totals", "--db", "sqlite:///none.db"], "There is no gradebook none.db here yet."),
        (["totals", "--db", "sqlite:///nbgrader_config.py"], "read: file is not a database"),
        (["totals", "--db", "wrong+driver://h/d"], "is no address of a gradebook"),
        (["totals", "--root", "source"], "There is no nbgrader_config.py here."),
        (["forget", "nobody"], "The ledger has no entry of 'nobody'."),
    ],
)  # fmt: skip
def test_bad_input_meets_one_sentence(graded: Path, words: list[str], part: str) -> None:
    done = srm(graded, *words)
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_a_forgotten_learner_gets_no_feedback_and_the_others_do(course: Path) -> None:
    assert srm(course, "forget", "half").returncode == 0
    shutil.rmtree(course / "feedback")
    run(course, "nbgrader", "generate_feedback", SET)
    assert (course / "feedback" / "ada" / SET / f"{SET}.html").is_file()
    assert not (course / "feedback" / "half" / SET / f"{SET}.html").is_file()
    (finding,) = audit(address(course)).findings
    assert "half: the gradebook has marks and the ledger has none." in finding
