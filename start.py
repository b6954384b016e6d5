"""Set up the course and open it. Standard library only.

    python3 start.py          set up, then open JupyterLab on the first lesson
    python3 start.py test     set up, then run all tests
    python3 start.py demo     set up, then show the instructor's whole job
    python3 start.py update   after `git pull`: bring new versions in, keep your work

Words after these go on to JupyterLab, pytest or `srm`: `python3 start.py --no-browser`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
FIRST_LESSON = "my-work/00-start-here.ipynb"
COURSE = ["requirements.txt", "requirements/lab.txt"]
EXTRAS = ["authors", "browser", "cluster"]
TESTS = [*COURSE, *(f"requirements/{name}.txt" for name in EXTRAS)]


def main(words: list[str]) -> int:
    """Do what the first word says; returns the exit status."""
    if sys.version_info < (3, 11):
        return fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    verb = words[0] if words and words[0] in ("test", "demo", "update") else "open"
    rest = words if verb == "open" else words[1:]
    try:
        make_environment()
        install(TESTS if verb == "test" else COURSE)
        if verb == "test":
            return run(PYTHON, "-m", "pytest", *rest)
        if verb in ("demo", "update"):
            return run(SCRIPTS / "srm", verb, *rest)
        say("Copying lessons and assignments to my-work/ ...")
        checked(SCRIPTS / "srm", "start")
        say("Opening JupyterLab. To stop it, press Ctrl+C here.")
        return run(PYTHON, "-m", "jupyterlab", FIRST_LESSON, *as_root(), *rest)
    except subprocess.CalledProcessError as problem:
        return fail(f"This step failed, see the lines above: {' '.join(map(str, problem.cmd))}")
    except KeyboardInterrupt:
        return 0


def make_environment() -> None:
    """A virtual environment in `.venv`, unless a working one is there."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("Making the environment .venv ...")
    uv = shutil.which("uv")
    if uv:
        checked(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SystemExit(
            f"This Python has no {missing[0]} module; on Debian or Ubuntu install it with "
            "`sudo apt install python3-venv`, then run this again."
        )
    checked(sys.executable, "-m", "venv", "--clear", VENV)


def install(requirements: list[str]) -> None:
    """Install the pinned packages and this one, unless exactly these are installed already."""
    stamp = VENV / "installed.txt"
    # Asking for tests adds packages; asking for the course afterwards must not start over.
    wanted = [f"{name} {fingerprint(name)}" for name in [*requirements, "pyproject.toml"]]
    done = stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() else []
    if set(wanted) <= set(done):
        return
    uv = shutil.which("uv")
    tool = "uv, some 20 seconds" if uv else "pip, one or two minutes"
    say(f"Installing the pinned packages with {tool} ...")
    pip = [uv, "pip", "install", "--quiet", "--python", PYTHON] if uv else [
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"
    ]  # fmt: skip
    for name in requirements:
        checked(*pip, "-r", ROOT / name)
    checked(*pip, "--no-deps", "-e", ROOT)
    stamp.write_text("\n".join(sorted({*done, *wanted})) + "\n", encoding="utf-8")


def fingerprint(name: str) -> str:
    """What a file says, in one word."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def as_root() -> list[str]:
    """In a container one is often root, and JupyterLab then wants to be told that it is meant."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def run(*command: object) -> int:
    """Run a command in the course's folder; its status."""
    # Some tools call others by name, so the environment's scripts come first.
    path = f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    return subprocess.run(
        list(map(str, command)), cwd=ROOT, env=environment, check=False
    ).returncode


def checked(*command: object) -> None:
    """Run a command that must not fail."""
    status = run(*command)
    if status:
        raise subprocess.CalledProcessError(status, list(map(str, command)))


def say(text: str) -> None:
    """Tell what happens next, at once."""
    print(text, flush=True)


def fail(text: str) -> int:
    """Tell what is wrong."""
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
