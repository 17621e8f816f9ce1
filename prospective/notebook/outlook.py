"""The quantified hypotheses of a sheet on one indicator, beside what was observed since they were written."""

from dataclasses import dataclass

import pandas as pd

from prospective.analysis import hypotheses as futures_of
from prospective.analysis.hypotheses import Future
from prospective.charts.horizon import NO_PATHS
from prospective.model import writing
from prospective.model.indicator import Indicator
from prospective.model.sheet import Hypothesis, Sheet
from prospective.model.territory import Territory
from prospective.notebook.reading import Publication, Reading

IN_WORDS = "quatre chances sur cinq si l’hypothèse se réalise, proposition de l’équipe, à débattre"


@dataclass(frozen=True)
class Outlook:
    """The hypotheses quantified on an indicator for a year and a territory, and the series of that territory.

    When nothing is quantified ``hypotheses`` and ``futures`` are empty and the reading is that of the page.
    """

    reading: Reading
    year: int
    hypotheses: tuple[Hypothesis, ...]
    futures: tuple[Future, ...]

    @property
    def indicator(self) -> Indicator:
        """The indicator of the reading."""
        return self.reading.indicator

    @property
    def since(self) -> int | None:
        """The last year that the hypotheses knew: a later point is news to all of them."""
        return max((future.anchor_year for future in self.futures), default=None)

    @property
    def observed(self) -> pd.Series:
        """Firm values observed since the hypotheses were written, by year, up to the horizon."""
        firm = self.reading.firm
        return firm.iloc[:0] if self.since is None else firm[(firm.index > self.since) & (firm.index <= self.year)]

    @property
    def paths(self) -> pd.DataFrame:
        """Where each hypothesis goes, year by year: columns id, annee, bas95, bas80, centre, haut80, haut95."""
        return futures_of.paths(self.futures, self.year) if self.futures else NO_PATHS

    def at(self, year: int) -> pd.DataFrame:
        """The bands of the hypotheses in one year, indexed by id."""
        return futures_of.paths(self.futures, year).query("annee == @year").set_index("id")


def outlook(publication: Publication, sheet: Sheet, territory: Territory, name: str, year: int) -> Outlook:
    """Read an indicator where the hypotheses quantified on it for ``year`` are, or where the page is when there are none."""
    found = [(h, t) for h in sheet.hypotheses if (t := h.trajectoire) and (t.indicateur, t.annee) == (name, year)]
    found = [(h, t) for h, t in found if t.territoire == found[0][1].territoire]
    place = publication.places[found[0][1].territoire] if found else territory
    scale = publication.package.indicator(name).echelle
    futures = tuple(
        Future(
            id=h.id, probability=h.probabilite.valeur, scale=scale, anchor_year=t.appui.annee, anchor=t.appui.valeur,
            year=t.annee, low=t.bas, centre=t.centre, high=t.haut,
        )
        for h, t in found
    )  # fmt: skip
    return Outlook(publication.read(name, place), year, tuple(h for h, _ in found), futures)


def news(seen: Outlook) -> str:
    """Say what was observed since the hypotheses were written, or that nothing was."""
    if seen.since is None:
        return ""
    n = len(seen.observed)
    if not n:
        return f"Aucune valeur postérieure à l’appui des hypothèses ({seen.since}) n’est encore dans nos séries."
    later = [
        b for b in seen.indicator.breaks_for(seen.reading.found.id) if seen.since < b.annee <= seen.observed.index[-1]
    ]
    warning = "".join(
        f" Rupture de série en {b.annee} ({b.libelle}), après l’appui : les valeurs qui suivent se comparent mal aux hypothèses."
        for b in later
    )
    return (
        f"{n} {writing.plural(n, 'valeur observée', 'valeurs observées')} depuis l’écriture des hypothèses "
        f"(appui : {seen.since}). {standing(seen)}{warning}"
    )


def standing(seen: Outlook) -> str:
    """Say where the last value observed since the hypotheses were written stands: in, above or below each 80 % band."""
    if seen.observed.empty:
        return ""
    year, value = int(seen.observed.index[-1]), float(seen.observed.iloc[-1])
    bands = seen.at(year)
    groups = {
        "dans": bands[(bands["bas80"] <= value) & (value <= bands["haut80"])],
        "au-dessus de": bands[value > bands["haut80"]],
        "au-dessous de": bands[value < bands["bas80"]],
    }
    said: list[str] = []
    for side, group in groups.items():
        if len(group):
            noun = ("celle", "celles") if said else ("la bande à 80 %", "les bandes à 80 %")
            place = f"{side} {noun[len(group) > 1]}".replace("de les", "des")
            said.append(f"{place} de {writing.join([str(name).upper() for name in group.index])}")
    alone = " Aucune hypothèse ne la contient." if groups["dans"].empty else ""
    return f"La dernière valeur, {seen.indicator.write(value)} en {year}, est {writing.join(said)}.{alone}"


def holes(seen: Outlook) -> list[str]:
    """Say where the bands of the hypotheses overlap at the horizon, and where none of them is."""
    said = []
    for kind, low, high, ids in futures_of.holes(seen.futures):
        names = writing.join([name.upper() for name in ids])
        between = f"de {seen.indicator.write(low)} à {seen.indicator.write(high)}"
        if kind == "vide":
            said.append(f"Aucune bande ne couvre les valeurs {between} en {seen.year} (entre {names}).")
        else:
            said.append(
                f"Les bandes de {names} se recouvrent {between} en {seen.year} : une valeur qui y tomberait ne les départagerait pas."
            )
    return said
