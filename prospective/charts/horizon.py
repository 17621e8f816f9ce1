"""The 2030 chart: past, projection and its bands, hypotheses, official targets."""

import pandas as pd
from matplotlib.axes import Axes

from prospective.charts import style
from prospective.charts.chart import Caption, Chart, finish
from prospective.model import writing
from prospective.model.indicator import FIRM, stretch

BANDS = (("95", 0.14), ("80", 0.24), ("50", 0.38))
FEW = 6


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
) -> Chart:
    """Draw past, projection, hypotheses and targets of one indicator on one chart.

    Parameters
    ----------
    past : columns annee, valeur, statut (observed or forecast by its producer), oldest first; may be empty.
    projection : indexed by annee, columns centre, bas50 … haut95 (NaN where no band); None when none is possible.
    hypotheses : columns id, libelle, type, bas, centre, haut: each hypothesis's band at ``year``.
    targets : columns libelle, valeur, valeur_min, valeur_max, horizon, adoption (may be empty).
    year : the horizon; place : name of the territory of the series.
    """
    with style.house(height=style.SIZE[1] + 0.4) as (figure, axes):
        first = float(min([*past["annee"], year - 8]))
        _draw_projection(axes, projection, past)
        _draw_past(axes, past, points, breaks)
        step = max((year - first) * 0.062, 0.55)
        _draw_targets(axes, targets, step)
        edge = _draw_hypotheses(axes, hypotheses, year, step)
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
        axes.set(xlabel="", ylabel="")
        table = _table(past, projection, hypotheses, targets, year, decimals)
        alt = _alt(past, projection, hypotheses, targets, caption, year, place, decimals)
        return finish(figure, alt, caption, table, name)


def _draw_projection(axes: Axes, projection: pd.DataFrame | None, past: pd.DataFrame) -> None:
    if projection is None or projection.empty:
        return
    start = past.iloc[-1]
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
            color=style.ACCENT,
            alpha=alpha,
            linewidth=0,
        )
    axes.plot(fan.index.to_numpy(float), fan["centre"], color=style.ACCENT, linewidth=1.6, linestyle="--", zorder=3)


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


def _draw_targets(axes: Axes, targets: pd.DataFrame, step: float) -> None:
    for rank, target in enumerate(targets.to_dict("records")):
        x = float(target["horizon"]) - 0.0
        if pd.notna(target["valeur"]):
            axes.scatter([x], [target["valeur"]], marker="D", s=60, color=style.TARGET, zorder=7, clip_on=False)
            height = target["valeur"]
        else:
            axes.vlines(x, target["valeur_min"], target["valeur_max"], color=style.TARGET, linewidth=4, zorder=7)
            height = target["valeur_max"]
        axes.annotate(
            f"C{rank + 1}", (x, height), xytext=(-8, 2), textcoords="offset points", ha="right", va="center",
            fontsize=11, fontweight="bold", color=style.TARGET, zorder=8,
        )  # fmt: skip


def _draw_hypotheses(axes: Axes, hypotheses: pd.DataFrame, year: int, step: float) -> float:
    """Draw one bar per hypothesis to the right of the horizon; return the right edge of the chart."""
    x = year + step
    for hypothesis in hypotheses.to_dict("records"):
        colour = style.KINDS[hypothesis["type"]]
        axes.vlines(x, hypothesis["bas"], hypothesis["haut"], color=colour, linewidth=7, alpha=0.85, zorder=5)
        axes.hlines(hypothesis["centre"], x - step * 0.28, x + step * 0.28, color="white", linewidth=2.2, zorder=6)
        axes.annotate(
            str(hypothesis["id"]).upper(), (x, hypothesis["haut"]), xytext=(0, 5), textcoords="offset points",
            ha="center", va="bottom", fontsize=11.5, fontweight="bold", color=colour, zorder=6,
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
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    kinds = {
        "observe": "observé",
        "estime": "estimé",
        "provisoire": "provisoire",
        "prevision": "prévision de la source",
    }
    for r in past.to_dict("records"):
        rows.append({"Quoi": kinds[r["statut"]], "Année": int(r["annee"]), "Valeur": r["valeur"]})
    if projection is not None:
        for y, p in projection.iterrows():
            rows.append({
                "Quoi": "projection", "Année": int(str(y)), "Valeur": p["centre"], "Bas 80 %": p["bas80"], "Haut 80 %": p["haut80"],
                "Bas 95 %": p["bas95"], "Haut 95 %": p["haut95"],
            })  # fmt: skip
    for h in hypotheses.to_dict("records"):
        rows.append({
            "Quoi": f"{str(h['id']).upper()} {h['libelle']} (bande de l’hypothèse)", "Année": year, "Valeur": h["centre"],
            "Bas": h["bas"], "Haut": h["haut"],
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
    year: int, place: str, decimals: int,
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
