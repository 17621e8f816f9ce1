"""Time of each notebook: papermill with its kernel, against the cells alone in a warm process.

Run from the project's folder: ``.venv/bin/python bench/carnets.py``. Both are timed in the same run, interleaved;
the ratio is what papermill, the kernel and the imports cost.
"""

import contextlib
import io
import statistics
import sys
import time
from pathlib import Path

import nbformat

from prospective.data.root import find_root
from prospective.press import plan, runner

ROUNDS = 3


def cells_alone(path: Path) -> float:
    """Seconds to run the code cells of a notebook in this process; the last expression of each cell is displayed."""
    notebook = nbformat.read(path, as_version=4)
    names: dict[str, object] = {}
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                lines = cell.source.rstrip()
                shown = lines.startswith(("fiche.", "portrait.", "lettre.", "registre.", "catalogue."))
                result = eval(lines, names) if shown else exec(lines, names)
                if hasattr(result, "_repr_mimebundle_"):
                    result._repr_mimebundle_()
    return time.perf_counter() - start


def main() -> None:
    """Print one line per notebook: median seconds of each way, and their ratio."""
    root = find_root()
    runs = [run for run in plan.runs(root) if not run.parameters]
    for run in runs:
        cells_alone(root / run.notebook)
    print(f"{'carnet':<40} {'papermill':>10} {'cellules':>10} {'rapport':>8}   (médianes de {ROUNDS}, en secondes)")
    for run in runs:
        full, alone = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            runner.execute(root, run)
            full.append(time.perf_counter() - start)
            alone.append(cells_alone(root / run.notebook))
        a, b = statistics.median(full), statistics.median(alone)
        print(f"{run.notebook:<40} {a:>10.2f} {b:>10.2f} {a / b:>8.1f}")


if __name__ == "__main__":
    sys.exit(main())
