"""The figures of the course: one look, three owners, never by colour alone.

Each plot returns a `Chart`: the figure, the words that replace it, and the table behind it. One
module for each figure; what they have in common is in `style`.
"""

from shared_responsibility.figures.load import plot_load
from shared_responsibility.figures.service import plot_service
from shared_responsibility.figures.shift import plot_shift
from shared_responsibility.figures.style import (
    AWS,
    CUSTOMER,
    CUSTOMER_HATCH,
    HATCH_INK,
    PAPER,
    Chart,
)

__all__ = [
    "AWS",
    "CUSTOMER",
    "CUSTOMER_HATCH",
    "HATCH_INK",
    "PAPER",
    "Chart",
    "plot_load",
    "plot_service",
    "plot_shift",
]
