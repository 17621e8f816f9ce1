"""Reading one CSV of ``data/``: its columns and its types, checked, with faults told by file, line and column."""

import csv
import io
from pathlib import Path

import pandas as pd

from prospective.data import files
from prospective.model.errors import DataError, nearest_name

DTYPES = {"integer": "Int64", "number": "float64", "year": "Int64"}


def read_table(root: Path, path: str, fields: dict[str, str]) -> pd.DataFrame:
    """Read a table of ``data/``.

    Parameters
    ----------
    path : relative to ``data/``.
    fields : the type of each column (``string``, ``integer``, ``number``, ``year``), in the order wanted.

    Returns
    -------
    DataFrame with those columns; text is never missing (an empty cell is an empty text), a number may be.

    Raises
    ------
    DataError
        If the file is missing or is not UTF-8, if a column is missing, unknown or written twice, if a row has too
        many cells, if a value has the wrong type.
    """
    header, *rows = _rows(root, path)
    _check_header(path, header, fields)
    width = len(header)
    for line, row in enumerate(rows, start=2):
        if len(row) != width:
            if len(row) > width:
                raise DataError(
                    f"data/{path}, ligne {line} : {len(row)} cellules au lieu de {width} ; "
                    "une virgule est de trop (point décimal, guillemets autour d'un texte qui contient une virgule)."
                )
            row += [""] * (width - len(row))
    columns = {name: pd.Series([row[rank] for row in rows], dtype=str, name=name) for rank, name in enumerate(header)}
    return pd.DataFrame({name: _typed(columns[name], kind, path) for name, kind in fields.items()})


def _rows(root: Path, path: str) -> list[list[str]]:
    try:
        text = files.read(root, Path("data") / path).decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            f"data/{path} est introuvable : remettez ce fichier, ou retirez-le de data/datapackage.yaml."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"data/{path} ne peut pas être lu ({error}) : enregistrez-le en UTF-8.") from error
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[]]


def _check_header(path: str, header: list[str], fields: dict[str, str]) -> None:
    for column in header:
        if column not in fields:
            near = nearest_name(column, fields)
            offer = f"vouliez-vous dire « {near} » ?" if near else f"colonnes attendues : {', '.join(fields)}."
            raise DataError(f"data/{path}, ligne 1 : colonne inconnue « {column} » ; {offer}")
        if header.count(column) > 1:
            raise DataError(f"data/{path}, ligne 1 : la colonne « {column} » est écrite deux fois ; gardez-en une.")
    for field in fields:
        if field not in header:
            raise DataError(
                f"data/{path}, ligne 1 : la colonne « {field} » manque ; colonnes lues : {', '.join(header)}."
            )


def _typed(column: pd.Series, kind: str, path: str) -> pd.Series:
    """Turn text into numbers, naming the line of the first one that isn't."""
    if kind not in DTYPES:
        return column
    whole = DTYPES[kind] == "Int64"
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce").astype("float64")
    wrong = column[(column != "") & ~numbers.abs().lt(float("inf"))]
    if whole:
        wrong = pd.concat([wrong, column[numbers.notna() & (numbers % 1 != 0)]])
    if len(wrong):
        raise DataError(
            f"data/{path}, ligne {int(wrong.index[0]) + 2}, {column.name} : « {wrong.iloc[0]} » n'est pas un nombre"
            f"{' entier' if whole else ''} (point décimal, sans espace)."
        )
    return numbers.astype(pd.api.types.pandas_dtype(DTYPES[kind]))
