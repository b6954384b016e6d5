"""A kernel without ZMQ: ipykernel's own kernel and shell, whose messages leave through a pipe.

It is made once, in a warm process; each fork of it runs one notebook. Nothing here may import
nbformat or nbgrader: the warm process should be ready soon and know little.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import InteractiveShellABC
from jupyter_client.session import Session
from traitlets.config import Config

from .frames import DONE, MESSAGE, START, frame, write_all

KEPT = {"stream", "execute_result", "display_data", "update_display_data", "clear_output", "error"}
KEPT_REPLY = "execute_reply"
INLINE = "module://matplotlib_inline.backend_inline"
STREAM_BYTES = 1_000_000
"""Text of one stream of one cell; the rest is dropped where it arises."""
FLUSH_SECONDS = 0.2
CELL_KEY = "cell-"

InteractiveShellABC.register(ZMQInteractiveShell)


class PipeSession(Session):
    """A session whose messages leave as frames `{"type", "content", "cell"}`.

    Until a notebook runs it drops everything, so that warming up leaves no trace.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.pipe = -1
        self.writing = threading.Lock()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None,
             ident: Any = None, buffers: Any = None, track: bool = False, header: Any = None,
             metadata: Any = None) -> Any:  # fmt: skip
        """As `Session.send`, into the pipe."""
        if isinstance(msg_or_type, dict):
            message = msg_or_type
        else:
            message = self.msg(msg_or_type, content, parent, header, metadata)
        kind = message["msg_type"]
        if self.pipe >= 0 and (kind in KEPT or kind == KEPT_REPLY):
            shown = message["content"]
            if kind == KEPT_REPLY:
                shown = {k: shown.get(k) for k in ("status", "ename", "evalue", "traceback")}
            cell = str(message["parent_header"].get("msg_id", ""))
            body = self.pack({"type": kind, "content": shown, "cell": cell})
            self.write(frame(MESSAGE, body))
        return message

    def write(self, data: bytes) -> None:
        """Whole frames only, whichever thread writes."""
        with self.writing:
            write_all(self.pipe, data)


class NoThread(IOPubThread):
    """What a stream asks of its publishing thread, done at once in the calling thread."""

    def __init__(self) -> None:
        self.thread = None  # type: ignore[assignment]
        self.io_loop = None  # type: ignore[assignment]

    def schedule(self, f: Any) -> None:
        """Run it now."""
        f()


def _nothing() -> None:
    """Before a notebook runs, nothing arrives at the descriptors."""


class PipeStream(OutStream):
    """`sys.stdout` or `sys.stderr` of a notebook: bounded, flushed at the ends of cells."""

    def __init__(self, session: PipeSession, name: str) -> None:
        super().__init__(session, NoThread(), name, watchfd=False)
        self.descriptor: Callable[[], None] = _nothing
        self.new_cell()

    def new_cell(self) -> None:
        """The bound holds for each cell anew."""
        self.room = STREAM_BYTES
        self.flushed = time.monotonic()

    def write(self, string: str) -> int:
        """As `OutStream.write`; what is too much is dropped and said once."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if self.room <= 0:
            return len(string)
        kept = string[: self.room]
        self.room -= len(kept)
        if self.room <= 0:
            kept += "\n... Output truncated ...\n"
        with self._buffer_lock:
            self._buffers[frozenset(self.parent_header.items())].write(kept)
        if time.monotonic() - self.flushed > FLUSH_SECONDS:
            self._flush_part()
        return len(string)

    def flush(self) -> None:
        """As `OutStream.flush`, after what arrived at the descriptor."""
        self.descriptor()
        super().flush()

    def _flush_part(self) -> None:
        """Hand out what a long cell has printed so far, marked as a part of one output."""
        self.flushed = time.monotonic()
        for parent, text in self._flush_buffers():
            content = {"name": self.name, "text": text, "part": True}
            self.session.send(None, "stream", content, parent=parent)


class PipeKernel(IPythonKernel):
    """ipykernel's kernel with a pipe for all its sockets."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        # `do_execute` asks which thread it runs in, to make top-level await interruptible.
        self.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())

    def start(self) -> None:
        """Nothing listens."""


class WarmShell:
    """One kernel, ready to run; `run` is called in a fork of the process that made it."""

    def __init__(self) -> None:
        os.environ["MPLBACKEND"] = INLINE
        if "" not in sys.path:
            sys.path.insert(0, "")
        self.session = PipeSession(key=b"")
        with _without("debugpy"):
            self.kernel = PipeKernel.instance(session=self.session, log=_silence(), config=_set())
        shell: Any = self.kernel.shell
        self.shell = shell
        with contextlib.suppress(Exception):
            self.shell.extension_manager.load_extension("storemagic")
        self.streams = (PipeStream(self.session, "stdout"), PipeStream(self.session, "stderr"))

    @property
    def language_info(self) -> dict[str, Any]:
        """What a kernel tells nbclient of its language, for the notebook's metadata."""
        return dict(self.kernel.language_info)

    def warm(self) -> None:
        """Import what every notebook imports, and fill the caches that a first use fills."""
        import matplotlib.pyplot as plt
        import pandas as pd

        import shared_responsibility

        for name in shared_responsibility.__all__:
            # Some names are for the grader's side and cannot be had inside.
            with contextlib.suppress(ImportError):
                getattr(shared_responsibility, name)
        _read_the_tables()
        table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
        self.shell.display_formatter.format(table)
        with self._our_streams():
            self.shell.run_cell("1 / 0", store_history=False, silent=True)
            figure, axes = plt.subplots()
            axes.bar(["a", "b"], [1, 2])
            self.shell.display_formatter.format(figure)
            plt.close("all")
            self.shell.run_cell("pass", store_history=False, silent=True)
        self.shell._last_traceback = None
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            vars(sys).pop(name, None)

    def run(self, cells: Iterable[tuple[int, str]], pipe: int) -> None:
        """Run code cells, given as (index, source), in this process; frames go to `pipe`."""
        self.session.pipe = pipe
        self.session.pid = os.getpid()
        _new_random_numbers()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with self._our_streams():
            Descriptors(self.streams)
            asyncio.run(self._run(cells))

    async def _run(self, cells: Iterable[tuple[int, str]]) -> None:
        for index, source in cells:
            self.session.write(frame(START, str(index).encode()))
            await self._run_cell(index, source)
            self.session.write(frame(DONE, str(index).encode()))
            await asyncio.sleep(0)

    async def _run_cell(self, index: int, source: str) -> None:
        request = self.session.msg("execute_request", {
            "code": source, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": False,
        })  # fmt: skip
        request["header"]["msg_id"] = f"{CELL_KEY}{index}"
        for stream in self.streams:
            stream.new_cell()
        self.kernel.set_parent([b""], request, channel="shell")
        self.kernel.pre_handler_hook()
        # As in ipykernel's dispatcher: an interrupt between two statements ends the cell only.
        with contextlib.suppress(KeyboardInterrupt, Exception):
            await self.kernel.execute_request(None, [b""], request)
        self.kernel.post_handler_hook()
        # The learner may have put something else in their places.
        for found in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                found.flush()

    @contextlib.contextmanager
    def _our_streams(self) -> Iterator[None]:
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self.streams
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


class Descriptors:
    """Catches what programs and C code write to descriptors 1 and 2 while cells run."""

    def __init__(self, streams: tuple[PipeStream, PipeStream]) -> None:
        self.pipes: dict[int, PipeStream] = {}
        self.reading = threading.Lock()
        for number, stream in enumerate(streams, start=1):
            readable, writable = os.pipe()
            os.dup2(writable, number)
            os.close(writable)
            os.set_blocking(readable, False)
            self.pipes[readable] = stream
            stream.descriptor = partial(self.drain, readable)
        threading.Thread(target=self._watch, daemon=True).start()

    def drain(self, pipe: int) -> None:
        """Hand what lies in a pipe to its stream."""
        with self.reading, contextlib.suppress(BlockingIOError):
            while data := os.read(pipe, 1 << 16):
                self.pipes[pipe].write(data.decode(errors="replace"))

    def _watch(self) -> None:
        while True:
            ready, _, _ = select.select(list(self.pipes), [], [])
            for pipe in ready:
                self.drain(pipe)


def _read_the_tables() -> None:
    """All that lie inside; read and checked in each fork they would be most of its work."""
    from shared_responsibility.errors import CourseError
    from shared_responsibility.items import load_items
    from shared_responsibility.matrix import load_matrix
    from shared_responsibility.tables import TABLES, load_table

    for name in TABLES:
        # The answers are not inside.
        with contextlib.suppress(CourseError):
            load_table(name)
    load_items()
    load_matrix()


def _silence() -> logging.Logger:
    """The kernel notes each exception of a cell; nobody would read that."""
    log = logging.getLogger("srm.kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def _set() -> Config:
    config = Config()
    # As nbclient starts a kernel: no history of other runs.
    config.HistoryManager.hist_file = ":memory:"
    return config


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """While a kernel is made: a module that it would load and that no notebook run needs."""
    known = sys.modules.get(module)
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
        if known is not None:
            sys.modules[module] = known


def _new_random_numbers() -> None:
    """Each fork draws numbers of its own."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()
