"""Time to open the data package: each table and each series, after imports, in a package that has read nothing.

Run from the project's folder: ``.venv/bin/python bench/donnees.py``. Files are in the system's cache; the first of
several rounds is printed beside the median, because it is what a notebook pays.
"""

import statistics
import sys
import time

from prospective.data.package import Package
from prospective.data.territories import Gazetteer

ROUNDS = 5
LIMIT = 150  # milliseconds
SHOWN = 8


def milliseconds(what: str) -> list[float]:
    """Time one table, series or the gazetteer, in fresh packages."""
    taken = []
    for _ in range(ROUNDS):
        package = Package()
        start = time.perf_counter()
        if what == "gazetier":
            _ = Gazetteer(package).territories
        elif what.endswith(".csv"):
            package.table(what)
        else:
            package.series(what)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def main() -> int:
    """Print the slowest tables and series and whether all are under the limit."""
    package = Package()
    names = [*package.tables, *package.indicators, "gazetier"]
    found = sorted(((max(t), statistics.median(t), t[0], n) for n in names for t in [milliseconds(n)]), reverse=True)
    print(f"{len(package.tables)} tables, {len(package.indicators)} séries ; millisecondes, {ROUNDS} tours")
    print(f"{'table ou série':<46} {'premier':>8} {'médiane':>8} {'maximum':>8}")
    for worst, median, first, name in found[:SHOWN]:
        print(f"{name:<46} {first:>8.0f} {median:>8.0f} {worst:>8.0f}")
    above = [name for _, median, _, name in found if median > LIMIT]
    print(
        f"médiane de toutes : {statistics.median(m for _, m, _, _ in found):.0f} ms ; au-dessus de {LIMIT} ms : {above or 'aucune'}"
    )
    return int(bool(above))


if __name__ == "__main__":
    sys.exit(main())
