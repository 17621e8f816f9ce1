"""A probability has the word that the method page publishes."""

import math
import re
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospective.model import sheet
from prospective.narrative import words

# The classes of the IPCC guidance note (Mastrandrea et al., 2010), made disjoint as the method page publishes them:
# « de 1 à 10 % », « de 10 à 33 % »… with the bound in the class above, but « plus de 99 % ».
BOUNDS = [
    (0, "quasi exclu"),
    (0.001, "quasi exclu"),
    (0.009, "quasi exclu"),
    (0.01, "très improbable"),
    (0.099, "très improbable"),
    (0.1, "improbable"),
    (0.329, "improbable"),
    (0.33, "chances partagées"),
    (0.5, "chances partagées"),
    (0.659, "chances partagées"),
    (0.66, "probable"),
    (0.899, "probable"),
    (0.9, "très probable"),
    (0.989, "très probable"),
    (0.99, "très probable"),
    (0.991, "quasi certain"),
    (0.995, "quasi certain"),
    (1, "quasi certain"),
]


@pytest.mark.parametrize(("value", "word"), BOUNDS)
def test_a_probability_has_the_word_of_the_published_scale(value, word):
    assert words.probability(value) == word


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_thing_never_has_a_less_likely_word(one, other):
    order = [word for _, _, word in words.scale()]
    low, high = sorted([one, other])
    assert order.index(words.probability(low)) <= order.index(words.probability(high))


@pytest.mark.parametrize("value", [-0.01, 1.01, 55, math.nan, math.inf])
def test_what_is_not_a_probability_has_no_word(value):
    with pytest.raises(ValueError, match="is not a probability"):
        words.probability(value)


def test_the_scale_covers_everything_once():
    classes = words.scale()
    assert classes[0][0] == 0
    assert classes[-1][1] == 1
    assert all(before[1] == after[0] for before, after in pairwise(classes))


def test_the_method_page_publishes_the_scale_that_is_computed(root):
    page = (root / "book/methode.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*?\d+\s%) \| (.+?) \|$", page, flags=re.MULTILINE)
    published = [([int(n) for n in re.findall(r"\d+", bounds)], word) for bounds, word in rows]
    low, *between, high = [(round(100 * a), round(100 * b), word) for a, b, word in words.scale()]
    assert published == [([low[1]], low[2]), *(([a, b], word) for a, b, word in between), ([high[0]], high[2])]


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("ORIGINS", "Probability.origine"),
        ("KINDS", "Hypothesis.type"),
        ("DIRECTIONS", "Hypothesis.sens"),
        ("LEVELS", "Quality.couverture_donnees"),
        ("AGREEMENT", "Quality.accord_experts"),
        ("SIGNS", "SectorExposure.sens"),
        ("INTENSITIES", "Influence.intensite"),
        ("STATUSES", "Sheet.statut"),
    ],
)
def test_whatever_a_sheet_may_say_has_its_words(table, field):
    model, name = field.split(".")
    assert set(getattr(words, table)) == set(get_args(getattr(sheet, model).model_fields[name].annotation))
