"""How a table is written: what one reader forgives and another reads in its own way is refused."""

import csv
import datetime
import re
from collections.abc import Callable, Iterator

from prospective.data.package import Package
from prospective.data.validation.fault import Fault

# A number as it is written here: ASCII digits, no exponent, no sign +, no useless zero before it.
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
SPAN = re.compile(r"([0-9]{4})-([0-9]{4})")  # « 2010-2015 », for a fact
DATES = frozenset({"date", "adoption", "millesime"})
FIRST, LAST = 1500, 2100
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b\u2028\u2029\ufeff]")
LONGEST = 3000  # characters in a cell
SHOWN = 10  # faults told of one table


def written(package: Package) -> Iterator[Fault]:
    """Tables are UTF-8 without mark, lines end in LF, cells have no space around, numbers and dates are plain."""
    for path in package.tables:
        content = (package.root / "data" / path).read_bytes()
        if content.startswith(b"\xef\xbb\xbf"):
            yield Fault(
                f"data/{path}, ligne 1", "le fichier commence par une marque BOM : enregistrez-le en UTF-8 sans BOM"
            )
        if b"\r" in content:
            yield Fault(f"data/{path}", "des lignes finissent par CR : enregistrez-le avec des fins de ligne LF (Unix)")
        if not content.endswith(b"\n"):
            yield Fault(
                f"data/{path}", "la dernière ligne n'est pas terminée : ajoutez une fin de ligne, ou ce qui manque"
            )
        kinds = {name: field["type"] for name, field in package.fields(path).items()}
        told = _cells(content.decode("utf-8-sig"), kinds)
        for rank, (line, column, message) in enumerate(told):
            if rank == SHOWN:
                yield Fault(f"data/{path}", "d'autres cellules sont mal écrites : corrigez d'abord celles-là")
                break
            yield Fault(f"data/{path}, ligne {line}, {column}", message)


def _cells(text: str, kinds: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Every cell that is badly written: its line, its column, what is wrong."""
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    header = next(reader)
    checks = [_check(name, kinds.get(name, "string")) for name in header]
    line = 2
    try:
        for row in reader:
            for name, check, cell in zip(header, checks, row, strict=False):
                if cell and (message := check(cell)):
                    yield line, name, f"« {cell[:30]} » {message}"
            line += 1
    except csv.Error:
        yield line, header[0], "des guillemets sont mal placés dans cette ligne : fermez-les, ou retirez-les"


def _check(name: str, kind: str) -> Callable[[str], str]:
    """The check of a column."""
    if kind == "number":
        return lambda cell: (
            "" if NUMBER.fullmatch(cell) and cell != "-0" else "n'est pas écrit comme un nombre simple : 1234.5"
        )
    if kind != "string":
        return lambda cell: (
            "" if WHOLE.fullmatch(cell) and cell != "-0" else "n'est pas écrit comme un entier simple : 1234"
        )
    return _date if name in DATES else _text


def _text(cell: str) -> str:
    if cell != cell.strip():
        return "a un espace au début ou à la fin : retirez-le"
    if CONTROL.search(cell):
        return "porte un caractère invisible ou une fin de ligne : retirez-le"
    return "" if len(cell) <= LONGEST else f"a plus de {LONGEST} caractères : ce n'est pas une cellule, coupez-la"


def _date(cell: str) -> str:
    if span := SPAN.fullmatch(cell):
        return (
            ""
            if FIRST <= int(span[1]) < int(span[2]) <= LAST
            else "n'est pas une période : l'année de fin suit celle de début"
        )
    match = DATE.fullmatch(cell)
    if match is None:
        return "n'est pas une date de la forme AAAA, AAAA-MM ou AAAA-MM-JJ"
    if not FIRST <= int(match[1]) <= LAST:
        return f"n'est pas une date plausible (de {FIRST} à {LAST})"
    try:
        datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return "n'existe pas dans le calendrier : corrigez cette date"
    return ""
