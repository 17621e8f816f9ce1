"""Bands from errors really made: split-conformal calibration, pooled over a panel of series.

Vovk, Gammerman & Shafer (2005), *Algorithmic Learning in a Random World*; Lei et al. (2018), JASA 113. An error is
absolute, on the modelling scale, divided by the mean absolute yearly change that its series had shown by then, so
that errors of all series can be pooled, horizon by horizon.
"""

import numpy as np
import pandas as pd

from prospective.analysis.annual import MAX_HORIZON

LEVELS = (0.5, 0.8, 0.95)


def calibrate(horizons: np.ndarray, errors: np.ndarray) -> pd.DataFrame:
    """Pool scaled absolute errors into the half-widths of the bands.

    Parameters
    ----------
    horizons, errors : one value per error: years ahead (1…), scaled absolute error (NaN left out).

    Returns
    -------
    DataFrame indexed by horizon 1…``MAX_HORIZON``, columns 0.5, 0.8, 0.95 (half-widths, in mean absolute yearly
    changes) and ``erreurs`` (number of errors). The quantile at level L of n errors is the ceil((n + 1) L)-th smallest,
    the finite-sample correction of split-conformal prediction; NaN where n is too small. Widths never shrink with
    the horizon, nor with the level.
    """
    known = ~np.isnan(errors)
    rows = {}
    for h in range(1, MAX_HORIZON + 1):
        found = np.sort(errors[known & (horizons == h)])
        rows[h] = [*(_quantile(found, level) for level in LEVELS), len(found)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[*LEVELS, "erreurs"]).rename_axis("horizon")
    widths = table[list(LEVELS)]
    table[list(LEVELS)] = widths.cummax(skipna=True).where(widths.notna()).cummax(axis="columns")
    return table


def _quantile(ordered: np.ndarray, level: float) -> float:
    rank = int(np.ceil((len(ordered) + 1) * level - 1e-12))
    return float(ordered[rank - 1]) if 1 <= rank <= len(ordered) else float("nan")


def leave_one_out(groups: np.ndarray, horizons: np.ndarray, errors: np.ndarray) -> pd.DataFrame:
    """Half-widths for each error, from the errors of the other groups.

    Parameters
    ----------
    groups, horizons, errors : one value per error: its indicator, years ahead, scaled absolute error.

    Returns
    -------
    DataFrame of one row per error, in the same order, columns 0.5, 0.8, 0.95; NaN beyond ``MAX_HORIZON``.
    """
    found = np.full((len(errors), len(LEVELS)), np.nan)
    for group in np.unique(groups):
        mine = groups == group
        widths = calibrate(horizons[~mine], errors[~mine])[list(LEVELS)]
        found[mine] = widths.reindex(horizons[mine]).to_numpy()
    return pd.DataFrame(found, columns=list(LEVELS))
