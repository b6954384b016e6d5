"""The command line of bubblewrap: namespaces of its own, and a file system made of the view."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.view import View

HOME = "/learner"
"""The bounded folder inside: work folder, home, temporary files and sockets lie in it."""
LIBRARY, DATA, SETTINGS, COPIES, GIVEN = (
    "/srm/library", "/srm/data", "/srm/settings", "/srm/files", "/srm/given",
)  # fmt: skip
_DEVICES = ("null", "zero", "full", "random", "urandom")
_DEVICE_BYTES = 64 * 1024


@dataclass(frozen=True)
class Given:
    """What a single run gets beside the view."""

    copies: Path | None
    texts: Mapping[str, int]
    """Path inside -> an open descriptor whose content is shown there, read-only."""
    sockets: Mapping[str, Path]
    """Path inside -> Unix socket outside."""


def program() -> str | None:
    """Where bubblewrap is installed, or None."""
    return shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin:/usr/sbin")


def is_root() -> bool:
    """Root needs no user namespace, and can give each run a user of its own instead."""
    return os.geteuid() == 0


def options(
    view: View, limits: Limits, given: Given, env: Mapping[str, str], info: int, *, forks: bool
) -> list[str]:
    """All options; `info` is the descriptor for bubblewrap's report of process ids."""
    words = ["--die-with-parent", "--new-session", "--clearenv"]
    words += [*_namespaces(forks), "--info-fd", str(info)]
    inside = [LIBRARY, DATA, SETTINGS, COPIES, *given.texts, *given.sockets]
    for folder in _parents([*view.system, *map(Path, inside)]):
        words += ["--perms", "0755", "--dir", str(folder)]
    for path in view.system:
        words += _shown(path)
    for path in view.masked:
        words += ["--perms", "0000", "--tmpfs", str(path), "--remount-ro", str(path)]
    words += _shown(view.library, LIBRARY) + _shown(view.data, DATA)
    words += _shown(view.settings, SETTINGS)
    words += ["--proc", "/proc", *_devices()]
    words += ["--perms", "1777", "--size", str(limits.work_bytes), "--tmpfs", HOME]
    if not any(Path("/tmp") in path.parents for path in view.system):
        words += ["--symlink", f"{HOME}/tmp", "/tmp"]
    words += _given(given)
    for name, value in sorted(env.items()):
        words += ["--setenv", name, value]
    return [*words, "--remount-ro", "/", "--chdir", "/"]


def _parents(paths: list[Path]) -> list[Path]:
    """Folders to make, outermost first; bubblewrap itself would make them for their owner only."""
    return sorted({parent for path in paths for parent in path.parents} - {Path("/")})


def _namespaces(forks: bool) -> list[str]:
    words = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    words += ["--unshare-cgroup-try", "--hostname", "learner", "--cap-drop", "ALL"]
    if is_root():
        return [*words, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    words += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    return words if forks else [*words, "--disable-userns"]


def _shown(path: Path, target: str = "") -> list[str]:
    if path.is_symlink() and not target:
        return ["--symlink", os.readlink(path), str(path)]
    return ["--ro-bind", str(path), target or str(path)]


def _devices() -> Sequence[str]:
    words = ["--perms", "0755", "--size", str(_DEVICE_BYTES), "--tmpfs", "/dev"]
    for name in _DEVICES:
        words += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    words += ["--symlink", "/proc/self/fd", "/dev/fd"]
    return [*words, "--remount-ro", "/dev"]


def _given(given: Given) -> list[str]:
    words: list[str] = []
    if given.copies is not None:
        words += ["--ro-bind", str(given.copies), COPIES]
    for path, descriptor in given.texts.items():
        words += ["--perms", "0444", "--ro-bind-data", str(descriptor), path]
    for path, outside in given.sockets.items():
        words += ["--bind", str(outside), path]
    return words
