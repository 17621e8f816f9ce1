"""The Urssaf « commune × APE » file as it is downloaded: its header, and what is wrong with it."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prospective.model import writing
from prospective.model.errors import DataError

AGAIN = "téléchargez-le de nouveau depuis open.urssaf.fr, sans passer par un tableur"
JOBS = re.compile(r"effectifs?_salaries?_(\d{4})")
PLANTS = re.compile(r"nombre_d_?etablissements?_(\d{4})")
KEYS = {"code_commune": r"code_commune", "a38": r"secteur_(na|a)38i?", "ape": r"code_ape"}

# What a cell must be: shared by the quick reading (DuckDB) and by the slow one that names the first fault.
NUMBER = r"\d{1,9}(\.0)?"
COMMUNE = r"\d[\dAB]\d{3}"
SECTOR = r"[A-Z]{2}( .*)?"
APE = r"\d{4}[A-Z]"
FORMULA = r"\s*[=+@]"
CHUNK = 1 << 20
NEWLINE = b"\n"
WIDEST = 400  # columns; the file has 57 of them for nineteen years
SECRET = frozenset({"s", "c", "nd", "n/d", "na", "n/a", "nan", "null", "*", "..", ":", "secret"})
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")
SHOWN = 40


@dataclass(frozen=True)
class Header:
    """The columns of a file.

    ``names`` are those of the file; ``code_commune``, ``a38``, ``ape`` the positions (from 0) of what identifies a
    line; ``jobs`` and ``plants`` the positions of the yearly columns, by year.
    """

    names: tuple[str, ...]
    code_commune: int
    a38: int
    ape: int
    jobs: dict[int, int]
    plants: dict[int, int]

    @property
    def years(self) -> list[int]:
        """The years of the file, oldest first."""
        return sorted(self.jobs)

    @property
    def numbers(self) -> list[int]:
        """Positions of the columns that hold numbers."""
        return sorted([*self.jobs.values(), *self.plants.values()])


def folded(name: str) -> str:
    """Write a column's name as the API does: « Nombre d'établissements 2006 » gives ``nombre_d_etablissements_2006``."""
    return writing.unaccented(name).replace(" ", "_")


def read_header(source: Path) -> Header:
    """Read the first line, with the names of the site or those of the API.

    Raises
    ------
    DataError
        If it is not UTF-8, not separated by « ; », if a column is there twice or lacks, if a year is missing.
    """
    with source.open("rb") as stream:
        first = stream.readline(CHUNK)
    where = f"{source.name}, ligne 1"
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{where} : ce fichier n'est pas en UTF-8 ; {AGAIN}.") from error
    if "\r" in text.rstrip("\r\n"):
        raise DataError(
            f"{where} : les lignes finissent par CR seul (ancien Macintosh), elles n'en font plus qu'une ; {AGAIN}."
        )
    if not text.endswith("\n") and len(first) == CHUNK:
        raise DataError(f"{where} : la ligne a plus d'un million de caractères, ce n'est pas un en-tête ; {AGAIN}.")
    try:
        names = next(csv.reader([text.rstrip("\r\n")], delimiter=";"), [])
    except csv.Error as error:
        raise DataError(f"{where} : l'en-tête n'est pas du CSV ({error}) ; {AGAIN}.") from error
    if len(names) < 2:
        raise DataError(f"{where} : aucun « ; » entre les colonnes ; exportez le fichier en CSV séparé par « ; ».")
    if len(names) > WIDEST:
        raise DataError(
            f"{where} : {len(names)} colonnes, plus que les {WIDEST} que le jeu de données peut avoir ; {AGAIN}."
        )
    known: dict[str, int] = {}
    for position, name in enumerate(names):
        if folded(name) in known:
            raise DataError(
                f"{where}, colonnes {known[folded(name)] + 1} et {position + 1} : « {name} » est écrit deux fois ; {AGAIN}."
            )
        known[folded(name)] = position
    keys = _keys(known, where)
    jobs, plants = _years(known, where)
    return Header(tuple(names), keys["code_commune"], keys["a38"], keys["ape"], jobs, plants)


def _keys(known: dict[str, int], where: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, pattern in KEYS.items():
        positions = [position for name, position in known.items() if re.fullmatch(pattern, name)]
        if not positions:
            wanted = {"code_commune": "Code commune", "a38": "Secteur NA38", "ape": "Code APE"}[key]
            raise DataError(
                f"{where} : la colonne « {wanted} » manque ; exportez toutes les colonnes du jeu de données."
            )
        found[key] = positions[0]
    return found


def _years(known: dict[str, int], where: str) -> tuple[dict[int, int], dict[int, int]]:
    jobs = {int(m[1]): position for name, position in known.items() if (m := JOBS.fullmatch(name))}
    plants = {int(m[1]): position for name, position in known.items() if (m := PLANTS.fullmatch(name))}
    both = sorted({*jobs, *plants})
    if not both:
        raise DataError(
            f"{where} : aucune colonne « Effectifs salariés AAAA » ; exportez toutes les colonnes du jeu de données."
        )
    for year in range(both[0], both[-1] + 1):
        for label, found in (("Nombre d'établissements", plants), ("Effectifs salariés", jobs)):
            if year not in found:
                raise DataError(
                    f"{where} : la colonne « {label} {year} » manque, alors que le fichier va de {both[0]} à {both[-1]} ; {AGAIN}."
                )
    return jobs, plants


def check_kind(source: Path) -> None:
    """Look at how a file starts.

    Raises
    ------
    DataError
        If it is missing, not a file, empty, a page of HTML, an archive, a workbook, or UTF-16.
    """
    if source.exists() and not source.is_file():
        raise DataError(f"« {source} » n'est pas un fichier : donnez le CSV téléchargé depuis open.urssaf.fr.")
    try:
        with source.open("rb") as stream:
            start = stream.read(CHUNK)
    except OSError as error:
        raise DataError(f"« {source} » ne peut pas être lu : vérifiez le nom et les droits de ce fichier.") from error
    content = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not content:
        raise DataError(f"{source.name}, ligne 1 : ce fichier est vide ; {AGAIN}.")
    if content.startswith(b"<"):
        raise DataError(
            f"{source.name}, ligne 1 : c'est une page web (HTML), pas un CSV, le site a dû répondre par une erreur ; {AGAIN}."
        )
    if start.startswith(ARCHIVES):
        raise DataError(
            f"{source.name} : c'est une archive ou un classeur, pas un CSV ; décompressez-le, ou exportez en CSV."
        )
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(f"{source.name}, ligne 1 : ce fichier est en UTF-16, pas en UTF-8 ; {AGAIN}.")


def check_bytes(source: Path, header: Header) -> str:
    """Read every byte of a file once and return their SHA-256.

    Raises
    ------
    DataError
        If it is not UTF-8 throughout, holds a null byte, or is cut in its last line.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    line, last = 1, b""
    with source.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                raise DataError(
                    f"{source.name}, ligne {line + before.count(NEWLINE)}{_column(before, header)} : ce fichier n'est pas en "
                    f"UTF-8, il a dû être réenregistré ; {AGAIN}."
                ) from error
            if b"\0" in chunk:
                line += chunk[: chunk.index(b"\0")].count(NEWLINE)
                raise DataError(f"{source.name}, ligne {line} : un octet nul, ce fichier est abîmé ; {AGAIN}.")
            line += chunk.count(NEWLINE)
            last = chunk[-1:]
    if last != NEWLINE:
        raise DataError(
            f"{source.name}, ligne {line} : la dernière ligne n'est pas terminée, le téléchargement a dû être coupé ; {AGAIN}."
        )
    return digest.hexdigest()


def _column(before: bytes, header: Header) -> str:
    """Name the column reached at the end of some bytes, when they hold the start of its line."""
    start = before.rfind(NEWLINE) + 1
    cells = next(csv.reader([before[start:].decode("utf-8")], delimiter=";"), [""])
    return f", colonne « {header.names[len(cells) - 1]} »" if start and len(cells) <= len(header.names) else ""


def first_fault(source: Path, header: Header, communes: frozenset[str]) -> str | None:
    """Return the first thing wrong in the lines of a file, as the end of a French sentence, or None.

    Slow (some ten seconds for France): only read when the quick reading has found that something is wrong.

    Parameters
    ----------
    communes : codes that a commune of the region may have, those of former communes included.
    """
    departements = {code[:2] for code in communes}
    seen: dict[tuple[str, str], int] = {}
    with source.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=";", strict=True)
        next(reader)
        for line, row in _rows(reader):
            if isinstance(row, str):
                return f"ligne {line} : {row}"
            if len(row) != len(header.names):
                return f"ligne {line} : {len(row)} cellules au lieu de {len(header.names)}"
            for position, cell in enumerate(row):
                if told := _cell_fault(header, position, cell):
                    return f"ligne {line}, colonne « {header.names[position]} » : {told}"
            code, key = row[header.code_commune], (row[header.code_commune], row[header.ape])
            if code[:2] in departements and code not in communes:
                return (
                    f"ligne {line}, colonne « {header.names[header.code_commune]} » : la commune « {code} » n'est pas une "
                    "commune de la région, ni d'aujourd'hui ni d'hier ; si elle a fusionné ou changé de code, ajoutez-la à "
                    "data/territoires/passage-communes.csv"
                )
            if key in seen:
                return f"ligne {line} : la commune « {key[0]} » et l'APE « {key[1]} » sont déjà à la ligne {seen[key]}"
            seen[key] = line
    return None


def _rows(reader: Any) -> Iterator[tuple[int, list[str] | str]]:
    """Number the lines from 2; one that is not CSV comes as the words that say so, and is the last."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, "des guillemets ne sont pas fermés, ou sont au milieu d'une cellule"
            return


def _cell_fault(header: Header, position: int, cell: str) -> str:
    shown = f"« {cell[:SHOWN]}{'…' if len(cell) > SHOWN else ''} »"
    if re.match(FORMULA, cell) or (position in header.numbers and re.match(r"-[^\d]", cell)):
        return f"{shown} ressemble à une formule de tableur"
    if position in header.numbers:
        return "" if not cell or re.fullmatch(NUMBER, cell, re.ASCII) else f"{shown} {_not_a_count(cell)}"
    rules = {
        header.code_commune: (COMMUNE, "n'est pas un code de commune (cinq caractères)"),
        header.a38: (SECTOR, "ne commence pas par un code A38 (« CA », « GZ »…)"),
        header.ape: (APE, "n'est pas un code APE (« 1071C »)"),
    }
    if position in rules and not re.fullmatch(rules[position][0], cell, re.ASCII):
        return f"{shown} {rules[position][1]}"
    return ""


def _not_a_count(cell: str) -> str:
    if cell.strip().lower() in SECRET:
        return (
            "n'est pas un nombre, c'est un code de secret statistique ou de valeur manquante, que ce jeu de données n'a pas : rien n'est mis à sa place ; "
            "n'assemblez pas ce fichier avec un autre"
        )
    if re.fullmatch(r"\d{1,3}(\s\d{3})+", cell):
        return "porte une espace entre les milliers"
    if re.fullmatch(r"-\d+([.,]\d+)?", cell):
        return "est négatif ; une entreprise n'a pas moins de zéro salarié"
    if re.fullmatch(r"\d+,\d+", cell):
        return "porte une virgule décimale ; un nombre entier est attendu"
    if re.fullmatch(r"\d+\.\d+", cell):
        return "n'est pas entier"
    return "n'est pas un nombre"
