"""Specialisation against closed forms and cases worked by hand."""

from math import isclose

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.analysis.specialisation import (
    EmptyTerritoryError,
    blended_structure,
    location_quotient,
    rank,
    shares,
)

SECTORS = ["AZ", "CA", "CE", "CH", "CL", "DZ", "FZ"]
counts = st.integers(min_value=0, max_value=100_000)
positive = st.integers(min_value=1, max_value=100_000)
quick = settings(max_examples=150)


def jobs(**by_sector: float) -> pd.DataFrame:
    return pd.DataFrame({"secteur": list(by_sector), "valeur": list(by_sector.values())})


def structures(value: st.SearchStrategy[int]) -> st.SearchStrategy[pd.DataFrame]:
    return st.dictionaries(st.sampled_from(SECTORS), value, min_size=1).map(lambda found: jobs(**found))


# Shares


def test_shares_worked_by_hand() -> None:
    found = shares(jobs(CA=30, CH=50, FZ=20))
    assert found.to_dict() == {"CA": 0.3, "CH": 0.5, "FZ": 0.2}


def test_a_sector_written_on_two_rows_is_added_up() -> None:
    twice = pd.DataFrame({"secteur": ["CA", "CH", "CA"], "valeur": [1, 2, 1]})
    assert shares(twice).to_dict() == {"CA": 0.5, "CH": 0.5}


@quick
@given(structures(positive))
def test_shares_sum_to_one_and_keep_proportions(found: pd.DataFrame) -> None:
    result = shares(found)
    assert isclose(result.sum(), 1, rel_tol=1e-12)
    first = found.iloc[0]
    assert isclose(result[first["secteur"]] * found["valeur"].sum(), first["valeur"], rel_tol=1e-12)


@pytest.mark.parametrize("empty", [jobs(), jobs(CA=0, CH=0)], ids=["no row", "only zeros"])
def test_a_territory_without_a_job_has_no_structure(empty: pd.DataFrame) -> None:
    some = jobs(CA=1)
    with pytest.raises(EmptyTerritoryError):
        shares(empty)
    with pytest.raises(EmptyTerritoryError):
        location_quotient(empty, some)
    with pytest.raises(EmptyTerritoryError):
        location_quotient(some, empty)


# Location quotient


def test_location_quotient_worked_by_hand() -> None:
    # Territory: 40 % CA, 60 % CH. Reference: 20 % CA, 30 % CH, 50 % FZ.
    found = location_quotient(jobs(CA=400, CH=600), jobs(CA=20_000, CH=30_000, FZ=50_000))
    assert found.to_dict() == pytest.approx({"CA": 2.0, "CH": 2.0, "FZ": 0.0})


def test_a_sector_absent_from_the_reference_has_no_quotient() -> None:
    found = location_quotient(jobs(CA=1, BZ=1, CD=1), jobs(CA=1, BZ=0))
    assert found["CA"] == pytest.approx(1 / 3)
    assert found[["BZ", "CD"]].isna().all()


@quick
@given(structures(positive))
def test_a_territory_is_as_specialised_as_itself(found: pd.DataFrame) -> None:
    assert location_quotient(found, found).to_numpy() == pytest.approx(1)


@quick
@given(st.fixed_dictionaries(dict.fromkeys(SECTORS, counts)), st.fixed_dictionaries(dict.fromkeys(SECTORS, positive)))
def test_the_mean_quotient_weighted_by_the_reference_is_one(local: dict[str, int], base: dict[str, int]) -> None:
    local["CA"] += 1
    quotients = location_quotient(jobs(**local), jobs(**base))
    total = sum(base.values())
    assert sum(quotients[s] * base[s] / total for s in SECTORS) == pytest.approx(1)


@quick
@given(structures(positive), structures(positive), st.integers(2, 50))
def test_the_size_of_a_territory_does_not_change_its_quotients(
    local: pd.DataFrame, base: pd.DataFrame, times: int
) -> None:
    bigger = local.assign(valeur=local["valeur"] * times)
    pd.testing.assert_series_equal(location_quotient(bigger, base), location_quotient(local, base))


# Borrowed structure


def zones(**by_zone: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame.assign(territoire=zone) for zone, frame in by_zone.items()])


def test_a_borrowed_structure_worked_by_hand() -> None:
    # Zone a: 100 % CA. Zone b: 25 % CA, 75 % CH. Three quarters of the jobs in a.
    known = zones(a=jobs(CA=10), b=jobs(CA=250, CH=750))
    found = blended_structure(known, pd.Series({"a": 0.75, "b": 0.25})).set_index("secteur")["valeur"]
    assert found.to_dict() == pytest.approx({"CA": 0.8125, "CH": 0.1875})


def test_a_big_zone_weighs_no_more_than_its_weight() -> None:
    known = zones(a=jobs(CA=1), b=jobs(CH=1_000_000))
    found = blended_structure(known, pd.Series({"a": 0.5, "b": 0.5})).set_index("secteur")["valeur"]
    assert found.to_dict() == {"CA": 0.5, "CH": 0.5}


@quick
@given(structures(positive), structures(positive))
def test_a_territory_covered_by_one_zone_has_its_structure(one: pd.DataFrame, other: pd.DataFrame) -> None:
    found = blended_structure(zones(a=one, b=other), pd.Series({"a": 1.0})).set_index("secteur")["valeur"]
    pd.testing.assert_series_equal(found, shares(one), check_names=False)


@quick
@given(structures(positive), structures(positive), structures(positive), st.lists(positive, min_size=3, max_size=3))
def test_a_borrowed_structure_sums_to_one(a: pd.DataFrame, b: pd.DataFrame, c: pd.DataFrame, masses: list[int]) -> None:
    weights = pd.Series(masses, index=["a", "b", "c"]) / sum(masses)
    found = blended_structure(zones(a=a, b=b, c=c), weights)
    assert list(found.columns) == ["secteur", "valeur"]
    assert found["secteur"].is_unique
    assert found["valeur"].sum() == pytest.approx(1)


def test_nothing_is_borrowed_from_nowhere() -> None:
    known = zones(a=jobs(CA=1))
    with pytest.raises(EmptyTerritoryError):
        blended_structure(known, pd.Series(dtype=float))
    with pytest.raises(EmptyTerritoryError):
        blended_structure(known, pd.Series({"a": 0.5, "elsewhere": 0.5}))


# Ranks


def test_ties_share_the_best_place() -> None:
    values = pd.Series({"a": 3.0, "b": 5.0, "c": 3.0, "d": 1.0})
    assert [rank(values, member) for member in "bacd"] == [(1, 4), (2, 4), (2, 4), (4, 4)]


def test_a_member_without_a_value_is_not_counted() -> None:
    values = pd.Series({"a": 3.0, "b": float("nan"), "c": -1.0})
    assert rank(values, "c") == (2, 2)


@quick
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=12))
def test_a_rank_is_one_plus_how_many_do_better(values: list[int]) -> None:
    series = pd.Series(values, index=[str(i) for i in range(len(values))], dtype=float)
    for member, value in zip(series.index, values, strict=True):
        assert rank(series, member) == (1 + sum(other > value for other in values), len(values))
