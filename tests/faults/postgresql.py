"""A PostgreSQL server of our own, on a Unix socket, as an unprivileged user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

USER = "postgres"


def programs() -> Path | None:
    """Where the newest server is installed: Debian keeps each version in a folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


class Server:
    """Use as a context. `kill` ends it as a power cut would; `start` brings it back."""

    def __init__(self) -> None:
        bin_folder = programs()
        assert bin_folder is not None
        self.bin = bin_folder
        # A path to a socket may have 107 characters, and the user must be able to reach it.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.data = self.folder / "data"
        if os.getuid() == 0:
            shutil.chown(self.folder, USER, USER)

    def __enter__(self) -> Server:
        self._run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Returns when it answers."""
        options = f"-k {self.folder} -c listen_addresses='' -c cluster_name={self.folder.name}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-l", log, "-o", options, "-w", "-t", "60", "start")

    def kill(self) -> None:
        """kill -9 of the server; its other processes notice and end."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 20
        while _is_alive(pid) or self._has_backends():
            assert time.monotonic() < end, "the server did not end"
            time.sleep(0.05)

    def _has_backends(self) -> bool:
        """A new server refuses to start while one of the old one's processes is there."""
        found = subprocess.run(
            ["pgrep", "-f", f"^postgres: {self.folder.name}:"], capture_output=True, check=False
        )
        return found.returncode == 0

    def database(self, name: str, like: str = "template1") -> str:
        """Make an empty database, or a copy of another one; returns its address."""
        self._run("createdb", "-h", self.folder, "-U", USER, "-T", like, name)
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def _run(self, program: str, *words: object, check: bool = True) -> None:
        command = [str(self.bin / program), *map(str, words)]
        if os.getuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        # The server keeps what it inherits, so a pipe would never end.
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                command, cwd="/", stdout=out, stderr=subprocess.STDOUT, check=False
            )
            out.seek(0)
            told = out.read().decode("utf-8", "replace")
        assert not check or done.returncode == 0, told


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
