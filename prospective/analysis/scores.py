"""How wrong a forecast was: the scores of the M competitions, one value per forecast; averaging is the caller's.

Arrays have one value per forecast, unless told otherwise. An unknown value (NaN) gives an unknown score, except in
``coverage``.
"""

from typing import TypeVar

import numpy as np
import pandas as pd

Values = TypeVar("Values", float, np.ndarray, pd.Series)


def mae(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Absolute error, in the unit of the series."""
    return np.asarray(np.abs(actual - forecast))


def mase(actual: np.ndarray, forecast: np.ndarray, scale: np.ndarray | float) -> np.ndarray:
    """Absolute error over ``scale``, the mean absolute yearly change known at the origin (Hyndman & Koehler, 2006, IJF 22).

    Unknown where the scale is zero: a series that never moved has no yearly change to compare with.
    """
    return mae(actual, forecast) / _positive(scale)


def smape(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Symmetric absolute percentage error, 0 to 200 %, as in M3 and M4 (Makridakis & Hibon, 2000, IJF 16).

    Zero when both values are zero.
    """
    size = np.abs(actual) + np.abs(forecast)
    return np.asarray(200 * mae(actual, forecast) / np.where(size == 0, 1.0, size))


def owa(smape: Values, mase: Values, smape_naive: Values, mase_naive: Values) -> Values:
    """Overall weighted average: below 1, better than naive (Makridakis, Spiliotis & Assimakopoulos, 2020, IJF 36).

    From averages, not from single errors: the mean of sMAPE over that of the naive method, and of MASE over its own.
    """
    return (smape / smape_naive + mase / mase_naive) / 2


def msis(
    actual: np.ndarray, low: np.ndarray, high: np.ndarray, scale: np.ndarray | float, level: float
) -> np.ndarray:  # fmt: skip
    """Scaled interval score of bands that should hold ``level`` (0.95, say) of outcomes.

    The width, plus 2 / (1 - level) times what lies outside (Gneiting & Raftery, 2007, JASA 102), over ``scale`` as in
    ``mase`` (Makridakis et al., 2020).
    """
    outside = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return np.asarray(high - low + 2 / (1 - level) * outside) / _positive(scale)


def crps(actual: np.ndarray, quantiles: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Continuous ranked probability score from a few quantiles, in the unit: twice the mean pinball loss.

    Quantiles count alike, as in scoringrules: with few of them it compares forecasts, and is not the exact score.

    Parameters
    ----------
    quantiles : one row per forecast, one column per level; levels : in ]0, 1[ (Berrisch & Ziel, 2023, J. Econom. 237).
    """
    above = np.asarray(actual)[..., np.newaxis] - quantiles
    return np.asarray(2 * np.maximum(levels * above, (levels - 1) * above).mean(axis=-1))


def coverage(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Whether each value is in its band, ends included; False where something is unknown."""
    return np.asarray((low <= actual) & (actual <= high))


def _positive(scale: np.ndarray | float) -> np.ndarray:
    return np.where(np.asarray(scale) > 0, scale, np.nan)
