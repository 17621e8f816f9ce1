"""Watching hypotheses: states by hand, rates against scipy and against series drawn from their own band."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import multivariate_normal, norm

from prospective.analysis.annual import DuplicateYearError, ScaleError
from prospective.analysis.hypotheses import Future, band, score, update
from prospective.analysis.monitoring import (
    ABOVE,
    ALERT,
    BELOW,
    INSIDE,
    WARNING,
    ever_alarm_rate,
    false_alarm_rate,
    states,
    status,
    threshold_status,
)

COLUMNS = ["annee", "valeur", "etat", "cote", "score"]
H1 = Future("h1", 0.5, "lineaire", 2024, 100.0, 2030, 100.0, 112.0, 124.0)
H2 = Future("h2", 0.5, "lineaire", 2024, 100.0, 2030, 70.0, 82.0, 94.0)
PATHS = 40_000


def told(scores) -> str:
    """States as letters."""
    return "".join({INSIDE: "-", WARNING: "v", ALERT: "A"}[state] for state in states(np.array(scores)))


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], ""), ([0.0], "-"), ([1.5], "v"), ([-2.0], "A"), ([1.5, 0, 1.5], "v-v"), ([1.5, 1.5, 1.5], "vAA"),
        ([0, 1.5, -1.5], "-vA"), ([2.5, 1.5, 0], "AA-"), ([1.2815, 1.2816], "-v"), ([1.9599, 0, 1.96], "v-A"),
    ],
)  # fmt: skip
def test_states_by_hand(scores, expected):
    assert told(scores) == expected


def test_status_tells_each_observation_since_the_hypothesis_was_written():
    at = band(H1, 2026)
    beyond = (at.high80 + at.high95) / 2
    observed = pd.Series({2027: math.nan, 2026: beyond, 2024: -500.0, 2023: 999.0, 2025: 102.0, 2028: 60.0, 2031: 0.0})
    table = status(H1, observed)
    assert list(table.columns) == COLUMNS
    assert table["annee"].tolist() == [2025, 2026, 2028]
    assert table["etat"].tolist() == [INSIDE, WARNING, ALERT]
    assert table["cote"].tolist() == ["", ABOVE, BELOW]
    assert norm.cdf(table["score"].iloc[1]) == pytest.approx(norm.cdf((norm.ppf(0.9) + norm.ppf(0.975)) / 2))


@pytest.mark.parametrize("future", [H1, replace(H1, scale="log", high=140.0)], ids=["linear", "log two-piece"])
def test_the_bands_that_are_drawn_are_those_that_warn(future):
    for year in (2025, 2028, 2030):
        edges = band(future, year)
        for name, etat in (("low95", ALERT), ("low80", WARNING), ("high80", WARNING), ("high95", ALERT)):
            high = name.startswith("high")
            edge, side, away = getattr(edges, name), ABOVE if high else BELOW, 1e-6 if high else -1e-6
            beyond, within = (status(future, pd.Series({year: edge + d})).iloc[0] for d in (away, -away))
            assert (beyond["etat"], beyond["cote"]) == (etat, side)
            assert within["etat"] == (WARNING if etat == ALERT else INSIDE)
            assert within["cote"] == (side if etat == ALERT else "")


def test_nothing_to_judge_gives_an_empty_table():
    for observed in (pd.Series(dtype=float), pd.Series({2025: math.nan}), pd.Series({2024: 9.0, 2031: 9.0})):
        assert list(status(H1, observed).columns) == COLUMNS
        assert status(H1, observed).empty


def test_bad_observations_are_refused():
    with pytest.raises(ScaleError):
        status(replace(H1, scale="log"), pd.Series({2025: -2.0}))
    with pytest.raises(ScaleError):
        status(H1, pd.Series({2025: math.inf}))
    with pytest.raises(DuplicateYearError):
        status(H1, pd.Series([100.0, 101.0], index=[2025, 2025]))


# Thresholds -------------------------------------------------------------------------------------------


def test_a_threshold_crossed_once_is_a_vigilance_and_twice_running_an_alerte():
    values = pd.Series({2026: 11.0, 2024: 50.0, 2025: 10.0, 2027: 12.0, 2028: math.nan, 2029: 13.0, 2030: 9.0})
    table = threshold_status(values, "au_dessus", 10.0, since=2024)
    assert list(table.columns) == COLUMNS
    assert table["annee"].tolist() == [2025, 2026, 2027, 2029, 2030]
    assert table["etat"].tolist() == [INSIDE, WARNING, ALERT, ALERT, INSIDE]  # 10 is not above 10
    assert table["cote"].tolist() == ["", ABOVE, ABOVE, ABOVE, ""]
    assert table["score"].isna().all()
    mirrored = threshold_status(-values, "au_dessous", -10.0, since=2024)
    assert mirrored["etat"].tolist() == table["etat"].tolist()
    assert mirrored["cote"].tolist() == ["", BELOW, BELOW, BELOW, ""]
    assert threshold_status(pd.Series(dtype=float), "au_dessus", 10.0, 2024).empty
    with pytest.raises(ValueError):
        threshold_status(values, "signal", 10.0, 2024)
    with pytest.raises(DuplicateYearError):
        threshold_status(pd.Series([1.0, 2.0], index=[2025, 2025]), "au_dessus", 10.0, 2024)


# False alarms -----------------------------------------------------------------------------------------


def test_the_first_observation_is_outside_80_percent_once_in_five():
    assert false_alarm_rate(1) == pytest.approx((0.15, 0.05), abs=1e-12)
    assert ever_alarm_rate(1) == pytest.approx(0.05, abs=1e-12)


@pytest.mark.parametrize("k", [2, 3, 6, 25])
def test_false_alarms_against_the_bivariate_normal_of_scipy(k):
    correlation = math.sqrt((k - 1) / k)
    law = multivariate_normal([0, 0], [[1, correlation], [correlation, 1]])
    z80, z95 = norm.ppf(0.9), norm.ppf(0.975)

    def box(a: float, b: float, c: float, d: float) -> float:
        return float(law.cdf([b, d]) - law.cdf([a, d]) - law.cdf([b, c]) + law.cdf([a, c]))

    # Outside 80 % and inside 95 % now, on either side, less what was inside 80 % just before.
    ring = 2 * (norm.cdf(z95) - norm.cdf(z80))
    running = ring - 2 * box(z80, z95, -z80, z80)
    warning, alert = false_alarm_rate(k)
    assert alert == pytest.approx(0.05 + running, abs=1e-6)
    assert warning + alert == pytest.approx(0.2, abs=1e-12)


def test_the_chance_of_an_alerte_by_the_second_observation_against_scipy():
    z80, z95 = norm.ppf(0.9), norm.ppf(0.975)
    law = multivariate_normal([0, 0], [[1, math.sqrt(0.5)], [math.sqrt(0.5), 1]])

    def square(a: float, b: float) -> float:
        return float(law.cdf([a, b]) - law.cdf([-a, b]) - law.cdf([a, -b]) + law.cdf([-a, -b]))

    # No alerte: both inside 95 %, and not both outside 80 %.
    calm = square(z80, z95) + square(z95, z80) - square(z80, z80)
    assert ever_alarm_rate(2) == pytest.approx(1 - calm, abs=1e-6)


def test_rates_are_counted_from_the_first_observation():
    for rate in (false_alarm_rate, ever_alarm_rate):
        with pytest.raises(ValueError):
            rate(0)


def own_walks(future: Future, seed: int) -> np.ndarray:
    """Series drawn from their own band, a column per year, written here without the library.

    An ordinary walk W with standard normal steps; deviations from the median are W times the standard deviation of a
    year, that of the upper side while W is above 0 and of the lower side while it is below.
    """
    scales: dict[str, tuple[Callable[..., Any], Callable[[float], float]]] = {
        "lineaire": (lambda x: x, float), "log": (np.exp, math.log),
        "logit": (lambda x: 100 * expit(x), lambda v: math.log(v / (100 - v))),
    }  # fmt: skip
    back, to = scales[future.scale]
    start, low, centre, high = (to(v) for v in (future.anchor, future.low, future.centre, future.high))
    years = future.year - future.anchor_year
    walk = np.random.default_rng(seed).normal(size=(PATHS, years)).cumsum(axis=1)
    below, above = ((side / norm.ppf(0.9) / math.sqrt(years)) for side in (centre - low, high - centre))
    line = start + (centre - start) * np.arange(1, years + 1) / years
    return np.asarray(back(line + np.where(walk > 0, above, below) * walk))


OWN: dict[str, Future] = {
    "linear": H1,
    "log two-piece": Future("h1", 0.5, "log", 2025, 0.05, 2030, 0.4, 0.6, 1.4),
    "logit two-piece": Future("h1", 0.5, "logit", 2019, 31.3, 2030, 37.5, 40.0, 46.0),
}


@pytest.mark.parametrize("name", OWN)
def test_series_drawn_from_their_own_band_raise_alertes_at_the_nominal_rate(name):
    future = OWN[name]
    drawn = own_walks(future, seed=20261)
    years = range(future.anchor_year + 1, future.year + 1)
    scores = np.column_stack([score(future, year, drawn[:, n]) for n, year in enumerate(years)])
    found = states(scores)
    for k in range(1, len(years) + 1):
        nominal = false_alarm_rate(k)
        for state, rate in zip((WARNING, ALERT), nominal, strict=True):
            observed = (found[:, k - 1] == state).mean()
            assert 0.5 * rate <= observed <= 1.5 * rate  # what is promised
            assert observed == pytest.approx(
                rate, abs=5 * math.sqrt(rate / PATHS)
            )  # what is true: five standard errors
        ever = ever_alarm_rate(k)
        assert (found[:, :k] == ALERT).any(axis=1).mean() == pytest.approx(ever, abs=5 * math.sqrt(ever / PATHS))
    # One by one, as a page does, the same states.
    for path, expected in zip(drawn[:20], found[:20], strict=True):
        assert status(future, pd.Series(path, index=years))["etat"].tolist() == expected.tolist()


def test_a_regime_break_raises_an_alert_within_two_observations_and_moves_the_weights():
    # On the first hypothesis until 2026; from 2027 the series goes where the second one says.
    before = pd.Series({year: band(H1, year).centre for year in (2025, 2026)})
    after = pd.Series({year: band(H2, year).centre for year in (2027, 2028)})
    calm, broken = status(H1, before), status(H1, pd.concat([before, after]))
    assert calm["etat"].tolist() == [INSIDE, INSIDE]
    assert ALERT in broken["etat"].tolist()[2:4]
    assert broken["cote"].iloc[-1] == BELOW
    moved = update({"h1": 0.5, "h2": 0.5}, [H1, H2], pd.concat([before, after])).pivot(index="annee", columns="id")[
        "apres"
    ]
    assert moved.loc[2026, "h1"] > 0.5
    assert moved.loc[2028, "h1"] < moved.loc[2027, "h1"] < moved.loc[2026, "h1"]
    assert moved.loc[2028, "h2"] > 0.5


def test_a_break_inside_the_95_percent_band_is_an_alerte_the_second_year():
    edges = {year: band(H1, year) for year in (2025, 2026, 2027)}
    observed = pd.Series({y: (b.low80 + b.low95) / 2 if y > 2025 else b.centre for y, b in edges.items()})
    assert status(H1, observed)["etat"].tolist() == [INSIDE, WARNING, ALERT]


def test_one_outlier_is_one_alerte_and_the_next_year_starts_anew():
    observed = pd.Series({2025: 102.0, 2026: 1e15, 2027: band(H1, 2027).centre})
    table = status(H1, observed)
    assert table["etat"].tolist() == [INSIDE, ALERT, INSIDE]
    assert np.isfinite(table["score"]).all()


def test_observations_far_apart_are_less_alike_and_a_first_one_has_no_run() -> None:
    # Anchor 2019: seen for the first time in 2024, or in 2024 after 2020; the oracle is scipy's bivariate normal.
    assert false_alarm_rate(5, 0) == pytest.approx((0.15, 0.05), abs=1e-12)
    rho = (1 / 5) ** 0.5
    law = multivariate_normal(mean=[0, 0], cov=[[1, rho], [rho, 1]])

    def outside(a: float, b: float) -> float:
        """Chance that the last is between a and b and the one before outside the 80 % band."""
        z = norm.ppf(0.9)
        box = law.cdf([b, z]) - law.cdf([a, z]) - law.cdf([b, -z]) + law.cdf([a, -z])
        return float(norm.cdf(b) - norm.cdf(a) - box)

    running = 2 * outside(norm.ppf(0.9), norm.ppf(0.975))
    assert false_alarm_rate(5, 1)[1] == pytest.approx(0.05 + running, abs=1e-5)
    with pytest.raises(ValueError, match="counted"):
        false_alarm_rate(3, 3)
