"""The past of an indicator: a line when it is one, points when it is not."""

from dataclasses import replace

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from prospective.charts import style
from prospective.charts.chart import Caption, Chart, finish
from prospective.model import writing
from prospective.model.indicator import FIRM, Break, stretch

FEW = 6


def retrospective(
    data: pd.DataFrame,
    names: dict[str, str],
    highlight: str,
    caption: Caption,
    name: str,
    *,
    points: bool = False,
    breaks: list[Break] | None = None,
    from_zero: bool = False,
    decimals: int = 1,
) -> Chart:
    """Draw the past of an indicator for one territory and its comparators.

    Parameters
    ----------
    data : DataFrame with columns territoire, annee, valeur, statut; date (ISO) and temps (decimal years) too where a year
        may have several values: they are then drawn at their time, and the table keeps the last one of each year.
    names : label of each territory drawn, in drawing order.
    highlight : the territory in the accent colour.
    points : draw markers only; also done for any territory with fewer than six values. Forecasts and
        provisional values are hollow.
    breaks : years in which a new definition starts, marked with a thin dashed line and a word; one that concerns a single
        territory cuts its line only.
    from_zero : start the axis at 0 (counts).
    """
    infra = "temps" in data and bool(data.duplicated(["territoire", "annee"]).any())
    if infra:
        data = data.assign(annee=data["temps"])
        caption = replace(caption, notes=(*caption.notes, "Le tableau garde la dernière date de chaque année."))
    with style.house() as (figure, axes):
        ends: list[tuple[str, float, float, str]] = []
        drawn_as_lines = 0
        for rank, (territory, label) in enumerate(names.items()):
            rows = data[data["territoire"] == territory].sort_values("annee")
            colour = style.ACCENT if territory == highlight else style.GREYS[rank % len(style.GREYS)]
            dotted = points or len(rows) < FEW
            drawn_as_lines += not dotted
            _draw(
                axes, rows, colour, rank, dotted, [b.annee for b in breaks or [] if b.territoire in (None, territory)]
            )
            ends.append((label, float(rows["annee"].iloc[-1]), float(rows["valeur"].iloc[-1]), colour))
        first, last = float(data["annee"].min()), float(data["annee"].max())
        margin = max((last - first) * 0.03, 0.3)
        style.year_axis(axes, first - margin, last + margin)
        low, high = axes.get_ylim()
        low = 0.0 if from_zero else low
        # Room above the lines for the words of the breaks, one under the other.
        told = _told(breaks or [], names, highlight)
        marks = _words_of_breaks(told, first, last, 1 if _yearly(data) else 1 / 12)
        rows_of_words = sum(words.count("\n") + 1 for _, words in marks)
        axes.set_ylim(low, high + (high - low) * (0.08 + 0.06 * max(rows_of_words, 1) if breaks else 0.04))
        _mark_breaks(axes, marks, first, last)
        _label_ends(axes, ends)
        style.french_axis(axes)
        axes.set(xlabel="", ylabel="")
        table = _last_of_years(data, _wide(data, names, decimals)) if infra else _wide(data, names, decimals)
        kind = "Points" if not drawn_as_lines else "Courbe" if len(names) == 1 else "Courbes"
        alt = _alt(data, names, highlight, caption, decimals, told, kind)
        return finish(figure, alt, caption, table, name)


def _told(breaks: list[Break], names: dict[str, str], highlight: str) -> list[Break]:
    """One break for each year and word, with the names of the territories when it is comparators' alone."""
    found: dict[tuple[int, str], list[Break]] = {}
    for item in breaks:
        found.setdefault((item.annee, item.libelle), []).append(item)
    told = []
    for (year, words), items in sorted(found.items()):
        others = [names[b.territoire] for b in items if b.territoire in names and b.territoire != highlight]
        alone = len(others) == len(items)
        told.append(Break(annee=year, libelle=f"{words}, {writing.join(others)}" if alone else words))
    return told


def _yearly(data: pd.DataFrame) -> bool:
    """Tell whether every year is a whole one."""
    return bool((data["annee"] % 1 == 0).all())


def _draw(axes: Axes, rows: pd.DataFrame, colour: str, rank: int, points: bool, breaks: list[int]) -> None:
    marker = style.MARKERS[rank % len(style.MARKERS)]
    firm = rows["statut"].isin(FIRM)
    if not points:
        # A break cuts the line: the two definitions are not joined. Forecasts are markers, never the line.
        part = rows["annee"].apply(stretch, breaks=breaks)
        for _, segment in rows[firm].groupby(part[firm]):
            sns.lineplot(
                data=segment, x="annee", y="valeur", ax=axes, color=colour, errorbar=None, legend=False,
                linestyle=style.DASHES[0] if colour == style.ACCENT else style.DASHES[rank % 4],
                linewidth=2.6 if colour == style.ACCENT else 1.8, zorder=4 if colour == style.ACCENT else 3,
                marker=marker if len(segment) == 1 else None,
            )  # fmt: skip
    if points:
        axes.scatter(rows["annee"][firm], rows["valeur"][firm], color=colour, marker=marker, s=46, zorder=4)
    hollow = rows[~firm]
    axes.scatter(
        hollow["annee"],
        hollow["valeur"],
        facecolors="white",
        edgecolors=colour,
        marker=marker,
        s=46,
        zorder=5,
    )


def _words_of_breaks(breaks: list[Break], first: float, last: float, step: float) -> list[tuple[float, str]]:
    """Where each break is marked, half a step (a year, a month) before it starts, and its words on short lines."""
    marks = [(item.annee - step / 2, style.short_lines(f"rupture : {item.libelle}", 34, 2)) for item in breaks]
    return [(where, words) for where, words in marks if first < where < last]


def _mark_breaks(axes: Axes, marks: list[tuple[float, str]], first: float, last: float) -> None:
    lines = 0
    for where, words in marks:
        axes.axvline(where, color="#4D4D4D", linewidth=0.9, linestyle=(0, (4, 3)), zorder=2)
        right = where > first + 0.6 * (last - first)
        axes.annotate(
            words, (where, 1), xycoords=("data", "axes fraction"), fontsize=10, xytext=(-4 if right else 4, -3 - 13 * lines),
            textcoords="offset points", va="top", ha="right" if right else "left", multialignment="left",
        )  # fmt: skip
        lines += words.count("\n") + 1


def _label_ends(axes: Axes, ends: list[tuple[str, float, float, str]]) -> None:
    """Write each territory's name at the right of its last value, apart from its neighbours, on short lines."""
    low, high = axes.get_ylim()
    labels = [style.short_lines(label) for label, _, _, _ in ends]
    lines = max(label.count("\n") + 1 for label in labels)
    heights = style.spread_labels([value for _, _, value, _ in ends], (high - low) * 0.075 * lines)
    edge = axes.get_xlim()[1]
    for label, (_, year, value, colour), height in zip(labels, ends, heights, strict=True):
        axes.annotate(
            label, (year, value), xytext=(edge, height), textcoords="data", fontsize=11, va="center",
            color=colour if colour == style.ACCENT else style.LABEL,
            fontweight="bold" if colour == style.ACCENT else "normal", annotation_clip=False,
        )  # fmt: skip


def _wide(data: pd.DataFrame, names: dict[str, str], decimals: int) -> pd.DataFrame:
    """One row per date, one column per territory."""
    when = "date" if "date" in data else "annee"
    wide = data.pivot_table(index=when, columns="territoire", values="valeur", sort=True)
    wide = wide.reindex(columns=list(names)).round(decimals + 1).rename(columns=names)
    wide.insert(0, "Date", [writing.date(str(d)) if not str(d).isdigit() else int(d) for d in wide.index])
    return wide


def _alt(
    data: pd.DataFrame,
    names: dict[str, str],
    highlight: str,
    caption: Caption,
    decimals: int,
    breaks: list[Break],
    kind: str,
) -> str:
    first, last = int(data["annee"].min()), int(data["annee"].max())
    what = f"{kind} de {first} à {last}, en {caption.unit}, pour {writing.join(list(names.values()))}."
    parts, dated = [], not _yearly(data)
    for territory, label in names.items():
        rows = data[data["territoire"] == territory].sort_values("annee")
        a, b = rows.iloc[0], rows.iloc[-1]
        start, end = writing.number(a["valeur"], decimals), writing.number(b["valeur"], decimals)
        if len(rows) == 1:
            parts.append(f"{label} : {end} {_when(b, dated)}")
        else:
            parts.append(f"{label} passe de {start} {_when(a, dated)} à {end} {_when(b, dated)}")
    order = sorted(range(len(parts)), key=lambda i: list(names)[i] != highlight)
    shown = " ; ".join(parts[i] for i in order)
    marked = f" Rupture de série : {writing.join([f'{b.libelle} ({b.annee})' for b in breaks])}." if breaks else ""
    return f"{what} {shown}.{marked}"


def _when(row: pd.Series, dated: bool) -> str:
    """Say the moment of a row: « en 2019 », or « en décembre 2019 » when years are decimal ones."""
    when = str(row["date"]) if dated else f"{row['annee']:.0f}"
    return f"{'le' if len(when) == 10 else 'en'} {writing.date(when)}"


def _last_of_years(data: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Keep the last date of each year of a table whose rows are the sorted dates of ``data``."""
    years = pd.Series(sorted(set(data["date"]))).str[:4]
    return table[(years != years.shift(-1)).to_numpy()].reset_index(drop=True)
