"""The register of errors: what was projected, what happened, and the score of each year."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from prospective.analysis import scores
from prospective.analysis.annual import Annual, NotProjectableError, crossed, history

OUTCOME = ["reel", "naif", "erreur", "erreur_naive", "dans80", "dans95"]


def register(projections: pd.DataFrame, panel: Iterable[Annual]) -> pd.DataFrame:
    """Put beside each projected value what happened, when it is known.

    Parameters
    ----------
    projections : columns serie, origine, annee, centre, bas80, haut80, bas95, haut95, in the unit of the series.
    panel : the series, as they are known now.

    Returns
    -------
    The rows whose outcome is known and on the same side of a break as their origin, with columns reel and naif (the
    value of the origin) in the unit; erreur and erreur_naive, absolute and in mean absolute yearly changes known at
    the origin (NaN if the series had never moved); dans80 and dans95, whether the bands held it (NaN without a band).
    """
    known = {series.id: series for series in panel}
    found = []
    for (name, year), rows in projections.groupby(["serie", "origine"], sort=True):
        series, origin = known.get(str(name)), int(str(year))
        if series is None:
            continue
        values = series.values.dropna()
        happened = rows["annee"].isin(values.index) & ~crossed(series, origin, rows["annee"].to_numpy())
        if not happened.any() or origin not in values.index:
            continue
        rows = rows[happened]
        found.append(
            rows.assign(
                reel=values[rows["annee"]].to_numpy(float),
                naif=float(values[origin]),
                pas=_step(series, origin),
            )
        )
    if not found:
        return projections.iloc[:0].assign(**dict.fromkeys(OUTCOME, np.nan))
    table = pd.concat(found, ignore_index=True)
    actual, step = table["reel"].to_numpy(float), table["pas"].to_numpy(float)
    return table.assign(
        erreur=scores.mase(actual, table["centre"].to_numpy(float), step), erreur_naive=scores.mase(actual, table["naif"].to_numpy(float), step),
        **{f"dans{level}": _inside(table, level) for level in (80, 95)},
    ).drop(columns="pas")  # fmt: skip


def _step(series: Annual, origin: int) -> float:
    """Mean absolute yearly change known at the origin; NaN when it cannot be known any more (the series was revised)."""
    try:
        return history(series, origin).unit_step
    except NotProjectableError:
        return float("nan")


def _inside(table: pd.DataFrame, level: int) -> np.ndarray:
    low, high = table[f"bas{level}"].to_numpy(float), table[f"haut{level}"].to_numpy(float)
    held = scores.coverage(table["reel"].to_numpy(float), low, high).astype(float)
    return np.where(np.isnan(low), np.nan, held)


def by_year(table: pd.DataFrame, by: str = "annee") -> pd.DataFrame:
    """Score of the projections of each outcome year, or of each origin (``by="origine"``).

    Parameters
    ----------
    table : as returned by ``register``.

    Returns
    -------
    DataFrame indexed by ``by``: valeurs (judged), erreur and erreur_naive (medians, in mean absolute yearly changes),
    gagne (share of values where the projection was nearer than the naive method), couverture80, couverture95.
    """
    nearer = (table["erreur"] < table["erreur_naive"]).where(table["erreur"].notna()).astype(float)
    # Editions store six digits: a naive projection read again is not quite the value of its origin.
    same = np.isclose(table["centre"].to_numpy(float), table["naif"].to_numpy(float), rtol=1e-5, atol=0)
    groups = table.assign(gagne=nearer.where(~same)).groupby(by)
    return groups.agg(
        valeurs=("reel", "size"), erreur=("erreur", "median"), erreur_naive=("erreur_naive", "median"), gagne=("gagne", "mean"),
        couverture80=("dans80", "mean"), couverture95=("dans95", "mean"),
    )  # fmt: skip
