import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from shared_responsibility.errors import CourseError
from shared_responsibility.practice.workspace import start, update


def write(path: Path, source: str) -> None:
    cell = new_code_cell(source, id="one", execution_count=3, metadata={"jupyter": {}})
    cell.outputs = [new_output("stream", text="the answer")]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[cell]), path)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small clone with a lesson and an assignment."""
    write(tmp_path / "course" / "00-start.ipynb", "1 + 1")
    write(
        tmp_path / "release" / "classify-scenarios" / "classify-scenarios.ipynb",
        "scenarios_one_task = {}",
    )
    return tmp_path


def work_of(clone: Path) -> dict[str, str]:
    """Every notebook in `my-work/`, by path."""
    folder = clone / "my-work"
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8")
            for p in sorted(folder.rglob("*.ipynb"))}  # fmt: skip


def work_in(path: Path, source: str) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = source
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_copies_are_valid_have_no_outputs_and_leave_the_originals_alone(clone: Path) -> None:
    before = (clone / "course" / "00-start.ipynb").read_bytes()
    lines = start(clone).lines
    assert lines == [
        "copied my-work/00-start.ipynb",
        "copied my-work/classify-scenarios/classify-scenarios.ipynb",
    ]
    assert list(work_of(clone)) == ["00-start.ipynb", "classify-scenarios/classify-scenarios.ipynb"]
    for text in work_of(clone).values():
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        assert notebook.cells[0].outputs == []
        assert notebook.cells[0].execution_count is None
        assert "the answer" not in text
    assert (clone / "course" / "00-start.ipynb").read_bytes() == before


def test_a_second_start_changes_nothing(clone: Path) -> None:
    start(clone)
    work_in(clone / "my-work" / "00-start.ipynb", "mine")
    before = work_of(clone)
    assert start(clone).lines == []
    assert work_of(clone) == before


@pytest.mark.parametrize(
    "name",
    [
        "classify-scenarios",
        "classify-scenarios.ipynb",
        "classify-scenarios/classify-scenarios.ipynb",
    ],
)
def test_one_assignment_can_be_copied_by_its_name(clone: Path, name: str) -> None:
    assert start(clone, name).lines == [
        "copied my-work/classify-scenarios/classify-scenarios.ipynb"
    ]
    assert list(work_of(clone)) == ["classify-scenarios/classify-scenarios.ipynb"]


def test_again_starts_anew_and_keeps_the_work_as_a_dated_copy(clone: Path) -> None:
    start(clone)
    fresh = work_of(clone)["classify-scenarios/classify-scenarios.ipynb"]
    work_in(clone / "my-work" / "classify-scenarios" / "classify-scenarios.ipynb", "mine")
    kept, copied = start(clone, "classify-scenarios", again=True).lines
    assert copied == "copied my-work/classify-scenarios/classify-scenarios.ipynb"
    assert work_of(clone)["classify-scenarios/classify-scenarios.ipynb"] == fresh
    dated = kept.removeprefix("kept your work as ")
    assert '"mine"' in "".join(
        text for name, text in work_of(clone).items() if name.split("/")[-1] in dated
    )
    assert len(work_of(clone)) == 3


def test_starting_anew_twice_in_one_second_loses_nothing(clone: Path) -> None:
    for work in ("first", "second"):
        start(clone)
        work_in(clone / "my-work" / "classify-scenarios" / "classify-scenarios.ipynb", work)
        start(clone, "classify-scenarios", again=True)
    everything = "".join(work_of(clone).values())
    assert '"first"' in everything
    assert '"second"' in everything


def test_update_replaces_what_nobody_worked_in(clone: Path) -> None:
    start(clone)
    write(clone / "course" / "00-start.ipynb", "2 + 2")
    assert update(clone).lines == ["updated my-work/00-start.ipynb"]
    assert "2 + 2" in work_of(clone)["00-start.ipynb"]
    assert update(clone).lines == []
    assert len(work_of(clone)) == 2


def test_update_copies_what_is_new(clone: Path) -> None:
    start(clone)
    write(clone / "course" / "01-next.ipynb", "3")
    assert update(clone).lines == ["copied my-work/01-next.ipynb"]


def test_update_keeps_work_and_puts_the_new_version_beside_it(clone: Path) -> None:
    start(clone)
    work_in(clone / "my-work" / "00-start.ipynb", "mine")
    assert update(clone).lines == []
    write(clone / "course" / "00-start.ipynb", "2 + 2")
    (line,) = update(clone).lines
    assert "my-work/00-start.ipynb" in line
    assert "my-work/00-start.new.ipynb" in line
    assert '"mine"' in work_of(clone)["00-start.ipynb"]
    assert "2 + 2" in work_of(clone)["00-start.new.ipynb"]
    assert update(clone).lines == []


def test_update_never_writes_over_work_in_the_new_version_either(clone: Path) -> None:
    start(clone)
    work_in(clone / "my-work" / "00-start.ipynb", "mine")
    write(clone / "course" / "00-start.ipynb", "2 + 2")
    update(clone)
    work_in(clone / "my-work" / "00-start.new.ipynb", "mine too")
    write(clone / "course" / "00-start.ipynb", "3 + 3")
    update(clone)
    everything = "".join(work_of(clone).values())
    for text in ('"mine"', '"mine too"', "3 + 3"):
        assert text in everything


def test_an_unknown_name_gets_the_nearest_one(clone: Path) -> None:
    with pytest.raises(CourseError, match="Did you mean classify-scenarios"):
        start(clone, "clasify-scenarios")


def test_outside_a_clone_a_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Run this in a clone of the course"):
        start(tmp_path)


def test_the_real_release_can_be_copied(root: Path, tmp_path: Path) -> None:
    (tmp_path / "release").symlink_to(root / "release")
    write(tmp_path / "course" / "00-start.ipynb", "1")
    start(tmp_path, "classify-scenarios")
    copied = nbformat.read(
        tmp_path / "my-work" / "classify-scenarios" / "classify-scenarios.ipynb", as_version=4
    )
    released = nbformat.read(
        root / "release" / "classify-scenarios" / "classify-scenarios.ipynb", as_version=4
    )
    assert [(c.id, c.source) for c in copied.cells] == [(c.id, c.source) for c in released.cells]
