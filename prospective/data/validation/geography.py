"""Communes, territories, former communes and contours: each code has one place, and leads somewhere."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd

from prospective.data.package import Package
from prospective.data.validation.fault import Fault

COMMUNES, TERRITORIES = "territoires/communes-2026.csv", "territoires/territoires-2026.csv"
PASSAGE, CONTOURS = "territoires/passage-communes.csv", "territoires/contours-2026.topojson"
PREFIXES = {"region": "reg", "departement": "dep", "ze": "ze", "epci": "epci"}
LAYERS = {"departements": "departement", "ze": "ze", "epci": "epci"}
BOX = (1.0, 48.5, 4.6, 51.4)  # degrees, west, south, east, north: the region, and what shared zones have in Normandy


def territories(package: Package) -> Iterator[Fault]:
    """Every commune is in a known territory of each level, and populations add up."""
    communes, table = package.table(COMMUNES), package.table(TERRITORIES)
    for line, row in enumerate(table.to_dict("records"), start=2):
        if row["niveau"] in PREFIXES and row["territoire"] != f"{PREFIXES[row['niveau']]}-{row['code']}":
            yield Fault(
                f"data/{TERRITORIES}, ligne {line}",
                f"« {row['territoire']} » n'est pas « {PREFIXES[row['niveau']]}-{row['code']} » : accordez identifiant, niveau et code",
            )
    for line in communes.index[communes["code"].str[:2] != communes["departement"]]:
        yield Fault(
            f"data/{COMMUNES}, ligne {line + 2}",
            f"la commune {communes['code'][line]} n'est pas dans le département {communes['departement'][line]} : corrigez l'un des deux",
        )
    for line in communes.index[communes.duplicated(["nom", "departement"])]:
        yield Fault(
            f"data/{COMMUNES}, ligne {line + 2}",
            f"« {communes['nom'][line]} » est déjà une commune de ce département, sous un autre code : gardez-en une",
        )
    for column in ("epci", "ze", "departement"):
        yield from _populations(communes.groupby(column)["population"].sum(), table[table["niveau"] == column], column)
    region = table[table["niveau"] == "region"]
    yield from _populations(
        pd.Series({code: communes["population"].sum() for code in region["code"]}), region, "region"
    )


def _populations(sums: "pd.Series[int]", table: pd.DataFrame, level: str) -> Iterator[Fault]:
    known = dict(zip(table["code"], table["population"], strict=True))
    for code in sorted(set(sums.index) | set(known)):
        if code not in known:
            yield Fault(
                f"data/{COMMUNES}",
                f"« {code} », colonne {level}, n'est pas un territoire de ce niveau dans data/{TERRITORIES}",
            )
        elif code not in sums.index:
            yield Fault(
                f"data/{TERRITORIES}",
                f"« {PREFIXES[level]}-{code} » n'a aucune commune : retirez-le, ou rendez-lui les siennes",
            )
        elif pd.isna(known[code]) or known[code] != sums[code]:
            yield Fault(
                f"data/{TERRITORIES}",
                f"« {PREFIXES[level]}-{code} » : {known[code]} habitants, quand ses communes en ont {sums[code]} ; corrigez l'un des deux",
            )


def passage(package: Package) -> Iterator[Fault]:
    """A former commune leads in one step to a commune of today, and its code is no longer in use."""
    current = set(package.table(COMMUNES)["code"])
    table = package.table(PASSAGE)
    former = set(table["code_ancien"])
    for line, row in enumerate(table.to_dict("records"), start=2):
        where = f"data/{PASSAGE}, ligne {line}"
        if row["code_ancien"] in current:
            yield Fault(
                where,
                f"« {row['code_ancien']} » est une commune d'aujourd'hui : elle n'a pas disparu, retirez cette ligne",
            )
        if row["code_2026"] in former:
            yield Fault(where, f"« {row['code_2026']} » a disparu à son tour : donnez la commune d'aujourd'hui")
        if row["code_2026"] not in current:
            yield Fault(where, f"« {row['code_2026']} » n'est pas une commune de data/{COMMUNES}")


def contours(package: Package) -> Iterator[Fault]:
    """The contours are a topology in which every territory of a level has one shape, where the region is."""
    where = f"data/{CONTOURS}"
    try:
        content = (package.root / "data" / CONTOURS).read_bytes()
    except OSError:
        yield Fault(where, "ce fichier est introuvable : remettez-le")
        return
    try:
        found = json.loads(content)
        shapes = {layer: found["objects"][layer]["geometries"] for layer in LAYERS}
        ids = {layer: Counter(str(shape["id"]) for shape in shapes[layer]) for layer in LAYERS}
        names = {shape["id"]: shape["properties"]["nom"] for layer in LAYERS for shape in shapes[layer]}
        count = len(found["arcs"])
        strange = [
            s["id"] for layer in LAYERS for s in shapes[layer] if not all(-count <= a < count for a in _arcs(s["arcs"]))
        ]
        box = _box(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        yield Fault(where, f"ce n'est pas du TopoJSON ({type(error).__name__} : {error}) : remettez ce fichier")
        return
    table = package.table(TERRITORIES)
    for layer, level in LAYERS.items():
        known = dict(zip(table["territoire"], table["nom"], strict=True))
        expected = set(table.loc[table["niveau"] == level, "territoire"])
        for name in sorted(expected - set(ids[layer])):
            yield Fault(where, f"couche {layer} : le contour de « {name} » manque")
        for name in sorted(set(ids[layer]) - expected):
            yield Fault(where, f"couche {layer} : « {name} » n'est pas un territoire de data/{TERRITORIES}")
        for name in sorted(n for n, times in ids[layer].items() if times > 1):
            yield Fault(where, f"couche {layer} : « {name} » a plusieurs contours : gardez-en un")
        for name in sorted(n for n in set(ids[layer]) & expected if names[n] != known[n]):
            yield Fault(where, f"couche {layer} : « {name} » y est nommé « {names[name]} », non « {known[name]} »")
    for name in strange:
        yield Fault(where, f"le contour de « {name} » renvoie à un arc qui n'existe pas : refaites ce fichier")
    if not (BOX[0] <= box[0] and BOX[1] <= box[1] and box[2] <= BOX[2] and box[3] <= BOX[3]):
        yield Fault(where, "les contours sortent de la région : vérifiez « transform » et l'ordre longitude, latitude")


def _arcs(nested: Any) -> Iterator[int]:
    """The arcs of a shape, however deep."""
    for part in nested:
        if isinstance(part, int):
            yield part
        else:
            yield from _arcs(part)


def _box(topology: dict[str, Any]) -> tuple[float, float, float, float]:
    """West, south, east, north of everything, in degrees."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    xs, ys = [], []
    for arc in topology["arcs"]:
        x = y = 0
        for dx, dy in arc:
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
    return x0 + kx * min(xs), y0 + ky * min(ys), x0 + kx * max(xs), y0 + ky * max(ys)
