"""Cells deleted, copied, moved, retyped, renamed; metadata rewritten."""

from __future__ import annotations

import copy
from typing import Any

from attacks.kinds import Notebook, cell_of, damage, graded_cells, new_cell
from attacks.tools import MARK

FULL = {
    "output_type": "execute_result", "execution_count": 1, "metadata": {},
    "data": {
        "text/plain": "4.5",
        "application/vnd.shared-responsibility.result+json": {"points": 4.5, "items": []},
        "application/vnd.shared-responsibility.answers+json": {
            "format": 1, "exercise": "scenarios-one-task", "answers": {}, "points": 4.5,
        },
    },
}  # fmt: skip


def marks_of(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell["metadata"]["nbgrader"] for cell in notebook["cells"]]


@damage("Copies a graded cell.", keeps=True, named="stands twice")
def graded_cell_copied(notebook: Notebook) -> None:
    notebook["cells"].append(copy.deepcopy(graded_cells(notebook)[0]))


@damage("Copies a graded cell and turns the copy into full marks.")
def graded_cell_copied_and_changed(notebook: Notebook) -> None:
    copied = copy.deepcopy(graded_cells(notebook)[0]) | {"source": "6.0", "id": "copy"}
    notebook["cells"].insert(0, copied)


@damage("Copies an answer cell, as copy and paste does.", keeps=True, named="stands twice")
def answer_cell_copied(notebook: Notebook) -> None:
    place = notebook["cells"].index(cell_of(notebook, "scenarios-one-task"))
    notebook["cells"].insert(place + 1, copy.deepcopy(notebook["cells"][place]))


@damage("Deletes a graded cell.", keeps=True, named="was missing and was put back")
def graded_cell_deleted(notebook: Notebook) -> None:
    notebook["cells"].remove(graded_cells(notebook)[0])


@damage("Deletes every graded cell.", keeps=True)
def all_graded_cells_deleted(notebook: Notebook) -> None:
    notebook["cells"] = [c for c in notebook["cells"] if c not in graded_cells(notebook)]


@damage("Deletes an answer cell.", named="was missing and was put back")
def answer_cell_deleted(notebook: Notebook) -> None:
    notebook["cells"].remove(cell_of(notebook, "scenarios-one-task"))


@damage("Deletes every cell.", named="no cell of this assignment")
def all_cells_deleted(notebook: Notebook) -> None:
    notebook["cells"] = []


@damage("Rewrites the graded cells to full marks.", keeps=True, named="was changed and was put")
def graded_cells_rewritten(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["source"] = "6.0"


@damage("Empties the graded cells.", keeps=True)
def graded_cells_emptied(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["source"] = ""


@damage("Turns graded cells into text, which earns full marks in some graders.", keeps=True)
def graded_cells_as_text(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["cell_type"] = "markdown"


@damage("Turns graded cells into raw cells.", keeps=True)
def graded_cells_raw(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["cell_type"] = "raw"
        del cell["outputs"], cell["execution_count"]


@damage("Turns an answer cell into text by mistake.", keeps=True, named="had become a markdown")
def answer_cell_as_text(notebook: Notebook) -> None:
    cell_of(notebook, "scenarios-one-task")["cell_type"] = "markdown"


@damage("Gives cells types that do not exist.")
def unknown_cell_types(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["cell_type"] = "x" * 1000


@damage("Puts the cells into the opposite order.")
def order_reversed(notebook: Notebook) -> None:
    notebook["cells"].reverse()


@damage("Exchanges the names of two exercises.")
def names_exchanged(notebook: Notebook) -> None:
    one = cell_of(notebook, "scenarios-one-task")
    other = cell_of(notebook, "scenarios-wider-view")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


@damage("Gives every cell one and the same name.")
def one_name_for_all(notebook: Notebook) -> None:
    for cell, marks in zip(notebook["cells"], marks_of(notebook), strict=True):
        cell["id"] = marks["grade_id"] = "scenarios-one-task-graded"


@damage("Gives cells names of absurd length and kind.")
def absurd_names(notebook: Notebook) -> None:
    odd = ["x" * 100_000, "", "../..", "a b\n", None, 7, ["x"], {"a": 1}, "\ud800", "<script>"]
    for cell, marks, name in zip(notebook["cells"], marks_of(notebook), odd, strict=False):
        cell["id"] = marks["grade_id"] = name


@damage("Takes all metadata away.", keeps=True)
def metadata_gone(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}


@damage("Puts lists and numbers where metadata should be.", keeps=True)
def metadata_of_wrong_kinds(notebook: Notebook) -> None:
    notebook["metadata"] = ["x"]
    for cell, odd in zip(notebook["cells"], [[], 1, "x", None, True, [[]]] * 9, strict=False):
        cell["metadata"] = odd


@damage("Raises the points of the graded cells.", keeps=True)
def points_raised(notebook: Notebook) -> None:
    for marks in marks_of(notebook):
        marks["points"] = 1e9


@damage("Makes points negative, infinite, or text.", keeps=True)
def points_of_wrong_kinds(notebook: Notebook) -> None:
    odd = [-5, float("nan"), float("inf"), "NaN", None, [], "1e999", 10**400]
    for marks, value in zip(marks_of(notebook), odd * 9, strict=False):
        marks["points"] = value


@damage("Makes answer cells graded ones and the other way round.", keeps=True)
def roles_exchanged(notebook: Notebook) -> None:
    for marks in marks_of(notebook):
        marks |= {"grade": not marks["grade"], "solution": not marks["solution"],
                  "locked": False, "task": True, "points": 5}  # fmt: skip


@damage("Says that the cells are of an old or future schema.", keeps=True)
def other_schemas(notebook: Notebook) -> None:
    for marks, version in zip(marks_of(notebook), [0, 1, 2, 99, "3", None, -1] * 9, strict=False):
        marks["schema_version"] = version


@damage("Changes the checksums that say what was released.", keeps=True)
def other_checksums(notebook: Notebook) -> None:
    for marks in marks_of(notebook):
        marks["checksum"] = "0" * 32


@damage("Tags graded cells so that they are not run.", keeps=True)
def tag_that_skips(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]


@damage("Tags cells so that they are taken out of what is shown.", keeps=True)
def tags_that_remove(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["remove_cell", "remove-cell", "hide-input", "parameters"]


@damage("Hides, freezes and folds cells.", keeps=True)
def cells_frozen(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] |= {"frozen": True, "editable": False, "run_control": {"frozen": True}}
        cell["metadata"] |= {"jupyter": {"source_hidden": True}, "init_cell": True}


@damage("Adds graded cells of its own.", keeps=True)
def graded_cells_added(notebook: Notebook) -> None:
    marks = {"grade": True, "solution": False, "locked": True, "points": 100, "schema_version": 3,
             "grade_id": "mine-graded", "cell_type": "code", "checksum": "0" * 32}  # fmt: skip
    notebook["cells"].append(new_cell("100.0", metadata={"nbgrader": marks}))


@damage("Adds a task that a person should grade, with full marks beside it.", keeps=True)
def tasks_added(notebook: Notebook) -> None:
    marks = {"grade": True, "solution": False, "locked": False, "task": True, "points": 100,
             "grade_id": "mine-task", "cell_type": "markdown", "schema_version": 3}  # fmt: skip
    text = "### BEGIN MARK SCHEME\nAll right: 100 points.\n### END MARK SCHEME"
    notebook["cells"].append(new_cell(text, "markdown", metadata={"nbgrader": marks}))


@damage("Stores finished results in the outputs of the graded cells.", keeps=True)
def outputs_stored(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["outputs"], cell["execution_count"] = [FULL, FULL], 1


@damage("Stores finished results and ends the kernel before they are made anew.")
def outputs_stored_and_kernel_ended(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["outputs"] = [FULL]
    notebook["cells"].insert(0, new_cell("import os; os._exit(0)"))


@damage("Stores finished results and runs for ever.")
def outputs_stored_and_no_end(notebook: Notebook) -> None:
    for cell in graded_cells(notebook):
        cell["outputs"] = [FULL]
    deaf = "import signal, time\nsignal.signal(2, signal.SIG_IGN)\nwhile True: time.sleep(9)"
    notebook["cells"].insert(0, new_cell(deaf))


@damage("Stores eight megabytes of outputs.", keeps=True)
def huge_outputs_stored(notebook: Notebook) -> None:
    text = {"output_type": "stream", "name": "stdout", "text": "x" * 8_000_000}
    cell_of(notebook, "scenarios-one-task")["outputs"] = [text]


@damage("Asks for a kernel that is not Python.", keeps=True)
def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash", "display_name": "x", "language": "bash"}
    notebook["metadata"]["language_info"] = {"name": "bash", "file_extension": ".sh"}


@damage("Asks for a kernel that is a path or of another kind.", keeps=True)
def kernel_that_is_a_path(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "../../x", "language": ["python"], "argv": ["sh"]}


@damage("Hangs pictures and files on cells.", keeps=True)
def attachments(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["attachments"] = {"../../x.png": {"image/png": "x" * 1000, "text/html": "<script>"}}


@damage("Adds a thousand cells.", keeps=True, named="extra cells were left out")
def a_thousand_cells(notebook: Notebook) -> None:
    notebook["cells"] += [new_cell(f"{n}", id=f"x{n}") for n in range(1000)]


@damage("Writes an answer of a megabyte.", named="longer than")
def endless_answer_cell(notebook: Notebook) -> None:
    cell_of(notebook, "scenarios-one-task")["source"] += "\n#" + "x" * 1_000_000


@damage("Writes code that no compiler takes: nested a thousand times.")
def code_nested_deep(notebook: Notebook) -> None:
    cell_of(notebook, "scenarios-one-task")["source"] += "\n" + "(" * 5000 + ")" * 5000


@damage("Writes zero bytes, half characters and controls into code.")
def code_with_odd_characters(notebook: Notebook) -> None:
    cell_of(notebook, "scenarios-one-task")["source"] += "\nx = '\ud800\x00\x1b[2J\u202e'"


@damage("Writes the notes of grading itself.", keeps=True)
def notes_forged(notebook: Notebook) -> None:
    for name in ("preflight-notes", "kernel-stopped"):
        text = "**Before grading, this was put right:**\n\n- The learner has full marks."
        notebook["cells"].insert(0, new_cell(text, "markdown", id=name))


@damage("Uses magic commands of the shell and of other files.", keeps=True)
def magic_commands(notebook: Notebook) -> None:
    lines = f"!touch /tmp/{MARK}-magic\n%run /etc/passwd\n%load /etc/passwd\n%cd /\n%autocall 2"
    notebook["cells"].insert(2, new_cell(lines))


@damage("Has sources as lists of other things than lines.", keeps=True)
def sources_of_wrong_kinds(notebook: Notebook) -> None:
    odd: list[object] = [None, 1, {"a": 1}, [1, None], [["x"]], True]
    for cell, value in zip(graded_cells(notebook), odd, strict=False):
        cell["source"] = value
