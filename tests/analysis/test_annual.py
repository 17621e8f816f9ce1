"""What every method works on: scales, chained breaks, missing years, refusals."""

from math import exp, log

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.analysis.annual import (
    MIN_POINTS,
    Annual,
    DuplicateYearError,
    GapError,
    NotProjectableError,
    ScaleError,
    TooShortError,
    crossed,
    from_scale,
    history,
    to_scale,
)

quick = settings(max_examples=60)
NAN = float("nan")


def annual(values: list[float], scale: str = "lineaire", breaks: tuple[int, ...] = (), first: int = 2000) -> Annual:
    years = range(first, first + len(values))
    return Annual("s", "g", pd.Series(values, index=years, dtype=float), scale, breaks)


# Scales


@pytest.mark.parametrize("scale", ["lineaire", "log", "logit"])
@quick
@given(values=st.lists(st.floats(0.01, 99.99), min_size=1, max_size=10))
def test_a_scale_is_undone_exactly(scale: str, values: list[float]) -> None:
    array = np.array(values)
    assert from_scale(to_scale(array, scale), scale) == pytest.approx(array, rel=1e-9)


def test_scales_have_their_textbook_values() -> None:
    assert to_scale(np.array([-1.0, 0.0, 2.5]), "lineaire") == pytest.approx([-1, 0, 2.5])
    assert to_scale(np.array([1.0, np.e]), "log") == pytest.approx([0, 1])
    assert to_scale(np.array([50.0, 75.0]), "logit") == pytest.approx([0, log(3)])
    assert from_scale(np.array([2.0]), "logit") == pytest.approx(100 / (1 + exp(-2)))
    assert from_scale(np.array([log(7.0)]), "log") == pytest.approx(7)


@pytest.mark.parametrize(
    ("scale", "value"), [("log", 0.0), ("log", -1.0), ("logit", 0.0), ("logit", 100.0), ("logit", 101.0)]
)
def test_a_value_outside_its_scale_is_refused(scale: str, value: float) -> None:
    with pytest.raises(ScaleError):
        history(annual([*[50.0] * 8, value], scale))
    history(annual([*[50.0] * 8, value]))


def test_a_value_outside_its_scale_is_not_seen_before_it_came() -> None:
    assert history(annual([*range(50, 58), -1.0], "log"), until=2007).origin == 2007


# What is known at an origin


def test_a_history_is_the_values_themselves_without_break_nor_gap() -> None:
    found = history(annual([3, 1, 4, 1, 5, 9, 2, 6]))
    assert found.years.tolist() == list(range(2000, 2008))
    assert found.levels.tolist() == [3, 1, 4, 1, 5, 9, 2, 6]
    assert found.step == found.unit_step == pytest.approx((2 + 3 + 3 + 4 + 4 + 7 + 4) / 7)
    assert (found.origin, found.skipped) == (2007, False)


def test_steps_are_measured_on_the_scale_and_in_the_unit() -> None:
    # Doubling each year: log 2 a year on the scale; 1 + 2 + … + 128 = 255 over 8 years in the unit.
    found = history(annual([2.0**k for k in range(9)], "log"))
    assert (found.step, found.unit_step) == pytest.approx((log(2), 255 / 8))
    assert found.levels == pytest.approx([k * log(2) for k in range(9)])


def test_until_hides_what_came_later() -> None:
    values: list[float] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]
    cut = history(annual(values, breaks=(2009,)), until=2007)
    alone = history(annual(values[:8]))
    assert cut.levels.tolist() == alone.levels.tolist()
    assert (cut.origin, cut.step) == (2007, alone.step)


def test_until_beyond_the_last_year_changes_nothing() -> None:
    assert history(annual(list(range(9))), until=2050).origin == 2008


def test_the_order_of_the_rows_does_not_matter() -> None:
    series = annual([3, 1, 4, 1, 5, 9, 2, 6, 5], breaks=(2004,))
    shuffled = Annual("s", "g", series.values.sample(frac=1, random_state=0), breaks=(2004,))
    assert list(shuffled.values.index) != list(series.values.index)
    assert history(shuffled).levels.tolist() == history(series).levels.tolist()


# Breaks


def test_the_increment_across_a_break_is_the_mean_of_the_others() -> None:
    # One more each year but the last, three; in 2004 a new definition adds 99. Mean of the others: (6 × 1 + 3) ÷ 7.
    found = history(annual([10, 11, 12, 13, 113, 114, 115, 116, 119], breaks=(2004,)))
    mean = 9 / 7
    assert found.levels[4:].tolist() == [113, 114, 115, 116, 119]
    assert found.levels[:4] == pytest.approx([113 - mean - 3, 113 - mean - 2, 113 - mean - 1, 113 - mean])
    assert (found.step, found.unit_step) == pytest.approx((mean, mean))


@quick
@given(
    values=st.lists(st.floats(1, 99), min_size=MIN_POINTS, max_size=25),
    breaks=st.sets(st.integers(2001, 2024), max_size=4),
    scale=st.sampled_from(["lineaire", "log", "logit"]),
)
def test_chaining_keeps_the_last_level_and_the_mean_of_the_increments_of_one_definition(
    values: list[float], breaks: set[int], scale: str
) -> None:
    found = history(annual(values, scale, tuple(breaks)))
    raw = to_scale(np.array(values), scale)
    own = [raw[k] - raw[k - 1] for k in range(1, len(raw)) if 2000 + k not in breaks]
    assert found.levels[-1] == raw[-1]
    # The drift of the chained history is the mean of the increments that cross no break.
    drift = (found.levels[-1] - found.levels[0]) / (len(raw) - 1)
    assert drift == pytest.approx(np.mean(own), rel=1e-9, abs=1e-9)
    assert found.step == pytest.approx(np.mean(np.abs(own)), rel=1e-9, abs=1e-12)
    for k in range(1, len(raw)):
        expected = np.mean(own) if 2000 + k in breaks else raw[k] - raw[k - 1]
        assert found.levels[k] - found.levels[k - 1] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("year", [1990, 2000, 2030])
def test_a_break_outside_the_series_changes_nothing(year: int) -> None:
    values: list[float] = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    assert history(annual(values, breaks=(year,))).levels.tolist() == values


def test_a_break_on_the_last_point_moves_the_past_to_the_last_level() -> None:
    found = history(annual([*range(8), 1000], breaks=(2008,)))
    assert found.levels == pytest.approx([*range(992, 1000), 1000])
    assert found.step == pytest.approx(1)


def test_a_series_cut_every_year_cannot_be_projected() -> None:
    with pytest.raises(TooShortError):
        history(annual(list(range(10)), breaks=tuple(range(2001, 2010))))


def test_a_year_is_across_a_break_that_starts_after_the_origin_and_by_that_year() -> None:
    years = np.arange(2003, 2009)
    for breaks, expected in (((), "000000"), ((2002,), "000000"), ((2003,), "111111"), ((2006,), "000111"), ((2005, 2008), "001111"), ((2009,), "000000")):  # fmt: skip
        found = crossed(annual([1.0] * 12, breaks=breaks), 2002, years)
        assert "".join(str(int(across)) for across in found) == expected


# Missing years


def test_only_the_years_since_the_last_missing_one_are_learnt_from() -> None:
    found = history(annual([70, 71, NAN, 3, 1, 4, NAN, 1, 5, 9, 2, 6, 5, 3, 5]))
    assert found.years.tolist() == list(range(2007, 2015))
    assert found.levels.tolist() == [1, 5, 9, 2, 6, 5, 3, 5]
    assert found.skipped


def test_a_missing_year_is_a_row_without_value_or_no_row() -> None:
    with_row = annual([1, 2, NAN, *range(8)])
    without = Annual("s", "g", with_row.values.drop(2002))
    assert history(with_row).years.tolist() == history(without).years.tolist() == list(range(2003, 2011))


def test_unknown_values_at_the_ends_are_not_missing_years() -> None:
    found = history(annual([NAN, *range(10), NAN]))
    assert (found.years[0], found.origin, found.skipped) == (2001, 2010, False)


def test_a_gap_too_near_the_end_is_refused_not_filled() -> None:
    with pytest.raises(GapError):
        history(annual([*range(20), NAN, *range(MIN_POINTS - 1)]))
    assert len(history(annual([*range(20), NAN, *range(MIN_POINTS)])).years) == MIN_POINTS


def test_a_gap_is_not_seen_before_it_came() -> None:
    found = history(annual([*range(9), NAN, *range(6)]), until=2009)
    assert (found.origin, found.skipped) == (2008, False)


# Refusals


def test_seven_years_are_too_short_and_eight_are_not() -> None:
    assert MIN_POINTS == 8
    with pytest.raises(TooShortError):
        history(annual(list(range(7))))
    assert len(history(annual(list(range(8)))).years) == 8
    with pytest.raises(TooShortError):
        history(annual(list(range(20))), until=2006)


@pytest.mark.parametrize("values", [[], [1.0], [NAN] * 12], ids=["empty", "one point", "all missing"])
def test_an_empty_series_is_too_short(values: list[float]) -> None:
    with pytest.raises(TooShortError):
        history(annual(values))


def test_a_year_given_twice_is_refused_whatever_its_values() -> None:
    for second in (3.0, 8.0):
        values = pd.Series([*range(9), second], index=[*range(2000, 2009), 2003], dtype=float)
        with pytest.raises(DuplicateYearError):
            history(Annual("s", "g", values))


def test_every_refusal_is_one_that_a_caller_may_catch() -> None:
    for kind in (TooShortError, GapError, ScaleError, DuplicateYearError):
        assert issubclass(kind, NotProjectableError)
