"""Projections to come: from the last year and from a past one, their bands, what a stored one is recognised by."""

import numpy as np
import pandas as pd
import pytest

from prospective.analysis import backtest
from prospective.analysis.annual import (
    MAX_HORIZON,
    MIN_POINTS,
    Annual,
    DuplicateYearError,
    GapError,
    NotProjectableError,
    ScaleError,
    TooShortError,
)
from prospective.analysis.backtest import publish, rolling
from prospective.analysis.candidates import METHODS
from prospective.analysis.conformal import LEVELS
from prospective.analysis.projection import (
    AHEAD,
    COLUMNS,
    fingerprint,
    outlying,
    project,
    project_one,
    reach,
    widths,
)

NAN = float("nan")
BANDS = ["bas95", "bas80", "bas50", "haut50", "haut80", "haut95"]
ORDERED = [*BANDS[:3], "centre", *BANDS[3:]]


def annual(
    values: list[float], scale: str = "lineaire", breaks: tuple[int, ...] = (), first: int = 2000, name: str = "s"
) -> Annual:
    years = range(first, first + len(values))
    return Annual(name, f"g-{name}", pd.Series(values, index=years, dtype=float), scale, breaks)


def flat(width: float) -> pd.DataFrame:
    """Half-widths of one size at every horizon and level."""
    return pd.DataFrame(width, index=range(1, MAX_HORIZON + 1), columns=list(LEVELS))


@pytest.fixture(scope="module")
def panel() -> list[Annual]:
    """A series of each scale, one with a new definition, one that never moved; thirteen years each."""
    random = np.random.default_rng(8)
    walks = [50 + random.normal(0.3, 1.5, 13).cumsum() for _ in range(3)]
    return [
        annual(list(walks[0]), name="line", breaks=(2006,)), annual(list(walks[1]), "log", name="log"),
        annual(list(np.clip(90 + walks[2] - 50, 85, 99.5)), "logit", name="share"), annual([5.0] * 13, name="still"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def published(panel: list[Annual]) -> pd.DataFrame:
    return publish(rolling(panel, horizon=AHEAD))


# From the last year


def test_every_series_is_projected_from_its_last_year_for_fifteen_years(published: pd.DataFrame) -> None:
    table = project(published, flat(1.0))
    assert list(table.columns) == COLUMNS
    assert AHEAD == 15
    assert (table.groupby("serie")["annee"].apply(list).map(tuple) == tuple(range(2013, 2028))).all()
    assert set(table["serie"]) == {"line", "log", "share", "still"}
    assert (table["origine"] == 2012).all()


def test_the_centre_is_the_forecast_published_back_in_the_unit(panel: list[Annual], published: pd.DataFrame) -> None:
    table = project(published, flat(1.0)).set_index("serie")
    for name, back in (("line", lambda x: x), ("log", np.exp), ("share", lambda x: 100 / (1 + np.exp(-x)))):
        mine = published[(published["serie"] == name) & (published["origine"] == 2012)]
        method = mine["methode"].iloc[0]
        assert table["centre"].loc[name].to_numpy() == pytest.approx(back(mine[method].to_numpy(float)))
    assert (table["centre"].loc["still"] == 5).all()


def test_there_is_no_band_beyond_ten_years(published: pd.DataFrame) -> None:
    table = project(published, flat(1.0))
    table = table[table["serie"] != "still"]
    assert MAX_HORIZON == 10 and reach(2012) == 2022
    assert table.loc[table["annee"] <= 2022, BANDS].notna().all(axis=None)
    assert table.loc[table["annee"] > 2022, BANDS].isna().all(axis=None)
    assert table["centre"].notna().all()


def test_a_series_that_never_moved_gets_no_band_rather_than_a_certain_one(published: pd.DataFrame) -> None:
    table = project(published, flat(2.0))
    assert table.loc[table["serie"] == "still", BANDS].isna().all(axis=None)


def test_a_band_is_so_many_yearly_changes_on_each_side(panel: list[Annual], published: pd.DataFrame) -> None:
    table = project(published, flat(2.0)).set_index("serie")
    values = panel[0].values.to_numpy()
    own = np.delete(np.abs(np.diff(values)), 5)  # the change of 2006 crosses a break
    half = 2 * own.mean()
    line = table.loc["line"].head(10)
    assert (line["haut80"] - line["centre"]).to_numpy() == pytest.approx([half] * 10)
    assert (line["centre"] - line["bas80"]).to_numpy() == pytest.approx([half] * 10)
    ratio = np.exp(2 * np.abs(np.diff(np.log(panel[1].values.to_numpy()))).mean())
    logs = table.loc["log"].head(10)
    assert (logs["haut50"] / logs["centre"]).to_numpy() == pytest.approx([ratio] * 10)


@pytest.mark.parametrize("width", [0.5, 3.0, 30.0])
def test_bands_are_nested_and_a_share_stays_between_0_and_100(published: pd.DataFrame, width: float) -> None:
    half = flat(width) * [1, 2, 3]
    table = project(published, half)
    ordered = table.loc[(table["serie"] != "still") & (table["annee"] <= 2022), ORDERED].to_numpy(float)
    assert (np.diff(ordered, axis=1) >= 0).all()
    share = table.loc[(table["serie"] == "share") & (table["annee"] <= 2022), ORDERED].to_numpy(float)
    assert ((share >= 0) & (share <= 100)).all()
    centre = table.loc[table["serie"] == "share", "centre"]
    assert ((centre > 0) & (centre < 100)).all()
    assert (table.loc[table["serie"] == "log", ORDERED].dropna() > 0).all(axis=None)


def test_a_straight_line_is_continued_with_the_bands_of_the_panel() -> None:
    table, _ = project_one(annual([2.0 * k for k in range(10)]), flat(3.0))
    # The mean absolute change is 2: the half-width is 3 × 2 around 20.
    assert table["methode"].iloc[0] == "combinaison"
    assert table["centre"].to_list()[:2] == pytest.approx([20, 22], abs=0.01)
    assert (table["haut80"] - table["centre"]).to_list()[:10] == pytest.approx([6] * 10)


def test_a_break_on_the_last_point_is_projected_from_it() -> None:
    table, _ = project_one(annual([*range(9), 1000], breaks=(2009,)), flat(1.0))
    assert table["centre"].to_list()[:3] == pytest.approx([1001, 1002, 1003], abs=0.01)
    assert table["haut80"].iloc[0] - table["centre"].iloc[0] == pytest.approx(1)


def test_one_series_is_projected_as_in_a_panel(panel: list[Annual], published: pd.DataFrame) -> None:
    half = flat(1.5)
    alone, past = project_one(panel[0], half)
    every = project(published, half)
    pd.testing.assert_frame_equal(alone, every[every["serie"] == "line"].reset_index(drop=True))
    expected = published[published["serie"] == "line"].reset_index(drop=True)
    pd.testing.assert_frame_equal(past, expected)


@pytest.mark.parametrize(
    ("values", "scale", "error"),
    [
        ([], "lineaire", TooShortError), ([1.0], "lineaire", TooShortError), ([NAN] * 20, "lineaire", TooShortError),
        ([*range(1, 9), -1.0], "log", ScaleError), ([*range(1, 9), 100.0], "logit", ScaleError),
        ([*range(8), NAN, *range(7)], "lineaire", GapError),
    ],
)  # fmt: skip
def test_what_cannot_be_projected_is_refused(values: list[float], scale: str, error: type[NotProjectableError]) -> None:
    with pytest.raises(error):
        project_one(annual(values, scale), flat(1.0))


def test_a_year_given_twice_is_refused() -> None:
    twice = Annual("s", "g", pd.Series(np.arange(9.0), index=[*range(2000, 2008), 2003]))
    with pytest.raises(DuplicateYearError):
        project_one(twice, flat(1.0))


# From a past year


def test_a_replay_is_what_would_have_been_published_then(panel: list[Annual], published: pd.DataFrame) -> None:
    """Projected in 2010 with data cut in 2010: same path, same method, same bands as replayed with today's data."""
    cut = [Annual(s.id, s.group, s.values.loc[:2010], s.scale, s.breaks) for s in panel]
    then = publish(rolling(cut, horizon=AHEAD))
    half = widths(published, until=2010)
    pd.testing.assert_frame_equal(widths(then), half, check_exact=True)
    replayed = project(published, half, origin=2010)
    pd.testing.assert_frame_equal(project(then, widths(then)), replayed, check_exact=True)
    assert (replayed["origine"] == 2010).all() and set(replayed["annee"]) == set(range(2011, 2026))
    assert half["erreurs"].loc[1] > 0


def test_a_series_not_known_then_is_not_replayed(published: pd.DataFrame) -> None:
    assert set(project(published, flat(1.0), origin=2006)["serie"]) == set()
    assert len(project(published, flat(1.0), origin=2007)) == 4 * AHEAD


# The errors that bands are made of


def errors(rows: list[tuple[int, int, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["origine", "horizon", "erreur"])
    return table.assign(annee=table["origine"] + table["horizon"])


def test_widths_are_made_of_errors_known_by_a_year_only() -> None:
    table = errors([(2010, 1, 1.0), (2011, 1, 2.0), (2012, 1, 3.0), (2012, 2, 9.0), (2013, 1, 50.0), (2014, 1, NAN)])
    assert widths(table, until=2013).loc[1, "erreurs"] == 3
    assert widths(table, until=2013)[0.5].loc[1] == 2
    assert widths(table, until=2013).loc[2, "erreurs"] == 0
    assert widths(table)[0.5].loc[1] == 3  # the third of four
    assert widths(table).loc[[1, 2], "erreurs"].tolist() == [4, 1]


def test_widths_without_covid() -> None:
    table = errors([(2017, 1, 1.0), (2018, 1, 2.0), (2019, 1, 70.0), (2020, 1, 80.0), (2021, 1, 90.0), (2022, 1, 3.0)])
    apart = widths(table, "sans-covid")
    assert (apart[0.5].loc[1], apart["erreurs"].loc[1]) == (2, 3)
    assert widths(table).loc[1, "erreurs"] == 6


def test_the_80_percent_band_holds_80_percent_of_unseen_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the series to the band, on exchangeable walks of nine years; any forecaster will do, so naive for all."""

    def naive(histories: dict[str, np.ndarray], horizon: int, jobs: int = 1) -> pd.DataFrame:
        index = pd.MultiIndex.from_product([list(histories), range(1, horizon + 1)], names=["id", "horizon"])
        last = np.repeat([levels[-1] for levels in histories.values()], horizon)
        return pd.DataFrame(dict.fromkeys(METHODS, last), index=index)

    monkeypatch.setattr(backtest, "forecasts", naive)
    random = np.random.default_rng(20_201_001)
    walks = random.standard_t(3, (400, MIN_POINTS + 1)).cumsum(axis=1)
    learnt = [annual(list(walk), name=f"s{k}") for k, walk in enumerate(walks[:200])]
    unseen = [annual(list(walk[:-1]), name=f"s{k}") for k, walk in enumerate(walks[200:])]
    half = widths(publish(rolling(learnt, horizon=1)))
    assert half.loc[1, "erreurs"] == 200
    table = project(publish(rolling(unseen, horizon=1)), half)
    inside = (table["bas80"].to_numpy() <= walks[200:, -1]) & (walks[200:, -1] <= table["haut80"].to_numpy())
    assert 0.74 <= inside.mean() <= 0.86


# What a stored projection is recognised by


def test_a_fingerprint_changes_with_the_values_the_scale_and_the_breaks() -> None:
    values: list[float] = [3, 1, 4, 1, 5, 9, 2, 6]
    others = [
        annual(values), annual([*values[:-1], 6.000001]), annual([*values, 5]), annual(values[1:], first=2001),
        annual(values, first=2001), annual(values, "log"), annual(values, breaks=(2003,)), annual(values, breaks=(2004,)),
    ]  # fmt: skip
    marks = [fingerprint(series) for series in others]
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 12 and int(mark, 16) >= 0 for mark in marks)


def test_a_fingerprint_does_not_change_with_the_order_of_rows_nor_with_unknown_values() -> None:
    series = annual([3, 1, 4, 1, 5, 9, 2, 6], breaks=(2003, 2005))
    shuffled = series.values.sample(frac=1, random_state=0)
    assert list(shuffled.index) != list(series.values.index)
    assert fingerprint(Annual("s", "g", shuffled, breaks=(2005, 2003))) == fingerprint(series)
    assert fingerprint(annual([3, 1, 4, 1, 5, 9, 2, 6, NAN], breaks=(2003, 2005))) == fingerprint(series)


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    # printf "lineaire [2003] [(2000, 1.0), (2001, 2.5)]" | sha256sum
    assert fingerprint(annual([1, 2.5], breaks=(2003,))) == "07dc70937cc5"


# Outliers


def shocks(series: Annual) -> dict[int, float]:
    return dict(outlying(series))


def test_one_shock_is_found_and_says_how_many_times_the_usual_change() -> None:
    values = [float(k) for k in range(20)]
    assert shocks(annual([*values, 49.0, 50.0, 51.0])) == {2020: pytest.approx(30)}
    # A spike: up, then down.
    spike = [*values[:10], 49.0, *values[11:]]
    assert shocks(annual(spike)) == {2010: pytest.approx(40), 2011: pytest.approx(38)}


def test_there_is_none_in_a_straight_line_nor_up_to_ten_times() -> None:
    assert list(outlying(annual([float(k) for k in range(20)]))) == []
    assert list(outlying(annual([5.0] * 20))) == []
    assert list(outlying(annual([*range(10), 19.0, 20.0]))) == []
    assert len(list(outlying(annual([*range(10), 19.2, 20.0])))) == 1
    # Changes of 1, 1, 1, 2, 2, 2 and 15.5: the median of the others is 1.5, with itself it would be 2.
    assert shocks(annual([0, 1, 2, 3, 5, 7, 9, 24.5])) == {2007: pytest.approx(31 / 3)}


def test_shocks_are_measured_on_the_modelling_scale() -> None:
    grows = [2.0**k for k in range(20)]
    assert list(outlying(annual(grows, "log"))) == []
    shocked = [*grows[:10], *(v * 2**14 for v in grows[10:])]
    assert shocks(annual(shocked, "log")) == {2010: pytest.approx(15)}


def test_a_break_is_no_shock_and_does_not_hide_one() -> None:
    values: list[float] = [10, 11, 12, 13, 113, 114, 115, 116, 117]
    assert list(outlying(annual(values, breaks=(2004,)))) == []
    assert [year for year, _ in outlying(annual(values))] == [2004]
    # Breaks in 2002, 2004, 2006; of the changes of one definition four are 1 and one is 100.
    cut: list[float] = [0, 1, 50, 51, 80, 81, 20, 21, 121]
    assert shocks(annual(cut, breaks=(2002, 2004, 2006))) == {2008: pytest.approx(100)}
