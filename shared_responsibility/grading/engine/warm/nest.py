"""A fork shuts itself in further: it sees neither its parent nor what other forks left.

User, process, mount and IPC namespaces of its own; an empty work folder in fresh memory; then no
capability and no way to new namespaces. Linux only; elsewhere a parent is not used twice.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

if __package__ == "warm":
    from inside import confine, seccomp  # type: ignore[import-not-found]
else:
    from shared_responsibility.grading.sandbox.inside import confine, seccomp

_NEW_MOUNTS, _NEW_IPC, _NEW_USER, _NEW_PIDS = 0x00020000, 0x08000000, 0x10000000, 0x20000000
_NO_SUID, _NO_DEVICES, _NO_PROGRAMS = 2, 4, 8
_READ_ONLY, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = 1, 32, 4096, 16384, 1 << 18
_FLAGS = {
    "ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "nodiratime": 2048,
    "relatime": 1 << 21,
}  # fmt: skip
_DUMPABLE, _CAPABILITY_BOUND, _SUBREAPER, _PARENT_DEATH, _NO_NEW_RIGHTS = 4, 24, 36, 1, 38
_CAPABILITY_VERSION_3 = 0x20080522
MOST_FILES = 20_000
_KEPT_WRITABLE = frozenset({"proc", "devtmpfs", "devpts"})


@dataclass(frozen=True)
class Mount:
    """One line of `mountinfo`."""

    path: str
    kind: str
    flags: int

    @property
    def is_writable(self) -> bool:
        return not self.flags & _READ_ONLY


def hide_memory() -> None:
    """No other process of the same user may trace this one or read its memory."""
    _call("prctl", _DUMPABLE, 0, 0, 0, 0)


def adopt_orphans() -> None:
    """Forks of forks become children of this process when their parent ends."""
    _call("prctl", _SUBREAPER, 1, 0, 0, 0)


def new_namespaces(room: int) -> None:
    """Leave the parent's namespaces. Afterwards only fresh memory of `room` bytes is writable.

    The next fork is the first process of its namespace. Raises `OSError` where the kernel or the
    sandbox around does not allow it; then nothing of the learner's may run.
    """
    user, group = os.getuid(), os.getgid()
    # The maps below belong to root as long as the process may not be dumped.
    _call("prctl", _DUMPABLE, 1, 0, 0, 0)
    _call("unshare", _NEW_USER | _NEW_MOUNTS | _NEW_PIDS | _NEW_IPC)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"),
                       ("gid_map", f"{group} {group} 1")):  # fmt: skip
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    _call("mount", None, b"/", None, _RECURSIVE | _PRIVATE, None)
    _fresh_folders(room)


def _fresh_folders(room: int) -> None:
    here = os.getcwd()
    for mount in list(mounts()):
        if not mount.is_writable or mount.kind in _KEPT_WRITABLE:
            continue
        if mount.kind == "tmpfs" and mount.path != "/":
            _cover(mount.path, room)
        else:
            keep = _FLAGS["ro"] | mount.flags
            _call("mount", None, mount.path.encode(), None, _REMOUNT | _BIND | keep, None)
    os.chdir(here)


def _cover(path: str, room: int) -> None:
    """Put empty memory over a folder, with the same folders and sockets in it, nothing else."""
    folders = [(folder, os.stat(folder).st_mode & 0o7777) for folder, _, _ in os.walk(path)]
    sockets = {name: os.open(name, os.O_PATH) for name in _mounted_below(path)}
    options = f"size={room},nr_inodes={MOST_FILES},mode=0755".encode()
    _call("mount", b"tmpfs", path.encode(), b"tmpfs", _NO_SUID | _NO_DEVICES, options)
    for folder, mode in folders:
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, mode)
    for name, descriptor in sockets.items():
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))
        _call("mount", f"/proc/self/fd/{descriptor}".encode(), name.encode(), None, _BIND, None)
        os.close(descriptor)


def _mounted_below(path: str) -> list[str]:
    return [m.path for m in mounts() if m.path.startswith(path + "/") and not os.path.isdir(m.path)]


def mounts() -> Iterator[Mount]:
    """What this process sees mounted."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            before, _, after = line.partition(" - ")
            words = before.split()
            flags = sum(_FLAGS.get(word, 0) for word in words[5].split(","))
            path = words[4].encode().decode("unicode_escape")
            yield Mount(path, after.split()[0], flags)


def own_process_list() -> None:
    """Show the processes of this namespace only; called by its first process.

    Where the kernel refuses (the sandbox covers parts of `/proc`), the outer list stays: it names
    processes that cannot be signalled, traced or read from here.
    """
    with contextlib.suppress(OSError):
        _call("mount", b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEVICES | _NO_PROGRAMS, None)


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    _call("prctl", _PARENT_DEATH, 9, 0, 0, 0)


def give_up(limits: Mapping[str, float], *, nested: bool) -> None:
    """Set the limits, lose every capability, and close the calls that lead out."""
    confine.set_limits(limits)
    if not sys.platform.startswith("linux"):
        return
    _call("prctl", _NO_NEW_RIGHTS, 1, 0, 0, 0)
    if nested:
        _drop_capabilities()
        if seccomp.is_available():
            seccomp.forbid_calls(seccomp.Rules())


def _drop_capabilities() -> None:
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        last = int(file.read())
    for number in range(last + 1):
        _call("prctl", _CAPABILITY_BOUND, number, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _call(name: str, *arguments: Any) -> None:
    """A function of the C library; a refusal is an `OSError`."""
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    if function(*wide) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
