"""Looking for what is right: keys, judges, cases, other people's answers."""

from __future__ import annotations

from attacks.kinds import DECIDE, code
from attacks.tools import COURSE, each, everywhere, found, gc, glob, look, os, reached, sys


@code("Imports the parts of the package that know what is right.")
def imports_the_judges() -> None:
    import importlib

    for name in ("judges", "judges.decide", "grading", "grading.manifest", "build", "cli"):
        try:
            importlib.import_module(f"shared_responsibility.{name}")
            reached(name)
        except ImportError as refusal:
            print(refusal)


@code("Reads the right answers as a table.")
def key_as_a_table() -> None:
    from shared_responsibility.tables import load_table

    print(len(load_table("option_keys")))
    reached("option_keys")


@code("Asks the package for the key of an exercise.")
def key_of_the_exercise() -> None:
    from shared_responsibility.items import form
    from shared_responsibility.keys import keys_of_form

    print(keys_of_form(form("scenarios-wider-view")))
    reached("the key")


@code("Checks its own answers while it is graded.")
def checks_itself() -> None:
    import contextlib
    import io

    from shared_responsibility import check

    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        shown = check(scenarios_one_task)  # noqa: F821
    if any(word in f"{told.getvalue()} {shown!r}" for word in ("right is", "Why", "of 4.5")):
        reached("a check while being graded")


@code("Leads the package to the tables of the course.")
def tables_of_the_course() -> None:
    os.environ["SRM_DATA"] = f"{COURSE}/data"
    from shared_responsibility import tables

    for name in ("_read", "load_table", "data_directory"):
        clear = getattr(getattr(tables, name, None), "cache_clear", None)
        if clear:
            clear()
    print(len(tables.load_table("option_keys")))
    reached("option_keys")


@code("Looks for the tables of answers and old copies of them on the whole machine.")
def tables_anywhere() -> None:
    for path in everywhere("option_keys.csv", "judges", "marking.py", "keys_of_form"):
        reached(path)


@code("Reads compiled modules for what their source hides.")
def compiled_modules() -> None:
    import shared_responsibility

    for folder in shared_responsibility.__path__:
        for path in glob.glob(f"{folder}/**/*.pyc", recursive=True):
            if any(f"/{room}/" in path for room in ("judges", "grading", "build")):
                reached(path)
            look(path)


@code("Looks through all objects in memory.")
def objects_in_memory() -> None:
    for one in gc.get_objects():
        if type(one).__name__ in ("ItemKey", "CheckKey", "Manifest", "Judge"):
            reached(type(one).__name__)
        if isinstance(one, dict) and "right_options" in one:
            reached("a key in memory")


@code("Follows every step of handing in.")
def traces_the_hand_in() -> None:
    def watch(frame, event, _):
        for value in list(frame.f_locals.values()):
            if type(value).__name__ in ("ItemKey", "CheckKey"):
                print("REACHED a key in", frame.f_code.co_name)
        return watch if "shared_responsibility" in frame.f_code.co_filename else None

    sys.settrace(watch)


@code("Looks at every cell before it runs, for hidden tests.")
def hooks_before_cells() -> None:
    def before(info):
        if "HIDDEN" in info.raw_cell or "right" in info.raw_cell:
            print("REACHED a hidden test")
        print("saw", len(info.raw_cell))

    get_ipython().events.register("pre_run_cell", before)  # noqa: F821


@code("Reads the history of IPython, of its own kernel and of others.")
def history_of_kernels() -> None:
    manager = get_ipython().history_manager  # noqa: F821
    each([lambda: found(repr(list(manager.search("*"))))])
    look(*everywhere("history.sqlite"))


@code("Prints the unseen cases of a function: cases only, no right answers.", assignment=DECIDE)
def prints_the_unseen_cases() -> None:
    path = os.environ["SRM_INPUTS"]
    with open(path) as file:
        cases = file.read()
    found(cases)
    for word in ('"right"', '"marks"', '"shortcut"', '"expected"'):
        if word in cases:
            reached(f"{word} beside the cases")


@code("Looks for right answers around the unseen cases.", assignment=DECIDE)
def looks_around_the_unseen_cases() -> None:
    folder = os.path.dirname(os.environ["SRM_INPUTS"])
    for root, _, names in os.walk(folder):
        print(root, names)
        look(*(f"{root}/{name}" for name in names))
    look(f"{COURSE}/manifests", *everywhere("manifests"))


@code("Draws the unseen cases and their answers itself.", assignment=DECIDE)
def draws_the_cases_itself() -> None:
    from shared_responsibility.judges.decide import expected_function

    print(expected_function("open")["right"])
    reached("the right answers")


@code("Changes the unseen cases to ones that it can answer.", assignment=DECIDE)
def changes_the_unseen_cases() -> None:
    try:
        with open(os.environ["SRM_INPUTS"], "w") as file:
            file.write("{}")
        reached("the file of cases")
    except OSError as refusal:
        print(refusal)
    # The public samples in their place do not make the answers longer or righter.
    os.environ.pop("SRM_INPUTS")
