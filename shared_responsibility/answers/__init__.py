"""What a learner hands in: the check of its form, and the format it travels in. Knows no key."""

from shared_responsibility.answers.forms import form_problems
from shared_responsibility.answers.handing_in import HandIn, hand_in
from shared_responsibility.answers.wire import (
    ANSWERS_MIME,
    Collected,
    Sheet,
    Work,
    read_sheet,
    read_work,
)

__all__ = [
    "ANSWERS_MIME",
    "Collected",
    "HandIn",
    "Sheet",
    "Work",
    "form_problems",
    "hand_in",
    "read_sheet",
    "read_work",
]
