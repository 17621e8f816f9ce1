"""Exact sums between tables."""

from collections.abc import Iterator

from prospective.data.package import Package
from prospective.data.validation.fault import Fault


def totals(package: Package) -> Iterator[Fault]:
    """Exact sums: communes = départements = région, every year."""
    jobs = package.series("emploi-prive")
    by_level = {
        level: jobs[jobs["territoire"].str.startswith(prefix)].groupby("annee")["valeur"].sum()
        for level, prefix in (("communes", "com-"), ("départements", "dep-"), ("région", "reg-"))
    }
    for level in ("communes", "départements"):
        gap = by_level[level] - by_level["région"]
        for year, value in gap[gap != 0].items():
            yield Fault(
                "data/territoires/emploi-prive.csv",
                f"en {year}, la somme des {level} s'écarte de la région de {value:.0f} emplois",
            )
    sectors = package.table("territoires/emploi-secteurs.csv")
    totals = sectors.groupby(["territoire", "date"])["valeur"].sum()
    known = jobs.set_index(["territoire", "date"])["valeur"]
    for row in totals.reset_index().to_dict("records"):
        place, date, value = row["territoire"], row["date"], row["valeur"]
        expected = known.get((place, str(date)))
        if expected is None or expected != value:
            yield Fault(
                "data/territoires/emploi-secteurs.csv",
                f"{place}, {date} : {value:.0f} emplois au lieu de {expected} tous secteurs",
            )
