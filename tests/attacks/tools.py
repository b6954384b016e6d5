"""What an attacker has at hand. The source of this file stands in a cell of every such notebook.

Attackers tell of a success by themselves: `found` prints what was planted to be kept from them,
`reached` says that something answered, or was changed, that should be out of reach.
"""

from __future__ import annotations

import ctypes
import gc
import glob
import json
import os
import re
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

__all__ = [
    "ANSWERS",
    "COURSE",
    "HOME_OUTSIDE",
    "HOST",
    "MARK",
    "PORT",
    "RESULT",
    "SET",
    "TEMP_OUTSIDE",
    "Forged",
    "ctypes",
    "each",
    "everywhere",
    "found",
    "full_marks",
    "gc",
    "glob",
    "hand_in_instead",
    "json",
    "libc",
    "look",
    "os",
    "others",
    "re",
    "reached",
    "resource",
    "run_attack",
    "send_instead",
    "sent",
    "shell",
    "signal",
    "socket",
    "stat",
    "struct",
    "subprocess",
    "sys",
    "threading",
    "time",
]  # fmt: skip

# Replaced by what holds in the course that is attacked: an attacker may well know it.
MARK = "srm-mark"
SET = "assignment"
COURSE = "/course"
HOME_OUTSIDE = "/home"
TEMP_OUTSIDE = "/tmp"
HOST = "127.0.0.1"
PORT = 1

ANSWERS = "application/vnd.shared-responsibility.answers+json"
RESULT = "application/vnd.shared-responsibility.result+json"
PLANTED = re.compile(rb"CANARY-[a-z]+-[0-9a-f]{16}")
libc = ctypes.CDLL(None, use_errno=True)


def found(content: bytes | str) -> None:
    """Print everything planted that stands in the content, and nothing else of this machine."""
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    for one in sorted(set(PLANTED.findall(raw))):
        print(one.decode(), flush=True)


def reached(what: str) -> None:
    """Say that something out of reach was not."""
    print(f"REACHED {what}", flush=True)


def each(steps: list) -> None:
    """Go on when a step is refused."""
    for step in steps:
        try:
            step()
        except Exception as refusal:
            print(f"refused: {type(refusal).__name__}", flush=True)


def look(*places: str, most: int = 3000) -> None:
    """Read files, and what lies in folders, wherever they can be read."""
    seen = 0
    for place in places:
        names = [place]
        if os.path.isdir(place):
            names = [os.path.join(f, n) for f, _, ns in os.walk(place) for n in ns]
        for name in names:
            seen += 1
            if seen > most:
                return
            try:
                if stat.S_ISREG(os.stat(name).st_mode):
                    found(Path(name).read_bytes()[:3_000_000])
            except OSError:
                continue


def everywhere(*names: str) -> list[str]:
    """Where files with such names lie on the whole machine, for at most ten seconds."""
    places, until = [], time.monotonic() + 3
    for folder, folders, files in os.walk("/"):
        if time.monotonic() > until:
            break
        if folder == "/":
            folders[:] = [f for f in folders if f not in ("proc", "sys", "dev")]
        places += [os.path.join(folder, one) for one in (*files, *folders) if one in names]
    return places


class Forged:
    """A last value of a cell that gives the kernel whatever it was made with."""

    def __init__(self, bundle: dict, text: str = "4.5") -> None:
        self.bundle, self.text = {"text/plain": text, **bundle}, text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict:
        return self.bundle


def others() -> list[int]:
    """Numbers of other processes: those in the list and the low ones, which a namespace gives."""
    listed = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    return sorted((listed | set(range(1, 100))) - {os.getpid()})


def hand_in_instead(make) -> None:
    """Put a function in the place of `hand_in`: the exercise in, the last value of the cell out."""
    get_ipython().user_ns["hand_in"] = make  # noqa: F821


def sent(exercise: str, answers: object, **more: object) -> dict:
    """Answers as they travel."""
    return {ANSWERS: {"format": 1, "exercise": exercise, "answers": answers, "twice": [], **more}}


def send_instead(answers: object, **more: object) -> None:
    """Hand in these answers in every exercise."""
    hand_in_instead(lambda exercise: Forged(sent(exercise, answers, **more)))


def full_marks(exercise: str, points: float = 6.0) -> dict:
    """What stands in a graded cell after grading, with everything right."""
    item = {
        "item_id": exercise,
        "version": 1,
        "response": "aws",
        "confidence": "",
        "verdict": "right",
        "points": points,
        "max_points": points,
        "misconception_id": "",
    }
    told = {"exercise": exercise, "remarks": [], "items": [item]}
    return {RESULT: told, "text/html": "<b>all right</b>", "text/plain": repr(points)}


def shell(command: str) -> str:
    """What a command of the shell prints."""
    done = subprocess.run(command, shell=True, capture_output=True, timeout=5, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def run_attack(name: str, attack) -> None:
    """Do it, and tell how it ended."""
    print(f"tried {name}", flush=True)
    # Until the line is out, also where the kernel ends at once.
    time.sleep(0.2)
    try:
        attack()
    except Exception as refusal:
        print(f"ended {type(refusal).__name__}: {refusal}"[:300], flush=True)
        return
    print("ended", flush=True)
