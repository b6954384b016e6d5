"""`explore(...)`: the table and chart of any services, redrawn as boxes are filled in.

A skin over `compare()` and `plot_trade()`, for those who have ipywidgets; nothing is shown here
that the two plain calls do not show.
"""

from __future__ import annotations

import html
from importlib import import_module
from typing import Any

from shared_responsibility.errors import CourseError, in_words
from shared_responsibility.figures.trade import MOST, plot_trade, short_name
from shared_responsibility.matrix import compare, service_id_of
from shared_responsibility.reading import left_aligned
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import in_plain_words

START = ("ec2", "rds")
BOXES = 4
NO_CHOICE = "Name a service in at least one box."


def explore(*services: str) -> Any:
    """Selection boxes over the chart and the table of the named services (EC2 and RDS if none).

    The boxes are reached with the Tab key; each takes a typed name and offers those that fit, and
    Enter or Tab redraws. (JupyterLab keeps the arrow keys from a closed list, so these are no
    drop-down lists.) Without ipywidgets it prints one sentence with the plain calls and returns
    None. Raises `CourseError` for an unknown service or too many.
    """
    ids = list(dict.fromkeys(service_id_of(name) for name in services or START))
    if len(ids) > MOST:
        raise CourseError(f"explore() shows at most {MOST} services, and you named {len(ids)}.")
    try:
        widgets = import_module("ipywidgets")
    except ImportError:
        named = ", ".join(f'"{one}"' for one in ids)
        print(
            f"explore() needs ipywidgets, which is not installed here; plot_trade({named}) and "
            f"compare({named}) show the same."
        )
        return None
    names = sorted(map(short_name, load_table("services")["service_id"]), key=str.casefold)
    filled = [*map(short_name, ids), *[""] * (BOXES - len(ids))]
    boxes = [
        widgets.Combobox(
            options=names, value=value, description=f"Service {place}", continuous_update=False
        )
        for place, value in enumerate(filled, 1)
    ]
    view = widgets.HTML(_view_of(filled))

    def redraw(_change: object) -> None:
        view.value = _view_of([box.value for box in boxes])

    for box in boxes:
        box.observe(redraw, names="value")
    row = widgets.Layout(flex_flow="row wrap")
    return widgets.VBox([widgets.Box(boxes, layout=row), view])


def _view_of(written: list[str]) -> str:
    """What stands under the boxes, as HTML: a line that a screen reader announces, chart, table."""
    try:
        ids = list(dict.fromkeys(service_id_of(name) for name in written if name.strip()))
    except CourseError as problem:
        return _announced(str(problem))
    if not ids:
        return _announced(NO_CHOICE)
    chart = plot_trade(*ids)._repr_mimebundle_()["text/html"]
    domains = load_table("domains").set_index("domain_id")["name"].to_dict()
    owners = compare(*ids).map(in_plain_words).rename(columns=short_name)
    owners.index = owners.index.map(domains)
    shown = in_words(map(short_name, ids), "and")
    return f"{_announced(f'Shown: {shown}.')}{chart}{left_aligned(owners)}"


def _announced(text: str) -> str:
    return f'<p role="status">{html.escape(text)}</p>'
