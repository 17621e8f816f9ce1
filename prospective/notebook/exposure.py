"""What a variable means for a territory: jobs and specialisation in the sectors it touches."""

import pandas as pd

from prospective.analysis.specialisation import location_quotient, rank, shares
from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.model import writing
from prospective.model.sheet import Sheet
from prospective.model.territory import COUNTRY, REGION, Territory, in_territory
from prospective.narrative import exposure as narrative
from prospective.narrative.titles import capital
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Publication

INDUSTRY = "part-industrie-emploi"  # census, workplace jobs
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
    """The exposure in a few sentences, then each exposed sector, then territories where the variable can be seen."""
    structure, own, words = publication.structure(territory)
    read = _sectors(publication, sheet, structure)
    reasons = [citations.text(s.raison) + citations.notes(s.sources) for s in sheet.secteurs_exposes]
    rows = [
        {**row, "emplois": row["valeur"] if own else None, "raison": reason}
        for row, reason in zip(read.to_dict("records"), reasons, strict=True)
    ]
    seen = _exposure(publication, sheet, territory, read, own)
    told = [narrative.size(seen), narrative.make_up(seen), narrative.sense(seen), narrative.standing(seen)]
    told.append(_on_the_spot(publication, territory))
    examples = [
        (
            capital(publication.places.resolve(e.territoire).full_name),
            citations.text(e.raison, e.chiffres) + citations.notes(e.sources),
        )
        for e in sheet.territoires_illustratifs
    ]
    return render(
        "ici", territoire=territory, propre=own, mots=words, secteurs=rows, exemples=examples, lecture=" ".join(filter(None, told)),
    )  # fmt: skip


def _sectors(publication: Publication, sheet: Sheet, structure: pd.DataFrame) -> pd.DataFrame:
    """One row for each exposed sector: a38, nom, intitule, sens, valeur, part (0 to 1), lq against France."""
    jobs = publication.sectors()
    names = publication.sector_names()
    local = shares(structure)
    quotient = location_quotient(structure, jobs[jobs["territoire"] == COUNTRY])
    return pd.DataFrame([
        {
            "a38": s.a38, "nom": names.loc[s.a38, "libelle_court"], "intitule": names.loc[s.a38, "libelle"], "sens": s.sens,
            "valeur": float(structure.loc[structure["secteur"] == s.a38, "valeur"].sum()),
            "part": float(local.get(s.a38, 0.0)), "lq": float(quotient.get(s.a38, float("nan"))),
        }
        for s in sheet.secteurs_exposes
    ])  # fmt: skip


def _exposure(
    publication: Publication, sheet: Sheet, territory: Territory, read: pd.DataFrame, own: bool
) -> narrative.Exposure:
    other = {
        place: exposed_share(publication, sheet, publication.places[place]) if territory.id != place else None
        for place in (COUNTRY, REGION)
    }
    all_jobs = publication.rows("emploi-prive", territory)
    total = all_jobs.loc[all_jobs["date"].astype(str) == publication.sectors_year, "valeur"]
    ranked = None
    if territory.niveau == "ze":
        zones = pd.Series({
            z.id: exposed_share(publication, sheet, z) for z in publication.places.of_level("ze")
        })  # fmt: skip
        ranked = rank(zones, territory.id)
    return narrative.Exposure(
        where=in_territory(territory), sectors=read, country=other[COUNTRY],
        region=None if territory.id == COUNTRY else other[REGION], jobs=float(read["valeur"].sum()) if own else None,
        total=float(total.iloc[0]) if len(total) else None, year=publication.sectors_year, rank=ranked,
    )  # fmt: skip


def _on_the_spot(publication: Publication, territory: Territory) -> str:
    """What the census says of industry in a territory whose sectors are borrowed."""
    if territory.niveau == "compose":
        found = [
            (publication.places[member].nom, latest)
            for member in territory.membres
            if (latest := publication.latest(INDUSTRY, publication.places[member]))
        ]
        if len(found) < len(territory.membres):
            return ""
        low, high = min(found, key=lambda f: f[1][0]), max(found, key=lambda f: f[1][0])
        return narrative.members((low[0], low[1][0]), (high[0], high[1][0]), writing.date(low[1][1]))
    mine = publication.latest(INDUSTRY, territory)
    if territory.niveau != "epci" or mine is None:
        return ""
    zones = publication.places.weights(territory, "ze")
    covering = [publication.latest(INDUSTRY, publication.places[str(zone)]) for zone in zones.index]
    if any(found is None for found in covering):
        return ""
    blended = sum(found[0] * weight for found, weight in zip(covering, zones, strict=True) if found)
    presence = publication.latest("part-presentielle-emploi", territory)
    return narrative.mirror(
        in_territory(territory), mine[0], float(blended), presence[0] if presence else None, writing.date(mine[1])
    )
