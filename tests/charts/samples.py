"""Small made-up figures to draw, with a known answer; ``python -m tests.charts.samples`` prints what they give."""

import hashlib

import pandas as pd

from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.charts.horizon import NO_PATHS, horizon
from prospective.charts.lines import retrospective
from prospective.model.indicator import Break

CAPTION = Caption("L’emploi baisse, puis remonte", "%", ("Insee, RP, millésime 2022", "Urssaf"), ("Une note.",))
ACCENT = "#0072b2"
SECOND = "#6b6b6b"
DARK = "#222222"


def rows(values: list[float], territory: str = "reg-32", first: int = 2000, status: str = "observe") -> pd.DataFrame:
    years = list(range(first, first + len(values)))
    return pd.DataFrame({"territoire": territory, "annee": years, "valeur": values, "statut": status})


PAST = [10.0, 12.5, 11.0, 15.0, 14.0, 18.0, 17.0, 19.0, 16.5, 20.5]


def past(
    values: list[float] | None = None, breaks: list[Break] | None = None, points: bool = False, caption: Caption = CAPTION,
    status: str = "observe",
) -> Chart:  # fmt: skip
    """One line, ten values from 10,0 in 2000 to 20,5 in 2009 unless told."""
    data = rows(PAST if values is None else values, status=status)
    return retrospective(data, {"reg-32": "Hauts-de-France"}, "reg-32", caption, "emploi", breaks=breaks, points=points)


def two(breaks: list[Break] | None = None) -> Chart:
    """The same, beside another territory that has eight values."""
    data = pd.concat([rows(PAST), rows([30.0, 29, 28, 27, 26, 25, 24, 23], "fr", 2001)])
    names = {"reg-32": "Hauts-de-France", "fr": "France"}
    return retrospective(data, names, "reg-32", CAPTION, "emploi", breaks=breaks)


def side_by_side(values: dict[str, float] | None = None, unit: str = "%", caption: Caption = CAPTION) -> Chart:
    values = values or {"Aisne": 5.0, "Oise": -3.0, "Somme": 2.0}
    data = pd.DataFrame({"nom": list(values), "valeur": list(values.values()), "Rang": range(1, len(values) + 1)})
    return bars(data, {next(iter(values))}, caption, "barres", unit=unit)


HYPOTHESES = pd.DataFrame(
    [
        {"id": "h1", "libelle": "Pente douce", "type": "tendance", "bas": 20.0, "centre": 22.0, "haut": 25.0},
        {"id": "h2", "libelle": "Virage", "type": "inflexion", "bas": 25.0, "centre": 28.0, "haut": 31.5},
        {"id": "h3", "libelle": "Cassure", "type": "rupture", "bas": 5.0, "centre": 9.0, "haut": 12.0},
    ]
)
TARGETS = pd.DataFrame(
    [
        {"libelle": "Loi", "valeur": 30.0, "valeur_min": None, "valeur_max": None, "horizon": 2015, "adoption": "2009"},
        {"libelle": "Plan", "valeur": None, "valeur_min": 26.0, "valeur_max": 29.0, "horizon": 2012, "adoption": ""},
    ]
).astype({"valeur": float, "valeur_min": float, "valeur_max": float})
NO_HYPOTHESIS, NO_TARGET = HYPOTHESES.iloc[:0], TARGETS.iloc[:0]


def fan(first: int = 2010, last: int = 2015, banded_until: int = 2015) -> pd.DataFrame:
    """A projection that gains 1 a year from 20,5, with bands 1, 2 and 3 wide."""
    years = pd.Index(range(first, last + 1), name="annee")
    centre = pd.Series([20.5 + k + 1 for k in range(len(years))], index=years)
    table = pd.DataFrame({"centre": centre})
    for level, half in (("50", 1.0), ("80", 2.0), ("95", 3.0)):
        table[f"bas{level}"] = (centre - half).where(years <= banded_until)
        table[f"haut{level}"] = (centre + half).where(years <= banded_until)
    return table


def straight(anchor: int = 2007, value: float = 19.0, year: int = 2015) -> pd.DataFrame:
    """Paths of the hypotheses: straight lines from 19,0 in 2007 to their bands in 2015."""
    return pd.DataFrame(
        {"id": h["id"], "annee": y} | {
            name: value + (h[end] - value) * (y - anchor) / (year - anchor)
            for name, end in (("bas80", "bas"), ("centre", "centre"), ("haut80", "haut"))
        }
        for h in HYPOTHESES.to_dict("records") for y in range(anchor, year + 1)
    )  # fmt: skip


def ahead(
    data: pd.DataFrame | None = None, projection: pd.DataFrame | None = None, hypotheses: pd.DataFrame = HYPOTHESES,
    targets: pd.DataFrame = TARGETS, points: bool = False, breaks: tuple[int, ...] = (), caption: Caption = CAPTION,
    year: int = 2015, paths: pd.DataFrame = NO_PATHS, since: int | None = None, standing: str = "",
) -> Chart:  # fmt: skip
    """The chart of the future, on the ten values of ``past`` unless told."""
    return horizon(
        rows(PAST) if data is None else data, projection, hypotheses, targets, caption, "avenir", year=year,
        place="dans les Hauts-de-France", points=points, breaks=breaks, paths=paths, since=since, standing=standing,
    )  # fmt: skip


BREAK = [Break(annee=2005, libelle="nouvelle définition")]


def everything() -> dict[str, Chart]:
    return {
        "past": past(breaks=BREAK),
        "points": past([1.0, 2.0, 3.0]),
        "two": two(),
        "bars": side_by_side(),
        "ahead": ahead(projection=fan(), breaks=(2005,)),
        "ahead, points": ahead(rows([1.0, 2.0])),
        "ahead, since": ahead(projection=fan(), paths=straight(), since=2007, standing="Dans la bande de H2."),
    }


def digest() -> str:
    """One fingerprint of all that these charts hold."""
    held = hashlib.sha256()
    for chart in everything().values():
        held.update(chart.svg + chart.html().encode())
    return held.hexdigest()


if __name__ == "__main__":
    print(digest())
