"""A square of judgements: what acts on what."""

import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap

from prospective.charts import style
from prospective.charts.chart import Caption, Chart, finish
from prospective.model import writing

# From none to strong: told apart in grey and by colour-blind readers (a single hue, darker and darker).
SHADES = ("#FFFFFF", "#D6E6F4", "#93BFE3", "#0F5A94")
POTENTIAL = "P"


def matrix(cells: pd.DataFrame, names: dict[str, str], caption: Caption, name: str, table: pd.DataFrame) -> Chart:
    """Draw who influences whom: rows act, columns are acted upon.

    Parameters
    ----------
    cells : square DataFrame, index and columns the same ids; 0 to 3, ``"P"`` for a potential influence.
    names : the French name of each id, for rows; columns bear the number of the row of the same name.
    table : what stands in the table under the chart.

    Raises
    ------
    ValueError
        If rows and columns are not the same ids.
    """
    if list(cells.index) != list(cells.columns):
        raise ValueError("rows and columns of a matrix must be the same ids, in the same order")
    shade = cells.map(lambda v: 0 if v == POTENTIAL else int(v))
    words = cells.map(lambda v: "" if v == 0 else str(v))
    size = len(cells)
    with style.house(height=0.7 + 0.13 * size) as (figure, axes):
        sns.heatmap(
            shade, annot=words, fmt="", cmap=ListedColormap(SHADES), vmin=0, vmax=3, cbar=False, ax=axes, linewidths=0.6,
            linecolor="#B8B8B8", square=True, annot_kws={"fontsize": 7.5},
        )  # fmt: skip
        numbers = range(1, size + 1)
        axes.set_yticks(
            [n - 0.5 for n in numbers],
            [f"{names[i]}  {n}" for n, i in zip(numbers, cells.index, strict=True)],
            rotation=0,
        )
        axes.set_xticks([n - 0.5 for n in numbers], [str(n) for n in numbers], rotation=0)
        for word in axes.texts:
            word.set_color("white" if word.get_text() == "3" else style.TARGET)
        axes.tick_params(axis="x", labelsize=6)
        axes.tick_params(axis="y", labelsize=7.5)
        axes.tick_params(length=0, pad=2, top=True, labeltop=True, bottom=False, labelbottom=False)
        axes.set(xlabel="", ylabel="")
        return finish(figure, _alt(shade, cells, names), caption, table, name)


def _alt(shade: pd.DataFrame, cells: pd.DataFrame, names: dict[str, str]) -> str:
    given, received = shade.sum(axis=1), shade.sum(axis=0)
    filled = int((shade > 0).sum().sum())
    potential = int((cells == POTENTIAL).sum().sum())
    more = f", et {potential} {writing.plural(potential, 'potentielle')}" if potential else ""
    said = f"Tableau carré de {len(cells)} variables : en ligne celles qui agissent, en colonne celles qui subissent ; {filled} {writing.plural(filled, 'influence')}{more}."
    if filled:
        said += (
            f" La somme la plus forte en ligne est {int(given.max())} ({names[str(given.idxmax())]}), "
            f"la plus forte en colonne {int(received.max())} ({names[str(received.idxmax())]})."
        )
    return said
