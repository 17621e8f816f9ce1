"""Growth of series that break: hand-worked cases and properties."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospective.analysis.evolution import growth
from prospective.model.indicator import stretch

positive = st.lists(st.floats(1, 1e6), min_size=2, max_size=12)


def yearly(values: list[float], first: int = 2014) -> pd.Series:
    return pd.Series(values, index=range(first, first + len(values)))


def test_the_jump_of_a_break_is_left_out() -> None:
    # 100 -> 110 (+10 %), then a new definition, 200 -> 190 (-5 %): 1.10 x 0.95 = 1.045.
    assert growth(yearly([100, 105, 110, 200, 190]), [2017]) == pytest.approx(4.5)


def test_a_stretch_of_one_year_neither_adds_nor_removes() -> None:
    assert growth(yearly([100, 120, 500]), [2016]) == pytest.approx(20)


@given(positive)
def test_without_a_break_only_the_ends_count(values: list[float]) -> None:
    assert growth(yearly(values)) == pytest.approx(100 * (values[-1] / values[0] - 1))


@given(positive, st.floats(0.1, 10), st.integers(2015, 2025))
def test_a_change_of_definition_that_rescales_all_that_follows_changes_nothing(
    values: list[float], factor: float, year: int
) -> None:
    series = yearly(values)
    rescaled = series.where(series.index < year, series * factor)
    assert growth(rescaled, [year]) == pytest.approx(growth(series, [year]), abs=1e-6)


@pytest.mark.parametrize("values", [[], [5.0], [0.0, 5.0]])
def test_no_growth_is_made_up(values: list[float]) -> None:
    assert pd.isna(growth(yearly(values)))


def test_stretches_are_numbered_from_the_first_break() -> None:
    assert [stretch(year, [2020, 2022]) for year in (2019, 2020, 2021, 2022)] == [0, 1, 1, 2]
