"""Territorial tables that hold more than one thing: their rows agree with one another."""

from collections.abc import Iterator

import pandas as pd

from prospective.data.package import Package
from prospective.data.validation.fault import Fault

FLORES, SECTORS, SALARIED = (
    "territoires/flores.csv",
    "territoires/emploi-secteurs.csv",
    "territoires/emploi-salarie.csv",
)
SHARES, PATENTS, SITES = (
    "territoires/emploi-secteurs-2019.csv",
    "territoires/brevets.csv",
    "territoires/emissions-sites.csv",
)
PROJECTS, POLICIES = "territoires/projets-recrutement-2024.csv", "territoires/suivi-politiques.csv"
A5 = ["AZ", "BE", "FZ", "GU", "OQ"]
FORMER = {"nuts-fre1": ["dep-59", "dep-62"], "nuts-fre2": ["dep-02", "dep-60", "dep-80"]}
ROUNDED = {SHARES: 0.25, PATENTS: 0.021}  # what five tenths, and three hundredths, lose by rounding
WILD = 1.6  # from one year of the table to the next, for a sector of the country
FAR = 12.0  # times the median of a site
# What names the thing that a row is about, and what it fixes.
SAME = {
    PROJECTS: {"bassin": ["nom_bassin", "departement"], "metier": ["nom_metier", "famille"]},
    SITES: {"site": ["nom", "departement", "secteur"]},
    POLICIES: {"id": ["mesure", "indicateur", "unite"]},
}


def names(package: Package) -> Iterator[Fault]:
    """A code has one name in a table."""
    for path, keys in SAME.items():
        table = package.table(path)
        for key, columns in keys.items():
            for column in columns:
                usual = table.groupby(key)[column].agg(lambda found: found.mode().iloc[0])
                for line in table.index[table[column] != table[key].map(usual)]:
                    code, said = table[key][line], table[column][line]
                    yield Fault(
                        f"data/{path}, ligne {line + 2}, {column}",
                        f"« {said} » pour « {code} », nommé « {usual[code]} » ailleurs : gardez un seul nom",
                    )


def recruitment(package: Package) -> Iterator[Fault]:
    """Difficult and seasonal projects are among the projects, and what is masked is said to be."""
    table = package.table(PROJECTS)
    numbers = ["projets", "difficiles", "saisonniers"]
    for part in numbers[1:]:
        for line in table.index[(table[part] > table["projets"]).fillna(False)]:
            yield Fault(
                f"data/{PROJECTS}, ligne {line + 2}",
                f"{table[part][line]} projets {part} sur {table['projets'][line]} : corrigez l'un des deux",
            )
    for line in table.index[table[numbers].isna().any(axis=1) != (table["secret"] == "oui")]:
        yield Fault(
            f"data/{PROJECTS}, ligne {line + 2}, secret",
            "« oui » si une cellule est vide, « non » si les trois sont remplies : corrigez",
        )


def additions(package: Package) -> Iterator[Fault]:
    """Sectors make the total, shares make a hundred, départements make their region."""
    wide = _wide(package.table(SALARIED), ["territoire", "date"], "secteur")
    detailed = wide[wide[A5].notna().any(axis=1)]
    for place, date in detailed.index[detailed[A5].sum(axis=1, min_count=5).ne(detailed["total"])]:
        yield Fault(f"data/{SALARIED}", f"{place}, {date} : les cinq secteurs ne font pas le total")
    shares = package.table(SHARES).groupby("territoire")["valeur"].sum()
    for place in shares.index[(shares - 100).abs() > ROUNDED[SHARES]]:
        yield Fault(f"data/{SHARES}", f"{place} : les parts font {shares[place]:.1f} % au lieu de 100")
    table = package.table(PATENTS)
    wide = _wide(table[table["mesure"] == "demandes"], ["date"], "territoire")
    for region, members in FORMER.items():
        gap = (wide[members].sum(axis=1, min_count=len(members)) - wide[region]).abs()
        for date in gap.index[gap > ROUNDED[PATENTS]]:
            yield Fault(
                f"data/{PATENTS}", f"{region}, {date} : ses départements ne font pas sa valeur, à {gap[date]:.2f} près"
            )
    yield from _policies(package.table(POLICIES))


def _policies(table: pd.DataFrame) -> Iterator[Fault]:
    for (name, date), rows in table.groupby(["id", "date"]):
        value = rows.set_index("territoire")["valeur"]
        parts = value[value.index.str.startswith("dep-")]
        region = rows[rows["territoire"] == "reg-32"]
        if region.empty or len(parts) < 5 or region["note"].iloc[0]:
            continue
        share = region["unite"].iloc[0].startswith("%")
        agrees = parts.min() <= value["reg-32"] <= parts.max() if share else parts.sum() == value["reg-32"]
        if not agrees:
            yield Fault(
                f"data/{POLICIES}",
                f"{name}, {date} : la région ne répond pas à ses cinq départements ; corrigez, ou dites pourquoi en note",
            )


def breadth(package: Package) -> Iterator[Fault]:
    """Every place has every sector every year, none is larger than the country, and the country does not leap."""
    zones = set(package.table("territoires/territoires-2026.csv").query("niveau == 'ze'")["territoire"])
    for path in (FLORES, SECTORS):
        table = package.table(path)
        for place in sorted((zones | {"fr"}) - set(table["territoire"])):
            yield Fault(f"data/{path}", f"« {place} » n'y a aucune ligne : remettez ses secteurs")
        rows = table.groupby("territoire").size()
        for place in map(str, rows.index[rows != rows.max()]):
            yield Fault(
                f"data/{path}",
                f"« {place} » y a {rows[place]} lignes au lieu de {rows.max()} : un secteur ou une année manque",
            )
        wide = _wide(table, ["secteur", "date"], "territoire")
        total = wide.drop(columns="fr").sum(axis=1)
        for sector, date in wide.index[total > wide["fr"]]:
            yield Fault(
                f"data/{path}", f"{sector}, {date} : les zones d'emploi de la région ont plus d'emplois que la France"
            )
        country = table[table["territoire"] == "fr"].astype({"valeur": float})
        for name, rows_of_it in country.groupby("secteur"):
            values = rows_of_it.sort_values("date").set_index("date")["valeur"]
            leap = (values / values.shift()).where(values.shift() > 0, 1.0)
            for date in map(str, leap.index[~leap.fillna(1.0).between(1 / WILD, WILD)]):
                yield Fault(
                    f"data/{path}",
                    f"fr, {name!s}, {date} : un changement qu'un secteur du pays n'a pas d'une année à l'autre",
                )


def sites(package: Package) -> Iterator[Fault]:
    """The emissions of a site stay near what it usually emits: a unit taken for another would be a thousand times more."""
    table = package.table(SITES)
    usual = table.groupby("site")["valeur"].transform("median")
    for line in table.index[table["valeur"] > FAR * usual]:
        yield Fault(
            f"data/{SITES}, ligne {line + 2}",
            f"{table['valeur'][line]:g} Mt CO₂e, quand ce site en émet d'habitude {usual[line]:g} : vérifiez l'unité",
        )


def _wide(table: pd.DataFrame, keys: list[str], across: str) -> pd.DataFrame:
    return table.astype({"valeur": float}).pivot(index=keys, columns=across, values="valeur")
