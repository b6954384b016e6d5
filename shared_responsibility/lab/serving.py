"""Start, ask and stop the process that serves simulated accounts."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import subprocess
import sys
import threading
from importlib.util import find_spec
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.lab.connecting import INSTALL, Clients, call, clients_of

NEEDED = ("boto3", "moto", "flask", "flask_cors")
CAN_FORK = hasattr(os, "fork")
SETTINGS = {
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
    "AWS_EC2_METADATA_DISABLED": "true",
    # The simulation makes sessions of its own, which stop at a file that they cannot read.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "PYTHONWARNINGS": "ignore",
}


def is_available() -> bool:
    """Whether what the simulation needs is installed."""
    return all(find_spec(name) is not None for name in NEEDED)


class Nursery:
    """The process that has loaded the simulation and begins a server for each account.

    Loading takes seconds, a fork of what is loaded a few milliseconds.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self.process = subprocess.Popen(
            # -P keeps a file of the learner's that is called boto3.py out of the way.
            [sys.executable, "-P", "-m", "shared_responsibility.lab.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        atexit.register(self.close)

    @property
    def is_open(self) -> bool:
        """Whether this process, not one that it was forked from, can begin servers here."""
        return self._owner == os.getpid() and self.process.poll() is None

    def begin(self, word: str) -> tuple[int, int]:
        """Begin a server under a secret word: (port, process)."""
        told = self._say({"word": word})
        if "port" not in told:
            raise CourseError(f"The simulated account did not start: {self._why_not()}.")
        return int(told["port"]), int(told["process"])

    def stop(self, process: int) -> None:
        """End a server, and wait until it is gone."""
        self._say({"stop": process})

    def _say(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """The answer, or nothing where the process has ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.process.stdin.write(json.dumps(wanted).encode() + b"\n")
            self.process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.process.stdout.readline() or b"{}")
            return answer
        return {}

    def _why_not(self) -> str:
        """The last line of what went wrong; the process is ended."""
        self.process.kill()
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode("utf-8", "replace").strip()
        self.close()
        return said.rpartition("\n")[2] or "the process ended at once"

    def close(self) -> None:
        """End the process, and with it every server that it began."""
        atexit.unregister(self.close)
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


class Server:
    """One process with one simulated account, empty at first.

    Raises `CourseError` when something is not installed or the process does not start.
    """

    def __init__(self) -> None:
        word = secrets.token_hex(16)
        self.nursery = _nursery()
        port, self.process = self.nursery.begin(word)
        self.url = f"http://127.0.0.1:{port}/{word}"
        self.clients: Clients = clients_of(self.url)
        self.ask("/moto-api/config", {"lambda": {"use_docker": False}})

    def ask(self, path: str, data: object = None) -> Any:
        """Ask the server itself for something, outside every gate."""
        return call(f"{self.url}{path}", data)

    def stop(self) -> None:
        """End the process and wait until it is gone."""
        if CAN_FORK:
            self.nursery.stop(self.process)
        else:
            self.nursery.close()


_LOCK = threading.Lock()
_OPEN: list[Nursery] = []


def _nursery() -> Nursery:
    """The one of this process; a new one for each server where the system cannot fork."""
    if not is_available():
        raise CourseError(INSTALL)
    if not CAN_FORK:
        return Nursery()
    with _LOCK:
        if not (_OPEN and _OPEN[0].is_open):
            _OPEN[:] = [Nursery()]
        return _OPEN[0]


def close_nursery() -> None:
    """End the process that is kept for the next account."""
    with _LOCK:
        while _OPEN:
            _OPEN.pop().close()


def _environment() -> dict[str, str]:
    """The learner's own settings for AWS stay outside; so does everything that names a proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_", "BOTO")) and "proxy" not in name.lower()
    }
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**kept, **SETTINGS, "PYTHONPATH": paths}
