"""Give up rights for good: limits, user, capabilities, files, system calls, in this order."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import landlock, seccomp

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 1, 38, 24
_SIGKILL = 9
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True)
class Confinement:
    """What a process gives up; each part is optional."""

    limits: Mapping[str, float] = field(default_factory=dict)
    """Names of `Limits` to numbers."""
    user: int = 0
    """A user id of its own, where the process may still change it; 0 keeps the present one."""
    files: Mapping[str, list[str]] | None = None
    """Arguments of `landlock.restrict_files`."""
    calls: Mapping[str, bool] | None = None
    """Fields of `seccomp.Rules`."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Confinement:
        return cls(**data)


def give_up_user(confinement: Confinement) -> None:
    """Take the user id, lose every capability, and gain none again by running a program."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel does not know 'no new privileges'")
    if confinement.user:
        os.setgroups([])
        os.setresgid(confinement.user, confinement.user, confinement.user)
        os.setresuid(confinement.user, confinement.user, confinement.user)
    elif os.geteuid() == 0:
        _drop_capabilities(libc)


def give_up_rest(confinement: Confinement) -> None:
    """Set the limits, then close files and system calls."""
    set_limits(confinement.limits)
    if confinement.files is not None:
        landlock.restrict_files(**confinement.files)
    if confinement.calls is not None:
        seccomp.forbid_calls(seccomp.Rules(**confinement.calls))


def set_limits(limits: Mapping[str, float]) -> None:
    """Set the limits that a process carries; a name that is missing stays as it is.

    Raises `OSError` or `ValueError` where one cannot be set.
    """
    wanted = {
        "cpu_seconds": "RLIMIT_CPU",
        "address_space": "RLIMIT_AS",
        "processes": "RLIMIT_NPROC",
        "open_files": "RLIMIT_NOFILE",
        "file_bytes": "RLIMIT_FSIZE",
    }
    for name, constant in wanted.items():
        if name in limits and hasattr(resource, constant):
            _limit(getattr(resource, constant), int(limits[name]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent() -> None:
    """Die when the process that started this one dies."""
    if sys.platform.startswith("linux"):
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(which, (value, value))
    except ValueError:
        # macOS refuses some limits on addresses; there the watcher alone counts memory.
        if sys.platform.startswith("linux"):
            raise


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Root without capabilities, which running a program does not give back."""
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities of root could not be dropped")
