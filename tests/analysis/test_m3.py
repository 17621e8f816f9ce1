"""The same code on a public competition, where the right answers are known and were not computed by us.

Half a minute of CPU, nearly all of it spent on ARIMA. Targets are judged on all 645 series. The publication rule is
given one earlier origin per series, six years before the end, where the project gives it up to fifteen: the bench
(``python -m bench.projections``) gives it all of them.
"""

import numpy as np
import pandas as pd
import pytest

from prospective.analysis.backtest import PUBLISHED, publish, rolling
from tests.analysis import m3

# Computed apart from this project, with another version of the library (statsforecast 2.1.1): sMAPE, MASE.
ELSEWHERE = {"derive": (16.790, 2.632), "theta": (15.787, 2.576), "ets": (16.190, 2.695), "arima": (16.716, 2.882)}


@pytest.fixture(scope="module")
def rolled() -> pd.DataFrame:
    """Forecasts of every series from six years before the last year shown, and from the last year shown."""
    values = m3.competition()
    earlier = rolling(m3.panel(values, 2 * m3.HORIZON), origins=0, horizon=m3.HORIZON)
    last = rolling(m3.panel(values), origins=0, horizon=m3.HORIZON)
    return m3.answered(pd.concat([earlier, last], ignore_index=True), values)


@pytest.fixture(scope="module")
def judged(rolled: pd.DataFrame) -> pd.DataFrame:
    return m3.final(publish(rolled))


@pytest.fixture(scope="module")
def found(judged: pd.DataFrame) -> pd.DataFrame:
    return m3.score_table(judged)


def test_every_series_of_the_competition_is_judged_on_six_years(judged: pd.DataFrame) -> None:
    assert len(judged) == 645 * 6
    assert (judged.groupby("serie")["horizon"].apply(list).map(tuple) == (1, 2, 3, 4, 5, 6)).all()
    assert judged[["reel", "pas_unite", PUBLISHED, "erreur"]].notna().all(axis=None)


def test_naive_gives_the_published_figures(found: pd.DataFrame) -> None:
    assert found["smape"]["naive"] == pytest.approx(17.880, abs=0.001)
    assert found["mase"]["naive"] == pytest.approx(3.172, abs=0.001)


@pytest.mark.parametrize("method", ELSEWHERE)
def test_candidates_are_as_good_as_others_found_them(found: pd.DataFrame, method: str) -> None:
    # Ours see the last 40 years only, and ARIMA fewer orders.
    assert (found["smape"][method], found["mase"][method]) == pytest.approx(ELSEWHERE[method], rel=0.02)


def test_the_combination_is_the_median_of_the_four_others(judged: pd.DataFrame) -> None:
    expected = np.median(judged[list(ELSEWHERE)].to_numpy(float), axis=1)
    np.testing.assert_allclose(judged["combinaison"].to_numpy(float), expected)


def test_what_is_published_beats_naive_by_ten_percent(found: pd.DataFrame) -> None:
    print(found.round(4))
    assert found["owa"][PUBLISHED] <= 0.90
    assert found["owa"]["combinaison"] <= 0.85


def test_the_choice_does_not_see_what_comes_after(rolled: pd.DataFrame, judged: pd.DataFrame) -> None:
    ahead = rolled["annee"] > rolled.groupby("serie")["origine"].transform("max")
    blind = rolled.assign(niveau=rolled["niveau"].mask(ahead), reel=rolled["reel"].mask(ahead))
    assert ahead.sum() == 645 * 6
    assert set(judged["methode"]) == {"naive", "combinaison"}
    pd.testing.assert_series_equal(m3.final(publish(blind))["methode"], judged["methode"])


@pytest.mark.parametrize("which", [0, 1])
def test_bands_hold_on_the_half_they_did_not_learn_from(judged: pd.DataFrame, which: int) -> None:
    both = m3.halves(m3.competition(), seed=2000)
    learnt, held_out = (judged[judged["serie"].isin(both[k])] for k in (which, 1 - which))
    assert not set(learnt["serie"]) & set(held_out["serie"])
    share = m3.covered(learnt, held_out)
    assert 0.90 <= share[0.95] <= 0.98
    assert 0.74 <= share[0.80] <= 0.86
    # Nor is the band too wide for next year and too narrow in six.
    for h in range(1, m3.HORIZON + 1):
        assert 0.70 <= m3.covered(learnt, held_out[held_out["horizon"] == h])[0.80] <= 0.90
