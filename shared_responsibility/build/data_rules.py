"""What must hold over the tables together. `srm check-data` runs it all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from shared_responsibility.dossiers import RECORDS
from shared_responsibility.errors import CourseError, DataError
from shared_responsibility.items import Item, load_items
from shared_responsibility.keys import key_of, right_party
from shared_responsibility.matrix import customer_load, plain
from shared_responsibility.schemas import schema_errors
from shared_responsibility.scoring import ItemKey
from shared_responsibility.tables import (
    TABLES,
    data_directory,
    has_answers,
    read_lines,
    reference_errors,
)
from shared_responsibility.vocabulary import (
    CLASS_OF_PARTY,
    Basis,
    Framework,
    ItemKind,
    Lifecycle,
    Party,
    Relation,
)

Frames = dict[str, pd.DataFrame]
LARGEST_SHARE, SMALLEST_FORM = 0.45, 12
MOST_EVIDENCE = 4


def data_errors() -> list[DataError]:
    """Everything that is wrong in `data/`: first each table by itself, then the tables together."""
    directory = data_directory()
    frames = {
        name: read_lines(table, directory)
        for name, table in TABLES.items()
        if name != "option_keys" or has_answers()
    }
    errors = [e for name, frame in frames.items() for e in schema_errors(TABLES[name], frame)]
    if not errors:
        errors = [e for name, f in frames.items() for e in _reference_errors(name, f, directory)]
    if not errors:
        errors = [error for rule in RULES for error in rule(frames)]
    return errors


def _reference_errors(name: str, frame: pd.DataFrame, directory: Path) -> Iterator[DataError]:
    yield from reference_errors(TABLES[name], frame, directory)


def sorted_by_key(frames: Frames) -> Iterator[DataError]:
    """A table is sorted by its key, so that two people's changes merge."""
    for name, frame in frames.items():
        table = TABLES[name]
        numbers = {column.name for column in table.columns if column.number}
        keys = [
            tuple(float(row[k]) if k in numbers else row[k] for k in table.key)
            for row in frame.to_dict("records")
        ]
        for line, before, after in zip(frame.index[1:], keys, keys[1:], strict=False):
            if after < before:
                problem = f"the line belongs before {before[0]!r}"
                yield DataError(f"data/{table.path}", line, table.key[0], problem, "sorted by key")
                break


def every_cell_is_there(frames: Frames) -> Iterator[DataError]:
    """The matrix and the defaults have no gap."""
    domains = list(frames["domains"]["domain_id"])
    for name, other, ids in (
        ("responsibilities", "service_id", frames["services"]["service_id"]),
        ("model_defaults", "model_id", frames["service_models"]["model_id"]),
    ):
        frame = frames[name]
        present = set(zip(frame[other], frame["domain_id"], strict=True))
        for one in ids:
            for domain_id in domains:
                if (one, domain_id) not in present:
                    problem = f"no line for {one} and {domain_id}"
                    yield DataError(f"data/{name}.csv", None, other, problem)


def classes_follow_owners(frames: Frames) -> Iterator[DataError]:
    """`inherited` says of a cell what `aws` says, and so on."""
    for line, row in _rows(frames["responsibilities"]):
        right = CLASS_OF_PARTY[Party(row["responsible"])]
        if row["control_class"] != right:
            problem = f"{row['control_class']!r} does not go with {row['responsible']!r}"
            yield _at("responsibilities", line, "control_class", problem, right)


def actions_fit_owners(frames: Frames) -> Iterator[DataError]:
    """Shared needs two duties; under `aws` the customer's text starts with Nothing."""
    for name in ("responsibilities", "variants"):
        for line, row in _rows(frames[name]):
            aws, customer = row["aws_does"], row["customer_does"]
            if row["responsible"] == Party.AWS and not customer.startswith("Nothing"):
                yield _at(name, line, "customer_does", f"AWS owns the cell, but {customer!r}",
                          "a text that starts with Nothing")  # fmt: skip
            if row["responsible"] == Party.SHARED and (
                aws == customer or aws.startswith("Nothing") or customer.startswith("Nothing")
            ):
                yield _at(name, line, "responsible", "a shared cell needs two different duties",
                          "an action of AWS and another of the customer")  # fmt: skip
            if row["responsible"] == Party.CUSTOMER and customer.startswith("Nothing"):
                yield _at(name, line, "customer_does", "the customer owns the cell",
                          "what the customer does")  # fmt: skip


def absent_layers_have_a_reason(frames: Frames) -> Iterator[DataError]:
    """`not_applicable` is a claim too."""
    frame = frames["responsibilities"]
    absent = frame["responsible"] == Party.NOT_APPLICABLE
    for column in ("aws_does", "customer_does"):
        for line in frame.index[absent & ~frame[column].str.startswith("Nothing")]:
            yield _at("responsibilities", line, column, "there is no such layer to act in",
                      "a text that starts with Nothing")  # fmt: skip
    for line in frame.index[absent & (frame["note"] == "")]:
        yield _at("responsibilities", line, "note", "no reason why the layer does not exist",
                  "one sentence")  # fmt: skip


def defaults_say_what_the_model_says(frames: Frames) -> Iterator[DataError]:
    """A cell that claims to follow from the model has the owner of the model, or no layer."""
    model = frames["services"].set_index("service_id")["service_model"]
    defaults = frames["model_defaults"].set_index(["domain_id", "model_id"])["responsible"]
    cells = frames["responsibilities"]
    for line, row in _rows(cells[cells["basis"] == Basis.MODEL_DEFAULT]):
        default = defaults[row["domain_id"], model[row["service_id"]]]
        if row["responsible"] not in (default, Party.NOT_APPLICABLE):
            problem = f"{row['responsible']!r} does not follow from the model, which says {default}"
            yield _at("responsibilities", line, "basis", problem, "a page that says so")


def aliases_name_one_service(frames: Frames) -> Iterator[DataError]:
    """Two services that answer to one name would answer for each other."""
    seen: dict[str, str] = {}
    for line, row in _rows(frames["services"]):
        names = {row["service_id"], row["name"], *filter(None, row["aliases"].split("; "))}
        for name in {plain(name) for name in names}:
            if seen.setdefault(name, row["service_id"]) != row["service_id"]:
                problem = f"{name!r} is a name of {seen[name]} too"
                yield _at("services", line, "aliases", problem, "each name once")


def crosswalk_is_whole(frames: Frames) -> Iterator[DataError]:
    """Every domain says of every framework what it is called there, or that it has no name."""
    rows = frames["crosswalk"]
    present = set(zip(rows["domain_id"], rows["framework"], strict=True))
    for domain_id in frames["domains"]["domain_id"]:
        for framework in Framework:
            if (domain_id, framework) not in present:
                problem = f"no line for {domain_id} and {framework}"
                yield DataError("data/crosswalk.csv", None, "framework", problem)
    for line in rows.index[(rows["term"] == "-") != (rows["relation"] == Relation.NONE)]:
        yield _at("crosswalk", line, "relation", "term and relation do not agree",
                  "`none` where the term is `-`, and nowhere else")  # fmt: skip


def sentences_do_not_repeat(frames: Frames) -> Iterator[DataError]:
    """A sentence that fits two cells says too little about either.

    Stock sentences of cells that follow from the model or a general page may repeat.
    """
    seen: dict[str, str] = {}
    for name in ("responsibilities", "variants"):
        for line, row in _rows(frames[name]):
            if row.get("basis", Basis.SERVICE_PAGE) != Basis.SERVICE_PAGE:
                continue
            for column in ("aws_does", "customer_does"):
                text = row[column]
                if text.startswith("Nothing"):
                    continue
                if text in seen:
                    problem = f"{text!r} stands in {seen[text]} too"
                    yield _at(name, line, column, problem, "a sentence of its own")
                seen[text] = f"data/{name}.csv, line {line}"


def load_never_rises(frames: Frames) -> Iterator[DataError]:
    """From on-premises to SaaS the customer never gets more to do by default."""
    load = customer_load()["load"]
    if not load.is_monotonic_decreasing:
        told = ", ".join(f"{model} {value:g}" for model, value in load.items())
        yield DataError("data/model_defaults.csv", None, "responsible", f"the load rises: {told}")


def lifecycles_have_dates(frames: Frames) -> Iterator[DataError]:
    """A service that ended or is ending says when; a current one has no date."""
    services = frames["services"]
    dated = services["lifecycle_date"] != ""
    ends = services["lifecycle"].isin([Lifecycle.ENDED, Lifecycle.ENDING])
    current = services["lifecycle"] == Lifecycle.CURRENT
    for line in services.index[(ends & ~dated) | (current & dated)]:
        yield _at("services", line, "lifecycle_date", "date and lifecycle do not agree",
                  "a date for the end of a service, a blank where it is current")  # fmt: skip


def variants_resolve(frames: Frames) -> Iterator[DataError]:
    """A setting that an item names exists for that cell."""
    cell = ["service_id", "domain_id", "variant_id"]
    known = set(map(tuple, frames["variants"][cell].to_numpy()))
    for name in ("items", "item_cells"):
        for line, row in _rows(frames[name]):
            if row["variant_id"] and tuple(row[column] for column in cell) not in known:
                problem = f"{row['variant_id']!r} is no setting of this cell"
                yield _at(name, line, "variant_id", problem, "an id of data/variants.csv")


def items_can_be_judged(frames: Frames) -> Iterator[DataError]:
    """Every live item has one right option, and every option has an explanation."""
    if not has_answers():
        return
    lines = dict(zip(frames["items"]["item_id"], frames["items"].index, strict=True))
    for item in load_items().values():
        if item.status == "live":
            for problem, allowed in _problems_of(item):
                yield _at("items", lines[item.item_id], "item_id",
                          f"{item.item_id}: {problem}", allowed)  # fmt: skip


def _problems_of(item: Item) -> Iterator[tuple[str, str]]:
    derived = item.owner_is_derived and not item.model_id
    if not derived and not item.source_id:
        yield "no source", "a source_id, since no cell gives one"
        return
    try:
        key = key_of(item)
    except CourseError as problem:
        yield f"no key ({problem})", "a cell, a control or a model that the tables hold"
        return
    if set(key.options) != set(item.labels):
        without = ", ".join(sorted(set(item.labels) ^ set(key.options)))
        yield f"options and keys differ: {without}", "one row of option_keys for each option"
        return
    if item.kind is ItemKind.ORDER:
        if [key.options[option].rank for option in key.right_options] != [
            *range(1, len(key.options) + 1)
        ]:
            yield "the ranks leave a gap or stand twice", "1 to the number of options"
        return
    yield from _wrong_counts(key)
    for option, judged in key.options.items():
        right, believed = judged.credit >= 1, bool(judged.misconception_id)
        # A wrong line of a dossier may be a plain slip, with no belief behind it.
        if right == believed and (right or item.kind is not ItemKind.EVIDENCE):
            yield (
                f"option {option!r} is {'right' if right else 'wrong'}",
                "a misconception on every wrong option and on no other",
            )
        if item.kind in (ItemKind.MULTI, ItemKind.EVIDENCE) and right != bool(judged.missed):
            yield (
                f"option {option!r} of an item with several answers",
                "a text for leaving it out where it is right, and only there",
            )


def _wrong_counts(key: ItemKey) -> Iterator[tuple[str, str]]:
    for part in dict.fromkeys(option.part for option in key.options.values()):
        right = [name for name in key.in_part(part) if key.options[name].credit >= 1]
        if key.kind == ItemKind.EVIDENCE:
            if not 2 <= len(right) <= MOST_EVIDENCE:
                yield f"{len(right)} lines are evidence", f"2 to {MOST_EVIDENCE}"
        elif key.kind == ItemKind.MULTI:
            if not 1 < len(right) < len(key.options):
                yield (
                    f"{len(right)} of {len(key.options)} options are right",
                    "two or more, not all",
                )
        elif len(right) != 1:
            yield f"{len(right)} options of the part {part} are right", "exactly one"


def dossiers_are_whole(frames: Frames) -> Iterator[DataError]:
    """The lines of a dossier count from l01 without a gap, record by record."""
    lines = frames["dossier_lines"]
    for dossier_id, rows in lines.groupby("dossier_id"):
        for number, (line, row) in enumerate(_rows(rows), 1):
            if row["line"] != f"l{number:02d}":
                problem = f"{dossier_id} goes on with {row['line']!r}"
                yield _at("dossier_lines", line, "line", problem, f"l{number:02d}")
                break
        if [part for part, _ in groupby(rows["part"])] != list(RECORDS):
            problem = f"the records of {dossier_id} are not all there, in order"
            yield _at("dossier_lines", rows.index[0], "part", problem, ", ".join(RECORDS))
    for line, row in _rows(frames["dossiers"]):
        if row["dossier_id"] not in set(lines["dossier_id"]):
            yield _at("dossiers", line, "dossier_id", f"{row['dossier_id']} has no line")


def evidence_names_its_dossier(frames: Frames) -> Iterator[DataError]:
    """The lines of a dossier are the options of evidence, and of nothing else."""
    for line, row in _rows(frames["items"]):
        if (row["kind"] == ItemKind.EVIDENCE) != bool(row["dossier_id"]):
            problem = f"{row['item_id']} is of the kind {row['kind']}"
            allowed = "a dossier for evidence, a blank for every other kind"
            yield _at("items", line, "dossier_id", problem, allowed)


def forms_are_sound(frames: Frames) -> Iterator[DataError]:
    """An exercise belongs to one assignment, and a graded one holds graded items of one balance."""
    forms = frames["forms"]
    owners = forms.groupby("exercise")["assignment"].nunique()
    for exercise in owners.index[owners > 1]:
        line = forms.index[forms["exercise"] == exercise][0]
        yield _at("forms", line, "exercise", f"{exercise!r} stands in two assignments", "one")
    if not has_answers():
        return
    bank = load_items()
    for assignment, rows in forms[forms["points"].astype(float) > 0].groupby("assignment"):
        line = rows.index[0]
        parties = pd.Series([_party(bank[item_id]) for item_id in rows["item_id"]])
        shares = parties[parties != ""].value_counts(normalize=True)
        if len(rows) >= SMALLEST_FORM and shares.max() > LARGEST_SHARE:
            problem = f"{shares.idxmax()!r} is right in {shares.max():.0%} of {assignment}"
            yield _at("forms", line, "item_id", problem, f"at most {LARGEST_SHARE:.0%}")


def _party(item: Item) -> str:
    """The right owner, where the item asks for one."""
    try:
        return right_party(item)
    except CourseError:
        return ""  # items_can_be_judged says so


def _rows(frame: pd.DataFrame) -> Iterator[tuple[object, dict[Any, str]]]:
    """The rows as dictionaries with their lines; far quicker than `iterrows`."""
    return zip(frame.index, frame.to_dict("records"), strict=True)


def _at(table: str, line: object, column: str, problem: str, allowed: str = "") -> DataError:
    return DataError(f"data/{TABLES[table].path}", int(str(line)), column, problem, allowed)


RULES: tuple[Callable[[Frames], Iterator[DataError]], ...] = (
    sorted_by_key,
    every_cell_is_there,
    classes_follow_owners,
    defaults_say_what_the_model_says,
    aliases_name_one_service,
    crosswalk_is_whole,
    actions_fit_owners,
    absent_layers_have_a_reason,
    sentences_do_not_repeat,
    load_never_rises,
    lifecycles_have_dates,
    variants_resolve,
    dossiers_are_whole,
    evidence_names_its_dossier,
    items_can_be_judged,
    forms_are_sound,
)
