"""Which ways of shutting a learner's code in this machine offers, the strongest first."""

from __future__ import annotations

import os
import sys
from enum import Enum
from functools import cache

from shared_responsibility.errors import CourseError, in_words

UNSANDBOXED = "SRM_UNSANDBOXED"
"""Environment variable of the command line's `--unsandboxed`."""


class Mode(Enum):
    """A way of shutting a program in."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    LIMITS = "limits"

    @property
    def does_not_stop(self) -> str:
        """One line for the console, the ledger and the report."""
        return _DOES_NOT_STOP[self]


# Each fits into a column of the ledger (200 characters).
_DOES_NOT_STOP = {
    Mode.BUBBLEWRAP: (
        "bubblewrap: does not stop attacks on the Linux kernel itself, nor, where no control group "
        "may be made, memory going over its limit for some hundredths of a second."
    ),
    Mode.LANDLOCK: (
        "landlock: does not hide that files exist, nor stop attacks on the Linux kernel itself; "
        "writes go to the real disk; no further processes, no simulated account."
    ),
    Mode.LIMITS: (
        "limits: does NOT stop reading and changing the grader's files, gradebook and other "
        "submissions included; on macOS and Windows the network and other processes neither."
    ),
}

_ADVICE = (
    "No sandbox works here, so nothing was graded. Install Debian's package `bubblewrap` "
    "(apt install bubblewrap), on macOS and Windows grade in a container (docs/scale.md), or "
    "allow limits alone with --unsandboxed or, in nbgrader_config.py, "
    "`c.Sandbox.allow_limits_only = True`."
)


def choose_mode(allow_limits_only: bool = False, asked: str = "auto") -> Mode:
    """The strongest mode that works here, each really tried once per process.

    Raises `CourseError` where the one asked for does not work, or where only limits are left and
    neither `allow_limits_only` nor the variable `SRM_UNSANDBOXED` allows them.
    """
    allowed = allow_limits_only or os.environ.get(UNSANDBOXED) == "1"
    if asked == "auto":
        for mode in (Mode.BUBBLEWRAP, Mode.LANDLOCK):
            if not why_not(mode):
                return mode
        if allowed:
            return Mode.LIMITS
        raise CourseError(_ADVICE)
    if asked not in [mode.value for mode in Mode]:
        words = in_words(["auto", *(mode.value for mode in Mode)], "or")
        raise CourseError(f"c.Sandbox.mode is {asked!r}; allowed: {words}.")
    mode = Mode(asked)
    if mode is Mode.LIMITS:
        if not allowed:
            raise CourseError(_ADVICE)
        return mode
    reason = why_not(mode)
    if reason:
        raise CourseError(f"The sandbox asked for, {asked}, does not work here: {reason}")
    return mode


@cache
def why_not(mode: Mode) -> str:
    """Why a mode does not work on this machine, from a real run; "" where it does."""
    from shared_responsibility.grading.sandbox import bubblewrap
    from shared_responsibility.grading.sandbox.inside import landlock, seccomp

    if not sys.platform.startswith("linux"):
        return f"{mode.value} is for Linux."
    if mode is Mode.BUBBLEWRAP and bubblewrap.program() is None:
        return "the program bwrap is not installed (Debian's package: bubblewrap)."
    if mode is Mode.LANDLOCK and landlock.abi() < 1:
        return "this kernel has no Landlock (5.13 or newer, switched on)."
    if not seccomp.is_available():
        return "this kernel cannot filter system calls, or the processor is not known here."
    return _tried(mode)


def _tried(mode: Mode) -> str:
    from shared_responsibility.grading.sandbox.launching import launch
    from shared_responsibility.grading.sandbox.limits import Limits

    try:
        with launch(["python", "-c", "import ctypes"], mode=mode, limits=Limits(seconds=30)) as run:
            status = run.wait()
    except CourseError as problem:
        return str(problem)
    return f"a test program ended with status {status}." if status else ""
