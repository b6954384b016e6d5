import pytest

from shared_responsibility.errors import CourseError
from shared_responsibility.items import form, forms_of, load_items, questions
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import Grain, ItemKind

EXERCISES = list(load_table("forms")["exercise"].drop_duplicates())


def test_every_line_of_the_bank_becomes_an_item() -> None:
    assert list(load_items()) == list(load_table("items")["item_id"])


def test_labels_follow_the_grain_and_written_options_the_table() -> None:
    by_grain = {
        Grain.TASK: ["aws", "customer"],
        Grain.CELL: ["aws", "customer", "shared"],
        Grain.CONTROL: ["inherited", "shared", "customer_specific"],
    }
    written = load_table("options").groupby("item_id")["option_id"].apply(list).to_dict()
    for item in load_items().values():
        assert list(item.written) == written.get(item.item_id, [])
        if item.kind is ItemKind.EVIDENCE:
            assert list(item.parts) == ["answer"]
            assert list(item.labels)[:2] == ["l01", "l02"]
        elif item.kind in (ItemKind.MATRIX_CELL, ItemKind.OWNER_REASON) or not item.written:
            assert list(item.parts["owner"]) == by_grain[item.grain]
        else:
            assert "owner" not in item.parts


def test_a_move_names_its_cells_in_order_and_all_of_one_domain() -> None:
    listed = load_table("item_cells")
    moves = [item for item in load_items().values() if item.item_id in set(listed["item_id"])]
    for item in moves:
        rows = listed[listed["item_id"] == item.item_id].sort_values("position")
        assert [cell.service_id for cell in item.cells] == list(rows["service_id"])
        assert len({cell.domain_id for cell in item.cells}) == 1
        assert len(item.cells) >= 2
    assert len(moves) >= 6


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_form_asks_what_the_table_says_in_its_order(exercise: str) -> None:
    asked, rows = form(exercise), load_table("forms")
    rows = rows[rows["exercise"] == exercise].sort_values("position")
    assert [entry.item.item_id for entry in asked.entries] == list(rows["item_id"])
    assert [entry.points for entry in asked.entries] == list(rows["points"])
    assert asked.points == rows["points"].sum()
    assert asked.variable.isidentifier()
    assert {entry.item.status for entry in asked.entries} == {"live"}


def test_classify_scenarios_has_its_four_exercises_in_order() -> None:
    assert [asked.exercise for asked in forms_of("classify-scenarios")] == [
        "scenarios-one-task", "scenarios-the-domain", "scenarios-the-setting",
        "scenarios-wider-view",
    ]  # fmt: skip


def test_graded_items_count_and_practice_items_do_not() -> None:
    for exercise in EXERCISES:
        for entry in form(exercise).entries:
            assert (entry.points > 0) == (entry.item.exposure == "graded")


@pytest.mark.parametrize(
    ("ask", "name", "near"),
    [
        (form, "first-chek", "first-check"),
        (forms_of, "clasify-scenarios", "classify-scenarios"),
        (questions, "mooving-line", "moving-line"),
    ],
)
def test_an_unknown_form_gets_the_nearest_one(ask: object, name: str, near: str) -> None:
    assert callable(ask)
    with pytest.raises(CourseError, match=f"Did you mean {near}"):
        ask(name)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_questions_show_every_prompt_with_its_id_and_choices(exercise: str) -> None:
    shown = questions(exercise)
    assert shown._repr_html_().count("<li><code>") >= len(shown.form.entries)
    for number, entry in enumerate(shown.form.entries, 1):
        assert f"{number}. {entry.item.item_id}: {entry.item.prompt}" in repr(shown)
        if entry.item.kind is ItemKind.EVIDENCE:
            assert f"answer: {entry.item.how_to_answer}" in repr(shown)
            continue
        for label in entry.item.labels:
            assert f'"{label}"' in repr(shown)
            assert f'"{label}"' in shown._repr_html_()
        for text in entry.item.written.values():
            assert text in repr(shown)
