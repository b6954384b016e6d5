"""An account for a learner's code, built, watched and read outside that code; knows no key."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any

from shared_responsibility.errors import CourseError
from shared_responsibility.lab.accounts import ADDRESS, SOCKET
from shared_responsibility.lab.serving import Server
from shared_responsibility.lab.state import State, read_state

HAS_SOCKETS = sys.platform != "win32"


class WatchedAccount:
    """An account for the length of a `with`, with one way in that passes AWS calls only.

    With `sandboxed` the way in is a Unix socket, `socket`, to be bound into the sandbox; without
    it is a port of this machine under a secret word, `url`. `environment` tells the learner's
    side. Raises `CourseError` when moto is not installed or does not start.
    """

    def __init__(self, seed: str, *, sandboxed: bool = True) -> None:
        self.seed, self.sandboxed = seed, sandboxed
        self.socket: Path | None = None
        self.url = ""

    def __enter__(self) -> WatchedAccount:
        if self.sandboxed and not HAS_SOCKETS:
            raise CourseError("This system has no sockets for a sandbox: grade without one.")
        self._server = Server()
        self._folder = Path(tempfile.mkdtemp(prefix=f"srm-{os.getpid()}-account-"))
        try:
            self._open()
        except BaseException:
            self._leave()
            raise
        return self

    def _open(self) -> None:
        asked = {"seed": self.seed}
        if self.sandboxed:
            self.socket = self._folder / "account"
            self._server.ask("/srm/open", {**asked, "socket": str(self.socket)})
        else:
            word = secrets.token_hex(16)
            self.url = self._server.ask("/srm/open", {**asked, "word": word})["url"]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the learner's kernel is told: where the account is, and nothing else."""
        return {SOCKET: str(self.socket)} if self.sandboxed else {ADDRESS: self.url}

    def state(self) -> State:
        """The account as it is now."""
        return read_state(self._server.clients)

    def record(self) -> dict[str, Any]:
        """`{"start", "first", "final"}` for the judge; call it when the kernel has ended.

        The account before the run, after the first repair and after the second. One that never
        came is `None`; all are, where the learner's calls brought the simulation down. The way in
        is closed by this.
        """
        try:
            told: dict[str, Any] = self._server.ask("/srm/record")
            return told
        except (CourseError, OSError, HTTPException):
            # Whatever a stranger's calls did to the simulation, it costs that stranger alone.
            return dict.fromkeys(("start", "first", "final"))
