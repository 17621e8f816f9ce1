"""The matrix draws what it is given: cells, shades, numbers, and says the strongest ones."""

import re

import pandas as pd
import pytest

from prospective.charts.chart import Caption
from prospective.charts.matrix import SHADES, matrix
from tests.charts.drawing import assert_complete, texts

NAMES = {"a": "Acier", "b": "Bois", "c": "Ciment"}
CELLS = pd.DataFrame([[0, 3, "P"], [1, 0, 2], [0, 0, 0]], index=list("abc"), columns=list("abc"))
TABLE = pd.DataFrame({"De": ["Acier"], "Vers": ["Bois"], "Intensité": ["3"]})


def drawn(cells: pd.DataFrame = CELLS):
    return matrix(cells, NAMES, Caption("Qui agit sur qui", "influence", ("fiches",)), "essai", TABLE)


def test_each_cell_bears_its_intensity_and_its_shade() -> None:
    chart = drawn()
    assert_complete(chart)
    # Rows from top to bottom, in the order of the cells; an absent influence bears no word.
    assert [t for t in texts(chart.svg) if t in ("0", "1", "2", "3", "P")][-4:] == ["3", "P", "1", "2"]
    filled = re.findall(r"fill: (#[0-9a-f]{6})", chart.svg.decode())
    for shade, count in ((SHADES[1], 1), (SHADES[2], 1), (SHADES[3], 1)):
        assert filled.count(shade.lower()) == count


def test_rows_and_columns_bear_the_same_numbers() -> None:
    found = texts(drawn().svg)
    for number, name in enumerate(NAMES.values(), start=1):
        assert f"{name}  {number}" in found
        assert str(number) in found


def test_the_words_give_the_strongest_row_and_column() -> None:
    # Worked by hand: Acier acts for 3 (P counts for none), Bois for 3; Bois receives 3, Ciment 2, Acier 1.
    alt = drawn().alt
    assert "4 influences, et 1 potentielle" not in alt
    assert "3 influences, et 1 potentielle" in alt
    assert "la plus forte en colonne 3 (Bois)" in alt.lower().replace("bois", "Bois")


def test_an_empty_matrix_says_that_it_is() -> None:
    empty = pd.DataFrame(0, index=list("abc"), columns=list("abc"), dtype=object)
    assert drawn(empty).alt.rstrip().endswith("0 influence.")


def test_rows_and_columns_must_be_the_same() -> None:
    with pytest.raises(ValueError, match="same ids"):
        drawn(CELLS[["b", "a", "c"]])
