"""Values side by side: territories, or sectors."""

import pandas as pd
import seaborn as sns

from prospective.charts import style
from prospective.charts.chart import Caption, Chart, finish
from prospective.model import writing

LABEL = 28  # letters on a line of a label, so that names leave room for the bars


def bars(
    data: pd.DataFrame,
    highlight: set[str],
    caption: Caption,
    name: str,
    *,
    decimals: int = 1,
    unit: str = "",
    reference: tuple[float, str] | None = None,
    columns: tuple[str, str] = ("Territoire", "Valeur"),
) -> Chart:
    """Draw horizontal bars in the order of the rows.

    Parameters
    ----------
    data : DataFrame with columns nom, valeur; other columns go to the table only.
    highlight : names in the accent colour.
    unit : written after each value at the end of its bar.
    reference : a value marked with a vertical line, and the word for it.
    columns : headings of the two first columns of the table.
    """
    drawn = data.dropna(subset=["valeur"])
    with style.house(height=max(2.2, 0.42 * len(drawn) + 0.9), left_labels=True) as (figure, axes):
        # Rows are told apart by their rank: two places may bear one name.
        ranked = drawn.assign(rang=[str(rank) for rank in range(len(drawn))])
        palette = {
            str(rank): style.ACCENT if nom in highlight else style.GREYS[2] for rank, nom in enumerate(drawn["nom"])
        }
        sns.barplot(
            data=ranked, x="valeur", y="rang", hue="rang", palette=palette, ax=axes, legend=False, errorbar=None,
            order=list(ranked["rang"]), saturation=1, width=0.72,
        )  # fmt: skip
        axes.set_yticks(range(len(drawn)), [style.short_lines(nom, LABEL, 2) for nom in drawn["nom"]])
        for position, value in enumerate(drawn["valeur"]):
            axes.annotate(
                writing.quantity(value, unit, decimals), (value, position), xytext=(4 if value >= 0 else -4, 0),
                textcoords="offset points", va="center", ha="left" if value >= 0 else "right", fontsize=11,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if reference else None,
            )  # fmt: skip
        low, high = min(0.0, float(drawn["valeur"].min())), max(0.0, float(drawn["valeur"].max()))
        high = high if high > low else 1.0
        # Room for the words at the end of the bars: a sixth of the width, on each side that has some.
        room = (high - low) * (0.34 if low < 0 else 0.24 if unit else 0.16)
        axes.set_xlim(low - (room if low < 0 else 0), high + room)
        if reference:
            axes.axvline(reference[0], color="#222222", linewidth=1.2, linestyle=(0, (4, 3)))
            axes.annotate(
                reference[1], (reference[0], 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
                textcoords="offset points", ha="center", va="bottom", fontsize=10.5,
            )  # fmt: skip
        style.french_axis(axes, "x", 4)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set(xlabel="", ylabel="")
        table = data.rename(columns={"nom": columns[0], "valeur": columns[1]})
        return finish(figure, _alt(drawn, caption, decimals, unit, columns[0], reference), caption, table, name)


def _alt(
    data: pd.DataFrame,
    caption: Caption,
    decimals: int,
    unit: str,
    column: str,
    reference: tuple[float, str] | None,
) -> str:
    def said(row: pd.Series) -> str:
        return f"{writing.quantity(row['valeur'], unit, decimals)} ({row['nom']})"

    what = (
        f"Barres horizontales, en {caption.unit} : {len(data)} {writing.plural(len(data), 'ligne')} ({column.lower()})."
    )
    ordered = data.sort_values("valeur", ascending=False, kind="stable")
    shows = f"La valeur la plus haute est {said(ordered.iloc[0])}"
    if len(data) > 1:
        shows += f", la plus basse {said(ordered.iloc[-1])}"
    mark = f" Un repère est tracé à {writing.number(reference[0], 0)} ({reference[1]})." if reference else ""
    return f"{what} {shows}.{mark}"
