"""Hypotheses as distributions, against scipy's normal law, its quadrature and exact sums."""

import math
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit, logit
from scipy.stats import norm

from prospective.analysis.annual import DuplicateYearError, ScaleError
from prospective.analysis.hypotheses import (
    QUANTILES,
    Future,
    band,
    cdf,
    holes,
    log_density,
    mixture,
    paths,
    quantile,
    score,
    update,
)

# Modelling scales as scipy and the standard library write them: (to, from), values in percent on the logit one.
SCALES = {
    "lineaire": (float, float),
    "log": (math.log, math.exp),
    "logit": (lambda v: float(logit(v / 100)), lambda x: 100 * float(expit(x))),
}
LEVELS = np.array([0.001, 0.025, 0.1, 0.3, 0.5, 0.7, 0.9, 0.975, 0.999])


@st.composite
def future(draw, scale=None, id="h1"):
    """A hypothesis drawn on its modelling scale, each side of its band with a width."""
    scale = scale or draw(st.sampled_from(sorted(SCALES)))
    _, back = SCALES[scale]
    anchor, centre = (draw(st.floats(-3, 3)) for _ in range(2))
    low, high = (draw(st.floats(0.05, 2)) for _ in range(2))
    start, length = draw(st.integers(2010, 2029)), draw(st.integers(1, 15))
    return Future(
        id, draw(st.floats(0.01, 1)), scale, start, back(anchor), start + length,
        back(centre - low), back(centre), back(centre + high),
    )  # fmt: skip


def flat(id="h1", centre=110.0, width=5.0, probability=0.5, **other) -> Future:
    """A hypothesis on the linear scale, from 100 in 2020 to 2030, its band as wide on both sides."""
    return Future(
        id, probability, "lineaire", 2020, 100.0, 2030, centre - width, centre, centre + width, **other
    )  # fmt: skip


def weights(futures) -> dict[str, float]:
    return {f.id: f.probability for f in futures}


# The band ---------------------------------------------------------------------------------------------


@given(future(), st.data())
def test_quantiles_are_those_of_two_normal_halves(f, data):
    to, back = SCALES[f.scale]
    year = data.draw(st.integers(f.anchor_year + 1, f.year))
    passed = (year - f.anchor_year) / (f.year - f.anchor_year)
    start, low, centre, high = (to(v) for v in (f.anchor, f.low, f.centre, f.high))
    median = start + passed * (centre - start)
    below = norm(median, (centre - low) / norm.ppf(0.9) * math.sqrt(passed))
    above = norm(median, (high - centre) / norm.ppf(0.9) * math.sqrt(passed))
    expected = [back((below if level < 0.5 else above).ppf(level)) for level in LEVELS]
    assert quantile(f, year, LEVELS) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(future())
def test_low_and_high_are_the_10_and_90_percent_quantiles_at_the_horizon(f):
    assert quantile(f, f.year, np.array([0.1, 0.5, 0.9])) == pytest.approx(
        [f.low, f.centre, f.high], rel=1e-9, abs=1e-9
    )
    found = band(f, f.year)
    assert (found.low80, found.centre, found.high80) == pytest.approx((f.low, f.centre, f.high), rel=1e-9, abs=1e-9)
    assert cdf(f, f.year, np.array([f.low, f.centre, f.high])) == pytest.approx([0.1, 0.5, 0.9])


@given(future(), st.data())
def test_cdf_undoes_quantile(f, data):
    year = data.draw(st.integers(f.anchor_year + 1, f.year))
    # On the logit scale a value close to 100 has lost digits.
    assert cdf(f, year, quantile(f, year, LEVELS)) == pytest.approx(LEVELS, abs=1e-6)


@given(future(), st.data())
def test_the_density_is_the_slope_of_the_distribution_on_the_modelling_scale(f, data):
    to, back = SCALES[f.scale]
    year = data.draw(st.integers(f.anchor_year + 1, f.year))
    a, b, c = (to(v) for v in quantile(f, year, np.array([0.02, 0.5, 0.97])))

    def density(x: float) -> float:
        return math.exp(float(log_density(f, year, np.array(back(x)))))

    assert quad(density, a, b - 1e-9)[0] == pytest.approx(0.48, abs=1e-5)
    assert quad(density, b + 1e-9, c)[0] == pytest.approx(0.47, abs=1e-5)


@given(future(), st.data())
def test_a_band_is_ordered_and_stays_inside_its_scale(f, data):
    found = band(f, data.draw(st.integers(f.anchor_year, f.year)))
    assert list(found) == sorted(found)
    if f.scale != "lineaire":
        assert found.low95 > 0
    if f.scale == "logit":
        assert found.high95 < 100


def test_the_band_opens_as_the_square_root_of_time_around_a_straight_line():
    f = flat(centre=120.0, width=8.0)
    for year, passed in ((2020, 0.0), (2021, 0.1), (2030, 1.0)):
        found = band(f, year)
        assert found.centre == pytest.approx(100 + 20 * passed)
        assert found.high80 - found.centre == pytest.approx(8 * math.sqrt(passed))
        assert found.centre - found.low95 == pytest.approx(8 * math.sqrt(passed) * norm.ppf(0.975) / norm.ppf(0.9))


def test_paths_go_from_the_anchor_to_the_horizon_or_to_what_is_asked():
    late, soon = flat("h1"), replace(flat("h2"), anchor_year=2024, year=2028)
    table = paths([late, soon], 2029)
    assert list(table.columns) == ["id", "annee", "bas95", "bas80", "centre", "haut80", "haut95"]
    assert table.groupby("id")["annee"].agg(["min", "max"]).values.tolist() == [[2020, 2029], [2024, 2028]]
    assert table[table["annee"] == 2024].iloc[1, 2:].tolist() == [100.0] * 5  # at its anchor
    assert table[table["annee"] == 2026].iloc[0, 2:].tolist() == list(band(late, 2026))
    assert paths([], 2030).empty


def test_bad_hypotheses_are_refused():
    for change in (
        {"low": 110.0}, {"high": 110.0}, {"low": 110.0, "high": 110.0}, {"low": 120.0}, {"high": math.nan}, {"high": math.inf},
        {"anchor_year": 2030}, {"year": 2019}, {"probability": 1.1}, {"probability": -0.1},
    ):  # fmt: skip
        with pytest.raises(ValueError):
            replace(flat(), **change)
    for change in ({"scale": "log", "low": 0.0}, {"scale": "log", "anchor": -1.0}, {"scale": "logit"}):
        with pytest.raises(ScaleError):
            replace(flat(), **change)


def test_a_hypothesis_judges_no_value_of_its_anchor_year_nor_after_its_horizon():
    for year in (2019, 2020, 2031):
        with pytest.raises(ValueError):
            score(flat(), year, np.array(100.0))
        with pytest.raises(ValueError):
            log_density(flat(), year, np.array(100.0))
    for year in (2019, 2031):
        with pytest.raises(ValueError):
            band(flat(), year)


def test_a_value_outside_the_scale_is_refused():
    f = replace(flat(), scale="log")
    for value in (0.0, -3.0):
        with pytest.raises(ScaleError):
            cdf(f, 2025, np.array([5.0, value]))


# The mixture ------------------------------------------------------------------------------------------


@given(future(), st.data())
def test_a_mixture_of_one_is_that_one(f, data):
    year = data.draw(st.integers(f.anchor_year + 1, f.year))
    expected = quantile(f, year, np.array(QUANTILES))
    assert mixture([f], year).to_numpy() == pytest.approx(expected, rel=1e-12)
    # … nor does it change when split between two hypotheses that say the same.
    assert mixture([f, replace(f, id="h2", probability=0.2)], year).to_numpy() == pytest.approx(expected, rel=1e-9)


@given(st.sampled_from(sorted(SCALES)), st.data())
def test_each_quantile_of_a_mixture_has_its_share_of_the_mass_below(scale, data):
    parts = [
        replace(data.draw(future(scale)), id=f"h{n}", anchor_year=2020, year=2030)
        for n in range(data.draw(st.integers(2, 5)))
    ]
    found = mixture(parts, 2027)
    total = sum(f.probability for f in parts)
    below = sum(f.probability / total * cdf(f, 2027, found.to_numpy()) for f in parts)
    assert below == pytest.approx(list(QUANTILES), abs=1e-6)
    assert mixture(parts[::-1], 2027).to_numpy() == pytest.approx(found.to_numpy(), rel=1e-6)
    assert list(found) == sorted(found)


def test_a_mixture_against_scipy_where_there_is_no_two_piece():
    parts = [flat("h1", 100, 4, 0.6), flat("h2", 115, 9, 0.3)]
    found = mixture(parts, 2030)
    laws = [norm(100, 4 / norm.ppf(0.9)), norm(115, 9 / norm.ppf(0.9))]
    assert [(2 * laws[0].cdf(x) + laws[1].cdf(x)) / 3 for x in found] == pytest.approx(list(found.index), abs=1e-12)


def test_a_hypothesis_given_for_impossible_is_not_in_the_mixture():
    f = flat()
    assert mixture([f, flat("h2", 1000, 5, 0.0)], 2026).tolist() == mixture([f], 2026).tolist()


def test_a_mixture_of_nothing_or_of_two_scales_is_refused():
    log = replace(flat("h2"), scale="log")
    for parts, year in (
        ([], 2025),
        ([flat(probability=0.0)], 2025),
        ([flat(), log], 2025),
        ([flat()], 2031),
        ([flat()], 2020),
    ):
        with pytest.raises(ValueError):
            mixture(parts, year)


# The update -------------------------------------------------------------------------------------------

PRIORS = st.lists(st.integers(0, 60), min_size=2, max_size=5).filter(sum).map(lambda c: [x / sum(c) for x in c])
OBSERVED = st.dictionaries(st.integers(2018, 2033), st.floats(-1e6, 1e6) | st.just(math.nan), max_size=8)


@st.composite
def several(draw):
    """Probabilities that sum to 1, and a Future for most of the hypotheses."""
    shares = draw(PRIORS)
    names = [f"h{n + 1}" for n in range(len(shares))]
    futures = [
        flat(name, draw(st.floats(50, 150)), draw(st.floats(0.5, 30)), share)
        for name, share in zip(names, shares, strict=True) if draw(st.integers(0, 3))
    ]  # fmt: skip
    return dict(zip(names, shares, strict=True)), futures


@given(several(), OBSERVED, st.floats(0, 1))
def test_weights_sum_to_one_and_respect_the_floor(case, observed, temper):
    stated, futures = case
    table = update(stated, futures, pd.Series(observed, dtype=float), temper=temper)
    seen = [year for year in sorted(observed) if 2020 < year <= 2030 and not math.isnan(observed[year])]
    assert list(table["annee"].unique()) == (seen if futures else [])
    assert not table.isna().any(axis=None)
    before = pd.Series(stated)
    for _, rows in table.groupby("annee"):
        by_id = rows.set_index("id")
        assert by_id["avant"].to_dict() == before.to_dict()
        assert by_id["apres"].sum() == pytest.approx(1, abs=1e-9)
        for name, share in by_id["apres"].items():
            assert share >= min(0.01, stated[name]) - 1e-9
        before = by_id["apres"]
    quantified = {f.id for f in futures}
    for name in set(stated) - quantified:
        assert (table.loc[table["id"] == name, "apres"] == stated[name]).all()


@given(several(), OBSERVED)
def test_without_temper_nothing_changes(case, observed):
    stated, futures = case
    table = update(stated, futures, pd.Series(observed, dtype=float), temper=0)
    assert table["apres"].to_numpy() == pytest.approx(table["id"].map(stated).to_numpy(dtype=float), abs=1e-12)


@given(several(), OBSERVED, st.randoms(use_true_random=False))
def test_the_order_of_hypotheses_and_of_observations_is_irrelevant(case, observed, random):
    stated, futures = case
    shuffled, names, years = list(futures), list(stated), list(observed)
    for items in (shuffled, names, years):
        random.shuffle(items)
    one = update(stated, futures, pd.Series(observed, dtype=float))
    other = update(
        {name: stated[name] for name in names}, shuffled, pd.Series({y: observed[y] for y in years}, dtype=float)
    )
    keys = ["annee", "id"]
    one, other = (table.sort_values(keys).reset_index(drop=True) for table in (one, other))
    assert one[keys].equals(other[keys])
    assert one["apres"].to_numpy(dtype=float) == pytest.approx(other["apres"].to_numpy(dtype=float), abs=1e-9)


@given(
    st.lists(st.floats(60, 140), min_size=2, max_size=4, unique=True), st.floats(1, 20), st.integers(2021, 2030),
    st.sampled_from([0.1, 0.5, 1.0]),
)  # fmt: skip
def test_an_observation_on_the_path_of_a_hypothesis_raises_it(centres, width, year, temper):
    # With bands as wide as one another: a narrower one nearby could gain more.
    futures = [flat(f"h{n + 1}", c, width, 1 / len(centres)) for n, c in enumerate(centres)]
    table = update(weights(futures), futures, pd.Series({year: band(futures[0], year).centre}), temper, floor=0.0)
    after = table.set_index("id")["apres"]
    assert after["h1"] >= 1 / len(centres)
    assert after["h1"] == after.max()
    nearest = min(abs(c - centres[0]) for c in centres[1:])
    if nearest > width / 10:
        assert after["h1"] > 1 / len(centres) + 1e-6


def test_the_update_is_that_of_bayes_with_a_tempered_likelihood():
    futures = [flat("h1", 100, 4, 0.5), flat("h2", 115, 9, 0.3)]
    table = update({**weights(futures), "h3": 0.2}, futures, pd.Series({2030: 104.0}), temper=0.5, floor=0.0)
    odds = 0.5 / 0.3 * math.sqrt(norm.pdf(104, 100, 4 / norm.ppf(0.9)) / norm.pdf(104, 115, 9 / norm.ppf(0.9)))
    after = table.set_index("id")["apres"]
    assert after["h1"] / after["h2"] == pytest.approx(odds)
    assert after["h3"] == 0.2
    assert after["h1"] + after["h2"] == pytest.approx(0.8)


@pytest.mark.parametrize("outlier", [1e15, -1e15, 1e100])
def test_one_huge_outlier_leaves_weights_floored_and_never_missing(outlier):
    futures = [flat("h1", 100, 4, 0.5), flat("h2", 115, 9, 0.3), flat("h3", 90, 3, 0.19), flat("h4", 80, 3, 0.01)]
    table = update(weights(futures), futures, pd.Series({2025: outlier, 2026: 100.0}))
    first = table[table["annee"] == 2025].set_index("id")["apres"]
    assert first.to_dict() == pytest.approx({"h1": 0.01, "h2": 0.97, "h3": 0.01, "h4": 0.01})  # the widest band
    assert table["apres"].between(0.01 - 1e-12, 1).all()
    last = table[table["annee"] == 2026].set_index("id")
    assert last.loc["h1", "apres"] > last.loc["h1", "avant"]  # it comes back


def test_a_hypothesis_stated_below_the_floor_is_neither_raised_nor_lowered_by_it():
    futures = [flat("h1", 100, 4, 0.996), flat("h2", 130, 4, 0.004), flat("h3", 160, 4, 0.0)]
    table = update(weights(futures), futures, pd.Series({2029: 99.0, 2030: 160.0}))
    assert table.loc[table["id"] == "h2", "apres"].iloc[0] == pytest.approx(0.004)
    assert (table.loc[table["id"] == "h3", "apres"] == 0).all()  # stated impossible, even on its own path


def test_years_up_to_the_anchor_after_the_horizon_or_missing_move_nothing():
    futures = [flat("h1", 100, 4, 0.5), flat("h2", 115, 9, 0.5)]
    silent = pd.Series({2019: 1.0, 2020: 500.0, 2025: math.nan, 2031: 115.0})
    assert update(weights(futures), futures, silent).empty
    assert update(weights(futures), futures, pd.Series({2025: math.nan}, dtype=object)).empty
    assert update(weights(futures), futures, pd.Series(dtype=float)).empty
    one = update(weights(futures), futures, pd.Series({2024: 107.0}))
    assert update(weights(futures), futures, pd.concat([silent, pd.Series({2024: 107.0})])).equals(one)


def test_hypotheses_of_two_horizons_are_judged_each_on_its_years():
    futures = [flat("h1", 100, 4, 0.4), flat("h2", 115, 9, 0.4), replace(flat("h3", 90, 3, 0.2), year=2025)]
    table = update(weights(futures), futures, pd.Series({2027: 107.0})).set_index("id")
    assert table.loc["h3", "apres"] == 0.2
    assert table.loc["h1", "apres"] != 0.4


def test_constant_observations_are_observations_like_others():
    futures = [flat("h1", 100, 4, 0.5), flat("h2", 115, 4, 0.5)]
    table = update(weights(futures), futures, pd.Series(100.0, index=range(2021, 2031)))
    assert (table.loc[table["id"] == "h1", "apres"].diff().dropna() >= -1e-12).all()
    assert table["apres"].iloc[-2:].tolist() == pytest.approx([0.99, 0.01])


def test_bad_observations_and_bad_weights_are_refused():
    futures = [flat("h1", 100, 4, 0.5), flat("h2", 115, 9, 0.5)]
    logs = [replace(f, scale="log") for f in futures]
    with pytest.raises(ScaleError):
        update(weights(logs), logs, pd.Series({2024: -1.0}))
    assert update(weights(logs), logs, pd.Series({2020: -1.0})).empty  # not one that is judged
    with pytest.raises(ScaleError):
        update(weights(futures), futures, pd.Series({2024: math.inf}))
    with pytest.raises(DuplicateYearError):
        update(weights(futures), futures, pd.Series([1.0, 2.0], index=[2024, 2024]))
    for stated, parts, temper in (
        ({"h1": 0.5, "h2": 0.4}, futures, 0.5), ({"h1": 1.0}, futures, 0.5), (weights(futures), futures, -1.0),
        (weights(futures), [futures[0], logs[1]], 0.5),
    ):  # fmt: skip
        with pytest.raises(ValueError):
            update(stated, parts, pd.Series({2024: 100.0}), temper=temper)


# Holes ------------------------------------------------------------------------------------------------


def test_holes_tell_gaps_and_overlaps_from_the_lowest_up():
    bands = [(0, 10), (8, 14), (20, 30), (9, 12), (30, 40)]
    futures = [Future(f"h{n + 1}", 0.2, "lineaire", 2020, 5, 2030, a, (a + b) / 2, b) for n, (a, b) in enumerate(bands)]
    expected = [
        ("recouvrement", 8, 9, ("h1", "h2")), ("recouvrement", 9, 10, ("h1", "h2", "h4")), ("recouvrement", 10, 12, ("h2", "h4")),
        ("vide", 14, 20, ("h2", "h3")),
    ]  # fmt: skip
    assert holes(futures) == expected
    assert holes(futures[::-1]) == expected
    assert holes(futures[2:3]) == holes([]) == []
    with pytest.raises(ValueError):
        holes([futures[0], replace(futures[1], year=2031)])


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(2, 12)), min_size=1, max_size=5))
def test_holes_add_up(drawn):
    futures = [
        Future(f"h{n + 1}", 0.2, "lineaire", 2020, 5, 2030, low, low + width / 2, low + width)
        for n, (low, width) in enumerate(drawn)
    ]
    # Unit by unit, how many bands hold it.
    counts = [sum(low <= unit < low + width for low, width in drawn) for unit in range(60)]
    lowest, highest = min(low for low, _ in drawn), max(low + width for low, width in drawn)
    found = holes(futures)
    length = {kind: sum(h.high - h.low for h in found if h.kind == kind) for kind in ("vide", "recouvrement")}
    assert length["vide"] == sum(c == 0 for c in counts[lowest:highest])
    assert length["recouvrement"] == sum(c > 1 for c in counts)
    pairs = sum(math.comb(len(h.ids), 2) * (h.high - h.low) for h in found if h.kind == "recouvrement")
    assert pairs == sum(
        max(0, min(a + v, b + w) - max(a, b)) for (a, v), (b, w) in combinations(drawn, 2)
    )  # fmt: skip
    assert [h.low for h in found] == sorted(h.low for h in found)
