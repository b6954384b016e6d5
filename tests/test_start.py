"""`start.py` says what it does, is quick the second time, and explains a missing module."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def start(tmp_path: Path) -> ModuleType:
    """A fresh copy of the module that works in an empty folder."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.VENV = tmp_path / ".venv"
    module.SCRIPTS = module.VENV / "bin"
    module.PYTHON = module.SCRIPTS / "python"
    return module


def test_it_imports_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_module_is_explained_in_one_sentence(
    start: ModuleType, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    with pytest.raises(SystemExit, match=f"no {missing} module; .*`sudo apt install python3-venv`"):
        start.make_environment()
    assert not start.VENV.exists()


def test_what_is_installed_is_not_installed_again(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[object, ...]] = []
    monkeypatch.setattr(start, "checked", lambda *command: ran.append(command))
    start.VENV.mkdir()
    start.install(start.TESTS)
    assert len(ran) == len(start.TESTS) + 1
    ran.clear()
    start.install(start.COURSE)
    start.install(start.TESTS)
    assert ran == []
    monkeypatch.setattr(start, "fingerprint", lambda name: "changed")
    start.install(start.COURSE)
    assert ran


def test_an_environment_that_does_not_work_is_made_anew(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[object, ...]] = []
    monkeypatch.setattr(start, "checked", lambda *command: ran.append(command))
    start.SCRIPTS.mkdir(parents=True)
    start.PYTHON.write_text("#!/bin/false\n", encoding="utf-8")
    start.PYTHON.chmod(0o755)
    start.make_environment()
    assert len(ran) == 1
    assert "--clear" in ran[0]


def test_an_unknown_step_ends_with_a_sentence_and_status_1(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise subprocess.CalledProcessError(3, ["pip", "install"])

    monkeypatch.setattr(start, "make_environment", fails)
    assert start.main([]) == 1
    assert "This step failed, see the lines above: pip install" in capsys.readouterr().err
