"""One kind of attack or damage: a name, a line on what it tries, and how its hand-in is made."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attacks import tools

Notebook = dict[str, Any]
CLASSIFY, DECIDE, ACCOUNT = "classify-scenarios", "decide", "fix-the-account"
MORTEMS = "post-mortems"
FIRST = {
    CLASSIFY: "scenarios-one-task",
    DECIDE: "decide-function",
    ACCOUNT: "account-repair",
    MORTEMS: "dossier-1-map-archive",
}
"""The first answer cell of each assignment that is attacked."""


@dataclass(frozen=True)
class Given:
    """What an attacker starts from: an honest notebook that is half right, and the course."""

    notebook: Notebook
    course: Path
    known: Mapping[str, Any]
    """What `tools` has to know."""

    @property
    def mark(self) -> str:
        """A text that no honest file holds."""
        return str(self.known["MARK"])


@dataclass(frozen=True)
class Kind:
    """`make` writes the hand-in into an empty folder."""

    family: str
    name: str
    told: str
    make: Callable[[Path, Given], None] = field(repr=False)
    assignment: str = CLASSIFY
    runs: bool = False
    """Whether its code tells of itself in the graded notebook."""
    silent: bool = False
    """Whether it wipes its own traces, so that nothing tells that it ran."""
    keeps: bool = False
    """Whether it can happen to an honest learner and must cost nothing."""
    named: str = ""
    """What the feedback must say about it."""
    kernel: bool = False
    """Whether it aims at what only a real kernel has, so that nbgrader's own command grades it."""
    outside: bool = False
    """Whether it may be run without a sandbox, to prove that it finds what was planted."""

    @property
    def learner(self) -> str:
        """The id of the learner who hands this in."""
        return self.name


KINDS: list[Kind] = []


def code(told: str, *, cell: str = "", **more: Any) -> Callable[[Callable[[], None]], None]:
    """A function that runs in the attacker's kernel, after the honest answers of a cell."""

    def add(attack: Callable[[], None]) -> None:
        def make(folder: Path, given: Given) -> None:
            notebook = with_code(given, kind.assignment, source_of(attack), kind.name, cell)
            write(folder, kind.assignment, notebook)

        kind = _kind(attack, told, make, runs=True, **more)
        KINDS.append(kind)

    return add


def damage(told: str, **more: Any) -> Callable[[Callable[[Notebook], object]], None]:
    """A function that changes the honest notebook, or returns the bytes of its file.

    Where it writes `tools.MARK`, the mark of the course stands in the end.
    """

    def add(change: Callable[[Notebook], object]) -> None:
        def make(folder: Path, given: Given) -> None:
            notebook = json.loads(json.dumps(given.notebook))
            made = change(notebook)
            content = notebook if made is None else made
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            write(folder, kind.assignment, raw.replace(tools.MARK.encode(), given.mark.encode()))

        kind = _kind(change, told, make, **more)
        KINDS.append(kind)

    return add


def packed(told: str, **more: Any) -> Callable[[Callable[[Path, Given], None]], None]:
    """A function that lays out the whole folder."""

    def add(make: Callable[[Path, Given], None]) -> None:
        KINDS.append(_kind(make, told, make, **more))

    return add


def _kind(made_by: Any, told: str, make: Callable[[Path, Given], None], **more: Any) -> Kind:
    family = made_by.__module__.rpartition(".")[2]
    name = made_by.__name__.replace("_", "-")
    return Kind(family.replace("_", " "), name, told, make, **more)


def source_of(attack: Callable[[], None]) -> str:
    """The text of a function without its decorator."""
    lines = textwrap.dedent(inspect.getsource(attack))
    return lines[lines.index("def ") :]


def with_code(given: Given, assignment: str, source: str, name: str, cell_id: str = "") -> Notebook:
    """The honest notebook with the tools in its first code cell and the attack in an answer."""
    notebook: Notebook = json.loads(json.dumps(given.notebook))
    cell = cell_of(notebook, cell_id or FIRST[assignment])
    function = source.partition("(")[0].removeprefix("def ")
    cell["source"] += f"\n\n{source}\nrun_attack({name!r}, {function})\n"
    place = next(n for n, one in enumerate(notebook["cells"]) if one["cell_type"] == "code")
    notebook["cells"].insert(place + 1, new_cell(toolbox(given)))
    return notebook


def toolbox(given: Given) -> str:
    """The source of `tools`, knowing the course."""
    source = inspect.getsource(tools)
    for name, value in given.known.items():
        before = f"\n{name} = {getattr(tools, name)!r}\n".replace("'", '"')
        assert before in source, name
        source = source.replace(before, f"\n{name} = {value!r}\n")
    return source


def new_cell(source: str, cell_type: str = "code", **more: Any) -> Notebook:
    """A cell of the attacker's own."""
    cell: Notebook = {"cell_type": cell_type, "id": "mine", "metadata": {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if cell_type == "code" else {}) | more


def cell_of(notebook: Notebook, cell_id: str) -> Notebook:
    """A cell by its id."""
    found: Notebook = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    return found


def graded_cells(notebook: Notebook) -> list[Notebook]:
    """The cells that hand in."""
    return [cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]


def write(folder: Path, assignment: str, notebook: object) -> None:
    """The file of a hand-in."""
    raw = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    (folder / f"{assignment}.ipynb").write_bytes(raw)


def all_kinds() -> list[Kind]:
    """Every kind, in the order of the families."""
    from attacks import families

    assert families.MODULES
    doubles = [name for name, count in Counter(k.name for k in KINDS).items() if count > 1]
    assert not doubles, doubles
    return KINDS
