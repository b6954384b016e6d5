"""From the outputs of a graded cell to points and explanations, and back. Runs no learner code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_output

from shared_responsibility.answers import ANSWERS_MIME, read_sheet, read_work
from shared_responsibility.feedback import as_html
from shared_responsibility.grading.manifest import FORM, Exercise, Manifest
from shared_responsibility.judges import judged
from shared_responsibility.scoring import (
    AnyResult,
    CheckKey,
    CheckResult,
    FormResult,
    ItemKey,
    ItemResult,
    Judgement,
    Verdict,
    clamp,
    score_checks,
    score_form,
    score_item,
)
from shared_responsibility.vocabulary import ExerciseKind

RESULT_MIME = "application/vnd.shared-responsibility.result+json"
NO_ANSWERS = (
    "No answers arrived: the answer cell did not run, or its variable does not hold what the "
    "exercise asks for."
)
STOPPED = "The answer cell stopped with an error: {}."
LONGEST_NAME = 60
LONGEST_ERROR = 200


class Marked(NamedTuple):
    """One exercise of one learner: what it is, what came of it, and what the learner sent."""

    exercise: Exercise
    result: FormResult
    sent: Any


def score_notebook(
    manifest: Manifest, nb: NotebookNode, account: Mapping[str, Any] | None = None
) -> list[Marked]:
    """Put points and explanations into every graded cell of a notebook that ran."""
    graded = {exercise.grade_id: exercise for exercise in manifest.exercises}
    errors: dict[str, str] = {}
    results = []
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        errors[grade_id] = _error(cell)
        exercise = graded.get(grade_id)
        if exercise is not None:
            sent, remark = _sent(cell.outputs)
            result = mark(manifest, exercise, sent, remark, account)
            if error := errors.get(exercise.exercise):
                result = result.with_remarks(STOPPED.format(error))
            cell.outputs = [scored_output(exercise, result)]
            results.append(Marked(exercise, result, sent))
    return results


def _error(cell: NotebookNode) -> str:
    """The error in which a cell ended, in one line; empty where it did not."""
    errors = [o for o in cell.get("outputs", []) if o.get("output_type") == "error"]
    if not errors:
        return ""
    told = f"{errors[-1].get('ename', '')}: {errors[-1].get('evalue', '')}"
    return " ".join(told.split())[:LONGEST_ERROR].rstrip(".")


def mark(
    manifest: Manifest,
    exercise: Exercise,
    sent: Any,
    remark: str = "",
    account: Mapping[str, Any] | None = None,
) -> FormResult:
    """The result of one exercise from what its graded cell sent; `None` where it sent nothing.

    `remark` says why nothing was sent. `account` is the state of a simulated account as it was
    read outside the learner's process.
    """
    try:
        if exercise.kind == FORM:
            result = _mark_form(exercise, sent, remark)
        else:
            result = _mark_work(manifest, exercise, sent, remark, account)
    except ValueError as problem:
        result = _nothing(exercise, f"Nothing could be scored: {problem}.")
    return result.without(exercise.dropped)


def _mark_form(exercise: Exercise, sent: object, remark: str) -> FormResult:
    keys = _item_keys(exercise)
    if sent is None:
        return score_form(keys, {}).with_remarks(remark)
    sheet = read_sheet(sent, exercise.exercise)
    twice = [f"Answered twice, the last one counts: {item_id}." for item_id in sheet.twice]
    none = [] if sheet.answers else [NO_ANSWERS]
    return score_form(keys, sheet.answers).with_remarks(*none, *twice)


def _mark_work(
    manifest: Manifest,
    exercise: Exercise,
    sent: object,
    remark: str,
    account: Mapping[str, Any] | None,
) -> FormResult:
    if sent is None:
        return _nothing(exercise, remark)
    data: Any = read_work(sent, exercise.exercise).data
    if not data:
        return _nothing(exercise, NO_ANSWERS)
    if exercise.kind == ExerciseKind.ACCOUNT:
        data = {"handed": data, **(account or {})}
    keys = _check_keys(exercise)
    return judged(manifest.assignment, exercise.exercise, keys, data, exercise.expected)


def _nothing(exercise: Exercise, remark: str) -> FormResult:
    if exercise.kind == FORM:
        return score_form(_item_keys(exercise), {}).with_remarks(remark)
    return score_checks(_check_keys(exercise), {}, remark)


def _item_keys(exercise: Exercise) -> list[tuple[ItemKey, float]]:
    return [(key, points) for key, points in exercise.keys if isinstance(key, ItemKey)]


def _check_keys(exercise: Exercise) -> list[tuple[CheckKey, float]]:
    return [(key, points) for key, points in exercise.keys if isinstance(key, CheckKey)]


def _sent(outputs: Sequence[NotebookNode]) -> tuple[object, str]:
    """The answers in the outputs of a graded cell, or `None` and the reason why there are none."""
    for output in outputs:
        data = output.get("data", {})
        if output.get("output_type") == "execute_result" and ANSWERS_MIME in data:
            return data[ANSWERS_MIME], ""
    for output in outputs:
        if output.get("output_type") == "error":
            name = str(output.get("ename", ""))[:LONGEST_NAME]
            return None, f"The graded cell ended in an error: {name}."
    return None, "The graded cell gave no answers."


def work_of(marked: Iterable[Marked], account: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the ledger keeps of a grading: by exercise what was sent and what came of it."""
    exercises = {
        one.exercise.exercise: {"sent": one.sent, "result": as_data(one.exercise, one.result)}
        for one in marked
    }
    return {"exercises": exercises, "account": account}


def scored_output(exercise: Exercise, result: FormResult) -> NotebookNode:
    """What stands in a graded cell after grading: the points for nbgrader, the rest for people."""
    return new_output(
        "execute_result",
        data={
            "text/plain": repr(float(result.points)),
            "text/html": as_html(result),
            RESULT_MIME: as_data(exercise, result),
        },
    )


def as_data(exercise: Exercise, result: FormResult) -> dict[str, Any]:
    """A result as plain data: what was answered and earned, without the key."""
    return {
        "exercise": exercise.exercise,
        "remarks": list(result.remarks),
        "items": [_item_data(item) for item in result.items],
    }


def _item_data(item: AnyResult) -> dict[str, Any]:
    data = {
        "item_id": item.item_id,
        "version": item.version,
        "response": item.response,
        "confidence": item.confidence,
        "verdict": item.verdict.value,
        "points": item.points,
        "max_points": item.max_points,
        "misconception_id": item.misconception_id,
    }
    if isinstance(item, CheckResult) and item.judgement is not None:
        found = item.judgement
        data["judgement"] = {
            "credit": clamp(found.credit, 1.0),
            "yours": found.yours,
            "right": found.right,
            "details": list(found.details),
            "misconception_id": found.misconception_id,
        }
    return data


def from_data(exercise: Exercise, data: Mapping[str, Any]) -> FormResult:
    """The inverse of `as_data`, with the keys of the record."""
    given = {item["item_id"]: item for item in data["items"]}
    items = tuple(_item(key, points, given.get(key.item_id)) for key, points in exercise.keys)
    remarks = tuple(data.get("remarks", ()))
    withdrawn = FormResult(items).without(exercise.dropped)
    return FormResult(withdrawn.items, remarks)


def _item(key: ItemKey | CheckKey, points: float, data: Mapping[str, Any] | None) -> AnyResult:
    if isinstance(key, ItemKey):
        return _item_result(key, points, data or {})
    found = (data or {}).get("judgement")
    if found is None:
        return CheckResult(key, None, points)
    judgement = Judgement(**{**found, "details": tuple(found["details"])})
    return CheckResult(key, judgement, points)


def _item_result(key: ItemKey, points: float, data: Mapping[str, Any]) -> ItemResult:
    confidence = data.get("confidence", "")
    response = data.get("response", "")
    if confidence and data.get("verdict") != Verdict.ILLEGAL:
        response = f"{response}, {confidence}"
    return score_item(key, response, points)
