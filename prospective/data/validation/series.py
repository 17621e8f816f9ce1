"""The series against their codelist: places, bounds, gaps and jumps that are not declared."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from prospective.data.package import CODELIST, Package
from prospective.data.territories import Gazetteer
from prospective.data.validation.fault import Fault
from prospective.model import writing
from prospective.model.indicator import FIRM, Indicator

# A jump: a change this many robust standard deviations away from the usual ones, and large enough to be seen.
SPREADS = 10
SEEN_SHARE, SEEN_POINTS = 0.15, 5.0
ENOUGH = 8
PERIODS = {"annuelle": "Y", "trimestrielle": "Q", "mensuelle": "M"}
COMMUNES = "com-"


def codelist(package: Package) -> Iterator[Fault]:
    """Every indicator has rows in a declared table, and says nothing that its rows deny."""
    for line, indicator in enumerate(package.indicators.values(), start=2):
        where = f"data/{CODELIST}, ligne {line}"
        if indicator.fichier not in package.tables:
            yield Fault(where, f"l'indicateur « {indicator.id} » renvoie à data/{indicator.fichier}, absent du paquet")
            continue
        package.series(indicator.id)
        if indicator.projetable and indicator.nature == "points":
            yield Fault(where, f"l'indicateur « {indicator.id} » est fait de points : il ne peut pas être projetable")
        if indicator.maximum is not None and indicator.maximum <= indicator.minimum:
            yield Fault(where, f"l'indicateur « {indicator.id} » a un maximum qui ne dépasse pas son minimum")
        if indicator.nature == "serie" and indicator.frequence == "ponctuelle":
            yield Fault(
                where,
                f"l'indicateur « {indicator.id} » est ponctuel : sa nature est « points », ou donnez sa fréquence",
            )


def _long_tables(package: Package) -> Iterator[tuple[str, pd.DataFrame]]:
    for path in package.tables:
        table = package.table(path)
        if {"territoire", "indicateur", "valeur", "statut"} <= set(table.columns):
            yield path, table


def rows(package: Package) -> Iterator[Fault]:
    """Every row is of a declared indicator and of a known place, its date is of the right form, its value is plausible."""
    places = set(Gazetteer(package).territories)
    for path, table in _long_tables(package):
        declared = {name: i for name, i in package.indicators.items() if i.fichier == path}
        for line in table.index[~table["indicateur"].isin(declared)]:
            name = table["indicateur"][line]
            yield Fault(f"data/{path}, ligne {line + 2}", f"l'indicateur « {name} » n'est pas déclaré pour ce fichier")
        for line in table.index[~table["territoire"].isin(places)]:
            place = table["territoire"][line]
            yield Fault(f"data/{path}, ligne {line + 2}", f"le territoire « {place} » n'existe pas")
        for name, found in table.groupby("indicateur"):
            if name in declared:
                yield from _values(declared[str(name)], found, path)


def _values(indicator: Indicator, found: pd.DataFrame, path: str) -> Iterator[Fault]:
    values = found["valeur"]
    high = _high(indicator)
    for line in found.index[(values < indicator.minimum) | (values > high)]:
        bounds = f"de {_plain(indicator.minimum)}" + ("" if high == np.inf else f" à {_plain(high)}")
        yield Fault(
            f"data/{path}, ligne {line + 2}",
            f"{_plain(values[line])} est hors des valeurs plausibles de « {indicator.id} » ({bounds} {indicator.unite})",
        )
    if indicator.projetable and indicator.echelle in ("log", "logit"):
        shown = found[~found["territoire"].str.startswith(COMMUNES) & (values >= indicator.minimum)]
        for line in shown.index[shown["valeur"] <= 0]:
            yield Fault(
                f"data/{path}, ligne {line + 2}",
                f"{_plain(values[line])} : une valeur projetée sur l'échelle {indicator.echelle} doit être positive",
            )
    if indicator.frequence in ("mensuelle", "trimestrielle"):
        for line in found.index[found["date"].str.len() < 7]:
            date = found["date"][line]
            yield Fault(
                f"data/{path}, ligne {line + 2}",
                f"« {date} » n'est pas un mois : l'indicateur « {indicator.id} » est {indicator.frequence[:-2]}",
            )


def _high(indicator: Indicator) -> float:
    return np.inf if indicator.maximum is None else indicator.maximum


def _plain(value: float) -> str:
    return writing.number(value, writing.decimals_of(value))


def gaps(package: Package) -> Iterator[Fault]:
    """No date is missing inside a series unless ``lacunes`` says so.

    Communes are left out: the source has no row for a commune without any job, and exact sums prove it.
    """
    for indicator in package.indicators.values():
        if indicator.nature != "serie" or indicator.fichier not in package.tables:
            continue
        found = package.series(indicator.id)
        for place, part in found[~found["territoire"].str.startswith(COMMUNES)].groupby("territoire"):
            for missing in _missing(part["date"], PERIODS[indicator.frequence]):
                if not any(gap.covers(str(place), missing) for gap in indicator.lacunes):
                    yield Fault(
                        f"data/{indicator.fichier}",
                        f"« {indicator.id} », {place} : rien pour {writing.date(missing)}, sans lacune déclarée ; "
                        "ajoutez la valeur, ou déclarez la lacune dans data/indicateurs.csv",
                    )


def _missing(dates: pd.Series, frequency: str) -> list[str]:
    """Dates that lack between the first and the last one, written as the series writes them (year or month)."""
    have = pd.PeriodIndex(dates, freq=frequency)
    lacking = pd.period_range(have.min(), have.max(), freq=frequency).difference(have)
    return [str(p.year) if frequency == "Y" else f"{p.year}-{p.end_time.month:02d}" for p in lacking]


def jumps(package: Package) -> Iterator[Fault]:
    """No value leaves the usual changes of its series unless ``ruptures`` or ``sauts`` says so.

    A change between two consecutive firm values is judged on the indicator's scale, against the median and the
    median absolute deviation of the series' own changes (Hampel, 1974); communes are left out, whose sums are checked.
    """
    for indicator in package.indicators.values():
        if indicator.nature != "serie" or indicator.fichier not in package.tables:
            continue
        found = package.series(indicator.id)
        plausible = found["valeur"].between(indicator.minimum, _high(indicator))  # the others are told by ``rows``
        found = found[plausible & found["statut"].isin(FIRM) & ~found["territoire"].str.startswith(COMMUNES)]
        for place, part in found.groupby("territoire"):
            declared = {b.annee for b in (*indicator.ruptures, *indicator.sauts) if b.territoire in (None, place)}
            for date, before, after in _jumps(indicator, part, declared):
                yield Fault(
                    f"data/{indicator.fichier}",
                    f"« {indicator.id} », {place}, {writing.date(date)} : {_plain(before)} puis {_plain(after)}, "
                    "un saut qui n'est déclaré ni comme rupture ni comme saut dans data/indicateurs.csv",
                )


def _jumps(indicator: Indicator, part: pd.DataFrame, declared: set[int]) -> Iterator[tuple[str, float, float]]:
    if len(part) < ENOUGH:
        return
    values = part["valeur"].to_numpy(dtype=float)
    years = part["annee"].to_numpy()
    changes = np.diff(_on_scale(values, indicator.echelle))
    usual = np.median(changes)
    spread = 1.4826 * np.median(np.abs(changes - usual))
    strange = np.abs(changes - usual) > SPREADS * spread
    if indicator.unite.startswith("%"):
        seen = np.abs(np.diff(values)) > SEEN_POINTS
    else:
        largest = np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
        seen = np.abs(np.diff(values)) > SEEN_SHARE * largest
    for k in np.flatnonzero(strange & seen):
        # Two years apart, what happened in between counts too.
        if not declared & set(range(int(years[k]) + 1, int(years[k + 1]) + 1)) and years[k + 1] not in declared:
            yield str(part["date"].iloc[k + 1]), values[k], values[k + 1]


def _on_scale(values: np.ndarray, scale: str) -> np.ndarray:
    if scale == "log" and (values > 0).all():
        return np.log(values)
    if scale == "logit" and ((values > 0) & (values < 100)).all():
        return np.log(values / (100 - values))
    return values
