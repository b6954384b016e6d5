"""Call a learner's function: quietly, and no longer than it may take."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator


class TooLate(BaseException):
    """A call took longer than it may; no `except Exception` of the learner's catches it."""


@contextlib.contextmanager
def bounded_call(seconds: float) -> Iterator[None]:
    """Hide what is printed, and raise `TooLate` in a call that does not end."""
    with _silence(), _time_limit(seconds):
        yield


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Where the system can: not on Windows, not in a thread."""
    here = threading.current_thread() is threading.main_thread()
    if not (here and hasattr(signal, "setitimer")):
        yield
        return

    def stop(*_: object) -> None:
        raise TooLate

    before = signal.signal(signal.SIGALRM, stop)
    # Again after each second, for code that catches everything.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
