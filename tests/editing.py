"""Copying the data package, and planting one fault in a text file."""

import shutil
from pathlib import Path


def copy_data(root: Path, target: Path) -> Path:
    """Copy data/, the bibliography and the prose pages of a publication; return the copy's root."""
    shutil.copytree(root / "data", target / "data", ignore=shutil.ignore_patterns("local"))
    (target / "book").mkdir()
    for source in (root / "book/references.bib", *root.glob("book/*.md")):
        shutil.copy(source, target / "book")
    return target


def edit(file: Path, old: str, new: str) -> int:
    """Replace the first ``old`` of a file by ``new``; return the line where it was (from 1)."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} no longer holds {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
    return text[: text.index(old)].count("\n") + 1


def append(file: Path, row: str) -> int:
    """Add a line at the end of a file; return its number (from 1)."""
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text(f"{text}\n{row}\n", encoding="utf-8", newline="")
    return text.count("\n") + 2
