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
        raise CourseError("Name the lesson or assignment to start again, such as classify.")
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
