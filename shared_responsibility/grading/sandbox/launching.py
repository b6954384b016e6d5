"""Start any program shut in, and end all of it at the deadline."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import platform
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import bubblewrap
from shared_responsibility.grading.sandbox.cgroup import new_group
from shared_responsibility.grading.sandbox.files import copy_plain_files
from shared_responsibility.grading.sandbox.inside import seccomp
from shared_responsibility.grading.sandbox.inside.entry import READY
from shared_responsibility.grading.sandbox.limits import Limits
from shared_responsibility.grading.sandbox.modes import Mode
from shared_responsibility.grading.sandbox.scratch import scratch_prefix
from shared_responsibility.grading.sandbox.view import View, readable_below, view
from shared_responsibility.grading.sandbox.watcher import Watcher, children, descendants

Stream = int | IO[bytes] | None

START_SECONDS = 30.0
_FOLDERS = ("work", "home", "tmp", "ipc", "config")
_ENTRY = (
    "import sys; sys.path.insert(0, sys.argv[1]); from inside.entry import main; main(sys.argv[2:])"
)
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_numbers = itertools.count()


class Run:
    """A program that was started shut in. Use as a context: leaving it ends everything.

    `popen.stdin` and `popen.stdout` are its pipes where asked for.
    """

    def __init__(self, mode: Mode, limits: Limits, home: str, keeper: contextlib.ExitStack) -> None:
        self.mode, self.limits, self.home = mode, limits, home
        self.popen: subprocess.Popen[bytes]
        self.stderr: IO[bytes] | None = None
        self._keeper = keeper
        self._root = 0
        self._watcher: Watcher | None = None

    @property
    def ipc(self) -> str:
        """Path inside of a folder for Unix sockets; see `outside`."""
        return f"{self.home}/ipc"

    @property
    def why_ended(self) -> str:
        """The sentence why the run was ended from outside; "" where it was not."""
        return self._watcher.reason if self._watcher else ""

    def outside(self, inside: str) -> Path:
        """Where the grader finds a path below `home`, for as long as the run lasts."""
        if self.mode is Mode.BUBBLEWRAP:
            return Path(f"/proc/{self._root}/root{inside}")
        return Path(inside)

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self.popen.poll()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; raises `subprocess.TimeoutExpired`."""
        return self.popen.wait(timeout)

    def interrupt(self) -> None:
        """Ctrl-C for the program."""
        started = children(self._root) if self.mode is Mode.BUBBLEWRAP else [self.popen.pid]
        for pid in started[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def kill(self) -> None:
        """End every process of the run at once."""
        if self.popen.poll() is not None:
            return
        if self.mode is Mode.BUBBLEWRAP:
            # The first process of a process space takes all others with it.
            _kill(self._root or self.popen.pid)
            try:
                self.popen.wait(5)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        else:
            for pid in reversed(list(descendants(self.popen.pid))):
                _kill(pid)
        self.popen.wait()

    def end(self) -> None:
        """Kill every process of the run and remove what it left. May be called twice."""
        if self._watcher:
            self._watcher.stop()
        self.kill()
        for pipe in (self.popen.stdin, self.popen.stdout, self.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._keeper.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def launch(
    argv: Sequence[str],
    *,
    mode: Mode,
    limits: Limits = Limits(),  # noqa: B008
    work: Path | None = None,
    files: Mapping[str, Path] | None = None,
    sockets: Mapping[str, Path] | None = None,
    texts: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    secret: Sequence[Path] = (),
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.DEVNULL,
    stderr: Stream = subprocess.DEVNULL,
    pass_fds: Sequence[int] = (),
    warm_parent: bool = False,
) -> Run:
    """Start `argv` shut in; `argv[0]` = "python" means this interpreter.

    - `work`: a folder whose plain files (no notebook, no link, no hidden file) are copied into
      the program's work folder, at most `limits.work_bytes`.
    - `files`, `sockets`: environment variable -> a file to be read, a Unix socket to be connected
      to; the variable holds the path inside. Sockets need `Mode.BUBBLEWRAP`.
    - `texts`: path below the run's home -> content; "{home}" in `argv` and here is that home.
    - `env`: further variables; nothing else comes from outside.
    - `secret`: folders that must not be seen even where they lie inside the interpreter's.
    - `pass_fds`: descriptors that stay open inside, for example one end of a socket pair.
    - `warm_parent`: the program forks one child for each learner. `seconds`, `cpu_seconds`,
      and `file_bytes` do not hold for it; each child sets its own with
      `inside.confine`, and may make namespaces of its own.

    Raises `CourseError` where the sandbox cannot be set up; then nothing has run.
    """
    keeper = contextlib.ExitStack()
    try:
        start = _Start(mode, limits, keeper, warm_parent)
        start.give(work, files or {}, sockets or {}, texts or {}, env or {}, secret)
        return start.start(argv, stdin, stdout, stderr, pass_fds)
    except CourseError:
        keeper.close()
        raise
    except Exception as problem:
        keeper.close()
        raise CourseError(f"The sandbox could not be started: {problem}") from problem


class _Start:
    """The steps of one start; what they open is closed by `keeper` at the end of the run."""

    def __init__(
        self, mode: Mode, limits: Limits, keeper: contextlib.ExitStack, warm_parent: bool
    ) -> None:
        self.mode, self.limits, self.keeper, self.warm_parent = mode, limits, keeper, warm_parent
        self.shut = mode is Mode.BUBBLEWRAP
        self.folder = Path(tempfile.mkdtemp(prefix=scratch_prefix()))
        keeper.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = bubblewrap.HOME if self.shut else str(self.folder.resolve() / "learner")
        self.user = _own_user() if self.shut and bubblewrap.is_root() else 0
        self.group = new_group(limits)
        if self.group is not None:
            keeper.callback(self.group.remove)
        self.copies: Path | None = None
        self.contents: dict[str, int] = {}
        self.descriptors: list[int] = []
        self.sockets: dict[str, Path] = {}
        self.view: View

    def give(
        self, work: Path | None, files: Mapping[str, Path], sockets: Mapping[str, Path],
        texts: Mapping[str, str], env: Mapping[str, str], secret: Sequence[Path],
    ) -> None:  # fmt: skip
        """Lay out everything that the program will find."""
        self.view = view(secret)
        if sockets and not self.shut:
            raise CourseError(f"A simulated account needs bubblewrap; {self.mode.value} has none.")
        self.texts = {f"{self.home}/{path}": self._filled(text) for path, text in texts.items()}
        if work is not None:
            self.copies = self.folder / "files"
            copy_plain_files(work, self.copies, self.limits.work_bytes)
        self.env = {**self._environment(), **env}
        for name, path in files.items():
            self.env[name] = self._file(name, path)
        for name, path in sockets.items():
            self.env[name] = inside = f"{bubblewrap.GIVEN}/{name.lower()}"
            self.sockets[inside] = path
            if self.user:
                os.chown(path, self.user, self.user)

    def start(
        self, argv: Sequence[str], stdin: Stream, stdout: Stream, stderr: Stream,
        pass_fds: Sequence[int],
    ) -> Run:  # fmt: skip
        """Start the program and wait until it has become itself."""
        run = Run(self.mode, self.limits, self.home, self.keeper)
        words = [self._filled(word) for word in argv]
        if words[0] == "python":
            words[0] = str(self.view.python)
        if not self.shut:
            self._lay_out_on_disk()
        if os.name == "nt":
            run.popen = subprocess.Popen(
                words, cwd=f"{self.home}/work", env=self.env, stdin=stdin, stdout=stdout,
                stderr=stderr,
            )  # fmt: skip
            run.stderr = run.popen.stderr
        else:
            self._start_by_entry(run, words, stdin, stdout, stderr, pass_fds)
        run._watcher = Watcher(
            run._root or run.popen.pid, self.limits, run.outside(self.home), self.shut, run.kill,
            deadline=not self.warm_parent, group=self.group,
        )  # fmt: skip
        return run

    def _start_by_entry(
        self, run: Run, words: list[str], stdin: Stream, stdout: Stream, stderr: Stream,
        pass_fds: Sequence[int],
    ) -> None:  # fmt: skip
        errors, run.stderr = _error_stream(stderr, self.keeper)
        order_in, order_out = os.pipe()
        report_in, report_out = os.pipe()
        info_in, info_out = os.pipe()
        library = bubblewrap.LIBRARY if self.shut else str(self.view.library)
        entry = [str(self.view.python), "-I", "-S", "-B", "-c", _ENTRY, library, str(order_in)]
        if self.shut:
            given = bubblewrap.Given(self.copies, self.contents, self.sockets)
            options = bubblewrap.options(
                self.view, self.limits, given, self.env, info_out, forks=self.warm_parent
            )
            # By bubblewrap, so that its own process inside is filtered like the program.
            calls = _as_descriptor(seccomp.program(self._calls()))
            self.descriptors.append(calls)
            self.keeper.callback(os.close, calls)
            options = ["--seccomp", str(calls), *options]
            # Through a descriptor, since the command line of process 1 can be read inside.
            arguments = _as_descriptor("\0".join(options).encode())
            self.descriptors.append(arguments)
            self.keeper.callback(os.close, arguments)
            entry = [str(bubblewrap.program()), "--args", str(arguments), "--", *entry]
        kept = [
            order_in,
            report_out,
            info_out,
            errors,
            *pass_fds,
            *self.contents.values(),
            *self.descriptors,
        ]
        try:
            run.popen = subprocess.Popen(
                entry, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=self.env,
                cwd="/", pass_fds=kept, start_new_session=not self.shut, umask=0o022,
            )  # fmt: skip
        except BaseException:
            for descriptor in (order_in, report_in, report_out, info_in, info_out, order_out):
                os.close(descriptor)
            raise
        for descriptor in (order_in, report_out, info_out):
            os.close(descriptor)
        if errors != -1:
            os.close(errors)
        order = json.dumps(self._order(words, report_out, errors, pass_fds)).encode()
        try:
            # It waits for the order, so it is in its group before it does anything.
            problem = self.group.take(run.popen.pid) if self.group else None
            _send(order_out, b"" if problem else order)
            problem = problem or _report(report_in)
            if self.shut:
                run._root = _first_process(info_in)
        finally:
            os.close(report_in)
            os.close(info_in)
        setup = run.popen.stderr
        assert setup is not None
        if problem is not None or (self.shut and not run._root):
            run.kill()
            told = setup.read(2000).decode(errors="replace").strip()
            setup.close()
            why = f"{problem or ''} {told}".strip()
            raise CourseError(f"The sandbox ({self.mode.value}) could not be set up: {why}")
        setup.close()
        run.popen.stderr = None

    def _order(
        self, words: list[str], report: int, errors: int, pass_fds: Sequence[int]
    ) -> dict[str, Any]:
        copies = [[bubblewrap.SETTINGS, f"{self.home}/config/matplotlib"]]
        if self.copies is not None:
            copies.append([bubblewrap.COPIES, f"{self.home}/work"])
        return {
            "report": report,
            "stderr": errors,
            "keep": list(pass_fds),
            "end_with_parent": not self.shut,
            "folders": [f"{self.home}/{name}" for name in _FOLDERS] if self.shut else [],
            "copies": copies if self.shut else [],
            "texts": self.texts if self.shut else {},
            "cwd": f"{self.home}/work",
            "argv": words,
            "confinement": {
                "limits": self._limits(),
                "user": self.user,
                "files": self._landlock() if self.mode is Mode.LANDLOCK else None,
                "calls": self._own_filter(),
            },
        }

    def _limits(self) -> dict[str, float]:
        limits = self.limits.as_data()
        if not self.shut:
            # Without a process space of its own the kernel would count all processes of this user.
            del limits["processes"]
        elif not self.user:
            limits["processes"] += _others_that_count()
        if self.warm_parent:
            del limits["cpu_seconds"], limits["file_bytes"]
        return limits

    def _own_filter(self) -> dict[str, bool] | None:
        """The filter that the program takes by itself, where no bubblewrap puts it on."""
        return None if self.shut or not seccomp.is_available() else asdict(self._calls())

    def _calls(self) -> seccomp.Rules:
        if self.warm_parent:
            return seccomp.Rules(processes=True, namespaces=True, own_machine=self.shut)
        return seccomp.Rules(processes=self.shut, own_machine=self.shut)

    def _landlock(self) -> dict[str, list[str]]:
        seen = self.view
        read, listed = [seen.library, seen.data], []
        for path in seen.system:
            allowed, names = readable_below(path, seen.masked)
            read += allowed
            listed += names
        system = ["/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/filesystems"]
        return {
            "read": [*map(str, read), *system, *self._given_files],
            "write": [self.home],
            "listed": list(map(str, listed)),
            "devices": [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")],
        }

    @property
    def _given_files(self) -> list[str]:
        return [path for path in self.env.values() if path.startswith(str(self.folder))]

    def _environment(self) -> dict[str, str]:
        library = bubblewrap.LIBRARY if self.shut else str(self.view.library)
        data = bubblewrap.DATA if self.shut else str(self.view.data)
        environment = {
            "PATH": os.pathsep.join([str(self.view.python.parent), "/usr/bin", "/bin"]),
            "HOME": f"{self.home}/home",
            "TMPDIR": f"{self.home}/tmp",
            "LANG": "C.UTF-8",
            "USER": "learner",
            "LOGNAME": "learner",
            "PYTHONPATH": os.pathsep.join([library, *map(str, self.view.further_packages)]),
            "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MPLCONFIGDIR": f"{self.home}/config/matplotlib",
            "NBGRADER_EXECUTION": "autograde",
            "SRM_DATA": data,
            "SRM_PROGRESS": "",
            **dict.fromkeys(_ONE_THREAD, "1"),
        }
        if os.name == "nt":
            kept = ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC")
            environment |= {name: os.environ[name] for name in kept if name in os.environ}
            environment |= {"TEMP": environment["TMPDIR"], "USERPROFILE": environment["HOME"]}
        return environment

    def _file(self, name: str, path: Path) -> str:
        """The path inside of a file to be read."""
        if not self.shut:
            copy = self.folder / "given" / name.lower()
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, copy)
            return str(copy.resolve())
        inside = f"{bubblewrap.GIVEN}/{name.lower()}"
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.keeper.callback(os.close, descriptor)
        self.contents[inside] = descriptor
        return inside

    def _lay_out_on_disk(self) -> None:
        home = Path(self.home)
        for name in _FOLDERS:
            (home / name).mkdir(parents=True)
        shutil.copytree(self.view.settings, home / "config" / "matplotlib")
        if self.copies is not None:
            shutil.copytree(self.copies, home / "work", dirs_exist_ok=True)
        for path, text in self.texts.items():
            Path(path).write_text(text, encoding="utf-8")

    def _filled(self, text: str) -> str:
        return text.replace("{home}", self.home)


def _own_user() -> int:
    """A user id that no other run of this machine has at the same time."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        known = max(int(line.split()[2]) for line in file)
    if known < 65536:
        raise CourseError("Root of a small user namespace cannot give a run a user of its own.")
    half = min(known, 2**31) // 2
    return half + (os.getpid() * 256 + next(_numbers) % 256) % (half - 2)


def _others_that_count() -> int:
    """Threads of this user, where the kernel counts them against a run (before 5.14)."""
    version = tuple(int(part) for part in platform.release().split(".")[:2])
    if version >= (5, 14):
        return 0
    import psutil  # type: ignore[import-untyped,unused-ignore]

    mine = os.getuid()
    return sum(
        one.info["num_threads"] or 0
        for one in psutil.process_iter(["uids", "num_threads"])
        if one.info["uids"] and one.info["uids"].real == mine
    )


def _error_stream(stderr: Stream, keeper: contextlib.ExitStack) -> tuple[int, IO[bytes] | None]:
    """(descriptor for the program, our end of a pipe): its own standard error is for the set-up."""
    if stderr == subprocess.PIPE:
        ours, theirs = os.pipe()
        pipe = os.fdopen(ours, "rb")
        keeper.callback(pipe.close)
        return theirs, pipe
    if stderr is None:
        return os.dup(2), None
    if isinstance(stderr, int):
        return (os.open(os.devnull, os.O_WRONLY) if stderr < 0 else os.dup(stderr)), None
    return os.dup(stderr.fileno()), None


def _as_descriptor(content: bytes) -> int:
    """A descriptor from which this content is read once."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        file.seek(0)
        return os.dup(file.fileno())


def _send(descriptor: int, content: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as pipe:
        pipe.write(content)


def _report(descriptor: int) -> str | None:
    """None once the program has become itself, otherwise what went wrong."""
    told = b""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        ready, _, _ = select.select([descriptor], [], [], 0.5)
        if ready:
            part = os.read(descriptor, 4096)
            told += part
            if not part:
                if told == READY:
                    return None
                return told.removeprefix(READY).decode(errors="replace") or "it ended at once."
    return f"it did not start within {START_SECONDS:g} seconds."


def _first_process(descriptor: int) -> int:
    """The process id, seen from here, of the first process of the run's process space."""
    ready, _, _ = select.select([descriptor], [], [], START_SECONDS)
    told = os.read(descriptor, 4096) if ready else b""
    try:
        return int(json.loads(told)["child-pid"])
    except (ValueError, KeyError):
        return 0


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
