"""A program that takes too much ends, and nothing of it is left."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import Limits, Mode, Run, cgroup, launch
from shared_responsibility.grading.sandbox.limits import MIB
from shared_responsibility.grading.sandbox.modes import why_not

MODES = [mode for mode in Mode if mode is Mode.LIMITS or not why_not(mode)]
ALL = pytest.mark.parametrize("mode", MODES, ids=[mode.value for mode in MODES])
needs_bubblewrap = pytest.mark.skipif(
    bool(why_not(Mode.BUBBLEWRAP)), reason=why_not(Mode.BUBBLEWRAP) or "it works"
)
DEADLINE = Limits(seconds=2)


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process, no folder and no descriptor of a run outlives it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    descriptors = len(os.listdir("/proc/self/fd"))
    yield
    assert {one.pid for one in psutil.Process().children(recursive=True)} == before
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("srm-view")] == []
    assert len(os.listdir("/proc/self/fd")) == descriptors


def start(source: str, mode: Mode, limits: Limits) -> Run:
    return launch(
        ["python", "-c", textwrap.dedent(source)],
        mode=mode, limits=limits, stdout=subprocess.PIPE,
    )  # fmt: skip


def ended(source: str, mode: Mode, limits: Limits) -> tuple[int, str, float]:
    """(exit status, reason, seconds) of a program that is left to itself."""
    begun = time.monotonic()
    with start(source, mode, limits) as run:
        status = run.wait(30)
    return status, run.why_ended, time.monotonic() - begun


@ALL
@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import signal, time\nfor s in set(signal.Signals) - {9, 19}: signal.signal(s, 1)\n"
        "while True: time.sleep(1)",
        "import signal; signal.raise_signal(signal.SIGSTOP)",
    ],
    ids=["busy", "deaf", "stopped"],
)  # fmt: skip
def test_a_program_ends_at_the_deadline(source: str, mode: Mode) -> None:
    _, why, seconds = ended(source, mode, DEADLINE)
    assert why == "It ran longer than 2 seconds."
    assert seconds < 4


@needs_bubblewrap
@pytest.mark.slow
def test_children_that_hide_end_too() -> None:
    marker = f"srm-hidden-{os.getpid()}"
    source = f"""
        import os, subprocess, sys, time
        for _ in range(5):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execv(sys.executable, [sys.executable, "-c", "import time\\nwhile True: time.sleep(1)", {marker!r}])
                os._exit(0)
        time.sleep(1)
        print(len([p for p in os.listdir("/proc") if p.isdigit()]), flush=True)
        time.sleep(60)
    """  # noqa: E501
    with start(source, Mode.BUBBLEWRAP, Limits(seconds=30)) as run:
        assert run.popen.stdout is not None
        assert int(run.popen.stdout.readline()) >= 7
    time.sleep(0.2)
    assert [one for one in psutil.process_iter(["cmdline"]) if marker in str(one.info)] == []


@needs_bubblewrap
@pytest.mark.slow
def test_a_fork_bomb_is_bounded() -> None:
    source = """
        import os, time
        made = 0
        until = time.time() + 2
        while time.time() < until:
            try:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                made += 1
            except OSError:
                time.sleep(0.01)
        print(made, flush=True)
        time.sleep(60)
    """
    with start(source, Mode.BUBBLEWRAP, Limits(seconds=20, processes=40)) as run:
        assert run.popen.stdout is not None
        made = int(run.popen.stdout.readline())
        assert 20 <= made <= 40
        assert len(psutil.Process(run.popen.pid).children(recursive=True)) <= 42


@needs_bubblewrap
@pytest.mark.slow
def test_memory_over_many_processes_is_bounded() -> None:
    source = """
        import os, time
        for _ in range(10):
            if os.fork() == 0:
                held = bytearray(80 * 2**20)
                time.sleep(60)
        time.sleep(60)
    """
    limit = 300 * MIB
    with start(source, Mode.BUBBLEWRAP, Limits(seconds=20, total_memory=limit)) as run:
        most = 0
        while run.poll() is None:
            most = max(most, _memory(run.popen.pid))
            time.sleep(0.005)
    assert run.why_ended == "It used more than 300 MiB of memory."
    assert most < 2 * limit


def _memory(pid: int) -> int:
    total = 0
    try:
        for one in psutil.Process(pid).children(recursive=True):
            total += one.memory_info().rss
    except psutil.Error:
        pass
    return total


@ALL
def test_memory_of_one_process_is_bounded(mode: Mode) -> None:
    source = """
        try:
            bytearray(3 * 2**30)
        except MemoryError:
            print("refused", flush=True)
    """
    with start(source, mode, Limits(seconds=20, address_space=2048 * MIB)) as run:
        assert run.popen.communicate()[0] == b"refused\n"


@pytest.mark.parametrize("mode", MODES[1:], ids=[mode.value for mode in MODES[1:]])
def test_without_a_process_space_there_are_no_further_processes(mode: Mode) -> None:
    source = """
        import os, subprocess, threading
        threading.Thread(target=print, args=("thread",)).start()
        for start in (os.fork, lambda: subprocess.run(["true"]), lambda: os.posix_spawn("/bin/true", ["true"], {})):
            try:
                start()
            except OSError:
                print("refused", flush=True)
    """  # noqa: E501
    with start(source, mode, Limits(seconds=20)) as run:
        assert sorted(run.popen.communicate()[0].split()) == [b"refused"] * 3 + [b"thread"]


@needs_bubblewrap
def test_a_full_work_folder_is_an_error_inside_and_nothing_outside(tmp_path: Path) -> None:
    source = """
        import errno, os
        def fill(folder):
            written = 0
            try:
                for number in range(1000):
                    with open(f"{folder}/{number}", "wb") as file:
                        written += file.write(bytes(2**20))
            except OSError as problem:
                return f"{written // 2**20} {errno.errorcode[problem.errno]}"
        print(fill("."), flush=True)
        for folder in ("/", "/dev", "/tmp", "/srm/data", "/dev/shm", os.environ["HOME"]):
            print(folder, fill(folder), flush=True)
    """
    with start(source, Mode.BUBBLEWRAP, Limits(seconds=20, work_bytes=32 * MIB)) as run:
        lines = run.popen.communicate()[0].decode().splitlines()
    told = {"work": lines[0]}
    for line in lines[1:]:
        folder, _, error = line.split(" ")
        told[folder] = error
    size, error = told.pop("work").split()
    assert (error, 28 <= int(size) <= 32) == ("ENOSPC", True)
    assert set(told.values()) <= {"EROFS", "ENOSPC", "EACCES", "ENOENT"}


@ALL
def test_a_large_file_is_refused(mode: Mode) -> None:
    source = """
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            with open("large", "wb") as file:
                for _ in range(20):
                    file.write(bytes(2**20))
                    file.flush()
        except OSError as problem:
            print(problem.strerror, flush=True)
    """
    with start(source, mode, Limits(seconds=20, file_bytes=8 * MIB)) as run:
        assert run.popen.communicate()[0] == b"File too large\n"


@needs_bubblewrap
@pytest.mark.slow
def test_many_empty_files_end_the_run() -> None:
    source = """
        number = 0
        while True:
            open(str(number), "w").close()
            number += 1
    """
    _, why, seconds = ended(source, Mode.BUBBLEWRAP, Limits(seconds=20))
    assert why == "It made more than 20000 files."
    assert seconds < 10


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES[1:], ids=[mode.value for mode in MODES[1:]])
def test_a_full_disk_folder_ends_the_run(mode: Mode) -> None:
    source = """
        import time
        for number in range(40):
            with open(str(number), "wb") as file:
                file.write(bytes(2**20))
        time.sleep(20)
    """
    _, why, seconds = ended(source, mode, Limits(seconds=15, work_bytes=16 * MIB))
    assert why == "It wrote more than 16 MiB."
    assert seconds < 10


@ALL
def test_leaving_ends_a_program_that_runs(mode: Mode) -> None:
    with start("import time; print(1, flush=True); time.sleep(60)", mode, DEADLINE) as run:
        assert run.popen.stdout is not None
        assert run.popen.stdout.readline() == b"1\n"
    assert run.poll() is not None
    run.end()


@pytest.mark.slow
@ALL
def test_a_grader_that_is_killed_takes_the_program_along(mode: Mode, tmp_path: Path) -> None:
    marker = f"srm-orphan-{os.getpid()}"
    grader = f"""
        import time
        from shared_responsibility.grading.sandbox import Mode, launch
        run = launch(["python", "-c", "import time; time.sleep(60)", {marker!r}], mode={mode})
        print("started", flush=True)
        time.sleep(60)
    """
    scratch = tmp_path / "srm-view-scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(grader)],
        stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(scratch)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        assert _with(marker)
        process.kill()
    until = time.monotonic() + 5
    while _with(marker) and time.monotonic() < until:
        time.sleep(0.05)
    assert _with(marker) == []


def _with(marker: str) -> list[psutil.Process]:
    """Processes with a word of their own, but not the graders that name it in their source."""
    return [p for p in psutil.process_iter(["cmdline"]) if marker in (p.info["cmdline"] or [])]


@ALL
def test_ctrl_c_reaches_the_program(mode: Mode) -> None:
    source = """
        import time
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    with start(source, mode, Limits(seconds=20)) as run:
        assert run.popen.stdout is not None
        assert run.popen.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        run.interrupt()
        assert run.popen.stdout.readline() == b"interrupted\n"


@ALL
def test_a_program_that_is_not_there_is_a_course_error(mode: Mode) -> None:
    with pytest.raises(CourseError, match="could not be set up"):
        launch(["/nowhere/python"], mode=mode)


@ALL
def test_too_many_files_beside_a_notebook_are_a_course_error(mode: Mode, tmp_path: Path) -> None:
    work = tmp_path / "srm-view-work"
    work.mkdir()
    (work / "large.csv").write_bytes(bytes(2 * MIB))
    with pytest.raises(CourseError, match="larger than 1 MiB together"):
        launch(["python", "-c", ""], mode=mode, limits=Limits(work_bytes=MIB), work=work)


@ALL
def test_a_descriptor_can_be_kept(mode: Mode) -> None:
    ours, theirs = os.pipe()
    with launch(
        ["python", "-c", f"import os; os.write({theirs}, b'x')"], mode=mode, pass_fds=[theirs]
    ) as run:
        os.close(theirs)
        assert os.read(ours, 5) == b"x"
        os.close(ours)
        run.wait(10)


@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_must_be_above_zero(value: float) -> None:
    with pytest.raises(CourseError, match="above zero"):
        Limits(seconds=value)


def test_a_folder_that_is_no_control_group_is_a_course_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRM_CGROUP", str(tmp_path))
    with pytest.raises(CourseError, match="no controller switched on"):
        launch(["python", "-c", ""], mode=MODES[0])
    monkeypatch.setenv("SRM_CGROUP", str(tmp_path / "nowhere"))
    with pytest.raises(CourseError, match="cannot be used"):
        launch(["python", "-c", ""], mode=MODES[0])


needs_groups = pytest.mark.skipif(
    cgroup._own_group() is None, reason="no control group may be made here"
)


@needs_groups
@pytest.mark.slow
def test_a_control_group_holds_everything_below(monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
        import os, time
        made = 0
        try:
            while made < 400:
                if os.fork() == 0:
                    time.sleep(60)
                made += 1
        except OSError:
            pass
        print(made, flush=True)
        time.sleep(60)
    """
    folder = cgroup._own_group()
    assert folder is not None
    mine = f"srm-{os.getpid()}-*"
    monkeypatch.setenv("SRM_CGROUP", str(folder))
    with start(source, MODES[0], Limits(seconds=20, processes=20)) as run:
        assert run.popen.stdout is not None
        run.popen.stdout.readline()
        (group,) = folder.glob(mine)
        inside = {int(pid) for pid in (group / "cgroup.procs").read_text().split()}
        assert {one.pid for one in psutil.Process(run.popen.pid).children(recursive=True)} <= inside
    assert not group.exists()


@ALL
@needs_groups
@pytest.mark.slow
def test_memory_never_goes_over_its_limit_where_the_kernel_counts(mode: Mode) -> None:
    limits = Limits(seconds=20, total_memory=200 * MIB)
    begun = time.monotonic()
    with start("kept = bytearray(3_000_000_000)", mode, limits) as run:
        run.wait(30)
        (group,) = cgroup._own_group().glob(f"srm-{os.getpid()}-*")
        peaks = [group / "memory.peak", group / "memory.max_usage_in_bytes"]
        peak = min(int(path.read_text()) for path in peaks if path.exists())
        assert 100 * MIB < peak <= 200 * MIB
        assert run.why_ended == "It used more than 200 MiB of memory."
    assert run.why_ended == "It used more than 200 MiB of memory."
    assert time.monotonic() - begun < 15
    assert not group.exists()


def test_without_a_group_the_watcher_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SRM_CGROUP", raising=False)
    monkeypatch.setattr(cgroup, "_own_group", lambda: Path("/sys/fs/cgroup/nowhere"))
    assert cgroup.new_group(Limits()) is None
