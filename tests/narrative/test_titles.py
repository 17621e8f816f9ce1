"""Titles say what is seen, and never an evolution that a change of definition made."""

import re
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prospective.data.package import Package
from prospective.model import writing
from prospective.model.indicator import Break
from prospective.narrative import titles
from tests.conftest import ROOT

JOBS = Package(ROOT).indicator("emploi-prive")  # a count
SHARE = Package(ROOT).indicator("diplomes-superieur")  # a percentage
NBSP = "\u00a0"


def yearly(first: int, *values: float) -> pd.Series:
    return pd.Series(values, index=range(first, first + len(values)), dtype=float)


def brk(year: int) -> Break:
    return Break(annee=year, libelle="nouvelle définition")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        # Urssaf: 17,614,085 private jobs in France at the end of 2014, 19,995,376 in 2024: × 1.1352.
        ([17_614_085, 19_995_376], f"Emploi salarié privé en France : +13,5{NBSP}% de 2014 à 2015"),
        ([1000, 500], f"Emploi salarié privé en France : −50,0{NBSP}% de 2014 à 2015"),
        ([1000, 1010], f"Emploi salarié privé en France : 1\u202f010{NBSP}emplois en 2015, presque comme en 2014"),
        ([1000, 1999], f"Emploi salarié privé en France : +99,9{NBSP}% de 2014 à 2015"),
        ([1000, 2000], "Emploi salarié privé en France : multiplication par 2,0 de 2014 à 2015"),
        ([90, 235, 420, 516], "Emploi salarié privé en France : multiplication par 5,7 de 2014 à 2017"),
        ([1000], f"Emploi salarié privé en France : 1\u202f000{NBSP}emplois en 2014"),
    ],
)
def test_a_count_is_told_in_per_cent_or_as_a_multiplication(values, said):
    assert titles.evolution(JOBS, "en France", yearly(2014, *values)) == said


@pytest.mark.parametrize(
    ("values", "change"),
    [
        # Eurostat, edat_lfse_04: 14.7 % in Nord-Pas-de-Calais and Picardie in 2000, 31.3 % in 2019: 16.6 points.
        ([14.7, 31.3], f"+16,6{NBSP}points"),
        ([30, 31], f"+1,0{NBSP}point"),
        ([30, 31.9], f"+1,9{NBSP}point"),
        ([30, 31.96], f"+2,0{NBSP}points"),
        ([30, 32], f"+2,0{NBSP}points"),
        ([30, 28.1], f"−1,9{NBSP}point"),
        ([30, 28], f"−2,0{NBSP}points"),
        ([10, 40], f"+30,0{NBSP}points"),  # a share is never multiplied
        ([0, 40], f"+40,0{NBSP}points"),
    ],
)
def test_a_share_moves_by_points_with_the_plural_from_two(values, change):
    title = titles.evolution(SHARE, "en France", yearly(2010, *values))
    assert title == f"Diplômés du supérieur (25-64 ans) en France : {change} de 2010 à 2011"


def test_a_share_that_hardly_moves_is_said_to_stay():
    assert titles.evolution(SHARE, "en France", yearly(2010, 30, 30.4)).endswith(
        f"30,4{NBSP}% en 2011, presque comme en 2010"
    )


def test_a_count_that_starts_from_zero_is_not_multiplied_by_infinity():
    assert "∞" not in titles.evolution(JOBS, "en France", yearly(2010, 0, 5))


YEARS = st.integers(2000, 2004)
VALUES = st.lists(st.floats(1, 1e6), min_size=1, max_size=20)
BREAKS = st.lists(st.integers(1998, 2026), max_size=4, unique=True)


@given(st.sampled_from([JOBS, SHARE]), YEARS, VALUES, BREAKS)
def test_no_title_spans_a_break(indicator, first, values, breaks):
    title = titles.evolution(indicator, "en France", yearly(first, *values), [brk(b) for b in breaks])
    told = sorted(int(year) for year in re.findall(r"(?:de|à|en) (\d{4})\b", title))
    start, end = told[0], told[-1]
    assert not [b for b in breaks if start < b <= end]


@given(YEARS, VALUES, BREAKS)
def test_the_longest_stretch_is_told_and_the_last_of_equals(first, values, breaks):
    series = yearly(first, *values)
    title = titles.evolution(JOBS, "en France", series, [brk(b) for b in breaks])
    edges = sorted({first, first + len(values), *(b for b in breaks if first < b < first + len(values))})
    start, end = max(pairwise(edges), key=lambda pair: (pair[1] - pair[0], pair[0]))
    told = [int(year) for year in re.findall(r"(?:de|à|en) (\d{4})\b", title)]
    assert sorted(told) == sorted({start, end - 1})


@given(VALUES, st.floats(1.5, 100))
def test_a_jump_at_a_break_changes_nothing_to_what_is_told(values, jump):
    assume(len(values) >= 3)
    series = yearly(2000, *values)
    year = 2000 + len(values) // 2
    jumped = series.where(series.index < year, series * jump)
    # A change of definition multiplies everything from its year on: growth on either side is the same.
    before = titles.evolution(JOBS, "en France", series, [brk(year)])
    after = titles.evolution(JOBS, "en France", jumped, [brk(year)])
    rate = r"[+−][\d\u202f,]+\u00a0%|multiplication par [\d\u202f,]+|presque"
    assert re.findall(rate, before) == re.findall(rate, after)


def test_growth_is_told_on_each_side_of_a_break():
    # Urssaf, private jobs of Hauts-de-France: 1,411,196 in 2014, 1,465,701 in 2020 (× 1.0386), then, with a change of
    # field, 1,524,689 in 2021 and 1,543,404 in 2024 (× 1.0123); from 2020 to 2021, +4.0 % that nobody should read.
    values = pd.Series({2014: 1_411_196.0, 2020: 1_465_701.0, 2021: 1_524_689.0, 2024: 1_543_404.0})
    assert titles.stretches(values, [brk(2021)]) == [
        f"+3,9{NBSP}% de 2014 à 2020",
        f"+1,2{NBSP}% de 2021 à 2024",
    ]


@given(YEARS, VALUES, BREAKS)
def test_stretches_cover_the_years_and_no_break(first, values, breaks):
    said = titles.stretches(yearly(first, *values), [brk(b) for b in breaks])
    spans = [tuple(map(int, re.findall(r"\b(\d{4})\b", s.split(" de ")[-1]))) for s in said]
    assert spans == sorted(spans)
    assert all(start < end and not any(start < b <= end for b in breaks) for start, end in spans)


def test_a_stretch_that_starts_from_nothing_has_no_growth():
    assert titles.stretches(yearly(2010, 0, 5), []) == []


@pytest.mark.parametrize(
    ("value", "others", "said"),
    [
        (31.3, [30.0, 38.0], "31,3 % ici ; 38,0 % en France (2019)"),
        (31.3, [35.0, 38.0], "31,3 % ici, la valeur la plus basse ; 38,0 % en France (2019)"),
        (39.0, [35.0, 38.0], "39,0 % ici, la valeur la plus haute ; 38,0 % en France (2019)"),
        (38.0, [35.0, 38.0], "38,0 % ici ; 38,0 % en France (2019)"),
        (31.3, [], "31,3 % ici (2019)"),
    ],
)
def test_a_comparison_gives_both_ends_and_names_an_extreme(value, others, said):
    readings = [("ici", value), *zip(["là", "en France"], others, strict=False)]
    title = titles.comparison(SHARE, readings, "2019")
    assert title.replace("\u00a0", " ") == f"Diplômés du supérieur (25-64 ans) : {said}"


def test_an_acronym_keeps_its_capitals():
    indicator = JOBS.model_copy(update={"libelle_court": "PIB par habitant"})
    assert titles.evolution(indicator, "en France", yearly(2010, 5)).startswith("PIB par habitant en France")


@given(st.floats(-50, 50).filter(lambda gap: abs(gap) >= 0.5))
def test_points_agree_with_the_number_that_is_printed(gap):
    title = titles.evolution(SHARE, "ici", yearly(2010, 50, 50 + gap))
    number, word = re.search(r" : [+−]?([\d,]+)\u00a0(points?) de", title).groups()
    assert word == ("points" if float(number.replace(",", ".")) >= 2 else "point")
    # The gap that floats leave: 50.95 − 50 is a little more than 0.95.
    assert writing.number((50 + gap) - 50, 1, sign=True).lstrip("+−") in title
