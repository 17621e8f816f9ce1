"""Asking the imported Urssaf « commune × APE » file: jobs by A38 sector, for any territory and year."""

from collections.abc import Sequence

import pandas as pd

from prospective.data.commune_ape.store import FOLDER, connect, read_origin
from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from prospective.model.errors import DataError
from prospective.model.territory import COUNTRY, Territory

METROPOLIS = frozenset([*(f"{n:02d}" for n in range(1, 96) if n != 20), "2A", "2B"])


class CommuneApe:
    """The imported file, open for questions. Close it, or use it as a context.

    Raises
    ------
    DataError
        If no file was imported (the message says how to get one), or if DuckDB is not installed.
    """

    def __init__(self, places: Gazetteer) -> None:
        package: Package = places.package
        self.places = places
        self.origin = read_origin(package.root)
        folder = package.root / FOLDER / self.origin.dossier
        if not any(folder.glob("departement=*/*.parquet")):
            raise DataError(
                f"{FOLDER / self.origin.dossier} a disparu : relancez « prospective importer-urssaf FICHIER »."
            )
        a38 = package.table("territoires/nomenclature-a38.csv")
        self._industry = frozenset(a38.loc[a38["industrie"] == "oui", "code"])
        self._database = connect()
        pattern = str(folder / "departement=*/*.parquet").replace("'", "''")
        self._database.execute(
            f"CREATE VIEW lignes AS FROM read_parquet('{pattern}', hive_partitioning = true, hive_types = {{'departement': VARCHAR}})"
        )

    def __enter__(self) -> "CommuneApe":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the file, oldest first."""
        return self.origin.annees

    @property
    def is_national(self) -> bool:
        """Whether every département of metropolitan France is in the file (one may export a region only)."""
        return set(self.origin.departements) >= METROPOLIS

    def covers(self, territory: Territory) -> bool:
        """Tell whether the file holds every département of a territory."""
        if territory.id == COUNTRY:
            return self.is_national
        return {code[:2] for code in self.places.commune_codes(territory)} <= set(self.origin.departements)

    def jobs(self, territory: Territory, years: Sequence[int]) -> pd.DataFrame:
        """Private salaried jobs of a territory on 31 December, by A38 sector.

        Parameters
        ----------
        territory : one of the region (its communes of the region are summed), or France (the whole file).
        years : years of the file.

        Returns
        -------
        DataFrame with columns secteur (A38 code), annee, etablissements, emplois (counts, 0 where there is none), every
        sector of the territory once a year asked, sorted by sector and year.

        Raises
        ------
        DataError
            If a year is not in the file, or if the file does not cover the territory.
        """
        for year in years:
            if year not in self.years:
                raise DataError(
                    f"L'année {year} n'est pas dans le fichier importé, qui va de {self.years[0]} à {self.years[-1]}."
                )
        if not self.covers(territory):
            raise DataError(
                f"Le fichier importé ({self.origin.fichier}) ne couvre pas {territory.nom} : exportez le jeu de données "
                "entier, puis lancez « prospective importer-urssaf FICHIER »."
            )
        where, values = "", []
        if territory.id != COUNTRY:
            codes = [str(code) for code in self.places.commune_codes(territory)]
            if not codes:
                raise DataError(
                    f"{territory.nom} n'a pas de commune dans la région : rien à lire dans le fichier de l'Urssaf."
                )
            where = "WHERE departement IN (SELECT unnest($1)) AND commune IN (SELECT unnest($2))"
            values = [sorted({code[:2] for code in codes}), codes]
        sums = ", ".join(
            f"coalesce(sum({name}_{year}), 0)::BIGINT AS {name}_{year}"
            for year in years
            for name in ("etablissements", "effectifs")
        )
        rows = self._database.execute(
            f"SELECT a38, {sums} FROM lignes {where} GROUP BY a38 ORDER BY a38", values
        ).fetchall()
        return pd.DataFrame(
            [
                (row[0], year, row[1 + 2 * k], row[2 + 2 * k])
                for row in rows
                for k, year in enumerate(years)
            ],
            columns=["secteur", "annee", "etablissements", "emplois"],
        ).astype({"annee": int, "etablissements": int, "emplois": int})  # fmt: skip

    def industry(self, territory: Territory, years: Sequence[int]) -> pd.DataFrame:
        """Industrial jobs of a territory by A38 sector: ``jobs``, sections B to E only."""
        return self.only_industry(self.jobs(territory, years))

    def only_industry(self, jobs: pd.DataFrame) -> pd.DataFrame:
        """Keep the sectors of ``jobs`` that the nomenclature says are industry (sections B to E)."""
        return jobs[jobs["secteur"].isin(self._industry)].reset_index(drop=True)
