"""The house style: same size, same colours, same bytes everywhere."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from prospective.model import writing

# Okabe & Ito (2008), *Color Universal Design*: told apart by colour-blind readers; greys for comparators.
ACCENT = "#0072B2"
GREYS = ("#4D4D4D", "#6B6B6B", "#858585", "#949494")
LABEL = "#4D4D4D"
TARGET = "#000000"
KINDS = {"tendance": "#0072B2", "inflexion": "#B8860B", "rupture": "#A8452D"}
MARKERS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", "-.", ":")
SIZE = (5.7, 3.9)

RC = {
    "figure.dpi": 96,
    "svg.hashsalt": "prospective",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "path.simplify": False,
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "axes.labelsize": 12,
    "xtick.labelsize": 12,
    "ytick.labelsize": 12,
    "axes.edgecolor": "#4D4D4D",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "text.color": "#222222",
    "axes.labelcolor": "#222222",
    "xtick.color": "#222222",
    "ytick.color": "#222222",
    "axes.unicode_minus": True,
}


@contextmanager
def house(height: float = SIZE[1], left_labels: bool = False) -> Iterator[tuple[Figure, Axes]]:
    """Open a figure in the house style, outside pyplot so that nothing is shown twice."""
    with mpl.rc_context({**sns.axes_style("whitegrid"), **RC}):
        figure = Figure(figsize=(SIZE[0], height), layout="constrained")
        axes = figure.subplots()
        axes.set_axisbelow(True)
        axes.grid(visible=True, axis="x" if left_labels else "y")
        axes.grid(visible=False, axis="y" if left_labels else "x")
        yield figure, axes


def french_axis(axes: Axes, which: str = "y", ticks: int = 5) -> None:
    """Write the ticks of an axis as French numbers, with only the decimals they need."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(MaxNLocator(nbins=ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda v, _: writing.number(v, writing.decimals_of(v, 2))))


def year_axis(axes: Axes, first: float, last: float) -> None:
    """Put whole years under a chart, five or six of them."""
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}"))
    axes.set_xlim(first, last)


def short_lines(label: str, width: int = 17, most: int = 3) -> str:
    """Break a name into lines short enough to stand beside a chart, at most three."""
    return "\n".join(textwrap.wrap(label, width, max_lines=most, placeholder=" …"))


def spread_labels(values: list[float], gap: float) -> list[float]:
    """Move label heights apart so that neighbours are at least ``gap`` from each other, keeping their order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed = [values[i] for i in order]
    for _ in range(200):
        moved = False
        for k in range(len(placed) - 1):
            overlap = gap - (placed[k + 1] - placed[k])
            if overlap > 1e-9 * max(gap, 1e-12):
                placed[k] -= overlap / 2
                placed[k + 1] += overlap / 2
                moved = True
        if not moved:
            break
    result = [0.0] * len(values)
    for height, index in zip(placed, order, strict=True):
        result[index] = height
    return result
