"""Hypotheses as distributions: their bands, their mixture, and how observations move their probabilities.

A quantified hypothesis gives three values at its horizon: low and high, the ends of its 80 % band, and centre, its
median. Between its anchor (the last point known when it was written) and its horizon it is read, on the modelling
scale of its indicator, as a two-piece normal distribution: the median goes in a straight line from the anchor to
centre, and the two standard deviations grow with the square root of the time elapsed, as those of a random walk.

The family is that of Wallis (2014), "The two-piece normal, binormal, or double Gaussian distribution: its origin and
rediscoveries", *Statistical Science* 29(1). Here each side holds half of the mass, so that low, centre and high are
exactly the quantiles 10, 50 and 90 %; the price is a density that jumps at the median when the two sides differ.

A path drawn from such a band is the image of an ordinary random walk W (W = 0 at the anchor, independent standard
normal yearly steps): at year t it is median(t) + s·W(t), where s is the standard deviation of one year, the upper one
while W > 0 and the lower one while W < 0. Every year its distribution is that of the band, and its score
W(t) / √(t − anchor) is that of a random walk: what ``monitoring.false_alarm_rate`` supposes.

A hypothesis says nothing before its anchor nor after its horizon: observations of those years are not held against it.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from prospective.analysis.annual import DuplicateYearError, ScaleError, from_scale, to_scale

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
Z80 = float(ndtri(0.9))
Z95 = float(ndtri(0.975))


@dataclass(frozen=True)
class Future:
    """A quantified hypothesis: its probability, its anchor, and its 80 % band at the horizon ``year``.

    ``anchor``, ``low``, ``centre`` and ``high`` are in the unit of the indicator, ``scale`` is its modelling scale
    (``lineaire``, ``log`` or ``logit``).

    Raises
    ------
    ValueError
        If the band has no width on either side (low < centre < high does not hold), if the anchor is not before the
        horizon, if a value is not finite, or if the probability is outside [0, 1].
    ScaleError
        If a value is outside the scale.
    """

    id: str
    probability: float
    scale: str
    anchor_year: int
    anchor: float
    year: int
    low: float
    centre: float
    high: float

    def __post_init__(self) -> None:
        values = np.array([self.anchor, self.low, self.centre, self.high], dtype=float)
        if not np.isfinite(values).all():
            raise ValueError(f"{self.id}: a value is not finite")
        if not self.low < self.centre < self.high:
            raise ValueError(f"{self.id}: low, centre and high must increase, each side of a band has a width")
        if not self.anchor_year < self.year:
            raise ValueError(f"{self.id}: the anchor ({self.anchor_year}) is not before the horizon ({self.year})")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"{self.id}: a probability is between 0 and 1")
        to_scale(values, self.scale)

    def speaks(self, year: int) -> bool:
        """Whether an observation of that year can be held against the hypothesis: after its anchor, up to its horizon."""
        return self.anchor_year < year <= self.year


class Band(NamedTuple):
    """The bands of a hypothesis in one year, in the unit."""

    low95: float
    low80: float
    centre: float
    high80: float
    high95: float


class Hole(NamedTuple):
    """A stretch of values, in the unit, that no hypothesis holds (``vide``) or that several do (``recouvrement``)."""

    kind: Literal["vide", "recouvrement"]
    low: float
    high: float
    ids: tuple[str, ...]


def _shape(future: Future, year: int) -> tuple[float, float, float]:
    """Median, lower and upper standard deviations in a year, on the modelling scale (both 0 at the anchor)."""
    if not future.anchor_year <= year <= future.year:
        raise ValueError(f"{future.id} says nothing of {year}: it goes from {future.anchor_year} to {future.year}")
    points = np.array([future.anchor, future.low, future.centre, future.high], dtype=float)
    anchor, low, centre, high = to_scale(points, future.scale).tolist()
    elapsed = (year - future.anchor_year) / (future.year - future.anchor_year)
    spread = math.sqrt(elapsed) / Z80
    return anchor + elapsed * (centre - anchor), spread * (centre - low), spread * (high - centre)


def quantile(future: Future, year: int, level: np.ndarray) -> np.ndarray:
    """Values, in the unit, below which the hypothesis puts the shares ``level`` (in ]0, 1[) in a year.

    Raises
    ------
    ValueError
        If the year is before the anchor or after the horizon.
    """
    return from_scale(_at(future, year, ndtri(level)), future.scale)


def _at(future: Future, year: int, score: np.ndarray) -> np.ndarray:
    """Values on the modelling scale that have these scores."""
    median, below, above = _shape(future, year)
    return median + np.where(score < 0, below, above) * score


def band(future: Future, year: int) -> Band:
    """The 80 and 95 % bands of a hypothesis in a year, from its anchor (where they are one point) to its horizon.

    Raises
    ------
    ValueError
        If the year is before the anchor or after the horizon.
    """
    found = from_scale(_at(future, year, np.array([-Z95, -Z80, 0.0, Z80, Z95])), future.scale)
    return Band(*found.tolist())


def score(future: Future, year: int, value: np.ndarray) -> np.ndarray:
    """How far values (in the unit) are from the median in a year, in standard deviations of their side.

    Under the hypothesis a score is a standard normal variable.

    Raises
    ------
    ValueError
        If the year is not after the anchor, or is after the horizon.
    ScaleError
        If a value is outside the scale.
    """
    return _score(future, year, to_scale(np.asarray(value, dtype=float), future.scale))[0]


def _score(future: Future, year: int, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of values on the modelling scale, and the standard deviation of the side each is on."""
    if not future.speaks(year):
        raise ValueError(f"{future.id} judges no value of {year}")
    median, below, above = _shape(future, year)
    deviation = np.where(level < median, below, above)
    return (level - median) / deviation, deviation


def cdf(future: Future, year: int, value: np.ndarray) -> np.ndarray:
    """Probability, under the hypothesis, of at most ``value`` (in the unit) in a year; errors as ``score``."""
    return np.asarray(ndtr(score(future, year, value)))


def log_density(future: Future, year: int, value: np.ndarray) -> np.ndarray:
    """Logarithm of the density at ``value`` (in the unit), the density being that on the modelling scale.

    At the median itself it is that of the upper side. Errors as ``score``.
    """
    found, deviation = _score(future, year, to_scale(np.asarray(value, dtype=float), future.scale))
    return np.asarray(-0.5 * found**2 - np.log(deviation) - 0.5 * math.log(2 * math.pi))


def paths(futures: Sequence[Future], until: int) -> pd.DataFrame:
    """The bands of each hypothesis, year by year, from its anchor to its horizon or to ``until`` if that is sooner.

    Returns
    -------
    DataFrame with columns id, annee, bas95, bas80, centre, haut80, haut95, in the unit.
    """
    rows = [
        (future.id, year, *band(future, year))
        for future in futures
        for year in range(future.anchor_year, min(until, future.year) + 1)
    ]
    return pd.DataFrame(rows, columns=["id", "annee", "bas95", "bas80", "centre", "haut80", "haut95"])


def _common_scale(futures: Sequence[Future]) -> str:
    scales = {future.scale for future in futures}
    if len(scales) != 1:
        raise ValueError(f"hypotheses to compare must have one scale, found {sorted(scales)}")
    return scales.pop()


def mixture(futures: Sequence[Future], year: int) -> pd.Series:
    """Quantiles of the mixture F = Σ p F_h of the hypotheses, their probabilities divided by their sum.

    What the hypotheses that are not quantified would give is not in it: it supposes that one of these happens. Each
    quantile lies between the smallest and the largest of those of the hypotheses, where it is found by bisection.

    Returns
    -------
    Series indexed by ``QUANTILES``, in the unit.

    Raises
    ------
    ValueError
        If there is no hypothesis with a probability above 0, if one says nothing of that year, or if scales differ.
    """
    weighed = [future for future in futures if future.probability > 0]
    if not weighed:
        raise ValueError("a mixture needs a hypothesis with a probability")
    scale = _common_scale(weighed)
    weights = np.array([future.probability for future in weighed])
    levels = np.array(QUANTILES)
    each = np.array([_at(future, year, ndtri(levels)) for future in weighed])
    low, high = each.min(axis=0), each.max(axis=0)
    for _ in range(60):  # 2⁻⁶⁰ of the bracket is beyond what a float can tell
        middle = (low + high) / 2
        share = weights @ [ndtr(_score(future, year, middle)[0]) for future in weighed] / weights.sum()
        low, high = np.where(share < levels, middle, low), np.where(share < levels, high, middle)
    return pd.Series(from_scale(high, scale), index=pd.Index(QUANTILES, name="quantile"), name="valeur")


def known(observations: pd.Series) -> pd.Series:
    """Observations (values by year) without the missing ones, oldest first.

    Raises
    ------
    DuplicateYearError
        If a year is given twice.
    ScaleError
        If a value is infinite.
    """
    found = observations.dropna().astype(float).sort_index()
    if found.index.has_duplicates:
        raise DuplicateYearError("a year is observed twice")
    if not np.isfinite(found.to_numpy()).all():
        raise ScaleError("an observation is infinite")
    return found


def update(
    probabilities: Mapping[str, float],
    futures: Sequence[Future],
    observations: pd.Series,
    temper: float = 0.5,
    floor: float = 0.01,
) -> pd.DataFrame:
    """Move the probabilities of the hypotheses of one variable with each observation: p ∝ p · f(y)^temper.

    f is the density of a hypothesis on the modelling scale in the year observed. Successive observations of one path
    are not independent, and no hypothesis is the exact law of the data: hence a likelihood raised to a power below 1
    (Bissiri, Holmes & Walker, 2016, "A general framework for updating belief distributions", *JRSS B* 78(5)).

    A hypothesis without a Future, or whose Future says nothing of the year, keeps its probability: the others share
    what they had together. None goes below ``floor``, or below what was stated for it if that was less: a hypothesis
    given for dead can come back, and one that was stated impossible stays so.

    Parameters
    ----------
    probabilities : what was stated, by hypothesis; sums to 1.
    futures : the quantified hypotheses among them, on one scale (their own ``probability`` is not read).
    observations : values in the unit, by year; missing ones are left out, as are the years of which no Future speaks.

    Returns
    -------
    DataFrame with columns annee, id, avant, apres: one row per year observed and hypothesis, oldest year first.

    Raises
    ------
    ValueError
        If probabilities do not sum to 1, if a Future is of no hypothesis, if scales differ, or if ``temper`` is below 0.
    ScaleError, DuplicateYearError
        If an observation is outside the scale or infinite, or if a year is observed twice.
    """
    if abs(sum(probabilities.values()) - 1) > 1e-9:
        raise ValueError("probabilities must sum to 1")
    if temper < 0:
        raise ValueError("temper must be 0 or more")
    for future in futures:
        if future.id not in probabilities:
            raise ValueError(f"{future.id} is a hypothesis without a probability")
    if futures:
        _common_scale(futures)
    now, rows = dict(probabilities), []
    for year, value in known(observations).items():
        speaking = [future for future in futures if future.speaks(int(str(year)))]
        if not speaking:
            continue
        before = now.copy()
        shares = np.array([now[future.id] for future in speaking])
        floors = np.array([min(floor, probabilities[future.id]) for future in speaking])
        fits = np.array([float(log_density(future, int(str(year)), np.array(value))) for future in speaking])
        moved = _reweighed(shares, temper * fits, floors)
        now |= {future.id: float(share) for future, share in zip(speaking, moved, strict=True)}
        rows += [(int(str(year)), name, before[name], now[name]) for name in now]
    return pd.DataFrame(rows, columns=["annee", "id", "avant", "apres"])


def _reweighed(shares: np.ndarray, log_factors: np.ndarray, floors: np.ndarray) -> np.ndarray:
    """Multiply shares by exp(log_factors), their sum kept, none below its floor (floors sum to no more than shares)."""
    if not shares.any():
        return shares
    alive = shares > 0
    weights = np.where(alive, shares * np.exp(log_factors - log_factors[alive].max(), where=alive, out=0 * shares), 0.0)
    held = np.zeros(len(shares), dtype=bool)
    while True:
        left = shares.sum() - floors[held].sum()
        moved = np.where(held, floors, left * weights / weights[~held].sum())
        below = ~held & (moved < floors - 1e-12)
        if not below.any():
            return moved
        held |= below


def holes(futures: Sequence[Future]) -> list[Hole]:
    """Gaps and overlaps between the [low, high] bands of the hypotheses at their horizon, from the lowest value up.

    Bands that only touch leave no gap and do not overlap. ``ids``, in alphabetical order, are the hypotheses that overlap, or
    those on either side of the gap.

    Raises
    ------
    ValueError
        If the hypotheses do not have one horizon.
    """
    if len({future.year for future in futures}) > 1:
        raise ValueError("bands are compared at one horizon")
    ends = sorted({end for future in futures for end in (future.low, future.high)})
    found = []
    for low, high in itertools.pairwise(ends):
        inside = sorted(future.id for future in futures if future.low <= low and high <= future.high)
        if len(inside) > 1:
            found.append(Hole("recouvrement", low, high, tuple(inside)))
        elif not inside:
            around = sorted(future.id for future in futures if future.high == low or future.low == high)
            found.append(Hole("vide", low, high, tuple(around)))
    return found
