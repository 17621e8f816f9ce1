"""Sheets and letters of ``data/``."""

import re
from pathlib import Path

from prospective.data.yaml_files import read_model
from prospective.model.errors import SheetError, UnknownNameError
from prospective.model.letter import Letter
from prospective.model.sheet import Sheet
from prospective.model.variables import VARIABLES

SHEETS = Path("data/fiches")
LETTERS = Path("data/lettres")


def sheet_slugs(root: Path) -> list[str]:
    """Return the variables that have a sheet, in the order of the exercise's list."""
    found = {path.stem for path in (root / SHEETS).glob("*.yaml")}
    for stranger in sorted(found - set(VARIABLES)):
        raise UnknownNameError(f"{SHEETS}/{stranger}.yaml : variable inconnue", stranger, VARIABLES)
    return [slug for slug in VARIABLES if slug in found]


def read_sheet(root: Path, slug: str) -> Sheet:
    """Read the sheet of a variable.

    Raises
    ------
    UnknownNameError
        If no variable has that name, or if it has no sheet yet.
    SheetError
        If the sheet breaks a rule; the message names file, line and field.
    """
    if not isinstance(slug, str) or slug not in VARIABLES:
        raise UnknownNameError("Variable inconnue", slug, VARIABLES, "liste : prospective variables")
    if not (root / SHEETS / f"{slug}.yaml").is_file():
        written = ", ".join(sheet_slugs(root))
        raise UnknownNameError(f"La variable n'a pas encore de fiche (fiches écrites : {written})", slug, ())
    path = root / SHEETS / f"{slug}.yaml"
    sheet = read_model(path, Sheet, root)
    if sheet.variable != slug:
        lines = path.read_text(encoding="utf-8").splitlines()
        line = next((n for n, text in enumerate(lines, start=1) if text.startswith("variable")), 1)
        raise SheetError(
            f"{SHEETS}/{slug}.yaml, ligne {line}, variable : « {sheet.variable} » au lieu de « {slug} », le nom du fichier."
        )
    return sheet


def letter_slugs(root: Path) -> list[str]:
    """Return the letters retold, oldest first.

    Raises
    ------
    SheetError
        If the name of a file has no number.
    """
    found = {path.stem: path.stem.rpartition("-")[2] for path in (root / LETTERS).glob("*.yaml")}
    for stranger in sorted(slug for slug, number in found.items() if not re.fullmatch("[0-9]+", number)):
        raise SheetError(
            f"{LETTERS}/{stranger}.yaml : le nom d'une lettre finit par son numéro, comme lettre-4.yaml ; renommez-la."
        )
    return sorted(found, key=lambda slug: int(found[slug]))


def read_letter(root: Path, slug: str) -> Letter:
    """Read a retold letter; errors as ``read_sheet``."""
    if slug not in letter_slugs(root):
        raise UnknownNameError("Lettre inconnue", slug, letter_slugs(root), f"voir {LETTERS}/")
    return read_model(root / LETTERS / f"{slug}.yaml", Letter, root)
