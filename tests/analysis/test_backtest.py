"""The test of the past: nothing known that came later, the choice on earlier origins, scores worked by hand."""

from math import log

import numpy as np
import pandas as pd
import pytest

from prospective.analysis.annual import Annual, history
from prospective.analysis.backtest import (
    CHOICE_HORIZON,
    ORIGINS,
    TREATMENTS,
    bands,
    coverages,
    judge,
    publish,
    rolling,
    score_table,
    treated,
    unscaled,
)
from prospective.analysis.candidates import METHODS, forecasts
from prospective.analysis.conformal import LEVELS

NAN = float("nan")
BANDS = ["bas95", "bas80", "bas50", "centre", "haut50", "haut80", "haut95"]


def annual(
    values: list[float], scale: str = "lineaire", breaks: tuple[int, ...] = (), first: int = 2000, name: str = "s"
) -> Annual:
    years = range(first, first + len(values))
    return Annual(name, f"g-{name}", pd.Series(values, index=years, dtype=float), scale, breaks)


# Rolling origins

WALK: list[float] = [50, 52, 51, 55, 54, 57, 60, 58, 61, 63, 62, 66, 65]
SHARE: list[float] = [20, 22, 21, 25, 24, 23, 28, 30, 29, 33, 35, 34, 38]


@pytest.fixture(scope="module")
def panel() -> list[Annual]:
    """Thirteen years each, a gap at the start of one and a new definition in 2010 in the other."""
    return [
        annual([70.0, NAN, *WALK[2:]], name="a"),
        annual(SHARE, "logit", (2010,), name="b"),
        annual([1.0], name="c"),
    ]


@pytest.fixture(scope="module")
def rolled(panel: list[Annual]) -> pd.DataFrame:
    return rolling(panel, origins=4, horizon=4)


def rows_of(table: pd.DataFrame, name: str, origin: int) -> pd.DataFrame:
    return table[(table["serie"] == name) & (table["origine"] == origin)].reset_index(drop=True)


def test_each_series_is_forecast_from_its_last_year_and_from_those_before(rolled: pd.DataFrame) -> None:
    # Eight years are needed: « a » has them from 2009 (its years start in 2002), « b » from 2007; « c » never has.
    found = rolled.groupby("serie")["origine"].unique().map(list).to_dict()
    assert found == {"a": [2009, 2010, 2011, 2012], "b": [2008, 2009, 2010, 2011, 2012]}
    assert (rolled["annee"] == rolled["origine"] + rolled["horizon"]).all()
    assert (rolled.groupby(["serie", "origine"])["horizon"].apply(list).map(tuple) == (1, 2, 3, 4)).all()
    assert set(rolled["groupe"]) == {"g-a", "g-b"}


def test_by_default_fifteen_origins_are_judged() -> None:
    assert ORIGINS == 15
    table = rolling([annual([5.0] * 40)], horizon=1)  # never moves: nothing is fitted
    assert table["origine"].tolist() == list(range(2024, 2040))


def test_what_came_is_put_beside_and_unknown_across_a_break(rolled: pd.DataFrame) -> None:
    assert rows_of(rolled, "a", 2010)["reel"].tolist() == pytest.approx([66, 65, NAN, NAN], nan_ok=True)
    assert rows_of(rolled, "b", 2008)["reel"].tolist() == pytest.approx([33, NAN, NAN, NAN], nan_ok=True)
    assert rows_of(rolled, "b", 2009)["reel"].isna().all()
    assert rows_of(rolled, "b", 2010)["reel"].tolist() == pytest.approx([34, 38, NAN, NAN], nan_ok=True)
    assert rows_of(rolled, "b", 2010)["niveau"].tolist()[:2] == pytest.approx([log(34 / 66), log(38 / 62)])


def test_forecasts_are_those_of_the_history_known_at_the_origin(panel: list[Annual], rolled: pd.DataFrame) -> None:
    for series, origin in ((panel[0], 2010), (panel[1], 2011)):
        past = history(series, origin)
        rows = rows_of(rolled, series.id, origin)
        alone = forecasts({"x": past.levels}, 4).reset_index(drop=True)
        pd.testing.assert_frame_equal(rows[list(METHODS)], alone, check_exact=True)
        assert (rows["pas"] == past.step).all() and (rows["pas_unite"] == past.unit_step).all()


KNOWN = ["serie", "groupe", "echelle", "origine", "horizon", "annee", "pas", "pas_unite", *METHODS]


def test_no_origin_sees_what_comes_after(rolled: pd.DataFrame) -> None:
    """Change the last value, then hide the last two: forecasts from earlier origins are the same to the last bit."""
    changed = [annual([70.0, NAN, *WALK[2:-1], 90.0], name="a"), annual([*SHARE[:-1], 3.0], "logit", (2010,), name="b")]
    other = rolling(changed, origins=4, horizon=4)
    early = rolled["origine"] < 2012
    pd.testing.assert_frame_equal(other.loc[early, KNOWN], rolled.loc[early, KNOWN], check_exact=True)
    assert (other.loc[~early, "naive"] != rolled.loc[~early, "naive"]).all()


def test_hiding_the_last_years_changes_no_forecast_made_before(panel: list[Annual], rolled: pd.DataFrame) -> None:
    hidden = [Annual(s.id, s.group, s.values.loc[:2010], s.scale) for s in panel[:2]]  # the break of 2010 is unheard of
    other = rolling(hidden, origins=1, horizon=4)
    for name in ("a", "b"):
        expected = rows_of(rolled, name, 2009)[KNOWN]
        pd.testing.assert_frame_equal(rows_of(other, name, 2009)[KNOWN], expected, check_exact=True)


def test_a_panel_that_cannot_be_projected_gives_no_row() -> None:
    table = rolling([annual([1.0, 2.0]), annual([-1.0] * 9, "log")], horizon=2)
    assert table.empty
    assert set(METHODS) < set(table.columns)
    assert publish(table).empty


# The choice, on a table made up by hand


def made_up(rows: list[dict[str, float]], serie: str = "s", groupe: str = "g", pas: float = 1.0) -> pd.DataFrame:
    """Rows of ``rolling``: origine, horizon, reel, naive, combinaison; the other methods forecast zero."""
    table = pd.DataFrame(rows)
    table = table.assign(serie=serie, groupe=groupe, echelle="lineaire", annee=table["origine"] + table["horizon"])
    table = table.assign(pas=pas, pas_unite=pas, niveau=table["reel"], **dict.fromkeys(METHODS[1:-1], 0.0))
    return table.astype({"origine": int, "horizon": int, "annee": int})


def forecast(origin: int, h: int, actual: float, naive: float, combination: float) -> dict[str, float]:
    return {"origine": origin, "horizon": h, "reel": actual, "naive": naive, "combinaison": combination}


def chosen(table: pd.DataFrame) -> dict[int, str]:
    published = publish(table)
    return dict(zip(published["origine"], published["methode"], strict=True))


def test_the_choice_waits_for_outcomes() -> None:
    # From 2010 the combination is wrong by 5 two years ahead, naive by 1: known in 2012, not in 2011.
    rows = [forecast(2010, 2, 100, 101, 105), *(forecast(y, 1, NAN, 100, 103) for y in (2011, 2012, 2013))]
    assert chosen(made_up(rows)) == {2010: "combinaison", 2011: "combinaison", 2012: "naive", 2013: "naive"}


def test_the_combination_is_published_without_a_past_and_where_it_has_beaten_naive() -> None:
    rows = [forecast(2010, 1, 100, 105, 101), forecast(2011, 1, 100, 101, 109), forecast(2012, 1, 100, 100, 100)]
    # 2011: 1 against 5. 2012: 1 + 9 against 5 + 1.
    assert chosen(made_up(rows)) == {2010: "combinaison", 2011: "combinaison", 2012: "naive"}


def test_a_draw_goes_to_naive() -> None:
    rows = [forecast(2010, 1, 100, 105, 105), forecast(2011, 1, NAN, 100, 103)]
    assert chosen(made_up(rows))[2011] == "naive"


def test_a_perfect_naive_method_is_never_beaten() -> None:
    rows = [forecast(2010, 1, 100, 100, 100), forecast(2011, 1, NAN, 100, 103)]
    assert chosen(made_up(rows))[2011] == "naive"


def test_the_choice_weighs_smape_and_mase() -> None:
    # MASE: combination 10 + 1, naive 1 + 9: ratio 1.1. sMAPE: combination 200 × 10/2010 + 200 × 1/21, naive
    # 200 × 1/2001 + 200 × 9/29: ratio 0.166. OWA 0.63: published, though MASE alone would refuse it.
    rows = [forecast(2010, 1, 1000, 1001, 1010), forecast(2010, 2, 10, 19, 11), forecast(2012, 1, NAN, 0, 0)]
    assert chosen(made_up(rows))[2012] == "combinaison"
    # With a value of zero sMAPE means nothing: MASE alone.
    rows = [forecast(2010, 1, 1000, 1001, 1010), forecast(2010, 2, 0, 9, 1), forecast(2012, 1, NAN, 0, 0)]
    assert chosen(made_up(rows))[2012] == "naive"


def test_beyond_six_years_nothing_is_chosen_upon() -> None:
    assert CHOICE_HORIZON == 6
    rows = [forecast(2000, 7, 100, 101, 150), forecast(2000, 6, 100, 109, 101), forecast(2010, 1, NAN, 0, 0)]
    assert chosen(made_up(rows))[2010] == "combinaison"


def test_series_are_chosen_apart() -> None:
    bad, good = [forecast(2010, 1, 100, 101, 105)], [forecast(2010, 1, 100, 105, 101)]
    later = [forecast(2011, 1, NAN, 100, 103)]
    table = publish(pd.concat([made_up(bad + later, "bad"), made_up(good + later, "good")], ignore_index=True))
    found = table[table["origine"] == 2011].set_index("serie")
    assert found["methode"].to_dict() == {"bad": "naive", "good": "combinaison"}
    assert found["publiee"].to_dict() == {"bad": 100, "good": 103}


def test_the_error_is_that_of_the_choice_in_yearly_changes() -> None:
    rows = [forecast(2010, 1, 100, 101, 105), forecast(2011, 1, 100, 102, 103), forecast(2012, 1, NAN, 1, 1)]
    assert publish(made_up(rows, pas=2))["erreur"].tolist() == pytest.approx([2.5, 1.0, NAN], nan_ok=True)
    assert publish(made_up(rows, pas=0))["erreur"].isna().all()


def test_the_choice_on_another_scale_is_made_in_the_unit() -> None:
    rows = [forecast(2010, 1, 100, 110, 120), forecast(2011, 1, NAN, 1, 1)]
    table = made_up(rows)
    for method in ("naive", "combinaison"):
        table[method] = np.log(table[method])
    assert chosen(table.assign(echelle="log"))[2011] == "naive"
    # 20 below is further in the unit than 10 above… but 1/100 below is nearer.
    near = table.assign(echelle="log", combinaison=np.log([99.0, 1.0]))
    assert chosen(near)[2011] == "combinaison"


# COVID


def test_without_covid_neither_origin_nor_outcome_is_in_2020_or_2021() -> None:
    rows = [
        forecast(o, h, 1, 1, 1)
        for o, h in ((2018, 1), (2018, 2), (2019, 3), (2020, 2), (2021, 1), (2022, 1), (2016, 5))
    ]
    table = made_up(rows)
    assert TREATMENTS == ("toutes", "sans-covid")
    assert treated(table, "toutes").all()
    assert treated(table, "sans-covid").tolist() == [True, False, True, False, False, True, False]


# Bands


def test_bands_are_symmetric_on_the_modelling_scale() -> None:
    rows = pd.DataFrame(
        {
            "publiee": [10.0, log(8), 0.0, 3.0],
            "pas": [2.0, log(2), log(3), 0.0],
            "echelle": ["lineaire", "log", "logit", "lineaire"],
        }
    )
    widths = pd.DataFrame({0.5: [1.0] * 4, 0.8: [2.0] * 4, 0.95: [3.0, 3.0, NAN, 3.0]})
    found = bands(rows, widths)[BANDS].to_numpy()
    assert found[0] == pytest.approx([4, 6, 8, 10, 12, 14, 16])
    assert found[1] == pytest.approx([1, 2, 4, 8, 16, 32, 64])
    assert found[2] == pytest.approx([NAN, 10, 25, 50, 75, 90, NAN], nan_ok=True)
    assert found[3] == pytest.approx([NAN, NAN, NAN, 3, NAN, NAN, NAN], nan_ok=True)  # it never moved


def test_levels_go_back_to_their_own_unit() -> None:
    column = pd.Series([0.0, 0.0, 5.0], index=[7, 8, 9])
    found = unscaled(column, pd.Series(["log", "logit", "lineaire"], index=[7, 8, 9]))
    assert found.to_dict() == pytest.approx({7: 1, 8: 50, 9: 5})
    assert column.tolist() == [0, 0, 5]


def test_a_past_forecast_is_judged_with_the_errors_of_other_indicators() -> None:
    # « wild » is always off by 10, « calm » by 0.5: judged with calm bands the wild are never inside.
    wild = [
        made_up([forecast(2010, 1, 100, 0, 110), forecast(2010, 12, NAN, 0, 0)], f"w{k}", "wild") for k in range(19)
    ]
    calm = [made_up([forecast(2010, 1, 100, 0, 100.5)], f"c{k}", "calm") for k in range(19)]
    judged = judge(publish(pd.concat([*wild, *calm], ignore_index=True)))
    assert len(judged) == 38  # what is not known is not judged
    inside = (judged["bas80"] <= judged["reel"]) & (judged["reel"] <= judged["haut80"])
    assert inside.groupby(judged["groupe"]).mean().to_dict() == {"wild": 0, "calm": 1}
    table = coverages(judged)
    every = table[(table["traitement"] == "toutes") & (table["horizon"] == 0)]
    assert every["couverture"].tolist() == [0.5] * 3
    assert every["valeurs"].tolist() == [38] * 3


# Scores by arithmetic


def judged_by_hand(actuals: tuple[float, float, float]) -> pd.DataFrame:
    """Forecasts one and five years ahead and one for 2020; every method forecasts zero but naive, combinaison and publiee."""
    first, second, third = actuals
    rows = [
        forecast(2010, 1, first, 8, 11),
        forecast(2010, 5, second, 8, 14),
        forecast(2019, 1, third, 10, 16),
        forecast(2010, 7, 50, 0, 0),
    ]
    table = made_up(rows, pas=2).assign(methode="combinaison", publiee=[11.0, 14.0, 16.0, 0.0], erreur=0.0)
    centre = table["publiee"]
    fan = {
        f"{side}{level}": centre + sign * width
        for level, width in ((50, 1), (80, 2), (95, 4))
        for side, sign in (("bas", -1), ("haut", 1))
    }
    return table.assign(centre=centre, **fan)


def of(table: pd.DataFrame, method: str, treatment: str = "toutes") -> pd.Series:
    return table[(table["methode"] == method) & (table["traitement"] == treatment)].iloc[0]


def test_scores_worked_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    # What came: 10, 20, 20. Combination: 11, 14, 16, wrong by 1, 6, 4. Naive: 8, 8, 10, wrong by 2, 12, 10.
    table = score_table(judged_by_hand((10, 20, 20)))
    assert table["methode"].unique().tolist() == [*METHODS, "publiee"]
    naive, ours = of(table, "naive"), of(table, "combinaison")
    assert naive["mase"] == pytest.approx((2 + 12 + 10) / 3 / 2)
    assert ours["mase"] == pytest.approx((1 + 6 + 4) / 3 / 2)
    assert naive["smape"] == pytest.approx(200 * (2 / 18 + 12 / 28 + 10 / 30) / 3)
    assert ours["smape"] == pytest.approx(200 * (1 / 21 + 6 / 34 + 4 / 36) / 3)
    assert ours["owa"] == pytest.approx((ours["smape"] / naive["smape"] + ours["mase"] / naive["mase"]) / 2)
    assert naive["owa"] == pytest.approx(1)
    assert ours["ecart_1"] == pytest.approx((1 + 4) / 2)
    assert np.isnan(ours["ecart_5"])  # one value only: nothing is said of five years under ``FEWEST``
    monkeypatch.setattr("prospective.analysis.backtest.FEWEST", 1)
    assert of(score_table(judged_by_hand((10, 20, 20))), "combinaison")["ecart_5"] == pytest.approx(6)
    assert (ours["premiere"], ours["derniere"], ours["valeurs"]) == (2010, 2019, 3)  # seven years ahead is not scored


def test_scores_without_covid_leave_2020_out() -> None:
    ours = of(score_table(judged_by_hand((10, 20, 20))), "combinaison", "sans-covid")
    assert (ours["derniere"], ours["valeurs"]) == (2010, 2)
    assert (ours["mase"], ours["ecart_1"]) == pytest.approx(((1 + 6) / 2 / 2, 1))


def test_bands_are_scored_for_what_is_published_only() -> None:
    table = score_table(judged_by_hand((10, 20, 20)))
    ours = of(table, "publiee")
    # Wrong by 1, 6, 4; half-widths 2 (80 %) and 4 (95 %): inside, out, out; inside, out, on the edge.
    assert (ours["couverture80"], ours["couverture95"]) == pytest.approx((1 / 3, 2 / 3))
    # Width 8, and 40 times what lies outside (2, once), over the yearly change, 2.
    assert ours["msis"] == pytest.approx((8 + 8 + 8 + 40 * 2) / 3 / 2)
    # Twice the mean pinball loss at seven quantiles, the error being 1 below, 6 and 4 above.
    levels, around = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975], [-4, -2, -1, 0, 1, 2, 4]

    def pinball(actual: float) -> float:
        losses = [
            q * (actual - x) if actual >= x else (1 - q) * (x - actual) for q, x in zip(levels, around, strict=True)
        ]
        return 2 * sum(losses) / 7

    assert ours["crps"] == pytest.approx((pinball(-1) + pinball(6) + pinball(4)) / 3)
    others = table[table["methode"] != "publiee"]
    assert others[["msis", "crps", "couverture80", "couverture95"]].isna().all(axis=None)


@pytest.mark.parametrize("low", [0.0, -5.0])
def test_owa_is_the_ratio_of_mase_where_smape_means_nothing(low: float) -> None:
    table = score_table(judged_by_hand((low, 20, 20)))
    naive, ours = of(table, "naive"), of(table, "combinaison")
    assert ours["owa"] == pytest.approx(((11 - low) + 6 + 4) / ((8 - low) + 12 + 10))
    assert np.isnan(ours["smape"]) and np.isnan(naive["smape"])


def test_scores_of_series_are_apart() -> None:
    both = pd.concat([judged_by_hand((10, 20, 20)), judged_by_hand((-5, 20, 20)).assign(serie="t")], ignore_index=True)
    table = score_table(both)
    for name, actuals in (("s", (10, 20, 20)), ("t", (-5, 20, 20))):
        alone = score_table(judged_by_hand(actuals)).assign(serie=name)
        mine = table[table["serie"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone)


def test_coverages_add_up() -> None:
    random = np.random.default_rng(2)
    times = [(o, h) for o in range(2015, 2020) for h in (1, 2, 12)]
    parts = [
        made_up([forecast(o, h, random.normal(100, 3), 99, 101) for o, h in times], f"s{k}", f"g{k % 10}")
        for k in range(30)
    ]
    judged = judge(publish(pd.concat(parts, ignore_index=True)))
    table = coverages(judged)
    assert len(table) == len(TREATMENTS) * 11 * len(LEVELS)
    for (treatment, level), rows in table.groupby(["traitement", "niveau"]):
        apart = rows[rows["horizon"] > 0]
        total = rows[rows["horizon"] == 0].iloc[0]
        assert total["valeurs"] == apart["valeurs"].sum() > 0
        assert total["couverture"] * total["valeurs"] == pytest.approx((apart["couverture"] * apart["valeurs"]).sum())
        name = f"{100 * float(level):.0f}"  # type: ignore[arg-type]
        kept = judged[treated(judged, str(treatment)) & judged[f"bas{name}"].notna()]
        held = ((kept[f"bas{name}"] <= kept["reel"]) & (kept["reel"] <= kept[f"haut{name}"])).sum()
        assert total["couverture"] * total["valeurs"] == pytest.approx(held)
