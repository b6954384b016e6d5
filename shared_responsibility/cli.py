"""`srm`: one line for each verb, each calls one function."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from shared_responsibility.errors import CourseError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The course from the command line.",
)
Database = Annotated[
    str, typer.Option(help="The gradebook, such as postgresql+psycopg://...; else as configured.")
]
Root = Annotated[Path, typer.Option(help="The clone of the course.", show_default="this folder")]
MOST_ERRORS = 50


@app.command("check-data")
def check_data(
    stale: Annotated[
        str | None,
        typer.Option(
            help="List sources read longer ago than this, such as 180d, and what rests on them."
        ),
    ] = None,
) -> None:
    """Check every table; name file, line, column and what is allowed."""
    from shared_responsibility.build.data_rules import data_errors
    from shared_responsibility.tables import TABLES

    if stale is not None:
        from shared_responsibility.build.staleness import days_of, report

        typer.echo(report(days_of(stale), date.today()))
        return
    errors = data_errors()
    for error in errors[:MOST_ERRORS]:
        typer.echo(str(error))
    if errors:
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise CourseError(f"{count} in data/.")
    typer.echo(f"{len(TABLES)} tables in data/: no errors.")


@app.command("lint-items")
def lint_items() -> None:
    """Check every question: key, sources, cues, likeness, balance, reading level."""
    try:
        from shared_responsibility.build.item_rules import counts, findings, live_items
    except ModuleNotFoundError as missing:
        raise CourseError(
            f"This needs {missing.name}. Run: pip install -r requirements/authors.txt"
        ) from None

    found = findings()
    for finding in found:
        typer.echo(str(finding))
    if found:
        count = "1 finding" if len(found) == 1 else f"{len(found)} findings"
        raise CourseError(f"{count} in the items.")
    bank = live_items()
    for name, tally in counts(bank).items():
        told = ", ".join(f"{word or 'none'} {number}" for word, number in tally.items())
        typer.echo(f"{name}: {told}")
    typer.echo(f"{len(bank)} live items: no findings.")


@app.command("draw-item")
def draw_item(
    template: Annotated[str, typer.Argument(help="A template, such as kernel-bulletin.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same item.")] = 1,
    key: Annotated[bool, typer.Option("--key", help="Show the answer and its reasons.")] = False,
) -> None:
    """Draw an item from a template."""
    from shared_responsibility.feedback import as_text
    from shared_responsibility.scoring import score_form
    from shared_responsibility.templates import draw

    made = draw(template, seed)
    typer.echo(f"{made.item.item_id}: {made.item.prompt}")
    for option, text in made.item.labels.items():
        typer.echo(f"   {option}: {text}")
    if key:
        answers = {made.item.item_id: made.key.right}
        typer.echo(as_text(score_form([(made.key, 1.0)], answers), with_points=False))


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail on a drift.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Make course/, source/, release/ and the data page from what is written by hand."""
    from shared_responsibility.build import making

    if check:
        drift = making.check(root.resolve())
        typer.echo(drift or "Nothing made has drifted.", nl=not drift)
        if drift:
            raise CourseError("Made files have drifted. Run: srm build")
        return
    for name in making.build(root.resolve()) or ["nothing to change"]:
        typer.echo(name)


@app.command()
def normalise(notebooks: list[Path]) -> None:
    """Write notebooks the way this repository stores them: no timing, no versions, sorted."""
    from shared_responsibility.build.notebooks import normal_text

    for path in notebooks:
        path.write_text(normal_text(path), encoding="utf-8", newline="\n")


@app.command()
def start(
    name: Annotated[str | None, typer.Argument(help="A lesson or assignment.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Start anew; your work stays as a dated copy.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Copy lessons and assignments to my-work/, never over your work."""
    from shared_responsibility.practice import workspace

    if again and name is None:
        raise CourseError("Name the lesson or assignment to start again, such as decide.")
    done = workspace.start(root.resolve(), name, again=again)
    for line in done.lines or ["everything is there already"]:
        typer.echo(line)


@app.command()
def update(root: Root = Path()) -> None:
    """Bring new versions into my-work/; copies you worked in are kept."""
    from shared_responsibility.practice import workspace

    for line in workspace.update(root.resolve()).lines or ["nothing new"]:
        typer.echo(line)


@app.command()
def check(
    assignment: Annotated[str, typer.Argument(help="A problem set, such as classify-scenarios.")],
    level: Annotated[str, typer.Option(help="none, counts or explained.")] = "explained",
    root: Root = Path(),
) -> None:
    """Judge your own problem set with the grader's scorer, and write a page beside it."""
    try:
        from shared_responsibility.grading.self_check import self_check
    except ModuleNotFoundError as missing:
        raise CourseError(
            f"This needs {missing.name}. Run: pip install -r requirements.txt"
        ) from None
    from shared_responsibility.vocabulary import FeedbackLevel

    if level not in set(FeedbackLevel):
        raise CourseError(f"--level {level!r} is not known. Allowed: none, counts or explained.")
    done = self_check(root.resolve(), assignment, FeedbackLevel(level))
    for line in done.lines:
        typer.echo(line)
    typer.echo(f"Your result: {done.page.as_uri()}")


@app.command()
def record(
    name: Annotated[str, typer.Argument(help="The name that the page should carry.")],
    root: Root = Path(),
) -> None:
    """Write the record of what you earned alone: my-work/completion.html."""
    from shared_responsibility.practice.record import write_record

    typer.echo(f"Your record: {write_record(root.resolve(), name, date.today()).as_uri()}")


@app.command()
def totals(
    records: Annotated[
        bool, typer.Option("--records", help="Also write completion/<learner>.html for each.")
    ] = False,
    db: Database = "",
    root: Root = Path(),
) -> None:
    """The course total of every learner over the six problem sets."""
    from shared_responsibility.grading.course import database
    from shared_responsibility.grading.course_totals import totals_of, write_records

    course = root.resolve()
    db_url = database(course, db)
    table = totals_of(db_url)
    typer.echo(table.to_string(index=False))
    if records:
        for path in write_records(course, db_url, date.today()):
            typer.echo(path.relative_to(course))


@app.command()
def regrade(
    assignment: str,
    why: Annotated[str, typer.Option(help="The reason, for the ledger.")],
    policy: Annotated[str, typer.Option(help="exact or never-lower.")] = "exact",
    drop: Annotated[
        list[str] | None, typer.Option(help="Withdraw an item: everybody has its points.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,
    db: Database = "",
    root: Root = Path(),
) -> None:
    """Mark stored answers again with today's key; shows who goes up and down before it writes."""
    from shared_responsibility.grading.course import database
    from shared_responsibility.grading.ledger import regrading

    if policy not in set(regrading.Policy):
        raise CourseError(f"--policy {policy!r} is not known. Allowed: exact or never-lower.")
    course = root.resolve()
    db_url = database(course, db)
    made = regrading.plan(
        course, db_url, assignment, policy=regrading.Policy(policy), drop=drop or []
    )
    for line in made.lines():
        typer.echo(line)
    if not yes and not typer.confirm("Write this to gradebook and ledger?"):
        typer.echo("Nothing was changed.")
        return
    count = regrading.apply(course, db_url, made, why=why)
    typer.echo(f"Entered for {count} learners. Now run: nbgrader generate_feedback --force")


@app.command()
def audit(
    head: Annotated[str, typer.Option(help="Hash of an entry that must still be there.")] = "",
    db: Database = "",
    root: Root = Path(),
) -> None:
    """Verify the ledger and compare it with the gradebook."""
    from shared_responsibility.grading.course import database
    from shared_responsibility.grading.ledger.auditing import audit as verify

    found = verify(database(root.resolve(), db), head)
    for finding in found.findings:
        typer.echo(finding)
    typer.echo(f"{found.entries} entries, {found.forgotten} without name. Head: {found.head}")
    if found.findings:
        raise CourseError(f"{len(found.findings)} findings.")


@app.command()
def forget(
    learner: str,
    db: Database = "",
    root: Root = Path(),
) -> None:
    """Erase a learner's name and answers from the ledger; its chain still closes."""
    from shared_responsibility.grading.course import database
    from shared_responsibility.grading.ledger.forgetting import forget as erase

    count = erase(database(root.resolve(), db), learner)
    typer.echo(f"Erased from {count} entries. The gradebook and handed-in files are untouched.")


@app.command()
def grade(
    assignment: Annotated[str | None, typer.Argument(help="A problem set.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every recorded release.")] = False,
    workers: Annotated[int | None, typer.Option(help="Processes; one for each core.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Unchanged hand-ins too.")] = False,
    cluster: Annotated[
        str | None, typer.Option(help="A dask scheduler's address, or slurm, kubernetes, ssh.")
    ] = None,
    unsandboxed: Annotated[
        bool, typer.Option("--unsandboxed", help="Allow limits alone where no sandbox works.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Grade a class on all cores, in the sandbox; unchanged hand-ins are left alone."""
    from shared_responsibility.grading.engine.local import grade as grade_class
    from shared_responsibility.grading.manifest import recorded

    course = root.resolve()
    if bool(assignment) == everything:
        raise CourseError("Name one problem set, or say --all.")
    failed = 0
    for name in [assignment] if assignment else recorded(course):
        done = grade_class(
            course, name, workers=workers, force=force, cluster=cluster, unsandboxed=unsandboxed
        )
        failed += len(done.failed)
        for line in done.lines:
            typer.echo(line)
    if failed:
        raise CourseError(f"{failed} not graded; the lines above say why.")


@app.command()
def collect(
    assignment: str,
    source: Annotated[Path, typer.Argument(help="A folder or a zip, as Moodle or Canvas pack it.")],
    roster: Annotated[
        Path | None, typer.Option(help="CSV: learner and any of name, moodle_id, canvas_id, email.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take newer hand-ins; the old ones are kept beside.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Bring hand-ins to submitted/; nothing is overwritten unasked."""
    from shared_responsibility.grading.collecting import collect as bring

    done = bring(root, assignment, source, roster=roster, replace=replace)
    if done.rows:
        typer.echo(done.table.to_string(index=False))
    typer.echo(done.summary)


@app.command()
def preflight(assignment: str, root: Root = Path()) -> None:
    """Show what grading will put right in each hand-in, and what it cannot read."""
    from shared_responsibility.grading.preflight.table import preflight_table, summary_of

    table = preflight_table(root, assignment)
    if len(table):
        typer.echo(table.to_string(index=False))
    typer.echo(summary_of(table))


@app.command()
def demo(root: Root = Path()) -> None:
    """Release, hand in, grade and return for a scripted class, in a scratch folder."""
    from shared_responsibility.grading.demo import run_demo

    run_demo(root.resolve())


@app.command()
def explain(
    service: Annotated[str, typer.Argument(help="Id or name, such as ec2.")],
    domain: Annotated[str, typer.Argument(help="Id or name, such as guest_os.")],
    variant: Annotated[str | None, typer.Option(help="A setting of this cell.")] = None,
) -> None:
    """Who is responsible for a domain of a service, what each side does, and the source."""
    from shared_responsibility.matrix import who

    typer.echo(repr(who(service, domain, variant)))


@app.command("diff-key")
def diff_key(old: str, new: str, root: Root = Path()) -> None:
    """List the owners that changed between two git revisions or folders, and what flips."""
    from shared_responsibility.build.key_changes import report

    typer.echo(report(old, new, root.resolve()))


@app.command("export-data")
def export_data(
    form: Annotated[str, typer.Option("--format", help="csv, json or parquet.")] = "csv",
    to: Annotated[Path, typer.Option(help="A folder that is new or empty.")] = Path("dist/data"),
) -> None:
    """Write the tables as a Frictionless data package that needs none of our code."""
    from shared_responsibility.build.dataset import export

    for name in export(form, to.resolve()):
        typer.echo(to / name)


def main() -> None:
    """Run `srm`; a mistake of the caller is one sentence and status 1."""
    try:
        app()
    except CourseError as problem:
        sys.exit(str(problem))
