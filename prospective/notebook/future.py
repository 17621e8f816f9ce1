"""Projection, hypotheses and targets of a sheet: the parts of a page that look ahead."""

import pandas as pd

from prospective.analysis import projection as proj
from prospective.charts.chart import Caption, Chart
from prospective.charts.horizon import horizon
from prospective.data.quotes import argument_references, trajectory
from prospective.model import writing
from prospective.model.sheet import Sheet, Watch
from prospective.model.territory import Territory, in_territory
from prospective.model.variables import VARIABLES
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Publication, Reading


def chart(publication: Publication, sheet: Sheet, territory: Territory, name: str, year: int) -> Chart:
    """The 2030 chart of an indicator: past, projection, the hypotheses quantified on it, official targets.

    Hypotheses and targets belong to the territory of their trajectory: when the reading is of another territory the
    chart shows the territory of the hypotheses, and says so.
    """
    indicator = publication.package.indicator(name)
    quantified = [
        h
        for h in sheet.hypotheses
        if h.trajectoire and h.trajectoire.indicateur == name and h.trajectoire.annee == year
    ]
    reading = publication.read(name, territory)
    notes = []
    if quantified and quantified[0].trajectoire and quantified[0].trajectoire.territoire != reading.found.id:
        place = publication.places[quantified[0].trajectoire.territoire]
        reading = publication.read(name, place)
        notes.append(f"Les hypothèses portent sur {place.nom} : c’est cette série qui est tracée.")
    elif reading.borrowed:
        notes.append(reading.borrowed)
    past = reading.rows[reading.rows["statut"] != "prevision"]
    projection, words = project(publication, name, reading, year)
    targets = _targets(publication, name, reading.found, year)
    hypotheses = pd.DataFrame(
        [
            {"id": h.id, "libelle": h.libelle, "type": h.type, "bas": t.bas, "centre": t.centre, "haut": t.haut}
            for h in quantified if (t := h.trajectoire)
        ],
        columns=["id", "libelle", "type", "bas", "centre", "haut"],
    )  # fmt: skip
    notes += [_legend(hypotheses, targets, projection is not None), *words]
    if len(sheet.hypotheses) > len(quantified):
        others = [f"{h.id.upper()} {h.libelle}" for h in sheet.hypotheses if h not in quantified]
        notes.append(f"Non chiffrée{'s' if len(others) > 1 else ''} sur cet indicateur : {writing.join(others)}.")
    caption = Caption(
        _title(reading, hypotheses, targets, year),
        indicator.unite,
        (indicator.source_line,),
        tuple(filter(None, notes)),
    )
    breaks = tuple(b.annee for b in indicator.breaks_for(reading.found.id))
    return horizon(
        past, projection, hypotheses, targets, caption, f"{name}-{year}", year=year, place=in_territory(reading.found),
        points=indicator.nature == "points", breaks=breaks, decimals=indicator.decimales,
    )  # fmt: skip


def project(publication: Publication, name: str, reading: Reading, year: int) -> tuple[pd.DataFrame | None, list[str]]:
    """Project a reading to a year, with the sentences that say how far to trust it.

    Returns None, and why, when the series is short or made of points.
    """
    indicator = reading.indicator
    n = len(reading.firm)
    if n >= proj.MIN_POINTS and not indicator.projetable:
        return None, ["Pas de projection : la série est faite de points irréguliers."]
    if n < proj.MIN_POINTS:
        return None, [
            f"Trop court pour projeter : {n} {writing.plural(n, 'point observé', 'points observés')}, "
            f"il en faut au moins {proj.MIN_POINTS} à raison d’un par an."
        ]
    calibration, covered = publication.calibration()
    try:
        table = proj.project(publication.annual(name, reading.found.id, reading.rows), calibration, year)
    except proj.GapError:
        return None, ["Pas de projection : des années manquent dans la série, et rien n’est inventé pour les combler."]
    except proj.ScaleError:
        return None, ["Pas de projection : la série passe par zéro."]
    if table.empty:
        return None, [f"Pas de projection : la dernière observation ({reading.firm.index[-1]}) atteint déjà l’horizon."]
    share, count = float(covered["couverture"].loc[0.8]), int(covered["n"].loc[0.8])
    words = [
        "Projection : marche aléatoire avec dérive ; bandes à 50, 80 et 95 %. À l’épreuve du passé, la bande à 80 % a contenu "
        f"{writing.quantity(100 * share, '%')} des {writing.number(count)} valeurs jugées (chaque indicateur avec des bandes "
        "calculées sur les autres)."
    ]
    last = int(reading.firm.index[-1])
    if year - last > proj.MAX_HORIZON:
        words.append(
            f"Dernière observation : {last}. Pas de bande au-delà de {proj.MAX_HORIZON} ans, donc après {last + proj.MAX_HORIZON}."
        )
    return table, words


def _targets(publication: Publication, name: str, place: Territory, year: int) -> pd.DataFrame:
    targets = publication.package.targets
    mask = (targets["indicateur"] == name) & (targets["territoire"] == place.id)
    found = targets[mask].copy()
    found["horizon"] = pd.to_numeric(found["horizon"].astype(str).str[-4:])
    found["libelle"] = [
        f"{r['libelle']} ({writing.date(r['adoption'])})" if r["adoption"] else r["libelle"]
        for r in found.to_dict("records")
    ]
    return found[found["horizon"] <= year].sort_values(["horizon", "adoption", "id"]).reset_index(drop=True)


def _legend(hypotheses: pd.DataFrame, targets: pd.DataFrame, projected: bool) -> str:
    parts = [f"{h['id'].upper()} {h['libelle']}" for h in hypotheses.to_dict("records")]
    said = f"Hypothèses (barres, proposition de l’équipe, à débattre) : {' ; '.join(parts)}." if parts else ""
    marks = [f"C{i + 1} {t['libelle']}" for i, t in enumerate(targets.to_dict("records"))]
    said += (
        f" Cibles officielles (losanges) : {' ; '.join(marks)}."
        if marks
        else " Aucune cible officielle sur cet indicateur."
    )
    return (said + (" Tirets et éventail : la projection." if projected else "")).strip()


def _title(reading: Reading, hypotheses: pd.DataFrame, targets: pd.DataFrame, year: int) -> str:
    label, place = reading.indicator.libelle_court, in_territory(reading.found)
    write = reading.indicator.write
    if len(hypotheses):
        low, high = write(hypotheses["centre"].min()), write(hypotheses["centre"].max())
        return f"{label} {place} en {year} : de {low} à {high} selon l’hypothèse"
    if len(reading.firm) and int(reading.firm.index[-1]) >= year:
        return f"{label} {place} : {write(float(reading.firm.iloc[-1]))} en {reading.firm.index[-1]}"
    if len(reading.firm):
        return (
            f"{label} {place} : {write(float(reading.firm.iloc[-1]))} en {reading.firm.index[-1]}, et d’ici à {year} ?"
        )
    return f"{label} {place} : aucune valeur observée"


def hypotheses(publication: Publication, sheet: Sheet, citations: Citations) -> Block:
    """Every hypothesis: what it says, on what it leans, its probability, where it puts the indicator."""
    cards = []
    for hypothesis in sheet.hypotheses:
        references = argument_references(publication.package, sheet, hypothesis)
        path = hypothesis.trajectoire
        cards.append({
            "h": hypothesis, "argumentation": citations.text(hypothesis.argumentation, references, trajectory(publication.package, hypothesis)),
            "lieu": in_territory(publication.places[path.territoire]) if path else "",
            "indicateur": publication.package.indicator(path.indicateur) if path else None,
            "signes": [_sign(publication, watch) for watch in hypothesis.surveiller],
        })  # fmt: skip
    return render("hypotheses", cartes=cards)


def _sign(publication: Publication, watch: Watch) -> dict[str, str]:
    """A sign in words: what to look at, its threshold, what it would mean."""
    if watch.seuil is None:
        return {"quoi": watch.quoi, "seuil": "signal qualitatif", "lecture": watch.lecture}
    side = "au-dessus de" if watch.regle == "au_dessus" else "au-dessous de"
    if watch.indicateur:
        shown = publication.package.indicator(watch.indicateur).write(watch.seuil)
    else:
        shown = writing.number(watch.seuil, writing.decimals_of(watch.seuil))
    return {"quoi": watch.quoi, "seuil": f"{side} {shown}", "lecture": watch.lecture}


def watch(publication: Publication, sheet: Sheet) -> Block:
    """The signs of every hypothesis with the last known value, and the influences on other variables."""
    groups = []
    for hypothesis in sheet.hypotheses:
        rows = []
        for item in hypothesis.surveiller:
            last = "pas de série : veille documentaire"
            if item.indicateur:
                place = publication.places[hypothesis.trajectoire.territoire if hypothesis.trajectoire else "reg-32"]
                reading = publication.read(item.indicateur, place)
                if len(reading.firm):
                    value = reading.indicator.write(float(reading.firm.iloc[-1]))
                    last = f"{value} {in_territory(reading.found)} ({reading.firm.index[-1]})"
            rows.append({"dernier": last, **_sign(publication, item)})
        groups.append((f"{hypothesis.id.upper()} {hypothesis.libelle}", rows))
    return render(
        "surveiller",
        hypotheses=groups,
        influences=sheet.influences,
        variables={slug: name for slug, (name, _) in VARIABLES.items()},
    )
