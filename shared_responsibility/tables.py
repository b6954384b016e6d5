"""Find, read and check the tables in `data/`. Every column is described here, once.

`data/README.md`, the pandera schemas and the checks below are all made from `TABLES`.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import pandas as pd

from shared_responsibility.errors import CourseError, DataError, in_words, nearest
from shared_responsibility.vocabulary import (
    Basis,
    Confidence,
    ControlClass,
    ExerciseKind,
    Exposure,
    Family,
    Framework,
    Grain,
    ItemKind,
    Lifecycle,
    Part,
    Party,
    Pattern,
    Relation,
    Role,
    Scheme,
    ServiceModel,
    Zone,
)

OWNERS = (Party.AWS, Party.CUSTOMER, Party.SHARED)


@dataclass(frozen=True)
class Column:
    """One column: what it means and what may stand in it."""

    name: str
    meaning: str
    allowed: tuple[str, ...] = ()
    refers_to: str = ""
    pattern: str = ""
    blank: bool = False
    number: bool = False
    several: bool = False


@dataclass(frozen=True)
class Table:
    """One CSV file: its key and its columns, in order."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    file: str = ""

    @property
    def path(self) -> str:
        """The file inside `data/`, with forward slashes."""
        return self.file or f"{self.name}.csv"

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


ID = r"[a-z][a-z0-9_]*"
SLUG = r"[a-z][a-z0-9-]*"
DATE = r"\d{4}-\d{2}-\d{2}"
SENTENCE = r"[A-Z].*[.?!]"


def _words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in vocabulary)


def _actions(who: str) -> tuple[Column, Column]:
    return (
        Column("aws_does", f"What AWS does {who}: begins with a verb.", pattern=SENTENCE),
        Column("customer_does", f"What the customer does {who}.", pattern=SENTENCE),
    )


_SOURCE = Column("source_id", "The page that settles it.", refers_to="sources")
_AS_OF = Column("as_of", "The date for which the statement holds.", pattern=DATE)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "domains",
            "The 22 responsibility domains, from the building to the laptop.",
            ("domain_id",),
            (
                Column("domain_id", "Permanent id.", pattern=ID),
                Column("name", "Name on charts and tables."),
                Column("definition", "What belongs to it, in one line."),
                Column("zone", "How it behaves between service models.", _words(Zone)),
                Column("misconception_id", "What naming AWS too readily assumes here.",
                       refers_to="misconceptions"),
                Column("position", "Order from bottom to top of the stack.", number=True),
            ),
        ),
        Table(
            "service_models",
            "The six service models, from on-premises to SaaS.",
            ("model_id",),
            (
                Column("model_id", "Permanent id.", _words(ServiceModel)),
                Column("name", "Name on charts and tables."),
                Column("deciding_question", "A service has the model if the answer is yes."),
                Column("position", "Order from most to least customer work.", number=True),
            ),
        ),
        Table(
            "model_defaults",
            "Who owns each domain under each service model, before any exception.",
            ("domain_id", "model_id"),
            (
                Column("domain_id", "The domain.", refers_to="domains"),
                Column("model_id", "The service model.", refers_to="service_models"),
                Column("responsible", "The default owner.", OWNERS),
            ),
        ),
        Table(
            "services",
            "The services of the matrix.",
            ("service_id",),
            (
                Column("service_id", "Permanent id.", pattern=ID),
                Column("name", "Full name."),
                Column("aliases", "Other names, `; ` between them.", blank=True),
                Column("category", "Category of the exam guide.", pattern=ID),
                Column("role", "Whether work runs or lies in it.", _words(Role)),
                Column("service_model", "Its model.", refers_to="service_models"),
                Column("family", "Kind of PaaS, or none.", _words(Family)),
                Column("orchestrated", "Whether a scheduler places the work.", ("no", "yes")),
                Column("in_clf_c02", "Whether the CLF-C02 guide lists it.", ("no", "yes")),
                Column("lifecycle", "Whether it can still be used.", _words(Lifecycle)),
                Column("lifecycle_date", "When that began or ends; blank if no page says so.",
                       pattern=DATE, blank=True),
                _AS_OF,
                Column("note", "What of it ended, changed its name or is disputed.", blank=True),
                Column("source_id", "The page behind lifecycle and note.", refers_to="sources",
                       blank=True),
            ),
        ),
        Table(
            "variants",
            "Cells whose owner or actions depend on a setting.",
            ("service_id", "domain_id", "variant_id"),
            (
                Column("service_id", "The service.", refers_to="services"),
                Column("domain_id", "The domain.", refers_to="domains"),
                Column("variant_id", "Permanent id within the cell.", pattern=ID),
                Column("responsible", "The owner under this setting.", OWNERS),
                *_actions("under this setting"),
                Column("setting", "The setting in plain words."),
                _SOURCE,
                _AS_OF,
            ),
        ),
        Table(
            "responsibilities",
            "The matrix: one line for each service and domain.",
            ("service_id", "domain_id"),
            (
                Column("service_id", "The service.", refers_to="services"),
                Column("domain_id", "The domain.", refers_to="domains"),
                Column("responsible", "The owner of the cell.", _words(Party)),
                *_actions("in this cell"),
                Column("control_class", "The same owner as a class.", _words(ControlClass)),
                Column("basis", "What the cell rests on.", _words(Basis)),
                _SOURCE,
                Column("confidence", "How sure we are.", _words(Confidence)),
                _AS_OF,
                Column("note", "A date, a dispute, an assumed setting.", blank=True),
            ),
        ),
        Table(
            "controls",
            "Named controls and their class. A control is larger than a task.",
            ("control_id",),
            (
                Column("control_id", "Permanent id.", pattern=ID),
                Column("name", "Name of the control."),
                Column(
                    "control_class",
                    "Its class.",
                    tuple(c for c in _words(ControlClass) if c != "not_applicable"),
                ),
                *_actions("for this control"),
                _SOURCE,
            ),
        ),
        Table(
            "crosswalk",
            "Our domains in the words of other frameworks.",
            ("domain_id", "framework", "term"),
            (
                Column("domain_id", "The domain.", refers_to="domains"),
                Column("framework", "Whose words they are.", _words(Framework)),
                Column("term", "The name there, or `-` where there is none."),
                Column("relation", "How the term lies to our domain.", _words(Relation)),
                _SOURCE,
                Column("note", "What differs.", blank=True),
            ),
        ),
        Table(
            "sources",
            "Every page that a fact rests on.",
            ("source_id",),
            (
                Column("source_id", "Permanent id.", pattern=r"[a-z][a-z0-9-]*"),
                Column("title", "Title of the page."),
                Column("publisher", "Who publishes it."),
                Column("url", "Where it was read.", pattern=r"https?://\S+"),
                Column("section", "The part that settles it."),
                Column("read_on", "When it was last read.", pattern=DATE),
            ),
        ),
        Table(
            "misconceptions",
            "What a wrong answer assumes.",
            ("misconception_id",),
            (
                Column("misconception_id", "Permanent id.", pattern=r"M\d{2}"),
                Column("belief", "The belief, as somebody would say it."),
                Column("correction", "The rule to carry over."),
                Column("contrast", "Two cases that look alike and differ."),
            ),
        ),
        Table(
            "incidents",
            "Things that went wrong, and on whose side.",
            ("incident_id",),
            (
                Column("incident_id", "Permanent id.", pattern=r"[a-z][a-z0-9_]*"),
                Column("year", "The year it became known.", number=True),
                Column("title", "Short title."),
                Column("what_happened", "What happened, in our words."),
                Column("failed_side", "Whose duty failed or was called for.", OWNERS),
                Column("domain_ids", "The domains concerned.", refers_to="domains", several=True),
                Column("lesson", "What to take from it."),
                _SOURCE,
            ),
        ),
        Table(
            "items",
            "The questions. What they ask about is here; right and wrong is in `answers/`.",
            ("item_id",),
            (
                Column("item_id", "Permanent id.", pattern=SLUG),
                Column("version", "Grows when prompt, key or options change.", number=True),
                Column("status", "Whether it is in use.", ("draft", "live", "retired")),
                Column("kind", "How it is answered.", _words(ItemKind)),
                Column("grain", "The size of what is asked about.", _words(Grain)),
                Column("service_id", "The service.", refers_to="services", blank=True),
                Column("domain_id", "The domain.", refers_to="domains", blank=True),
                Column("model_id", "The service model.", refers_to="service_models", blank=True),
                Column("control_id", "The control.", refers_to="controls", blank=True),
                Column("variant_id", "The setting, for a cell that has one.", blank=True),
                Column("objective", "Task of the exam guide.", pattern=r"\d\.\d"),
                Column("bloom", "Depth.", ("remember", "understand", "apply", "analyse")),
                Column("prompt", "The question."),
                Column("hint", "Where to look, without the answer.", blank=True),
                Column("exposure", "Practice or graded.", _words(Exposure)),
                Column("tempting", "The wrong option that draws most; blank for multi and order.",
                       pattern=ID, blank=True),
                Column("scheme", "How several right options are credited; blank for net-correct.",
                       _words(Scheme), blank=True),
                Column("dossier_id", "The dossier whose lines are the options of its evidence.",
                       refers_to="dossiers", blank=True),
                Column(
                    "source_id",
                    "Needed where the key is written, not derived.",
                    refers_to="sources",
                    blank=True,
                ),
                Column("author", "Who wrote it; no item comes from a real exam."),
                Column("written_on", "When this version was written.", pattern=DATE),
            ),
        ),
        Table(
            "item_cells",
            "The cells of an item about a move between services; its key is the last one.",
            ("item_id", "position"),
            (
                Column("item_id", "The item.", refers_to="items"),
                Column("position", "Order of the move.", number=True),
                Column("service_id", "The service.", refers_to="services"),
                Column("domain_id", "The domain.", refers_to="domains"),
                Column("variant_id", "The setting, if one is meant.", blank=True),
            ),
        ),
        Table(
            "options",
            "Written options. Labels need no row: the grain names them.",
            ("item_id", "part", "option_id"),
            (
                Column("item_id", "The item.", refers_to="items"),
                Column("part", "What the option answers.", (Part.REASON, Part.ANSWER)),
                Column("option_id", "Permanent id within the item.", pattern=ID),
                Column("text", "What the learner reads."),
            ),
        ),
        Table(
            "option_keys",
            "Credit and explanation of every option. The rest of the course works without it.",
            ("item_id", "part", "option_id"),
            (
                Column("item_id", "The item.", refers_to="items"),
                Column("part", "What the option answers.", _words(Part)),
                Column("option_id", "The label or option.", pattern=ID),
                Column("credit", "1 right, 0 wrong; blank where the facts or the rank decide.",
                       ("0", "1"), blank=True),
                Column("rank", "The right place in an order item, from 1.",
                       ("1", "2", "3", "4", "5", "6"), blank=True),
                Column(
                    "misconception_id",
                    "What choosing it assumes; blank for the right one.",
                    refers_to="misconceptions",
                    blank=True,
                ),
                Column("explanation", "Why it is right or wrong, in one to three sentences."),
                Column("missed", "Why leaving a right option of a multi item out is wrong.",
                       blank=True),
            ),
            file="answers/option_keys.csv",
        ),
        Table(
            "dossiers",
            "The files of the post-mortems: each is one incident as its records tell it.",
            ("dossier_id",),
            (
                Column("dossier_id", "Permanent id.", pattern=SLUG),
                Column("title", "Title."),
                Column("story", "What the reader knows before reading the records."),
                Column("incident_id", "The real incident it follows; blank where none.",
                       refers_to="incidents", blank=True),
                Column("position", "Order in the assignment.", number=True),
            ),
        ),
        Table(
            "dossier_lines",
            "The records of a dossier, line by line. Names and numbers are invented.",
            ("dossier_id", "line"),
            (
                Column("dossier_id", "The dossier.", refers_to="dossiers"),
                Column("line", "Number of the line, the way an answer names it.", pattern=r"l\d\d"),
                Column("part", "Which record it stands in.",
                       ("trail", "configuration", "status")),
                Column("text", "The line."),
            ),
        ),
        Table(
            "assignments",
            "The problem sets, in order.",
            ("assignment",),
            (
                Column("assignment", "Name of its notebook.", pattern=SLUG),
                Column("position", "Order in the course.", number=True),
                Column("title", "Title."),
                Column("does", "What the learner does, in one line."),
                Column("minutes", "Time it takes.", number=True),
            ),
        ),
        Table(
            "exercises",
            "Exercises answered with code or in prose; those answered item by item are `forms`.",
            ("exercise",),
            (
                Column("exercise", "Slug of the exercise, unique in the course.", pattern=SLUG),
                Column("assignment", "The problem set.", refers_to="assignments"),
                Column("position", "Order in the problem set.", number=True),
                Column("kind", "What is handed in.", _words(ExerciseKind)),
                Column("variables", "What the learner defines, a space between.", blank=True),
                Column("shape", "Columns of a table, names of values or parameters of a function.",
                       blank=True),
            ),
        ),
        Table(
            "checks",
            "What is judged in an exercise answered with code, and what it is worth.",
            ("exercise", "check_id"),
            (
                Column("exercise", "The exercise.", refers_to="exercises"),
                Column("check_id", "Permanent id within the exercise.", pattern=SLUG),
                Column("position", "Order in the exercise.", number=True),
                Column("version", "Grows when what is judged changes.", number=True),
                Column("points", "Points for doing it all.", number=True),
                Column("misconception_id", "What a miss assumes, where it is one belief.",
                       refers_to="misconceptions", blank=True),
                Column("criterion", "What is judged, as the learner reads it before the work.",
                       pattern=SENTENCE),
                Column("explanation", "What a miss usually comes from, and how to put it right.",
                       pattern=SENTENCE),
                Column("rule", "What to carry over.", pattern=SENTENCE, blank=True),
                Column("source_id", "The page behind it, where it rests on one.",
                       refers_to="sources", blank=True),
            ),
        ),
        Table(
            "samples",
            "Public cases on which a learner's function runs before it is handed in.",
            ("exercise", "position"),
            (
                Column("exercise", "The exercise.", refers_to="exercises"),
                Column("position", "Order.", number=True),
                Column("arguments", "The arguments, as a JSON list."),
                Column("right", "The right result, as JSON."),
            ),
        ),
        Table(
            "lessons",
            "The lessons in order, and what each carries.",
            ("lesson_id",),
            (
                Column("lesson_id", "Name of its notebook.", pattern=r"\d\d-[a-z0-9-]+"),
                Column("title", "Title."),
                Column("question", "The question it answers."),
                Column("minutes", "Time to learn it.", number=True),
                Column("domain_ids", "The domains it carries; blank where it is about all.",
                       refers_to="domains", several=True, blank=True),
                Column("objectives", "Tasks of the exam guide, a space between.",
                       pattern=r"\d\.\d( \d\.\d)*"),
            ),
        ),
        Table(
            "templates",
            "Patterns that draw new items from the matrix: same template and seed, same item.",
            ("template_id",),
            (
                Column("template_id", "Permanent id.", pattern=SLUG),
                Column("status", "Whether it is in use.", ("draft", "live", "retired")),
                Column("pattern", "What is drawn.", _words(Pattern)),
                Column("domain_ids", "The domains it asks about.", refers_to="domains",
                       several=True),
                Column("owner", "The owner it asks for or starts from; blank for any.", OWNERS,
                       blank=True),
                Column("objective", "Task of the exam guide.", pattern=r"\d\.\d"),
                Column("bloom", "Depth.", ("remember", "understand", "apply", "analyse")),
                Column("prompt", "The question, with names in braces for what is drawn."),
                Column("hint", "Where to look, without the answer."),
                Column("author", "Who wrote it."),
                Column("written_on", "When it was written.", pattern=DATE),
            ),
        ),
        Table(
            "forms",
            "Which items stand in which exercise, in order.",
            ("assignment", "exercise", "position"),
            (
                Column("assignment", "Assignment or lesson.", pattern=r"[a-z0-9][a-z0-9-]*"),
                Column("exercise", "Slug of the exercise, unique in the course.", pattern=SLUG),
                Column("position", "Order in the exercise.", number=True),
                Column("item_id", "The item.", refers_to="items"),
                Column("points", "Points for a right answer; 0 in lessons.", number=True),
            ),
        ),
    )
}  # fmt: skip


def data_directory() -> Path:
    """The folder with the tables: `SRM_DATA`, else beside the package, else inside it."""
    named = os.environ.get("SRM_DATA")
    return Path(named) if named else _own_directory()


@cache
def _own_directory() -> Path:
    package = Path(__file__).resolve().parent
    beside = package.parent / "data"
    return beside if (beside / "domains.csv").is_file() else package / "data"


def load_table(name: str) -> pd.DataFrame:
    """One table, checked: columns, closed words, keys and references.

    Text columns hold `str` (blank is the empty string), number columns hold numbers.
    Raises `DataError` with file, line, column and what is allowed.
    """
    return _read_checked(name, data_directory()).copy()


@cache
def _read_checked(name: str, directory: Path) -> pd.DataFrame:
    table = TABLES[name]
    frame = read_lines(table, directory)
    for error in value_errors(table, frame):
        raise error
    for error in reference_errors(table, frame, directory):
        raise error
    return _with_numbers(table, frame)


def has_answers() -> bool:
    """Whether the folder with the keys is on this machine."""
    return (data_directory() / TABLES["option_keys"].path).is_file()


def read_lines(table: Table, directory: Path) -> pd.DataFrame:
    """The file as text, one row for each line; the index holds line numbers.

    Raises `CourseError` where the file is missing, `DataError` where it is not such a table.
    """
    path = directory / table.path
    shown = f"data/{table.path}"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            _check_header(table, header, shown)
            rows: list[list[str]] = []
            lines: list[int] = []
            for row in reader:
                lines.append(len(lines) + 2)
                if len(row) != len(header) or reader.line_num != lines[-1]:
                    raise DataError(
                        shown, lines[-1], None,
                        f"the line has {len(row)} fields, or a line break inside one",
                        f"{len(header)} fields on one line",
                    )  # fmt: skip
                rows.append(row)
    except FileNotFoundError:
        raise CourseError(
            f"The file {shown} is missing. Restore it with: git checkout -- data"
        ) from None
    except UnicodeDecodeError:
        raise DataError(shown, None, None, "the file is not UTF-8 text") from None
    except csv.Error as problem:
        raise DataError(shown, reader.line_num, None, f"not valid CSV ({problem})") from None
    return pd.DataFrame(rows, columns=header, index=lines, dtype=str)


def _check_header(table: Table, header: list[str], shown: str) -> None:
    expected = table.column_names
    if header == expected:
        return
    for name in header:
        if name not in expected:
            close = nearest(name, expected, 1)
            advice = close[0] if close else ", ".join(expected)
            raise DataError(shown, 1, name or "(blank)", "this column is not known", advice)
    raise DataError(shown, 1, None, "columns are missing or in another order", ",".join(expected))


def value_errors(table: Table, frame: pd.DataFrame) -> Iterator[DataError]:
    """Blank, foreign or repeated values in a table whose index holds line numbers."""
    shown = f"data/{table.path}"
    for column in table.columns:
        values = frame[column.name]
        if not column.blank:
            for line in values.index[values.str.strip() == ""]:
                yield DataError(
                    shown, _line(line), column.name, "the value is blank", _allowed(column)
                )
        if column.allowed:
            wrong = values[(values != "") & ~values.isin(column.allowed)]
            for line, value in wrong.items():
                yield DataError(
                    shown,
                    _line(line),
                    column.name,
                    f"{value!r} is not a word here",
                    _allowed(column),
                )
        if column.number:
            wrong = values[pd.to_numeric(values, errors="coerce").isna()]
            for line, value in wrong.items():
                yield DataError(
                    shown, _line(line), column.name, f"{value!r} is not a number", "a number"
                )
    repeated = frame[frame.duplicated(list(table.key))]
    for line, row in repeated.iterrows():
        key = ", ".join(row[list(table.key)])
        yield DataError(
            shown, _line(line), table.key[0], f"the key {key!r} stands twice", "each key once"
        )


def reference_errors(table: Table, frame: pd.DataFrame, directory: Path) -> Iterator[DataError]:
    """Ids that no row of the table they refer to has."""
    for column in table.columns:
        if not column.refers_to:
            continue
        target = TABLES[column.refers_to]
        known = set(_read_checked(target.name, directory)[target.key[0]])
        for line, value in frame[column.name].items():
            ids = value.split(" ") if column.several else [value]
            for one in ids:
                if one not in known and not (one == "" and column.blank):
                    close = in_words(nearest(one, known), "or")
                    yield DataError(
                        f"data/{table.path}", _line(line), column.name,
                        f"{one!r} is not in data/{target.path}",
                        close or f"an id of data/{target.path}",
                    )  # fmt: skip


def _line(index: object) -> int:
    return int(str(index))


def _allowed(column: Column) -> str:
    return in_words(column.allowed, "or")


def _with_numbers(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    for column in table.columns:
        if column.number:
            frame[column.name] = pd.to_numeric(frame[column.name])
    return frame
