import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from shared_responsibility.build import data_rules
from shared_responsibility.cli import app, main
from shared_responsibility.matrix import who
from tests.conftest import Damage

Srm = Callable[..., tuple[str, object]]


@pytest.fixture
def srm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Srm:
    """Run `srm` with some words; returns what it prints and how it ends."""

    def run(*words: str) -> tuple[str, object]:
        monkeypatch.setattr(sys, "argv", ["srm", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return capsys.readouterr().out, ended.value.code

    return run


def test_help_names_every_verb(srm: Srm) -> None:
    told, status = srm("--help")
    assert status == 0
    for verb in (
        "check-data",
        "build",
        "start",
        "update",
        "demo",
        "explain",
        "diff-key",
        "export-data",
        "lint-items",
    ):
        assert re.search(rf"\b{verb}\b", told)


def test_check_data_says_that_nothing_is_wrong(srm: Srm, monkeypatch: pytest.MonkeyPatch) -> None:
    # That the real data has no error, the test of its rules says.
    monkeypatch.setattr(data_rules, "data_errors", list)
    told, status = srm("check-data")
    assert status == 0
    assert "no errors" in told


def test_check_data_names_file_line_column_and_what_is_allowed(srm: Srm, damage: Damage) -> None:
    line = damage("model_defaults.csv", "facilities,faas,aws", "facilities,faas,azure")
    told, status = srm("check-data")
    assert f"data/model_defaults.csv, line {line}, column responsible: 'azure'" in told
    assert "aws, customer or shared" in told
    assert isinstance(status, str), "a sentence, which makes the status 1"
    assert re.match(r"1 error\b", status)


def test_check_data_names_a_column_that_is_not_known(srm: Srm, damage: Damage) -> None:
    damage("services.csv", "category", "categorie")
    _, status = srm("check-data")
    assert str(status).startswith("data/services.csv, line 1, column categorie")


def test_explain_prints_the_cell(srm: Srm) -> None:
    assert srm("explain", "ec2", "guest_os") == (f"{who('ec2', 'guest_os')!r}\n", 0)


@pytest.mark.slow
def test_a_mistake_ends_with_one_sentence_and_status_1() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from shared_responsibility.cli import main; main()",
         "explain", "ec3", "guest_os"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert "'ec3' is not a service of this course. Did you mean ecr or ec2" in sentence


def test_to_start_again_needs_a_name(srm: Srm) -> None:
    _, status = srm("start", "--again")
    assert "Name the lesson or assignment" in str(status)


def test_outside_a_clone_a_sentence_says_so(srm: Srm, tmp_path: Path) -> None:
    _, status = srm("start", "--root", str(tmp_path))
    assert "Run this in a clone of the course" in str(status)


def test_every_command_that_a_text_names_exists(root: Path) -> None:
    verbs = get_command(app).commands  # type: ignore[attr-defined]
    texts = [*(root / "shared_responsibility").rglob("*.py"), *root.glob("*.md"),
             *(root / "authoring").rglob("*.py")]  # fmt: skip
    named = []
    for path in texts:
        found = re.findall(
            r"(?:Run: |run: |`)srm ([a-z-]+)((?: --[a-z-]+)*)", path.read_text("utf-8")
        )
        named += [(path.name, verb, options.split()) for verb, options in found]
    assert len(named) > 5
    for name, verb, options in named:
        assert verb in verbs, f"{name}: srm {verb}"
        known = {word for option in verbs[verb].params for word in option.opts}
        assert set(options) <= known, f"{name}: srm {verb} {options}"
