"""The gazetteer: every territory, how it is named, what covers it."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from prospective.data.package import Package
from prospective.data.yaml_files import read_model
from prospective.model import writing
from prospective.model.errors import UnknownTerritoryError, nearest_name
from prospective.model.territory import COUNTRY, PREFIXES, REGION, Composite, Territory

COMPOSITES = Path("data/territoires/composes")
LEVEL_OF_COLUMN = {"epci": "epci", "ze": "ze", "departement": "dep"}
HINT = "pour chercher : prospective territoires « mot »"


class Gazetteer:
    """Territories of the 2026 reference, communes included, and named groups."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Communes with columns code, nom, population, epci, ze, departement."""
        return self.package.table("territoires/communes-2026.csv")

    @cached_property
    def territories(self) -> dict[str, Territory]:
        """Every territory by canonical id, broadest levels first, communes last."""
        found: dict[str, Territory] = {}
        for row in self.package.table("territoires/territoires-2026.csv").to_dict("records"):
            found[row["territoire"]] = Territory(
                id=row["territoire"], niveau=row["niveau"], code=row["code"], nom=row["nom"],
                population=None if pd.isna(row["population"]) else int(row["population"]),
                partage=row["partage"] == "oui", note=row["note"],
            )  # fmt: skip
        for row in self.communes.to_dict("records"):
            found[f"com-{row['code']}"] = Territory(
                id=f"com-{row['code']}",
                niveau="commune",
                code=row["code"],
                nom=row["nom"],
                population=int(row["population"]),
            )
        for group in self.composites.values():
            known = [found[member] for member in group.membres if member in found]
            if len(known) < len(group.membres):
                stranger = next(m for m in group.membres if m not in found)
                raise UnknownTerritoryError(
                    f"{COMPOSITES}/{group.id}.yaml, membres : territoire inconnu « {stranger} » ({HINT})."
                )
            found[group.id] = Territory(
                id=group.id, niveau="compose", code=group.id, nom=group.nom, membres=group.membres, description=group.description,
                population=sum(member.population or 0 for member in known),
            )  # fmt: skip
        return found

    @cached_property
    def composites(self) -> dict[str, Composite]:
        """Named groups of territories, by id."""
        folder = self.package.root / COMPOSITES
        found = [read_model(path, Composite, self.package.root) for path in sorted(folder.glob("*.yaml"))]
        return {group.id: group for group in found}

    def __getitem__(self, territory: str) -> Territory:
        """Return the territory that has this canonical id."""
        return self.territories[territory]

    def resolve(self, asked: object) -> Territory:
        """Find the one territory that a parameter designates.

        Parameters
        ----------
        asked : canonical id (``dep-02``), slug of a group, bare code (``02``, ``240200444``), name (case and accents
            ignored), or the whole number that papermill makes of a bare code (``2`` for ``02``).

        Raises
        ------
        UnknownTerritoryError
            If nothing answers, or if several territories do: nothing is guessed.
        """
        if isinstance(asked, Territory):
            return asked
        if isinstance(asked, bool) or not isinstance(asked, (str, int)):
            raise UnknownTerritoryError(
                f"Le paramètre « territoire » doit être un code ou un nom, pas {asked!r} ({type(asked).__name__}) ; {HINT}."
            )
        text = str(asked).strip()
        found = self._candidates(text, exact_code=isinstance(asked, str))
        if len(found) == 1:
            return found[0]
        if found:
            choices = writing.join([f"{t.id} ({t.level_name} {t.nom})" for t in found[:6]], "ou")
            more = f" et {len(found) - 6} autres" if len(found) > 6 else ""
            raise UnknownTerritoryError(f"« {asked} » désigne plusieurs territoires : précisez {choices}{more}.")
        match = self._nearest(text)
        offer = f" Vouliez-vous dire « {match.id} » ({match.nom}) ?" if match else ""
        raise UnknownTerritoryError(f"Territoire inconnu : « {asked} ».{offer}  ({HINT})")

    def resolve_page(self, asked: object) -> Territory:
        """Find the territory that a page is to be read for: one of the region, or France.

        Raises
        ------
        UnknownTerritoryError
            As ``resolve``, and for a place that is only there to be compared with.
        """
        found = self.resolve(asked)
        if found.niveau == "comparaison":
            raise UnknownTerritoryError(
                f"« {found.nom} » ne sert que de comparaison : une page se lit pour un territoire de la région, ou pour la France ; {HINT}."
            )
        return found

    def _nearest(self, text: str) -> Territory | None:
        """Return the territory whose id, name or a long word of the name is closest; named groups first, communes last."""
        order = [*self.composites, *(i for i, t in self.territories.items() if t.niveau != "compose")]
        names: dict[str, Territory] = {}
        for place in (self.territories[i] for i in order):
            names.setdefault(writing.unaccented(place.nom), place)
            names.setdefault(writing.unaccented(place.id), place)
        for place in (self.territories[i] for i in order):
            for word in writing.unaccented(place.nom).split():
                if len(word) > 4:
                    names.setdefault(word, place)
        # A code that is one digit wrong is close to a hundred others: only offer a near twin.
        near = nearest_name(writing.unaccented(text), names, cutoff=0.85 if text.isdecimal() else 0.6)
        return names[near] if near else None

    def _candidates(self, text: str, exact_code: bool) -> list[Territory]:
        if text.lower() in self.territories:
            return [self.territories[text.lower()]]
        coded = [t for t in self.territories.values() if t.niveau in PREFIXES]
        if text.isdecimal():
            exact = [t for t in coded if t.code == text] if exact_code else []
            return exact or [t for t in coded if t.code.isdigit() and int(t.code) == int(text)]
        folded = writing.unaccented(text)
        return [
            t
            for t in self.territories.values()
            if folded and folded in (writing.unaccented(t.nom), writing.unaccented(t.full_name))
        ]

    def search(self, word: str) -> list[Territory]:
        """Return the territories whose id, code or name holds a word, case and accents ignored, broadest first."""
        folded = writing.unaccented(word)
        return [t for t in self.territories.values() if folded in writing.unaccented(f"{t.id} {t.nom}")]

    def of_level(self, level: str) -> list[Territory]:
        """Return the territories of one level, by code."""
        return sorted((t for t in self.territories.values() if t.niveau == level), key=lambda t: t.code)

    def commune_codes(self, territory: Territory) -> pd.Index:
        """Return the codes of the region's communes that make a territory (empty for comparison places)."""
        communes = self.communes.set_index("code")
        if territory.id == REGION:
            return communes.index
        if territory.niveau == "commune":
            return pd.Index([territory.code])
        if territory.niveau == "compose":
            parts = [self.commune_codes(self[member]) for member in territory.membres]
            return pd.Index(sorted({code for part in parts for code in part}))
        column = {"epci": "epci", "ze": "ze", "departement": "departement"}.get(territory.niveau)
        return communes.index[communes[column] == territory.code] if column else pd.Index([])

    def weights(self, territory: Territory, column: str) -> pd.Series:
        """Share of a territory's private jobs found in each covering territory of one level.

        Parameters
        ----------
        column : ``epci``, ``ze`` or ``departement``.

        Returns
        -------
        Series of shares (sum 1) indexed by canonical id, largest first; empty when the territory has no commune
        here. Latest year of ``emploi-prive``; population stands in when the territory has no private job at all.
        """
        codes = self.commune_codes(territory)
        if not len(codes):
            return pd.Series(dtype=float)
        communes = self.communes.set_index("code").loc[codes]
        jobs = self._jobs_by_commune.reindex(communes.index).fillna(0.0)
        mass = jobs if jobs.sum() > 0 else communes["population"].astype(float)
        shares = mass.groupby(communes[column]).sum() / mass.sum()
        shares = shares[shares > 0].sort_values(ascending=False, kind="stable")
        shares.index = pd.Index([f"{LEVEL_OF_COLUMN[column]}-{code}" for code in shares.index])
        return shares

    @cached_property
    def _jobs_by_commune(self) -> pd.Series:
        rows = self.package.series("emploi-prive")
        rows = rows[rows["territoire"].str.startswith("com-") & (rows["annee"] == rows["annee"].max())]
        return rows.set_index(rows["territoire"].str[4:])["valeur"]

    def covering(self, territory: Territory) -> list[tuple[Territory, float]]:
        """Return what covers a territory, nearest first, each with the share of the territory's jobs it holds.

        The chain is: the territory itself, main zone d'emploi, main département, region, country.
        """
        chain = [(territory, 1.0)]
        if territory.niveau in ("commune", "epci", "compose"):
            columns = ["epci", "ze", "departement"] if territory.niveau == "commune" else ["ze", "departement"]
        else:
            columns = ["departement"] if territory.niveau == "ze" else []
        for column in columns:
            shares = self.weights(territory, column)
            if len(shares):
                chain.append((self[str(shares.index[0])], float(shares.iloc[0])))
        if territory.niveau not in ("pays", "comparaison"):
            if territory.id != REGION:
                chain.append((self[REGION], 1.0))
            chain.append((self[COUNTRY], 1.0))
        return chain
