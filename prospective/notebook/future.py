"""Projection, hypotheses and targets of a sheet: the parts of a page that look ahead."""

import pandas as pd

from prospective.charts.chart import Caption, Chart
from prospective.charts.horizon import horizon
from prospective.data.quotes import argument_references, trajectory
from prospective.model import writing
from prospective.model.sheet import Sheet, Watch
from prospective.model.territory import REGION, Territory, in_territory
from prospective.model.variables import VARIABLES
from prospective.notebook import alertes
from prospective.notebook.alertes import Alert
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.outlook import IN_WORDS, Outlook, holes, news, outlook, standing
from prospective.notebook.projections import Projected
from prospective.notebook.reading import Publication, Reading
from prospective.notebook.surveillance import Row, in_words


def chart(publication: Publication, sheet: Sheet, territory: Territory, name: str, year: int) -> Chart:
    """The 2030 chart of an indicator: past, projection, the hypotheses quantified on it, official targets.

    Hypotheses and targets belong to the territory of their trajectory: when the reading is of another territory the
    chart shows the territory of the hypotheses, and says so.
    """
    indicator = publication.package.indicator(name)
    seen = outlook(publication, sheet, territory, name, year)
    reading, own = seen.reading, publication.read(name, territory)
    notes = [own.borrowed]
    if reading.found.id != own.found.id:
        notes = [f"Les hypothèses portent sur {reading.found.nom} : c’est cette série qui est tracée."]
    past = reading.rows[reading.rows["statut"] != "prevision"].drop_duplicates("annee", keep="last")
    projected = publication.projection(name, reading, year)
    targets = _targets(publication, name, reading.found, year)
    hypotheses = pd.DataFrame(
        [{"id": f.id, "libelle": h.libelle, "type": h.type, "bas": f.low, "centre": f.centre, "haut": f.high}
         for h, f in zip(seen.hypotheses, seen.futures, strict=True)],
        columns=["id", "libelle", "type", "bas", "centre", "haut"],
    )  # fmt: skip
    notes += [
        news(seen),
        _legend(seen, targets, projected.table is not None),
        *holes(seen),
        _apart(seen, projected, year),
        *projected.words,
    ]
    others = [f"{h.id.upper()} {h.libelle}" for h in sheet.hypotheses if h not in seen.hypotheses]
    if others:
        notes.append(f"Non chiffrée{'s' if len(others) > 1 else ''} sur cet indicateur : {writing.join(others)}.")
    caption = Caption(
        _title(reading, hypotheses, targets, year),
        indicator.unite,
        (indicator.source_line,),
        tuple(filter(None, notes)),
    )
    breaks = tuple(b.annee for b in indicator.breaks_for(reading.found.id))
    return horizon(
        past, projected.table, hypotheses, targets, caption, f"{name}-{year}", year=year, place=in_territory(reading.found),
        points=indicator.nature == "points", breaks=breaks, decimals=indicator.decimales,
        paths=seen.paths, since=seen.since, standing=standing(seen),
    )  # fmt: skip


def _apart(seen: Outlook, projected: Projected, year: int) -> str:
    """Say that the projection is on one side of the centre of every quantified hypothesis; empty otherwise."""
    if projected.table is None or year not in projected.table.index or not seen.futures:
        return ""
    value, centres = float(projected.table["centre"].loc[year]), [future.centre for future in seen.futures]
    if min(centres) <= value <= max(centres):
        return ""
    side = "dépasse" if value > max(centres) else "est en dessous de"
    what = "le centre" if side == "dépasse" else "celui"
    return f"La projection ({seen.indicator.write(value)} en {year}) {side} {what} de toutes les hypothèses chiffrées."


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


def _legend(seen: Outlook, targets: pd.DataFrame, projected: bool) -> str:
    said = ""
    if seen.hypotheses:
        parts = [f"{h.id.upper()} {h.libelle}" for h in seen.hypotheses]
        bands = "barres" if projected else "zones claires et barres"
        said = f"Hypothèses (traits de couleur ; {bands} : {IN_WORDS}) : {' ; '.join(parts)}."
    if len(seen.observed):
        said += " Gros points cerclés : ce qui a été observé depuis leur écriture."
    marks = [f"C{i + 1} {t['libelle']}" for i, t in enumerate(targets.to_dict("records"))]
    said += (
        f" Cibles officielles (losanges) : {' ; '.join(marks)}."
        if marks
        else " Aucune cible officielle sur cet indicateur."
    )
    return (said + (" Tirets et éventail gris : la projection." if projected else "")).strip()


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
    return render("hypotheses", cartes=cards, bande=IN_WORDS)


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
    """The signs of every hypothesis with the last known value and their state, and the influences on other variables."""
    states = alertes.states(publication, sheet)
    groups = []
    for hypothesis in sheet.hypotheses:
        rows = []
        for item in hypothesis.surveiller:
            last, state = "aucune série (veille documentaire)", None
            if item.indicateur:
                place = publication.places[hypothesis.trajectoire.territoire if hypothesis.trajectoire else REGION]
                reading = publication.read(item.indicateur, place)
                if len(reading.firm):
                    value = reading.indicator.write(float(reading.firm.iloc[-1]))
                    last = f"{value} {in_territory(reading.found)} ({reading.firm.index[-1]})"
                state = _state(publication, states, alertes.watch_id(sheet, hypothesis, item))
            rows.append({"dernier": last, "etat": state, **_sign(publication, item)})
        path = hypothesis.trajectoire
        band = _state(publication, states, alertes.band_id(sheet, hypothesis, path)) if path else None
        groups.append((f"{hypothesis.id.upper()} {hypothesis.libelle}", band, rows))
    return render(
        "surveiller",
        hypotheses=groups,
        influences=sheet.influences,
        variables={slug: name for slug, (name, _) in VARIABLES.items()},
    )


def _state(publication: Publication, states: dict[str, Alert], name: str | None) -> Row | None:
    """An alert of the sheet in French; None for a sign that no series measures."""
    return in_words(publication, states[name]) if name else None
