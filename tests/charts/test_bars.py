"""Bars: as long as their values, on the right side of zero."""

import pandas as pd
import pytest

from prospective.charts.bars import bars
from tests.charts import drawing
from tests.charts.samples import ACCENT, CAPTION, side_by_side

GREY = "#858585"


def edges(values: dict[str, float]) -> list[tuple[float, float]]:
    return drawing.rectangles(side_by_side(values).svg, {ACCENT, GREY})


def test_a_bar_is_as_long_as_its_value_and_starts_at_zero() -> None:
    found = edges({"a": 5.0, "b": 2.5, "c": 1.0})
    assert len({round(left, 2) for left, _ in found}) == 1
    lengths = [right - left for left, right in found]
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 0.5, 0.2], abs=1e-3)


def test_a_negative_bar_goes_left_of_zero() -> None:
    found = edges({"a": 5.0, "b": -3.0, "c": 2.0})
    zero = found[0][0]
    assert found[1][1] == pytest.approx(zero, abs=0.01)
    assert found[2][0] == pytest.approx(zero, abs=0.01)
    unit = (found[0][1] - zero) / 5
    assert zero - found[1][0] == pytest.approx(3 * unit, rel=1e-3)


def test_bars_may_all_be_negative() -> None:
    found = edges({"a": -5.0, "b": -1.0})
    assert found[0][1] == pytest.approx(found[1][1], abs=0.01)
    left, right, _, _ = drawing.frame(side_by_side({"a": -5.0, "b": -1.0}).svg)
    assert all(left < bar[0] < bar[1] <= right + 0.01 for bar in found)


def test_values_are_written_in_french_at_the_end_of_the_bars() -> None:
    said = drawing.texts(side_by_side({"a": 5.0, "b": -3.25, "c": 1234.5}).svg)
    assert {"5,0\u00a0%", "−3,2\u00a0%", "1\u202f234,5\u00a0%"} <= set(said)


def test_bars_keep_the_order_of_the_rows() -> None:
    found = edges({"a": 1.0, "b": 3.0, "c": 2.0})
    assert [right - left for left, right in found] == pytest.approx(
        [(found[1][1] - found[1][0]) * k / 3 for k in (1, 3, 2)], abs=0.01
    )


def test_only_the_territory_of_the_page_is_in_the_accent_colour() -> None:
    svg = side_by_side({"a": 1.0, "b": 3.0, "c": 2.0}).svg
    assert len(drawing.rectangles(svg, {ACCENT})) == 1
    assert drawing.rectangles(svg, {ACCENT})[0] == drawing.rectangles(svg, {ACCENT, GREY})[0]


def test_the_words_give_the_highest_and_the_lowest() -> None:
    assert side_by_side({"Lille": 5.0, "Laon": -3.0, "Roubaix": 2.0}).alt == (
        "Barres horizontales, en % : 3 lignes (territoire). La valeur la plus haute est 5,0\u00a0% (Lille), "
        "la plus basse −3,0\u00a0% (Laon)."
    )


def test_one_bar_is_singular() -> None:
    assert " 1 ligne (territoire). La valeur" in side_by_side({"Aisne": 5.0}).alt


def test_a_reference_is_marked_where_it_is_and_said() -> None:
    data = pd.DataFrame({"nom": ["a", "b"], "valeur": [2.0, 0.5]})
    chart = bars(data, {"a"}, CAPTION, "n", reference=(1.0, "France"))
    assert chart.alt.endswith("Un repère est tracé à 1 (France).")
    (line,) = drawing.lines(chart.svg, "#222222")
    first = drawing.rectangles(chart.svg, {ACCENT})[0]
    assert line.points[0, 0] == pytest.approx(sum(first) / 2, abs=0.05)  # 1 is half of 2
    assert "France" in drawing.texts(chart.svg)


def test_a_missing_value_has_no_bar_but_stays_in_the_table() -> None:
    data = pd.DataFrame({"nom": ["a", "b", "c"], "valeur": [2.0, float("nan"), 1.0]})
    chart = bars(data, {"a"}, CAPTION, "n")
    assert len(drawing.rectangles(chart.svg, {ACCENT, GREY})) == 2
    assert chart.table["Territoire"].to_list() == ["a", "b", "c"]
    assert "n.\u00a0d." in drawing.text_of(drawing.tree(chart.html()))
    assert "2 lignes" in chart.alt


def test_other_columns_go_to_the_table_only() -> None:
    table = side_by_side().table
    assert list(table.columns) == ["Territoire", "Valeur", "Rang"]


def test_bars_may_all_be_zero() -> None:
    assert "0,0\u00a0%" in drawing.texts(side_by_side({"a": 0.0, "b": 0.0}).svg)


def test_two_places_of_the_same_name_have_two_bars() -> None:
    data = pd.DataFrame({"nom": ["Rocquigny", "Rocquigny"], "valeur": [4.0, 2.0]})
    assert len(drawing.rectangles(bars(data, set(), CAPTION, "n").svg, {GREY})) == 2
