"""Numbers, dates and lists written in French; babel reads them back."""

import datetime

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from prospective.model import writing

FINITE = st.floats(-1e12, 1e12, allow_nan=False)


@given(FINITE, st.integers(0, 4))
def test_babel_reads_back_the_number_that_was_written(value, decimals):
    text = writing.number(value, decimals).replace(writing.MINUS, "-")
    assert float(parse_decimal(text, locale="fr_FR", strict=True)) == pytest.approx(round(value, decimals), abs=1e-9)


@given(FINITE, st.integers(0, 4))
def test_a_number_is_written_as_python_would_but_in_french(value, decimals):
    english = f"{round(value, decimals) + 0.0:,.{decimals}f}"
    french = english.replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")
    assert writing.number(value, decimals) == french


@given(FINITE, st.integers(0, 4))
def test_an_explicit_sign_is_given_to_all_but_zero(value, decimals):
    text = writing.number(value, decimals, sign=True)
    zero = float(parse_decimal(text.lstrip("+\u2212"), locale="fr_FR")) == 0
    assert (text[0] in "+\u2212") == (not zero)


def test_nothing_is_written_minus_zero():
    assert writing.number(-0.04, 1) == "0,0"


def test_a_unit_follows_a_no_break_space():
    assert writing.quantity(34.5, "%", 1) == "34,5\u00a0%"
    assert writing.quantity(12, "") == "12"


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_decimals_of_are_those_needed_to_read_the_value_again(units, decimals):
    value = units / 10**decimals
    needed = writing.decimals_of(value)
    assert needed <= decimals
    assert f"{value:.{needed}f}" == f"{value:.{decimals}f}".rstrip("0").rstrip(".") if needed else value == round(value)


@pytest.mark.parametrize(
    ("iso", "french"),
    [
        ("2019", "2019"),
        ("2019-12", "décembre 2019"),
        ("2019-02", "février 2019"),
        ("2012-2022", "2012-2022"),
        ("2019-12-31", "31 décembre 2019"),
        ("2020-10-01", "1er octobre 2020"),
        ("2021-01-11", "11 janvier 2021"),
        ("2021-11-21", "21 novembre 2021"),
    ],
)
def test_a_date_is_written_in_french(iso, french):
    assert writing.date(iso) == french


@given(st.dates(datetime.date(1500, 1, 1), datetime.date(2100, 12, 31)))
def test_only_the_first_of_a_month_is_an_ordinal(day):
    number, month, year = writing.date(day.isoformat()).split(" ")
    assert number == ("1er" if day.day == 1 else str(day.day))
    assert (month, int(year)) == (writing.MONTHS[day.month - 1], day.year)


@pytest.mark.parametrize(
    ("count", "word"),
    [(0, "point"), (1, "point"), (1.9, "point"), (-1.9, "point"), (2, "points"), (-2, "points"), (10, "points")],
)
def test_french_takes_the_plural_from_two(count, word):
    # French usage: « 1,9 million », « 2 millions ».
    assert writing.plural(count, "point") == word


def test_an_irregular_plural_is_given():
    assert writing.plural(3, "signal", "signaux") == "signaux"


def test_a_list_has_no_comma_before_its_last_word():
    assert writing.join([]) == ""
    assert writing.join(["a"]) == "a"
    assert writing.join(["a", "b"]) == "a et b"
    assert writing.join(["a", "b", "c"], "ou") == "a, b ou c"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Étrœungt", "etroeungt"),
        ("  L’Haÿ-les-Roses ", "l hay les roses"),
        ("THIÉRACHE", "thierache"),
        ("Œuf-en-Ternois", "oeuf en ternois"),
        ("!?", ""),
    ],
)
def test_names_are_folded_as_people_type_them(typed, folded):
    assert writing.unaccented(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = writing.unaccented(text)
    assert writing.unaccented(once) == writing.unaccented(once.upper()) == once


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Deux mots : oui ; non ?", "Deux mots\u00a0: oui\u202f; non\u202f?"),
        ("« Industrie »", "«\u00a0Industrie\u00a0»"),
        ("lettre n° 4, 12 % de plus !", "lettre n°\u00a04, 12\u00a0% de plus\u202f!"),
        ("https://exemple.fr/?a=1;b=2 et 12:30", "https://exemple.fr/?a=1;b=2 et 12:30"),
    ],
)
def test_a_sentence_typed_with_ordinary_spaces_gets_the_spaces_of_french(typed, printed):
    assert writing.typographic(typed) == printed


@given(st.text(alphabet="ab1 :;!?%«»n°\u00a0\u202f", max_size=30))
def test_typography_changes_only_spaces_and_nothing_the_second_time(text):
    once = writing.typographic(text)
    assert writing.typographic(once) == once
    bare = str.maketrans("", "", " \u00a0\u202f")
    assert once.translate(bare) == text.translate(bare)
