"""Projections measured: the M3 competition, the bands, the libraries, the publication rule, the time of an edition.

Run from the project's folder: ``.venv/bin/python -m bench.projections`` (about six minutes, most of them ARIMA). The 645
yearly series of M3 go through the project's own code, settings included; nothing is written in the project. Splits are
seeded: only seconds change from one run to the next.
"""

import os
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path

import numpy as np
import pandas as pd
from packaging.requirements import Requirement
from statsforecast import StatsForecast
from statsforecast.models import AutoARIMA, AutoETS, DynamicOptimizedTheta, Naive, RandomWalkWithDrift, Theta
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from prospective.analysis import backtest, scores
from prospective.analysis.candidates import COMBINATION, LONG, SINGLE
from prospective.data.root import find_root
from prospective.notebook import edition
from prospective.notebook.reading import Publication
from tests.analysis import m3

CORES = 2
SPLITS = 20
SEED = 2000
LIMIT = 60  # seconds, for an edition
LEVELS = (0.8, 0.95)


def title(text: str) -> None:
    """Start a section."""
    print(f"\n== {text}")


def percent(shares: list[float]) -> str:
    """Shares on one line, in percent."""
    return " / ".join(f"{100 * share:.1f}" for share in shares)


# (a) M3


def competition() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Past forecasts of every series, with what came after; the rows that the competition judges."""
    values = m3.competition()
    start = time.perf_counter()
    rolled = backtest.rolling(m3.panel(values), horizon=m3.HORIZON, jobs=CORES)
    count = len(rolled.drop_duplicates(["serie", "origine"]))
    print(f"M3 : {len(values)} séries, {count} origines, {CORES} cœurs : {time.perf_counter() - start:.0f} s")
    published = backtest.publish(m3.answered(rolled, values))
    return published, m3.final(published)


def print_scores(judged: pd.DataFrame) -> None:
    """Every candidate, the combination and what the rule publishes."""
    title("a. M3 annuel, 645 séries, 6 ans (naïve publiée : sMAPE 17,880, MASE 3,172)")
    print(m3.score_table(judged).to_string(float_format="%.4f"))
    print("publié :", judged.drop_duplicates("serie")["methode"].value_counts().to_dict())


# (b) Bands


def print_coverage(published: pd.DataFrame, judged: pd.DataFrame) -> None:
    """Conformal bands judged on the series they did not learn from; the library's own bands beside them."""
    title("b. Couverture 80 % et 95 % de la moitié des séries laissée de côté (%)")
    last = published.groupby("serie")["origine"].transform("max")
    known_by_then = published[published["annee"] <= last]
    for name, errors in (
        ("erreurs de la même origine, autres séries", judged),
        ("erreurs des origines d'avant, autres séries", known_by_then),
    ):
        print(name)
        for way, found in zip(("un sens", "l'autre"), both_ways(errors, judged, SEED), strict=True):
            print(f"  tirage {SEED}, {way:<8} {percent(found)}")
        drawn = np.array([ways for seed in range(SPLITS) for ways in both_ways(errors, judged, seed)])
        for word, summary in (("minimum", np.min), ("médiane", np.median), ("maximum", np.max)):
            print(f"  {SPLITS} tirages × 2, {word:<8} {percent(list(summary(drawn, axis=0)))}")
    print("bandes de la bibliothèque (« des manuels »), toutes les séries")
    for method, found in textbook().items():
        print(f"  {method:<12} {percent(found)}")


def both_ways(errors: pd.DataFrame, judged: pd.DataFrame, seed: int) -> list[list[float]]:
    """Coverage at each level, learning from one half and judging the other, then the reverse."""
    both = m3.halves(m3.competition(), seed)
    found = []
    for learnt, held_out in (both, both[::-1]):
        share = m3.covered(errors[errors["serie"].isin(learnt)], judged[judged["serie"].isin(held_out)])
        found.append([share[level] for level in LEVELS])
    return found


def long_format() -> pd.DataFrame:
    """What forecasters are shown, as the library wants it."""
    shown = {series.id: series.values.to_numpy()[-LONG:] for series in m3.panel(m3.competition())}
    return pd.concat([pd.DataFrame({"unique_id": k, "ds": range(len(v)), "y": v}) for k, v in shown.items()])


def outcomes() -> np.ndarray:
    """What came, series after series."""
    return np.concatenate([whole[-m3.HORIZON :] for whole in m3.competition().values()])


def textbook() -> dict[str, list[float]]:
    """Coverage of the bands that each method of the library gives by itself."""
    models = [
        Naive(alias="naive"),
        RandomWalkWithDrift(alias="derive"),
        DynamicOptimizedTheta(season_length=1, alias="theta"),
        AutoETS(season_length=1, model="ZZN", alias="ets"),
        AutoARIMA(season_length=1, seasonal=False, max_p=0, max_q=1, alias="arima"),
    ]
    levels = [round(100 * level) for level in LEVELS]
    made = StatsForecast(models=models, freq=1, n_jobs=CORES).forecast(df=long_format(), h=m3.HORIZON, level=levels)
    actual = outcomes()
    return {
        name: [float(scores.coverage(actual, made[f"{name}-lo-{n}"], made[f"{name}-hi-{n}"]).mean()) for n in levels]
        for name in SINGLE
    }


# (c) Libraries


def theta_of_statsmodels(values: np.ndarray) -> np.ndarray:
    """Its only Theta: the classical one."""
    dated = pd.Series(values, index=pd.period_range("1950", periods=len(values), freq="Y"))
    return np.asarray(ThetaModel(dated, period=1, deseasonalize=False).fit().forecast(m3.HORIZON))


def ets_of_statsmodels(values: np.ndarray) -> np.ndarray:
    """It does not choose: the best AICc of no trend, trend, damped trend."""
    forms = ((None, False), ("add", False), ("add", True))
    fitted = [ETSModel(values, trend=trend, damped_trend=damped).fit(disp=False) for trend, damped in forms]
    return np.asarray(min(fitted, key=lambda one: one.aicc).forecast(m3.HORIZON))


def print_libraries(judged: pd.DataFrame) -> None:
    """Seconds and accuracy of both libraries on the same series, one process; seconds to import; weight on disk."""
    title("c. statsforecast et statsmodels, M3, un processus")
    frame = long_format()
    shown = [group["y"].to_numpy() for _, group in frame.groupby("unique_id", sort=False)]

    def theirs(model: object) -> Callable[[], np.ndarray]:
        return lambda: StatsForecast(models=[model], freq=1, n_jobs=1).forecast(df=frame, h=m3.HORIZON).iloc[:, -1]

    def each(method: Callable[[np.ndarray], np.ndarray]) -> Callable[[], np.ndarray]:
        return lambda: np.concatenate([method(values) for values in shown])

    for name, make in {
        "statsforecast Theta": theirs(Theta(season_length=1)),
        "statsforecast DynamicOptimizedTheta": theirs(DynamicOptimizedTheta(season_length=1)),
        "statsforecast AutoETS(ZZN)": theirs(AutoETS(season_length=1, model="ZZN")),
        "statsforecast AutoARIMA(q <= 1)": theirs(AutoARIMA(season_length=1, seasonal=False, max_p=0, max_q=1)),
        "statsmodels ThetaModel": each(theta_of_statsmodels),
        "statsmodels ETSModel, AICc de 3 formes": each(ets_of_statsmodels),
    }.items():
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = np.asarray(make())
        taken = time.perf_counter() - start
        owa = m3.score_table(judged.assign(essai=found), ("naive", "essai"))["owa"]["essai"]
        print(f"  {name:<40} {taken:>6.1f} s   OWA {owa:.4f}")
    for name, imported in (
        ("statsforecast", "from statsforecast import StatsForecast; import statsforecast.models"),
        ("statsmodels", "import statsmodels.tsa.exponential_smoothing.ets, statsmodels.tsa.forecasting.theta"),
    ):
        everything = closure(name) - closure("pandas") - closure("matplotlib")
        print(
            f"  {name:<14} import {import_seconds(imported):.1f} s ; {megabytes({name}):.0f} Mo seul, "
            f"{megabytes(everything):.0f} Mo avec ce qu'il demande en plus de pandas et matplotlib : {', '.join(sorted(everything))}"
        )


def import_seconds(statement: str, rounds: int = 3) -> float:
    """Seconds that an import takes in a fresh process, pandas apart; the fastest of a few."""
    timed = f"import pandas, time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = (
        subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True) for _ in range(rounds)
    )
    return min(float(run.stdout) for run in runs)


def closure(name: str) -> set[str]:
    """A distribution and everything it asks for, as installed here."""
    found: set[str] = set()
    todo = [name]
    while todo:
        one = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if one in found:
            continue
        try:
            asked = requires(one) or []
        except PackageNotFoundError:  # an option that is not installed
            continue
        found.add(one)
        needs = (Requirement(line) for line in asked)
        todo += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def megabytes(names: set[str]) -> float:
    """Size on disk of installed distributions."""
    files = [Path(str(one.locate())) for name in names for one in distribution(name).files or []]
    return sum(one.stat().st_size for one in files if one.is_file()) / 1e6


# (d) The publication rule


def print_alternatives(published: pd.DataFrame, judged: pd.DataFrame) -> None:
    """What the OWA would have been had another method been chosen for each series, on the same earlier origins."""
    title("d. Autres règles de publication, mêmes origines antérieures (OWA sur M3)")
    last = published.groupby("serie")["origine"].transform("max")
    past = published[(published["annee"] <= last) & (published["horizon"] <= backtest.CHOICE_HORIZON)]
    past = past.dropna(subset=list(SINGLE))  # origins old enough for ARIMA: methods are compared on the same ones
    tables = {name: m3.score_table(rows, (*SINGLE, COMBINATION))["owa"] for name, rows in past.groupby("serie")}
    own = pd.DataFrame(tables).T.reindex(judged["serie"].unique())
    alone = own[list(SINGLE)].fillna(np.inf)
    best, least = alone.idxmin(axis="columns"), alone.min(axis="columns")
    rules = {"toujours la combinaison": pd.Series(COMBINATION, index=own.index)}
    for margin in (1.0, 0.9, 0.8):
        name = f"la meilleure méthode seule si son OWA < {margin} × celui de la combinaison"
        rules[name] = best.where(least < margin * own[COMBINATION], COMBINATION)
    for name, chosen in rules.items():
        print(f"  {name:<75} {owa_of(judged, chosen):.4f}  {chosen.value_counts().to_dict()}")
    name = "publiée : la combinaison, ou naive où elle ne l'avait pas battue"
    print(f"  {name:<75} {m3.score_table(judged)['owa'][backtest.PUBLISHED]:.4f}")


def owa_of(judged: pd.DataFrame, chosen: pd.Series) -> float:
    """OWA of the method chosen for each series."""
    methods = list(dict.fromkeys(chosen))
    rank = judged["serie"].map(chosen).map(methods.index).to_numpy(int)
    taken = judged[methods].to_numpy(float)[np.arange(len(judged)), rank]
    return float(m3.score_table(judged.assign(essai=taken), ("naive", "essai"))["owa"]["essai"])


# (e) The whole panel


def print_edition() -> bool:
    """Make an edition without storing it; tell whether it is under the limit."""
    title(f"e. Une édition entière, {CORES} cœurs (rien n'est enregistré)")
    publication = Publication(find_root())
    start, before = time.perf_counter(), computing()
    made = edition.make(publication, "2026-11", jobs=CORES)
    taken, computed = time.perf_counter() - start, computing() - before
    series = made.tables["epreuves"][["indicateur", "territoire"]].drop_duplicates()
    print(
        f"  {len(series)} séries projetées et mises à l'épreuve en {taken:.0f} s (limite {LIMIT} s), {computed:.0f} s de calcul"
    )
    return taken < LIMIT


def computing() -> float:
    """Seconds of processor taken so far, by this process and by those that ended: what a busy machine changes least."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> int:
    """Print every table."""
    published, judged = competition()
    print_scores(judged)
    print_coverage(published, judged)
    print_libraries(judged)
    print_alternatives(published, judged)
    return int(not print_edition())


if __name__ == "__main__":
    sys.exit(main())
