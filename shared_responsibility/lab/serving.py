"""Start, ask and stop the process that serves simulated accounts."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.lab.connecting import INSTALL, Clients, call, clients_of

NEEDED = ("boto3", "moto", "flask", "flask_cors")
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


class Server:
    """One process with one simulated account, empty at first.

    Raises `CourseError` when something is not installed or the process does not start.
    """

    def __init__(self) -> None:
        if not is_available():
            raise CourseError(INSTALL)
        word = secrets.token_hex(16)
        self.process = subprocess.Popen(
            # -P keeps a file of the learner's that is called boto3.py out of the way.
            [sys.executable, "-P", "-m", "shared_responsibility.lab.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
        )
        atexit.register(self.stop)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(json.dumps({"word": word}).encode() + b"\n")
            self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said:
            raise CourseError(self._why_not())
        self.url = f"http://127.0.0.1:{int(json.loads(said)['port'])}/{word}"
        self.clients: Clients = clients_of(self.url)
        self.ask("/moto-api/config", {"lambda": {"use_docker": False}})

    def _why_not(self) -> str:
        assert self.process.stderr is not None
        last = self.process.stderr.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        self.stop()
        return f"The simulated account did not start: {last or 'the process ended at once'}."

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask(self, path: str, data: object = None) -> Any:
        """Ask the server itself for something, outside every gate."""
        return call(f"{self.url}{path}", data)

    def stop(self) -> None:
        """End the process and wait until it is gone."""
        atexit.unregister(self.stop)
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _environment() -> dict[str, str]:
    """The learner's own settings for AWS stay outside; so does everything that names a proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_", "BOTO")) and "proxy" not in name.lower()
    }
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**kept, **SETTINGS, "PYTHONPATH": paths}
