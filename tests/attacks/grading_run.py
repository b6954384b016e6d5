"""Grades a course in a process of its own and tells what was left: run as a program.

    python grading_run.py WAY COURSE TOKEN ASSIGNMENT...

It adopts whatever its children leave behind, listens where attackers knock, and prints one line of
JSON: `{"seconds", "spent", "status", "left", "heard", "victim", "log"}`; `spent` are seconds of
processor time, for grading and for feedback.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

SLOW = "fix-the-account"
"""An assignment that takes longer, so that its limits are others."""
ADOPT = 36  # PR_SET_CHILD_SUBREAPER
ENGINE = (
    "import sys; from pathlib import Path;"
    "from shared_responsibility.grading.engine.local import grade;"
    "[grade(Path.cwd(), one) for one in sys.argv[1:]]"
)


def listeners(token: str, temp: Path, home: Path) -> tuple[int, list[str]]:
    """Open doors on this machine that nobody should find: (port, what came through them)."""
    heard: list[str] = []
    tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    tcp.bind(("0.0.0.0", 0))
    udp.bind(("0.0.0.0", tcp.getsockname()[1]))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0{token}")
    in_folders = []
    for folder in (temp, home):
        line = socket.socket(socket.AF_UNIX)
        line.bind(str(folder / "socket"))
        os.chmod(folder / "socket", 0o777)
        in_folders.append(line)

    def accept(line: socket.socket, name: str) -> None:
        while True:
            line.accept()[0].close()
            heard.append(name)

    def receive() -> None:
        while True:
            _, sender = udp.recvfrom(100)
            heard.append("udp")
            udp.sendto(b"heard", sender)

    for line, name in (
        (tcp, "tcp"),
        (abstract, "abstract"),
        *((one, "unix") for one in in_folders),
    ):
        line.listen()
        threading.Thread(target=accept, args=(line, name), daemon=True).start()
    threading.Thread(target=receive, daemon=True).start()
    return tcp.getsockname()[1], heard


def children() -> list[str]:
    """What runs below this process, by command line.

    What it adopted and what has ended since is reaped here, as the first process of a machine does.
    """
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    found = []
    for pid in Path(f"/proc/{os.getpid()}/task").iterdir():
        for child in (pid / "children").read_text().split():
            try:
                line = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ")
            except OSError:
                continue
            found.append(f"{child} {line.decode(errors='replace')[:200]}".strip())
    return found


def commands(way: str, assignments: list[str]) -> list[list[str]]:
    """What a grader types."""
    nbgrader = [str(Path(sysconfig.get_path("scripts")) / "nbgrader")]
    if way == "engine":
        return [[sys.executable, "-c", ENGINE, *assignments]]
    return [[*nbgrader, "autograde", one] for one in assignments]


def run(command: list[str], log: list[str]) -> int:
    """The exit status; a command may take no longer than the whole battery."""
    slow = {"SRM_TEST_SLOW": "1"} if SLOW in command else {}
    done = subprocess.run(
        command, env=os.environ | slow, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        errors="replace", check=False, timeout=900,
    )  # fmt: skip
    log.append(f"$ {' '.join(command[-2:])}\n{done.stdout[-4000:]}\n{done.stderr[-400_000:]}")
    return done.returncode


def spent_by_children() -> float:
    """Seconds of processor time of all that ended below this process."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    way, course, token, *assignments = sys.argv[1:]
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    os.chdir(course)
    temp, home = Path(os.environ["TMPDIR"]), Path(os.environ["HOME"])
    ready, heard = listeners(token, temp, home)
    print(json.dumps({"port": ready}), flush=True)
    sys.stdin.readline()
    victim = subprocess.Popen(["sleep", "3600"])
    log: list[str] = []
    started = time.monotonic()
    status = [run(command, log) for command in commands(way, assignments)]
    seconds, spent = time.monotonic() - started, [spent_by_children()]
    nbgrader = str(Path(sysconfig.get_path("scripts")) / "nbgrader")
    for level in os.environ["SRM_TEST_LEVELS"].split():
        os.environ["SRM_TEST_LEVEL"] = level
        leave_out = "" if level == "explained" else os.environ["SRM_TEST_ONE_LEVEL"]
        which = f"--CourseDirectory.student_id_exclude={leave_out}"
        for one in assignments:
            status.append(run([nbgrader, "generate_feedback", "--force", which, one], log))
        Path("feedback").mkdir(exist_ok=True)
        Path("feedback").rename(f"feedback-{level}")
    spent.append(spent_by_children() - spent[0])
    alive = victim.poll() is None
    victim.kill()
    victim.wait()
    until = time.monotonic() + 3
    while (left := children()) and time.monotonic() < until:
        time.sleep(0.1)
    for name in (temp / "socket", home / "socket"):
        name.unlink(missing_ok=True)
    told = {"seconds": seconds, "spent": spent, "status": status, "left": left, "heard": heard,
            "victim": alive, "log": "\n".join(log)}  # fmt: skip
    print(json.dumps(told), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
