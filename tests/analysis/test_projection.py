"""Projections against closed forms, cases worked by hand and simulations with a known answer."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, exp, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prospective.analysis.projection import (
    LEVELS,
    MAX_HORIZON,
    MIN_POINTS,
    Annual,
    Calibration,
    GapError,
    ScaleError,
    TooShortError,
    calibrate,
    coverage,
    errors_by_horizon,
    from_scale,
    project,
    to_scale,
)

quick = settings(max_examples=100)
BANDS = [f"{side}{level}" for level in (50, 80, 95) for side in ("bas", "haut")]


def annual(
    values: list[float], scale: str = "lineaire", breaks: tuple[int, ...] = (), first: int = 2000, group: str = "g",
    name: str = "s",
) -> Annual:  # fmt: skip
    years = range(first, first + len(values))
    return Annual(name, group, pd.Series(values, index=years, dtype=float), scale, breaks)


def with_error(error: float, name: str = "s", group: str = "g") -> Annual:
    """Nine years: a straight line of slope 1, then one value off by ``error``: its only scaled error."""
    return annual([*range(MIN_POINTS), MIN_POINTS + error], name=name, group=group)


def flat_bands(width: float) -> Calibration:
    """Bands of one width at every horizon and level."""
    horizons = range(1, MAX_HORIZON + 1)
    widths = pd.DataFrame(width, index=horizons, columns=list(LEVELS))
    return Calibration(widths, pd.Series(100, index=horizons))


# The central path


@quick
@given(st.lists(st.floats(-1e6, 1e6), min_size=MIN_POINTS, max_size=40), st.integers(1, 30))
def test_drift_continues_the_line_from_the_first_value_to_the_last(values: list[float], h: int) -> None:
    last = 2000 + len(values) - 1
    table = project(annual(values), flat_bands(1.0), last + h)
    expected = values[-1] + h * (values[-1] - values[0]) / (len(values) - 1)
    assert table["centre"].loc[last + h] == pytest.approx(expected, rel=1e-9, abs=1e-6)
    assert list(table.index) == list(range(last + 1, last + h + 1))


@quick
@given(st.lists(st.floats(1e-3, 1e6), min_size=MIN_POINTS, max_size=40), st.integers(1, 10))
def test_on_the_log_scale_drift_is_a_constant_rate(values: list[float], h: int) -> None:
    last = 2000 + len(values) - 1
    table = project(annual(values, "log"), flat_bands(1.0), last + h)
    rate = (values[-1] / values[0]) ** (1 / (len(values) - 1))
    assert table["centre"].loc[last + h] == pytest.approx(values[-1] * rate**h, rel=1e-9)


def test_on_the_logit_scale_odds_grow_at_a_constant_rate() -> None:
    # Odds double every year: 1/8, 1/4 … 16.
    odds = [2.0**k for k in range(-3, 5)]
    table = project(annual([100 * o / (1 + o) for o in odds], "logit"), flat_bands(1.0), 2009)
    assert table["centre"].to_list() == pytest.approx([100 * 32 / 33, 100 * 64 / 65])


@quick
@given(st.lists(st.floats(0.5, 99.5), min_size=MIN_POINTS, max_size=30), st.floats(0, 3))
def test_a_share_stays_between_0_and_100(values: list[float], width: float) -> None:
    last = 2000 + len(values) - 1
    table = project(annual(values, "logit"), flat_bands(width), last + MAX_HORIZON)
    assert ((table["centre"] > 0) & (table["centre"] < 100)).all()
    known = table[BANDS].dropna()  # a share that never moved has no band
    assert len(known) == MAX_HORIZON or np.ptp(values) < 1e-6
    assert ((known >= 0) & (known <= 100)).all(axis=None)


@pytest.mark.parametrize("scale", ["lineaire", "log", "logit"])
@quick
@given(values=st.lists(st.floats(0.01, 99.99), min_size=1, max_size=10))
def test_a_scale_is_undone_exactly(scale: str, values: list[float]) -> None:
    array = np.array(values)
    assert from_scale(to_scale(array, scale), scale) == pytest.approx(array, rel=1e-9)


def test_scales_have_their_textbook_values() -> None:
    assert to_scale(np.array([1.0, np.e]), "log") == pytest.approx([0, 1])
    assert to_scale(np.array([50.0, 75.0]), "logit") == pytest.approx([0, log(3)])
    assert from_scale(np.array([2.0]), "logit") == pytest.approx(100 / (1 + exp(-2)))


def test_values_that_were_not_observed_at_the_ends_are_left_out() -> None:
    series = annual([float("nan"), *range(10), float("nan")])
    assert project(series, flat_bands(1.0), 2012)["centre"].to_list() == pytest.approx([10, 11])


def test_the_order_of_the_rows_does_not_matter() -> None:
    series = annual([3, 1, 4, 1, 5, 9, 2, 6, 5])
    shuffled = Annual("s", "g", series.values.sample(frac=1, random_state=0))
    pd.testing.assert_frame_equal(project(series, flat_bands(1.0), 2012), project(shuffled, flat_bands(1.0), 2012))


def test_nothing_is_projected_before_the_last_observation() -> None:
    assert project(annual(list(range(10))), flat_bands(1.0), 2009).empty


# Breaks


def test_the_jump_of_a_break_is_not_a_trend() -> None:
    # One more each year; in 2004 a new definition adds 99.
    values: list[float] = [10, 11, 12, 13, 113, 114, 115, 116, 117]
    joined = project(annual(values), flat_bands(1.0), 2009).iloc[0]
    cut = project(annual(values, breaks=(2004,)), flat_bands(1.0), 2009).iloc[0]
    assert joined["centre"] == pytest.approx(117 + 107 / 8)
    assert cut["centre"] == pytest.approx(118)
    # The band too: mean absolute change is 1, not 107/8.
    assert (cut["bas80"], cut["haut80"]) == pytest.approx((117, 119))
    assert joined["haut80"] - joined["centre"] == pytest.approx(107 / 8)


def test_a_break_outside_the_series_changes_nothing() -> None:
    values: list[float] = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    for breaks in [(1990,), (2000,), (2030,)]:
        pd.testing.assert_frame_equal(
            project(annual(values, breaks=breaks), flat_bands(1.0), 2012),
            project(annual(values), flat_bands(1.0), 2012),
        )


def test_no_error_is_counted_across_a_break() -> None:
    # Ten years; only 2008 and 2009 have eight years behind an origin; 2009 starts a new definition.
    values: list[float] = [*range(8), 9, 1000]
    assert errors_by_horizon(annual(values, breaks=(2009,))) == {1: pytest.approx([1.0])}
    assert set(errors_by_horizon(annual(values))) == {1, 2}


def test_a_series_cut_every_year_cannot_be_projected() -> None:
    with pytest.raises(TooShortError):
        project(annual(list(range(10)), breaks=tuple(range(2001, 2010))), flat_bands(1.0), 2015)


# Refusals


def test_seven_years_are_too_short_and_eight_are_not() -> None:
    assert MIN_POINTS == 8
    with pytest.raises(TooShortError):
        project(annual(list(range(7))), flat_bands(1.0), 2015)
    assert len(project(annual(list(range(8))), flat_bands(1.0), 2015)) == 8


@pytest.mark.parametrize("values", [[], [1.0]])
def test_an_empty_series_is_too_short(values: list[float]) -> None:
    with pytest.raises(TooShortError):
        project(annual(values), flat_bands(1.0), 2015)


def test_a_missing_year_is_refused_not_filled() -> None:
    values: list[float] = [*range(6), float("nan"), *range(6)]
    with pytest.raises(GapError):
        project(annual(values), flat_bands(1.0), 2015)
    with pytest.raises(GapError):
        errors_by_horizon(annual(values))


@pytest.mark.parametrize(
    ("scale", "value"), [("log", 0.0), ("log", -1.0), ("logit", 0.0), ("logit", 100.0), ("logit", 101.0)]
)
def test_a_value_outside_its_scale_is_refused(scale: str, value: float) -> None:
    with pytest.raises(ScaleError):
        project(annual([*[50.0] * 8, value], scale), flat_bands(1.0), 2015)


# Past errors


def test_past_errors_worked_by_hand() -> None:
    # 0, 1 … 7, 9, 10. From 2007 (drift 1, scale 1): |9 − 8| and |10 − 9|. From 2008 (9/8, 9/8): |10 − 81/8| ÷ 9/8.
    found = errors_by_horizon(annual([*range(8), 9, 10]))
    assert found == {1: pytest.approx([1, 1 / 9]), 2: pytest.approx([1])}


def test_a_straight_line_was_never_wrong() -> None:
    found = errors_by_horizon(annual([3 + 0.5 * k for k in range(30)]))
    assert set(found) == set(range(1, MAX_HORIZON + 1))
    assert max(max(errors) for errors in found.values()) < 1e-9


def test_a_straight_line_still_gets_the_bands_of_the_panel() -> None:
    table = project(annual([2.0 * k for k in range(10)]), flat_bands(3.0), 2010)
    # Scale is the slope, 2: the half-width is 3 × 2 around 20.
    assert table.iloc[0].to_dict() == pytest.approx({"centre": 20.0} | {b: 14.0 if "bas" in b else 26.0 for b in BANDS})


def test_a_series_that_never_moved_teaches_nothing_about_errors() -> None:
    assert errors_by_horizon(annual([5.0] * 20)) == {}
    # It starts to count once it moves: 2019 is the first origin with a change behind it.
    assert errors_by_horizon(annual([*[5.0] * 19, 6.0, 6.0])) == {1: pytest.approx([1.0])}


@quick
@given(
    st.lists(st.floats(-100, 100), min_size=MIN_POINTS + 1, max_size=20), st.floats(0.01, 100), st.floats(-1000, 1000)
)
def test_errors_have_no_unit(values: list[float], times: float, plus: float) -> None:
    moves = np.abs(np.diff(values))
    assume(moves.min() > 1e-3)
    one, other = errors_by_horizon(annual(values)), errors_by_horizon(annual([plus + times * v for v in values]))
    assert one.keys() == other.keys()
    for h, errors in one.items():
        assert other[h] == pytest.approx(errors, rel=1e-4, abs=1e-6)


# Bands


def test_band_widths_worked_by_hand() -> None:
    # Nine errors 1 … 9: ceil(10 × 0.5) = 5th, ceil(10 × 0.8) = 8th, ceil(10 × 0.95) = 10th, which does not exist.
    found = calibrate([with_error(e) for e in (9, 2, 7, 4, 5, 6, 3, 8, 1)])
    assert found.counts.loc[1] == 9
    assert [found.widths[level].loc[1] for level in (0.5, 0.8)] == pytest.approx([5, 8])
    assert np.isnan(found.widths[0.95].loc[1])
    assert found.widths.loc[2:].isna().all(axis=None)
    assert (found.counts.loc[2:] == 0).all()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 8, 9, 18, 19, 20, 24, 39, 59, 99])
def test_the_width_is_the_conformal_rank_in_exact_arithmetic(n: int) -> None:
    widths = calibrate([with_error(e) for e in range(n, 0, -1)]).widths.loc[1]
    for level, exact in zip(LEVELS, (Fraction(1, 2), Fraction(4, 5), Fraction(19, 20)), strict=True):
        rank = ceil((n + 1) * exact)
        assert widths[level] == pytest.approx(rank if rank <= n else float("nan"), nan_ok=True)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(MIN_POINTS, 30))
def test_bands_never_shrink_with_horizon_nor_with_level(seed: int, n: int, years: int) -> None:
    random = np.random.default_rng(seed)
    widths = calibrate([annual(list(np.cumsum(random.standard_t(2, years)))) for _ in range(n)]).widths
    for level in LEVELS:
        assert (widths[level].dropna().diff().dropna() >= 0).all()
    for _, row in widths.iterrows():
        assert (row.dropna().diff().dropna() >= 0).all()


def test_a_width_is_not_carried_to_a_horizon_without_errors() -> None:
    # Ten years give horizons 1 and 2 only.
    widths = calibrate([annual([*range(8), 9, 10 + k]) for k in range(10)]).widths
    assert widths[0.5].loc[2] > 0
    assert widths.loc[3:].isna().all(axis=None)


def test_there_is_no_band_beyond_ten_years() -> None:
    table = project(annual(list(range(10))), flat_bands(1.0), 2009 + 15)
    assert MAX_HORIZON == 10
    assert table.loc[:2019, BANDS].notna().all(axis=None)
    assert table.loc[2020:, BANDS].isna().all(axis=None)
    assert table["centre"].notna().all()


@pytest.mark.parametrize("scale", ["lineaire", "log", "logit"])
def test_bands_are_nested_around_the_centre(scale: str) -> None:
    random = np.random.default_rng(3)
    panel = [annual(list(50 + np.cumsum(random.normal(0, 1, 25))), scale) for _ in range(40)]
    table = project(panel[0], calibrate(panel), 2034)
    ordered = table[["bas95", "bas80", "bas50", "centre", "haut50", "haut80", "haut95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered[:, 0] < ordered[:, 3]).all()


def test_a_series_that_never_moved_gets_no_band_rather_than_a_certain_one() -> None:
    table = project(annual([5.0] * 12), flat_bands(2.0), 2012)
    assert table["centre"].to_list() == pytest.approx([5])
    assert table[BANDS].isna().all(axis=None)


# The guarantee

LAWS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda random, n: random.normal(0.3, 1, n),
    "heavy tails": lambda random, n: random.standard_t(3, n),
    "skewed": lambda random, n: random.exponential(1, n),
}


@pytest.mark.parametrize("law", LAWS)
def test_the_80_percent_band_holds_80_percent_of_unseen_outcomes(law: str) -> None:
    """Split-conformal bands cover what they say on exchangeable series, whatever the law of their increments.

    Nine years each: a series used for calibration has exactly one origin, with the same past as those judged.
    """
    random = np.random.default_rng(20_201_001)
    walks = [LAWS[law](random, MIN_POINTS + 1).cumsum() for _ in range(4000)]
    calibration = calibrate(annual(list(walk)) for walk in walks[:2000])
    inside = []
    for walk in walks[2000:]:
        row = project(annual(list(walk[:-1])), calibration, 2000 + MIN_POINTS).iloc[0]
        inside.append(row["bas80"] <= walk[-1] <= row["haut80"])
    assert 0.76 <= np.mean(inside) <= 0.84


def test_coverage_of_a_panel_of_random_walks_is_what_the_bands_say() -> None:
    random = np.random.default_rng(7)
    panel = [annual(list(np.cumsum(random.normal(0.2, 1, 14))), group=f"g{k % 8}", name=f"s{k}") for k in range(400)]
    found = coverage(panel)
    assert found["couverture"].to_list() == pytest.approx(list(LEVELS), abs=0.04)
    assert (found["n"] == 400 * (6 + 5 + 4 + 3 + 2 + 1)).all()


def test_an_indicator_is_judged_without_its_own_errors() -> None:
    # Wild series are always off by 10, calm ones by 0.5. Judged with calm bands the wild are never inside; calm ones
    # always are, in wild bands. Were a group's own errors used, wild series would be inside at 80 %.
    wild = [with_error(10, f"w{k}", "wild") for k in range(19)]
    calm = [with_error(0.5, f"c{k}", "calm") for k in range(19)]
    found = coverage([*wild, *calm])
    assert found["couverture"].to_list() == [0.5, 0.5, 0.5]
    assert found["n"].to_list() == [38, 38, 38]


def test_a_lone_indicator_is_not_judged() -> None:
    found = coverage([with_error(e, f"s{e}") for e in range(1, 30)])
    assert (found["n"] == 0).all()
    assert found["couverture"].isna().all()
