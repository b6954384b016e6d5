"""The path of an attack says what the matrix and the sources say."""

import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.attack_path import STEPS, plot_attack_path
from shared_responsibility.figures.style import AWS, CUSTOMER
from shared_responsibility.matrix import who
from shared_responsibility.tables import load_table
from shared_responsibility.vocabulary import WORDS

INCIDENTS = list(STEPS)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("incident_id", INCIDENTS)
def test_the_table_has_each_step_with_the_owners_of_the_matrix(incident_id: str) -> None:
    table = plot_attack_path(incident_id).table
    assert list(table.index) == list(range(1, len(STEPS[incident_id]) + 1))
    for step, row in zip(STEPS[incident_id], table.to_dict("records"), strict=True):
        cell = who(step.service_id, step.domain_id)
        control = who(step.service_id, step.control_domain_id)
        assert (row["domain"], row["owner"]) == (cell.domain, WORDS[cell.responsible])
        assert row["domain of the control"] == control.domain
        assert row["owner of the control"] == WORDS[control.responsible]
        assert (row["what happened"], row["control"]) == (step.what, step.control)


@pytest.mark.parametrize("incident_id", INCIDENTS)
def test_each_box_names_its_owner_and_looks_like_it(incident_id: str) -> None:
    chart = plot_attack_path(incident_id)
    axes = chart.figure.axes[0]
    boxes = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    layer_of = {flat(t.get_text()): t.get_position()[1] for t in axes.texts}
    assert len(boxes) == len(chart.table)
    for box, row in zip(boxes, chart.table.to_dict("records"), strict=True):
        middle = box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2
        (word,) = (t for t in axes.texts if t.get_position() == pytest.approx(middle))
        assert word.get_text() == row["owner"]
        assert layer_of[row["domain"]] == pytest.approx(middle[1])
        is_aws = row["owner"] == "AWS"
        assert same_color(box.get_facecolor(), AWS if is_aws else CUSTOMER)
        assert bool(box.get_hatch()) == (not is_aws)


@pytest.mark.parametrize("incident_id", INCIDENTS)
def test_what_happened_and_the_control_are_written_out(incident_id: str) -> None:
    chart = plot_attack_path(incident_id)
    written = [flat(text.get_text()) for text in chart.figure.axes[0].texts]
    for number, row in chart.table.iterrows():
        assert f"{number}. {row['what happened']}" in written
        assert f"Control ({row['owner of the control']}): {row['control']}" in written
        for part in ("what happened", "domain", "owner", "control"):
            assert row[part] in chart.alt
    arrows = [text for text in chart.figure.axes[0].texts if isinstance(text, Annotation)]
    assert len(arrows) == len(chart.table) - 1


@pytest.mark.parametrize("incident_id", INCIDENTS)
def test_the_title_counts_the_steps_of_each_side(incident_id: str) -> None:
    chart = plot_attack_path(incident_id)
    counts = chart.table["owner"].value_counts()
    title = chart.figure.axes[0].get_title(loc="left")
    assert title == (
        f"{counts['customer']} of {len(chart.table)} steps ran over the customer's layers, "
        f"{counts['AWS']} over a layer of AWS"
    )


@pytest.mark.parametrize("incident_id", INCIDENTS)
def test_steps_rest_on_known_sources_and_cover_the_domains_of_the_incident(
    incident_id: str,
) -> None:
    known = set(load_table("sources")["source_id"])
    incident = load_table("incidents").set_index("incident_id").loc[incident_id]
    steps = STEPS[incident_id]
    assert {step.source_id for step in steps} == {incident["source_id"]}
    assert {step.control_source_id for step in steps} <= known
    assert set(incident["domain_ids"].split()) <= {step.domain_id for step in steps}


def test_an_incident_that_is_not_drawn_is_refused_with_what_is() -> None:
    with pytest.raises(CourseError, match="capital_one_2019"):
        plot_attack_path("code_spaces_2014")
