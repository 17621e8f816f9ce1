"""An annual series to project: its scale, its breaks, its missing years.

Every method works on what ``history`` gives: consecutive years, on the scale where increments add, chained across the
breaks. The chaining is that of a spliced index (Balk, 2008, *Price and Quantity Index Numbers*, CUP, ch. 6): the
increment that crosses a change of definition is unknown and takes the mean of the others, so that it weighs on no
slope; levels are those of the last definition.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MIN_POINTS = 8
MAX_HORIZON = 10


class NotProjectableError(ValueError):
    """A series that no method can project."""


class TooShortError(NotProjectableError):
    """A series with fewer than ``MIN_POINTS`` observed years."""


class GapError(NotProjectableError):
    """A series with fewer than ``MIN_POINTS`` years since its last missing year."""


class ScaleError(NotProjectableError):
    """A value that its scale cannot take: zero or less on a log scale, outside ]0, 100[ on a logit one."""


class DuplicateYearError(NotProjectableError):
    """A year given twice."""


@dataclass(frozen=True)
class Annual:
    """One annual series: its id, its observed values by year, its scale, the years in which a definition starts.

    ``group`` names the indicator: bands are judged on indicators left out of their calibration.
    """

    id: str
    group: str
    values: pd.Series
    scale: str = "lineaire"
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class History:
    """What is known of a series at an origin, on its modelling scale.

    ``years`` and ``levels`` (chained across breaks) are consecutive; ``step`` is the mean absolute yearly change on
    the modelling scale and ``unit_step`` in the unit, breaks left out; ``skipped`` says that years before a missing one
    were left out.
    """

    years: np.ndarray
    levels: np.ndarray
    step: float
    unit_step: float
    skipped: bool

    @property
    def origin(self) -> int:
        """The last year known."""
        return int(self.years[-1])


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


def history(series: Annual, until: int | None = None) -> History:
    """What a method may learn from: the years since the last missing one, up to ``until`` included.

    Raises
    ------
    DuplicateYearError, TooShortError, GapError, ScaleError
        If a year is given twice, if fewer than ``MIN_POINTS`` years are known, or are since the last missing one, or
        all on the other side of a break, or if a value leaves the scale.
    """
    values = series.values.dropna().sort_index()
    if values.index.has_duplicates:
        raise DuplicateYearError(f"{series.id}: a year is given twice")
    if until is not None:
        values = values.loc[:until]
    years = values.index.to_numpy(dtype=int)
    if len(years) < MIN_POINTS:
        raise TooShortError(f"{series.id}: {len(years)} years")
    holes = np.flatnonzero(np.diff(years) != 1)
    first = int(holes[-1]) + 1 if len(holes) else 0
    if len(years) - first < MIN_POINTS:
        raise GapError(f"{series.id}: {len(years) - first} years since the last missing one")
    years, raw = years[first:], values.to_numpy(dtype=float)[first:]
    levels = to_scale(raw, series.scale)
    across = np.isin(years[1:], series.breaks)
    if across.all():
        raise TooShortError(f"{series.id}: every year is a break")
    increments = np.diff(levels)
    own = increments[~across]
    # From the last level backwards: the levels of before a break move to the definition of after it.
    chained = np.where(across, own.mean(), increments)
    backwards = np.concatenate([[0.0], np.cumsum(chained[::-1])])[::-1]
    return History(
        years=years,
        levels=levels if not across.any() else levels[-1] - backwards,
        step=float(np.abs(own).mean()),
        unit_step=float(np.abs(np.diff(raw)[~across]).mean()),
        skipped=first > 0,
    )


def crossed(series: Annual, origin: int, years: np.ndarray) -> np.ndarray:
    """Tell which years have a break between the origin and them: their values are of another definition."""
    return np.array([any(origin < b <= year for b in series.breaks) for year in years], dtype=bool)
