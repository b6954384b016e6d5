"""The process that serves simulated accounts. It holds moto; nothing else of the course does.

Started by `serving`, it loads the simulation once and then takes lines of JSON on its input.
`{"word": ...}` begins a server, in a fork of this process where the system can fork; it is
answered with `{"port": ..., "process": ...}`. `{"stop": process}` ends one. Everything ends when
the input closes, so that nothing outlives who started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from shared_responsibility.lab.connecting import Clients, clients_of
from shared_responsibility.lab.filling import furnish
from shared_responsibility.lab.gate import (
    BEGIN,
    END,
    MARK,
    PRACTICE,
    App,
    Environ,
    Gate,
    StartResponse,
    UnderPrefix,
    answered,
)
from shared_responsibility.lab.serving import CAN_FORK
from shared_responsibility.lab.state import State, read_state

BARRED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
MOST_MEMORY = 4_000_000_000


class Run:
    """One submission on the account: practice, then the graded account and three looks at it.

    While a notebook is graded, its own cells get the account that the learner saw (`practice`).
    `begin` replaces it by the graded one and looks at it; `mark` and `end` look again, after the
    first repair and after the second. Each look counts once after a `begin`.
    """

    def __init__(self, clients: Clients, url: str, seed: str) -> None:
        self.clients, self.url, self.seed = clients, url, seed
        self.states: dict[str, State] = {}
        self.is_on = False

    @property
    def steps(self) -> dict[str, Callable[[str], None]]:
        return {PRACTICE: self.practice, BEGIN: self.begin, MARK: self.mark, END: self.end}

    def practice(self, seed: str) -> None:
        if not self.is_on:
            furnish(self.clients, self.url, seed)

    def begin(self, _: str = "") -> None:
        furnish(self.clients, self.url, self.seed)
        self.states = {"start": self._look()}
        self.is_on = True

    def mark(self, _: str = "") -> None:
        if self.is_on and "first" not in self.states:
            self.states["first"] = self._look()

    def end(self, _: str = "") -> None:
        if self.is_on:
            self.states["final"] = self._look()
        self.is_on = False

    def _look(self) -> State:
        return read_state(self.clients)


class Control:
    """What the owner of the server may ask: the whole simulation, and gates for a stranger."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.run: Run | None = None
        self.listeners: list[Any] = []

    def is_at(self, url: str) -> None:
        """Where this process reaches itself."""
        self.url, self.clients = url, clients_of(url)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = {"/srm/open": self._open, "/srm/close": self._close, "/srm/record": self._record}
        answer = asked.get(str(environ.get("PATH_INFO")))
        if answer is None:
            return self.app(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        wanted = json.loads(environ["wsgi.input"].read(length) or b"{}")
        return answered(start_response, answer(wanted))

    def _open(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Open a gate at a socket, or under a word at a port, for the account of a seed."""
        self._close({})
        self.run = Run(self.clients, self.url, wanted["seed"])
        gate = Gate(self.app, self.run.steps)
        if wanted.get("socket"):
            self._listen(f"unix://{wanted['socket']}", gate)
            return {"url": ""}
        port = self._listen("127.0.0.1", UnderPrefix(wanted["word"], gate))
        return {"url": f"http://127.0.0.1:{port}/{wanted['word']}"}

    def _listen(self, host: str, app: App) -> int:
        listener, _ = listen(host, app)
        self.listeners.append(listener)
        return int(listener.port)

    def _record(self, _: dict[str, Any]) -> dict[str, Any]:
        """Close the gates, then tell the three looks; one that never came is `None`."""
        self._shut()
        if self.run is not None and self.run.is_on:
            self.run.end()
        states = {} if self.run is None else self.run.states
        return {look: states.get(look) for look in ("start", "first", "final")}

    def _close(self, _: dict[str, Any]) -> dict[str, Any]:
        self._shut()
        self.run = None
        return {}

    def _shut(self) -> None:
        for listener in self.listeners:
            listener.shutdown()
            listener.server_close()
        self.listeners = []


def listen(host: str, app: App, threaded: bool = True) -> tuple[Any, threading.Thread]:
    """Serve an application at a free port of `host`, or at a socket, in threads of its own.

    Returns the listener and the thread that it listens in.
    """
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):
        timeout = 60

        def log(self, *_: object) -> None:
            """Keep no record of calls."""

    listener = make_server(host, 0, app, threaded=threaded, request_handler=Handler)
    # Looks for the end of its work each 50 ms, so that closing takes no longer.
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    return listener, thread


def bar_the_outside(port: int) -> None:
    """Let this process reach itself and nothing else: no other address, no other program."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in BARRED:
            raise PermissionError("the simulated account starts no programs")
        if event == "socket.connect" and arguments[1] != ("127.0.0.1", port):
            raise PermissionError("the simulated account connects to nothing")

    sys.addaudithook(watch)


def bound_the_memory() -> None:
    """A ceiling for what one learner's calls may fill, where the system has one."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, MOST_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def loaded() -> App:
    """The simulation with all that it imports and reads at the first call of each service."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    class Dispatcher(DomainDispatcherApplication):
        # Looking for it among all parts of the simulation is a third of the work of a call.
        get_backend_for_host = lru_cache(64)(DomainDispatcherApplication.get_backend_for_host)

    app = Dispatcher(create_backend_app)
    listener, thread = listen("127.0.0.1", app, threaded=False)
    read_state(clients_of(f"http://127.0.0.1:{listener.port}"))
    listener.shutdown()
    listener.server_close()
    # A process is forked safely where it has one thread.
    thread.join()
    return app


def begin(app: App, word: str) -> int:
    """Serve one account under a word at a free port, which is returned."""
    control = Control(app)
    listener, _ = listen("127.0.0.1", UnderPrefix(word, control))
    control.is_at(f"http://127.0.0.1:{listener.port}/{word}")
    bound_the_memory()
    bar_the_outside(listener.port)
    return int(listener.port)


def be_quiet() -> None:
    """Write nothing more: moto writes the traceback of every call that it cannot do."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def fork(app: App, word: str) -> dict[str, Any]:
    """A server in a process of its own: `{"port", "process"}`, or `{}` where it did not begin."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        try:
            os.write(writing, json.dumps({"port": begin(app, word)}).encode())
            os.close(writing)
            be_quiet()
            wait_for_the_end()
        except BaseException:
            traceback.print_exc()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        return {**json.loads(told.read() or b"{}"), "process": process}


def wait_for_the_end() -> None:
    """Until nobody can write to the input any more. A fork must not read what is not for it."""
    watched = select.poll()
    watched.register(sys.stdin.fileno(), 0)
    watched.poll()


def stop(process: int) -> dict[str, Any]:
    """End a server that was forked here."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return {}


def main() -> None:
    """Do what the lines on the input say until it closes."""
    # Whoever interrupts a notebook means its cell, not the account.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app = loaded()
    for line in sys.stdin:
        wanted = json.loads(line)
        if "stop" in wanted:
            answer = stop(wanted["stop"])
        elif CAN_FORK:
            answer = fork(app, wanted["word"])
        else:
            answer = {"port": begin(app, wanted["word"]), "process": os.getpid()}
        print(json.dumps(answer), flush=True)
        if not CAN_FORK:
            be_quiet()
    os._exit(0)


if __name__ == "__main__":
    main()
