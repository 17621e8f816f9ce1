"""What a variable means for a territory: jobs and specialisation in the sectors it touches."""

import pandas as pd

from prospective.analysis.specialisation import location_quotient, shares
from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.model import writing
from prospective.model.sheet import Sheet
from prospective.model.territory import COUNTRY, REGION, Territory, in_territory
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Publication

SOURCE = "Urssaf, effectifs salariés privés par zone d’emploi et secteur A38 (ODbL 1.0)"


def exposed_share(publication: Publication, sheet: Sheet, territory: Territory) -> float:
    """Share (0 to 1) of a territory's private jobs in the sectors that a sheet names."""
    structure, _, _ = publication.structure(territory)
    return float(shares(structure).reindex([s.a38 for s in sheet.secteurs_exposes]).fillna(0).sum())


def chart(publication: Publication, sheet: Sheet, territory: Territory) -> Chart:
    """Compare the share of private jobs in exposed sectors: territory, covering zones, region, France."""
    weights = publication.places.weights(territory, "ze")
    places = [territory]
    if territory.niveau in ("commune", "epci", "compose"):
        places += [publication.places[str(zone)] for zone in weights.index[:4]]
    if territory.id == REGION:
        places += publication.places.of_level("departement")
    places += [publication.places[REGION], publication.places[COUNTRY]]
    rows, notes = [], []
    for place in {p.id: p for p in places}.values():
        _, own, words = publication.structure(place)
        share = 100 * exposed_share(publication, sheet, place)
        rows.append(
            {
                "nom": place.full_name,
                "valeur": round(share, 2),
                "Lecture": "propre au territoire" if own else "empruntée aux zones d’emploi",
            }
        )
        if not own and place.id in (territory.id, REGION):
            notes.append(f"{place.nom} : {words}.")
    notes.append(
        "Secteurs exposés : " + writing.join([_name(publication, s.a38) for s in sheet.secteurs_exposes]) + "."
    )
    data = pd.DataFrame(rows)
    mine, country = data["valeur"].iloc[0], data["valeur"].iloc[-1]
    side = "plus" if round(mine, 1) > round(country, 1) else "moins" if round(mine, 1) < round(country, 1) else "autant"
    tail = "" if territory.id == COUNTRY else f", {side} qu’en France"
    where = in_territory(territory)
    title = f"{where[:1].upper()}{where[1:]}, {writing.quantity(mine, '%', 1)} des emplois privés sont dans les secteurs exposés{tail}"
    caption = Caption(title, f"% des emplois salariés privés, {publication.sectors_year}", (SOURCE,), tuple(notes))
    return bars(data, {territory.full_name}, caption, f"exposition-{sheet.variable}-{territory.id}", unit="%")


def _name(publication: Publication, code: str) -> str:
    name = str(publication.sector_names().loc[code, "libelle_court"])
    return f"{name[:1].lower()}{name[1:]} ({code})"


def block(publication: Publication, sheet: Sheet, territory: Territory, citations: Citations) -> Block:
    """Each exposed sector: jobs where they are known, share, specialisation against France, sense and reason."""
    jobs = publication.sectors()
    structure, own, words = publication.structure(territory)
    local = shares(structure)
    country = jobs[jobs["territoire"] == COUNTRY]
    quotient = location_quotient(structure, country)
    zones = publication.places.weights(territory, "ze")
    rows = []
    for sector in sheet.secteurs_exposes:
        rows.append({
            "s": sector, "nom": publication.sector_names().loc[sector.a38, "libelle"],
            "emplois": float(structure.loc[structure["secteur"] == sector.a38, "valeur"].sum()) if own else None,
            "part": 100 * float(local.get(sector.a38, 0.0)), "lq": float(quotient.get(sector.a38, float("nan"))),
            "raison": citations.text(sector.raison) + citations.notes(sector.sources),
        })  # fmt: skip
    counted = []
    if not own:
        codes = [s.a38 for s in sheet.secteurs_exposes]
        for zone, weight in zones.head(4).items():
            here = jobs[(jobs["territoire"] == zone) & jobs["secteur"].isin(codes)]
            counted.append({
                "zone": publication.places[str(zone)].full_name, "part": 100 * float(weight), "emplois": float(here["valeur"].sum()),
            })  # fmt: skip
    examples = [
        (
            _sentence_case(publication.places.resolve(e.territoire).full_name),
            citations.text(e.raison, e.chiffres) + citations.notes(e.sources),
        )
        for e in sheet.territoires_illustratifs
    ]
    return render(
        "ici", territoire=territory, lieu=in_territory(territory), propre=own, mots=words, secteurs=rows, zones=counted,
        exemples=examples, annee=publication.sectors_year, total=sum(r["emplois"] or 0 for r in rows),
    )  # fmt: skip


def _sentence_case(text: str) -> str:
    """Start with a capital, and change nothing else."""
    return text[:1].upper() + text[1:]
