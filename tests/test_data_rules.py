"""`srm check-data`: nothing is wrong with the real data, and each rule finds its own error."""

import csv
from functools import cache
from pathlib import Path

import pytest

from shared_responsibility.build.data_rules import (
    RULES,
    Frames,
    actions_fit_owners,
    data_errors,
    forms_are_sound,
    items_can_be_judged,
    variants_resolve,
)
from shared_responsibility.items import load_items
from shared_responsibility.keys import key_of
from shared_responsibility.tables import TABLES, data_directory, read_lines
from shared_responsibility.vocabulary import CLASS_OF_PARTY, Grain, ItemKind, Party

CELLS = "responsibilities"


def frames_of(directory: Path) -> Frames:
    return {name: read_lines(table, directory) for name, table in TABLES.items()}


@cache
def _real_frames() -> Frames:
    return frames_of(data_directory())


def real_frames() -> Frames:
    """The real tables, to be changed freely."""
    return {name: frame.copy() for name, frame in _real_frames().items()}


def edit(directory: Path, table: str, change: dict[str, str], **where: str) -> int:
    """Change the first row that matches; returns its line."""
    path = directory / TABLES[table].path
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = next(row for row in rows if where.items() <= row.items())
    assert not change.items() <= found.items(), "the row says that already"
    found.update(change)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows.index(found) + 2


def test_the_real_data_has_no_error() -> None:
    assert [str(error) for error in data_errors()] == []


def test_each_rule_reports_its_own_planted_error_and_no_other(
    request: pytest.FixtureRequest,
) -> None:
    task = next(i for i in load_items().values() if i.status == "live" and i.grain is Grain.TASK)
    of_model = next(i for i in load_items().values() if i.model_id)
    of_several = next(i for i in load_items().values() if i.kind is ItemKind.MULTI)
    right = key_of(task).right
    asked = {i.domain_id for i in load_items().values() if i.model_id == "on_premises"}
    # Only now, since the package reads a table of one folder once.
    data_copy: Path = request.getfixturevalue("data_copy")
    before = frames_of(data_copy)
    last_cell = before[CELLS].iloc[-1]
    repeated = before[CELLS].set_index(["service_id", "domain_id"]).loc[("aurora", "guest_os")]

    def cell(domain_id: str, service_id: str = "chime", **change: str) -> int:
        return edit(data_copy, CELLS, change, service_id=service_id, domain_id=domain_id)

    planted: dict[str, tuple[str, int | None, str]] = {
        "classes_follow_owners": (CELLS, cell("facilities", control_class="shared"),
                                  "control_class"),
        "actions_fit_owners": (CELLS, cell("hardware", customer_does="Carries it home."),
                               "customer_does"),
        "absent_layers_have_a_reason": (CELLS, cell("application_code", "kms", note=""), "note"),
        "sentences_do_not_repeat": (
            CELLS, cell("guest_os", "connect", aws_does=repeated["aws_does"]), "aws_does"),
        "defaults_say_what_the_model_says": (
            CELLS, cell("network_config", "rds", basis="model_default"), "basis"),
        "aliases_name_one_service": (
            "services", edit(data_copy, "services", {"aliases": "AWS codestar"}, service_id="s3"),
            "aliases"),
        "crosswalk_is_whole": (
            "crosswalk", edit(data_copy, "crosswalk", {"relation": "none"},
                              domain_id="facilities", framework="aws"), "relation"),
        "lifecycles_have_dates": (
            "services", edit(data_copy, "services", {"lifecycle": "ending"}, service_id="ec2"),
            "lifecycle_date"),
        "variants_resolve": (
            "items", edit(data_copy, "items", {"variant_id": "nowhere"}, item_id=of_model.item_id),
            "variant_id"),
        "evidence_names_its_dossier": (
            "items", edit(data_copy, "items", {"dossier_id": "map-archive", "status": "draft"},
                          item_id=of_several.item_id), "dossier_id"),
        "dossiers_are_whole": (
            "dossier_lines", edit(data_copy, "dossier_lines", {"part": "status"},
                                  dossier_id="ferry-tickets", line="l02") - 1, "part"),
    }  # fmt: skip
    edit(data_copy, "option_keys", {"misconception_id": "M01"},
         item_id=task.item_id, option_id=right)  # fmt: skip
    line = before["items"].index[before["items"]["item_id"] == task.item_id][0]
    planted["items_can_be_judged"] = ("items", line, "item_id")
    # Without an owner on the company's own premises, the load rises on the way to the cloud.
    for domain_id in sorted(set(before["domains"]["domain_id"]) - asked)[:9]:
        edit(data_copy, "model_defaults", {"responsible": "aws"},
             domain_id=domain_id, model_id="on_premises")  # fmt: skip
    planted["load_never_rises"] = ("model_defaults", None, "responsible")
    lines = {name: (data_copy / f"{name}.csv").read_text("utf-8").splitlines(keepends=True)
             for name in ("misconceptions", "forms", CELLS)}  # fmt: skip
    lines["misconceptions"][1:3] = reversed(lines["misconceptions"][1:3])
    planted["sorted_by_key"] = ("misconceptions", 3, "misconception_id")
    exercise = before["forms"]["exercise"].iloc[-1]
    lines["forms"][-1] = "zzz" + lines["forms"][-1]
    first = before["forms"].index[before["forms"]["exercise"] == exercise][0]
    planted["forms_are_sound"] = ("forms", first, "exercise")
    assert lines[CELLS].pop().startswith(f"{last_cell['service_id']},{last_cell['domain_id']},")
    planted["every_cell_is_there"] = (CELLS, None, "service_id")
    for name, kept in lines.items():
        (data_copy / f"{name}.csv").write_text("".join(kept), encoding="utf-8", newline="\n")

    frames = frames_of(data_copy)
    reported = {rule.__name__: [(e.file, e.line, e.column) for e in rule(frames)] for rule in RULES}
    assert reported == {
        rule: [(f"data/{table}.csv", line, column)]
        for rule, (table, line, column) in planted.items()
    }


@pytest.mark.parametrize(
    ("owner", "change", "column"),
    [
        ("aws", {"customer_does": "Patches it."}, "customer_does"),
        ("customer", {"customer_does": "Nothing."}, "customer_does"),
        ("shared", {"customer_does": "Nothing here."}, "responsible"),
        ("shared", {"aws_does": "Nothing here."}, "responsible"),
        ("shared", {"aws_does": "Tests it.", "customer_does": "Tests it."}, "responsible"),
    ],
)
@pytest.mark.parametrize("table", [CELLS, "variants"])
def test_what_a_side_does_must_fit_the_owner(
    table: str, owner: str, change: dict[str, str], column: str
) -> None:
    frames = {name: _real_frames()[name].head(400).copy() for name in (CELLS, "variants")}
    frame = frames[table]
    line = frame.index[frame["responsible"] == owner][0]
    for name, text in change.items():
        frame.loc[line, name] = text
    errors = [(e.file, e.line, e.column) for e in actions_fit_owners(frames)]
    assert errors == [(f"data/{table}.csv", line, column)]


@pytest.mark.parametrize("party", [Party.AWS, Party.CUSTOMER, Party.SHARED])
def test_a_graded_form_on_which_one_party_is_mostly_right_is_refused(party: Party) -> None:
    frames = real_frames()
    forms, bank = frames["forms"], load_items()
    graded = forms[forms["points"].astype(float) > 0]
    same = {party, CLASS_OF_PARTY[party]}
    often = [one for one in graded["item_id"] if key_of(bank[one]).right in same]
    seldom = [one for one in graded["item_id"] if one not in often]
    kept = graded[graded["item_id"].isin(often + seldom[: 12 - len(often)])]
    assert len(kept) == 12
    frames["forms"] = kept
    problems = [error.problem for error in forms_are_sound(frames)]
    assert len(problems) == (len(often) / 12 > 0.45)
    assert all(repr(str(party)) in problem for problem in problems)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "where", "change"),
    [
        ("item_cells", {"item_id": "move-runtime-to-lambda", "position": "2"},
         {"variant_id": "nowhere"}),
        ("items", {"item_id": "dynamodb-default-table"}, {"service_id": ""}),
    ],
    ids=["unknown setting", "no cell"],
)  # fmt: skip
def test_an_item_whose_key_cannot_be_derived_is_reported_with_its_line(
    data_copy: Path, table: str, where: dict[str, str], change: dict[str, str]
) -> None:
    line = edit(data_copy, table, change, **where)
    frames = frames_of(data_copy)
    about_items = (variants_resolve, items_can_be_judged, forms_are_sound)
    errors = [error for rule in about_items for error in rule(frames)]
    assert (f"data/{table}.csv", line) in {(error.file, error.line) for error in errors}
