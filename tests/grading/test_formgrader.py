"""The formgrader's own button, over HTTP, in a server that has a kernel running already."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from faults.course import SET, address, new_course, points
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook

from shared_responsibility.grading import learners as script
from shared_responsibility.grading.engine.locking import one_grader
from shared_responsibility.grading.ledger import store
from shared_responsibility.grading.sandbox import Mode
from shared_responsibility.grading.sandbox.modes import why_not
from shared_responsibility.tables import data_directory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the sandbox asked for is for Linux"),
]

CANARY = f"canary-{secrets.token_hex(8)}"
EVIL = "document.title='stolen'"
WALL = re.compile(r"PROBE (\w+) (\w+)")


@dataclass
class Server:
    """A running jupyter_server, spoken to with its token."""

    url: str
    token: str

    def ask(self, path: str, method: str = "GET") -> str:
        request = urllib.request.Request(
            f"{self.url}{path}", method=method, data=b"{}" if method == "POST" else None,
            headers={"Authorization": f"token {self.token}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=120) as answer:
            return str(answer.read().decode("utf-8"))

    def autograde(self, learner: str) -> dict[str, Any]:
        """Press the button."""
        path = f"/formgrader/api/submission/{SET}/{learner}/autograde"
        return dict(json.loads(self.ask(path, "POST")))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = new_course(tmp_path_factory.mktemp("formgrader") / "course")
    people = {"ada": script.DEMO_CLASS["ada"], "half-right": script.DEMO_CLASS["half-right"]}
    script.submit(course, SET, {**people, "eve": lambda notebook: spying(notebook, course)})
    return course


def spying(notebook: script.Notebook, course: Path) -> str:
    """Everything right, but the first answer cell looks around, and other cells are active."""
    filled = script.fill(notebook, script.perfect_answers)
    cell, _ = next(script.exercises(filled))
    places = {
        "gradebook": str(course / "gradebook.db"),
        "record": str(course / "manifests" / SET),
        "others": str(course / "submitted" / "ada"),
        "answers": str(data_directory().resolve() / "answers"),
        "passwords": "/etc/shadow",
    }
    cell["source"] += (
        "\nimport os\n"
        f"for _name, _path in {places!r}.items():\n"
        "    try:\n"
        "        _seen = os.listdir(_path) if os.path.isdir(_path) else open(_path, 'rb').read(9)\n"
        "        print('PROBE', _name, 'seen', _seen)\n"
        "    except OSError as _problem:\n"
        "        print('PROBE', _name, type(_problem).__name__)\n"
        "print('PROBE', 'environment', 'seen' if os.environ.get('SRM_CANARY') else 'nothing')\n"
        "print(sorted(os.environ.items()))\n"
        "from IPython.display import HTML, Javascript, display\n"
        f'display(HTML("<img src=x onerror={EVIL}><script>{EVIL}</script>"))\n'
        f'display(Javascript("{EVIL}"))\n'
        f'print("<script>{EVIL}</script>")\n'
        f"# <script>{EVIL}</script>"
    )
    active = f"<script>{EVIL}</script> <img src=x onerror={EVIL}> [go](javascript:{EVIL})"
    filled["cells"].insert(1, dict(new_markdown_cell(active, id="active")))
    return json.dumps(filled)


@pytest.fixture(scope="module")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """nbgrader's server extension in the folder of the course, and a kernel that has started."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    extensions = {"nbgrader.server_extensions.formgrader": True}
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--ServerApp.jpserver_extensions={extensions!r}", f"--ServerApp.root_dir={course}",
    ]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment = {**kept, "HOME": str(home), "JUPYTER_TOKEN": token, "SRM_CANARY": CANARY}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
        try:
            running = Server(f"http://127.0.0.1:{port}", token)
            _wait(running, process, home / "log")
            kernel = json.loads(running.ask("/api/kernels", "POST"))
            assert running.ask(f"/api/kernels/{kernel['id']}")
            yield running
        finally:
            process.terminate()
            process.wait(30)


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        try:
            server.ask("/api/status")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace")[-3000:])


@pytest.fixture(scope="module")
def spied(server: Server, course: Path) -> str:
    """What is in the graded notebook of the learner who looks around."""
    done = server.autograde("eve")
    assert done["success"], done
    path = course / "autograded" / "eve" / SET / f"{SET}.ipynb"
    return path.read_text(encoding="utf-8")


def test_the_button_gives_the_mark_that_was_earned(
    server: Server, course: Path, spied: str
) -> None:
    for learner in ("ada", "half-right"):
        done = server.autograde(learner)
        assert done["success"], done
    assert points(address(course)) == {"ada": 20.0, "eve": 20.0, "half-right": 9.75}


@pytest.mark.skipif(why_not(Mode.BUBBLEWRAP) != "", reason="needs bubblewrap")
def test_the_button_uses_the_sandbox_and_the_ledger_says_so(course: Path, spied: str) -> None:
    with Gradebook(address(course)) as gradebook:
        entry = store.latest_of(gradebook.db, SET, "eve")
    assert entry is not None
    assert entry.sandbox == Mode.BUBBLEWRAP.does_not_stop


@pytest.mark.skipif(why_not(Mode.BUBBLEWRAP) != "", reason="needs bubblewrap")
def test_a_learner_reads_nothing_that_belongs_to_the_grader(spied: str) -> None:
    found = dict(WALL.findall(spied))
    assert set(found) == {
        "gradebook", "record", "others", "answers", "passwords", "environment"
    }  # fmt: skip
    assert "seen" not in found.values(), found
    assert CANARY not in spied


class Active(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag == "script"
        for name, value in attrs:
            if name.startswith("on") or str(value).strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script:
            self.found.append(data)


def test_the_view_of_a_hand_in_runs_nothing_of_the_learner(
    server: Server, course: Path, spied: str
) -> None:
    with Gradebook(address(course)) as gradebook:
        submission = gradebook.find_submission_notebook(SET, SET, "eve").id
    page = server.ask(f"/formgrader/submissions/{submission}/")
    assert "PROBE environment" in page
    active = Active()
    active.feed(page)
    assert active.found, "the page has scripts of its own"
    assert [text for text in active.found if EVIL in text] == []


def test_the_button_says_so_when_somebody_else_is_grading(server: Server, course: Path) -> None:
    before = points(address(course))
    with one_grader(course):
        done = server.autograde("ada")
    assert not done["success"]
    assert "Somebody is grading this course already" in done["log"]
    assert points(address(course)) == before
    assert server.autograde("ada")["success"]
