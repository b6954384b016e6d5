"""`explore(...)`: the table and chart of any services, redrawn as boxes are changed.

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
NO_CHOICE = "Choose a service in at least one box."


def explore(*services: str) -> Any:
    """Selection boxes over the chart and the table of the named services (EC2 and RDS if none).

    The boxes are reached with the Tab key and changed with the arrow keys or by typing the first
    letters of a name. Without ipywidgets it prints one sentence with the plain calls and returns
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
    choices = [("(none)", ""), *_services_by_name()]
    wanted = [*ids, *[""] * (BOXES - len(ids))]
    boxes = [
        widgets.Dropdown(options=choices, value=value, description=f"Service {place}")
        for place, value in enumerate(wanted, 1)
    ]
    view = widgets.HTML(_view_of(ids))

    def redraw(_change: object) -> None:
        view.value = _view_of([box.value for box in boxes if box.value])

    for box in boxes:
        box.observe(redraw, names="value")
    row = widgets.Layout(flex_flow="row wrap")
    return widgets.VBox([widgets.Box(boxes, layout=row), view])


def _services_by_name() -> list[tuple[str, str]]:
    """Every service as its short name and id, so that typing a first letter finds it."""
    named = [(short_name(str(one)), str(one)) for one in load_table("services")["service_id"]]
    return sorted(named, key=lambda pair: pair[0].casefold())


def _view_of(ids: list[str]) -> str:
    """What is shown under the boxes, as HTML: a line for a screen reader, chart, table."""
    chosen = list(dict.fromkeys(ids))
    if not chosen:
        return f'<p role="status">{NO_CHOICE}</p>'
    told = html.escape(in_words(map(short_name, chosen), "and"))
    chart = plot_trade(*chosen)._repr_mimebundle_()["text/html"]
    owners = compare(*chosen).map(in_plain_words).rename(columns=short_name)
    names = load_table("domains").set_index("domain_id")["name"].to_dict()
    owners.index = owners.index.map(names)
    return f'<p role="status">Shown: {told}.</p>{chart}{left_aligned(owners)}'
