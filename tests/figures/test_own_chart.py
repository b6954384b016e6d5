"""A learner's own chart is shown once, with its words and its table."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure

from shared_responsibility import with_alt_text
from shared_responsibility.errors import CourseError

TABLE = pd.DataFrame({"customer": [0.59, 0.14]}, index=["IaaS", "SaaS"])


def test_image_words_and_table_stand_together() -> None:
    axes = Figure().add_subplot()
    axes.bar(TABLE.index, TABLE["customer"])
    shown = with_alt_text(axes, 'From 59 %\n to "14 %".', TABLE)._repr_mimebundle_()
    assert shown["text/plain"] == 'From 59 % to "14 %".'
    assert 'alt="From 59 % to &quot;14 %&quot;."' in shown["text/html"]
    for part in ("data:image/png;base64,", "<table", "IaaS", "0.14"):
        assert part in shown["text/html"]


def test_pyplot_does_not_show_it_again_and_the_axes_can_still_be_changed() -> None:
    figure, axes = plt.subplots()
    axes.bar(TABLE.index, TABLE["customer"])
    before = with_alt_text(axes, "From 59 % to 14 %.", TABLE).png()
    assert figure.number not in plt.get_fignums()
    axes.set_title("A title")
    assert with_alt_text(axes, "From 59 % to 14 %.", TABLE).png() != before


MISSING = {
    "chart": (None, "words", TABLE),
    "figure for axes": (TABLE, "words", TABLE),
    "text": (Figure().add_subplot(), None, TABLE),
    "blank text": (Figure().add_subplot(), "  ", TABLE),
    "table": (Figure().add_subplot(), "words", None),
}


@pytest.mark.parametrize("case", MISSING)
def test_what_is_missing_is_named(case: str) -> None:
    with pytest.raises(CourseError, match=r"^The (first|second|third) thing to give is .*\.$"):
        with_alt_text(*MISSING[case])  # type: ignore[arg-type]
