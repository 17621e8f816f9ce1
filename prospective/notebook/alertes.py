"""The table of alerts: for every hypothesis, where the last observation stands against its band and its thresholds.

One row per quantified hypothesis (its band), one per watch with an indicator and a threshold, and one per hypothesis
whose anchor has been revised since it was written. What the states are is ``prospective.analysis.monitoring``.

What an alert asks for:

- band: *vigilance*, wait for the next observation; *alerte*, revise the hypothesis, or the whole sheet when all of its
  quantified hypotheses (two or more) are in alerte at once, since then it has no future left for what is observed;
- threshold: *alerte*, read what the sheet says of it (``lecture``: a crossing may strengthen the hypothesis as well as
  weaken it) and revise the hypothesis; one that was already crossed when the hypothesis was written asks for nothing
  until a value comes back over it;
- anchor revised, or value outside the scale: check the datum.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import pandas as pd

from prospective.analysis import hypotheses, monitoring
from prospective.analysis.annual import ScaleError
from prospective.analysis.hypotheses import Future
from prospective.data.sheets import SHEETS, read_sheet
from prospective.model.errors import SheetError
from prospective.model.indicator import Indicator
from prospective.model.sheet import Anchor, Hypothesis, Sheet, Trajectory, Watch
from prospective.model.territory import REGION
from prospective.model.variables import VARIABLES
from prospective.notebook import alert_log
from prospective.notebook.catalogue import page_of
from prospective.notebook.reading import Publication, firm_values

INSIDE, WARNING, ALERT = monitoring.INSIDE, monitoring.WARNING, monitoring.ALERT
NOTHING_NEW = "sans observation nouvelle"
NOT_CROSSED = "seuil non franchi"
CROSSED_BEFORE = "franchi dès l’écriture"
REVISED = "donnée révisée"
OFF_SCALE = "donnée hors échelle"

WAIT, REVISE, REVISE_SHEET = "attendre l’observation suivante", "réviser l’hypothèse", "réviser la fiche"
READ, CHECK = "lire le seuil et réviser l’hypothèse", "vérifier la donnée"

Kind = Literal["bande", "seuil", "revision"]
DIGITS = 6


@dataclass(frozen=True)
class Alert:
    """One row of the table; fields keep the French names of its columns, and None is an empty cell.

    ``annee`` and ``valeur`` are the figure on which the state rests, ``depuis`` the year since which it holds;
    ``observations`` counts what was observed since the hypothesis was written. Values are in ``unite``. Rates are those
    of a true hypothesis at its last observation (``monitoring.false_alarm_rate``); thresholds have none.
    """

    id: str
    genre: Kind
    variable: str
    hypothese: str
    libelle: str
    probabilite: float
    indicateur: str
    territoire: str
    etat: str
    depuis: int | None
    annee: int | None
    valeur: float | None
    unite: str
    observations: int
    demande: str = ""
    regle: str = ""
    seuil: float | None = None
    bas80: float | None = None
    haut80: float | None = None
    bas95: float | None = None
    haut95: float | None = None
    appui_annee: int | None = None
    appui_valeur: float | None = None
    taux_vigilance: float | None = None
    taux_alerte: float | None = None
    lecture: str = ""
    fiche_du: str = ""
    fichier: str = ""
    lien: str = ""


@dataclass(frozen=True)
class Summary:
    """Counts over a table, and the false alarms to expect: Σ over bands of probability × rate if the hypothesis is true."""

    surveillances: int
    nouvelles: int
    alertes: int
    vigilances: int
    revisions: int
    alertes_de_bande: int
    vigilances_de_bande: int
    fausses_alertes_attendues: float
    fausses_vigilances_attendues: float


def table(publication: Publication, variable: str | None = None) -> list[Alert]:
    """The alerts of every sheet, or of one, in an order that does not depend on that of the watches.

    Sheets come in the order of the exercise, hypotheses in that of their sheet; then the band, the anchor, the thresholds.

    Raises
    ------
    UnknownNameError
        If there is no such variable, or if it has no sheet.
    SheetError, DataError
        If a sheet or a series cannot be read, or if a trajectory is outside the scale of its indicator.
    """
    sheets = publication.sheets.values() if variable is None else [read_sheet(publication.root, variable)]
    log = alert_log.read(publication.package)
    return [alert for sheet in sheets for alert in of_sheet(publication, sheet, log)]


def states(publication: Publication, sheet: Sheet) -> dict[str, Alert]:
    """The alerts of a sheet by id; ``watch_id`` gives the id of a sign, ``band_id`` that of a band."""
    return {alert.id: alert for alert in of_sheet(publication, sheet, alert_log.read(publication.package))}


def of_sheet(publication: Publication, sheet: Sheet, log: pd.DataFrame) -> list[Alert]:
    """The alerts of a sheet. ``log`` is that of ``alert_log.read``: it says from what year a sign has been watched."""
    first = alert_log.first_years(log)
    found = [
        alert for hypothesis in sheet.hypotheses for alert in _of_hypothesis(publication, sheet, hypothesis, first)
    ]
    bands = [alert for alert in found if alert.genre == "bande"]
    if len(bands) > 1 and all(alert.etat == ALERT for alert in bands):
        found = [replace(alert, demande=REVISE_SHEET) if alert in bands else alert for alert in found]
    return found


def summary(alerts: Iterable[Alert]) -> Summary:
    """Count the states of a table, and the false alarms to expect at the last observations."""
    rows = list(alerts)
    bands = [alert for alert in rows if alert.genre == "bande"]
    return Summary(
        surveillances=sum(alert.genre != "revision" for alert in rows),
        nouvelles=sum(alert.genre != "revision" and alert.observations > 0 for alert in rows),
        alertes=_count(rows, ALERT),
        vigilances=_count(rows, WARNING),
        revisions=_count(rows, REVISED),
        alertes_de_bande=_count(bands, ALERT),
        vigilances_de_bande=_count(bands, WARNING),
        fausses_alertes_attendues=sum(alert.probabilite * (alert.taux_alerte or 0) for alert in bands),
        fausses_vigilances_attendues=sum(alert.probabilite * (alert.taux_vigilance or 0) for alert in bands),
    )


def as_json(alerts: list[Alert]) -> dict[str, Any]:
    """The table and its counts for machines: same fields, same order."""
    return {"bilan": asdict(summary(alerts)), "alertes": [asdict(alert) for alert in alerts]}


def band_id(sheet: Sheet, hypothesis: Hypothesis, path: Trajectory) -> str:
    """The id of the band of a hypothesis: ``capital-humain/h1/diplomes-superieur``."""
    return f"{sheet.variable}/{hypothesis.id}/{path.indicateur}"


def watch_id(sheet: Sheet, hypothesis: Hypothesis, watch: Watch) -> str | None:
    """The id of a sign, ``capital-humain/h1/diplomes-superieur-au-dessus-42``; None for one that no series measures."""
    if watch.indicateur is None or watch.seuil is None:
        return None
    level = f"{watch.seuil:.6f}".rstrip("0").rstrip(".").replace("-", "moins-").replace(".", "-")
    return f"{sheet.variable}/{hypothesis.id}/{watch.indicateur}-{watch.regle.replace('_', '-')}-{level}"


def _count(alerts: list[Alert], state: str) -> int:
    return sum(alert.etat == state for alert in alerts)


def _of_hypothesis(
    publication: Publication, sheet: Sheet, hypothesis: Hypothesis, first: Mapping[str, int]
) -> list[Alert]:
    found = []
    if path := hypothesis.trajectoire:
        values = firm_values(publication.rows(path.indicateur, publication.places[path.territoire]))
        found.append(_band(publication, sheet, hypothesis, path, values))
        found += _revision(publication, sheet, hypothesis, path, values)
    signs = {name: watch for watch in hypothesis.surveiller if (name := watch_id(sheet, hypothesis, watch))}
    return found + [_threshold(publication, sheet, hypothesis, signs[name], name, first) for name in sorted(signs)]


def _common(
    sheet: Sheet, hypothesis: Hypothesis, indicator: Indicator, territory: str, values: pd.Series
) -> dict[str, Any]:
    """The cells that every kind of row fills alike; the figure is the last of ``values``."""
    page = page_of(VARIABLES[indicator.variable][1])
    return {
        "variable": sheet.variable, "hypothese": hypothesis.id, "libelle": hypothesis.libelle,
        "probabilite": hypothesis.probabilite.valeur, "indicateur": indicator.id, "territoire": territory,
        "annee": int(values.index[-1]) if len(values) else None, "valeur": _rounded(values.iloc[-1]) if len(values) else None,
        "unite": indicator.unite, "fiche_du": sheet.date_maj.isoformat(), "fichier": f"data/{indicator.fichier}",
        "lien": f"notebooks/donnees/{page}#indicateur-{indicator.id}",
    }  # fmt: skip


def _band(publication: Publication, sheet: Sheet, hypothesis: Hypothesis, path: Trajectory, values: pd.Series) -> Alert:
    indicator, anchor = publication.package.indicator(path.indicateur), path.appui
    try:
        future = Future(
            id=hypothesis.id, probability=hypothesis.probabilite.valeur, scale=indicator.echelle, anchor_year=anchor.annee,
            anchor=anchor.valeur, year=path.annee, low=path.bas, centre=path.centre, high=path.haut,
        )  # fmt: skip
    except ScaleError as error:
        raise SheetError(
            f"{SHEETS}/{sheet.variable}.yaml, {hypothesis.id} : la trajectoire sort de l'échelle de « {indicator.id} » "
            f"({indicator.echelle}) ; corrigez l'appui, la bande ou l'échelle."
        ) from error
    heard = values[[future.speaks(int(year)) for year in values.index]]
    known = values[values.index <= path.annee]
    row = Alert(
        id=band_id(sheet, hypothesis, path), genre="bande", etat=NOTHING_NEW, depuis=anchor.annee, observations=len(heard),
        **_common(sheet, hypothesis, indicator, path.territoire, known), **_anchor(anchor),
    )  # fmt: skip
    if heard.empty:
        return row
    year = int(heard.index[-1])
    band = hypotheses.band(future, year)
    before = int(heard.index[-2]) - anchor.annee if len(heard) > 1 else 0
    warning, alert = monitoring.false_alarm_rate(year - anchor.annee, before)
    row = replace(
        row, bas95=_rounded(band.low95), bas80=_rounded(band.low80), haut80=_rounded(band.high80), haut95=_rounded(band.high95),
        taux_vigilance=_rounded(warning), taux_alerte=_rounded(alert),
    )  # fmt: skip
    try:
        seen = monitoring.status(future, values)
    except ScaleError:
        return replace(row, etat=OFF_SCALE, depuis=year, demande=CHECK)
    return _judged(row, seen)


def _judged(row: Alert, seen: pd.DataFrame) -> Alert:
    """Put the last state of a band or a threshold in its row, since when, and what it asks for."""
    state = str(seen["etat"].iloc[-1])
    same = seen["etat"].eq(state)[::-1].cummin()[::-1]
    since = int(seen.loc[same, "annee"].iloc[0])
    shown = NOT_CROSSED if state == INSIDE and row.genre == "seuil" else state
    asked = {WARNING: WAIT, ALERT: READ if row.genre == "seuil" else REVISE}
    return replace(row, etat=shown, depuis=since, demande=asked.get(state, ""))


def _revision(
    publication: Publication, sheet: Sheet, hypothesis: Hypothesis, path: Trajectory, values: pd.Series
) -> list[Alert]:
    """One row if the value of the anchor's year is no longer the one that the hypothesis was written with."""
    anchor = path.appui
    present = values[values.index == anchor.annee]
    if len(present) and math.isclose(float(present.iloc[0]), anchor.valeur, rel_tol=1e-9):
        return []
    row = Alert(
        id=f"{band_id(sheet, hypothesis, path)}-appui", genre="revision", etat=REVISED, depuis=anchor.annee, observations=0,
        demande=CHECK, **_anchor(anchor),
        **_common(sheet, hypothesis, publication.package.indicator(path.indicateur), path.territoire, present),
    )  # fmt: skip
    return [replace(row, annee=anchor.annee)]


def _threshold(
    publication: Publication, sheet: Sheet, hypothesis: Hypothesis, watch: Watch, name: str, first: Mapping[str, int]
) -> Alert:
    assert watch.indicateur is not None and watch.seuil is not None and watch.regle != "signal"
    path = hypothesis.trajectoire
    reading = publication.read(watch.indicateur, publication.places[path.territoire if path else REGION])
    values = reading.firm
    same = path is not None and (path.indicateur, path.territoire) == (watch.indicateur, reading.found.id)
    since = path.appui.annee if path and same else first.get(name, int(values.index[-1]) if len(values) else 0)
    seen = monitoring.threshold_status(values, watch.regle, watch.seuil, since)
    row = Alert(
        id=name, genre="seuil", etat=NOTHING_NEW, depuis=since or None, observations=len(seen), regle=watch.regle,
        seuil=watch.seuil, lecture=watch.lecture, **_common(sheet, hypothesis, reading.indicator, reading.found.id, values),
    )  # fmt: skip
    before = values[values.index <= since].iloc[-1:]
    if (before > watch.seuil).any() if watch.regle == "au_dessus" else (before < watch.seuil).any():
        # A crossing known when the hypothesis was written is no news until a value comes back over the threshold.
        seen = seen[seen["cote"].eq("").cummax()]
        row = replace(row, etat=CROSSED_BEFORE)
    return row if seen.empty else _judged(row, seen)


def _anchor(anchor: Anchor) -> dict[str, Any]:
    return {"appui_annee": anchor.annee, "appui_valeur": anchor.valeur}


def _rounded(value: float) -> float:
    """Six significant digits: the last ones differ from one machine to another."""
    return float(f"{value:.{DIGITS}g}")
