"""The data package: its tables as typed DataFrames, its indicators, its figures."""

import csv
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import ValidationError

from prospective.data.root import find_root
from prospective.model.errors import DataError, UnknownNameError, nearest_name
from prospective.model.figures import Figure
from prospective.model.indicator import Indicator, parse_breaks

DTYPES = {"integer": "Int64", "number": "float64", "year": "Int64"}


class Package:
    """The tables declared in ``data/datapackage.yaml``, read when they are asked for and kept."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or find_root()
        self._tables: dict[str, pd.DataFrame] = {}
        self._series: dict[str, pd.DataFrame] = {}

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources of the descriptor, by path relative to ``data/``."""
        path = self.root / "data/datapackage.yaml"
        try:
            descriptor = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            return {resource["path"]: resource for resource in descriptor["resources"]}
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise DataError(f"data/datapackage.yaml ne peut pas être lu ({error}) : corrigez ce fichier.") from error

    def table(self, path: str) -> pd.DataFrame:
        """Read one table, its columns and types checked against the descriptor.

        Parameters
        ----------
        path : path relative to ``data/``, e.g. ``territoires/communes-2026.csv``.

        Raises
        ------
        DataError
            If the file is missing, a column is missing or unknown, or a value has the wrong type.
        """
        if path not in self._tables:
            self._tables[path] = self._read(path)
        return self._tables[path]

    def _read(self, path: str) -> pd.DataFrame:
        if path not in self.resources:
            raise UnknownNameError("Table inconnue", path, self.resources, "liste : data/datapackage.yaml")
        file = self.root / "data" / path
        fields = {field["name"]: field["type"] for field in self.resources[path]["schema"]["fields"]}
        try:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                header, *rows = list(csv.reader(stream)) or [[]]
        except OSError as error:
            raise DataError(
                f"data/{path} est introuvable : remettez ce fichier, ou retirez-le de data/datapackage.yaml."
            ) from error
        except UnicodeDecodeError as error:
            raise DataError(f"data/{path} ne peut pas être lu ({error}) : enregistrez-le en UTF-8.") from error
        for column in header:
            if column not in fields:
                near = nearest_name(column, fields)
                offer = f"vouliez-vous dire « {near} » ?" if near else f"colonnes attendues : {', '.join(fields)}."
                raise DataError(f"data/{path}, ligne 1 : colonne inconnue « {column} » ; {offer}")
        for field in fields:
            if field not in header:
                raise DataError(
                    f"data/{path}, ligne 1 : la colonne « {field} » manque ; colonnes lues : {', '.join(header)}."
                )
        for line, row in enumerate(rows, start=2):
            if len(row) > len(header):
                raise DataError(
                    f"data/{path}, ligne {line} : {len(row)} cellules au lieu de {len(header)} ; "
                    "une virgule est de trop (point décimal, guillemets autour d'un texte qui contient une virgule)."
                )
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        for column, kind in fields.items():
            if kind in DTYPES:
                frame[column] = _numbers(frame[column], DTYPES[kind], path)
        return frame[list(fields)]

    def check(self) -> None:
        """Read every table and the codelist, so that a fault is told before any work is done.

        Raises
        ------
        DataError
            At the first table that is missing or malformed.
        """
        for path in self.resources:
            self.table(path)
        for name in self.indicators:
            self.series(name)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The codelist ``data/indicateurs.csv``, by id."""
        found = {}
        for line, row in enumerate(self.table("indicateurs.csv").to_dict("records"), start=2):
            try:
                found[str(row["id"])] = Indicator.model_validate({
                    **row, "projetable": row["projetable"] == "oui", "ruptures": parse_breaks(str(row["ruptures"])),
                })  # fmt: skip
            except (ValidationError, ValueError) as error:
                where, told = "ruptures", str(error)
                if isinstance(error, ValidationError):
                    where, told = ".".join(str(part) for part in error.errors()[0]["loc"]), error.errors()[0]["msg"]
                raise DataError(f"data/indicateurs.csv, ligne {line}, {where} : {told}.") from error
        return found

    def indicator(self, name: str) -> Indicator:
        """Return an indicator of the codelist.

        Raises
        ------
        UnknownNameError
            If the codelist has no such id; the message offers the nearest one.
        """
        if name not in self.indicators:
            raise UnknownNameError("Indicateur inconnu", name, self.indicators, "liste : data/indicateurs.csv")
        return self.indicators[name]

    def series(self, name: str) -> pd.DataFrame:
        """Return the observations of one indicator, every territory.

        Returns
        -------
        DataFrame with columns territoire, indicateur, date, valeur (in the indicator's unit), statut, source,
        note, annee (int), sorted by territory and date. Kept and shared: copy it before changing it.
        """
        indicator = self.indicator(name)
        table = self.table(indicator.fichier)
        if name in self._series:
            return self._series[name]
        rows = table[table["indicateur"] == name].copy()
        if rows.empty:
            raise DataError(f"data/{indicator.fichier} ne contient aucune ligne pour l'indicateur « {name} ».")
        rows["annee"] = rows["date"].str[:4].astype(int)
        self._series[name] = rows.sort_values(["territoire", "date"]).reset_index(drop=True)
        return self._series[name]

    @cached_property
    def facts(self) -> dict[str, Figure]:
        """Every dated fact of ``data/faits/``, by id."""
        found: dict[str, Figure] = {}
        for path in sorted(p for p in self.resources if p.startswith("faits/")):
            for line, row in enumerate(self.table(path).to_dict("records"), start=2):
                if row["id"] in found:
                    raise DataError(
                        f"data/{path}, ligne {line}, id : « {row['id']} » existe déjà ; choisissez un autre identifiant."
                    )
                found[row["id"]] = Figure(
                    id=row["id"], value=float(row["valeur"]), unit=row["unite"], label=row["libelle"], place=row["lieu"],
                    date=row["date"], sources=(row["source"],), origin=f"data/{path}",
                )  # fmt: skip
        return found

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Official targets: ``data/cibles.csv``."""
        return self.table("cibles.csv")

    @cached_property
    def target_figures(self) -> dict[str, list[Figure]]:
        """The figures of each official target (one, or the two ends of a range), by target id."""
        found: dict[str, list[Figure]] = {}
        for row in self.targets.to_dict("records"):
            values = [v for v in (row["valeur"], row["valeur_min"], row["valeur_max"]) if pd.notna(v)]
            found[row["id"]] = [
                Figure(
                    id=row["id"], value=float(v), unit=row["unite"], label=row["libelle"], place=row["territoire"],
                    date=str(row["horizon"]), sources=(row["source"],), origin="data/cibles.csv",
                )
                for v in values
            ]  # fmt: skip
        return found

    def figures(self, reference: str) -> list[Figure]:
        """Return what a ``chiffres`` entry designates: a fact, a target, or a point of a series.

        Raises
        ------
        UnknownNameError
            If nothing has that name.
        DataError
            If the series has no such point.
        """
        if reference in self.facts:
            return [self.facts[reference]]
        if reference in self.target_figures:
            return self.target_figures[reference]
        if "@" in reference and ":" in reference:
            return [self._point(reference)]
        raise UnknownNameError(
            "Chiffre inconnu",
            reference,
            [*self.facts, *self.target_figures],
            "voir data/faits/ et data/cibles.csv",
        )

    def _point(self, reference: str) -> Figure:
        name, rest = reference.split("@", 1)
        territory, when = rest.split(":", 1)
        indicator = self.indicator(name)
        rows = self.series(name)
        found = rows[(rows["territoire"] == territory) & ((rows["date"] == when) | (rows["date"].str[:4] == when))]
        if len(found) != 1:
            raise DataError(
                f"Chiffre introuvable : « {reference} » ; data/{indicator.fichier} a {len(found)} point(s) "
                f"pour {territory} à la date {when}."
            )
        row = found.iloc[0]
        return Figure(
            id=reference, value=float(row["valeur"]), unit=indicator.unite, label=indicator.libelle, place=territory,
            date=row["date"], sources=(row["source"],) if row["source"] else (),
            origin=f"data/{indicator.fichier} – {indicator.source_line}",
        )  # fmt: skip


def _numbers(column: pd.Series, dtype: str, path: str) -> pd.Series:
    """Turn text into numbers, naming the line of the first one that isn't."""
    numbers = pd.to_numeric(column.where(column != ""), errors="coerce")
    wrong = column[(column != "") & ~numbers.abs().lt(float("inf"))]
    if dtype == "Int64":
        fractional = column[numbers.notna() & (numbers % 1 != 0)]
        wrong = pd.concat([wrong, fractional])
    if len(wrong):
        line = int(wrong.index[0]) + 2
        raise DataError(
            f"data/{path}, ligne {line}, {column.name} : « {wrong.iloc[0]} » n'est pas un nombre"
            f"{' entier' if dtype == 'Int64' else ''} (point décimal, sans espace)."
        )
    return numbers.astype(pd.api.types.pandas_dtype(dtype))
