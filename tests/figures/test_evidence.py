"""The chain of evidence names its parties, and its lanes hold the domains of the tables."""

from collections.abc import Iterator
from functools import cache

import pytest
from matplotlib.colors import same_color, to_hex
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Annotation

from shared_responsibility.errors import CourseError
from shared_responsibility.figures.evidence import CHAIN, DOMAINS, PROOF, plot_evidence
from shared_responsibility.figures.style import AWS, CUSTOMER, Chart, times
from shared_responsibility.matrix import load_matrix
from shared_responsibility.vocabulary import CLASS_OF_PARTY, WORDS

MATRIX = load_matrix()
SERVICES = ["ec2", "s3", "outposts", "storage_gateway", "snow_family", "cli", "cost_explorer"]

drawn = cache(plot_evidence)


@pytest.fixture(scope="module", autouse=True)
def charts_are_given_back() -> Iterator[None]:
    yield
    drawn.cache_clear()


def words(text: str) -> str:
    return " ".join(text.split())


def written(chart: Chart) -> list[tuple[float, float, str]]:
    texts = (t for t in chart.figure.axes[0].texts if not isinstance(t, Annotation))
    return [(*map(float, t.get_position()), words(t.get_text())) for t in texts]


def domains_of(service: str, owner: str) -> list[str]:
    cells = MATRIX.query("service_id == @service and responsible == @owner")
    return list(cells["domain"])


@pytest.mark.parametrize("service", SERVICES)
def test_each_lane_holds_the_domains_of_its_owner(service: str) -> None:
    texts = written(drawn(service))
    for owner, (word, proof) in PROOF.items():
        ((_, height, _),) = [one for one in texts if one[2] == word]
        row = {x: text for x, y, text in texts if y == height}
        expected = domains_of(service, owner)
        assert row[DOMAINS].split("; ") == (expected or ["none"])
        assert (proof in row.values()) == bool(expected)
        assert WORDS[CLASS_OF_PARTY[owner]] == word.lower()


def test_the_chain_says_who_does_what_in_order() -> None:
    texts = written(drawn())
    verbs = [f"{place}  {link.verb}".replace("  ", " ") for place, link in enumerate(CHAIN, 1)]
    assert [text for _, _, text in sorted(texts) if text in verbs] == verbs
    for link in CHAIN:
        assert {link.who, link.what} <= {text for _, _, text in texts}


def test_parties_are_told_by_words_and_hatch_as_well() -> None:
    axes = drawn().figure.axes[0]
    hatched = [p for p in axes.patches if to_hex(p.get_facecolor()) == to_hex(CUSTOMER)]
    assert len(hatched) == 1 + 2
    assert all(isinstance(p, Rectangle) and p.get_hatch() for p in hatched)
    assert sum(isinstance(p, Polygon) for p in axes.patches) == 1
    assert sum(same_color(p.get_facecolor(), AWS) for p in axes.patches) == 2 + 2


@pytest.mark.parametrize("service", SERVICES)
def test_the_title_counts_and_the_words_and_table_are_complete(service: str) -> None:
    chart = drawn(service)
    inherited, shared, own = (domains_of(service, owner) for owner in PROOF)
    title = words(chart.figure.axes[0].get_title(loc="left"))
    assert f"AWS's report can prove {times(len(inherited), 'domain')};" in title
    assert f"for {len(shared) + len(own)} more" in title
    assert title in chart.alt
    assert all(name in chart.alt for name in [*inherited, *shared, *own])
    assert all(f"{link.who}, {link.what}" in chart.alt for link in CHAIN)
    assert list(chart.table.index[len(CHAIN) :]) == [*inherited, *shared, *own]
    assert list(chart.table["who"][: len(CHAIN)]) == [link.who for link in CHAIN]


def test_an_unknown_service_is_not_drawn() -> None:
    with pytest.raises(CourseError, match="ec3"):
        plot_evidence("ec3")
