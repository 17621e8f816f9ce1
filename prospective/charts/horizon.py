"""The 2030 chart: past, what was observed since, projection and its bands, hypotheses, official targets.

Colours say what a thing is: black and grey for what was measured and what statistics draw from it, the colour of its
kind for each hypothesis, one colour kept for the points observed since the hypotheses were written.
"""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from prospective.charts import style
from prospective.charts.chart import Caption, Chart, finish
from prospective.model import writing
from prospective.model.indicator import FIRM, stretch

BANDS = (("95", 0.16), ("80", 0.24), ("50", 0.34))
FEW = 6
FAN, LATER = "#4D4D4D", "#CC0077"
HALO = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}
# Points of the figure between two bars of hypotheses, and across the axes: their names must not touch.
APART, ACROSS = 21.0, 365.0
NO_PATHS = pd.DataFrame(columns=["id", "annee", "bas80", "centre", "haut80"])


def horizon(
    past: pd.DataFrame,
    projection: pd.DataFrame | None,
    hypotheses: pd.DataFrame,
    targets: pd.DataFrame,
    caption: Caption,
    name: str,
    *,
    year: int,
    place: str,
    points: bool,
    breaks: tuple[int, ...] = (),
    decimals: int = 1,
    paths: pd.DataFrame = NO_PATHS,
    since: int | None = None,
    standing: str = "",
) -> Chart:
    """Draw past, projection, hypotheses and targets of one indicator on one chart.

    Parameters
    ----------
    past : columns annee, valeur, statut (observed or forecast by its producer), oldest first; may be empty.
    projection : indexed by annee, columns centre, bas50 … haut95 (NaN where no band); None when none is possible.
    hypotheses : columns id, libelle, type, bas, centre, haut: each hypothesis's band at ``year``.
    targets : columns libelle, valeur, valeur_min, valeur_max, horizon, adoption (may be empty).
    year : the horizon; place : name of the territory of the series.
    paths : columns id, annee, bas80, centre, haut80: where each hypothesis goes, from its anchor to ``year``.
    since : year of the last point known when the hypotheses were written; what was observed later is drawn apart.
    standing : where the last of these later points stands among the hypotheses, in words.
    """
    with style.house(height=style.SIZE[1] + 0.4) as (figure, axes):
        first = float(min([*past["annee"], year - 8]))
        step = (year - first) * 1.03 * APART / (ACROSS - APART * (len(hypotheses) + 1))
        later = _later(past, since)
        _draw_projection(axes, projection, past)
        _draw_past(axes, past, points, breaks)
        # Over a fan the bands of the hypotheses would hide each other: there the bars alone say them.
        _draw_paths(axes, paths, hypotheses, banded=len(paths) > 0 and projection is None)
        _draw_later(axes, later)
        edge = _draw_hypotheses(axes, hypotheses, year, step)
        names = _draw_targets(axes, targets)
        axes.axvline(year, color="#767676", linewidth=0.8, zorder=1)
        style.year_axis(axes, first - (year - first) * 0.03, edge)
        axes.set_xticks(
            [t for t in axes.get_xticks() if first <= t <= year and abs(t - year) >= (year - first) * 0.09] + [year]
        )
        style.french_axis(axes)
        lowest = min(
            [
                *past["valeur"],
                *hypotheses["bas"],
                *([] if projection is None else projection.filter(like="bas").min()),
            ],
            default=0,
        )
        if lowest >= 0 and axes.get_ylim()[0] < 0:
            axes.set_ylim(bottom=0)
        _part_names(axes, names)
        axes.set(xlabel="", ylabel="")
        table = _table(past, projection, hypotheses, targets, year, decimals, paths, since)
        alt = _alt(past, projection, hypotheses, targets, caption, year, place, decimals, later, since, standing)
        return finish(figure, alt, caption, table, name)


def _later(past: pd.DataFrame, since: int | None) -> pd.DataFrame:
    """The firm points observed after the year in which the hypotheses were anchored."""
    return past[past["statut"].isin(FIRM) & (past["annee"] > since)] if since is not None else past.iloc[:0]


def _draw_projection(axes: Axes, projection: pd.DataFrame | None, past: pd.DataFrame) -> None:
    if projection is None or projection.empty:
        return
    # From the last firm point: a provisional one is not what was projected from.
    start = past[past["statut"].isin(FIRM) & (past["annee"] < projection.index[0])].iloc[-1]
    anchor = pd.DataFrame(
        {column: [start["valeur"]] for column in projection.columns},
        index=pd.Index([start["annee"]], name="annee"),
    )
    fan = pd.concat([anchor, projection])
    for level, alpha in BANDS:
        band = fan[[f"bas{level}", f"haut{level}"]].dropna()
        axes.fill_between(
            band.index.to_numpy(float),
            band[f"bas{level}"],
            band[f"haut{level}"],
            color=FAN,
            alpha=alpha,
            linewidth=0,
        )
    axes.plot(fan.index.to_numpy(float), fan["centre"], color=FAN, linewidth=1.6, linestyle="--", zorder=4.5)


def _draw_past(axes: Axes, past: pd.DataFrame, points: bool, breaks: tuple[int, ...]) -> None:
    if past.empty:
        return
    firm = past[past["statut"].isin(FIRM)]
    if points or len(firm) < FEW:
        axes.scatter(firm["annee"], firm["valeur"], color="#222222", s=46, zorder=5, clip_on=False)
    else:
        part = firm["annee"].apply(stretch, breaks=breaks)
        for _, segment in firm.groupby(part):
            axes.plot(segment["annee"], segment["valeur"], color="#222222", linewidth=2.2, zorder=4)
    hollow = past[~past["statut"].isin(FIRM)]
    axes.scatter(
        hollow["annee"],
        hollow["valeur"],
        facecolors="white",
        edgecolors="#222222",
        s=46,
        zorder=5,
        clip_on=False,
    )
    for item in breaks:
        if past["annee"].min() < item <= past["annee"].max():
            axes.axvline(item - 0.5, color="#4D4D4D", linewidth=0.9, linestyle=(0, (4, 3)), zorder=2)


def _draw_paths(axes: Axes, paths: pd.DataFrame, hypotheses: pd.DataFrame, banded: bool) -> None:
    for hypothesis in hypotheses.to_dict("records"):
        path, colour = paths[paths["id"] == hypothesis["id"]], style.KINDS[hypothesis["type"]]
        if banded:
            axes.fill_between(path["annee"], path["bas80"], path["haut80"], color=colour, alpha=0.12, linewidth=0)
        axes.plot(path["annee"], path["centre"], color=colour, linewidth=1.4, zorder=4)


def _draw_later(axes: Axes, later: pd.DataFrame) -> None:
    axes.scatter(
        later["annee"], later["valeur"], color=LATER, edgecolors="#222222", linewidths=1.2, s=105, zorder=9, clip_on=False,
    )  # fmt: skip
    for last in later.tail(1).to_dict("records"):
        axes.annotate(
            f"{last['annee']:.0f}", (last["annee"], last["valeur"]), xytext=(0, 8), textcoords="offset points",
            ha="center", va="bottom", fontsize=12, fontweight="bold", bbox=HALO, zorder=9,
        )  # fmt: skip


def _draw_targets(axes: Axes, targets: pd.DataFrame) -> list[Annotation]:
    """Draw the targets; return their names, still to be kept from touching."""
    names = []
    for rank, target in enumerate(targets.to_dict("records")):
        x = float(target["horizon"])
        if pd.notna(target["valeur"]):
            axes.scatter([x], [target["valeur"]], marker="D", s=60, color=style.TARGET, zorder=7, clip_on=False)
            height = target["valeur"]
        else:
            axes.vlines(x, target["valeur_min"], target["valeur_max"], color=style.TARGET, linewidth=4, zorder=7)
            height = target["valeur_max"]
        name = axes.annotate(
            f"C{rank + 1}", (x, height), xytext=(-8, 2), textcoords="offset points", ha="right", va="center",
            fontsize=12, fontweight="bold", color=style.TARGET, bbox=HALO, zorder=8,
        )  # fmt: skip
        names.append(name)
    return names


def _part_names(axes: Axes, names: list[Annotation]) -> None:
    """Move apart the names of targets of the same year that would lie on each other."""
    low, high = axes.get_ylim()
    for x in {name.xy[0] for name in names}:
        together = [name for name in names if name.xy[0] == x]
        for name, height in zip(
            together, style.spread_labels([name.xy[1] for name in together], (high - low) * 0.06), strict=True
        ):
            name.xy = (x, height)


def _draw_hypotheses(axes: Axes, hypotheses: pd.DataFrame, year: int, step: float) -> float:
    """Draw one bar per hypothesis to the right of the horizon; return the right edge of the chart."""
    x = year + step
    for hypothesis in hypotheses.to_dict("records"):
        colour = style.KINDS[hypothesis["type"]]
        axes.vlines(x, hypothesis["bas"], hypothesis["haut"], color=colour, linewidth=7, alpha=0.85, zorder=5)
        axes.hlines(hypothesis["centre"], x - step * 0.34, x + step * 0.34, color="#222222", linewidth=1.8, zorder=6)
        axes.annotate(
            str(hypothesis["id"]).upper(), (x, hypothesis["haut"]), xytext=(0, 5), textcoords="offset points",
            ha="center", va="bottom", fontsize=12, fontweight="bold", color=colour, zorder=6,
        )  # fmt: skip
        x += step
    return x if len(hypotheses) else year + step * 0.7


def _table(
    past: pd.DataFrame,
    projection: pd.DataFrame | None,
    hypotheses: pd.DataFrame,
    targets: pd.DataFrame,
    year: int,
    decimals: int,
    paths: pd.DataFrame,
    since: int | None,
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    kinds = {
        "observe": "observé",
        "estime": "estimé",
        "provisoire": "provisoire",
        "prevision": "prévision de la source",
    }
    later = set(_later(past, since)["annee"])
    for r in past.to_dict("records"):
        what = kinds[r["statut"]] + (" depuis l’écriture des hypothèses" if r["annee"] in later else "")
        rows.append({"Quoi": what, "Année": int(r["annee"]), "Valeur": r["valeur"]})
    if projection is not None:
        for y, p in projection.iterrows():
            rows.append({
                "Quoi": "projection", "Année": int(str(y)), "Valeur": p["centre"], "Bas 50 %": p["bas50"], "Haut 50 %": p["haut50"],
                "Bas 80 %": p["bas80"], "Haut 80 %": p["haut80"], "Bas 95 %": p["bas95"], "Haut 95 %": p["haut95"],
            })  # fmt: skip
    for h in hypotheses.to_dict("records"):
        label = str(h["id"]).upper()
        path = paths[(paths["id"] == h["id"]) & (paths["annee"] < year)]
        for p in path.to_dict("records"):
            rows.append({
                "Quoi": f"trajectoire de {label}", "Année": int(p["annee"]), "Valeur": p["centre"], "Bas 80 %": p["bas80"], "Haut 80 %": p["haut80"],
            })  # fmt: skip
        rows.append({
            "Quoi": f"{label} {h['libelle']} (bande de l’hypothèse)", "Année": year, "Valeur": h["centre"], "Bas 80 %": h["bas"], "Haut 80 %": h["haut"],
        })  # fmt: skip
    for rank, t in enumerate(targets.to_dict("records")):
        rows.append({
            "Quoi": f"C{rank + 1} {t['libelle']} (cible)", "Année": int(t["horizon"]), "Valeur": t["valeur"],
            "Bas": t["valeur_min"], "Haut": t["valeur_max"],
        })  # fmt: skip
    table = pd.DataFrame(rows).dropna(axis="columns", how="all")
    numbers = [c for c in table.columns if c not in ("Quoi", "Année")]
    table[numbers] = table[numbers].astype(float).round(decimals + 1)
    return table


def _alt(
    past: pd.DataFrame, projection: pd.DataFrame | None, hypotheses: pd.DataFrame, targets: pd.DataFrame, caption: Caption,
    year: int, place: str, decimals: int, later: pd.DataFrame, since: int | None, standing: str,
) -> str:  # fmt: skip
    def write(value: float) -> str:
        return writing.number(value, decimals)

    parts = [f"Graphique à l’horizon {year}, en {caption.unit}, {place}."]
    if len(past):
        a, b = past.iloc[0], past.iloc[-1]
        parts.append(
            f"Passé : {write(a['valeur'])} en {a['annee']:.0f}, {write(b['valeur'])} en {b['annee']:.0f}."
            if len(past) > 1 else f"Seul point observé : {write(b['valeur'])} en {b['annee']:.0f}."
        )  # fmt: skip
    if len(later):
        said = [f"{write(p['valeur'])} en {p['annee']:.0f}" for p in later.to_dict("records")]
        parts.append(f"Observé depuis l’écriture des hypothèses (appui : {since}) : {writing.join(said)}.")
    elif since is not None:
        parts.append(f"Aucune valeur postérieure à l’appui des hypothèses ({since}).")
    if standing:
        parts.append(standing)
    if projection is not None and len(projection):
        end = projection.iloc[-1]
        known = projection.dropna(subset=["bas80"])
        band = (
            f" ; bande à 80 % de {write(known['bas80'].iloc[-1])} à {write(known['haut80'].iloc[-1])} en {known.index[-1]}"
            if len(known)
            else ""
        )
        parts.append(f"Projection : {write(end['centre'])} en {projection.index[-1]}{band}.")
    else:
        parts.append("Pas de projection.")
    if len(hypotheses):
        said = [
            f"{str(h['id']).upper()} de {write(h['bas'])} à {write(h['haut'])}" for h in hypotheses.to_dict("records")
        ]
        parts.append(f"Hypothèses : {writing.join(said)}.")
    if len(targets):
        said = [
            f"{write(t['valeur'])} en {t['horizon']}" if pd.notna(t["valeur"])
            else f"de {write(t['valeur_min'])} à {write(t['valeur_max'])} en {t['horizon']}"
            for t in targets.to_dict("records")
        ]  # fmt: skip
        parts.append(f"Cibles officielles : {writing.join(said)}.")
    return " ".join(parts)
