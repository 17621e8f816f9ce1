"""Titles of charts, computed: what is seen, never a label."""

from collections.abc import Sequence

import pandas as pd

from prospective.model import writing
from prospective.model.indicator import Break, Indicator, stretch

FLAT = 0.02


def evolution(indicator: Indicator, place: str, values: pd.Series, breaks: Sequence[Break] = ()) -> str:
    """Say how an indicator moved between its first and last year.

    Parameters
    ----------
    values : values indexed by year, oldest first.
    breaks : a change of definition is never counted as an evolution: the longest stretch between breaks is told,
        the last one if several are as long.
    place : « en Hauts-de-France », « dans le monde »: already in French.
    """
    what = lower(indicator.libelle_court)
    values = _homogeneous(values, [b.annee for b in breaks])
    first, last = float(values.iloc[0]), float(values.iloc[-1])
    start, end = int(values.index[0]), int(values.index[-1])
    if start == end:
        return f"{capital(what)} {place} : {indicator.write(last)} en {end}"
    if is_flat(indicator, first, last):
        return f"{capital(what)} {place} : {indicator.write(last)} en {end}, presque comme en {start}"
    return f"{capital(what)} {place} : {change(indicator, first, last)} de {start} à {end}"


def comparison(indicator: Indicator, readings: list[tuple[str, float]], when: str) -> str:
    """Say the value of a territory, and that of the last one it is compared with.

    Parameters
    ----------
    readings : places with their preposition (« dans l’Aisne ») and values, the territory first.
    when : date of the values.
    """
    what, date = capital(lower(indicator.libelle_court)), writing.date(when)
    (place, value), *others = readings
    if not others:
        return f"{what} : {indicator.write(value)} {place} ({date})"
    extreme = ""
    if value > max(other for _, other in others):
        extreme = ", la valeur la plus haute"
    elif value < min(other for _, other in others):
        extreme = ", la valeur la plus basse"
    there, other = others[-1]
    return f"{what} : {indicator.write(value)} {place}{extreme} ; {indicator.write(other)} {there} ({date})"


def _homogeneous(values: pd.Series, breaks: list[int]) -> pd.Series:
    part = pd.Series([stretch(year, breaks) for year in values.index], index=values.index)
    sizes = part.value_counts()
    longest = max(part.unique(), key=lambda p: (sizes[p], p))
    return values[part == longest]


def stretches(values: pd.Series, breaks: Sequence[Break]) -> list[str]:
    """Say the growth of a count on each side of its breaks: « +3,9 % de 2014 à 2020 », « +1,2 % de 2021 à 2024 »."""
    part = pd.Series([stretch(year, [b.annee for b in breaks]) for year in values.index], index=values.index)
    said = []
    for _, piece in values.groupby(part):
        if len(piece) > 1 and piece.iloc[0] > 0:
            growth = 100 * (float(piece.iloc[-1]) / float(piece.iloc[0]) - 1)
            said.append(f"{writing.quantity(growth, '%', 1, sign=True)} de {piece.index[0]} à {piece.index[-1]}")
    return said


def change(indicator: Indicator, first: float, last: float) -> str:
    """Say a change: points for a share, the unit where values may be negative, a factor from 2 upwards, else a percentage."""
    if indicator.unite.startswith("%"):
        gap = last - first
        points = writing.quantity(gap, writing.plural(round(gap, 1), "point"), 1, sign=True)
        return points
    if indicator.minimum < 0:
        return indicator.write(last - first, sign=True)
    if not first:
        return f"de {indicator.write(first)} à {indicator.write(last)}"
    ratio = last / first
    if ratio >= 2:
        return f"multiplication par {writing.number(ratio, 1)}"
    return writing.quantity(100 * (ratio - 1), "%", 1, sign=True)


def is_flat(indicator: Indicator, first: float, last: float) -> bool:
    """Tell whether a change is too small to be called one: half a point, or 2 %."""
    if indicator.unite.startswith("%"):
        return abs(last - first) < 0.5
    return bool(first) and abs(last / first - 1) < FLAT


def capital(text: str) -> str:
    """Start with a capital, and change nothing else."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Lower the first letter unless the word is an acronym."""
    word = text.split(" ")[0]
    return text if word.isupper() and len(word) > 1 else text[:1].lower() + text[1:]
