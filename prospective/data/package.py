"""The data package: its tables as typed DataFrames, its indicators, its figures."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pydantic import ValidationError

from prospective.data import files
from prospective.data.root import find_root
from prospective.data.tables import read_table
from prospective.model.errors import DataError, UnknownNameError
from prospective.model.figures import Figure
from prospective.model.indicator import Indicator, parse_breaks, parse_gaps

DESCRIPTOR = Path("data/datapackage.yaml")
TABULAR = "tabular-data-resource"
CODELIST = "indicateurs.csv"
PARSED = {"ruptures": parse_breaks, "sauts": parse_breaks, "lacunes": parse_gaps}


class Package:
    """What ``data/datapackage.yaml`` declares, read when it is asked for and kept.

    What a caller does to a frame stays with the caller. The ``attrs`` of a frame say where it comes from.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or find_root()
        self._tables: dict[str, pd.DataFrame] = {}
        self._series: dict[str, pd.DataFrame] = {}

    def _yaml(self, path: Path) -> Any:
        try:
            return yaml.load(files.read(self.root, path), Loader=yaml.CSafeLoader)
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
            raise DataError(f"{path} ne peut pas être lu ({error}) : corrigez ce fichier.") from error

    # What there is ------------------------------------------------------------------------------------

    @cached_property
    def descriptor(self) -> dict[str, Any]:
        """The content of ``data/datapackage.yaml``."""
        return self._yaml(DESCRIPTOR)

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Every resource of the descriptor, by path relative to ``data/``."""
        try:
            return {resource["path"]: resource for resource in self.descriptor["resources"]}
        except (KeyError, TypeError) as error:
            raise DataError(f"{DESCRIPTOR} ne peut pas être lu ({error}) : corrigez ce fichier.") from error

    @cached_property
    def tables(self) -> dict[str, dict[str, Any]]:
        """The resources that are tables, by path relative to ``data/``."""
        return {path: found for path, found in self.resources.items() if found.get("profile") == TABULAR}

    def path(self, table: str) -> str:
        """The path, relative to ``data/``, of a table given by its name or by its path.

        Raises
        ------
        UnknownNameError
            If the package has no such table; the message offers the nearest one.
        """
        names = {str(resource["name"]): path for path, resource in self.tables.items()}
        if table in self.tables:
            return table
        if table not in names:
            raise UnknownNameError("Table inconnue", table, [*names, *self.tables], "liste : data/datapackage.yaml")
        return names[table]

    def schema(self, table: str) -> dict[str, Any]:
        """The schema of a table (name or path), read anew each time: nobody else holds it."""
        return self._yaml(Path("data") / str(self.tables[self.path(table)]["schema"]))

    def fields(self, table: str) -> dict[str, dict[str, Any]]:
        """The columns of a table (name or path), in order, as its schema describes them."""
        try:
            return {field["name"]: field for field in self.schema(table)["fields"]}
        except (KeyError, TypeError) as error:
            where = f"data/{self.tables[self.path(table)]['schema']}"
            raise DataError(f"{where} n'est pas un schéma de table ({error}) : corrigez ce fichier.") from error

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The codelist ``data/indicateurs.csv``, by id."""
        found = {}
        for line, row in enumerate(self.table(CODELIST).to_dict("records"), start=2):
            where = ""
            try:
                parsed: dict[str, Any] = {}
                for where, parse in PARSED.items():
                    parsed[where] = parse(str(row[where]))
                bound = None if pd.isna(row["maximum"]) else row["maximum"]
                found[str(row["id"])] = Indicator.model_validate(
                    {**row, **parsed, "maximum": bound, "projetable": row["projetable"] == "oui"}
                )
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                raise DataError(f"data/{CODELIST}, ligne {line}, {where} : {first['msg']}.") from error
            except ValueError as error:
                raise DataError(f"data/{CODELIST}, ligne {line}, {where} : {error}.") from error
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

    def check(self) -> None:
        """Read every table and the codelist, so that a fault is told before any work is done.

        Raises
        ------
        DataError
            At the first table that is missing or malformed.
        """
        for path in self.tables:
            self.table(path)
        for name in self.indicators:
            self.series(name)

    # Tables and series --------------------------------------------------------------------------------

    def table(self, table: str) -> pd.DataFrame:
        """Read one table, its columns and types checked against its schema.

        Parameters
        ----------
        table : its name in the descriptor (``communes-2026``) or its path (``territoires/communes-2026.csv``).

        Returns
        -------
        DataFrame with the columns of the schema. Its ``attrs``: fichier, titre, sources and licences (lists of
        French names), unites (by column, for those that have one).

        Raises
        ------
        UnknownNameError
            If the package has no such table.
        DataError
            If the file is missing, a column is missing or unknown, or a value has the wrong type.
        """
        path = self.path(table)
        if path not in self._tables:
            fields = self.fields(path)
            frame = read_table(self.root, path, {name: field["type"] for name, field in fields.items()})
            resource = self.tables[path]
            frame.attrs = {
                "fichier": f"data/{path}", "titre": resource["title"],
                "sources": [source["title"] for source in resource.get("sources", [])],
                "licences": [licence["name"] for licence in resource.get("licenses", [])],
                "unites": {name: field["unite"] for name, field in fields.items() if "unite" in field},
            }  # fmt: skip
            self._tables[path] = frame
        return self._tables[path].copy(deep=False)  # copied for good only if it is written to

    def series(self, name: str) -> pd.DataFrame:
        """Return the observations of one indicator, every territory.

        Returns
        -------
        DataFrame with columns territoire, indicateur, date, valeur (in the indicator's unit), statut, source, note,
        annee (int), temps (decimal year: 2020.0 for 2020, 2020.5 for July 2020), sorted by territory and date. Its
        ``attrs``: fichier, unite, source (the line to print under a chart), licence, millesime.
        """
        if name not in self._series:
            indicator = self.indicator(name)
            table = self.table(indicator.fichier)
            rows = table[table["indicateur"] == name].copy()
            if rows.empty:
                raise DataError(f"data/{indicator.fichier} ne contient aucune ligne pour l'indicateur « {name} ».")
            rows["annee"] = rows["date"].str[:4].astype(int)
            rows["temps"] = rows["annee"].astype(float)
            dated = rows["date"].str.len() > 4
            rows.loc[dated, "temps"] += (rows.loc[dated, "date"].str[5:7].astype(int) - 1) / 12
            rows = rows.sort_values(["territoire", "date"]).reset_index(drop=True)
            rows.attrs = {
                "fichier": f"data/{indicator.fichier}", "unite": indicator.unite, "source": indicator.source_line,
                "licence": indicator.licence, "millesime": indicator.millesime,
            }  # fmt: skip
            self._series[name] = rows
        return self._series[name].copy(deep=False)

    # Figures that a text may quote --------------------------------------------------------------------

    @cached_property
    def facts(self) -> pd.DataFrame:
        """Every dated fact of ``data/faits/``: columns id, lieu, libelle, valeur, unite, date, source, note, fichier.

        Raises
        ------
        DataError
            If two facts have the same id, or if there is no table of facts.
        """
        parts = []
        for path in sorted(p for p in self.tables if p.startswith("faits/")):
            part = self.table(path)
            parts.append(part.assign(fichier=f"data/{path}", ligne=range(2, len(part) + 2)))
        if not parts:
            raise DataError(f"{DESCRIPTOR} ne déclare aucune table de data/faits/ : remettez-les.")
        found = pd.concat(parts, ignore_index=True)
        for row in found[found["id"].duplicated()].to_dict("records")[:1]:
            raise DataError(
                f"{row['fichier']}, ligne {row['ligne']}, id : « {row['id']} » existe déjà ; choisissez un autre identifiant."
            )
        return found.drop(columns="ligne")

    @cached_property
    def fact_figures(self) -> dict[str, Figure]:
        """Every dated fact as a figure that a text may quote, by id."""
        return {
            row["id"]: Figure(
                id=row["id"], value=float(row["valeur"]), unit=row["unite"], label=row["libelle"], place=row["lieu"],
                date=row["date"], sources=(row["source"],), origin=row["fichier"],
            )
            for row in self.facts.to_dict("records")
        }  # fmt: skip

    @property
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
        if reference in self.fact_figures:
            return [self.fact_figures[reference]]
        if reference in self.target_figures:
            return self.target_figures[reference]
        if "@" in reference and ":" in reference:
            return [self._point(reference)]
        raise UnknownNameError(
            "Chiffre inconnu",
            reference,
            [*self.fact_figures, *self.target_figures],
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
