"""A file of the shape of the Urssaf « commune × APE » file, filled with MADE-UP numbers.

Nothing in such a file is a statistic: the numbers are drawn at random from a seed, every line says « chiffres
fabriqués » in its column « Région ». Only the header, the separators, the types of its cells, the codes of the
region's communes and the A38 codes are those of real files. Tests use a few hundred lines, ``bench/commune_ape.py``
as many as there are for France.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

YEARS = range(2006, 2025)
TEXTS = (
    "Région", "Ancienne région", "Département", "Zone d'emploi", "EPCI", "Nom commune", "Commune", "Grand secteur d'activité",
    "Secteur NA17", "Secteur NA38", "Secteur NA88", "APE", "Code région", "Code ancienne région", "Code département",
    "Code zone d'emploi", "Code EPCI", "Code commune", "Code APE",
)  # fmt: skip
# The technical names of the same columns, in the same order, as the producer's API gives them.
API_TEXTS = (
    "region", "ancienne_region", "departement", "zone_d_emploi", "epci", "commune", "intitule_commune", "grand_secteur_d_activite",
    "secteur_na17", "secteur_na38", "secteur_na88", "ape", "code_region", "code_ancienne_region", "code_departement",
    "code_zone_d_emploi", "code_epci", "code_commune", "code_ape",
)  # fmt: skip
# NAF rév. 2: the divisions (A88) of each A38 sector.
DIVISIONS = {
    "AZ": "01 02 03", "BZ": "05 06 07 08 09", "CA": "10 11 12", "CB": "13 14 15", "CC": "16 17 18", "CD": "19", "CE": "20",
    "CF": "21", "CG": "22 23", "CH": "24 25", "CI": "26", "CJ": "27", "CK": "28", "CL": "29 30", "CM": "31 32 33", "DZ": "35",
    "EZ": "36 37 38 39", "FZ": "41 42 43", "GZ": "45 46 47", "HZ": "49 50 51 52 53", "IZ": "55 56", "JA": "58 59 60",
    "JB": "61", "JC": "62 63", "KZ": "64 65 66", "LZ": "68", "MA": "69 70 71", "MB": "72", "MC": "73 74 75",
    "NZ": "77 78 79 80 81 82", "OZ": "84", "PZ": "85", "QA": "86", "QB": "87 88", "RZ": "90 91 92 93", "SZ": "94 95 96",
    "TZ": "97 98", "UZ": "99",
}  # fmt: skip
METROPOLIS = [*(f"{n:02d}" for n in range(1, 96) if n != 20), "2A", "2B"]
OVERSEAS = ["971", "972", "973", "974", "976"]
CLASSES = 8  # sub-classes invented in each division: about 700 APE codes, as many as in NAF rév. 2


@dataclass(frozen=True)
class Place:
    """A commune as a line of the file names it."""

    code: str
    name: str
    epci: str = "200000000"
    region: str = "00"


def region_communes(root: Path) -> list[Place]:
    """The communes of the region, with their real codes and names."""
    with (root / "data/territoires/communes-2026.csv").open(encoding="utf-8", newline="") as stream:
        return [Place(row["code"], row["nom"], row["epci"], "32") for row in csv.DictReader(stream)]


def other_communes(each: int, region: Sequence[str] = ("02", "59", "60", "62", "80")) -> list[Place]:
    """Invented communes, ``each`` in every département that is not of the region."""
    found = []
    for departement in [*METROPOLIS, *OVERSEAS]:
        width = 5 - len(departement)
        if departement not in region:
            codes = (f"{departement}{k:0{width}d}" for k in range(1, min(each + 1, 10**width)))
            found += [Place(code, f"Commune {code}") for code in codes]
    return found


def header(years: Sequence[int] = YEARS, api: bool = False) -> list[str]:
    """The header line: as the site exports it, or with the technical names of the API."""
    pairs = (
        ("nombre_d_etablissements_{}", "effectifs_salaries_{}")
        if api
        else ("Nombre d'établissements {}", "Effectifs salariés {}")
    )
    return [*(API_TEXTS if api else TEXTS), *(pair.format(year) for year in years for pair in pairs)]


def activities(labels: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Invented sub-classes as (APE code, APE text, A38 text, A88 text)."""
    return [
        (f"{division}{k + 1:02d}Z", f"{division}{k + 1:02d}Z Activité", f"{sector} {labels[sector]}", f"{division} {labels[sector]}")
        for sector, divisions in DIVISIONS.items()
        for division in divisions.split()
        for k in range(CLASSES)
    ]  # fmt: skip


def a38_labels(root: Path) -> dict[str, str]:
    """Names of the A38 sectors, by code; some hold a « ; »."""
    with (root / "data/territoires/nomenclature-a38.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["libelle"] for row in csv.DictReader(stream)}


def _sizes(count: int, lines: int, rng: random.Random, most: int) -> list[int]:
    """How many lines each commune has: a few large towns, many villages; the sum is ``lines``."""
    weights = [min(rng.paretovariate(1.05), 400.0) for _ in range(count)]
    total = sum(weights)
    sizes = [min(most, int(lines * weight / total)) for weight in weights]
    missing, k = lines - sum(sizes), 0
    while missing > 0:
        step = min(most - sizes[k % count], max(1, missing // count))
        sizes[k % count] += step
        missing, k = missing - step, k + 1
    return sizes


def _history(years: int, rng: random.Random) -> list[str]:
    """Pairs (établissements, effectifs), year by year; empty before a line starts and after it ends."""
    start = 0 if rng.random() < 0.5 else rng.randrange(years)
    end = years if rng.random() < 0.6 else rng.randrange(start, years) + 1
    jobs = min(rng.paretovariate(0.9) * 2, 4000.0)
    cells = [""] * (2 * start)
    for _ in range(end - start):
        jobs *= 0.93 + 0.15 * rng.random()
        cells += [str(1 + int(jobs) // 12), str(int(jobs))]
    return cells + [""] * (2 * (years - end))


def lines_of(
    places: Sequence[Place], lines: int, labels: dict[str, str], years: Sequence[int] = YEARS, seed: int = 2026
) -> Iterator[list[str]]:
    """Invented lines, each commune × APE once."""
    rng = random.Random(seed)
    known = activities(labels)
    for place, size in zip(places, _sizes(len(places), lines, rng, len(known)), strict=True):
        departement = place.code[:3] if place.code.startswith("97") else place.code[:2]
        for ape, ape_text, a38, a88 in rng.sample(known, size):
            yield [
                "Région (chiffres fabriqués)", "Ancienne région", f"Département {departement}", "Zone", f"EPCI {place.epci}",
                place.name, f"{place.code} {place.name}", "GS Secteur", a38, a38, a88, ape_text, place.region, place.region,
                departement, "0000", place.epci, place.code, ape, *_history(len(years), rng),
            ]  # fmt: skip


def write(
    path: Path, rows: Iterator[list[str]] | Sequence[list[str]], years: Sequence[int] = YEARS, api: bool = False
) -> Path:
    """Write a file as the site exports it: UTF-8 with its mark, « ; », lines ended by CR LF."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(header(years, api))
        writer.writerows(rows)
    return path
