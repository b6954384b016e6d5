import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.grading.manifest import (
    Manifest,
    describe_release,
    hash_of_data,
    read_manifest,
    write_manifest,
)
from shared_responsibility.items import form, forms_of
from shared_responsibility.keys import keys_of_form
from tests.conftest import Damage

Notebook = dict[str, Any]
SET = "classify-scenarios"


@pytest.fixture
def release(root: Path) -> Notebook:
    path = root / "release" / SET / f"{SET}.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def records(course: Path) -> list[str]:
    return sorted(path.name[:4] for path in (course / "manifests" / SET).iterdir())


def test_a_record_gives_back_the_keys_points_and_release(release: Notebook, tmp_path: Path) -> None:
    written = describe_release(SET, release)
    path = write_manifest(tmp_path, written)
    read = read_manifest(tmp_path, SET)
    assert read == replace(written, name=path.stem)
    assert {one.exercise: list(one.keys) for one in read.exercises} == {
        asked.exercise: keys_of_form(asked) for asked in forms_of(SET)
    }
    assert {one.grade_id: one.points for one in read.exercises} == {
        f"{one.exercise}-graded": form(one.exercise).points for one in read.exercises
    }
    assert read.release == release
    assert read.data_hash == hash_of_data()


def test_the_same_release_is_recorded_once_and_another_beside_it(
    release: Notebook, tmp_path: Path
) -> None:
    first = write_manifest(tmp_path, describe_release(SET, release))
    assert write_manifest(tmp_path, describe_release(SET, release)) == first
    assert records(tmp_path) == ["0001"]
    before = first.read_bytes()
    other = copy.deepcopy(release)
    other["cells"][0]["source"] = "# Another title"
    second = write_manifest(tmp_path, describe_release(SET, other))
    assert records(tmp_path) == ["0001", "0002"]
    assert first.read_bytes() == before
    assert json.loads(second.read_text(encoding="utf-8"))["release"] == other
    assert read_manifest(tmp_path, SET).release == other
    write_manifest(tmp_path, describe_release(SET, release))
    assert records(tmp_path) == ["0001", "0002", "0003"]
    assert read_manifest(tmp_path, SET).release == release


def test_a_record_cannot_be_written_over(release: Notebook, tmp_path: Path) -> None:
    path = write_manifest(tmp_path, describe_release(SET, release))
    assert path.stat().st_mode & 0o222 == 0


def test_without_a_record_a_sentence_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=f"nbgrader generate_assignment {SET}"):
        read_manifest(tmp_path, SET)


def test_a_record_of_another_format_is_refused() -> None:
    with pytest.raises(CourseError, match="format 99"):
        Manifest.from_data({"format": 99})


def test_a_graded_cell_with_other_points_than_its_items_is_refused(release: Notebook) -> None:
    cell = next(cell for cell in release["cells"] if cell["id"] == "scenarios-wider-view-graded")
    cell["metadata"]["nbgrader"]["points"] = 99
    with pytest.raises(CourseError, match=r"'scenarios-wider-view' has 99 points.*Run: srm build"):
        describe_release(SET, release)


def test_the_hash_notices_any_changed_fact(damage: Damage, data_copy: Path, root: Path) -> None:
    before = hash_of_data()
    damage("misconceptions.csv", "M01,", "M01,On EC2, ")
    changed = hash_of_data()
    assert changed != before
    (data_copy / "answers" / "option_keys.csv").unlink()
    assert hash_of_data() not in (before, changed)


def test_grading_goes_by_the_record_when_the_facts_move(
    release: Notebook, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write_manifest(tmp_path, describe_release(SET, release))
    request.getfixturevalue("damage")("misconceptions.csv", "M01,AWS", "M01,Only AWS")
    read = read_manifest(tmp_path, SET)
    assert read.data_hash != hash_of_data()
    assert "Only AWS" not in json.dumps(read.as_data())
