"""Breaks of a series are read, and told to the territory that they concern."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospective.model.indicator import parse_breaks, parse_gaps

LABELS = st.text("abcdefghijklmnopqrstuvwxyzéèà’ ()", min_size=1, max_size=20).map(lambda s: f"x{s}".strip())
PLACES = st.sampled_from([None, "fr", "ue27", "reg-32", "epci-240200444"])


def test_breaks_of_one_place_and_of_all_are_told_apart():
    found = parse_breaks("2022:enquête rénovée; fr@2014 : CITE 2011")
    assert [(b.annee, b.libelle, b.territoire) for b in found] == [
        (2014, "CITE 2011", "fr"),
        (2022, "enquête rénovée", None),
    ]


def test_no_break_is_no_text():
    assert parse_breaks("") == parse_breaks(" ; ") == ()


@given(st.lists(st.tuples(PLACES, st.integers(1900, 2099), LABELS), max_size=5))
def test_breaks_written_as_text_are_read_back_oldest_first(given_breaks):
    text = ";".join(f"{place}@{year}:{label}" if place else f"{year}:{label}" for place, year, label in given_breaks)
    found = [(b.territoire, b.annee, b.libelle) for b in parse_breaks(text)]
    assert found == sorted(given_breaks, key=lambda b: b[1])


@pytest.mark.parametrize("text", ["CITE 2011", "2014", "2014:", "14:CITE", "France@2014:CITE", "fr@:x", "2014 CITE"])
def test_what_is_not_a_break_is_refused_with_its_form(text):
    with pytest.raises(ValueError, match=r"« .+ » n'est pas de la forme \[territoire@\]année:libellé"):
        parse_breaks(text)


def test_a_territory_has_its_own_breaks_and_those_of_all(package):
    # International Federation of Robotics: 194 robots per 10,000 employees in France in 2020 (World Robotics 2021),
    # 163 in 2021 (World Robotics 2022), the employment of reference having been revised.
    density = package.indicator("densite-robots")
    assert [b.annee for b in density.breaks_for("fr")] == [2021]
    assert density.breaks_for("de") == []
    # ISCED 2011 replaced ISCED 1997 in edat_lfse_04 from 2014 (Eurostat metadata), everywhere.
    degrees = package.indicator("diplomes-superieur")
    assert [b.annee for b in degrees.breaks_for("reg-32")] == [b.annee for b in degrees.breaks_for("fr")] == [2014]


def test_a_source_line_says_who_what_when_and_on_what_terms(package):
    assert package.indicator("emploi-prive").source_line == (
        "Urssaf, etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last, millésime 2024 (ODbL 1.0)"
    )


def test_an_indicator_writes_values_with_its_own_decimals(package):
    assert package.indicator("diplomes-superieur").write(31.25) == "31,2\u00a0%"
    assert package.indicator("emploi-prive").write(1_444_658) == "1\u202f444\u202f658\u00a0emplois"
    assert package.indicator("emploi-prive").write(65, sign=True) == "+65\u00a0emplois"


def test_gaps_are_read_by_year_by_span_and_by_month():
    found = parse_gaps("fr@2020:non publié;2003-2005:enquête suspendue;2019-10/2019-12:grève")
    assert [(g.debut, g.fin, g.libelle, g.territoire) for g in found] == [
        ("2003", "2005", "enquête suspendue", None),
        ("2019-10", "2019-12", "grève", None),
        ("2020", "2020", "non publié", "fr"),
    ]


@pytest.mark.parametrize(
    ("text", "territory", "date", "covered"),
    [
        ("2003-2005:x", "fr", "2003", True),
        ("2003-2005:x", "fr", "2005", True),
        ("2003-2005:x", "fr", "2006", False),
        ("2003:x", "fr", "2003-07", True),
        ("fr@2003:x", "de", "2003", False),
        ("2019-10/2019-12:x", "fr", "2019-11", True),
        ("2019-10/2019-12:x", "fr", "2020-01", False),
    ],
)
def test_a_gap_covers_its_dates_for_its_territory(text, territory, date, covered):
    assert parse_gaps(text)[0].covers(territory, date) is covered


@pytest.mark.parametrize("text", ["2003", "2003-2001:x", "20:x", "fr@:x", "2003-05-2004:x"])
def test_a_gap_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="«"):
        parse_gaps(text)
