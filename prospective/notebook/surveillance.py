"""The page of alerts and its text for a terminal: the verbs of ``notebooks/alertes.ipynb``."""

import base64
import json
import textwrap
from dataclasses import dataclass
from functools import cached_property

from prospective.analysis import monitoring
from prospective.model import writing
from prospective.model.territory import in_territory
from prospective.model.variables import VARIABLES
from prospective.notebook import alert_log, alertes
from prospective.notebook.alertes import Alert, Summary
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Publication, publication

WIDTH = 80
LAST = 20
# A sign beside the word: what is to be seen at a glance does not rest on a colour.
MARKS = {
    alertes.ALERT: "▲", alertes.WARNING: "△", alertes.REVISED: "◆", alertes.OFF_SCALE: "◆", alertes.INSIDE: "●",
    alertes.NOT_CROSSED: "●", alertes.CROSSED_BEFORE: "◐",
}  # fmt: skip
NOTHING, GONE = "○", "–"
RATED = (1, 2, 5)
JUDGED = (alertes.ALERT, alertes.WARNING, alertes.INSIDE, alertes.NOT_CROSSED, alertes.OFF_SCALE)


@dataclass(frozen=True)
class Row:
    """An alert in French: what is watched, its state, the figure, what was expected, what to do."""

    a: Alert
    marque: str
    quoi: str
    lieu: str
    indicateur: str
    etat: str
    chiffre: str
    attendu: str
    page: str

    @property
    def ancre(self) -> str:
        """The anchor of the row on the page."""
        return anchor(self.a.id)


def anchor(name: str) -> str:
    """The anchor of an id on the page of alerts."""
    return f"alerte-{name.replace('/', '-')}"


def in_words(publication: Publication, alert: Alert) -> Row:
    """Say an alert in French."""
    indicator = publication.package.indicator(alert.indicateur)
    what, expected = "bande de l’hypothèse", ""
    if alert.genre == "revision" and alert.appui_valeur is not None:
        what, expected = (
            f"valeur de départ ({alert.appui_annee})",
            f"{indicator.write(alert.appui_valeur)} à l’écriture",
        )
    elif alert.seuil is not None:
        what = (
            f"seuil : {'au-dessus' if alert.regle == 'au_dessus' else 'au-dessous'} de {indicator.write(alert.seuil)}"
        )
    elif alert.bas80 is not None and alert.haut80 is not None:
        expected = f"de {indicator.write(alert.bas80)} à {indicator.write(alert.haut80)}"
    figure = "valeur retirée" if alert.valeur is None else indicator.write(alert.valeur)
    since = f" depuis {alert.depuis}" if alert.etat in JUDGED else ""
    return Row(
        alert, MARKS.get(alert.etat, NOTHING), what, in_territory(publication.places[alert.territoire]), indicator.libelle_court,
        f"{alert.etat}{since}", f"{figure} en {alert.annee}" if alert.annee else figure, expected,
        alert.lien.removeprefix("notebooks/"),
    )  # fmt: skip


def counts(found: Summary) -> list[str]:
    """The sentences that open the page: what was found, and what chance alone would have given."""
    if not found.nouvelles:
        first = (
            f"Aucune valeur postérieure à l’appui des hypothèses n’est encore dans nos séries : aucune des {found.surveillances} surveillances "
            "ne peut encore donner d’alerte."
        )
        return [writing.typographic(text) for text in (first, *_revisions(found))]
    said = [
        f"{_several(found.alertes, 'alerte')} et {_several(found.vigilances, 'vigilance')} sur {_several(found.surveillances, 'surveillance')}, "
        f"dont {found.nouvelles} avec une observation nouvelle.",
        f"Sur les seules bandes : {_several(found.alertes_de_bande, 'alerte')} et {_several(found.vigilances_de_bande, 'vigilance')} ; "
        f"le hasard seul en donnerait {_expected(found.fausses_alertes_attendues)} et {_expected(found.fausses_vigilances_attendues)} "
        "sur des hypothèses vraies.",
        *_revisions(found),
    ]
    return [writing.typographic(text) for text in said]


def _revisions(found: Summary) -> list[str]:
    if not found.revisions:
        return []
    return [
        f"{_several(found.revisions, 'valeur')} de départ {writing.plural(found.revisions, 'a été révisée', 'ont été révisées')} "
        "depuis l’écriture."
    ]


def _several(count: int, noun: str) -> str:
    return f"{writing.number(count)} {writing.plural(count, noun)}"


def _expected(count: float) -> str:
    return writing.number(count, 2)


def report(publication: Publication, found: list[Alert]) -> list[str]:
    """The table for a terminal, in lines of at most ``WIDTH`` characters."""
    lines = [line for text in counts(alertes.summary(found)) for line in textwrap.wrap(text, WIDTH)]
    variable = hypothesis = ""
    for row in (in_words(publication, alert) for alert in found):
        if row.a.variable != variable:
            variable = row.a.variable
            lines += ["", VARIABLES[variable][0]]
        if f"{variable}/{row.a.hypothese}" != hypothesis:
            hypothesis = f"{variable}/{row.a.hypothese}"
            lines += _folded(f"  {row.a.hypothese.upper()} {row.a.libelle}", 5)
        expected = f" ; attendu : {row.attendu}" if row.attendu else ""
        lines += _folded(
            f"    {row.marque} {row.etat} – {row.quoi} – {row.indicateur} {row.lieu} : {row.chiffre}{expected}", 6
        )
        if row.a.demande:
            lines += _folded(f"      → {row.a.demande}", 8)
        if row.a.demande and row.a.lecture:
            lines += _folded(f"      « {row.a.lecture} »", 8)
        lines.append(f"      {row.a.id}")
    return lines


def _folded(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        writing.typographic(text), WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False, break_long_words=False
    )


class Alertes:
    """The alerts of the publication: the table, how to read it, the log.

    Raises
    ------
    SheetError, DataError
        If a sheet, a series or the log cannot be read.
    """

    def __init__(self) -> None:
        self.publication = publication()

    @cached_property
    def alerts(self) -> list[Alert]:
        """The table of alerts."""
        return alertes.table(self.publication)

    def bilan(self) -> Block:
        """How many alerts, beside how many chance alone would give; says plainly when nothing new was observed."""
        found = alertes.summary(self.alerts)
        return render("alertes-bilan", phrases=counts(found), nouvelles=found.nouvelles)

    def tableau(self) -> Block:
        """Every hypothesis with its band and its thresholds, by variable: state, figure, what was expected, what to do."""
        rows = [in_words(self.publication, alert) for alert in self.alerts]
        slugs = dict.fromkeys(alert.variable for alert in self.alerts)
        groups = [
            {"nom": VARIABLES[slug][0], "slug": slug, "lignes": [row for row in rows if row.a.variable == slug]} for slug in slugs
        ]  # fmt: skip
        return render("alertes", groupes=groups)

    def lecture(self) -> Block:
        """What each state means, what it asks for, and how often chance alone gives it."""
        rates = [
            (k, *(writing.quantity(100 * rate, "%", 1) for rate in (*monitoring.false_alarm_rate(k), monitoring.ever_alarm_rate(k))))
            for k in RATED
        ]  # fmt: skip
        return render("alertes-lecture", taux=rates, marques=MARKS, rien=NOTHING)

    def journal(self) -> Block:
        """The last lines of the log, latest first."""
        log = alert_log.read(self.publication.package)
        present = {alert.id: alert for alert in self.alerts}
        lines = []
        for row in log.tail(LAST).iloc[::-1].to_dict("records"):
            alert = present.get(row["id"])
            value, year = float(row["valeur"]), row["annee"]
            shown = ""
            if value == value:  # not missing
                indicator = self.publication.package.indicator(alert.indicateur) if alert else None
                written = indicator.write(value) if indicator else writing.number(value, writing.decimals_of(value))
                shown = f"{written} en {year}"
            lines.append({**row, "chiffre": shown, "ancre": anchor(row["id"]) if alert else ""})
        return render("alertes-journal", lignes=lines, total=len(log))

    def telecharger(self) -> Block:
        """The table as a JSON file to download, the same as ``prospective alertes --json``."""
        text = json.dumps(alertes.as_json(self.alerts), ensure_ascii=False, indent=2) + "\n"
        return render("alertes-json", contenu=base64.b64encode(text.encode()).decode("ascii"))
