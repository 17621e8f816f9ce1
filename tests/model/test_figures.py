"""A number of a text is tied to the figure that proves it, or is found to be loose."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from prospective.model import writing
from prospective.model.figures import Figure, tie

NARROW = "\u202f"  # between groups of thousands
NBSP = "\u00a0"  # before a unit

VALUES = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.floats(-100, 100, allow_nan=False),
)


def figure(value: float, unit: str = "emplois", name: str = "chiffre") -> Figure:
    return Figure(name, value, unit, "Un libellé", "France", "2024")


def loose(text: str, *figures: Figure) -> list[str]:
    """The numbers that nothing proves."""
    return [token.text for token in tie(text, figures) if token.figure is None]


def proved(text: str, *figures: Figure) -> list[tuple[str, str]]:
    return [(token.text, token.figure.id) for token in tie(text, figures) if token.figure]


@pytest.mark.parametrize(
    "text",
    [
        "En 2024, la loi de 1898 tenait encore.",
        "De 2012 à 2018, puis sur 2020-2030.",
        "Depuis 1543, et jusqu’en 2100.",
        "Le 14 juillet et le 1er janvier.",
        f"Le 31{NBSP}décembre 2020, les 3 et 4 mai.",
        "La part des 25-64 ans, celle des 18–24 ans.",
        "Ceux de 15 ans et plus, chez les 25-34 ans.",
        "La lettre n° 4, le n°4, les nos 12.",
        "La norme ISO 10218 et l’ISO/TS 15066.",
        "L’usine H2V59 rejette du CO₂ et du CO2.",
        "L’article 22 bis du règlement (UE) 2023/1230, l’art. 6.",
        "L’industrie 4.0, l’Industrie 4.0 et la démarche rev3.",
        "Au 20e siècle, à 14:30, à 10h30, la Covid-19.",
        "La table NAF 25 et COM(2021) 118.",
    ],
)
def test_dates_ages_and_names_are_not_figures(text):
    assert tie(text, []) == []


@pytest.mark.parametrize("text", ["Parmi les 25-64 ans.", "Les 25-64 ans.", "Un jeune de la classe 18–24 ans."])
def test_an_age_range_is_not_a_figure_whatever_comes_before(text):
    assert loose(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("On compte 163 robots.", "163"),
        ("L’école a 150 ans depuis peu.", "150"),
        (f"Il y a 12{NARROW}000 emplois.", f"12{NARROW}000"),
        (f"Il y a 12{NBSP}000 emplois.", f"12{NBSP}000"),
        (f"Un recul de −14,1{NBSP}% en six ans.", "14,1"),
        ("Une part de 2030 % serait absurde.", "2030"),
        ("En 1450, rien.", "1450"),
        ("(12)", "12"),
    ],
)
def test_a_number_that_nothing_proves_is_loose(text, number):
    assert loose(text) == [number]


def test_an_ordinary_space_does_not_join_thousands():
    # French typography: only a no-break space groups digits (Lexique de l'Imprimerie nationale, 2002).
    assert loose("Il y a 12 000 emplois.", figure(12_000)) == ["12", "000"]


def test_a_token_says_where_its_number_is():
    text = f"On passe de 126 à 1{NARROW}234,5 robots."
    tokens = tie(text, [])
    assert [text[t.start : t.end] for t in tokens] == [t.text for t in tokens] == ["126", f"1{NARROW}234,5"]


@given(VALUES, st.integers(0, 4))
def test_every_number_that_the_library_writes_is_found_and_proved(value, decimals):
    written = writing.number(value, decimals)
    text = f"On compte {written} emplois."
    (token,) = tie(text, [figure(value)])
    assert token.figure is not None
    assert token.text == written.removeprefix(writing.MINUS)
    assert text[token.start : token.end] == token.text


@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(0, 2))
def test_numbers_of_one_sentence_come_in_reading_order(values, decimals):
    written = [writing.number(v, decimals, sign=True) for v in values]
    tokens = tie(f"On lit {' ; '.join(written)}.", [figure(v) for v in values])
    assert [t.text for t in tokens] == [w.lstrip(f"+{writing.MINUS}") for w in written]
    assert all(t.figure for t in tokens)


@given(st.floats(-100, 100, allow_nan=False), st.integers(0, 3))
def test_a_percentage_is_proved_by_a_percentage_only(value, decimals):
    text = f"Un écart de {writing.quantity(value, '%', decimals)}."
    assert loose(text, figure(value, "% des emplois")) == []
    assert len(loose(text, figure(value, "emplois"))) == 1


def test_a_percentage_may_be_quoted_without_its_sign():
    assert proved(f"De 12 à 15{NBSP}%.", figure(12, "%", "a"), figure(15, "%", "b")) == [("12", "a"), ("15", "b")]


def test_a_fall_is_proved_whatever_the_sign():
    # Letter no 4 of the Collège de prospective, October 2020: −14,1 %, that is 844 jobs fewer.
    facts = figure(-14.1, "%", "taux"), figure(-844, "emplois", "perte")
    text = f"Un recul de −14,1{NBSP}%, soit 844 emplois de moins ; un recul de 14,1{NBSP}%."
    assert proved(text, *facts) == [("14,1", "taux"), ("844", "perte"), ("14,1", "taux")]


def test_thousands_may_be_rounded_in_prose():
    assert loose(f"Près de 128{NARROW}000 emplois.", figure(127_842)) == []
    assert loose(f"Près de 128{NARROW}000 emplois.", figure(127_499)) == [f"128{NARROW}000"]
    assert loose(f"Près de 127{NARROW}800 emplois.", figure(127_842)) == []
    assert loose(f"Près de 127{NARROW}840 emplois.", figure(127_842)) == []
    assert loose(f"Près de 127{NARROW}843 emplois.", figure(127_842)) == [f"127{NARROW}843"]


def test_decimals_are_rounded_as_displayed():
    assert loose("31,3 et 31", figure(31.29)) == []
    assert loose("31,2", figure(31.29)) == ["31,2"]
    assert loose("31,30", figure(31.29)) == ["31,30"]


@given(st.integers(0, 999), st.integers(0, 999))
def test_a_small_whole_number_never_stands_for_another(shown, value):
    assume(shown != value)
    assert loose(f"On compte {shown} robots.", figure(value, "robots")) == [str(shown)]


def test_twenty_never_stands_for_nineteen():
    assert loose("Une vingtaine, disons 20.", figure(19)) == ["20"]


@given(st.integers(1000, 10**7), st.integers(-(10**7), 10**7))
def test_a_rounded_number_is_within_five_per_cent_of_what_proves_it(value, gap):
    text = f"Environ {writing.number(value)} emplois."
    for token in tie(text, [figure(value + gap)]):
        assert token.figure is None or abs(abs(token.figure.value) - value) <= 0.05 * value


def test_one_thousand_does_not_stand_for_one_and_a_half():
    assert loose(f"Environ 1{NARROW}000 emplois.", figure(1_499)) == [f"1{NARROW}000"]


def test_the_closest_figure_is_the_proof():
    near, far = figure(127_842, name="près"), figure(128_400, name="loin")
    text = f"Environ 128{NARROW}000 emplois."
    assert proved(text, far, near) == proved(text, near, far) == [(f"128{NARROW}000", "près")]
    assert proved(text, near, figure(128_000, name="exact")) == [(f"128{NARROW}000", "exact")]


def test_the_same_number_twice_may_be_two_figures():
    # Letter no 4: two taxes were each to be halved.
    text = f"Moins 50{NBSP}% pour l’une, moins 50{NBSP}% pour l’autre."
    assert proved(text, figure(50, "%", "cvae"), figure(50, "%", "foncier")) == [("50", "cvae"), ("50", "foncier")]


def test_a_year_is_tied_to_the_figure_that_is_this_very_year():
    # Letter no 4: the plane that Airbus announced for 2035.
    assert proved("Un avion attendu en 2035.", figure(2035, "année", "avion")) == [("2035", "avion")]


@pytest.mark.parametrize(("year", "value"), [("2020", 2_023), ("2000", 1_837), ("2030", 2_026)])
def test_a_year_is_not_the_rounding_of_a_count(year, value):
    assert tie(f"En {year}, les ateliers ouvrent.", [figure(value)]) == []


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (31.3, "%", f"31,3{NBSP}%"),
        (2035, "année", "2035"),
        (-844, "emplois", f"−844{NBSP}emplois"),
        (160_000, "emplois", f"160{NARROW}000{NBSP}emplois"),
        (0.013, "GW", f"0,013{NBSP}GW"),
    ],
)
def test_a_figure_writes_itself_as_it_was_given(value, unit, written):
    assert figure(value, unit).write() == written
