"""Executing notebooks with papermill, several at once, and keeping what they give."""

import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from prospective.model.errors import ProspectiveError
from prospective.press import cache
from prospective.press.plan import Run

WORKERS = 2
KERNEL = "python3"
Progress = Callable[[Run, bool], None]


class NotebookError(ProspectiveError):
    """A notebook that raised: the message names notebook, cell and error."""


def execute(root: Path, run: Run) -> str:
    """Run one notebook with papermill and return it executed, as text.

    Raises
    ------
    NotebookError
        If a cell raises or the kernel dies; the message names notebook, cell and error.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.ipynb"
        try:
            with _kernel_noise_apart():
                papermill.execute_notebook(
                    str(root / run.notebook),
                    str(out),
                    run.parameters,
                    kernel_name=KERNEL,
                    language="python",
                    progress_bar=False,
                    cwd=str(root),
                )
        except papermill.PapermillExecutionError as error:
            where = f"{run.notebook}, cellule {_source_cell(out, error.cell_index)}"
            message = re.sub(r"\x1b\[[0-9;]*m", "", str(error.evalue)).strip()
            raise NotebookError(f"{where} : {error.ename} – {message}") from error
        except DeadKernelError as error:
            raise NotebookError(
                f"{run.notebook} : le noyau Python s'est arrêté pendant l'exécution ; relancez, ou exécutez ce carnet seul."
            ) from error
        return out.read_text(encoding="utf-8")


@contextmanager
def _kernel_noise_apart() -> Iterator[None]:
    """Keep what kernels write of themselves while starting and stopping off the terminal: faults are told by papermill."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def _source_cell(out: Path, index: int) -> int:
    """Number a cell as in the source notebook, from 1: the parameters that papermill injects are not one of its cells."""
    tags = [cell.metadata.get("tags", []) for cell in nbformat.read(out, as_version=4).cells]
    return index + 1 - int(any("injected-parameters" in found for found in tags))


def clean(text: str, keep_date: bool) -> NotebookNode:
    """Drop from an executed notebook what changes from one run to the next.

    Timings, ids of runs and the exact Python version go; ``keep_date`` leaves the day of the run.
    """
    notebook = nbformat.reads(text, as_version=4)
    ended = str(notebook.metadata.get("papermill", {}).get("end_time", ""))[:10]
    notebook.metadata = NotebookNode(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": KERNEL},
            "language_info": {"name": "python"},
        }
    )
    if keep_date:
        notebook.metadata["prospective"] = {"execute_le": ended}
    count = 0
    for position, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode({"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {})
        cell["id"] = f"c{position:02d}"
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    return notebook


def run_all(
    root: Path, todo: Iterable[Run], progress: Progress, workers: int = WORKERS, fresh: bool = False
) -> dict[str, Path]:
    """Execute notebooks, several at once; those already run on the same content are taken as they were.

    Returns
    -------
    Path of the executed notebook of each page.

    Raises
    ------
    NotebookError
        The first failure, once running notebooks have ended; nothing of the failed one is kept.
    """
    state = cache.state(root)
    found: dict[str, Path] = {}
    missing: list[tuple[Run, str]] = []
    for run in todo:
        name = cache.key(root, run, state)
        kept = None if fresh else cache.find(root, name)
        if kept:
            found[run.page] = kept
            progress(run, True)
        else:
            missing.append((run, name))
    if not missing:
        return found
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(missing)), mp_context=context, initializer=_quiet) as pool:
        waiting = {pool.submit(execute, root, run): (run, name) for run, name in missing}
        try:
            for done in as_completed(waiting):
                run, name = waiting[done]
                found[run.page] = cache.keep(root, name, nbformat.writes(clean(done.result(), keep_date=True)) + "\n")
                progress(run, False)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found


def _quiet() -> None:
    """Keep kernels from asking for a debugger or more than one BLAS thread."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
