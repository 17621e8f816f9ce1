"""A first honest projection: random walk with drift, and conformal bands.

The central path is the drift method (Hyndman & Athanasopoulos, 2021, *Forecasting: Principles and Practice*,
3rd ed., OTexts, section 5.2). Bands come from split-conformal calibration (Vovk, Gammerman & Shafer, 2005,
*Algorithmic Learning in a Random World*; Lei et al., 2018, JASA 113): errors that the same method made at past
origins, pooled by horizon over a panel of series, each scaled by its own mean absolute yearly change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_POINTS = 8
MAX_HORIZON = 10
LEVELS = (0.5, 0.8, 0.95)


class TooShortError(ValueError):
    """A series with fewer than ``MIN_POINTS`` observed years."""


class GapError(ValueError):
    """A series with a missing year."""


class ScaleError(ValueError):
    """A value that its scale cannot take: zero or less on a log scale, outside ]0, 100[ on a logit one."""


@dataclass(frozen=True)
class Annual:
    """One annual series to project: its id, its values by year (observed only), its scale, its breaks.

    ``group`` names the indicator: calibration can leave out everything that measures the same thing.
    """

    id: str
    group: str
    values: pd.Series
    scale: str = "lineaire"
    breaks: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every year from the first to the last is there."""
        years = np.sort(self.values.dropna().index.to_numpy(dtype=int))
        return bool((np.diff(years) == 1).all())


def to_scale(values: np.ndarray, scale: str) -> np.ndarray:
    """Put values on the scale where increments add: ``lineaire``, ``log`` (> 0), ``logit`` (% in ]0, 100[).

    Raises
    ------
    ScaleError
        If a value is outside its scale.
    """
    if (scale != "lineaire" and (values <= 0).any()) or (scale == "logit" and (values >= 100).any()):
        raise ScaleError(f"a value is outside the {scale} scale")
    if scale == "log":
        return np.asarray(np.log(values))
    if scale == "logit":
        return np.asarray(np.log(values / (100.0 - values)))
    return np.asarray(values, dtype=float)


def from_scale(values: np.ndarray, scale: str) -> np.ndarray:
    """Undo ``to_scale``."""
    if scale == "log":
        return np.asarray(np.exp(values))
    if scale == "logit":
        return np.asarray(100.0 / (1.0 + np.exp(-values)))
    return np.asarray(values, dtype=float)


def _fit(levels: np.ndarray, across_break: np.ndarray) -> tuple[float, float]:
    """Drift and mean absolute yearly change, increments that cross a break left out."""
    increments = np.diff(levels)[~across_break]
    return float(increments.mean()), float(np.abs(increments).mean())


def _prepared(series: Annual) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not series.complete:
        raise GapError(f"{series.id}: a year is missing")
    values = series.values.dropna().sort_index()
    years = values.index.to_numpy(dtype=int)
    levels = to_scale(values.to_numpy(dtype=float), series.scale)
    return years, levels, np.isin(years[1:], series.breaks)


def errors_by_horizon(series: Annual) -> dict[int, list[float]]:
    """Scaled absolute errors of the drift method at every past origin, by horizon (1 to ``MAX_HORIZON``).

    An origin has at least ``MIN_POINTS`` years behind it; a target on the other side of a break is left out; an
    origin where the series never moved is left out (its scale is zero).
    """
    _, levels, across = _prepared(series)
    increments = np.where(across, 0.0, np.diff(levels))
    known = np.cumsum(~across)
    origins = np.arange(MIN_POINTS - 1, len(levels) - 1)
    if not len(origins):
        return {}
    seen = np.maximum(known[origins - 1], 1)
    drift = np.cumsum(increments)[origins - 1] / seen
    scale = np.cumsum(np.abs(increments))[origins - 1] / seen
    usable = (known[origins - 1] > 0) & (scale > 0)
    crossed = np.concatenate([[0], np.cumsum(across)])
    errors: dict[int, list[float]] = {}
    for h in range(1, MAX_HORIZON + 1):
        inside = usable & (origins + h < len(levels))
        inside[inside] = crossed[origins[inside] + h] == crossed[origins[inside]]
        start = origins[inside]
        found = np.abs(levels[start + h] - levels[start] - h * drift[inside]) / scale[inside]
        if len(found):
            errors[h] = found.tolist()
    return errors


@dataclass(frozen=True)
class Calibration:
    """Half-widths of the bands, in mean absolute yearly changes, by level and horizon; NaN where too few errors.

    ``widths``: DataFrame, index horizon 1…10, columns 0.5, 0.8, 0.95. ``counts``: errors behind each horizon.
    """

    widths: pd.DataFrame
    counts: pd.Series


def calibrate(panel: Iterable[Annual]) -> Calibration:
    """Pool the past errors of a panel into band half-widths.

    The quantile at level L of n errors is the ceil((n + 1) L)-th smallest one: the finite-sample correction of
    split-conformal prediction. Where n is too small for a level the width is NaN. Widths never shrink with horizon.
    """
    pooled: dict[int, list[float]] = {h: [] for h in range(1, MAX_HORIZON + 1)}
    for series in panel:
        for h, found in errors_by_horizon(series).items():
            pooled[h].extend(found)
    ordered = {h: np.sort(found) for h, found in pooled.items()}
    rows = {h: [_conformal_quantile(found, level) for level in LEVELS] for h, found in ordered.items()}
    widths = pd.DataFrame.from_dict(rows, orient="index", columns=list(LEVELS))
    return Calibration(
        widths.cummax(skipna=True).where(widths.notna()), pd.Series({h: len(e) for h, e in pooled.items()})
    )


def _conformal_quantile(errors: np.ndarray, level: float) -> float:
    """Quantile of sorted errors."""
    rank = int(np.ceil((len(errors) + 1) * level - 1e-12))
    return float(errors[rank - 1]) if 1 <= rank <= len(errors) else float("nan")


def _pooled(by_series: Sequence[dict[int, list[float]]], chosen: np.ndarray, horizon: int) -> np.ndarray:
    """The errors of the chosen series at one horizon."""
    parts = [found.get(horizon, []) for found, kept in zip(by_series, chosen, strict=True) if kept]
    return np.array([error for part in parts for error in part], dtype=float)


def project(series: Annual, calibration: Calibration, horizon: int) -> pd.DataFrame:
    """Project one series to a year.

    Parameters
    ----------
    series : at least ``MIN_POINTS`` consecutive observed years.
    horizon : last year projected.

    Returns
    -------
    DataFrame indexed by ``annee`` (from the year after the last observation), columns centre, bas50, haut50, bas80,
    haut80, bas95, haut95, in the unit of the series; bands are NaN beyond ``MAX_HORIZON`` years.

    Raises
    ------
    TooShortError, GapError, ScaleError
        If the series has fewer than ``MIN_POINTS`` years, misses one, or leaves its scale.
    """
    years, levels, across = _prepared(series)
    if len(years) < MIN_POINTS or across.all():
        raise TooShortError(f"{series.id}: {len(years)} years")
    drift, scale = _fit(levels, across)
    steps = np.arange(1, horizon - int(years[-1]) + 1)
    path = levels[-1] + steps * drift
    table = pd.DataFrame({"centre": from_scale(path, series.scale)}, index=pd.Index(years[-1] + steps, name="annee"))
    # A series that never moved says nothing of how far it may go: no band rather than a certain one.
    widths = calibration.widths.reindex(steps) * (scale if scale > 0 else float("nan"))
    for level in LEVELS:
        half = widths[level].to_numpy()
        table[f"bas{level * 100:.0f}"] = from_scale(path - half, series.scale)
        table[f"haut{level * 100:.0f}"] = from_scale(path + half, series.scale)
    return table


def coverage(panel: Sequence[Annual]) -> pd.DataFrame:
    """Share of past outcomes that fell inside the bands, each indicator judged with bands made from the others.

    Returns
    -------
    DataFrame indexed by level (0.5, 0.8, 0.95) with columns couverture (share) and n (outcomes judged).
    """
    groups = np.array([series.group for series in panel], dtype=str)
    by_series = [errors_by_horizon(series) for series in panel]
    inside: dict[float, list[bool]] = {level: [] for level in LEVELS}
    for group in np.unique(groups):
        # Widths never shrink with horizon, as in ``calibrate``; where errors are too few there is none.
        widest = dict.fromkeys(LEVELS, 0.0)
        for h in range(1, MAX_HORIZON + 1):
            mine, others = _pooled(by_series, groups == group, h), np.sort(_pooled(by_series, groups != group, h))
            for level in LEVELS:
                width = _conformal_quantile(others, level)
                if not np.isnan(width):
                    widest[level] = max(widest[level], width)
                    inside[level].extend(mine <= widest[level])
    return pd.DataFrame(
        {
            "couverture": {level: float(np.mean(hits)) if hits else float("nan") for level, hits in inside.items()},
            "n": {level: len(hits) for level, hits in inside.items()},
        }
    )
