"""Territories: one answer or none for what people type, and sums that are exact."""

import csv
import datetime
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from prospective.model import writing
from prospective.model.errors import UnknownTerritoryError
from prospective.model.territory import Territory
from tests.conftest import ROOT
from tests.editing import edit

PLACES = Gazetteer(Package(ROOT))  # for hypothesis, which draws before fixtures exist
ALL = sorted(PLACES.territories)
CODES = {t.id: t.code for t in PLACES.territories.values() if t.id == f"{t.id.split('-')[0]}-{t.code}"}
WHOLE_NUMBERS = Counter(int(code) for code in CODES.values())
FOLDED = Counter(
    name for t in PLACES.territories.values() for name in {writing.unaccented(t.nom), writing.unaccented(t.full_name)}
)
IN_REGION = [i for i, t in PLACES.territories.items() if t.niveau not in ("pays", "comparaison")]


def read_csv(name: str) -> list[dict[str, str]]:
    """A table as the standard library reads it."""
    with (ROOT / "data/territoires" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def jobs() -> dict[tuple[str, str], float]:
    """Private jobs by territory and year."""
    return {(row["territoire"], row["date"]): float(row["valeur"]) for row in read_csv("emploi-prive.csv")}


# --- what there is -------------------------------------------------------------------------------------------------


def test_the_region_has_the_territories_of_the_official_code(places):
    # Insee, Code officiel géographique 2026: 3,782 communes in 92 intercommunalities and 5 départements of
    # Hauts-de-France; the zones d'emploi of 2020 that touch the region are 24.
    count = Counter(t.niveau for t in places.territories.values())
    assert (count["commune"], count["epci"], count["ze"], count["departement"]) == (3782, 92, 24, 5)
    departements = {t.code: t.nom for t in places.territories.values() if t.niveau == "departement"}
    assert departements == {"02": "Aisne", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "80": "Somme"}


@pytest.mark.parametrize("column", ["epci", "ze", "departement"])
def test_populations_add_up_at_every_level(places, column):
    prefix = {"epci": "epci", "ze": "ze", "departement": "dep"}[column]
    total = defaultdict(int)
    for row in read_csv("communes-2026.csv"):
        total[f"{prefix}-{row[column]}"] += int(row["population"])
    assert {i: places[i].population for i in total} == total
    assert sum(total.values()) == places["reg-32"].population


# --- finding one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("02", "dep-02"),
        (2, "dep-02"),
        ("2", "dep-02"),
        (" 02 ", "dep-02"),
        (240200444, "epci-240200444"),
        ("240200444", "epci-240200444"),
        ("32", "reg-32"),
        (32, "reg-32"),
        (3214, "ze-3214"),
        ("0054", "ze-0054"),
        (54, "ze-0054"),
        (59350, "com-59350"),
        ("DEP-02", "dep-02"),
        ("aisne", "dep-02"),
        ("HAUTS DE FRANCE", "reg-32"),
        ("etaples", "com-62318"),
        ("oeuilly", "com-02565"),
        ("thierache et serre", "thierache-serre"),
        ("zone d'emploi de Laon", "ze-3214"),
        ("Zone d’emploi de Lille", "ze-3216"),
        ("metropole europeenne de lille", "epci-200093201"),
        ("France", "fr"),
        ("fr", "fr"),
    ],
)
def test_what_people_type_designates_one_territory(places, asked, found):
    assert places.resolve(asked).id == found


def test_a_territory_designates_itself(places):
    assert places.resolve(places["dep-02"]) is places["dep-02"]


def test_every_territory_is_found_by_its_id(places):
    assert [i for i in ALL if places.resolve(i).id != i] == []


def test_every_territory_is_found_by_its_bare_code(places):
    assert len(CODES) == 3782 + 92 + 24 + 5 + 1
    assert [i for i, code in CODES.items() if places.resolve(code).id != i] == []


def test_every_territory_is_found_by_the_whole_number_that_its_code_makes(places):
    alone = {i: int(code) for i, code in CODES.items() if WHOLE_NUMBERS[int(code)] == 1}
    assert len(alone) == len(CODES)  # no two codes make the same number today
    communes = [i for i in alone if i.startswith("com-")]
    tried = [i for i in alone if not i.startswith("com-")] + communes[::10]
    assert [i for i in tried if places.resolve(alone[i]).id != i] == []


@settings(max_examples=60)
@given(st.sampled_from(ALL), st.sampled_from([str.upper, str.lower, writing.unaccented, str]))
def test_a_name_is_found_without_accents_or_case_when_it_is_the_only_one(territory, spelt):
    place = PLACES[territory]
    if FOLDED[writing.unaccented(place.nom)] == 1:
        assert PLACES.resolve(spelt(place.nom)) == place
    else:
        with pytest.raises(UnknownTerritoryError):
            PLACES.resolve(spelt(place.nom))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("Lille", "ze-3216 (zone d’emploi Lille) ou com-59350 (commune Lille)"),
        ("saint quentin", "ze-3220 (zone d’emploi Saint-Quentin) ou com-02691 (commune Saint-Quentin)"),
    ],
)
def test_a_name_that_several_bear_is_refused_with_the_list(places, name, choices):
    with pytest.raises(UnknownTerritoryError) as error:
        places.resolve(name)
    assert str(error.value) == f"« {name} » désigne plusieurs territoires : précisez {choices}."


def test_an_unknown_name_is_offered_the_nearest_territory(places):
    with pytest.raises(UnknownTerritoryError) as error:
        places.resolve("thierrache")
    assert str(error.value) == (
        "Territoire inconnu : « thierrache ». Vouliez-vous dire « thierache-serre » (Thiérache et Serre) ?  "
        "(pour chercher : prospective territoires « mot »)"
    )


@pytest.mark.parametrize(
    "asked", [True, False, 2.0, 59.35, None, ["02"], {"id": "dep-02"}, datetime.date(2026, 1, 1)], ids=repr
)
def test_what_is_neither_a_code_nor_a_name_is_refused(places, asked):
    with pytest.raises(UnknownTerritoryError, match="doit être un code ou un nom, pas "):
        places.resolve(asked)


@pytest.mark.parametrize("asked", ["", "   ", "-2", -2, 0, "99999", "ze-9999", "()", "2.0", "com-2001", "dep 02"])
def test_nothing_is_guessed(places, asked):
    with pytest.raises(UnknownTerritoryError, match="Territoire inconnu"):
        places.resolve(asked)


@settings(max_examples=30)
@given(st.text("abcdefghijklmnopqrstuvwxyz éèà-'’0123456789", max_size=12))
def test_whatever_is_typed_gives_a_territory_or_a_french_sentence(text):
    try:
        assert isinstance(PLACES.resolve(text), Territory)
    except UnknownTerritoryError as error:
        assert str(error).startswith(("Territoire inconnu : « ", f"« {text} » désigne plusieurs territoires"))


def test_an_exponent_is_not_a_code(places):
    with pytest.raises(UnknownTerritoryError):
        places.resolve("²")


def test_a_search_folds_accents_and_lists_broadest_first(places):
    found = [t.id for t in places.search("thierache")]
    assert found[0] == "epci-200071983"
    assert {"epci-240200444", "epci-240200634", "thierache-serre", "com-02558"} <= set(found)
    levels = [places[i].niveau for i in found if places[i].niveau != "compose"]
    assert levels == sorted(levels, key=["epci", "commune"].index)


# --- sums ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "total"), [("2018", 1_444_658), ("2024", 1_543_404)])
def test_the_region_has_the_private_jobs_that_urssaf_counts(jobs, year, total):
    # Urssaf, « Établissements et effectifs salariés au niveau commune x APE », sums over the region.
    assert jobs["reg-32", year] == total


@pytest.mark.parametrize("prefix", ["com-", "dep-"])
def test_the_region_is_the_sum_of_its_communes_and_of_its_departements(jobs, prefix):
    years = {year for place, year in jobs if place == "reg-32"}
    assert years == {str(year) for year in range(2014, 2025)}
    for year in years:
        parts = [value for (place, when), value in jobs.items() if when == year and place.startswith(prefix)]
        assert sum(parts) == jobs["reg-32", year]


def test_an_intercommunality_of_the_region_is_the_sum_of_its_communes(places, jobs):
    total = defaultdict(float)
    home = {row["code"]: f"epci-{row['epci']}" for row in read_csv("communes-2026.csv")}
    for (place, year), value in jobs.items():
        if place.startswith("com-"):
            total[home[place.removeprefix("com-")], year] += value
    shared = {t.id for t in places.territories.values() if t.niveau == "epci" and t.partage}
    # Aumale and the Villes Sœurs lie partly in Normandy: Urssaf counts them whole, so their communes make less.
    assert shared == {"epci-200069722", "epci-247600588"}
    assert {key[0] for key, value in total.items() if jobs[key] != value} == shared
    assert all(jobs[key] > value for key, value in total.items() if key[0] in shared)


def test_sectors_add_up_to_all_jobs(jobs):
    total = defaultdict(float)
    for row in read_csv("emploi-secteurs.csv"):
        total[row["territoire"], row["date"]] += float(row["valeur"] or 0)
    assert {key: jobs[key] for key in total} == total


def test_thierache_and_serre_is_five_intercommunalities_and_202_communes(places):
    group = places["thierache-serre"]
    assert len(group.membres) == 5
    codes = places.commune_codes(group)
    assert len(codes) == len(set(codes)) == 202
    assert group.population == sum(int(r["population"]) for r in read_csv("communes-2026.csv") if r["code"] in codes)


@pytest.mark.parametrize(("year", "total"), [("2014", 13_354), ("2018", 13_045), ("2024", 13_419)])
def test_the_jobs_of_thierache_and_serre_are_those_of_its_members_and_of_its_communes(places, jobs, year, total):
    # Urssaf, as above, summed by hand over the five intercommunalities.
    group = places["thierache-serre"]
    assert sum(jobs[member, year] for member in group.membres) == total
    assert sum(jobs.get((f"com-{code}", year), 0) for code in places.commune_codes(group)) == total


@pytest.mark.parametrize("column", ["epci", "ze", "departement"])
@pytest.mark.parametrize("level", ["region", "departement", "ze", "epci", "compose"])
def test_what_covers_a_territory_weighs_one_in_all(places, level, column):
    for place in (t for t in places.territories.values() if t.niveau == level):
        shares = places.weights(place, column)
        assert shares.sum() == pytest.approx(1, abs=1e-12), place.id
        assert (shares > 0).all()
        assert shares.is_monotonic_decreasing
        assert all(i in places.territories for i in shares.index)


@given(st.sampled_from([i for i in ALL if i.startswith("com-")]), st.sampled_from(["epci", "ze", "departement"]))
def test_a_commune_is_covered_by_one_territory_of_each_level(commune, column):
    shares = PLACES.weights(PLACES[commune], column)
    assert len(shares) == 1
    assert shares.iloc[0] == pytest.approx(1)


def test_weights_are_shares_of_jobs_and_not_of_communes(places, jobs):
    home = {row["code"]: f"ze-{row['ze']}" for row in read_csv("communes-2026.csv")}
    group = places["thierache-serre"]
    total = defaultdict(float)
    for code in places.commune_codes(group):
        total[home[code]] += jobs.get((f"com-{code}", "2024"), 0)
    expected = {zone: value / 13_419 for zone, value in total.items() if value}
    shares = places.weights(group, "ze")
    assert shares.to_dict() == pytest.approx(expected)
    # The letter places the territory between Maubeuge, Saint-Quentin, Laon and Reims.
    assert {places[i].nom for i in shares.index} == {"Maubeuge", "Laon", "Saint-Quentin"}


def test_a_territory_without_a_private_job_is_weighed_by_its_people(places, jobs):
    empty = [i for i in ALL if i.startswith("com-") and (i, "2024") not in jobs]
    assert len(empty) > 100
    assert all(np.isclose(places.weights(places[i], "ze").sum(), 1) for i in empty[::20])


@given(st.sampled_from(IN_REGION))
def test_what_covers_a_territory_ends_with_the_region_and_the_country(territory):
    chain = PLACES.covering(PLACES[territory])
    ids = [place.id for place, _ in chain]
    assert ids[0] == territory
    assert ids[-2:] == ["reg-32", "fr"]
    assert len(ids) == len(set(ids))
    order = ["commune", "compose", "epci", "ze", "departement", "region", "pays"]
    ranks = [order.index(place.niveau) for place, _ in chain]
    assert ranks == sorted(ranks)
    assert all(0 < share <= 1 for _, share in chain)


def test_the_chain_of_a_commune_is_the_official_one(places):
    # Insee, appartenance géographique des communes 2026: 02381 Hirson.
    assert [place.nom for place, _ in places.covering(places.resolve("02381"))] == [
        "Hirson", "CC des Trois Rivières", "Maubeuge", "Aisne", "Hauts-de-France", "France",
    ]  # fmt: skip


def test_a_country_is_covered_by_itself_only(places):
    assert [place.id for place, _ in places.covering(places["fr"])] == ["fr"]
    assert [place.id for place, _ in places.covering(places["de"])] == ["de"]


def test_a_group_with_an_unknown_member_is_refused(copy_of_data):
    edit(copy_of_data / "data/territoires/composes/thierache-serre.yaml", "epci-240200444", "epci-240200445")
    with pytest.raises(UnknownTerritoryError, match="membres : territoire inconnu « epci-240200445 »"):
        _ = Gazetteer(Package(copy_of_data)).territories
