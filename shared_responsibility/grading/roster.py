"""Who is in the class, and by which names other systems know them.

A roster is a CSV file with the column `learner` and any of `name`, `moodle_id`, `canvas_id` and
`email`. Other columns are not read.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from shared_responsibility.errors import CourseError, DataError

IDS = ("learner", "moodle_id", "canvas_id", "email")
COLUMNS = ("learner", "name", "moodle_id", "canvas_id", "email")
LEARNER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,99}", re.ASCII)
ALLOWED = "letters A to Z, digits, and . _ @ - after the first sign"
RESERVED = {"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Person:
    """One row of a roster; blank where it says nothing."""

    learner: str
    name: str = ""
    moodle_id: str = ""
    canvas_id: str = ""
    email: str = ""


class Roster:
    """Finds the learner for a name or a number that another system uses."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_id: dict[tuple[str, str], str] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for person in people:
            for column in IDS:
                value = getattr(person, column)
                if value:
                    self._by_id[column, value.casefold()] = person.learner
            for name in _readings(person.name):
                self._by_name[name].add(person.learner)

    def by_id(self, column: str, value: str) -> str:
        """The learner whose `column` is this; blank where there is none."""
        return self._by_id.get((column, value.casefold()), "")

    def by_name(self, name: str) -> str:
        """The learner of this name; blank where there is none, or more than one."""
        found = self._by_name.get(squeezed(name), set())
        return next(iter(found)) if len(found) == 1 else ""

    def by_word(self, word: str) -> str:
        """The learner that a file or folder is called after."""
        ids = (self.by_id(column, word) for column in ("learner", "email"))
        return next((one for one in ids if one), "") or self.by_name(word)


def squeezed(name: str) -> str:
    """A name as Canvas writes it: small letters and digits, nothing between them."""
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())


def _readings(name: str) -> Iterator[str]:
    """A name beginning with each of its words, since systems put the family name first or last."""
    words = name.replace(",", " ").split()
    for start in range(len(words)):
        yield squeezed("".join(words[start:] + words[:start]))


def is_learner(word: str) -> bool:
    """Whether a word can name a learner, and so a folder on every system."""
    bare = word.partition(".")[0].casefold()
    return bool(LEARNER.fullmatch(word)) and not word.endswith(".") and bare not in RESERVED


def read_roster(path: Path) -> Roster:
    """Read a roster. Raises `CourseError` with file, line and column for what is wrong in it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(path.name, None, None, "is not UTF-8 text") from None
    except OSError as problem:
        raise CourseError(f"{path.name} could not be read: {problem.strerror}.") from None
    head = text.split("\n", 1)[0]
    # Excel writes semicolons where the comma is the decimal sign.
    separator = ";" if head.count(";") > head.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return Roster(list(_people(path.name, rows)))
    except csv.Error as problem:
        raise DataError(path.name, rows.reader.line_num, None, f"is not CSV ({problem})") from None


def _people(file: str, rows: csv.DictReader[str]) -> Iterator[Person]:
    columns = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
    if "learner" not in columns:
        listed = ", ".join(columns) or "nothing"
        raise DataError(file, 1, None, f"has no column learner, but {listed}", ", ".join(COLUMNS))
    rows.fieldnames = columns
    taken: dict[tuple[str, str], int] = {}
    for row in rows:
        person = Person(**{name: (row.get(name) or "").strip() for name in COLUMNS})
        if not any(vars(person).values()):
            continue
        _check(file, rows.line_num, person, taken)
        yield person


def _check(file: str, line: int, person: Person, taken: dict[tuple[str, str], int]) -> None:
    if not is_learner(person.learner):
        raise DataError(file, line, "learner", f"{person.learner!r} cannot name a folder", ALLOWED)
    for column in IDS:
        value = getattr(person, column).casefold()
        if not value:
            continue
        if (column, value) in taken:
            first = taken[column, value]
            raise DataError(file, line, column, f"{value!r} stands in line {first} already")
        taken[column, value] = line


__all__ = ["Person", "Roster", "is_learner", "read_roster", "squeezed"]
