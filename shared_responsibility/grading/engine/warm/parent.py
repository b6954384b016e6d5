"""The warm process: it forks a child for each notebook and never sees what is in one.

A notebook's cells and files come through a descriptor that only the fork reads, and its outputs
leave through another; so nothing of one learner lies in the memory that the next fork inherits.
Orders come as lines of JSON through a socket: `run`, `interrupt`, `end`. Each gets one answer.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from . import nest
from .frames import FINISHED, REFUSED, frame, write_all
from .shell import WarmShell

LARGEST_ORDER = 65_536
KEPT_SOCKET = "SRM_WARM_SOCKET"


class Parent:
    """One warm shell and at most one child at a time."""

    def __init__(self, orders: socket.socket) -> None:
        self.orders = orders
        self.shell = WarmShell()
        self.child = 0
        self.nested = False

    def serve(self) -> None:
        """Take orders until the other side closes."""
        nest.hide_memory()
        nest.adopt_orphans()
        self.shell.warm()
        gc.collect()
        gc.freeze()
        self.answer(ready=True, language_info=self.shell.language_info)
        while True:
            order, descriptors = self.next_order()
            if order is None:
                return
            if order["do"] == "run":
                self.run(order, descriptors)
            elif order["do"] == "interrupt":
                self.signal(signal.SIGUSR1 if self.nested else signal.SIGINT)
                self.answer(interrupted=True)
            else:
                self.end()
                self.answer(ended=True)

    def answer(self, **data: Any) -> None:
        """One line."""
        self.orders.sendall(json.dumps(data).encode() + b"\n")

    def next_order(self) -> tuple[dict[str, Any] | None, list[int]]:
        """The next order with its descriptors; `None` once the other side has closed."""
        data, descriptors, _, _ = socket.recv_fds(self.orders, LARGEST_ORDER, 2)
        return (json.loads(data) if data else None), list(descriptors)

    def run(self, order: dict[str, Any], descriptors: list[int]) -> None:
        """Fork, and say whether the child could be shut in."""
        self.nested = order["nested"]
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(told)
            _child(self.shell, order, descriptors, tell)
        os.close(tell)
        for descriptor in descriptors:
            os.close(descriptor)
        report = _read_all(told).decode(errors="replace")
        if self.nested:
            os.waitpid(pid, 0)
        self.child = int(report) if report.isdecimal() else 0
        self.answer(started=bool(self.child), problem="" if self.child else report)

    def signal(self, number: int) -> None:
        """To the child, where it still runs."""
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, number)

    def end(self) -> None:
        """Kill the child and, with its namespace, everything that it started."""
        self.signal(signal.SIGKILL)
        if self.child:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.child, 0)
        self.child = 0
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _read_all(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts)


def _child(shell: WarmShell, order: dict[str, Any], descriptors: list[int], tell: int) -> None:
    """In the fork; never returns."""
    try:
        job, outputs = descriptors
        _close_all_but(job, outputs, tell)
        if order["nested"]:
            nest.new_namespaces(int(order["limits"]["work_bytes"]))
            pid = os.fork()
            if pid:
                write_all(tell, str(pid).encode())
                os._exit(0)
            nest.own_process_list()
        else:
            write_all(tell, str(os.getpid()).encode())
        os.close(tell)
        if order["nested"]:
            _be_first(outputs)
        _run_notebook(shell, order, job, outputs)
    except BaseException as problem:
        with contextlib.suppress(OSError):
            write_all(tell, f"{type(problem).__name__}: {problem}".encode())
    finally:
        os._exit(1)


def _be_first(outputs: int) -> None:
    """The first process of a namespace reaps and passes on interrupts; its child goes on.

    A notebook would not be killed by its own signals in the first one's place.
    """
    pid = os.fork()
    if pid == 0:
        return
    os.close(outputs)
    signal.signal(signal.SIGUSR1, lambda *_: os.kill(pid, signal.SIGINT))
    while os.waitpid(-1, 0)[0] != pid:
        pass
    os._exit(0)


def _run_notebook(shell: WarmShell, order: dict[str, Any], job: int, outputs: int) -> None:
    try:
        os.setsid()
        os.lseek(job, 0, os.SEEK_SET)
        task = json.loads(_read_all(job))
        _lay_out(task)
        nest.give_up(order["limits"], nested=order["nested"])
        shell.run([(int(n), str(source)) for n, source in task["cells"]], outputs)
        write_all(outputs, frame(FINISHED))
    except BaseException as problem:
        with contextlib.suppress(OSError):
            write_all(outputs, frame(REFUSED, f"{type(problem).__name__}: {problem}".encode()))
    os._exit(0)


def _lay_out(task: dict[str, Any]) -> None:
    """The learner's own files in the work folder, the inputs beside it, both fresh."""
    here = Path.cwd()
    for name, text in task["files"].items():
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(text))
    os.environ.update(task["environment"])
    if task["inputs"] is not None:
        path = here.parent / "inputs.json"
        path.write_text(json.dumps(task["inputs"]), encoding="utf-8")
        path.chmod(0o444)
        os.environ["SRM_INPUTS"] = str(path)


def _close_all_but(*kept: int) -> None:
    """A fork must hold nothing that leads to the parent or the grader."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    last = 2
    for descriptor in sorted(kept):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def main() -> None:
    """Serve the socket whose number the environment names."""
    number = int(os.environ.pop(KEPT_SOCKET))
    os.environ.pop("SRM_WARM", None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=number) as orders:
        orders.set_inheritable(False)
        try:
            Parent(orders).serve()
        except (ConnectionError, KeyboardInterrupt):
            sys.exit(0)
