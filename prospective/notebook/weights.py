"""What the hypotheses of a sheet say together, and how each new observation moves their weights."""

from dataclasses import replace

import pandas as pd

from prospective.analysis import hypotheses as futures_of
from prospective.analysis.annual import ScaleError
from prospective.model import writing
from prospective.model.sheet import Sheet
from prospective.model.territory import Territory, in_territory
from prospective.narrative import words
from prospective.notebook.display import Block, render
from prospective.notebook.outlook import Outlook, news, outlook
from prospective.notebook.reading import Publication

# An observation counts for half of what its density says, and no quantified hypothesis is ever put out.
TEMPER, FLOOR = 0.5, 0.01
STATED = "Probabilité énoncée"


def block(publication: Publication, sheet: Sheet, territory: Territory, name: str, year: int) -> Block:
    """Stated probabilities, mixture at the horizon, weights after each observation or what the next one would do."""
    seen = outlook(publication, sheet, territory, name, year)
    stated = {h.id: h.probabilite.valeur for h in sheet.hypotheses}
    columns, what_if, refused = {STATED: stated}, None, False
    coming = _next(seen.reading.firm) if seen.futures and seen.observed.empty else None
    try:
        columns |= _after(seen, stated, seen.observed)
        if coming and coming <= year:
            what_if = _what_if(seen, stated, coming)
    except ScaleError:
        refused = True
    weights = list(columns.values())[-1]
    return render(
        "poids", indicateur=seen.indicator, lieu=in_territory(seen.reading.found), horizon=year, nouvelles=news(seen),
        chiffrees=bool(seen.futures), sans=[h.id.upper() for h in sheet.hypotheses if h not in seen.hypotheses],
        melange=_mixture(seen, stated), melange_apres=_mixture(seen, weights) if len(columns) > 1 else None,
        poids=_table(sheet, columns, weights), essai=_table(sheet, what_if) if what_if else None, suite=coming,
        origines=_origins(sheet), refusee=refused, tempere=TEMPER, plancher=FLOOR,
    )  # fmt: skip


def _after(seen: Outlook, stated: dict[str, float], observations: pd.Series) -> dict[str, dict[str, float]]:
    """Weights after each observation, labelled by its year and value."""
    moved = futures_of.update(stated, seen.futures, observations, TEMPER, FLOOR)
    return {
        f"Après {year} ({seen.indicator.write(float(observations[year]))})": dict(
            zip(rows["id"], rows["apres"], strict=True)
        )
        for year, rows in moved.groupby("annee")
    }


def _what_if(seen: Outlook, stated: dict[str, float], year: int) -> dict[str, dict[str, float]]:
    """Weights if the value of ``year`` were on the path of each hypothesis in turn, rounded as a source would print it."""
    columns = {STATED: stated}
    for name, centre in seen.at(year)["centre"].items():
        value = round(float(centre), seen.indicator.decimales)
        (after,) = _after(seen, stated, pd.Series({year: value})).values()
        columns[f"Si elle suit {str(name).upper()} ({seen.indicator.write(value)})"] = after
    return columns


def _mixture(seen: Outlook, weights: dict[str, float]) -> dict[str, str] | None:
    """Quantiles of the mixture at the horizon, written, and the probability of the hypotheses it holds."""
    if not seen.futures:
        return None
    futures = [replace(future, probability=weights[future.id]) for future in seen.futures]
    quantiles = futures_of.mixture(futures, seen.year)
    written = {
        name: seen.indicator.write(float(quantiles[level]))
        for name, level in (("bas", 0.1), ("milieu", 0.5), ("haut", 0.9))
    }
    return written | {"part": _percent(sum(future.probability for future in futures))}


def _table(sheet: Sheet, columns: dict[str, dict[str, float]], last: dict[str, float] | None = None) -> pd.DataFrame:
    """One row per hypothesis, one column per set of weights, then the word of the last one."""
    rows = []
    for h in sheet.hypotheses:
        row = {"Hypothèse": f"{h.id.upper()} {h.libelle}"}
        row |= {label: _percent(weights[h.id]) for label, weights in columns.items()}
        if last is not None:
            # The word of the share as it is printed, so that a reader can check one with the other.
            row["En mots"] = words.probability(round(last[h.id], 3))
        rows.append(row)
    return pd.DataFrame(rows)


def _origins(sheet: Sheet) -> list[str]:
    """Where the stated probabilities come from, one line per origin."""
    found: dict[str, list[str]] = {}
    for h in sheet.hypotheses:
        found.setdefault(words.ORIGINS[h.probabilite.origine], []).append(h.id.upper())
    return [f"{origin} ({writing.join(names)})" for origin, names in found.items()]


def _percent(share: float) -> str:
    return writing.quantity(100 * share, "%", writing.decimals_of(100 * share, 1))


def _next(firm: pd.Series) -> int:
    """The year of the next value, if the series keeps the pace of its last two."""
    years = list(map(int, firm.index))
    return 2 * years[-1] - years[-2] if len(years) > 1 else years[-1] + 1
