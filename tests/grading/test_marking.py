"""From what a graded cell sent to points, and back from what the ledger keeps."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from shared_responsibility.answers import ANSWERS_MIME, Sheet, Work
from shared_responsibility.exercises import code_exercises_of
from shared_responsibility.feedback import as_html
from shared_responsibility.grading.ledger.store import canonical
from shared_responsibility.grading.manifest import (
    OPEN_SEED,
    Exercise,
    Manifest,
    with_withdrawn,
    write_manifest,
)
from shared_responsibility.grading.marking import (
    NO_ANSWERS,
    RESULT_MIME,
    _error,
    _sent,
    as_data,
    from_data,
    mark,
    scored_output,
    work_of,
)
from shared_responsibility.grading.marking import Marked as MarkedExercise
from shared_responsibility.items import forms_of
from shared_responsibility.judges import judge_of
from shared_responsibility.keys import check_keys, keys_of_form
from shared_responsibility.scoring import FormResult, Judgement, Verdict, score_checks
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import ExerciseKind

SETS = list(load_table("assignments")["assignment"])
WITH_FORMS = [name for name in SETS if name in set(load_table("forms")["assignment"])]
FORMS = [
    (name, Exercise(f"{asked.exercise}-graded", asked.exercise, tuple(keys_of_form(asked))))
    for name in WITH_FORMS
    for asked in forms_of(name)
]
CODE = [
    (name, asked)
    for name in SETS
    for asked in code_exercises_of(name)
    if asked.kind is not ExerciseKind.MANUAL
]
ODD: list[Any] = ["customr", "sure", "aws", "aws, b, SURE", "x" * 500, "\N{COLLISION SYMBOL}", ""]
HOSTILE: list[Any] = [
    None, [], {}, 3, "x", {"format": 1}, {"format": 1, "exercise": "y", "answers": {}},
    {"format": 1, "work": {"a": "\ud800"}}, {"format": float("nan")},
]  # fmt: skip


def manifest(assignment: str, *exercises: Exercise) -> Manifest:
    return Manifest(assignment, {"cells": []}, exercises, "hash")


def code(assignment: str, asked: Any, dropped: tuple[str, ...] = ()) -> Exercise:
    expected = json.loads(json.dumps(judge_of(assignment, asked.exercise).expected(OPEN_SEED)))
    keys = tuple(check_keys(asked))
    name = asked.exercise
    return Exercise(f"{name}-graded", name, keys, str(asked.kind), expected, dropped)


def answers(exercise: Exercise, draw: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, _ in exercise.keys:
        labels = list(key.labels)  # type: ignore[union-attr]
        drawn = ", ".join(draw.sample(labels, draw.randint(1, 3)))
        known = [key.right, f"{key.right}, sure", f"{key.right} unsure"]  # type: ignore[union-attr]
        found[key.item_id] = draw.choice([*ODD, None, drawn, *known])
    return found | ({"stray": "aws"} if draw.random() < 0.3 else {})


def kept(exercise: Exercise, result: FormResult) -> FormResult:
    """A result after the way through the ledger."""
    return from_data(exercise, json.loads(canonical(as_data(exercise, result))))


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize(("name", "exercise"), FORMS, ids=lambda one: getattr(one, "exercise", ""))
def test_what_the_ledger_keeps_of_a_form_gives_the_same_result(
    name: str, exercise: Exercise, seed: int
) -> None:
    draw = random.Random(seed)
    dropped = (exercise.keys[0][0].item_id,) if seed % 3 == 0 else ()
    exercise = Exercise(exercise.grade_id, exercise.exercise, exercise.keys, dropped=dropped)
    sent = Sheet(exercise.exercise, answers(exercise, draw)).as_data()
    result = mark(manifest(name, exercise), exercise, sent)
    assert kept(exercise, result) == result
    assert 0 <= result.points <= result.max_points
    assert as_html(kept(exercise, result)) == as_html(result)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "asked"), CODE, ids=lambda one: getattr(one, "exercise", ""))
def test_what_the_ledger_keeps_of_code_gives_the_same_result(
    name: str, asked: Any, seed: int
) -> None:
    draw = random.Random(seed)
    exercise = Exercise("g", asked.exercise, tuple(check_keys(asked)), str(asked.kind))
    judged = {
        key.check_id: Judgement(draw.random(), "yours", "right", ("one", "two"), "M12")
        for key, _ in check_keys(asked)
        if draw.random() < 0.8
    }
    result = score_checks(check_keys(asked), judged, "A remark.")
    assert kept(exercise, result) == result


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: ascii(sent)[:30])
@pytest.mark.parametrize(("name", "exercise"), FORMS[:1] + FORMS[-1:],
                         ids=lambda one: getattr(one, "exercise", ""))  # fmt: skip
def test_any_form_that_arrives_gives_points_and_a_remark(
    name: str, exercise: Exercise, sent: Any
) -> None:
    result = mark(manifest(name, exercise), exercise, sent, "The cell gave nothing.")
    assert result.points == 0
    assert result.remarks
    assert all(remark.endswith(".") for remark in result.remarks)
    assert {item.verdict for item in result.items} == {Verdict.MISSING}


@pytest.mark.parametrize(("name", "asked"), CODE, ids=lambda one: getattr(one, "exercise", ""))
def test_any_work_that_arrives_gives_points_and_a_remark(name: str, asked: Any) -> None:
    exercise = code(name, asked)
    odd = [None, 3, "x", [], [[]], {}, {"a": None}, float("nan"), 10**300, True, [None] * 50]
    shapes: list[Any] = [*HOSTILE]
    for field in ("rows", "columns", "values", "outputs", "bars", "findings", "handed", "x"):
        shapes += [Work(asked.exercise, {field: value}).as_data() for value in odd]
    for sent in shapes:
        result = mark(manifest(name, exercise), exercise, sent, "The cell gave nothing.")
        assert 0 <= result.points <= 0.35 * result.max_points
        assert kept(exercise, result) == result
    for sent in HOSTILE:
        assert mark(manifest(name, exercise), exercise, sent, "The cell gave nothing.").remarks


def test_an_empty_work_says_that_no_answers_arrived() -> None:
    name, asked = CODE[0]
    exercise = code(name, asked)
    result = mark(manifest(name, exercise), exercise, Work(asked.exercise, {}).as_data())
    assert result.remarks == (NO_ANSWERS,)


@pytest.mark.parametrize(
    ("outputs", "sent", "remark"),
    [
        ([], None, "The graded cell gave no answers."),
        ([new_output("stream", text="1.0")], None, "The graded cell gave no answers."),
        ([new_output("error", ename="NameError", evalue="", traceback=[])], None,
         "The graded cell ended in an error: NameError."),
        ([new_output("error", ename="x" * 500, evalue="", traceback=[])], None,
         f"The graded cell ended in an error: {'x' * 60}."),
        ([new_output("display_data", data={ANSWERS_MIME: {"format": 1}})], None,
         "The graded cell gave no answers."),
        ([new_output("execute_result", data={"text/plain": "4.5"})], None,
         "The graded cell gave no answers."),
        ([new_output("execute_result", data={RESULT_MIME: {}, "text/plain": "4.5"})], None,
         "The graded cell gave no answers."),
        ([new_output("stream", text="x"), new_output("execute_result", data={ANSWERS_MIME: 7})],
         7, ""),
    ],
    ids="none stream error long-error displayed number own-result answers".split(),
)  # fmt: skip
def test_only_the_value_of_the_graded_cell_counts(
    outputs: list[Any], sent: Any, remark: str
) -> None:
    assert _sent(outputs) == (sent, remark)


def test_a_scored_cell_holds_a_number_for_nbgrader_and_no_more_than_its_points() -> None:
    name, exercise = FORMS[0]
    right = {key.item_id: key.right for key, _ in exercise.keys}  # type: ignore[union-attr]
    sent = Sheet(exercise.exercise, right).as_data()
    result = mark(manifest(name, exercise), exercise, sent)
    output = scored_output(exercise, result)
    assert float(output["data"]["text/plain"]) == exercise.points == result.points


def test_the_work_that_the_ledger_keeps_has_one_text() -> None:
    marked = []
    for name, exercise in FORMS:
        sent = Sheet(exercise.exercise, answers(exercise, random.Random(1))).as_data()
        marked.append(
            MarkedExercise(exercise, mark(manifest(name, exercise), exercise, sent), sent)
        )
    text = canonical(work_of(marked, {"users": {"a": [1]}}))
    assert canonical(json.loads(text)) == text


def test_what_was_withdrawn_is_carried_into_the_next_record(tmp_path: Any) -> None:
    name, exercise = FORMS[0]
    (first, _), (second, _) = exercise.keys[:2]
    plain = manifest(name, exercise)
    assert with_withdrawn(tmp_path, plain) == plain
    gone = Exercise(exercise.grade_id, exercise.exercise, exercise.keys, dropped=(first.item_id,))
    write_manifest(tmp_path, manifest(name, gone))
    assert with_withdrawn(tmp_path, plain) == manifest(name, gone)
    newer = tuple(
        (type(key).from_data({**key.as_data(), "version": key.version + 1}), points)
        for key, points in exercise.keys
    )
    repaired = manifest(name, Exercise(exercise.grade_id, exercise.exercise, newer))
    assert with_withdrawn(tmp_path, repaired) == repaired
    assert second.item_id not in gone.dropped


def test_a_record_keeps_the_order_in_which_options_are_shown(tmp_path: Any) -> None:
    from shared_responsibility.grading.manifest import read_manifest

    name, exercise = FORMS[0]
    write_manifest(tmp_path, manifest(name, exercise))
    (read,) = read_manifest(tmp_path, name).exercises
    for (one, _), (other, _) in zip(read.keys, exercise.keys, strict=True):
        assert list(one.labels) == list(other.labels)  # type: ignore[union-attr]
        assert one.right == other.right  # type: ignore[union-attr]


def test_an_answer_cell_that_stopped_is_named_with_its_error() -> None:
    cell = NotebookNode(
        outputs=[NotebookNode(output_type="error", ename="NameError", evalue="name 'x'\nis <new>.")]
    )
    assert _error(cell) == "NameError: name 'x' is <new>"
    assert _error(NotebookNode(outputs=[])) == ""
    assert len(_error(NotebookNode(outputs=[{"output_type": "error", "evalue": "x" * 999}]))) <= 200
