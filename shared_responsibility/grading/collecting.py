"""`srm collect`: hand-ins from Moodle, Canvas, or any folder or zip, into `submitted/`.

Needs no exchange. What is there already is never overwritten unasked, and then kept beside.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from nbgrader.coursedir import CourseDirectory

from shared_responsibility.grading.bundles import Piece, RefusedError, pieces, portable
from shared_responsibility.grading.course import configuration
from shared_responsibility.grading.manifest import read_manifest
from shared_responsibility.grading.preflight.folder import ENDINGS, matching_cells, read_plain
from shared_responsibility.grading.preflight.intake import TIMESTAMP, notebook_of, remove_stand_in
from shared_responsibility.grading.roster import Roster, is_learner, read_roster

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>late_)?(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)", re.I)
MOST_FILES = 200
PACKED_TOGETHER = timedelta(minutes=2)
COLUMNS = ("learner", "file", "outcome", "detail")
NEW, SAME, KEPT, REPLACED = "new", "unchanged", "differs", "replaced"
UNKNOWN, REFUSED, EXTRA = "no learner", "refused", "not taken"
IN_WORDS = {
    NEW: "new", SAME: "there already", KEPT: "differ from what is there (--replace takes them)",
    REPLACED: "replaced, the old kept beside", UNKNOWN: "files without a learner",
    REFUSED: "files refused", EXTRA: "files not taken",
}  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A file with the learner whom its name tells, and its path among that learner's files."""

    piece: Piece
    learner: str
    path: tuple[str, ...]
    order: int = 0
    late: bool = False
    why_not: str = ""


@dataclass
class Collected:
    """What came of each file."""

    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, outcome: str, file: str, learner: str = "", detail: str = "") -> None:
        """Tell of one file."""
        self.rows.append(dict(zip(COLUMNS, (learner, file, outcome, detail), strict=True)))

    @property
    def table(self) -> pd.DataFrame:
        """Columns `learner, file, outcome, detail`."""
        table = pd.DataFrame(self.rows, columns=list(COLUMNS))
        return table.sort_values(["learner", "file"], ignore_index=True, kind="stable")

    @property
    def summary(self) -> str:
        """One line."""
        counted = self.table["outcome"].value_counts()
        told = [f"{counted[word]} {IN_WORDS[word]}" for word in IN_WORDS if word in counted]
        return f"{'; '.join(told) or 'nothing found'}."


def collect(
    course: Path, assignment: str, source: Path, *, roster: Path | None = None,
    replace: bool = False,
) -> Collected:  # fmt: skip
    """Bring the hand-ins in a folder or zip to `submitted/<learner>/<assignment>/`.

    Without a roster, files and folders must be called after the learners. A hand-in that differs
    from one that is there is left alone; with `replace` it takes its place, and the old one moves
    to a dated folder beside. Raises `CourseError` for what the caller can put right.
    """
    course = course.resolve()
    target = _Target(course, assignment, replace)
    people = read_roster(roster) if roster else None
    collected = Collected()
    hand_ins: dict[str, list[Named]] = defaultdict(list)
    for named in (_named(piece, people) for piece in _without_class(pieces(source), assignment)):
        if named.piece.refused:
            collected.add(REFUSED, named.piece.shown, named.learner, named.piece.refused)
        elif not named.learner:
            collected.add(UNKNOWN, named.piece.shown, detail=named.why_not)
        else:
            hand_ins[named.learner].append(named)
    told = not _packed_together(hand_ins)
    for learner, files in sorted(hand_ins.items()):
        target.take(learner, files, collected, with_time=told)
    return collected


def _without_class(found: Iterable[Piece], assignment: str) -> list[Piece]:
    """Without the outermost folder where it holds the whole class."""
    listed = list(found)
    outer = {piece.path[0] if len(piece.path) > 1 else "" for piece in listed}
    notebooks = [piece for piece in listed if piece.name.lower().endswith(ENDINGS)]
    if len(outer) != 1 or "" in outer or not (len(notebooks) > 1 or outer == {assignment}):
        return listed
    return [dataclasses.replace(piece, path=piece.path[1:]) for piece in listed]


def _named(piece: Piece, people: Roster | None) -> Named:
    for place, word in enumerate(piece.path):
        for pattern, name in ((MOODLE, _moodle), (CANVAS, _canvas)):
            if found := pattern.fullmatch(word):
                is_file = place == len(piece.path) - 1
                path = (found["rest"] or word,) if is_file else piece.path[place + 1 :]
                return name(piece, people, found, path)
    return _plain(piece, people)


def _moodle(
    piece: Piece, people: Roster | None, found: re.Match[str], path: tuple[str, ...]
) -> Named:
    if people is None:
        return Named(piece, "", path, why_not="Moodle gives names and numbers; add --roster")
    learner = people.by_id("moodle_id", found["id"]) or people.by_name(found["name"])
    why_not = f"nobody in the roster is called {found['name']!r} or has moodle_id {found['id']}"
    return Named(piece, learner, path, why_not=why_not)


def _canvas(
    piece: Piece, people: Roster | None, found: re.Match[str], path: tuple[str, ...]
) -> Named:
    if people is None:
        return Named(piece, "", path, why_not="Canvas gives names and numbers; add --roster")
    learner = people.by_id("canvas_id", found["id"]) or people.by_name(found["name"])
    why_not = f"nobody in the roster is called {found['name']!r} or has canvas_id {found['id']}"
    # A second hand-in has a higher number.
    return Named(piece, learner, path, int(found["file"][:18]), bool(found["late"]), why_not)


def _plain(piece: Piece, people: Roster | None) -> Named:
    """The outermost folder is called after the learner, or the notebook where there is none."""
    if len(piece.path) > 1:
        word, path = piece.path[0], piece.path[1:]
    else:
        word, path = _without_ending(piece.name), piece.path
    if people is None:
        learner = word if is_learner(word) else ""
        why_not = "its name cannot be that of a learner"
    else:
        learner = people.by_word(word)
        why_not = f"nobody in the roster is called {word!r}"
    if len(piece.path) == 1 and word == piece.name:
        return Named(piece, "", path, why_not="it is no notebook and stands in no folder")
    return Named(piece, learner, path, why_not=why_not)


def _without_ending(name: str) -> str:
    return next((name[: -len(one)] for one in ENDINGS if name.lower().endswith(one)), name)


def _packed_together(hand_ins: dict[str, list[Named]]) -> bool:
    """Whether all times are that of packing, which says nothing about handing in."""
    times = [one.piece.time for files in hand_ins.values() for one in files if one.piece.time]
    return len(hand_ins) > 1 and bool(times) and max(times) - min(times) <= PACKED_TOGETHER


class _Target:
    """The folders of one assignment in `submitted/`."""

    def __init__(self, course: Path, assignment: str, replace: bool) -> None:
        self.release = read_manifest(course, assignment).release
        self.replace = replace
        config = configuration(course)
        config.CourseDirectory.root = str(course)
        config.CourseDirectory.assignment_id = assignment
        self.coursedir = CourseDirectory(config=config)
        self.notebook = f"{notebook_of(self.coursedir)}.ipynb"
        self.assignment = assignment

    def take(
        self, learner: str, files: list[Named], collected: Collected, *, with_time: bool
    ) -> None:
        """Write the hand-in of one learner, or tell why not."""
        folder = Path(
            self.coursedir.format_path(self.coursedir.submitted_directory, learner, self.assignment)
        )
        if folder.is_symlink() or folder.parent.is_symlink() or folder.is_file():
            where = folder.relative_to(self.coursedir.root)
            collected.add(REFUSED, files[0].piece.shown, learner, f"{where} is no plain folder")
            return
        contents = dict(self._contents(learner, files, collected))
        if contents:
            try:
                self._write(folder, learner, contents, collected, with_time=with_time)
            except (OSError, RefusedError) as problem:
                collected.add(REFUSED, files[0].piece.shown, learner, str(problem))

    def _contents(
        self, learner: str, files: list[Named], collected: Collected
    ) -> Iterator[tuple[Path, tuple[Named, bytes]]]:
        read: list[tuple[Named, bytes]] = []
        for one in sorted(files, key=lambda named: (named.order, named.path)):
            try:
                if not one.path or not all(map(portable, one.path)):
                    raise RefusedError("its name is not allowed on every system")
                if len(read) >= MOST_FILES:
                    raise RefusedError(f"a learner hands in {MOST_FILES} files at most")
                if one.path[-1] != TIMESTAMP:
                    read.append((one, one.piece.read()))
            except RefusedError as problem:
                collected.add(REFUSED, one.piece.shown, learner, str(problem))
        notebooks = [one for one in read if one[0].path[-1].lower().endswith(ENDINGS)]
        chosen = self._chosen(notebooks)
        if chosen:
            yield Path(self.notebook), chosen
        for item in read:
            if item not in notebooks:
                yield Path(*_beside(chosen, item[0].path)), item
            elif item is not chosen and chosen:
                detail = f"{chosen[0].piece.name} fits better or is newer"
                collected.add(EXTRA, item[0].piece.shown, learner, detail)

    def _chosen(self, notebooks: list[tuple[Named, bytes]]) -> tuple[Named, bytes] | None:
        """The notebook whose cells fit the release best; the latest of several such."""
        ids = {cell["metadata"]["nbgrader"]["grade_id"] for cell in self.release["cells"]}

        def fit(one: tuple[Named, bytes]) -> tuple[int, int, bool]:
            return matching_cells(one[1], ids), one[0].order, one[0].path[-1] == self.notebook

        return max(notebooks, key=fit, default=None)

    def _write(
        self, folder: Path, learner: str, contents: dict[Path, tuple[Named, bytes]],
        collected: Collected, *, with_time: bool,
    ) -> None:  # fmt: skip
        there = {
            name: read_plain(folder / name, len(data) + 1)
            for name, (_, data) in contents.items()
            if os.path.lexists(folder / name)
        }
        first, _ = contents.get(Path(self.notebook)) or next(iter(contents.values()))
        late = "Canvas marks it late" if first.late else ""
        if all(name in there and there[name] == data for name, (_, data) in contents.items()):
            collected.add(SAME, first.piece.shown, learner, late)
            return
        if there and any(there[name] != contents[name][1] for name in there):
            if not self.replace:
                collected.add(KEPT, first.piece.shown, learner, "the one that is there stays")
                return
            kept = _keep(folder)
            collected.add(REPLACED, first.piece.shown, learner, f"the old one is in {kept}")
        else:
            collected.add(NEW, first.piece.shown, learner, late)
        _put(folder, {name: data for name, (_, data) in contents.items()})
        remove_stand_in(folder)
        times = [one.piece.time for one, _ in contents.values() if one.piece.time]
        if with_time and times:
            _put(folder, {Path(TIMESTAMP): _stamp(first.piece.time or max(times))})


def _beside(chosen: tuple[Named, bytes] | None, path: tuple[str, ...]) -> tuple[str, ...]:
    """The path as seen from the notebook, which moves to the top."""
    above = chosen[0].path[:-1] if chosen else ()
    return path[len(above) :] if path[: len(above)] == above else path


def _keep(folder: Path) -> str:
    """Move all that is there into a dated folder beside it, which nbgrader does not read."""
    now = datetime.now(UTC)
    name = f".replaced-{now:%Y%m%dT%H%M%S%f}Z"
    (folder / name).mkdir()
    for path in list(folder.iterdir()):
        if not path.name.startswith(".replaced-"):
            shutil.move(path, folder / name / path.name)
    return name


def _put(folder: Path, contents: dict[Path, bytes]) -> None:
    """Write files, through no link; each is there whole or not at all."""
    for name, data in contents.items():
        path = folder / name
        above = [folder / one for one in name.parents]
        if any(one.is_symlink() for one in above):
            raise RefusedError(f"{name.parent} in the folder of the learner is a link")
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_name(f".{path.name}.new")
        waiting.unlink(missing_ok=True)
        waiting.write_bytes(data)
        os.replace(waiting, path)


def _stamp(time: datetime) -> bytes:
    """A time as nbgrader writes it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n".encode("ascii")


__all__ = ["Collected", "collect"]
