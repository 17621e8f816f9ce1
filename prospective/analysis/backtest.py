"""Every method put to the test of the past: rolling origins, choice on earlier origins only, scores.

Rolling-origin evaluation (Tashman, 2000, IJF 16): at each origin the methods see the years known by then, and their
forecasts are compared with what came. What is published for a series at an origin is the combination, or the naive
method where, over earlier origins, the combination had not beaten it.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from prospective.analysis import scores
from prospective.analysis.annual import (
    MAX_HORIZON,
    MIN_POINTS,
    Annual,
    History,
    NotProjectableError,
    crossed,
    from_scale,
    history,
    to_scale,
)
from prospective.analysis.candidates import COMBINATION, METHODS, forecasts
from prospective.analysis.conformal import LEVELS, leave_one_out

ORIGINS = 15
CHOICE_HORIZON = 6
FEWEST = 5
COVID = (2020, 2021)
PUBLISHED = "publiee"
TREATMENTS = ("toutes", "sans-covid")
QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def rolling(panel: Iterable[Annual], origins: int = ORIGINS, horizon: int = MAX_HORIZON, jobs: int = 1) -> pd.DataFrame:
    """Forecast every series from its last year and from the ``origins`` years before it.

    Parameters
    ----------
    panel : series; those that cannot be projected (``NotProjectableError``) give no row.
    horizon : years ahead; jobs : processes.

    Returns
    -------
    DataFrame, one row per series, origin and horizon: columns serie, groupe, echelle, origine, horizon, annee, pas and
    pas_unite (mean absolute yearly change known at the origin, on the modelling scale and in the unit), reel (in the
    unit; NaN when unknown or on the other side of a break), niveau (the same on the modelling scale), and one column
    per method (on the modelling scale).
    """
    known: dict[tuple[str, int], tuple[Annual, History]] = {}
    for series in panel:
        try:
            last = history(series)
        except NotProjectableError:
            continue
        for year in last.years[MIN_POINTS - 1 :][-(origins + 1) :]:
            try:
                known[series.id, int(year)] = series, history(series, int(year))
            except NotProjectableError:  # every year known by then is on the other side of a break
                continue
    found = forecasts({f"{name}:{year}": h.levels for (name, year), (_, h) in known.items()}, horizon, jobs)
    parts = [_facts(series, past, horizon) for series, past in known.values()]
    facts = pd.concat(parts) if parts else pd.DataFrame(columns=_FACTS)
    return facts.reset_index(drop=True).join(found.reset_index(drop=True))


_FACTS = ["serie", "groupe", "echelle", "origine", "horizon", "annee", "pas", "pas_unite", "reel", "niveau"]


def _facts(series: Annual, past: History, horizon: int) -> pd.DataFrame:
    """What is known of an origin, and what came after it."""
    ahead = np.arange(1, horizon + 1)
    actual = series.values.dropna().reindex(past.origin + ahead).to_numpy(dtype=float)
    actual = np.where(crossed(series, past.origin, past.origin + ahead), np.nan, actual)
    rows = pd.DataFrame(
        {"serie": series.id, "groupe": series.group, "echelle": series.scale, "origine": past.origin, "horizon": ahead}
    )
    return rows.assign(
        annee=past.origin + ahead, pas=past.step, pas_unite=past.unit_step, reel=actual, niveau=to_scale(actual, series.scale)
    )  # fmt: skip


def publish(table: pd.DataFrame) -> pd.DataFrame:
    """Choose, at each origin, between the combination and the naive method, and measure the error of the choice.

    A choice is made on the OWA of the combination over earlier origins whose outcome was known at the origin, up to
    ``CHOICE_HORIZON`` years ahead: naive when it is 1 or more; without any, the combination is published.

    Parameters
    ----------
    table : as returned by ``rolling``.

    Returns
    -------
    The table with columns methode, publiee (forecast published, on the modelling scale) and erreur (its absolute error
    in mean absolute yearly changes; NaN when unknown or when the series had never moved).
    """
    past = _comparison(table)
    chosen: dict[tuple[str, int], str] = {}
    by_series = dict(list(past.groupby("serie")))
    for name, origin in table[["serie", "origine"]].drop_duplicates().itertuples(index=False):
        chosen[name, origin] = COMBINATION
        if name in by_series:
            rows = by_series[name]
            seen = rows[(rows["origine"] < origin) & (rows["annee"] <= origin)]
            if len(seen) and _relative(seen.mean(numeric_only=True), bool((seen["reel"] > 0).all())) >= 1:
                chosen[name, origin] = "naive"
    method = pd.Series([chosen[key] for key in zip(table["serie"], table["origine"], strict=True)], index=table.index)
    published = table[COMBINATION].where(method == COMBINATION, table["naive"])
    scaled = (published - table["niveau"]).abs() / table["pas"].where(table["pas"] > 0)
    return table.assign(methode=method, **{PUBLISHED: published, "erreur": scaled})


def _comparison(table: pd.DataFrame) -> pd.DataFrame:
    """Errors of the combination and of the naive method, in the unit, where both can be compared."""
    rows = table[table["reel"].notna() & (table["pas_unite"] > 0) & (table["horizon"] <= CHOICE_HORIZON)]
    actual, step = rows["reel"].to_numpy(float), rows["pas_unite"].to_numpy(float)
    found = rows[["serie", "origine", "annee", "reel"]].copy()
    for short, method in (("n", "naive"), ("c", COMBINATION)):
        forecast = unscaled(rows[method], rows["echelle"]).to_numpy(float)
        found[f"mase_{short}"], found[f"smape_{short}"] = (
            scores.mase(actual, forecast, step),
            scores.smape(actual, forecast),
        )
    return found


def _relative(mean: pd.Series, positive: bool) -> float:
    """OWA of the combination; the ratio of MASE alone when sMAPE means nothing. A perfect naive method is never beaten."""
    if mean["mase_n"] == 0:
        return float("inf")
    if not positive or mean["smape_n"] == 0:
        return float(mean["mase_c"] / mean["mase_n"])
    return float(scores.owa(mean["smape_c"], mean["mase_c"], mean["smape_n"], mean["mase_n"]))


def treated(table: pd.DataFrame, treatment: str) -> pd.Series:
    """Rows kept by a treatment of the COVID years: all, or those whose origin and outcome are outside 2020–2021."""
    if treatment == "toutes":
        return pd.Series(True, index=table.index)
    return ~(table["origine"].between(*COVID) | table["annee"].between(*COVID))


def judge(table: pd.DataFrame) -> pd.DataFrame:
    """Put beside each past forecast the bands that the errors of the other indicators would have given it.

    Parameters
    ----------
    table : as returned by ``publish``.

    Returns
    -------
    The rows whose error is known, up to ``MAX_HORIZON`` years ahead, with columns centre, bas50, haut50 … haut95 (in the unit).
    """
    rows = table[table["erreur"].notna() & (table["horizon"] <= MAX_HORIZON)].reset_index(drop=True)
    widths = leave_one_out(rows["groupe"].to_numpy(str), rows["horizon"].to_numpy(int), rows["erreur"].to_numpy(float))
    return pd.concat([rows, bands(rows, widths)], axis="columns")


def bands(rows: pd.DataFrame, widths: pd.DataFrame) -> pd.DataFrame:
    """Bands in the unit around the published forecasts.

    Parameters
    ----------
    rows : columns publiee, pas, echelle; widths : same rows, columns 0.5, 0.8, 0.95 (half-widths in ``pas``).

    Returns
    -------
    DataFrame with columns centre, bas50, haut50, bas80, haut80, bas95, haut95; no band where the series never moved.
    """
    step = rows["pas"].where(rows["pas"] > 0).to_numpy()
    centre = rows[PUBLISHED].to_numpy(float)
    levels = {"centre": centre}
    for level in LEVELS:
        half = widths[level].to_numpy(float) * step
        levels[f"bas{level * 100:.0f}"], levels[f"haut{level * 100:.0f}"] = centre - half, centre + half
    return pd.DataFrame(levels, index=rows.index).apply(lambda column: unscaled(column, rows["echelle"]))


def unscaled(column: pd.Series, scales: pd.Series) -> pd.Series:
    """Levels back in the unit, each on its own scale."""
    values = column.to_numpy(float).copy()
    for scale in scales.unique():
        mine = (scales == scale).to_numpy()
        values[mine] = from_scale(values[mine], scale)
    return pd.Series(values, index=column.index)


def score_table(judged: pd.DataFrame) -> pd.DataFrame:
    """Scores of every method on every series up to ``CHOICE_HORIZON`` years ahead, with and without the COVID years.

    Parameters
    ----------
    judged : as returned by ``judge``.

    Returns
    -------
    DataFrame, one row per serie, traitement and methode (the candidates and ``publiee``): premiere and derniere (first
    and last origin), valeurs (outcomes judged), mase, smape (%), owa (against naive; the ratio of MASE alone when a
    value is zero or less, where sMAPE means nothing; NaN where the naive method was never wrong), ecart_1 and ecart_5 (mean absolute error at 1 and 5 years, in the
    unit; the second from ``FEWEST`` values only); for ``publiee`` only msis, crps (in the unit; mean quantile loss over seven quantiles, smaller than the exact score), couverture80, couverture95.
    """
    found = []
    actual = judged["reel"].to_numpy(float)
    detail = judged[["serie", "origine", "horizon"]].assign(positif=actual > 0)
    columns = {}
    for method in (*METHODS, PUBLISHED):
        forecast = unscaled(judged[method], judged["echelle"]).to_numpy(float)
        columns[method] = detail.assign(
            mae=scores.mae(actual, forecast), mase=scores.mase(actual, forecast, judged["pas_unite"].to_numpy(float)),
            smape=scores.smape(actual, forecast),
        )  # fmt: skip
    fan = judged[["bas95", "bas80", "bas50", "centre", "haut50", "haut80", "haut95"]].to_numpy(float)
    columns[PUBLISHED] = columns[PUBLISHED].assign(
        msis=scores.msis(actual, fan[:, 0], fan[:, -1], judged["pas_unite"].to_numpy(float), 0.95),
        crps=scores.crps(actual, fan, np.array(QUANTILES)),
        couverture80=_inside(actual, fan[:, 1], fan[:, 5]), couverture95=_inside(actual, fan[:, 0], fan[:, 6]),
    )  # fmt: skip
    for treatment in TREATMENTS:
        kept = treated(judged, treatment) & (judged["horizon"] <= CHOICE_HORIZON)
        for method, rows in columns.items():
            # Where a method says nothing (ARIMA on few years), the naive one is not asked either.
            spoken = kept & rows["mae"].notna()
            mean, naive = _means(rows[spoken]), _means(columns["naive"][spoken])
            both = scores.owa(mean["smape"], mean["mase"], naive["smape"], naive["mase"])
            owa = both.where(mean["positif"], mean["mase"] / naive["mase"]).replace([np.inf, -np.inf], np.nan)
            found.append(mean.assign(traitement=treatment, methode=method, owa=owa))
    table = pd.concat(found).reset_index()
    order = ["serie", "traitement", "methode", "premiere", "derniere", "valeurs", "mase", "smape", "owa", "ecart_1", "ecart_5", "msis", "crps",
             "couverture80", "couverture95"]  # fmt: skip
    table["smape"] = table["smape"].where(table["positif"])
    rank = pd.Categorical(table["methode"], [*METHODS, PUBLISHED], ordered=True)
    return table.assign(rang=rank).sort_values(["serie", "traitement", "rang"])[order].reset_index(drop=True)


def _inside(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """1 inside, 0 outside, NaN where there is no band."""
    return np.where(np.isnan(low), np.nan, scores.coverage(actual, low, high).astype(float))


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    by = rows.groupby("serie")
    table = by.agg(
        premiere=("origine", "min"), derniere=("origine", "max"), valeurs=("mae", "size"), positif=("positif", "all")
    )
    for column in rows.columns.intersection(["mase", "smape", "msis", "crps", "couverture80", "couverture95"]):
        table[column] = by[column].mean()
    for h, least in ((1, 1), (5, FEWEST)):
        errors = rows[rows["horizon"] == h].groupby("serie")["mae"]
        table[f"ecart_{h}"] = errors.mean().where(errors.size() >= least)
    return table


def coverages(judged: pd.DataFrame) -> pd.DataFrame:
    """Share of past outcomes inside the bands, by horizon and by treatment of the COVID years.

    Returns
    -------
    DataFrame with columns traitement, horizon (0 for all), niveau, couverture (share), valeurs (outcomes judged).
    """
    found = []
    for treatment in TREATMENTS:
        rows = judged[treated(judged, treatment)]
        for level in LEVELS:
            low, high = rows[f"bas{level * 100:.0f}"], rows[f"haut{level * 100:.0f}"]
            inside = pd.Series(
                _inside(rows["reel"].to_numpy(float), low.to_numpy(float), high.to_numpy(float)), index=rows.index
            )
            for h in range(MAX_HORIZON + 1):
                chosen = inside[(rows["horizon"] == h) | (h == 0)].dropna()
                found.append((treatment, h, level, chosen.mean() if len(chosen) else np.nan, len(chosen)))
    return pd.DataFrame(found, columns=["traitement", "horizon", "niveau", "couverture", "valeurs"])
