"""The house style: colours apart, labels apart, French ticks."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospective.charts import style


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str = "#FFFFFF") -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_has_its_published_ends() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", [style.ACCENT, style.LABEL, style.TARGET, "#222222"])
def test_words_can_be_read_on_white(colour: str) -> None:
    assert contrast(colour) >= 4.5  # WCAG 1.4.3


@pytest.mark.parametrize("colour", [*style.GREYS, *style.KINDS.values()])
def test_lines_and_bars_can_be_seen_on_white(colour: str) -> None:
    assert contrast(colour) >= 3  # WCAG 1.4.11


heights = st.lists(st.floats(-100, 100), min_size=1, max_size=5)


@given(heights, st.floats(0.1, 20))
def test_labels_are_moved_apart_in_the_same_order_around_the_same_mean(values: list[float], gap: float) -> None:
    placed = style.spread_labels(values, gap)
    order = sorted(range(len(values)), key=lambda i: values[i])
    after = [placed[i] for i in order]
    assert all(b - a >= 0.99 * gap for a, b in pairwise(after))
    assert math.fsum(placed) == pytest.approx(math.fsum(values), abs=1e-6)


@given(st.lists(st.integers(-50, 50), unique=True, min_size=1, max_size=6))
def test_labels_already_apart_do_not_move(values: list[int]) -> None:
    assert style.spread_labels([float(v) for v in values], 1.0) == values
