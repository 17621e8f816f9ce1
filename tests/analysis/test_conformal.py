"""Split-conformal bands: ranks in exact arithmetic, and the guarantee on simulated errors."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.analysis.annual import MAX_HORIZON
from prospective.analysis.conformal import LEVELS, calibrate, leave_one_out

EXACT = dict(zip(LEVELS, (Fraction(1, 2), Fraction(4, 5), Fraction(19, 20)), strict=True))


def at(horizon: int, n: int) -> np.ndarray:
    return np.full(n, horizon)


def test_widths_worked_by_hand() -> None:
    # Nine errors 1 … 9: ceil(10 × 0.5) = 5th, ceil(10 × 0.8) = 8th, ceil(10 × 0.95) = 10th, which does not exist.
    table = calibrate(at(1, 9), np.array([9.0, 2, 7, 4, 5, 6, 3, 8, 1]))
    assert [table[column].loc[1] for column in (0.5, 0.8, "erreurs")] == [5, 8, 9]
    assert np.isnan(table[0.95].loc[1])
    assert list(table.index) == list(range(1, MAX_HORIZON + 1))
    assert table.loc[2:, list(LEVELS)].isna().all(axis=None)
    assert (table.loc[2:, "erreurs"] == 0).all()


@pytest.mark.parametrize("n", [*range(42), 59, 79, 99, 199, 399, 999])
def test_the_width_is_the_conformal_rank_in_exact_arithmetic(n: int) -> None:
    widths = calibrate(at(3, n), np.arange(n, 0, -1, dtype=float)).loc[3]
    for level, exact in EXACT.items():
        rank = ceil((n + 1) * exact)
        assert widths[level] == pytest.approx(rank if rank <= n else float("nan"), nan_ok=True)


def test_an_unknown_error_is_not_counted() -> None:
    table = calibrate(at(1, 4), np.array([1.0, np.nan, 2.0, 3.0]))
    assert table.loc[1, "erreurs"] == 3
    assert table[0.5].loc[1] == 2


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400))
def test_bands_never_shrink_with_horizon_nor_with_level(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    widths = calibrate(random.integers(1, MAX_HORIZON + 3, n), np.abs(random.standard_t(2, n)))[list(LEVELS)]
    for level in LEVELS:
        assert (widths[level].dropna().diff().dropna() >= 0).all()
    for _, row in widths.iterrows():
        assert (row.dropna().diff().dropna() >= 0).all()


def test_a_narrower_later_horizon_keeps_the_width_of_the_earlier_one() -> None:
    horizons = np.concatenate([at(1, 3), at(2, 3), at(3, 3)])
    table = calibrate(horizons, np.array([1.0, 5, 9, 1, 2, 3, 4, 7, 8]))
    assert table.loc[1:3, 0.5].tolist() == [5, 5, 7]


def test_a_level_is_never_narrower_than_a_lower_one() -> None:
    # Two errors at one year give a 50 % width alone; it holds at two years, where the 80 % width alone would be 4.
    horizons = np.concatenate([at(1, 2), at(2, 4)])
    table = calibrate(horizons, np.array([8.0, 9, 1, 2, 3, 4]))
    assert table[0.5].loc[1] == 9 and np.isnan(table[0.8].loc[1])
    assert table[0.5].loc[2] == table[0.8].loc[2] == 9


def test_a_width_is_not_carried_to_a_horizon_with_too_few_errors() -> None:
    table = calibrate(np.array([1, 1, 1, 3, 3, 3]), np.array([1.0, 5, 9, 1, 2, 3]))
    assert table[0.5].notna().tolist()[:4] == [True, False, True, False]
    assert table[0.5].loc[3] == 5


# An indicator is judged without its own errors


def test_an_indicator_is_judged_without_its_own_errors() -> None:
    # Wild errors are 10, calm ones 0.5: each is given the other's width.
    groups = np.array(["wild", "calm"] * 19)
    errors = np.where(groups == "wild", 10.0, 0.5)
    found = leave_one_out(groups, at(1, 38), errors)
    for level in LEVELS:
        assert found[level].tolist() == [0.5 if group == "wild" else 10.0 for group in groups]


def test_leaving_one_out_is_calibrating_on_the_others() -> None:
    random = np.random.default_rng(4)
    groups, horizons = random.choice(["a", "b", "c"], 300), random.integers(1, 13, 300)
    errors = random.exponential(1, 300)
    found = leave_one_out(groups, horizons, errors)
    assert len(found) == 300
    for rank in range(0, 300, 7):
        others = groups != groups[rank]
        widths = calibrate(horizons[others], errors[others])
        h = horizons[rank]
        expected = widths.loc[h, list(LEVELS)].tolist() if h <= MAX_HORIZON else [np.nan] * 3
        assert found.to_numpy()[rank].tolist() == pytest.approx(expected, nan_ok=True)


def test_a_lone_indicator_gets_no_width() -> None:
    assert leave_one_out(np.array(["a"] * 30), at(1, 30), np.arange(30.0)).isna().all(axis=None)


# The guarantee

LAWS: dict[str, Callable[[np.random.Generator, tuple[int, int]], np.ndarray]] = {
    "normal": lambda random, size: random.normal(0.3, 1, size),
    "heavy tails": lambda random, size: random.standard_t(2, size),
    "skewed": lambda random, size: random.exponential(1, size),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("n", [9, 24])
def test_the_80_percent_band_holds_80_percent_of_unseen_errors(law: str, n: int) -> None:
    """Exchangeable errors fall within the k-th smallest of n with probability k / (n + 1), whatever their law."""
    errors = np.abs(LAWS[law](np.random.default_rng(20_201_001), (400, n + 1)))
    widths = np.array([calibrate(at(1, n), row[:-1])[0.8].loc[1] for row in errors])
    share = float((errors[:, -1] <= widths).mean())
    assert share == pytest.approx(ceil((n + 1) * EXACT[0.8]) / (n + 1), abs=0.05)


def test_the_three_levels_hold_on_exchangeable_indicators_left_out() -> None:
    random = np.random.default_rng(11)
    groups = np.array([f"g{k % 20}" for k in range(4000)])
    errors = np.abs(random.standard_t(3, 4000))
    found = leave_one_out(groups, at(2, 4000), errors)
    for level in LEVELS:
        assert float((errors <= found[level]).mean()) == pytest.approx(level, abs=0.02)
