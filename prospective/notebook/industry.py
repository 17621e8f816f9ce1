"""Industrial jobs of a territory as the letters count them, computed from the Urssaf « commune × APE » file.

Method: that of the box « L'industrie locale en quelques chiffres » of the letter n° 4 (Agence Hauts-de-France 2020-2040,
2020): private salaried jobs on 31 December in the A38 sectors of sections B to E, summed over the communes of the
territory. The file is on the machine of the analyst who imported it, or the page says how to get it.
"""

import math
from dataclasses import dataclass

import pandas as pd

from prospective.analysis.evolution import growth
from prospective.data.commune_ape.query import CommuneApe
from prospective.data.commune_ape.store import DATASET, SITE, is_present
from prospective.model import writing
from prospective.model.figures import Figure
from prospective.model.territory import COUNTRY, REGION, Territory, in_territory
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, anchor, render
from prospective.notebook.reading import Publication

LETTER_SPAN = (2012, 2018)
TOP = 3
JOBS = "emploi-prive"  # the series whose breaks in definition are those of this file: same producer, same dataset
RANKS = ("Premier secteur", "Deuxième secteur", "Troisième secteur")


@dataclass(frozen=True)
class Year:
    """Industry in a territory one year: jobs, shares in %, sectors from the largest to the smallest."""

    jobs: int
    private: int
    region: int | None
    sectors: pd.Series
    epci: tuple[str, int] | None

    @property
    def top(self) -> pd.Series:
        """The largest sectors that have jobs: jobs by A38 code."""
        return self.sectors[self.sectors > 0].head(TOP)


def block(publication: Publication, territory: Territory, citations: Citations) -> Block:
    """The letter's table for a territory, or what is missing and how to get it; then what the letters published."""
    quoted = _quoted(publication, territory, citations)
    common = {
        "t": territory,
        "lieu": in_territory(territory),
        "cites": quoted,
        "jeu": DATASET,
        "site": SITE,
        "lettre": citations.documents[quoted[0][0].sources[0]].short if quoted else "",
    }
    if not is_present(publication.root):
        return render("industrie", present=False, couvert=False, fichier="", **common)
    with CommuneApe(publication.places) as file:
        name = f"{file.origin.fichier}, années {file.years[0]} à {file.years[-1]}"
        if not file.covers(territory):
            return render("industrie", present=True, couvert=False, fichier=name, **common)
        return render(
            "industrie", present=True, couvert=True, fichier=name, **common, **_told(publication, file, territory)
        )


def _quoted(publication: Publication, territory: Territory, citations: Citations) -> list[tuple[Figure, str]]:
    """Figures of the letters on the territory's industrial jobs, each with its anchor on the page."""
    names = {territory.nom} | {publication.places[member].nom for member in territory.membres}
    found = [
        fact
        for fact in publication.package.fact_figures.values()
        if fact.id.startswith("lettre-") and fact.place in names and _is_on_industrial_jobs(fact.label)
    ]
    citations.figures([fact.id for fact in found])
    return [(fact, anchor(fact.id)) for fact in found]


def _is_on_industrial_jobs(label: str) -> bool:
    folded = writing.unaccented(label)
    return "emploi" in folded and "industri" in folded


def _told(publication: Publication, file: CommuneApe, territory: Territory) -> dict[str, object]:
    """The words and the table of a territory that the file covers."""
    last = file.years[-1]
    shown = sorted({LETTER_SPAN[1], last} & set(file.years))
    start, end = LETTER_SPAN if set(LETTER_SPAN) <= set(file.years) else (file.years[0], last)
    years = {year: _read(publication, file, territory, year) for year in shown}
    names = publication.sector_names()["libelle_court"]
    rows = _rows(years, names, territory)
    latest = years[last]
    breaks = publication.package.indicator(JOBS).breaks_for(territory.id)
    crossed = [b for b in breaks if min(start, *shown) < b.annee <= max(end, last)]
    return {
        "annee": last,
        "emplois": latest.jobs,
        "part": _share(latest.jobs, latest.private),
        "part_region": _share(latest.jobs, latest.region),
        "epci": latest.epci and (latest.epci[0], _share(latest.epci[1], latest.jobs)),
        "evolution": _evolution(publication, file, territory, start, end),
        "secteurs": [f"{str(names[code])[:1].lower()}{str(names[code])[1:]}" for code in latest.top.index],
        "part_secteurs": _share(int(latest.top.sum()), latest.jobs),
        "table": pd.DataFrame(rows),
        "ruptures": [f"{b.libelle} ({b.annee})" for b in crossed],
    }


def _read(publication: Publication, file: CommuneApe, territory: Territory, year: int) -> Year:
    every = file.jobs(territory, [year])
    industry = file.only_industry(every).set_index("secteur")["emplois"]
    region = None
    if territory.niveau not in ("pays", "region") and file.covers(publication.places[REGION]):
        region = int(file.industry(publication.places[REGION], [year])["emplois"].sum())
    members = [
        (place.nom, int(file.industry(place, [year])["emplois"].sum())) for place in _members(publication, territory)
    ]
    return Year(
        jobs=int(industry.sum()),
        private=int(every["emplois"].sum()),
        region=region,
        sectors=industry.sort_index().sort_values(ascending=False, kind="stable"),
        epci=max(members, key=lambda member: member[1]) if members else None,
    )


def _members(publication: Publication, territory: Territory) -> list[Territory]:
    """The intercommunalités of a composed territory."""
    places = (publication.places[member] for member in territory.membres)
    return [place for place in places if place.niveau == "epci"]


def _share(part: int, whole: int | None) -> float:
    """A share in percent; NaN when there is nothing to share."""
    return 100 * part / whole if whole else math.nan


def _evolution(
    publication: Publication, file: CommuneApe, territory: Territory, start: int, end: int
) -> dict[str, object] | None:
    """Change of industrial jobs from one year to another, beside the region (or France for the region); None if unknown."""
    if start == end:
        return None
    compared = None
    if territory.id != COUNTRY:
        other = publication.places[COUNTRY if territory.id == REGION else REGION]
        compared = other if file.covers(other) else None
    jobs = _by_year(file, territory, start, end)
    rate = growth(jobs)
    beside = growth(_by_year(file, compared, start, end)) if compared else math.nan
    return {
        "debut": start, "fin": end, "avant": int(jobs[start]), "apres": int(jobs[end]), "ecart": int(jobs[end] - jobs[start]),
        "taux": rate, "autre": in_territory(compared) if compared else "", "taux_autre": beside,
    }  # fmt: skip


def _by_year(file: CommuneApe, territory: Territory, *years: int) -> pd.Series:
    """Industrial jobs of a territory by year."""
    rows = file.industry(territory, years).groupby("annee")["emplois"].sum()
    return rows.reindex(list(years), fill_value=0)


def _rows(years: dict[int, Year], names: pd.Series, territory: Territory) -> list[dict[str, str]]:
    """Lines of the table, written out: one column a year."""

    def line(label: str, cells: dict[int, str]) -> dict[str, str]:
        return {"Repère": label} | {f"{year}": cells[year] for year in years}

    rows = [
        line("Emplois salariés privés dans l’industrie", {y: writing.number(v.jobs) for y, v in years.items()}),
        line("Part dans l’emploi salarié privé", {y: _percent(_share(v.jobs, v.private)) for y, v in years.items()}),
    ]
    if territory.niveau not in ("pays", "region"):
        rows.append(
            line(
                "Part des emplois industriels de la région",
                {y: _percent(_share(v.jobs, v.region)) for y, v in years.items()},
            )
        )
    if all(year.epci for year in years.values()):
        rows.append(
            line(
                "Première intercommunalité pour l’emploi industriel",
                {y: f"{v.epci[0]} : {_percent(_share(v.epci[1], v.jobs))}" if v.epci else "" for y, v in years.items()},
            )
        )
    rows.append(
        line(
            "Part des trois premiers secteurs dans l’emploi industriel",
            {y: _percent(_share(int(v.top.sum()), v.jobs)) for y, v in years.items()},
        )
    )
    for rank, label in enumerate(RANKS):
        rows.append(line(label, {y: _sector(v, rank, names) for y, v in years.items()}))
    return rows


def _sector(year: Year, rank: int, names: pd.Series) -> str:
    if rank >= len(year.top):
        return "–"
    code, jobs = year.top.index[rank], int(year.top.iloc[rank])
    words = writing.plural(jobs, "emploi")
    return f"{names[code]} : {writing.number(jobs)} {words}, {_percent(_share(jobs, year.jobs))}"


def _percent(value: float) -> str:
    """Write a share, with one decimal, or with three when it is very small."""
    return "n. d." if math.isnan(value) else writing.quantity(value, "%", 3 if 0 < value < 0.1 else 1)
