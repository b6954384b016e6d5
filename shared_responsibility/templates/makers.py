"""From a case to an item and its key."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shared_responsibility.errors import in_words
from shared_responsibility.items import CellRef, Item
from shared_responsibility.matrix import Cell, row_of, shift, source
from shared_responsibility.scoring import ItemKey, OptionKey
from shared_responsibility.templates.cases import Case, Template, cells_of
from shared_responsibility.templates.wording import (
    LABEL_DECIDES,
    acting,
    assumes,
    both,
    domain,
    leaves,
    lower,
    option,
    why,
)
from shared_responsibility.vocabulary import (
    LEGAL_LABELS,
    LOAD_OF_PARTY,
    Grain,
    ItemKind,
    Part,
    Pattern,
    in_plain_words,
)

SEPARATOR = "~"
ACTORS = (
    "a seed bank", "a ferry company", "a town library", "an orchestra", "a bicycle rental",
    "a water utility", "a film archive", "a chain of bakeries", "a mountain rescue service",
    "a language school", "a toy maker", "a wind farm", "a housing association", "a news agency",
    "a veterinary practice", "a furniture shop", "a marine institute", "a choir festival",
    "a food bank", "an online map",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """An item drawn from a template, with the key that belongs to it."""

    item: Item
    key: ItemKey


@dataclass(frozen=True)
class Choice:
    """One written option: its text, whether it holds, and what the learner is told about it."""

    text: str
    credit: float
    explanation: str
    misconception_id: str
    rank: int = 0


def _owner_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """The owner of the first cell."""
    cell = case.cells[0]
    item = _item(template, ItemKind.MATRIX_CELL, case, seed, chance, {Part.OWNER: _labels()})
    return Drawn(item, _key(item, cell, _owner_options(cell)))


def _reason_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """The owner of a cell, and why; the wrong reasons hold at other services."""
    cell = case.cells[0]
    others = chance.sample(_unlike(cell), 2)
    choices = [Choice(both(cell), 1.0, acting(cell), "")]
    choices += [
        Choice(
            both(one),
            0.0,
            f"This reason comes from another service. {acting(one)} {acting(cell)}",
            LABEL_DECIDES,
        )
        for one in others
    ]
    reasons = _lettered(choices, chance)
    parts: dict[str, dict[str, str]] = {
        Part.OWNER: _labels(),
        Part.REASON: {letter: choice.text for letter, choice in reasons.items()},
    }
    item = _item(template, ItemKind.OWNER_REASON, case, seed, chance, parts)
    return Drawn(item, _key(item, cell, _owner_options(cell) | _written(reasons, Part.REASON)))


def _unlike(cell: Cell) -> list[Cell]:
    """Cells of the domain with another owner, of the same category where there are enough."""
    others = [one for one in cells_of(cell.domain_id) if one.responsible != cell.responsible]
    category = row_of("services", service_id=cell.service_id)["category"]
    near = [
        one
        for one in others
        if row_of("services", service_id=one.service_id)["category"] == category
    ]
    return near if len({both(one) for one in near}) > 1 else others


def _model_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """The default owner of a domain under a model."""
    owners = {str(model): str(one) for model, one in shift().loc[case.domain_id].items()}
    owner = owners[case.model_id]
    item = _item(template, ItemKind.MATRIX_CELL, case, seed, chance, {Part.OWNER: _labels()})
    name, model = domain(case.domain_id)[0], in_plain_words(case.model_id)
    fact = f"{model}, {name}: the default owner is {in_plain_words(owner)}."
    options = {}
    for label, word in _labels().items():
        elsewhere = [in_plain_words(model) for model, one in owners.items() if one == label]
        told = f"The answer {word} holds for this domain under {in_words(elsewhere, 'and')}."
        if not elsewhere:
            told = f"Under no model is the default owner of this domain {word}."
        assumed = assumes(case.domain_id, label, owner)
        options[label] = option(float(label == owner), f"{fact} {told}", assumed, Part.OWNER)
    found = source("aws-shared-responsibility-model")
    return Drawn(item, _with_options(item, options, fact, found.citation, found.url))


def _which_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """Every service of which the owner is the one asked for."""
    choices = [
        Choice(
            cell.service,
            1.0 * (cell.responsible == template.owner),
            acting(cell),
            assumes(cell.domain_id, template.owner, cell.responsible),
        )
        for cell in case.cells
    ]
    return _written_item(template, ItemKind.MULTI, case, seed, chance, choices)


def _odd_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """The one service whose owner is the one asked for."""
    right = case.cells[0]
    choices = [
        Choice(
            cell.service,
            1.0 * (cell is right),
            acting(cell),
            "" if cell is right else LABEL_DECIDES,
        )
        for cell in case.cells
    ]
    return _written_item(template, ItemKind.SINGLE, case, seed, chance, choices)


def _exception_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """The domain in which a service leaves its model's default."""
    right = case.cells[0]
    choices = [
        Choice(
            cell.domain,
            1.0 * (cell is right),
            f"{leaves(cell)} {acting(cell)}",
            "" if cell is right else LABEL_DECIDES,
        )
        for cell in case.cells
    ]
    return _written_item(template, ItemKind.SINGLE, case, seed, chance, choices)


def _ladder_item(template: Template, case: Case, seed: int, chance: random.Random) -> Drawn:
    """Services from most to least customer work in one domain."""
    ranked = sorted(case.cells, key=lambda cell: -LOAD_OF_PARTY[cell.responsible])
    choices = [
        Choice(
            cell.service,
            0.0,
            acting(cell),
            "",
            rank,
        )
        for rank, cell in enumerate(ranked, 1)
    ]
    return _written_item(template, ItemKind.ORDER, case, seed, chance, choices)


def _written_item(
    template: Template,
    kind: ItemKind,
    case: Case,
    seed: int,
    chance: random.Random,
    choices: list[Choice],
) -> Drawn:
    lettered = _lettered(choices, chance)
    parts: dict[str, dict[str, str]] = {
        Part.ANSWER: {letter: choice.text for letter, choice in lettered.items()}
    }
    item = _item(template, kind, case, seed, chance, parts)
    return Drawn(item, _key(item, case.cells[0], _written(lettered, Part.ANSWER)))


def _item(
    template: Template,
    kind: ItemKind,
    case: Case,
    seed: int,
    chance: random.Random,
    parts: dict[str, dict[str, str]],
) -> Item:
    first = case.cells[0] if case.cells else None
    domain_id = first.domain_id if first else case.domain_id
    name, definition = domain(domain_id)
    actor = chance.choice(ACTORS)
    prompt = template.prompt.format(
        actor=actor,
        Actor=actor.capitalize(),
        domain=lower(name),
        definition=lower(definition).rstrip("."),
        model=in_plain_words(case.model_id or (first.model if first else "")),
        service=first.service if first else "",
        before=case.cells[1].service if template.pattern is Pattern.MOVE else "",
        setting=first.setting if first else "",
    )
    cells = tuple(CellRef(cell.service_id, cell.domain_id, "") for cell in case.cells)
    return Item(
        item_id=f"{template.template_id}{SEPARATOR}{seed}",
        version=1,
        status="live",
        kind=kind,
        grain=Grain.CELL,
        prompt=prompt,
        hint=template.hint,
        parts=parts,
        cells=cells,
        model_id=case.model_id,
        domain_id=domain_id,
        control_id="",
        objective=template.objective,
        exposure="practice",
        tempting="",
        scheme="",
        dossier_id="",
        source_id="",
    )


def _labels() -> dict[str, str]:
    return {str(label): in_plain_words(label) for label in LEGAL_LABELS[Grain.CELL]}


def _lettered(choices: Sequence[Choice], chance: random.Random) -> dict[str, Choice]:
    """The choices in drawn order, never already in the order that is asked for."""
    mixed = list(choices)
    chance.shuffle(mixed)
    if [choice.rank for choice in mixed] == [*range(1, len(mixed) + 1)]:
        mixed.reverse()
    return {chr(ord("a") + place): choice for place, choice in enumerate(mixed)}


def _written(choices: dict[str, Choice], part: Part) -> dict[str, OptionKey]:
    options = {}
    for letter, choice in choices.items():
        judged = option(choice.credit, choice.explanation, choice.misconception_id, part)
        missed = choice.explanation if choice.credit >= 1 else ""
        options[letter] = replace(judged, rank=choice.rank, missed=missed)
    return options


def _owner_options(cell: Cell) -> dict[str, OptionKey]:
    return {
        label: option(
            1.0 * (label == cell.responsible),
            why(cell, label),
            assumes(cell.domain_id, label, cell.responsible),
            Part.OWNER,
        )
        for label in _labels()
    }


def _key(item: Item, cell: Cell, options: dict[str, OptionKey]) -> ItemKey:
    return _with_options(item, options, cell.fact, cell.source.citation, cell.source.url)


def _with_options(
    item: Item, options: dict[str, OptionKey], fact: str, citation: str, url: str
) -> ItemKey:
    rules = [judged.rule for judged in options.values() if judged.rule]
    return ItemKey(
        item_id=item.item_id,
        version=item.version,
        prompt=item.prompt,
        labels=item.labels,
        options=options,
        fact=fact,
        source=citation,
        source_url=url,
        kind=item.kind,
        rule=rules[0] if rules else "",
    )


MAKERS: dict[Pattern, Callable[[Template, Case, int, random.Random], Drawn]] = {
    Pattern.CELL: _owner_item,
    Pattern.REASON: _reason_item,
    Pattern.SETTING: _owner_item,
    Pattern.MOVE: _owner_item,
    Pattern.MODEL: _model_item,
    Pattern.WHICH: _which_item,
    Pattern.ODD: _odd_item,
    Pattern.EXCEPTION: _exception_item,
    Pattern.LADDER: _ladder_item,
}
