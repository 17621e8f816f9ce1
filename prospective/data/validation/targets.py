"""Official targets, dated facts and the codelist: each in its place, its unit and its time."""

from collections.abc import Iterator

import pandas as pd

from prospective.data.package import CODELIST, Package
from prospective.data.territories import Gazetteer
from prospective.data.validation.fault import Fault
from prospective.data.validation.inventory import today
from prospective.model.indicator import FIRM, Indicator

TARGETS = "cibles.csv"
SHARE = "%"  # alone, it is a share or a change: never below -100 nor above 100 in a target or a fact, unless a note says why
HAPPENED = (*FIRM, "provisoire")


def targets(package: Package) -> Iterator[Fault]:
    """A target has a place, one value or a range, and the unit of the indicator that measures it."""
    places = Gazetteer(package).territories
    for line, row in enumerate(package.table(TARGETS).to_dict("records"), start=2):
        where = f"data/{TARGETS}, ligne {line}"
        low, value, high = (row[name] for name in ("valeur_min", "valeur", "valeur_max"))
        ends = [pd.notna(low), pd.notna(high)]
        if pd.notna(value) == any(ends) or ends[0] != ends[1]:
            yield Fault(where, "donnez soit « valeur », soit « valeur_min » et « valeur_max »")
        elif all(ends) and low >= high:
            yield Fault(where, f"la fourchette finit ({high:g}) avant de commencer ({low:g}) : corrigez-la")
        if row["unite"] == SHARE and any(abs(v) > 100 for v in (low, value, high) if pd.notna(v)) and not row["note"]:
            yield Fault(
                where, "un pourcentage au-delà de 100 : vérifiez la valeur et l'unité, ou dites pourquoi en note"
            )
        if row["territoire"] not in places:
            yield Fault(where, f"le territoire « {row['territoire']} » n'existe pas")
        if row["indicateur"]:
            unit = package.indicator(row["indicateur"]).unite
            if unit != row["unite"]:
                yield Fault(
                    where,
                    f"l'unité « {row['unite']} » n'est pas celle de l'indicateur « {row['indicateur']} », « {unit} »",
                )
        if not today().year - 30 <= row["horizon"] <= 2100 or row["adoption"][:4] > str(row["horizon"]):
            yield Fault(
                where, f"l'horizon {row['horizon']} n'est pas plausible, ou précède l'adoption ({row['adoption']})"
            )


def facts(package: Package) -> Iterator[Fault]:
    """A fact is in the file of its variable or letter, and a percentage is one."""
    for row in package.facts.to_dict("records"):
        owner = row["fichier"].removeprefix("data/faits/").removesuffix(".csv")
        if not row["id"].startswith(f"{owner}-"):
            yield Fault(
                row["fichier"],
                f"le fait « {row['id']} » est dans le fichier d'un autre : son identifiant doit commencer par « {owner}- »",
            )
        if row["unite"] == SHARE and abs(row["valeur"]) > 100 and not row["note"]:
            yield Fault(
                row["fichier"],
                f"« {row['id']} » : {row['valeur']:g} % ; vérifiez la valeur et l'unité, ou dites pourquoi en note",
            )


def declared(package: Package) -> Iterator[Fault]:
    """An indicator is in the file of its variable, names known places, and has happened when it says so."""
    places = Gazetteer(package).territories
    now = today().isoformat()
    for line, indicator in enumerate(package.indicators.values(), start=2):
        where = f"data/{CODELIST}, ligne {line}"
        for message in _entry(indicator, set(places), now):
            yield Fault(where, f"« {indicator.id} » : {message}")
        if indicator.fichier not in package.tables:
            continue  # told by ``codelist``
        rows = package.series(indicator.id)
        late = rows[rows["statut"].isin(HAPPENED) & rows["date"].map(lambda date: date > now[: len(date)])]
        for row in late.to_dict("records"):
            yield Fault(
                f"data/{indicator.fichier}",
                f"« {indicator.id} », {row['territoire']} : {row['date']} n'est pas encore passé, le statut est « prevision »",
            )


def _entry(indicator: Indicator, places: set[str], now: str) -> Iterator[str]:
    if indicator.fichier.startswith("series/") and indicator.fichier != f"series/{indicator.variable}.csv":
        yield f"ses valeurs sont dans data/{indicator.fichier}, quand sa variable est « {indicator.variable} » ; accordez les deux"
    for column, parts in (("ruptures", indicator.ruptures), ("sauts", indicator.sauts), ("lacunes", indicator.lacunes)):
        for part in parts:
            if part.territoire is not None and part.territoire not in places:
                yield f"{column} : le territoire « {part.territoire} » n'existe pas"
    if indicator.millesime > now[: len(indicator.millesime)]:
        yield f"le millésime {indicator.millesime} est dans l'avenir : corrigez-le"
    if not indicator.url.startswith("https://"):
        yield f"l'adresse « {indicator.url[:60]} » n'est pas en https : corrigez-la"
