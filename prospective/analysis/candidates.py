"""What each method says of the years to come: the forecasts of a maintained library, never hand-written.

Methods (statsforecast, Garza et al., 2022): the naive method and the drift (Hyndman & Athanasopoulos, 2021,
*Forecasting: Principles and Practice*, 5.2); the dynamic optimised Theta method (Fiorucci et al., 2016, IJF 32);
exponential smoothing chosen by AICc (Hyndman et al., 2002, IJF 18); automatic ARIMA (Hyndman & Khandakar, 2008,
JSS 27), one moving-average term at most (an autoregressive one costs twice the time and gains nothing on M3), and from
``ARIMA_POINTS`` years only, because annual series are short; and the median of the last four, of three where there is no
ARIMA (Petropoulos & Svetunkov, 2020, IJF 36).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

QUICK = ("naive", "derive", "theta", "ets")
SLOW = ("arima",)
SINGLE = (*QUICK, *SLOW)
MEDIAN_OF = ("derive", "theta", "ets", "arima")
COMBINATION = "combinaison"
METHODS = (*SINGLE, COMBINATION)
LONG = 40
ARIMA_POINTS = 12


def forecasts(histories: Mapping[str, np.ndarray], horizon: int, jobs: int = 1) -> pd.DataFrame:
    """Forecast every history with every method.

    Parameters
    ----------
    histories : levels by id, oldest first, consecutive years; only the last ``LONG`` ones are learnt from.
    horizon : number of years ahead.
    jobs : number of processes.

    Returns
    -------
    DataFrame indexed by id and horizon (1…), columns ``METHODS``; arima is NaN under ``ARIMA_POINTS`` years. A history
    that never moves stays where it is, whatever the method.
    """
    index = pd.MultiIndex.from_product([list(histories), range(1, horizon + 1)], names=["id", "horizon"])
    table = pd.DataFrame(np.nan, index=index, columns=list(METHODS))
    moving = {key: levels[-LONG:] for key, levels in histories.items() if np.ptp(levels[-LONG:]) > 0}
    for key in histories.keys() - moving.keys():
        table.loc[key, :] = float(histories[key][-1])
    for models, chosen in ((QUICK, moving), (SLOW, {k: v for k, v in moving.items() if len(v) >= ARIMA_POINTS})):
        if chosen:
            found = _library(chosen, models, horizon, jobs)
            table.loc[found.index, list(models)] = found
    rows = table.index.get_level_values("id").isin(list(moving))
    table.loc[rows, COMBINATION] = table.loc[rows, list(MEDIAN_OF)].median(axis=1)
    return table


def _library(histories: Mapping[str, np.ndarray], methods: Sequence[str], horizon: int, jobs: int) -> pd.DataFrame:
    # Imported here: it takes more than a second, and most pages read projections made beforehand.
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA, AutoETS, DynamicOptimizedTheta, Naive, RandomWalkWithDrift

    models = {
        "naive": Naive(alias="naive"),
        "derive": RandomWalkWithDrift(alias="derive"),
        "theta": DynamicOptimizedTheta(season_length=1, alias="theta"),
        "ets": AutoETS(season_length=1, model="ZZN", alias="ets"),
        "arima": AutoARIMA(season_length=1, seasonal=False, max_p=0, max_q=1, alias="arima"),
    }
    # Dealt out by length, so that each process gets as much work as the others; ids are numbers since the library sorts.
    ordered = sorted(histories, key=lambda key: len(histories[key]))
    keys = [key for first in range(jobs) for key in ordered[first::jobs]]
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(len(keys)), [len(histories[key]) for key in keys]),
            "ds": np.concatenate([np.arange(len(histories[key])) for key in keys]),
            "y": np.concatenate([histories[key] for key in keys]),
        }
    )
    found = StatsForecast(models=[models[m] for m in methods], freq=1, n_jobs=min(jobs, len(keys))).forecast(
        df=frame, h=horizon
    )
    found.index = pd.MultiIndex.from_product([keys, range(1, horizon + 1)], names=["id", "horizon"])
    return found[list(methods)].astype(float)
