import csv
import html
from collections import Counter
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import shared_responsibility as srm
from shared_responsibility.errors import CourseError
from shared_responsibility.matrix import load_matrix, sources, who
from shared_responsibility.tables import load_table

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(root: Path) -> dict[str, Rows]:
    """The tables read without the package."""
    read = {}
    for path in (root / "data").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            read[path.stem] = list(csv.DictReader(file))
    return read


@pytest.fixture(scope="module")
def defaults(rows: dict[str, Rows]) -> dict[tuple[str, str], str]:
    """The default owner by domain and model."""
    return {(r["domain_id"], r["model_id"]): r["responsible"] for r in rows["model_defaults"]}


@pytest.fixture(scope="module")
def owners(rows: dict[str, Rows]) -> dict[tuple[str, str], str]:
    """The owner by service and domain."""
    return {(r["service_id"], r["domain_id"]): r["responsible"] for r in rows["responsibilities"]}


@pytest.fixture(scope="module")
def different(
    rows: dict[str, Rows], owners: dict[tuple[str, str], str], defaults: dict[tuple[str, str], str]
) -> set[tuple[str, str]]:
    """The exceptions, as service and domain."""
    models = {row["service_id"]: row["service_model"] for row in rows["services"]}
    return {
        (service, domain)
        for (service, domain), owner in owners.items()
        if owner not in ("not_applicable", defaults[domain, models[service]])
    }


def test_every_public_name_is_there_and_explains_itself() -> None:
    for name in srm.__all__:
        assert getattr(srm, name).__doc__
    assert set(dir(srm)) == set(srm.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        srm.nonsense  # noqa: B018


def test_the_matrix_holds_every_service_and_22_domains(
    rows: dict[str, Rows], owners: dict[tuple[str, str], str], different: set[tuple[str, str]]
) -> None:
    matrix = load_matrix()
    services = {row["service_id"] for row in rows["services"]}
    assert set(matrix["service_id"]) == services
    assert matrix["domain_id"].nunique() == 22
    found = matrix.set_index(["service_id", "domain_id"])
    assert len(found) == len(services) * 22
    assert found["responsible"].to_dict() == owners
    assert set(found.index[found["exception"]]) == different


def test_chime_has_ended_and_is_not_in_scope() -> None:
    chime = load_table("services").set_index("service_id").loc["chime"]
    assert chime["lifecycle"] == "ended"
    assert chime["lifecycle_date"] == "2026-02-20"
    assert chime["in_clf_c02"] == "no"


@pytest.mark.parametrize(
    ("service", "domain"),
    [
        ("ec2", "guest_os"),
        ("Amazon EC2", "Operating system of the workload"),
        (" amazon  ec2 ", "Guest-OS"),
        ("EC2", "guest os"),
    ],
)
def test_a_cell_is_found_by_id_and_by_name(service: str, domain: str) -> None:
    assert who(service, domain) == who("ec2", "guest_os")
    assert who(service, domain).responsible == "customer"


def test_every_name_finds_its_own_service_and_domain(rows: dict[str, Rows]) -> None:
    for row in rows["services"]:
        for name in (row["service_id"], row["name"], *filter(None, row["aliases"].split("; "))):
            assert who(name, "facilities").service_id == row["service_id"]
    for row in rows["domains"]:
        assert who("ec2", row["name"]).domain_id == row["domain_id"]


def test_every_setting_is_answered_as_the_table_says(rows: dict[str, Rows]) -> None:
    for row in rows["variants"]:
        cell = who(row["service_id"], row["domain_id"], row["variant_id"])
        for column in ("responsible", "setting", "aws_does", "customer_does", "as_of"):
            assert getattr(cell, column) == row[column]
        assert row["setting"] in repr(cell)
        assert cell.source.source_id == row["source_id"]
        classes = {"aws": "inherited", "customer": "customer_specific"}
        assert cell.control_class == classes.get(row["responsible"], "shared")


def test_a_cell_tells_what_it_rests_on_and_whether_it_is_an_exception(
    rows: dict[str, Rows], different: set[tuple[str, str]]
) -> None:
    for row in rows["responsibilities"]:
        if row["service_id"] in ("s3", "ec2", "kms"):
            cell = who(row["service_id"], row["domain_id"])
            told = repr(cell)
            exception = (row["service_id"], row["domain_id"]) in different
            assert ("Exception: the default of" in told) == exception
            assert ("Note: " in told) == bool(row["note"])
            for column in ("aws_does", "customer_does", "note", "as_of"):
                assert row[column] in told
            assert cell.source.url in told
            for _, text in cell.lines():
                assert text in html.unescape(cell._repr_html_())


@pytest.mark.parametrize(
    ("question", "advice"),
    [
        (("ec3", "guest_os"), "Did you mean (ecr or )?ec2"),
        (("Amazon RDB", "guest_os"), "Did you mean Amazon RDS"),
        (("ec2", "guest_oss"), "Did you mean guest_os"),
        (("rds", "runtime_engine", "minor_manuel"), "Did you mean minor_manual"),
        (("ec2", "facilities", "on"), "facilities of ec2 does not depend on a setting"),
    ],
)
def test_an_unknown_name_gets_the_nearest_ones_and_no_traceback(
    question: tuple[str, ...], advice: str
) -> None:
    with pytest.raises(CourseError, match=advice) as caught:
        who(*question)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert str(caught.value).count("\n") == 0


def test_ipython_prints_the_sentence_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    done = shell.run_cell("from shared_responsibility import who\nwho('ec3', 'guest_os')")
    assert isinstance(done.error_in_exec, CourseError)
    assert capsys.readouterr().out.strip() == str(done.error_in_exec)


def test_shift_is_the_table_of_defaults_in_order(
    rows: dict[str, Rows], defaults: dict[tuple[str, str], str]
) -> None:
    table = srm.shift()
    assert {(d, m): table.loc[d, m] for d in table.index for m in table.columns} == defaults

    def ordered(name: str, key: str) -> list[str]:
        return [row[key] for row in sorted(rows[name], key=lambda row: int(row["position"]))]

    assert list(table.index) == ordered("domains", "domain_id")
    assert list(table.columns) == ordered("service_models", "model_id")


def test_the_load_counts_owners_and_never_rises(defaults: dict[tuple[str, str], str]) -> None:
    load = srm.customer_load()
    for model in load.index:
        counts = Counter(owner for (_, m), owner in defaults.items() if m == model)
        assert [load.loc[model, p] for p in ("customer", "shared", "aws")] == [
            counts["customer"], counts["shared"], counts["aws"],
        ]  # fmt: skip
        assert load.loc[model, "load"] == counts["customer"] + counts["shared"] / 2
    falling = list(load["load"])
    assert falling == sorted(falling, reverse=True)
    assert falling[0] == 22
    assert falling[-1] > 0


def test_compare_puts_the_owners_of_services_side_by_side(
    owners: dict[tuple[str, str], str],
) -> None:
    table = srm.compare("Amazon S3", "ec2")
    assert list(table.columns) == ["s3", "ec2"]
    assert list(table.index) == list(srm.shift().index)
    for service in table.columns:
        for domain in table.index:
            assert table.loc[domain, service] == owners[service, domain]
    with pytest.raises(CourseError, match="Name at least one service"):
        srm.compare()


def test_exceptions_are_those_of_the_table(
    rows: dict[str, Rows], different: set[tuple[str, str]]
) -> None:
    service_of = {row["name"]: row["service_id"] for row in rows["services"]}
    domain_of = {row["name"]: row["domain_id"] for row in rows["domains"]}
    every = srm.exceptions()
    found = {
        (service_of[row.service], domain_of[row.domain]) for row in every.itertuples(index=False)
    }
    assert found == different
    assert len(every) == len(different) > 10
    assert (every["default"] != every["responsible"]).all()
    assert len(srm.exceptions("Amazon S3")) == sum(service == "s3" for service, _ in different)


def test_sources_are_listed_with_their_addresses(rows: dict[str, Rows]) -> None:
    first, second = rows["sources"][:2]
    listed = sources(first["source_id"], second["source_id"])
    for row in (first, second):
        for text in (row["source_id"], row["url"], row["read_on"]):
            assert text in repr(listed)
            assert text in listed._repr_html_()
    with pytest.raises(CourseError, match="is not a source of this course"):
        sources("no-such-page")
