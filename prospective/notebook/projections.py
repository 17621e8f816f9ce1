"""The projection of a reading, as an edition stored it or made on the spot, with the sentences that say how far to trust it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from prospective.analysis import annual as years
from prospective.analysis.annual import Annual
from prospective.analysis.backtest import CHOICE_HORIZON, COVID, TREATMENTS, bands, score_table
from prospective.analysis.candidates import ARIMA_POINTS
from prospective.analysis.conformal import LEVELS
from prospective.analysis.projection import AHEAD, fingerprint, outlying, project_one, reach
from prospective.data.package import Package
from prospective.model import writing
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

if TYPE_CHECKING:
    from prospective.notebook.reading import Publication, Reading

FOLDER = "projections"
REPLAYS = "rejeux"
COMBINED = "médiane de quatre méthodes (dérive, Theta, lissage exponentiel, Arima)"
COMBINED_SHORT = "médiane de trois méthodes (dérive, Theta, lissage exponentiel ; la série est trop courte pour Arima)"
NAIVE = "méthode naïve, c’est-à-dire la dernière valeur prolongée"


@dataclass(frozen=True)
class Projected:
    """A projection to a year: ``table`` indexed by annee (centre, bas50 … haut95), or None; French sentences."""

    table: pd.DataFrame | None
    words: list[str]
    method: str = ""


class Stored:
    """What the last edition stored: projections, scores, bands, coverage."""

    def __init__(self, package: Package) -> None:
        every = package.table(f"{FOLDER}/projections.csv")
        self.every = every.assign(serie=every["indicateur"] + "@" + every["territoire"])
        self.edition = str(self.every["edition"].max()) if len(self.every) else ""
        self.projections = self.every[self.every["edition"] == self.edition]
        scores = package.table(f"{FOLDER}/epreuves.csv")
        self.scores = scores.assign(serie=scores["indicateur"] + "@" + scores["territoire"])
        self.coverages = package.table(f"{FOLDER}/couvertures.csv")
        self.calibration = package.table(f"{FOLDER}/calibration.csv")

    def _made(self, table: pd.DataFrame) -> pd.DataFrame:
        if table.empty:
            raise DataError(f"data/{FOLDER}/ ne contient aucune édition : lancez « prospective projeter ».")
        return table

    def widths(self) -> pd.DataFrame:
        """Half-widths of the bands by horizon, columns 0.5, 0.8, 0.95.

        Raises
        ------
        DataError
            If no edition was made yet.
        """
        self._made(self.calibration)
        rows = self.calibration[self.calibration["traitement"] == "toutes"]
        return rows.pivot(index="horizon", columns="niveau", values="largeur")[list(LEVELS)]

    def coverage(self, level: float, treatment: str = "toutes", horizon: int = 0) -> tuple[float, int]:
        """Share of past outcomes inside a band, and how many were judged."""
        c = self._made(self.coverages)
        row = c[(c["traitement"] == treatment) & (c["horizon"] == horizon) & (c["niveau"] == level)].iloc[0]
        return float(row["couverture"]), int(row["valeurs"])


def projected(publication: "Publication", name: str, reading: "Reading", year: int) -> Projected:
    """Project a reading to a year, with the sentences that say how far to trust it.

    Returns a Projected without table, and why, when the series is short, made of points, leaves its scale, misses
    years, or has passed the horizon.
    """
    indicator = reading.indicator
    n = len(reading.firm)
    if n >= years.MIN_POINTS and not indicator.projetable:
        return Projected(None, [_not_a_series(indicator)])
    series = publication.annual(name, reading.found.id, reading.rows)
    try:
        past = years.history(series)
    except years.NotProjectableError as error:
        return Projected(None, [why_not(error, n)])
    last = past.origin
    if last >= year:
        return Projected(None, [f"Pas de projection : la dernière observation ({last}) atteint déjà l’horizon."])
    table, scores = _found(publication.stored, series)
    method = str(table["methode"].iloc[0])
    path = table.set_index("annee").loc[:year].drop(columns=["serie", "origine", "methode"])
    words = [
        _method(method, scores, past),
        *_backtest(indicator, scores, method),
        _coverage(publication.stored),
        *_reserves(series, past, year),
    ]
    return Projected(path, words, method)


def why_not(error: years.NotProjectableError, n: int) -> str:
    """Say in French why a series of ``n`` observed years cannot be projected."""
    if isinstance(error, years.GapError):
        return (
            "Pas de projection : des années manquent dans la série, rien n’est inventé pour les combler, et il y a moins de "
            f"{years.MIN_POINTS} années depuis la dernière qui manque."
        )
    if isinstance(error, years.ScaleError):
        return "Pas de projection : la série a une valeur que son échelle n’admet pas (zéro ou moins, ou 100 % et plus pour une part)."
    if isinstance(error, years.DuplicateYearError):
        return "Pas de projection : une année est donnée deux fois."
    if n >= years.MIN_POINTS:
        return "Pas de projection : la définition change chaque année."
    return (
        f"Trop court pour projeter : {n} {writing.plural(n, 'point observé', 'points observés')}, "
        f"il en faut au moins {years.MIN_POINTS} à raison d’un par an."
    )


def _not_a_series(indicator: Indicator) -> str:
    if indicator.nature == "points":
        return "Pas de projection : la série est faite de points irréguliers."
    if indicator.frequence != "annuelle":
        return "Pas de projection : seules les séries annuelles sont projetées."
    return "Pas de projection : le producteur ne tient plus cette série, ou elle ne se prête pas à une prolongation."


def _found(stored: Stored, series: Annual) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stored projection and scores of exactly these values, else made on the spot with the stored bands."""
    mine = stored.projections[stored.projections["serie"] == series.id]
    if len(mine) and mine["empreinte"].iloc[0] == fingerprint(series):
        columns = mine.columns.difference(["edition", "indicateur", "territoire", "empreinte"], sort=False)
        return mine[columns], stored.scores[stored.scores["serie"] == series.id]
    table, published = project_one(series, stored.widths())
    rows = published[published["erreur"].notna()].reset_index(drop=True)
    if rows.empty:
        return table, pd.DataFrame(columns=stored.scores.columns)
    half = stored.widths().reindex(rows["horizon"]).reset_index(drop=True)
    return table, score_table(pd.concat([rows, bands(rows, half)], axis="columns"))


def _method(method: str, scores: pd.DataFrame, past: years.History) -> str:
    if method == "naive":
        return (
            f"Projection : {NAIVE}."
            " Sur le passé de cette série, la combinaison de méthodes ne fait pas mieux : c’est donc la naïve qui est publiée."
        )
    said = f"Projection : {COMBINED if len(past.years) >= ARIMA_POINTS else COMBINED_SHORT}."
    if score(scores, method, "ecart_1") is None:
        return said + " Série trop courte pour avoir été mise à l’épreuve."
    return said


def score(scores: pd.DataFrame, method: str, column: str, treatment: str = "toutes") -> float | None:
    """One score of one method on the series of ``scores``; None when it could not be computed."""
    rows = scores[(scores["traitement"] == treatment) & (scores["methode"] == method)]
    return float(rows[column].iloc[0]) if len(rows) and pd.notna(rows[column].iloc[0]) else None


def _backtest(indicator: Indicator, scores: pd.DataFrame, method: str) -> list[str]:
    """The backtest of the published method in plain French, with and without the COVID years."""
    first, last = score(scores, method, "premiere"), score(scores, method, "derniere")
    one = score(scores, method, "ecart_1")
    if one is None or first is None or last is None:
        return []
    span = int(last) - int(first) + 1
    period = (
        f"Sur les {span} dernières années de la série ({int(first)}-{int(last)})" if span > 1 else f"Depuis {int(last)}"
    )
    said = f"{period}, cette méthode se trompe en moyenne de {_at_one_and_five(indicator, scores, method, 'toutes')}"
    every, without = TREATMENTS
    if (score(scores, method, "valeurs", without) or 0) < (score(scores, method, "valeurs", every) or 0):
        apart = _at_one_and_five(indicator, scores, method, without)
        said += (
            f" ; sans les années {COVID[0]} et {COVID[1]}, de {apart}"
            if apart
            else f" ; rien ne reste sans {COVID[0]} et {COVID[1]}"
        )
    owa = score(scores, "combinaison", "owa")
    if owa is not None and np.isfinite(owa):
        gap = round(100 * (owa - 1))
        if method == "naive":
            said += (
                f". La combinaison y fait {writing.quantity(gap, '%')} d’erreur de plus"
                if gap > 0
                else ". La combinaison y fait autant d’erreur"
            )
        else:
            said += (
                f" : {writing.quantity(-gap, '%')} d’erreur de moins que la méthode naïve"
                if gap < 0
                else ", à peine moins que la méthode naïve"
            )
    n = int(score(scores, method, "valeurs") or 0)
    return [
        f"{said} ({writing.number(n)} {writing.plural(n, 'valeur jugée', 'valeurs jugées')}, jusqu’à {CHOICE_HORIZON} ans)."
    ]


def _at_one_and_five(indicator: Indicator, scores: pd.DataFrame, method: str, treatment: str) -> str:
    """« 0,8 point à un an et 1,2 point à cinq ans »; empty when nothing was judged."""
    found = [
        (score(scores, method, f"ecart_{h}", treatment), words) for h, words in ((1, "à un an"), (5, "à cinq ans"))
    ]
    return " et de ".join(f"{amount(indicator, value)} {words}" for value, words in found if value is not None)


def amount(indicator: Indicator, value: float) -> str:
    """An error in the unit of an indicator; points for a percentage; the unit is singular under two."""
    decimals = indicator.decimales if round(value, indicator.decimales) else indicator.decimales + 1
    shown = round(value, decimals)
    if indicator.unite.startswith("%") or indicator.unite == "indice":
        return writing.quantity(value, writing.plural(shown, "point"), decimals)
    noun, space, rest = indicator.unite.partition(" ")
    return writing.quantity(value, writing.plural(shown, noun.removesuffix("s"), noun) + space + rest, decimals)


def _coverage(stored: Stored) -> str:
    """What the bands were worth at the time, which is more severe than what is computed afterwards."""
    (eighty, count), (most, _) = stored.coverage(0.8, REPLAYS), stored.coverage(0.95, REPLAYS)
    return (
        "Rejouée depuis le passé avec les seules erreurs connues alors, la bande à 80 % a contenu "
        f"{writing.quantity(100 * eighty, '%')} et celle à 95 % {writing.quantity(100 * most, '%')} des "
        f"{writing.number(count)} valeurs arrivées ensuite, toutes séries réunies."
    )


def _reserves(series: Annual, past: years.History, year: int) -> list[str]:
    """What a reader should know of this very series: years left out, breaks, a shock, a flat line, the end of the bands."""
    words = []
    if past.skipped:
        words.append(f"La projection ne s’appuie que sur les années depuis {past.years[0]} : une année manque avant.")
    inside = [b for b in series.breaks if past.years[0] < b <= past.origin]
    if inside:
        years_said = writing.join([str(b) for b in inside])
        said = (
            f"Rupture de {years_said} : la variation de cette année-là est ignorée"
            if len(inside) == 1
            else f"Ruptures de {years_said} : les variations de ces années sont ignorées"
        )
        said += ", et la dernière valeur est la seule de sa définition." if past.origin in inside else "."
        words.append(said)
    for shock, times in outlying(series):
        words.append(
            f"La variation de {shock} est {writing.number(times)} fois la variation habituelle : elle élargit les bandes, sans être corrigée."
        )
    if past.step == 0:
        words.append("La série n’a jamais bougé : rien ne dit de combien elle peut le faire, donc pas de bande.")
    elif year > reach(past.origin):
        words.append(
            f"Dernière observation : {past.origin}. Pas de bande au-delà de {years.MAX_HORIZON} ans, donc après {reach(past.origin)}."
        )
    if year > past.origin + AHEAD:
        words.append(f"La projection s’arrête en {past.origin + AHEAD}, {AHEAD} ans après la dernière observation.")
    return words
