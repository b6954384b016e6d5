"""What a program inside can see and reach, in every mode that works on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import Limits, Mode, launch
from shared_responsibility.grading.sandbox.modes import why_not

ROOT = Path(__file__).resolve().parents[3]
QUICK = Limits(seconds=20)

needs_bubblewrap = pytest.mark.skipif(
    bool(why_not(Mode.BUBBLEWRAP)), reason=why_not(Mode.BUBBLEWRAP) or "it works"
)
needs_landlock = pytest.mark.skipif(
    bool(why_not(Mode.LANDLOCK)), reason=why_not(Mode.LANDLOCK) or "it works"
)
WALLS = [
    pytest.param(Mode.BUBBLEWRAP, marks=needs_bubblewrap),
    pytest.param(Mode.LANDLOCK, marks=needs_landlock),
]


def tell(source: str, mode: Mode, **given: Any) -> Any:
    """What a program inside writes as JSON."""
    given.setdefault("limits", QUICK)
    with launch(
        ["python", "-c", textwrap.dedent(source)],
        mode=mode, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **given,
    ) as run:  # fmt: skip
        told, errors = run.popen.communicate()
        assert run.stderr is not None
        errors = run.stderr.read()
    assert told, errors.decode()
    return json.loads(told)


READ = """
    import json, sys
    def tried(path):
        try:
            return open(path, "rb").read(20).hex()
        except OSError as problem:
            return type(problem).__name__
    print(json.dumps([tried(path) for path in {paths!r}]))
"""


@pytest.mark.parametrize("mode", WALLS)
def test_nothing_of_the_course_can_be_read(mode: Mode, tmp_path: Path) -> None:
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_bytes(b"marks")
    paths = [
        ROOT / "data/answers/option_keys.csv", next(ROOT.glob("authoring/assignments/*.py")),
        ROOT / "shared_responsibility/keys.py", ROOT / "pyproject.toml", gradebook,
        Path("/etc/shadow"), Path(f"/proc/{os.getpid()}/environ"),
    ]  # fmt: skip
    assert all(path.is_file() for path in paths[:5])
    told = tell(READ.format(paths=[str(path) for path in paths]), mode)
    assert set(told) <= {"FileNotFoundError", "PermissionError"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", WALLS)
def test_the_package_is_there_without_answers_and_graders(mode: Mode) -> None:
    told = tell(
        """
        import importlib, json, os
        import shared_responsibility
        from shared_responsibility.tables import data_directory, has_answers, load_table
        missing = []
        for name in ("grading", "build", "judges", "cli"):
            try:
                importlib.import_module(f"shared_responsibility.{name}")
            except ImportError:
                missing.append(name)
        print(json.dumps({
            "services": len(load_table("services")),
            "answers": has_answers(),
            "tables": os.listdir(data_directory()),
            "missing": missing,
        }))
        """,
        mode,
    )
    assert told["services"] > 50
    assert not told["answers"]
    assert "answers" not in told["tables"]
    assert told["missing"] == ["grading", "build", "judges", "cli"]


@pytest.mark.parametrize("mode", WALLS)
def test_nothing_outside_can_be_changed(mode: Mode, tmp_path: Path) -> None:
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_bytes(b"marks")
    before = gradebook.stat()
    told = tell(
        f"""
        import json, os, shutil, sys
        path, done = {str(gradebook)!r}, []
        for name, change in {{
            "write": lambda: open(path, "wb").write(b"100"),
            "append": lambda: open(path, "ab").write(b"100"),
            "cut": lambda: os.truncate(path, 0),
            "delete": lambda: os.remove(path),
            "rename": lambda: os.rename(path, path + "x"),
            "link": lambda: os.link(path, "linked"),
            "new": lambda: open(path + "new", "w").close(),
            "package": lambda: open(shutil.__file__, "a").close(),
            "prefix": lambda: open(sys.prefix + "/x.pth", "w").close(),
        }}.items():
            try:
                change()
                done.append(name)
            except OSError:
                pass
        try:
            os.chmod(path, 0)
            os.utime(path, (1, 1))
        except OSError:
            pass
        print(json.dumps(done))
        """,
        mode,
    )
    assert told == []
    after = gradebook.stat()
    assert gradebook.read_bytes() == b"marks"
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


@pytest.mark.parametrize("mode", WALLS)
def test_the_network_is_out_of_reach(mode: Mode) -> None:
    with socket.socket() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        server.bind(("127.0.0.1", 0))
        server.listen()
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(0.2)
        told = tell(
            f"""
            import json, socket
            def tried(action):
                try:
                    action()
                    return "done"
                except OSError as problem:
                    return type(problem).__name__
            def udp(address):
                sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sender.sendto(b"x", address)
            print(json.dumps({{
                "here": tried(lambda: socket.create_connection({server.getsockname()!r}, 2)),
                "out": tried(lambda: socket.create_connection(("192.0.2.1", 80), 2)),
                "udp": tried(lambda: udp(("192.0.2.1", 53))),
                "here udp": tried(lambda: udp({heard.getsockname()!r})),
                "name": tried(lambda: socket.getaddrinfo("example.org", 80)),
                "vsock": tried(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)),
                "raw": tried(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
            }}))
            """,
            mode,
        )
        with pytest.raises(TimeoutError):
            heard.recv(1)
    # On a network of its own a datagram to its own empty loopback may leave without an error.
    if mode is Mode.BUBBLEWRAP:
        del told["here udp"]
    assert "done" not in told.values()


@pytest.mark.parametrize("mode", WALLS)
def test_sockets_of_others_are_out_of_reach(mode: Mode, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as abstract:
        server.bind(str(tmp_path / "s"))
        server.listen()
        abstract.bind(f"\0srm-test-{os.getpid()}")
        abstract.listen()
        told = tell(
            f"""
            import json, socket
            def tried(address):
                try:
                    socket.socket(socket.AF_UNIX).connect(address)
                    return "done"
                except OSError as problem:
                    return type(problem).__name__
            print(json.dumps([tried({str(tmp_path / "s")!r}),
                              tried("\\0srm-test-{os.getpid()}")]))
            """,
            mode,
        )
    assert "done" not in told


@pytest.mark.parametrize("mode", WALLS)
def test_environment_home_and_work_folder_are_its_own(
    mode: Mode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "/somewhere.py")
    (tmp_path / "mine.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "graded.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "fifo.csv")
    told = tell(
        """
        import json, os, pathlib
        def readable(path):
            try:
                return open(path).read()
            except OSError:
                return ""
        print(json.dumps({
            "names": sorted(os.environ),
            "home": os.listdir(pathlib.Path.home()),
            "work": os.listdir(),
            "mine": open("mine.csv").read(),
            "first": readable("/proc/1/environ"),
            "temporary": __import__("tempfile").gettempdir().startswith(os.environ["HOME"][:8]),
        }))
        """,
        mode,
        work=tmp_path,
        env={"EXTRA": "1"},
    )
    assert "EXTRA" in told["names"]
    assert {"NBGRADER_EXECUTION", "SRM_DATA"} <= set(told["names"])
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONSTARTUP"} & set(told["names"])
    assert "secret" not in told["first"]
    assert told["home"] == []
    assert told["work"] == ["mine.csv"]
    assert told["mine"] == "a,b\n"
    assert told["temporary"]


@pytest.mark.parametrize("mode", WALLS)
def test_other_processes_cannot_be_signalled_or_traced(mode: Mode) -> None:
    told = tell(
        f"""
        import ctypes, json, os
        libc = ctypes.CDLL(None, use_errno=True)
        def tried(action):
            try:
                return action()
            except OSError as problem:
                return type(problem).__name__
        print(json.dumps({{
            "signal": tried(lambda: os.kill({os.getpid()}, 0)),
            "trace": libc.ptrace(16, {os.getpid()}, 0, 0),
            "shared memory": libc.shmget(0, 4096, 0o1600),
            "memory file": tried(lambda: os.memfd_create("x")),
            "namespace": libc.unshare(0x10000000),
            "mount": libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None),
            "processes": tried(lambda: sorted(int(p) for p in os.listdir("/proc") if p.isdigit())),
        }}))
        """,
        mode,
    )
    assert told.pop("signal") in ("ProcessLookupError", "PermissionError")
    assert told.pop("memory file") == "PermissionError"
    seen = told.pop("processes")
    assert seen == "PermissionError" if mode is Mode.LANDLOCK else max(seen) < 10
    assert set(told.values()) == {-1}


@pytest.mark.parametrize("mode", WALLS)
def test_inputs_lie_in_a_file_that_cannot_be_changed(mode: Mode, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs.json"
    inputs.write_text('{"moves": [[1]]}', encoding="utf-8")
    inputs.chmod(0o600)
    told = tell(
        """
        import json, os
        path = os.environ["SRM_INPUTS"]
        try:
            open(path, "a").write("x")
            changed = True
        except OSError:
            changed = False
        print(json.dumps([json.load(open(path)), changed]))
        """,
        mode,
        files={"SRM_INPUTS": inputs},
    )
    assert told == [{"moves": [[1]]}, False]
    assert inputs.read_text(encoding="utf-8") == '{"moves": [[1]]}'


@needs_bubblewrap
def test_one_socket_can_be_bound_in(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "account"))
        server.listen()
        server.settimeout(10)
        source = """
            import os, socket
            talk = socket.socket(socket.AF_UNIX)
            talk.connect(os.environ["SRM_ACCOUNT_SOCKET"])
            talk.sendall(b"hello")
        """
        with launch(
            ["python", "-c", textwrap.dedent(source)], mode=Mode.BUBBLEWRAP, limits=QUICK,
            sockets={"SRM_ACCOUNT_SOCKET": tmp_path / "account"},
        ):  # fmt: skip
            talk, _ = server.accept()
            assert talk.recv(10) == b"hello"
            talk.close()


@needs_bubblewrap
def test_every_process_inside_is_filtered_and_has_no_rights() -> None:
    """The first process too, which is bubblewrap's own."""
    told = tell(
        """
        import json, os
        def of(pid):
            lines = open(f"/proc/{pid}/status").read().splitlines()
            return {line.split(":")[0]: line.split()[1] for line in lines if line.split()[1:]}
        print(json.dumps({pid: of(pid) for pid in os.listdir("/proc") if pid.isdigit()}))
        """,
        Mode.BUBBLEWRAP,
    )
    assert set(told) == {"1", "2"}
    for status in told.values():
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
    assert int(told["2"]["CapEff"], 16) == int(told["2"]["CapPrm"], 16) == 0
    assert told["2"]["Uid"] != "0"


@needs_landlock
def test_landlock_refuses_a_socket() -> None:
    with pytest.raises(CourseError, match="needs bubblewrap"):
        launch(["python", "-c", ""], mode=Mode.LANDLOCK, sockets={"S": Path("/nowhere")})


@needs_bubblewrap
def test_loopback_of_its_own_works() -> None:
    assert (
        tell(
            """
        import json, socket
        server = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(server.getsockname(), 2).sendall(b"x")
        print(json.dumps(server.accept()[0].recv(1).decode()))
        """,
            Mode.BUBBLEWRAP,
        )
        == "x"
    )
