"""The first program inside: prepares the work folder, gives up all rights, becomes the target.

It reads one JSON object from the descriptor it is given: `confinement`, `folders` to make,
`copies` (from, to), `texts` (path to content), `cwd`, `argv`. It ends with `REFUSED` and a
sentence on standard error when any step fails, so that nothing runs half shut in.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from typing import Any

from .confine import Confinement, end_with_parent, give_up_rest, give_up_user

READY = b"ready"
REFUSED = 97
"""Exit status for "the sandbox could not be set up"."""


def main(arguments: list[str]) -> None:
    """Never returns: the process becomes the target or ends with `REFUSED`."""
    try:
        with os.fdopen(int(arguments[0]), encoding="utf-8") as given:
            order = json.load(given)
        report = int(order["report"])
    except BaseException as problem:
        print(f"srm-sandbox: {problem}", file=sys.stderr)
        os._exit(REFUSED)
    try:
        _prepare(order)
        if order["stderr"] >= 0:
            os.dup2(order["stderr"], 2)
        _close_all_but(order["keep"])
        # The report closes itself as the target starts; this and nothing more is success.
        os.write(report, READY)
        os.execv(order["argv"][0], order["argv"])
    except BaseException as problem:
        os.write(report, f"{type(problem).__name__}: {problem}".encode()[:2000])
        os._exit(REFUSED)


def _prepare(order: dict[str, Any]) -> None:
    confinement = Confinement.from_data(order["confinement"])
    if order["end_with_parent"]:
        end_with_parent()
    give_up_user(confinement)
    os.umask(0o077)
    for folder in order["folders"]:
        os.makedirs(folder, exist_ok=True)
    for source, target in order["copies"]:
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, copy_function=_copy)
    for path, text in order["texts"].items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    os.chdir(order["cwd"])
    give_up_rest(confinement)


def _copy(source: str, target: str) -> None:
    shutil.copyfile(source, target)


def _close_all_but(kept: list[int]) -> None:
    """Every other descriptor closes itself when the target starts."""
    for name in os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"):
        descriptor = int(name)
        if descriptor > 2:
            with contextlib.suppress(OSError):
                os.set_inheritable(descriptor, descriptor in kept)
