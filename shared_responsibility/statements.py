"""The statements that the first problem set cleans, as they stand in their file."""

from __future__ import annotations

import pandas as pd

from shared_responsibility.errors import CourseError
from shared_responsibility.tables import data_directory

FILE = "untidy/statements.csv"


def load_statements() -> pd.DataFrame:
    """About 150 cited statements on who owns a layer of a service, untidy as they were collected.

    Columns: `statement_id, service, layer, who, source, read on, note` and one without a heading.
    Everything is text, a blank is the empty string, nothing is cleaned. Raises `CourseError` where
    the file is missing or is no table.
    """
    try:
        return pd.read_csv(data_directory() / FILE, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        problem = f"The file data/{FILE} is missing. Restore it with: git checkout -- data"
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        problem = f"The file data/{FILE} is not a table. Restore it with: git checkout -- data"
    raise CourseError(problem)
