"""Staging the executed notebooks and printing the book with Jupyter Book 1.x."""

import datetime
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import yaml

from prospective.data.files import write_atomically
from prospective.model import writing
from prospective.model.errors import ProspectiveError
from prospective.press.plan import Run, pages, read_toc

STAGE = Path("_build/atelier")
HTML = Path("_build/html")
COPIED = ("_config.yml", "book")
LOG = Path("_build/jupyter-book.log")


class BookError(ProspectiveError):
    """A book that could not be printed whole and without a warning."""


def stage(root: Path, runs: list[Run], executed: dict[str, Path]) -> Path:
    """Put prose, executed notebooks and table of contents in one folder, touching only what has changed."""
    folder = root / STAGE
    wanted: set[Path] = set()
    for name in COPIED:
        sources = (
            [root / name]
            if (root / name).is_file()
            else sorted(p for p in (root / name).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        )
        for source in sources:
            target = folder / source.relative_to(root)
            wanted.add(target)
            if not target.is_file() or target.read_bytes() != source.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
    for run in runs:
        wanted.add(_write(folder / f"{run.page}.ipynb", page_notebook(executed[run.page], run)))
    wanted.add(_write(folder / "_toc.yml", yaml.safe_dump(read_toc(root), allow_unicode=True, sort_keys=False)))
    for stale in sorted(p for p in folder.rglob("*") if p.is_file() and p not in wanted):
        stale.unlink()
    return folder


def _write(target: Path, content: str) -> Path:
    if not target.is_file() or target.read_text(encoding="utf-8") != content:
        write_atomically(target, content)
    return target


def page_notebook(executed: Path, run: Run) -> str:
    """Return an executed notebook as a page: its title, its day, the cell that papermill added folded away."""
    notebook = nbformat.read(executed, as_version=4)
    if run.title:
        first = notebook.cells[0]
        first.source = "\n".join([f"# {run.title}", *first.source.split("\n")[1:]])
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.metadata["tags"] = [*cell.metadata["tags"], "hide-input"]
    day = run_day(notebook.metadata["prospective"]["execute_le"])
    notebook.cells.append(nbformat.v4.new_markdown_cell(f"Page exécutée le {writing.date(day)}.", id="jour"))
    return nbformat.writes(notebook) + "\n"


def run_day(recorded: str) -> str:
    """The day printed on a page: SOURCE_DATE_EPOCH if it is set (reproducible builds), else the day of the run."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat() if epoch else recorded


def print_book(root: Path) -> Path:
    """Print the staged book; any warning is an error. Returns the path of its first page.

    Raises
    ------
    BookError
        If Jupyter Book is not version 1, warns, fails, or leaves out a page.
    """
    major = version("jupyter-book").split(".")[0]
    if major != "1":
        raise BookError(
            f"Jupyter Book {version('jupyter-book')} est installé ; il faut une version 1.x : relancez « make livre » dans un environnement neuf."
        )
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        "build",
        str(root / STAGE),
        "--path-output",
        str(root),
        "-W",
        "-n",
        "--keep-going",
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"},
        check=False,
    )
    log = done.stdout + done.stderr
    write_atomically(root / LOG, log)
    if done.returncode:
        told = [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line][:5] or log.splitlines()[-5:]
        raise BookError(
            f"Jupyter Book a signalé {'un défaut' if len(told) == 1 else 'des défauts'} (journal : {LOG}) :\n  "
            + "\n  ".join(told)
        )
    missing = [page for page in pages(read_toc(root)) if not (root / HTML / f"{page}.html").is_file()]
    if missing:
        raise BookError(f"Le livre est incomplet : il manque {', '.join(missing)} (journal : {LOG}).")
    return root / HTML / "index.html"
