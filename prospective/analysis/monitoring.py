"""Watching a hypothesis: does an observation leave its band, since when, and how often would chance alone do it.

Outside the 80 % band is a *vigilance*; outside the 95 % band, or outside the 80 % band at two observations running, is
an *alerte*: warning and action limits with a run rule, as in control charts (Western Electric, 1956, *Statistical
Quality Control Handbook*; Montgomery, 2012, *Introduction to Statistical Quality Control*, 7th ed., section 5.3.4).
"""

import math
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr

from prospective.analysis.hypotheses import Z80, Z95, Future, known, score

INSIDE, WARNING, ALERT = "dans la bande", "vigilance", "alerte"
ABOVE, BELOW = "dessus", "dessous"
COLUMNS = ["annee", "valeur", "etat", "cote", "score"]


def states(scores: np.ndarray) -> np.ndarray:
    """The state at each observation, from scores whose last axis is time: ``INSIDE``, ``WARNING`` or ``ALERT``."""
    outside = np.abs(scores) > Z80
    twice = outside.copy()
    twice[..., :1] = False
    twice[..., 1:] &= outside[..., :-1]
    return np.where(twice | (np.abs(scores) > Z95), ALERT, np.where(outside, WARNING, INSIDE))


def status(future: Future, observations: pd.Series) -> pd.DataFrame:
    """Where each observation since the hypothesis was written stands against its band.

    Parameters
    ----------
    observations : values in the unit, by year. Years up to the anchor, years after the horizon and missing values are
        left out; « twice running » is at two observations that follow one another, whatever the years between them.

    Returns
    -------
    DataFrame, oldest year first, with columns annee, valeur, etat, cote (``ABOVE``, ``BELOW``, or empty inside the
    80 % band) and score (standard deviations from the median).

    Raises
    ------
    ScaleError, DuplicateYearError
        If an observation is outside the scale or infinite, or if a year is observed twice.
    """
    values = known(observations)
    values = values[[future.speaks(int(year)) for year in values.index]]
    scores = np.array(
        [float(score(future, int(str(year)), np.array(value))) for year, value in values.items()], dtype=float
    )
    sides = np.where(scores > Z80, ABOVE, np.where(scores < -Z80, BELOW, ""))
    return _table(values, states(scores), sides, scores)


def threshold_status(
    values: pd.Series, rule: Literal["au_dessus", "au_dessous"], threshold: float, since: int
) -> pd.DataFrame:
    """Whether values have crossed a threshold since a year: once is a vigilance, twice running an alerte.

    A value equal to the threshold has not crossed it. A threshold has no distribution, hence no rate of false alarms.

    Parameters
    ----------
    values : in the unit, by year; years up to ``since`` and missing values are left out.

    Returns
    -------
    As ``status``; score is NaN, and cote is empty when the threshold is not crossed.

    Raises
    ------
    ValueError
        If the rule is neither ``au_dessus`` nor ``au_dessous``.
    ScaleError, DuplicateYearError
        If a value is infinite, or if a year is given twice.
    """
    if rule not in ("au_dessus", "au_dessous"):
        raise ValueError(f"no rule « {rule} »")
    found = known(values)
    found = found[found.index > since]
    level = found.to_numpy(dtype=float)
    crossed = level > threshold if rule == "au_dessus" else level < threshold
    # A crossing is a score between the two limits: one is a vigilance, two running an alerte.
    sides = np.where(crossed, ABOVE if rule == "au_dessus" else BELOW, "")
    return _table(found, states(np.where(crossed, (Z80 + Z95) / 2, 0.0)), sides, np.full(len(found), np.nan))


def _table(values: pd.Series, etats: np.ndarray, sides: np.ndarray, scores: np.ndarray) -> pd.DataFrame:
    columns = (values.index.to_numpy(dtype=int), values.to_numpy(dtype=float), etats, sides, scores)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def false_alarm_rate(elapsed: int, before: int | None = None) -> tuple[float, float]:
    """Chances that an observation is a vigilance, or an alerte, when the hypothesis is right.

    Observations follow the random walk of the band: the scores of the last one and of the one before are standard
    normal with correlation √(before / elapsed), whether or not the band is two-piece. The run rule is integrated over
    the last score by Gauss-Legendre quadrature.

    Parameters
    ----------
    elapsed : years from the anchor to the observation.
    before : years from the anchor to the observation before it; 0 when there is none, the year before by default.

    Raises
    ------
    ValueError
        Unless 0 <= before < elapsed.
    """
    before = elapsed - 1 if before is None else before
    if not 0 <= before < elapsed:
        raise ValueError("observations are counted from the year after the anchor, in order")
    beyond80, beyond95 = 2 * ndtr(-Z80), 2 * ndtr(-Z95)
    running = 0.0
    if before:
        correlation, rest = math.sqrt(before / elapsed), math.sqrt(1 - before / elapsed)
        at, weight = _nodes(Z80, Z95)
        earlier = ndtr((correlation * at - Z80) / rest) + ndtr((-correlation * at - Z80) / rest)
        running = 2 * float(weight @ (earlier * _normal(at)))  # both sides
    alert = float(beyond95) + running
    return float(beyond80) - alert, alert


def ever_alarm_rate(k: int) -> float:
    """Chance of at least one alerte in the first k yearly observations when the hypothesis is right.

    The law of the walk that has raised no alerte yet is carried from one observation to the next by quadrature
    (Armitage, McPherson & Rowe, 1969, "Repeated significance tests on accumulating data", *JRSS A* 132(2)).

    Raises
    ------
    ValueError
        If k is below 1.
    """
    if k < 1:
        raise ValueError("observations are counted from 1")
    # Seen from just before the first observation, the walk is at 0, inside.
    at, mass, calm = np.zeros(1), np.ones(1), np.ones(1, dtype=bool)
    for j in range(1, k + 1):
        root = math.sqrt(j)
        zones = [_nodes(root * a, root * b) for a, b in ((-Z95, -Z80), (-Z80, Z80), (Z80, Z95))]
        inside = np.repeat([False, True, False], len(zones[0][0]))
        nodes, weights = (np.concatenate(parts) for parts in zip(*zones, strict=True))
        step = _normal(nodes[:, None] - at) * mass
        step[~inside[:, None] & ~calm] = 0.0  # outside the 80 % band twice running: an alerte
        at, mass, calm = nodes, weights * step.sum(axis=1), inside
    return 1 - float(mass.sum())


def _nodes(low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of a quadrature between two ends."""
    at, weight = np.polynomial.legendre.leggauss(60)
    return (low + high) / 2 + (high - low) / 2 * at, (high - low) / 2 * weight


def _normal(at: np.ndarray) -> np.ndarray:
    """The standard normal density."""
    return np.asarray(np.exp(-0.5 * at**2) / math.sqrt(2 * math.pi))
