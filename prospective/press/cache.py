"""Executed notebooks, kept by content: the same notebook, parameters, data and code are not run twice."""

import hashlib
import json
from pathlib import Path

import nbformat

from prospective.data.files import write_atomically
from prospective.press.plan import Run

STORE = Path("_build/executions/cache")
WATCHED = (
    ("data", "*"),
    ("prospective", "*.py"),
    ("prospective", "*.j2"),
    ("book", "references.bib"),
    (".", "requirements.txt"),
)


def state(root: Path) -> str:
    """Digest everything that any notebook may read: data, library, bibliography, lock.

    Parquet files are left out: an imported file is known by the checksum that its ``origine.json`` holds.
    """
    digest = hashlib.sha256()
    for folder, pattern in WATCHED:
        found = (root / folder).rglob(pattern) if folder != "." else (root / folder).glob(pattern)
        for path in sorted(p for p in found if p.is_file() and p.suffix != ".parquet" and "__pycache__" not in p.parts):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def key(root: Path, run: Run, state_digest: str) -> str:
    """Name one run: the source of its cells, its parameters, the state of what it may read."""
    notebook = nbformat.read(root / run.notebook, as_version=4)
    cells = [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in notebook.cells]
    content = json.dumps([run.notebook, cells, run.parameters, state_digest], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def find(root: Path, name: str) -> Path | None:
    """Return a kept notebook, or None."""
    path = root / STORE / f"{name}.ipynb"
    return path if path.is_file() else None


def keep(root: Path, name: str, content: str) -> Path:
    """Keep an executed notebook; it appears whole or not at all."""
    path = root / STORE / f"{name}.ipynb"
    write_atomically(path, content)
    return path
