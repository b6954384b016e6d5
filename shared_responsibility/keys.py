"""Derive keys from the facts, and read the literal ones from `data/answers/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shared_responsibility.errors import CourseError
from shared_responsibility.exercises import CodeExercise
from shared_responsibility.items import Form, Item, form
from shared_responsibility.matrix import Source, model_name, shift, source, who
from shared_responsibility.scoring import CheckKey, ItemKey, OptionKey
from shared_responsibility.tables import data_directory, has_answers, load_table
from shared_responsibility.vocabulary import (
    PARTY_OF_CLASS,
    ControlClass,
    Grain,
    ItemKind,
    Part,
    in_plain_words,
)

NO_EVIDENCE = "This line is true, and it does not show who failed."


def key_of(item: Item) -> ItemKey:
    """The key of one item.

    The owner of a cell comes from `responsibilities` (or `variants`, or `model_defaults` for a
    model without a service), the class of a control from `controls`; the owner of a task and the
    credit or rank of a written option are literal. Raises `CourseError` where the folder with the
    keys is missing, or where the item names nothing to take a key from.
    """
    if not has_answers():
        raise CourseError("The answers are not on this machine, so nothing can be judged here.")
    return _derive(item, _option_rows(data_directory()).get(item.item_id, []))


def keys_of_form(exercise: str | Form) -> list[tuple[ItemKey, float]]:
    """The keys of a form with the points of each item, in order."""
    asked = form(exercise) if isinstance(exercise, str) else exercise
    return [(key_of(entry.item), entry.points) for entry in asked.entries]


def check_keys(asked: CodeExercise) -> list[tuple[CheckKey, float]]:
    """What is judged in an exercise answered with code, with the points of each check."""
    beliefs = load_table("misconceptions").set_index("misconception_id")
    found = []
    for check in asked.checks:
        page = source(check.source_id) if check.source_id else None
        known = check.misconception_id in beliefs.index
        belief = beliefs.loc[check.misconception_id] if known else dict.fromkeys(beliefs, "")
        key = CheckKey(
            item_id=f"{asked.exercise}/{check.check_id}",
            version=check.version,
            prompt=check.criterion,
            explanation=check.explanation,
            rule=check.rule,
            source=page.citation if page else "",
            source_url=page.url if page else "",
            misconception_id=check.misconception_id,
            belief=str(belief["belief"]),
            correction=str(belief["correction"]),
            contrast=str(belief["contrast"]),
        )
        found.append((key, check.points))
    return found


def right_party(item: Item) -> str:
    """The right owner as a party, whatever the grain; empty where an item asks for no owner."""
    owners = item.parts.get(Part.OWNER, {})
    right = [option for option in key_of(item).right_options if option in owners]
    if not right:
        return ""
    is_class = item.grain is Grain.CONTROL
    return str(PARTY_OF_CLASS[ControlClass(right[0])]) if is_class else right[0]


def source_ids_of(item: Item) -> set[str]:
    """The sources on which the key of an item rests: its own and those of its cells."""
    if item.control_id:
        return {_of_control(item.control_id)[2].source_id}
    cells = {who(ref.service_id, ref.domain_id, ref.variant_id or None) for ref in item.cells}
    return {cell.source.source_id for cell in cells} | ({item.source_id} - {""})


@cache
def _option_rows(directory: Path) -> dict[str, list[dict[str, str]]]:
    """The options of each item, with the words of the misconception behind each wrong one."""
    beliefs = load_table("misconceptions").set_index("misconception_id")
    told = load_table("option_keys").join(beliefs, on="misconception_id").fillna("")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in told.to_dict("records"):
        rows.setdefault(row["item_id"], []).append({str(k): str(v) for k, v in row.items()})
    return rows


def _derive(item: Item, rows: list[dict[str, str]]) -> ItemKey:
    derived, fact, found = _settle(item)
    if item.kind is ItemKind.EVIDENCE:
        rows = [*rows, *_other_lines(item, rows)]
    place = {option: number for number, option in enumerate(item.labels)}
    options = {
        row["option_id"]: OptionKey(
            credit=_credit(row, derived),
            explanation=row["explanation"],
            misconception_id=row["misconception_id"],
            belief=row["belief"],
            rule=row["correction"],
            contrast=row["contrast"],
            part=row["part"],
            rank=int(row["rank"] or 0),
            missed=row["missed"],
        )
        for row in sorted(rows, key=lambda row: place.get(row["option_id"], len(place)))
    }
    return ItemKey(
        item_id=item.item_id,
        version=int(item.version),
        prompt=item.prompt,
        labels=item.labels,
        options=options,
        fact=fact,
        source=found.citation,
        source_url=found.url,
        kind=item.kind,
        rule=_rule(item, options),
        scheme=item.scheme,
    )


def _other_lines(item: Item, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Every line of a dossier is an option; those without a row of their own prove nothing."""
    told = {row["option_id"] for row in rows}
    blank = dict.fromkeys(
        "credit rank misconception_id belief correction contrast missed".split(), ""
    )
    return [
        {**blank, "option_id": line, "part": str(Part.ANSWER), "explanation": NO_EVIDENCE}
        for line in item.labels
        if line not in told
    ]


def _credit(row: dict[str, str], derived: str) -> float:
    if derived and row["part"] == Part.OWNER:
        return float(row["option_id"] == derived)
    return float(row["credit"] or 0)


def _rule(item: Item, options: dict[str, OptionKey]) -> str:
    """What a right answer takes away: the rule against the wrong option that tempts most."""
    wrong = [option.rule for option in options.values() if option.rule]
    tempting = options.get(item.tempting)
    return tempting.rule if tempting else (wrong or [""])[0]


def _settle(item: Item) -> tuple[str, str, Source]:
    """The derived answer ('' where it is literal), the deciding fact and its source."""
    if item.control_id:
        return _of_control(item.control_id)
    if item.model_id:
        return _of_model(item)
    cells = [who(ref.service_id, ref.domain_id, ref.variant_id or None) for ref in item.cells]
    fact = " ".join(cell.fact for cell in cells)
    if item.owner_is_derived:
        if not cells:
            raise CourseError(
                f"Item {item.item_id} names no cell, control or model to take a key from."
            )
        return cells[-1].responsible, fact, cells[-1].source
    if item.grain is Grain.TASK and fact:
        # The task can be one party's although both have work in the domain.
        fact = f"The domain as a whole: {fact}"
    return "", fact, source(item.source_id)


def _of_control(control_id: str) -> tuple[str, str, Source]:
    controls = load_table("controls").set_index("control_id")
    row = controls.loc[control_id]
    fact = f"{row['name']}: AWS: {row['aws_does']} Customer: {row['customer_does']}"
    return str(row["control_class"]), fact, source(str(row["source_id"]))


def _of_model(item: Item) -> tuple[str, str, Source]:
    owner = str(shift().loc[item.domain_id, item.model_id])
    domains = load_table("domains").set_index("domain_id")["name"]
    fact = (
        f"{model_name(item.model_id)}, {domains[item.domain_id]}: "
        f"the default owner is {in_plain_words(owner)}."
    )
    return owner if item.owner_is_derived else "", fact, source(item.source_id)
