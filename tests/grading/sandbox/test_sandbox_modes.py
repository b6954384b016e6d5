"""The strongest way that works is taken, and none means that nothing runs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from traitlets.config import Config

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.sandbox import Mode, bubblewrap, choose_mode, modes, view
from shared_responsibility.grading.sandbox.configuration import Sandbox
from shared_responsibility.grading.sandbox.inside import landlock, seccomp

ROOT = Path(__file__).resolve().parents[3]
TakeAway = Callable[[str], None]


@pytest.fixture
def take_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[TakeAway]:
    """Makes the machine look as if a part were missing."""
    monkeypatch.delenv(modes.UNSANDBOXED, raising=False)
    modes.why_not.cache_clear()
    parts = {
        "bubblewrap": (bubblewrap, "program", lambda: None),
        "landlock": (landlock, "abi", lambda: 0),
        "seccomp": (seccomp, "is_available", lambda: False),
    }
    yield lambda name: monkeypatch.setattr(*parts[name])
    modes.why_not.cache_clear()


def test_bubblewrap_comes_first() -> None:
    if modes.why_not(Mode.BUBBLEWRAP):
        pytest.skip(modes.why_not(Mode.BUBBLEWRAP))
    assert choose_mode() is Mode.BUBBLEWRAP
    assert choose_mode(allow_limits_only=True) is Mode.BUBBLEWRAP


def test_landlock_comes_second(take_away: TakeAway) -> None:
    take_away("bubblewrap")
    if modes.why_not(Mode.LANDLOCK):
        pytest.skip(modes.why_not(Mode.LANDLOCK))
    assert choose_mode() is Mode.LANDLOCK


def test_without_either_nothing_is_chosen(take_away: TakeAway) -> None:
    take_away("bubblewrap")
    take_away("landlock")
    with pytest.raises(CourseError, match=r"package `bubblewrap`.*allow_limits_only = True"):
        choose_mode()
    with pytest.raises(CourseError, match="bwrap is not installed"):
        choose_mode(asked="bubblewrap")
    with pytest.raises(CourseError, match="nothing was graded"):
        choose_mode(asked="limits")


def test_without_a_filter_of_calls_no_wall_counts(take_away: TakeAway) -> None:
    take_away("seccomp")
    with pytest.raises(CourseError, match="No sandbox works here"):
        choose_mode()


def test_a_sandbox_that_does_not_start_does_not_count(
    take_away: TakeAway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho no namespaces here >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "program", lambda: str(broken))
    assert "no namespaces here" in modes.why_not(Mode.BUBBLEWRAP)


def test_one_that_runs_the_program_without_walls_does_not_count(
    take_away: TakeAway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    open_door = tmp_path / "bwrap"
    open_door.write_text('#!/bin/sh\nshift 3\nexec "$@"\n', encoding="utf-8")
    open_door.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "program", lambda: str(open_door))
    assert modes.why_not(Mode.BUBBLEWRAP)


def test_limits_alone_must_be_allowed_aloud(
    take_away: TakeAway, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_away("bubblewrap")
    take_away("landlock")
    assert choose_mode(allow_limits_only=True) is Mode.LIMITS
    assert Sandbox(config=Config({"Sandbox": {"allow_limits_only": True}})).choose() is Mode.LIMITS
    with pytest.raises(CourseError):
        Sandbox().choose()
    monkeypatch.setenv(modes.UNSANDBOXED, "0")
    with pytest.raises(CourseError):
        choose_mode()
    monkeypatch.setenv(modes.UNSANDBOXED, "1")
    assert choose_mode() is Mode.LIMITS


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(
        CourseError, match="'docker'; allowed: auto, bubblewrap, landlock or limits"
    ):
        choose_mode(asked="docker")


def test_every_mode_says_in_one_line_what_it_does_not_stop() -> None:
    for mode in Mode:
        assert mode.does_not_stop.startswith(f"{mode.value}: does ")
        assert len(mode.does_not_stop) <= 200
        assert "\n" not in mode.does_not_stop


def test_settings_become_limits() -> None:
    settings = Sandbox(config=Config({"Sandbox": {"seconds": 7.5, "processes": 9}}))
    assert (settings.limits.seconds, settings.limits.processes) == (7.5, 9)


@pytest.mark.skipif(not seccomp.is_available(), reason="no filter of system calls here")
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("shut", [True, False])
def test_every_jump_of_the_filter_stays_inside(machine: str, shut: bool) -> None:
    rules = seccomp.Rules(processes=shut, own_machine=shut)
    code = seccomp.program(rules, machine, own_pid=1)
    count = len(code) // 8
    assert count < 4096
    for place in range(count):
        operation, if_true, if_false = code[8 * place], code[8 * place + 2], code[8 * place + 3]
        if operation & 0x07 == 0x05:
            assert place + 1 + max(if_true, if_false) < count


def test_what_is_masked_is_never_allowed(tmp_path: Path) -> None:
    for name in ("a/keep/x", "a/package/y", "b/z"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    masked = [tmp_path / "a/package"]
    allowed, listed = view.readable_below(tmp_path, masked)
    assert allowed == [tmp_path / "a/keep", tmp_path / "b"]
    assert listed == [tmp_path, tmp_path / "a"]
    assert view.readable_below(tmp_path / "a/package", masked) == ([], [])


def test_an_installed_package_is_masked(tmp_path: Path) -> None:
    """In site-packages lie the graders and the answers too."""
    shown = view.view(secret=[Path("/usr/lib")])
    assert Path("/usr/lib") in shown.masked
    if not modes.why_not(Mode.BUBBLEWRAP):
        from shared_responsibility.grading.sandbox import launch

        package = _site_packages() / "pandas"
        source = f"import os; print(os.listdir({str(package)!r}))"
        with launch(
            ["python", "-c", source], mode=Mode.BUBBLEWRAP, secret=[package],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as run:  # fmt: skip
            assert run.popen.communicate()[0] == b""
            assert run.stderr is not None
            assert b"PermissionError" in run.stderr.read()


def _site_packages() -> Path:
    import pandas

    return Path(pandas.__file__).parents[1]
