"""How long it takes to load and check all tables, and to ask one question of them.

    python benchmarks/tables.py

Prints each figure beside the plain tool in the same run: `pandas.read_csv` for loading, a look-up
in a plain dictionary for `who`. The time to import pandas is left out.
"""

from __future__ import annotations

import csv
import statistics
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
REPEATS, QUESTIONS = 7, 2000


def main() -> None:
    """Measure and print."""
    from shared_responsibility import matrix, tables

    names = list(tables.TABLES)

    def load_all() -> None:
        tables._read_checked.cache_clear()
        for name in names:
            tables.load_table(name)

    def read_all() -> None:
        for table in tables.TABLES.values():
            pd.read_csv(ROOT / "data" / table.path, dtype=str, keep_default_na=False)

    loading, reading = in_turn(load_all, read_all)
    rows = sum(len(tables.load_table(name)) for name in names)
    print(f"load and check {len(names)} tables, {rows} lines: {loading * 1e3:.0f} ms")
    print(f"pandas.read_csv of the same: {reading * 1e3:.0f} ms; ratio {loading / reading:.1f}")

    with (ROOT / "data" / "responsibilities.csv").open(encoding="utf-8", newline="") as file:
        cells = {(row["service_id"], row["domain_id"]): row for row in csv.DictReader(file)}
    keys = list(cells)[:QUESTIONS]
    matrix.who(*keys[0])

    asking, looking = in_turn(
        lambda: [matrix.who(*key) for key in keys], lambda: [cells[key] for key in keys]
    )
    each, plain = asking / len(keys), looking / len(keys)
    print(f"who(): {each * 1e6:.0f} us a question; a plain dictionary: {plain * 1e6:.2f} us; "
          f"ratio {each / plain:.0f}")  # fmt: skip
    print(f"Python {sys.version.split()[0]}, pandas {pd.__version__}")


def in_turn(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The median seconds of each, run alternately so that both meet the same machine."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for call, taken in zip((one, other), times, strict=True):
            taken.append(timeit.timeit(call, number=1))
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()
