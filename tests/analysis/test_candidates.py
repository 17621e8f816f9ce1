"""Forecasts of the library against closed forms, a published example and another library."""

from itertools import product
from statistics import median

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # type: ignore[import-untyped]

from prospective.analysis.candidates import ARIMA_POINTS, COMBINATION, LONG, MEDIAN_OF, METHODS, SINGLE, forecasts

# Oil production of Saudi Arabia, 1996-2013, Mt (Hyndman & Athanasopoulos, 2018, Forecasting: Principles and Practice, 7.1).
OIL = [445.36, 453.20, 454.41, 422.38, 456.04, 440.39, 425.19, 486.21, 500.43, 521.28, 508.95, 488.89, 509.87, 456.72, 473.82,
       525.95, 549.83, 542.34]  # fmt: skip


@pytest.fixture(scope="module")
def walks() -> dict[str, np.ndarray]:
    """Histories whose names are not in the order in which the library sorts them."""
    random = np.random.default_rng(1)
    lengths = {"b": 25, "10": 12, "a@x:2009": 8, "9": 55}
    return {name: 100 + random.normal(1, 2, n).cumsum() for name, n in lengths.items()}


@pytest.fixture(scope="module")
def found(walks: dict[str, np.ndarray]) -> pd.DataFrame:
    return forecasts(walks, 6)


def test_every_history_is_forecast_by_every_method_in_the_order_given(
    walks: dict[str, np.ndarray], found: pd.DataFrame
) -> None:
    assert tuple(found.columns) == METHODS == (*SINGLE, COMBINATION)
    assert list(found.index) == list(product(walks, range(1, 7)))
    assert found.drop(columns="arima").notna().all(axis=None)


def test_there_is_no_arima_under_twelve_years(walks: dict[str, np.ndarray], found: pd.DataFrame) -> None:
    assert ARIMA_POINTS == 12
    for name, levels in walks.items():
        assert found["arima"].loc[name].notna().all() == (len(levels) >= 12)
        assert found["arima"].loc[name].isna().all() == (len(levels) < 12)


def test_naive_stays_at_the_last_value(walks: dict[str, np.ndarray], found: pd.DataFrame) -> None:
    for name, levels in walks.items():
        assert found["naive"].loc[name].tolist() == pytest.approx([levels[-1]] * 6)


def test_drift_continues_the_line_from_the_first_value_to_the_last(
    walks: dict[str, np.ndarray], found: pd.DataFrame
) -> None:
    for name, levels in walks.items():
        learnt = levels[-40:]
        slope = (learnt[-1] - learnt[0]) / (len(learnt) - 1)
        assert found["derive"].loc[name].tolist() == pytest.approx([learnt[-1] + h * slope for h in range(1, 7)])


def test_the_combination_is_the_median_of_the_four_methods_that_move(found: pd.DataFrame) -> None:
    assert set(MEDIAN_OF) == {"derive", "theta", "ets", "arima"}
    for row in found.drop(index="a@x:2009", level="id").to_dict("records"):
        assert row["combinaison"] == pytest.approx(median([row["derive"], row["theta"], row["ets"], row["arima"]]))
    for row in found.loc[["a@x:2009"]].to_dict("records"):
        assert row["combinaison"] == pytest.approx(median([row["derive"], row["theta"], row["ets"]]))


def test_neither_the_order_of_the_histories_nor_a_second_run_changes_anything(
    walks: dict[str, np.ndarray], found: pd.DataFrame
) -> None:
    again = forecasts(dict(sorted(walks.items())), 6)
    assert list(again.index) != list(found.index)
    pd.testing.assert_frame_equal(again.reindex(found.index), found, check_exact=True)


def test_the_number_of_processes_changes_nothing(walks: dict[str, np.ndarray], found: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(forecasts(walks, 6, jobs=3), found, check_exact=True)


def test_a_long_history_is_forecast_from_its_last_forty_years(
    walks: dict[str, np.ndarray], found: pd.DataFrame
) -> None:
    assert LONG == 40 < len(walks["9"])
    cut = forecasts({"9": walks["9"][-40:]}, 6)
    pd.testing.assert_frame_equal(cut, found.loc[["9"]], check_exact=True)


def test_exponential_smoothing_gives_the_published_forecast() -> None:
    # Table 7.1 of the book: 542.68 at every horizon.
    found = forecasts({"oil": np.array(OIL)}, 3)
    assert found["ets"].to_list() == pytest.approx([542.68] * 3, abs=0.005)


def test_exponential_smoothing_is_that_of_another_library(walks: dict[str, np.ndarray], found: pd.DataFrame) -> None:
    """statsmodels fits the same family, one model at a time; ours is the one of least AICc."""
    for name in ("b", "10"):
        fits = [
            ETSModel(walks[name], error=error, trend=trend, damped_trend=damped).fit(disp=False)
            for error, (trend, damped) in product(("add", "mul"), ((None, False), ("add", False), ("add", True)))
        ]
        best = min(fits, key=lambda fit: fit.aicc)
        assert found["ets"].loc[name].to_numpy() == pytest.approx(best.forecast(6), rel=1e-3)


def test_a_straight_line_is_continued() -> None:
    found = forecasts({"up": 3 + 2 * np.arange(20.0)}, 5)
    expected = [3 + 2 * k for k in range(20, 25)]
    for method in ("derive", "ets", "arima", COMBINATION):
        assert found[method].to_list() == pytest.approx(expected, rel=1e-6)
    assert found["theta"].to_list() == pytest.approx(expected, rel=1e-2)
    assert found["naive"].to_list() == [41] * 5


def test_a_history_that_never_moves_stays_where_it_is() -> None:
    still = {
        "zero": np.zeros(9),
        "flat": np.full(12, 5.25),
        "calmed": np.concatenate([np.arange(20.0), np.full(40, 7.0)]),
    }
    found = forecasts(still, 4)
    for name, value in (("zero", 0.0), ("flat", 5.25), ("calmed", 7.0)):
        assert (found.loc[[name]] == value).all(axis=None)


def test_nothing_to_forecast_gives_a_table_without_rows() -> None:
    found = forecasts({}, 5)
    assert len(found) == 0
    assert tuple(found.columns) == METHODS
