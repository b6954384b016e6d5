"""The folder of a course as nbgrader sees it: its configuration and its gradebook."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from shared_responsibility.errors import CourseError

CONFIG = "nbgrader_config.py"
SQLITE = "sqlite:///"
GRADEBOOK = "sqlite:///gradebook.db"


def configuration(course: Path) -> Config:
    """What `nbgrader_config.py` sets. Raises `CourseError` where it is missing or fails."""
    if not (course / CONFIG).is_file():
        raise CourseError(f"There is no {CONFIG} here. Run this in the folder of the course.")
    try:
        return PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except Exception as problem:
        raise CourseError(f"{CONFIG} could not be read: {problem}") from problem


def database(course: Path, named: str = "") -> str:
    """The address of the gradebook: the one named, else that of the configuration.

    A relative SQLite file lies in the course's root. Raises `CourseError` where it is missing.
    """
    address = named or str(configuration(course).CourseDirectory.get("db_url", GRADEBOOK))
    if not address.startswith(SQLITE):
        _must_open(address)
        return address
    path = (course / address.removeprefix(SQLITE)).resolve()
    if not path.is_file():
        raise CourseError(f"There is no gradebook {path.name} here yet. First grade a problem set.")
    _must_open(f"{SQLITE}{path}")
    return f"{SQLITE}{path}"


def _must_open(address: str) -> None:
    """Raises `CourseError` where nothing answers at this address, or no database."""
    try:
        engine = create_engine(address)
    except (SQLAlchemyError, ModuleNotFoundError, ValueError) as problem:
        raise CourseError(f"{address!r} is no address of a gradebook: {_line(problem)}.") from None
    try:
        inspect(engine).get_table_names()
    except SQLAlchemyError as problem:
        shown = engine.url.render_as_string(hide_password=True)
        raise CourseError(f"The gradebook {shown} cannot be read: {_line(problem)}.") from None
    finally:
        engine.dispose()


def _line(problem: Exception) -> str:
    """The first line of what a database says."""
    said = str(getattr(problem, "orig", None) or problem).strip() or type(problem).__name__
    return said.splitlines()[0].rstrip(".")
