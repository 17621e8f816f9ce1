"""Scores against two libraries that compute them on their own, and a case worked by hand."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import scoringrules
import utilsforecast.losses as library
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.analysis import scores

quick = settings(max_examples=30, deadline=None)
LEVELS = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
same = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)


class Case(NamedTuple):
    """Ten forecasts and what came; some values are zero, some forecasts exact, some outcomes at an end of their band."""

    actual: np.ndarray
    forecast: np.ndarray
    low: np.ndarray
    high: np.ndarray
    past: np.ndarray

    @property
    def scale(self) -> np.ndarray:
        """Mean absolute yearly change."""
        return np.abs(np.diff(self.past, axis=1)).mean(axis=1)

    def table(self) -> pd.DataFrame:
        """The forecasts as the library wants them, each a series of its own."""
        columns = {"y": self.actual, "m": self.forecast, "m-lo-80": self.low, "m-hi-80": self.high}
        return pd.DataFrame({"unique_id": range(10), "ds": 6, **columns})

    def past_table(self) -> pd.DataFrame:
        """The years before."""
        return pd.DataFrame({"unique_id": np.repeat(range(10), 6), "ds": np.tile(range(6), 10), "y": self.past.ravel()})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = 10.0 ** draw(st.integers(-3, 5))
    values = random.normal(draw(st.sampled_from([0.0, 3.0])), 1, (10, 10)) * size
    actual, forecast = values[:, 0], values[:, 1]
    low, high = np.sort(values[:, 2:4], axis=1).T
    actual[0] = forecast[0] = 0.0
    forecast[1] = actual[1]
    actual[2], actual[3] = low[2], high[3]
    return Case(actual, forecast, low, high, values[:, 4:])


@quick
@given(cases())
def test_point_scores_are_those_of_utilsforecast(case: Case) -> None:
    table = case.table()
    same(scores.mae(case.actual, case.forecast), library.mae(table, ["m"])["m"])
    expected = library.mase(table, ["m"], seasonality=1, train_df=case.past_table())["m"]
    same(scores.mase(case.actual, case.forecast, case.scale), expected)
    # The library's is between 0 and 1; that of the competitions between 0 and 200 %.
    same(scores.smape(case.actual, case.forecast), 200 * library.smape(table, ["m"])["m"])


@quick
@given(cases())
def test_band_scores_are_those_of_both_libraries(case: Case) -> None:
    table = case.table()
    inside = scores.coverage(case.actual, case.low, case.high)
    assert inside[2] and inside[3]  # ends are inside
    np.testing.assert_array_equal(inside, library.coverage(table, ["m"], 80)["m"])
    winkler = library.winkler_score(table, ["m"], 80)["m"]
    same(scores.msis(case.actual, case.low, case.high, case.scale, 0.8), winkler / case.scale)
    for level in (0.5, 0.8, 0.95):
        interval = scoringrules.interval_score(case.actual, case.low, case.high, 1 - level)
        same(scores.msis(case.actual, case.low, case.high, case.scale, level), interval / case.scale)


@quick
@given(cases(), st.integers(0, 2**32 - 1))
def test_crps_is_that_of_both_libraries(case: Case, seed: int) -> None:
    spread = np.abs(case.actual).max()
    fan = np.sort(np.random.default_rng(seed).normal(case.actual[:, np.newaxis], spread, (10, len(LEVELS))))
    found = scores.crps(case.actual, fan, LEVELS)
    same(found, scoringrules.crps_quantile(case.actual, fan, LEVELS))
    names = [f"q{k}" for k in range(len(LEVELS))]
    table = case.table()[["unique_id", "ds", "y"]].join(pd.DataFrame(fan, columns=names))
    same(found, 2 * library.mqloss(table, {"m": names}, LEVELS).sort_values("unique_id")["m"])


def test_scores_worked_by_hand() -> None:
    # 12 was forecast, 8 came; the series moved by 2 a year; the 80 % band was [9, 15].
    actual, forecast, low, high = (np.array([v]) for v in (8.0, 12.0, 9.0, 15.0))
    assert scores.mae(actual, forecast) == 4
    assert scores.mase(actual, forecast, 2.0) == 2
    assert scores.smape(actual, forecast) == 40  # 200 x 4 / 20
    assert scores.msis(actual, low, high, 2.0, 0.8) == pytest.approx((6 + 10 * 1) / 2)
    assert not scores.coverage(actual, low, high)
    # Pinball: 0.1 level at 9: 0.9 x 1; 0.5 at 12: 0.5 x 4; 0.9 at 15: 0.1 x 7. Twice the mean.
    fan = np.array([[9.0, 12.0, 15.0]])
    assert scores.crps(actual, fan, np.array([0.1, 0.5, 0.9])) == pytest.approx(2 * (0.9 + 2 + 0.7) / 3)
    assert scores.owa(15.0, 2.0, 20.0, 2.5) == pytest.approx((0.75 + 0.8) / 2)


def test_a_series_that_never_moved_has_no_scaled_score() -> None:
    one = np.array([1.0, 1.0])
    scale = np.array([0.0, 2.0])
    np.testing.assert_array_equal(scores.mase(one, one + 1, scale), [np.nan, 0.5])
    np.testing.assert_array_equal(scores.msis(one, one - 1, one + 1, scale, 0.8), [np.nan, 1.0])


def test_what_is_unknown_stays_unknown() -> None:
    unknown, one = np.array([np.nan]), np.array([1.0])
    assert np.isnan(scores.mae(unknown, one)) and np.isnan(scores.smape(unknown, one))
    assert np.isnan(scores.mase(one, unknown, 1.0)) and np.isnan(scores.mase(one, one, np.nan))
    assert np.isnan(scores.msis(one, unknown, one, 1.0, 0.8))
    assert np.isnan(scores.crps(one, np.array([[0.0, np.nan]]), np.array([0.2, 0.8])))
    assert not scores.coverage(one, unknown, one)
