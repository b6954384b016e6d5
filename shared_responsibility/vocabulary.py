"""The closed words of the course. Everything else refers to them."""

from __future__ import annotations

from enum import StrEnum


class Party(StrEnum):
    """Who must act. A cell may also have no such layer at all."""

    AWS = "aws"
    CUSTOMER = "customer"
    SHARED = "shared"
    NOT_APPLICABLE = "not_applicable"


class ServiceModel(StrEnum):
    """How much of the stack the provider runs, from nothing to everything."""

    ON_PREMISES = "on_premises"
    IAAS = "iaas"
    CONTAINERS_MANAGED = "containers_managed"
    PAAS = "paas"
    FAAS = "faas"
    SAAS = "saas"


class Zone(StrEnum):
    """How a domain behaves when the service model changes."""

    ALWAYS_PROVIDER = "always_provider"
    SHIFTS = "shifts"
    ALWAYS_SHARED = "always_shared"
    ALWAYS_CUSTOMER = "always_customer"


class Grain(StrEnum):
    """The size of what is asked about. Grains are never mixed in one item."""

    TASK = "task"
    CELL = "cell"
    CONTROL = "control"


class ControlClass(StrEnum):
    """AWS's three classes of control, and the layer that does not exist."""

    INHERITED = "inherited"
    SHARED = "shared"
    CUSTOMER_SPECIFIC = "customer_specific"
    NOT_APPLICABLE = "not_applicable"


class Basis(StrEnum):
    """What a cell rests on."""

    SERVICE_PAGE = "service_page"
    GENERAL_PAGE = "general_page"
    MODEL_DEFAULT = "model_default"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Lifecycle(StrEnum):
    """`closed`: existing customers go on, new ones are not admitted."""

    CURRENT = "current"
    RENAMED = "renamed"
    CLOSED = "closed"
    ENDING = "ending"
    ENDED = "ended"


class Family(StrEnum):
    """Kind of PaaS: `managed` has versions and windows, `abstracted` has neither."""

    NONE = "none"
    MANAGED = "managed"
    ABSTRACTED = "abstracted"


class Role(StrEnum):
    """`workload`: customers run or keep something in it. `tool`: it only looks after the rest."""

    WORKLOAD = "workload"
    TOOL = "tool"


class Framework(StrEnum):
    """Whose words a domain is compared with."""

    AWS = "aws"
    MICROSOFT = "microsoft"
    GOOGLE = "google"
    CSA_CCM = "csa_ccm"
    CIS = "cis"
    NIST = "nist"
    PCI_DSS = "pci_dss"


class Relation(StrEnum):
    """How a term of a framework lies to a domain of ours; `none`: it has no such term."""

    SAME = "same"
    PART = "part"
    WIDER = "wider"
    NONE = "none"


class ItemKind(StrEnum):
    """How an item is answered.

    `single`: one label or one written option. `owner_reason`: the owner and the reason, half of
    the points each, the reason counting only with the right owner. `multi`: every option that
    holds. `order`: all options, in order. `matrix_cell`: the owner of a cell, as the matrix says.
    `evidence`: the lines of a dossier that prove something.
    """

    SINGLE = "single"
    OWNER_REASON = "owner_reason"
    MULTI = "multi"
    ORDER = "order"
    MATRIX_CELL = "matrix_cell"
    EVIDENCE = "evidence"


class Scheme(StrEnum):
    """How an item with several right options is credited; the names are PrairieLearn's.

    `off`: all or nothing. `net_correct`: hits less false alarms, over the right options.
    `coverage`: share of the right options that were chosen, times share of the chosen that are
    right. `each_answer`: share of all options, chosen or left, that were judged as they are.
    """

    OFF = "off"
    NET_CORRECT = "net_correct"
    COVERAGE = "coverage"
    EACH_ANSWER = "each_answer"


class ExerciseKind(StrEnum):
    """What a learner hands in where it is not a form.

    `table`: a DataFrame. `values`: a dictionary of named values. `chart`: the axes of a figure.
    `function`: a function that is run on cases. `account`: functions that look after a simulated
    account. `manual`: prose that a person grades.
    """

    TABLE = "table"
    VALUES = "values"
    CHART = "chart"
    FUNCTION = "function"
    ACCOUNT = "account"
    MANUAL = "manual"


class FeedbackLevel(StrEnum):
    """How much a learner is told.

    `none`: what was handed in. `counts`: how many answers of each exercise are right, and the
    points. `explained`: every answer with its reason, source and rule.
    """

    NONE = "none"
    COUNTS = "counts"
    EXPLAINED = "explained"


class Pattern(StrEnum):
    """What a template draws from the matrix.

    `cell`: the owner of a cell. `reason`: the owner and why. `setting`: a cell under a setting.
    `move`: a cell after a move between two services. `model`: a default. `which`: the services
    with a given owner. `odd`: the one service that differs. `exception`: the domain in which a
    service leaves its model's default. `ladder`: services from most to least customer work.
    """

    CELL = "cell"
    REASON = "reason"
    SETTING = "setting"
    MOVE = "move"
    MODEL = "model"
    WHICH = "which"
    ODD = "odd"
    EXCEPTION = "exception"
    LADDER = "ladder"


class Part(StrEnum):
    """What an option answers."""

    OWNER = "owner"
    REASON = "reason"
    ANSWER = "answer"


class Exposure(StrEnum):
    """Whether an item is for practice, or counts in an assignment."""

    PRACTICE = "practice"
    GRADED = "graded"


CLASS_OF_PARTY = {
    Party.AWS: ControlClass.INHERITED,
    Party.SHARED: ControlClass.SHARED,
    Party.CUSTOMER: ControlClass.CUSTOMER_SPECIFIC,
    Party.NOT_APPLICABLE: ControlClass.NOT_APPLICABLE,
}
"""An owner and a class of control say the same thing in two languages."""

PARTY_OF_CLASS = {control_class: party for party, control_class in CLASS_OF_PARTY.items()}

LEGAL_LABELS: dict[Grain, tuple[str, ...]] = {
    Grain.TASK: (Party.AWS, Party.CUSTOMER),
    Grain.CELL: (Party.AWS, Party.CUSTOMER, Party.SHARED),
    Grain.CONTROL: (
        ControlClass.INHERITED,
        ControlClass.SHARED,
        ControlClass.CUSTOMER_SPECIFIC,
    ),
}
"""What may be answered at each grain. A task has one owner, so it cannot be shared."""

LOAD_OF_PARTY: dict[str, float] = {Party.CUSTOMER: 1.0, Party.SHARED: 0.5, Party.AWS: 0.0}
"""How much of a domain the customer carries; a layer that does not exist is left out."""

WORDS: dict[str, str] = {
    "aws": "AWS",
    "customer": "customer",
    "shared": "shared",
    "not_applicable": "no such layer",
    "inherited": "inherited",
    "customer_specific": "customer-specific",
    "always_provider": "always the provider's in the cloud",
    "shifts": "shifts with the service",
    "always_shared": "always shared in the cloud",
    "always_customer": "stays with the customer",
    "on_premises": "On-premises",
    "iaas": "IaaS",
    "containers_managed": "Managed containers",
    "paas": "PaaS",
    "faas": "FaaS",
    "saas": "SaaS",
}
"""How a closed word is shown to a person."""


def in_plain_words(word: str) -> str:
    """How a closed word is shown to a person."""
    return WORDS.get(word, word)


def as_word(text: str) -> str:
    """A closed word as somebody may type it: `" Customer-specific "` is `customer_specific`."""
    return text.strip().casefold().replace("-", "_").replace(" ", "_")
