"""Hand-ins as Moodle, Canvas and people pack them, in real zips made here."""

import io
import json
import os
import shutil
import struct
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shared_responsibility.cli import app
from shared_responsibility.errors import CourseError
from shared_responsibility.grading import bundles
from shared_responsibility.grading.collecting import Collected, collect
from shared_responsibility.grading.learners import fill, half_right_answers, perfect_answers
from shared_responsibility.grading.manifest import describe_release, write_manifest
from shared_responsibility.grading.preflight.intake import let_all_be_seen
from shared_responsibility.grading.preflight.table import preflight_table, summary_of
from shared_responsibility.grading.roster import read_roster

ROOT = Path(__file__).parents[2]
SET = "classify-scenarios"
RELEASE: dict[str, Any] = json.loads((ROOT / "release" / SET / f"{SET}.ipynb").read_text("utf-8"))
GOOD = json.dumps(fill(RELEASE, perfect_answers)).encode()
OTHER = json.dumps(fill(RELEASE, half_right_answers)).encode()
BLANK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
ROSTER = """learner,name,moodle_id,canvas_id,email
ada,Ada Lovelace,101,9001,ada@example.org
jose,José Núñez,102,9002,jose@example.org
sam1,Sam Lee,103,9003,
sam2,Sam Lee,104,9004,
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    write_manifest(folder, describe_release(SET, RELEASE))
    return folder


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def pack(
    path: Path, files: Mapping[str, bytes], when: tuple[int, ...] = (2026, 3, 4, 5, 6, 8)
) -> Path:
    """A zip of these files; each is a day younger than the one before."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for day, (name, content) in enumerate(files.items()):
            info = zipfile.ZipInfo(name, (*when[:2], when[2] + day, *when[3:]))  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def of(course: Path, learner: str, name: str = f"{SET}.ipynb") -> bytes:
    return (course / "submitted" / learner / SET / name).read_bytes()


def outcomes(done: Collected) -> dict[str, str]:
    return {row["file"]: row["outcome"] for row in done.rows}


def detail_of(done: Collected, file: str) -> str:
    return next(row["detail"] for row in done.rows if row["file"] == file)


def learners(course: Path) -> list[str]:
    folder = course / "submitted"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_moodle_with_folders(course: Path, roster: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "moodle.zip", {
        "Ada Lovelace_101_assignsubmission_file_/my answers.ipynb": GOOD,
        "Ada Lovelace_101_assignsubmission_file_/table.csv": b"a,b\n",
        "José Núñez_777_assignsubmission_file/x.ipynb": OTHER,
        "Sam Lee_104_assignsubmission_file_/x.ipynb": OTHER,
        "Sam Lee_999_assignsubmission_file_/x.ipynb": OTHER,
        "Eve Nobody_998_assignsubmission_file_/x.ipynb": OTHER,
    })  # fmt: skip
    done = collect(course, SET, source, roster=roster)
    assert learners(course) == ["ada", "jose", "sam2"]
    assert of(course, "ada") == GOOD
    assert of(course, "ada", "table.csv") == b"a,b\n"
    assert of(course, "jose") == OTHER
    lost = "Sam Lee_999_assignsubmission_file_/x.ipynb"
    assert outcomes(done)[lost] == "no learner"
    assert "nobody in the roster is called 'Sam Lee' or has moodle_id 999" in detail_of(done, lost)
    assert done.summary == "3 new; 2 files without a learner."


def test_moodle_without_folders(course: Path, roster: Path, tmp_path: Path) -> None:
    work = zipped({"w/x.ipynb": OTHER, "w/data/y.txt": b"y"})
    source = pack(tmp_path / "m.zip", {
        "Ada Lovelace_101_assignsubmission_file_x.ipynb": GOOD,
        "José Núñez_102_assignsubmission_file_w.zip": work,
    })  # fmt: skip
    collect(course, SET, source, roster=roster)
    assert (of(course, "ada"), of(course, "jose")) == (GOOD, OTHER)
    assert of(course, "jose", "data/y.txt") == b"y"


def test_canvas(course: Path, roster: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "submissions.zip", {
        "lovelaceada_LATE_9001_500_classify-scenarios.ipynb": OTHER,
        "lovelaceada_LATE_9001_501_classify-scenarios-1.ipynb": GOOD,
        "núñezjosé_7_502_x.ipynb": OTHER,
        "leesam_9003_503_work.zip": zipped({"work/a.ipynb": GOOD}),
        "leesam_1_504_x.ipynb": OTHER,
    })  # fmt: skip
    done = collect(course, SET, source, roster=roster)
    assert learners(course) == ["ada", "jose", "sam1"]
    assert of(course, "ada") == GOOD
    assert of(course, "sam1") == GOOD
    assert outcomes(done)["lovelaceada_LATE_9001_500_classify-scenarios.ipynb"] == "not taken"
    newest = "lovelaceada_LATE_9001_501_classify-scenarios-1.ipynb"
    assert detail_of(done, newest) == "Canvas marks it late"
    assert outcomes(done)["leesam_1_504_x.ipynb"] == "no learner"


def test_moodle_and_canvas_ask_for_a_roster(course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {"Ada_1_assignsubmission_file_/x.ipynb": GOOD,
                                       "ada_1_2_x.ipynb": GOOD})  # fmt: skip
    done = collect(course, SET, source)
    assert learners(course) == []
    assert all("add --roster" in row["detail"] for row in done.rows)


PLAIN = {
    "files": {"ada.ipynb": GOOD, "bob.ipynb": OTHER},
    "folders": {"ada/x.ipynb": GOOD, "bob/deep/y.ipynb": OTHER, "bob/deep/z.txt": b""},
    "class": {"class of 2026/ada/x.ipynb": GOOD, "class of 2026/bob.ipynb": OTHER},
    "one": {"ada/x.ipynb": GOOD},
    "zips": {"ada.zip": zipped({"x.ipynb": GOOD}), "bob.ipynb": OTHER},
    "endings": {"ada.IPYNB": GOOD, "bob.ipynb.txt": OTHER},
}


@pytest.mark.parametrize("as_folder", [False, True], ids=["zip", "folder"])
@pytest.mark.parametrize("name", PLAIN)
def test_plain_zips_and_folders(name: str, as_folder: bool, course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", PLAIN[name])
    if as_folder:
        with zipfile.ZipFile(source) as archive:
            archive.extractall(tmp_path / "in")
        source = tmp_path / "in"
    collect(course, SET, source)
    assert learners(course) == (["ada"] if name == "one" else ["ada", "bob"])
    assert of(course, "ada") == GOOD
    assert name == "one" or of(course, "bob") == OTHER
    if name == "folders":
        assert of(course, "bob", "z.txt") == b""


def test_plain_names_are_looked_up_in_a_roster(course: Path, roster: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {
        "ada@example.org.ipynb": GOOD, "Nunez, Jose/x.ipynb": GOOD,
        "Núñez, José/x.ipynb": OTHER, "stranger.ipynb": GOOD,
    })  # fmt: skip
    done = collect(course, SET, source, roster=roster)
    assert learners(course) == ["ada", "jose"]
    assert of(course, "jose") == OTHER
    assert outcomes(done)["stranger.ipynb"] == "no learner"


def test_nothing_is_overwritten(course: Path, tmp_path: Path) -> None:
    first = pack(tmp_path / "1.zip", {"ada.ipynb": GOOD, "bob.ipynb": GOOD})
    second = pack(tmp_path / "2.zip", {"ada.ipynb": OTHER, "bob.ipynb": GOOD, "eve.ipynb": GOOD})
    collect(course, SET, first)
    done = collect(course, SET, second)
    assert outcomes(done) == {"ada.ipynb": "differs", "bob.ipynb": "unchanged", "eve.ipynb": "new"}
    assert of(course, "ada") == GOOD
    done = collect(course, SET, second, replace=True)
    assert outcomes(done) == {
        "ada.ipynb": "replaced", "bob.ipynb": "unchanged", "eve.ipynb": "unchanged"
    }  # fmt: skip
    assert of(course, "ada") == OTHER
    (kept,) = (course / "submitted" / "ada" / SET).glob(".replaced-*")
    assert (kept / f"{SET}.ipynb").read_bytes() == GOOD
    assert kept.name in detail_of(done, "ada.ipynb")
    assert preflight_table(course, SET)["put_right"].tolist() == ["", "", ""]


def test_the_best_notebook_of_a_learner_is_taken(course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {"ada/a.ipynb": BLANK, "ada/b.ipynb": GOOD,
                                       "bob/c.ipynb": b"broken"})  # fmt: skip
    done = collect(course, SET, source)
    assert of(course, "ada") == GOOD
    assert of(course, "bob") == b"broken"
    assert outcomes(done)["ada/a.ipynb"] == "not taken"


def test_times_of_handing_in_are_kept_for_late_penalties(course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {"ada.ipynb": GOOD, "bob.ipynb": GOOD})
    collect(course, SET, source)
    expected = datetime(2026, 3, 4, 5, 6, 8).astimezone(UTC)
    told = of(course, "ada", "timestamp.txt").decode().strip()
    assert datetime.strptime(told, "%Y-%m-%d %H:%M:%S.%f %Z").replace(
        tzinfo=UTC) == expected  # fmt: skip


def test_a_time_in_utc_wins(course: Path, tmp_path: Path) -> None:
    info = zipfile.ZipInfo("ada.ipynb", (2026, 3, 4, 5, 6, 8))
    info.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_700_000_000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(info, GOOD)
    collect(course, SET, tmp_path / "x.zip")
    assert of(course, "ada", "timestamp.txt") == b"2023-11-14 22:13:20.000000 UTC\n"


@pytest.mark.parametrize("when", [(1980, 1, 1, 0, 0, 0), (2099, 1, 1, 0, 0, 0)], ids=str)
def test_a_clock_that_is_wrong_tells_nothing(
    when: tuple[int, ...], course: Path, tmp_path: Path
) -> None:
    source = pack(tmp_path / "x.zip", {"ada.ipynb": GOOD}, when)
    collect(course, SET, source)
    assert not (course / "submitted" / "ada" / SET / "timestamp.txt").exists()


def test_the_time_of_packing_is_no_time_of_handing_in(course: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in ("ada.ipynb", "bob.ipynb"):
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 5, 6, 8)), GOOD)
    collect(course, SET, tmp_path / "x.zip")
    assert not (course / "submitted" / "ada" / SET / "timestamp.txt").exists()


def test_a_learner_cannot_set_the_time(course: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "ada").mkdir(parents=True)
    (source / "ada" / "x.ipynb").write_bytes(GOOD)
    (source / "ada" / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    collect(course, SET, source)
    assert sorted(path.name for path in (course / "submitted/ada" / SET).iterdir()) == [
        f"{SET}.ipynb"
    ]


def hostile(name: str) -> bytes:
    """A zip with one file that must stay out, and a good one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.ipynb", GOOD)
        info = zipfile.ZipInfo("ada/x.ipynb", (2026, 1, 1, 0, 0, 0))
        content = GOOD
        if name == "up":
            info.filename = "ada/../../../evil.ipynb"
        elif name == "absolute":
            info.filename = "/ada/evil.ipynb"
        elif name == "drive":
            info.filename = "C:/ada/evil.ipynb"
        elif name == "backslash":
            info.filename = "ada\\..\\..\\evil.ipynb"
        elif name == "link":
            info.external_attr = 0o120777 << 16
            content = b"/etc/passwd"
        elif name == "device":
            info.external_attr = 0o020666 << 16
        elif name == "bomb":
            info.compress_type = zipfile.ZIP_DEFLATED
            content = bytes(bundles.LARGEST_FILE + 1)
        archive.writestr(info, content)
    data = made.getvalue()
    if name == "encrypted":
        place = data.rindex(b"PK\x01\x02") + 8
        data = data[:place] + b"\x01\x00" + data[place + 2 :]
    if name == "crc":
        place = data.rindex(b"PK\x01\x02") + 16
        data = data[:place] + b"\x00\x00\x00\x00" + data[place + 4 :]
    if name == "method":
        place = data.rindex(b"PK\x01\x02") + 10
        data = data[:place] + b"\x63\x00" + data[place + 2 :]
    if name == "size-lie":
        place = data.rindex(b"PK\x01\x02") + 24
        data = data[:place] + struct.pack("<I", 10) + data[place + 4 :]
    return data


HOSTILE = {
    "up": "leads out of the folder", "absolute": "absolute path", "drive": "absolute path",
    "backslash": "backslash", "link": "a link or no file", "device": "a link or no file",
    "bomb": "larger than 50 MB", "encrypted": "encrypted", "crc": "could not be unpacked",
    "method": "could not be unpacked", "size-lie": "could not be unpacked",
}  # fmt: skip


@pytest.mark.parametrize("nested", [False, True], ids=["outer", "nested"])
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_stays_out_and_is_named(
    name: str, nested: bool, course: Path, tmp_path: Path
) -> None:
    data = hostile(name)
    (tmp_path / "x.zip").write_bytes(
        zipped({"ada.zip": data, "bob.ipynb": GOOD}) if nested else data
    )
    before = {path for path in tmp_path.rglob("*") if course not in path.parents}
    done = collect(course, SET, tmp_path / "x.zip")
    assert {path for path in tmp_path.rglob("*") if course not in path.parents} == before
    (told,) = [row["detail"] for row in done.rows if row["outcome"] == "refused"]
    assert HOSTILE[name] in told
    assert of(course, "ada" if nested else "good") == GOOD
    assert not list(course.rglob("*evil*"))
    assert not [path for path in course.rglob("*") if path.is_symlink()]


def test_a_zip_in_a_zip_in_a_zip_is_not_unpacked(course: Path, tmp_path: Path) -> None:
    inner = zipped({"x.ipynb": GOOD})
    for _ in range(3):
        inner = zipped({"again.zip": inner})
    source = pack(tmp_path / "x.zip", {"ada.zip": inner})
    collect(course, SET, source)
    assert not (course / "submitted" / "ada" / SET / f"{SET}.ipynb").exists()


def test_a_zip_of_too_many_files_is_refused(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MOST_FILES", 10)
    source = pack(tmp_path / "x.zip", {f"l{n}.ipynb": GOOD for n in range(11)})
    with pytest.raises(CourseError, match="unfolds into more than 10 files"):
        collect(course, SET, source)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip", b"Rar!\x1a\x07"])
def test_what_is_no_zip_is_said_in_one_sentence(
    content: bytes, course: Path, tmp_path: Path
) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(CourseError, match=r"x\.zip is not a zip that can be read"):
        collect(course, SET, tmp_path / "x.zip")
    source = pack(tmp_path / "y.zip", {"ada.zip": content, "bob.ipynb": GOOD})
    done = collect(course, SET, source)
    assert "the zip could not be read" in detail_of(done, "ada.zip")
    assert learners(course) == ["bob"]


def test_names_of_old_zips_are_read(course: Path, roster: Path, tmp_path: Path) -> None:
    """Without the mark for UTF-8, a name is UTF-8 all the same or in the DOS code page."""
    for encoding in ("utf-8", "cp437"):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("J#s#_102_assignsubmission_file_/x.ipynb", GOOD)
        data = (tmp_path / "x.zip").read_bytes()
        # Same length, so that the offsets stay right.
        wanted = "Jés".encode(encoding)[:4].ljust(4, b"_")
        (tmp_path / "x.zip").write_bytes(data.replace(b"J#s#", wanted))
        done = collect(course, SET, tmp_path / "x.zip", roster=roster)
        assert "Jés" in done.rows[0]["file"]
        assert learners(course) == ["jose"]


@pytest.mark.skipif(sys.platform == "win32", reason="makes links")
def test_links_in_a_folder_are_not_followed(course: Path, tmp_path: Path) -> None:
    source = tmp_path / "in"
    (source / "ada").mkdir(parents=True)
    (source / "ada" / "x.ipynb").write_bytes(GOOD)
    (source / "ada" / "secret.txt").symlink_to("/etc/passwd")
    (source / "ada" / "all").symlink_to("/etc")
    os.mkfifo(source / "ada" / "pipe")
    (source / "bob.ipynb").symlink_to(source / "ada" / "x.ipynb")
    done = collect(course, SET, source)
    assert learners(course) == ["ada"]
    assert sorted(path.name for path in (course / "submitted/ada" / SET).iterdir()) == [
        f"{SET}.ipynb"
    ]
    assert outcomes(done)["bob.ipynb"] == "refused"


@pytest.mark.skipif(sys.platform == "win32", reason="makes links")
def test_nothing_is_written_through_a_link(course: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = course / "submitted" / "ada" / SET
    folder.mkdir(parents=True)
    (folder / "data").symlink_to(outside)
    (course / "submitted" / "bob").symlink_to(outside)
    source = pack(tmp_path / "x.zip", {"ada/x.ipynb": GOOD, "ada/data/y.txt": b"",
                                       "bob.ipynb": GOOD})  # fmt: skip
    done = collect(course, SET, source)
    assert list(outside.iterdir()) == []
    assert [row["outcome"] for row in done.rows].count("refused") == 2


def test_a_stand_in_goes_when_a_notebook_comes(course: Path, tmp_path: Path) -> None:
    (course / "submitted" / "ada" / SET).mkdir(parents=True)
    let_all_be_seen(course)
    collect(course, SET, pack(tmp_path / "x.zip", {"ada.ipynb": GOOD}))
    names = sorted(path.name for path in (course / "submitted" / "ada" / SET).iterdir())
    assert names == [f"{SET}.ipynb", "timestamp.txt"]


BAD_ROSTERS = {
    "name,email\nx,y\n": "roster.csv, line 1: has no column learner, but name, email. Allowed: "
    "learner, name, moodle_id, canvas_id, email.",
    "": "roster.csv, line 1: has no column learner, but nothing.",
    "learner\nada\n../x\n": r"roster.csv, line 3, column learner: '../x' cannot name a folder.",
    "learner\nCON\n": "line 2, column learner: 'CON' cannot name a folder.",
    "learner,name\n,Ada\n": "line 2, column learner: '' cannot name a folder.",
    "learner\nada\nADA\n": "line 3, column learner: 'ada' stands in line 2 already.",
    "learner,moodle_id\na,1\nb,1\n": "line 3, column moodle_id: '1' stands in line 2 already.",
    'learner,name\na,"x\n': "roster.csv, line 2: is not CSV",
}


@pytest.mark.parametrize("text", BAD_ROSTERS)
def test_a_wrong_roster_is_named_with_file_line_and_column(text: str, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_roster(path)
    assert BAD_ROSTERS[text] in str(caught.value)


def test_a_roster_from_excel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("Learner;Name;Group\r\nada;Lovelace, Ada;7\r\n;;\r\n".encode("utf-8-sig"))
    assert read_roster(path).by_name("ada LOVELACE") == "ada"
    path.write_bytes("learner\nJosé".encode("latin-1"))
    with pytest.raises(CourseError, match="is not UTF-8 text"):
        read_roster(path)
    with pytest.raises(CourseError, match=r"none\.csv could not be read"):
        read_roster(tmp_path / "none.csv")


def test_the_verbs_tell_in_a_table_and_a_line(course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {"ada.ipynb": GOOD, "bob.ipynb": GOOD[:99], "c d.ipynb": b""})
    run = CliRunner()
    done = run.invoke(app, ["collect", SET, str(source), "--root", str(course)])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "2 new; 1 files without a learner."
    (course / "submitted" / "dora" / SET).mkdir(parents=True)
    done = run.invoke(app, ["preflight", SET, "--root", str(course)])
    assert done.exit_code == 0, done.output
    assert "its JSON is broken" in done.output
    assert done.output.splitlines()[-1] == (
        "3 handed in: 1 whole, 0 to be put right, 2 cannot be read and get 0."
    )
    table = preflight_table(course, SET)
    assert table["learner"].tolist() == ["ada", "bob", "dora"]
    assert table["bytes"].tolist() == [len(GOOD), 99, 0]
    assert not (course / "gradebook.db").exists()
    assert summary_of(table[:0]).startswith("0 handed in")


def test_an_assignment_that_was_not_released_is_named(course: Path, tmp_path: Path) -> None:
    source = pack(tmp_path / "x.zip", {"ada.ipynb": GOOD})
    with pytest.raises(CourseError, match="First run: nbgrader generate_assignment clasify"):
        collect(course, "clasify", source)
    with pytest.raises(CourseError, match="There is no folder and no zip nowhere"):
        collect(course, SET, tmp_path / "nowhere")
