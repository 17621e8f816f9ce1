"""Projections to come: the published method's path and its conformal bands, and the same made from a past year."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from prospective.analysis.annual import MAX_HORIZON, Annual, history
from prospective.analysis.backtest import bands, publish, rolling, treated
from prospective.analysis.conformal import LEVELS, calibrate

AHEAD = 15
COLUMNS = ["serie", "origine", "methode", "annee", "centre", "bas50", "haut50", "bas80", "haut80", "bas95", "haut95"]


def fingerprint(series: Annual) -> str:
    """Twelve characters that change when the values, the scale or the breaks of a series do."""
    values = series.values.dropna().sort_index()
    text = f"{series.scale} {sorted(series.breaks)} {list(zip(values.index.to_numpy(int).tolist(), values.to_numpy(float).tolist(), strict=True))}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def widths(published: pd.DataFrame, treatment: str = "toutes", until: int | None = None) -> pd.DataFrame:
    """Half-widths of the bands from past errors, those known by the year ``until`` only if it is given.

    Parameters
    ----------
    published : as returned by ``backtest.publish``.

    Returns
    -------
    DataFrame as returned by ``conformal.calibrate``.
    """
    rows = published[treated(published, treatment)]
    if until is not None:
        rows = rows[rows["annee"] <= until]
    return calibrate(rows["horizon"].to_numpy(int), rows["erreur"].to_numpy(float))


def project(published: pd.DataFrame, calibration: pd.DataFrame, origin: int | None = None) -> pd.DataFrame:
    """Path and bands of every series, from its last year, or from a given year for those that were known by then.

    Parameters
    ----------
    published : as returned by ``backtest.publish``.
    calibration : as returned by ``widths``.

    Returns
    -------
    DataFrame with columns serie, origine, methode, annee, centre, bas50, haut50, bas80, haut80, bas95, haut95, in the unit of
    the series; no band beyond ``MAX_HORIZON`` years, nor for a series that never moved.
    """
    start = published.groupby("serie")["origine"].transform("max") if origin is None else origin
    rows = published[published["origine"] == start].reset_index(drop=True)
    half = calibration[list(LEVELS)].reindex(rows["horizon"]).reset_index(drop=True)
    return pd.concat([rows, bands(rows, half)], axis="columns")[COLUMNS]


def project_one(series: Annual, calibration: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Project one series that no edition holds, with the bands of an edition.

    Returns
    -------
    The projection, as returned by ``project``; the table of its past forecasts, as returned by ``backtest.publish``.

    Raises
    ------
    NotProjectableError
        If the series is too short, misses years, gives one twice or leaves its scale.
    """
    history(series)
    published = publish(rolling([series], horizon=AHEAD))
    return project(published, calibration), published


def outlying(series: Annual) -> Iterable[tuple[int, float]]:
    """Years whose change is more than ten times the usual one: year, and how many times.

    The usual change is the median of the others in absolute value, on the modelling scale, breaks left out.
    """
    past = history(series)
    own = ~np.isin(past.years[1:], series.breaks)
    changes = np.abs(np.diff(past.levels))[own]
    for rank, year in enumerate(past.years[1:][own]):
        usual = float(np.median(np.delete(changes, rank))) if len(changes) > 1 else 0.0
        if usual > 0 and changes[rank] > 10 * usual:
            yield int(year), float(changes[rank] / usual)


def reach(origin: int) -> int:
    """The last year for which bands are given, from an origin."""
    return origin + MAX_HORIZON
