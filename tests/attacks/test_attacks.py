"""Every kind of attack, graded for real between honest learners: what must hold against each.

The engine grades all kinds; nbgrader's own command a sample: of each family, and what aims at the
kernel, which the engine does not have.

pytest tests/attacks -m slow -s        prints the table of kinds
SRM_ALL_ATTACKS=1 pytest tests/attacks all kinds through both
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import site
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter

import shared_responsibility
from attacks.course import (
    AFTER,
    BEFORE,
    HALF,
    MOST_SECONDS,
    Graded,
    ending,
    environment,
    fingerprints,
    readable,
    run_course,
    template,
)
from attacks.kinds import ACCOUNT, CLASSIFY, FIRST, Given, Kind, all_kinds, new_cell
from shared_responsibility.grading.ledger.auditing import audit
from shared_responsibility.grading.preflight.folder import STAND_IN, STAND_IN_TEXT
from shared_responsibility.grading.sandbox import Mode, bubblewrap
from shared_responsibility.grading.sandbox.modes import why_not

KINDS = all_kinds()
FAMILIES = list(dict.fromkeys(kind.family for kind in KINDS))
BROKEN = ("NameError", "SyntaxError", "UnboundLocalError", "IndentationError")
"""An attack that ends like this was never tried."""
VARIES = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z|\b[a-z]+-[0-9a-f]{17}\b")
"""Times, and the numbers that a simulated account gives to what is in it."""
PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/")
AT_ONCE = 2


def has_engine() -> bool:
    """Whether the package grades a whole class by itself."""
    return importlib.util.find_spec("shared_responsibility.grading.engine.local") is not None


WAYS = ["serial", *(["engine"] if has_engine() else [])]
IN_SERIAL = 20 if has_engine() and "SRM_ALL_ATTACKS" not in os.environ else 1
"""The engine grades all kinds; nbgrader's own command, which takes seconds for each, the first of
each family and every twentieth after it, in one course; all where `SRM_ALL_ATTACKS` is set."""
SAMPLE = "a sample"
CASES = [
    (way, kind)
    for way in WAYS
    for family in FAMILIES
    for number, kind in enumerate(k for k in KINDS if k.family == family)
    if way == "engine" or number % IN_SERIAL == 0 or kind.kernel
]
TOGETHER = {
    "hand-ins": ("cell structure", "file formats", "packaging"),
    "answers": ("forged answers", "score machinery"),
    "kernels": ("crashes", "resources"),
    "secrets": ("files", "network", "secrets of others", "stealing"),
}
"""Families that share a course, since each course has a price; any other has one of its own."""
COURSE_OF = {family: name for name, families in TOGETHER.items() for family in families}


def part(way: str, family: str) -> str:
    """What is graded together: families that share a course, or the sample of the serial way."""
    return SAMPLE if way == "serial" and IN_SERIAL > 1 else COURSE_OF.get(family, family)


PARTS = list(dict.fromkeys((way, part(way, family)) for way in WAYS for family in FAMILIES))

slow = pytest.mark.slow
Runs = Callable[[str, str], Graded]


@pytest.fixture(scope="session")
def courses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all courses; they are copies of one that is released once."""
    return tmp_path_factory.mktemp("a")


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest, courses: Path) -> Iterator[Runs]:
    """The graded course of a family, by way; two are graded at a time, only those asked for."""
    # Such attacks may kill every process of this user where nothing shuts them in.
    if bubblewrap.program() is None and "CI" not in os.environ:
        pytest.skip("bubblewrap is not installed")
    assert why_not(Mode.BUBBLEWRAP) == ""
    wanted: dict[tuple[str, str], list[Kind]] = {}
    for item in request.session.items:
        given = getattr(item, "callspec", None)
        if given is not None and {"way", "kind"} <= set(given.params):
            way, kind = given.params["way"], given.params["kind"]
            kinds = wanted.setdefault((way, part(way, kind.family)), [])
            # Several tests ask for the same kind.
            kinds.extend([kind] if kind not in kinds else [])
    pool = ThreadPoolExecutor(AT_ONCE)
    started: dict[tuple[str, str], Future[Graded]] = {}

    def graded(way: str, family: str) -> Graded:
        if not started:
            template(courses)
            # What takes longest first.
            for (one, name), kinds in sorted(wanted.items(), key=lambda item: -_cost(*item)):
                short = name.replace(" ", "-")
                started[one, name] = pool.submit(run_course, one, courses, short, kinds)
        if (way, part(way, family)) not in started:
            pytest.skip("no kind of this family was asked for")
        return started[way, part(way, family)].result()

    yield graded
    pool.shutdown(wait=True, cancel_futures=True)


def _cost(part: tuple[str, str], kinds: list[Kind]) -> int:
    """How long it takes, roughly: an account and a kernel of its own cost more than a fork."""
    return sum((3 if part[0] == "serial" else 1) * (6 if k.assignment == ACCOUNT else 1)
               for k in kinds)  # fmt: skip


def test_there_are_at_least_a_hundred_kinds() -> None:
    counted = Counter(kind.family for kind in KINDS)
    for kind in KINDS:
        print(f"{kind.family:20} {kind.name:40} {kind.told}")
    print(*(f"{family:20} {count}" for family, count in counted.items()), sep="\n")
    assert len(KINDS) >= 100
    assert min(counted.values()) >= 5
    assert all(kind.told.endswith(".") and len(kind.told) < 110 for kind in KINDS)


@slow
@pytest.mark.parametrize(
    ("way", "kind"), CASES, ids=[f"{way}-{k.family.replace(' ', '_')}-{k.name}" for way, k in CASES]
)
def test_it_holds_against(way: str, kind: Kind, runs: Runs) -> None:
    graded = runs(way, kind.family)
    problems = [*marks(graded, kind), *leaks(graded, kind), *records(graded, kind)]
    print(f"\n{kind.family:18} {kind.name:36} {_score(graded, kind)!s:6} {ending(graded, kind)}")
    assert not problems, "\n".join(problems)


def _score(graded: Graded, kind: Kind) -> float | None:
    return graded.scores.get((kind.learner, kind.assignment), (None, True))[0]


def marks(graded: Graded, kind: Kind) -> Iterator[str]:
    """The score is not above the honest one, nor below where an honest learner may come to it."""
    score, honest = _score(graded, kind), graded.scores[HALF, kind.assignment][0]
    if honest is None:
        yield "the honest learner who is half right has no mark"
        return
    if score is not None and score > honest + 1e-9:
        yield f"score {score}, honest {honest}"
    if score is not None and score < 0:
        yield f"score {score}"
    if kind.keeps and score != honest:
        yield f"score {score}, where an honest learner had lost nothing: {honest}"


def leaks(graded: Graded, kind: Kind) -> Iterator[str]:
    """Nothing planted and nothing out of reach is in what the attacker gets or leaves."""
    seen = {"graded notebook": graded.graded(kind.learner, kind.assignment)}
    for level in ("none", "counts", "explained"):
        seen[f"feedback ({level})"] = graded.page(kind.learner, kind.assignment, level)
    entry = graded.entry(kind.learner, kind.assignment)
    seen["ledger"] = str(entry.work if entry else "")
    for where, text in seen.items():
        for place, canary in graded.canaries.items():
            if canary in text:
                yield f"{where}: the canary of {place}"
        shown = re.search(r"REACHED [^\n\\]{0,80}", _outputs(text) if "note" in where else text)
        if shown:
            yield f"{where}: {shown[0]}"
        if len(text) > 8_000_000:
            yield f"{where}: {len(text)} characters"


def _outputs(text: str) -> str:
    """What was printed, not the attack's own source."""
    printed = re.findall(r'"text": (?:\[(.*?)\n\s*\]|(".*?"))', text, re.S)
    return "\n".join("".join(found) for found in printed)


def records(graded: Graded, kind: Kind) -> Iterator[str]:
    """A mark or a named reason stands in gradebook, ledger and feedback, in good time."""
    place = (kind.learner, kind.assignment)
    if place not in graded.scores:
        yield "nothing in the gradebook"
        return
    score, waits = graded.scores[place]
    if kind.assignment != "post-mortems" and (score is None or waits):
        yield f"gradebook: score {score}, waits for a person: {waits}"
    entry = graded.entry(*place)
    if entry is None:
        yield "nothing in the ledger"
    elif kind.assignment != "post-mortems" and entry.points != score:
        yield f"ledger: {entry.points} points, gradebook: {score}"
    page = readable(graded.page(*place))
    if not page:
        yield "no feedback"
    if kind.named and kind.named not in page:
        yield f"the feedback does not say {kind.named!r}"
    text = graded.graded(*place)
    if kind.runs and not kind.silent and f"tried {kind.name}" not in _outputs(text):
        yield "the attack did not run"
    if kind.runs and (word := ending(graded, kind).split(":")[0].removeprefix("ended ")) in BROKEN:
        yield f"the attack itself is broken: {word}: {ending(graded, kind)}"
    if graded.way == "serial" and graded.seconds(kind.learner) > MOST_SECONDS:
        yield f"took {graded.seconds(kind.learner)} s"


@slow
@pytest.mark.parametrize(("way", "family"), PARTS, ids=[f"{w}-{f}" for w, f in PARTS])
class TestAround:
    """What must hold around the attackers of a family."""

    def test_the_run_comes_to_its_end(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        grading, feedback = graded.told["spent"]
        print(f"\n{way} {family}: {graded.told['seconds']:.0f} s; of processor time "
              f"{grading:.0f} s for grading, {feedback:.0f} s for feedback")  # fmt: skip
        log = graded.told["log"]
        assert "Traceback" not in log, log[max(0, log.index("Traceback") - 1000) :][:6000]
        assert set(graded.told["status"]) == {0}, log[-6000:]

    def test_honest_learners_keep_marks_and_files(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        for assignment in {place for _, place in graded.scores}:
            first, last = ((learner, assignment) for learner in (BEFORE, AFTER))
            full = graded.entry(*first)
            assert full is not None
            if assignment != "post-mortems":
                assert full.points == full.max_points
                assert graded.scores[first] == graded.scores[last] == (full.max_points, False)
            for made in (graded.graded, graded.page):
                assert VARIES.sub("", made(*first)) == VARIES.sub("", made(*last))
            for learner in (BEFORE, AFTER):
                assert graded.canaries["others"] in graded.graded(learner, assignment)
        if any(place == CLASSIFY for _, place in graded.scores):
            assert graded.scores[HALF, CLASSIFY] == (9.75, False)

    def test_nothing_is_left(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        assert graded.told["left"] == []
        after = fingerprints(graded.course.parent)
        own = (".local", ".cache", ".ipython", ".jupyter", ".config")
        new = [path for path in set(after) - set(graded.before) if not any(o in path for o in own)]
        assert sorted(set(new) - stand_ins(after, graded.before)) == []
        changed = {path for path in graded.before if after.get(path) != graded.before[path]}
        assert sorted(path for path in changed if not path.endswith(("/socket'", "/home'"))) == []
        assert [path for path in after if graded.token in path and "submitted" not in path] == []

    def test_nothing_is_left_elsewhere(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        found = [f"{f}/{n}" for f in PLACES for n in os.listdir(f) if "srm-attack-" in n]
        assert [path for path in found if graded.token in path] == []
        for folder in (*site.getsitepackages(), Path(shared_responsibility.__file__).parent):
            assert not [n for n in os.listdir(folder) if graded.token in n or "customize" in n]

    def test_nobody_outside_was_reached(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        assert graded.told["heard"] == []
        assert graded.told["victim"]

    def test_the_ledger_is_whole(self, way: str, family: str, runs: Runs) -> None:
        graded = runs(way, family)
        learners = {(entry.learner, entry.assignment) for entry in graded.entries}
        assert learners == set(graded.scores)
        assert len(graded.entries) == len(graded.scores)
        assert callable(audit)


STAND_IN_WHAT = hashlib.sha256(STAND_IN_TEXT).hexdigest()


def stand_ins(after: dict[str, str], before: dict[str, str]) -> set[str]:
    """What the course puts where nbgrader would see no notebook: that content and no other."""
    seen = {path.rpartition("/")[0] for path in before if path.endswith(".ipynb'")}
    return {
        path
        for path, what in after.items()
        for folder, _, name in [path.rpartition("/")]
        if name == f"{STAND_IN}'" and "/course/submitted/" in folder
        if what == STAND_IN_WHAT and folder not in seen
    }


ACTIVE = {"script", "iframe", "object", "embed", "form", "base", "link", "meta", "style", "svg",
          "input", "button", "audio", "video", "source", "img"}  # fmt: skip
PAGE_MARKS = ("srm-page", "srm-attack")


class Page(HTMLParser):
    """Finds active parts of a page in which a mark of an attacker stands."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.active: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        for name, value in attrs:
            marked = any(mark in f"{name}={value}" for mark in PAGE_MARKS)
            plain = tag == "a" and name == "href" and str(value).startswith("https://")
            if marked and not plain and name not in ("title", "alt", "id", "class"):
                self.active.append(f"<{tag} {name}={value}"[:120])

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if {"script", "style"} & set(self.inside) and any(mark in data for mark in PAGE_MARKS):
            self.active.append(f"in a script or style: {data[:100]}")


def active_parts(page: str) -> list[str]:
    """What of an attacker would act in a browser."""
    reader = Page()
    reader.feed(page)
    return reader.active


def test_an_active_page_is_known_as_one() -> None:
    from attacks.feedback_pages import EVIL

    assert len(active_parts(f"<html>{EVIL}</html>")) >= 10
    assert active_parts("<p>&lt;script&gt;srm-page</p><a href='https://srm-page'>x</a>") == []


PAGES = [kind for kind in KINDS if kind.family == "feedback pages"]
SHOWN = [(way, kind) for way, kind in CASES if kind in PAGES]


@slow
@pytest.mark.parametrize(("way", "kind"), SHOWN, ids=[f"{w}-{k.name}" for w, k in SHOWN])
def test_nothing_acts_in_a_browser(way: str, kind: Kind, runs: Runs) -> None:
    """Neither in the feedback nor where the grader opens the graded notebook as a page."""
    graded = runs(way, kind.family)
    assert graded.page(kind.learner, kind.assignment)
    for level in ("none", "counts", "explained"):
        assert active_parts(graded.page(kind.learner, kind.assignment, level)) == []
    folder = graded.course / "autograded" / kind.learner / kind.assignment
    shown, _ = HTMLExporter().from_filename(str(folder / f"{kind.assignment}.ipynb"))
    assert active_parts(shown) == []


@slow
@pytest.mark.parametrize("way", WAYS)
def test_a_level_tells_no_more_than_it_says(way: str, runs: Runs) -> None:
    """An attacker's page at `none` and `counts` holds nothing of what is right."""
    graded = runs(way, "feedback pages")
    from shared_responsibility.items import forms_of
    from shared_responsibility.keys import keys_of_form

    keys = [key for asked in forms_of(CLASSIFY) for key, _ in keys_of_form(asked)]
    told = {option.explanation[:60] for key in keys for option in key.options.values()} - {""}
    shown = [kind for one, kind in SHOWN if one == way and kind.assignment == CLASSIFY]
    assert shown
    for kind in shown:
        for level in ("none", "counts"):
            page = readable(graded.page(kind.learner, CLASSIFY, level))
            assert page
            assert [words for words in told if words in page] == []
        page = readable(graded.page(kind.learner, CLASSIFY))
        assert any(words in page for words in told)


READERS = [kind for kind in KINDS if kind.outside]
HELD_BY_LESS = {
    "climbs-to-the-gradebook": "the work folder lies elsewhere",
    "through-open-descriptors": "nothing is left open",
    "own-environment": "the environment is made anew",
    "environment-of-all": "for a grader who is root: the notebook has fewer rights",
}
"""Readers who may find nothing where limits alone hold; in a plain process they do."""


@slow
def test_what_was_planted_is_found_where_nothing_shuts_the_readers_in(
    courses: Path,
) -> None:
    """These attackers only read. Without a sandbox they succeed, so the others really held."""
    open_wide = "\nc.Sandbox.mode = 'limits'\nc.Sandbox.allow_limits_only = True\n"
    started = time.monotonic()
    graded = run_course(WAYS[-1], courses, "readers", READERS, open_wide)
    found = {kind.name: list(leaks(graded, kind)) for kind in READERS}
    silent = [kind for kind in READERS if not found[kind.name]]
    bare = {kind.name: in_the_open(graded, kind, courses / kind.name) for kind in silent}
    for name, problems in found.items():
        print(f"{name:30} {problems[:2] or bare[name]}")
    print(f"{time.monotonic() - started:.0f} s")
    assert set(bare) <= set(HELD_BY_LESS)
    assert [name for name, first in bare.items() if not first] == []
    told = str(found)
    for place in ("gradebook", "manifest", "source", "others", "answers", "home", "temp"):
        assert f"canary of {place}" in told, place


def in_the_open(graded: Graded, kind: Kind, folder: Path) -> str:
    """What the attack finds first in a plain process beside what was handed in, or nothing."""
    place = graded.course.parent
    known = {
        "MARK": graded.token, "SET": CLASSIFY, "COURSE": str(graded.course), "HOST": "127.0.0.1",
        "HOME_OUTSIDE": str(place / "home"), "TEMP_OUTSIDE": str(place / "tmp"), "PORT": 1,
    }  # fmt: skip
    empty = [new_cell("", id="first"), new_cell("", id=FIRST[CLASSIFY])]
    folder.mkdir()
    kind.make(folder, Given({"cells": empty}, graded.course, known))
    notebook = json.loads((folder / f"{CLASSIFY}.ipynb").read_text(encoding="utf-8"))
    sources = [cell["source"] for cell in notebook["cells"]]
    program = folder / "attack.py"
    program.write_text("\n".join([*sources[:-1], "signal.alarm(20)", sources[-1]]))
    with (
        (graded.course / "gradebook.db").open("rb") as left_open,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", str(program)], stdout=subprocess.PIPE, text=True,
            cwd=graded.course / "submitted" / kind.name / CLASSIFY,
            env=environment(place, graded.canaries), pass_fds=[left_open.fileno()],
        ) as running,
    ):  # fmt: skip
        assert running.stdout is not None
        told = next((line.strip() for line in running.stdout if line.startswith("CANARY-")), "")
        running.kill()
    return told
