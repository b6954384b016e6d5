"""What a learner is told about a drawn item, from the cell and the misconception."""

from __future__ import annotations

from shared_responsibility.matrix import Cell, row_of
from shared_responsibility.scoring import OptionKey
from shared_responsibility.vocabulary import Part, Party, in_plain_words

# What a wrong owner assumes, beside the misconception of the domain for naming AWS too readily.
CUSTOMER_DOES_ALL, OPTION_IS_DUTY, HALF_EACH, LABEL_DECIDES = "M12", "M15", "M09", "M11"


def option(credit: float, explanation: str, misconception_id: str, part: Part) -> OptionKey:
    """The key of one option with the words of its misconception, if it is wrong."""
    if credit >= 1 or not misconception_id:
        return OptionKey(credit, explanation, part=part)
    row = row_of("misconceptions", misconception_id=misconception_id)
    told = (row["belief"], row["correction"], row["contrast"])
    return OptionKey(credit, explanation, misconception_id, *told, part=part)


def assumes(domain_id: str, chosen: str, right: str) -> str:
    """The misconception behind naming `chosen` where `right` is right; none where they agree."""
    if chosen == right:
        return ""
    if chosen == Party.CUSTOMER:
        return CUSTOMER_DOES_ALL
    if chosen == Party.SHARED:
        return OPTION_IS_DUTY if right == Party.AWS else HALF_EACH
    return row_of("domains", domain_id=domain_id)["misconception_id"]


def why(cell: Cell, chosen: str) -> str:
    """What a learner is told who names `chosen` as the owner of a cell."""
    aws, customer = _act("it", cell.aws_does), _act("it", cell.customer_does)
    told = {
        ("aws", "aws"): f"AWS acts alone here: {aws}. For the customer the table says: "
        f"{cell.customer_does}",
        ("customer", "aws"): f"There is no work here that the customer could do. The table says "
        f"of it: {cell.customer_does} AWS acts: {aws}.",
        ("shared", "aws"): f"For work on both sides the customer would need a duty of its own. "
        f"The table says of it: {cell.customer_does} AWS acts: {aws}.",
        ("customer", "customer"): f"If the customer does not act, nobody does: {customer}. "
        f"The table says of AWS: {cell.aws_does}",
        ("aws", "customer"): f"This waits for AWS. The table says of AWS: {cell.aws_does} The "
        f"work itself falls to the customer: {customer}.",
        ("shared", "customer"): f"What AWS does is no part of this work. The table says of AWS: "
        f"{cell.aws_does} The work is the customer's: {customer}.",
        ("shared", "shared"): f"Each side acts at its own layer. AWS: {aws}. The customer: "
        f"{customer}. Neither act replaces the other.",
        ("aws", "shared"): f"AWS does have a part: {aws}. It leaves another that the customer "
        f"alone can do: {customer}.",
        ("customer", "shared"): f"The customer does have a part: {customer}. It does not reach "
        f"the part of AWS: {aws}.",
    }
    return told[chosen, cell.responsible]


def both(cell: Cell) -> str:
    """What each side does, in one sentence."""
    return f"{_act('AWS', cell.aws_does)}; {_act('the customer', cell.customer_does)}."


def acting(cell: Cell) -> str:
    """Who acts in a cell and how, in one sentence that names the service."""
    if cell.responsible == Party.SHARED:
        return f"At {cell.service}, both act: {both(cell)}"
    alone = {"aws": ("AWS", cell.aws_does), "customer": ("the customer", cell.customer_does)}
    party, does = alone[cell.responsible]
    return f"At {cell.service}, {party} acts alone: {_act('it', does)}."


def leaves(cell: Cell) -> str:
    """What the model says of the domain, and whether the service follows it."""
    default = {"aws": "to AWS", "customer": "to the customer", "shared": "to both"}[cell.default]
    follows = "differs" if cell.is_exception else "follows"
    return f"By default {in_plain_words(cell.model)} leaves this {default}; the service {follows}."


def _act(party: str, does: str) -> str:
    """`it patches the hosts`, from `Patches the hosts.`"""
    if does.startswith("Nothing"):
        return f"{party} has nothing to do"
    return f"{party} {lower(does).rstrip('.')}"


def lower(text: str) -> str:
    """Without its capital, unless it starts with a name such as TLS or AWS."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def domain(domain_id: str) -> tuple[str, str]:
    """Name and definition of a domain."""
    row = row_of("domains", domain_id=domain_id)
    return row["name"], row["definition"]
