"""Reading an indicator for a territory, and saying so when the reading comes from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from prospective.analysis.annual import Annual
from prospective.analysis.specialisation import blended_structure
from prospective.data.package import Package
from prospective.data.root import find_root
from prospective.data.sheets import read_sheet, sheet_slugs
from prospective.data.territories import Gazetteer
from prospective.model import writing
from prospective.model.errors import ProspectiveError
from prospective.model.indicator import FIRM, Indicator
from prospective.model.sheet import HORIZONS, Sheet
from prospective.model.territory import Territory, in_territory, of_territory
from prospective.notebook.projections import Projected, Stored, projected

# Counts that add up over the members of a composed territory.
ADDITIVE = ("emploi-prive", "contrats-apprentissage")
FAR = ("fr", "europe", "ue27", "monde")


@dataclass(frozen=True)
class Reading:
    """An indicator read for a territory: whose figures they are, and the words that say it."""

    indicator: Indicator
    asked: Territory
    found: Territory
    rows: pd.DataFrame
    borrowed: str

    @property
    def values(self) -> pd.Series:
        """Values indexed by year, oldest first (the last one of a year when there are several)."""
        return self.rows.drop_duplicates("annee", keep="last").set_index("annee")["valeur"]

    @property
    def firm(self) -> pd.Series:
        """Observed or estimated values only, indexed by year."""
        return firm_values(self.rows)


def firm_values(rows: pd.DataFrame) -> pd.Series:
    """Observed or estimated values of one territory, indexed by year (the last one of a year), oldest first."""
    return rows[rows["statut"].isin(FIRM)].drop_duplicates("annee", keep="last").set_index("annee")["valeur"]


class Publication:
    """The data package and the gazetteer, and how notebooks read them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.package = Package(root)
        self.places = Gazetteer(self.package)

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        """Every sheet written, by variable, in the order of the exercise's list."""
        return {slug: read_sheet(self.root, slug) for slug in sheet_slugs(self.root)}

    def check_horizon(self, horizon: object) -> int:
        """Return the horizon if it is a whole year from 2025 to 2060, else raise a French error."""
        if isinstance(horizon, bool) or not isinstance(horizon, int) or horizon not in HORIZONS:
            raise ProspectiveError(
                f"Le paramètre « horizon » doit être une année entière de {HORIZONS[0]} à {HORIZONS[-1]}, pas {horizon!r}."
            )
        return horizon

    def rows(self, name: str, territory: Territory) -> pd.DataFrame:
        """Rows of an indicator for one territory; a composed territory is the sum of its members for counts."""
        series = self.package.series(name)
        if territory.niveau == "compose" and name in ADDITIVE:
            parts = series[series["territoire"].isin(territory.membres)]
            complete = parts.groupby("date")["territoire"].nunique() == len(territory.membres)
            parts = parts[parts["date"].isin(complete.index[complete])]
            # A sum is only as firm as its least firm member.
            sums = parts.groupby(["date", "annee"], as_index=False)
            total = sums.agg(valeur=("valeur", "sum"), statut=("statut", "max"))
            return total.assign(territoire=territory.id, indicateur=name, source="", note="")
        return series[series["territoire"] == territory.id]

    def read(self, name: str, territory: Territory) -> Reading:
        """Read an indicator for a territory, or for the nearest territory that covers it and has figures.

        The chain is the territory, its main zone d'emploi, its main département, the region, the country, then
        Europe and the world. ``borrowed`` says in French where the reading comes from, and is empty when it is
        the territory's own.
        """
        indicator = self.package.indicator(name)
        chain = self.places.covering(territory)
        known = {place.id for place, _ in chain}
        chain += [(self.places[place], 1.0) for place in FAR if place not in known]
        for place, share in chain:
            rows = self.rows(name, place)
            if len(rows):
                return Reading(indicator, territory, place, rows, self._borrowed(indicator, territory, place, share))
        place = self.places[str(self.package.series(name)["territoire"].iloc[0])]
        return Reading(
            indicator,
            territory,
            place,
            self.rows(name, place),
            self._borrowed(indicator, territory, place, 1.0),
        )

    def _borrowed(self, indicator: Indicator, asked: Territory, found: Territory, share: float) -> str:
        if asked.id == found.id:
            return ""
        part = ""
        if share < 0.995:
            part = f", où se trouvent {writing.quantity(100 * share, '%')} de ses emplois privés"
        return (
            f"{indicator.libelle_court} : donnée non disponible à cette maille ({asked.level_name}) ; "
            f"lecture {of_territory(found)}{part}."
        )

    def latest(self, name: str, territory: Territory) -> tuple[float, str] | None:
        """Return the last observed value and its date for exactly this territory, or None."""
        rows = self.rows(name, territory)
        rows = rows[rows["statut"].isin(FIRM)]
        return None if rows.empty else (float(rows["valeur"].iloc[-1]), str(rows["date"].iloc[-1]))

    def annual(self, name: str, place: str, rows: pd.DataFrame) -> Annual:
        """Put the observed years of an indicator for one territory in the form that projections take."""
        indicator = self.package.indicator(name)
        breaks = tuple(b.annee for b in indicator.breaks_for(place))
        return Annual(f"{name}@{place}", name, firm_values(rows), indicator.echelle, breaks)

    def panel(self) -> list[Annual]:
        """Every series of a projectable indicator, communes left out: what an edition projects and judges."""
        found = []
        for name, indicator in sorted(self.package.indicators.items()):
            if indicator.projetable:
                series = self.package.series(name)
                series = series[~series["territoire"].str.startswith("com-")]
                found += [self.annual(name, str(place), rows) for place, rows in series.groupby("territoire")]
        return found

    @cached_property
    def stored(self) -> Stored:
        """What the last edition stored of projections and of their test by the past."""
        return Stored(self.package)

    def projection(self, name: str, reading: Reading, year: int) -> Projected:
        """Project a reading to a year, with the sentences that say how far to trust it."""
        return projected(self, name, reading, year)

    def vintages(self, names: Iterable[str]) -> pd.DataFrame:
        """The indicators that a page used, with producer, dataset, vintage and file."""
        return pd.DataFrame(
            {
                "Indicateur": i.libelle,
                "Producteur": i.producteur,
                "Jeu de données": i.jeu_de_donnees,
                "Millésime": writing.date(i.millesime),
                "Fichier": f"data/{i.fichier}",
            }
            for i in map(self.package.indicator, names)
        )

    def structure(self, territory: Territory) -> tuple[pd.DataFrame, bool, str]:
        """Jobs by A38 sector of a territory: its own, or borrowed from the zones d'emploi that cover it.

        Returns
        -------
        DataFrame with columns secteur and valeur (jobs when its own, shares when borrowed); whether it is its own;
        the French words that say where it comes from.
        """
        jobs = self.sectors()
        own = jobs[jobs["territoire"] == territory.id]
        if len(own):
            return own[["secteur", "valeur"]], True, f"emplois privés {in_territory(territory)}"
        weights = self.places.weights(territory, "ze")
        if weights.empty:
            raise ProspectiveError(f"Aucune donnée d'emploi par secteur pour {territory.nom}.")
        shown = [
            f"{self.places[str(z)].nom} ({writing.quantity(100 * w, '%', 1 if w < 0.1 else 0)})"
            for z, w in weights.head(4).items()
        ]
        more = f" et {len(weights) - 4} autres" if len(weights) > 4 else ""
        zones = "de la zone d’emploi" if len(weights) == 1 else "des zones d’emploi"
        words = f"lecture empruntée à la structure {zones} de ses communes : {', '.join(shown)}{more}"
        words += "" if len(weights) == 1 else ", pondérées par les emplois privés qu’elles y comptent"
        return blended_structure(jobs, weights), False, words

    def sectors(self) -> pd.DataFrame:
        """Private jobs by zone d'emploi (and France) and A38 sector, latest year."""
        jobs = self.package.table("territoires/emploi-secteurs.csv")
        return jobs[jobs["date"].astype(str) == str(jobs["date"].astype(str).max())].fillna({"valeur": 0})

    @property
    def sectors_year(self) -> str:
        """The year of ``sectors``."""
        return str(self.package.table("territoires/emploi-secteurs.csv")["date"].astype(str).max())

    def sector_names(self) -> pd.DataFrame:
        """The A38 nomenclature indexed by code: libelle, libelle_court, a21, a5, industrie (oui/non)."""
        return self.package.table("territoires/nomenclature-a38.csv").set_index("code")


@lru_cache(maxsize=2)
def _publication(root: Path) -> Publication:
    return Publication(root)


def publication() -> Publication:
    """The publication found from the working directory, kept for the process."""
    return _publication(find_root())
