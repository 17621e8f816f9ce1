"""Territorial tables: sums that are exact, figures as their producers published them, codes that lead somewhere."""

import csv
import itertools
import json
import math
from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "data/territoires"
TABLES = [
    "flores", "projets-recrutement-2024", "suivi-politiques", "brevets", "emploi-salarie", "emploi-secteurs-2019",
    "emissions-sites", "passage-communes",
]  # fmt: skip
A5 = ["AZ", "BE", "FZ", "GU", "OQ"]
DEPARTEMENTS = ["dep-02", "dep-59", "dep-60", "dep-62", "dep-80"]


def read(name: str) -> list[dict[str, str]]:
    """A table as the standard library reads it."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def values(name: str, *keys: str) -> dict[tuple[str, ...], float]:
    """The values of a table by key, empty cells left out."""
    return {tuple(row[key] for key in keys): float(row["valeur"]) for row in read(name) if row["valeur"]}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_small_and_clean(name):
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    assert len(text.encode()) < 2_000_000
    assert "\r" not in text
    assert "\u00a0" not in text
    assert "'" not in text  # typographic apostrophes
    assert all(line == line.strip() for line in text.splitlines())
    assert all(cell == cell.strip() and not cell.startswith("=") for row in read(name) for cell in row.values())


@pytest.mark.parametrize("name", [name for name in TABLES if "territoire" in read(name)[0]])
def test_every_territory_of_a_table_is_a_known_one(name):
    assert {row["territoire"] for row in read(name)} <= {row["territoire"] for row in read("territoires-2026")}


# --- Flores --------------------------------------------------------------------------------------------------------

# Insee, Flores, posts by section (A21) on 31 December, as published for three zones d'emploi and for France.
SECTIONS = "ABCDEFGHIJKLMNOPQRS"
FLORES = {
    ("ze-3213", "2023"): [1101, 20, 17164, 2712, 1312, 5933, 10834, 6402, 3646, 485, 1429, 605, 3071, 4797, 11111, 6561, 13414, 1260, 2007],
    ("ze-3214", "2022"): [845, 2, 2666, 39, 201, 2471, 3609, 1388, 1408, 112, 955, 313, 838, 1152, 5935, 2808, 6945, 277, 835],
    ("ze-3220", "2023"): [1962, 17, 13041, 380, 944, 3767, 10327, 5334, 2474, 298, 1129, 304, 2786, 4076, 7685, 5930, 13715, 677, 1328],
    ("fr", "2022"): [297207, 20587, 2820942, 175831, 209122, 1608408, 3497301, 1458559, 1273388, 951030, 926241, 280460, 1689753, 1632104, 2837444, 1938380, 3530191, 404878, 563796],
    ("fr", "2023"): [301604, 20524, 2850145, 180974, 214493, 1606256, 3485400, 1471815, 1288262, 964302, 942293, 277172, 1722911, 1656984, 2907263, 1997040, 3637406, 430578, 571963],
}  # fmt: skip


@pytest.mark.parametrize(("place", "year"), list(FLORES))
def test_sectors_add_up_to_the_sections_that_insee_publishes(place: str, year: str) -> None:
    section = {row["code"]: row["a21"] for row in read("nomenclature-a38")}
    total: Counter[str] = Counter()
    for (territory, sector, when), value in values("flores", "territoire", "secteur", "date").items():
        if (territory, when) == (place, year):
            total[section[sector]] += int(value)
    assert [total[letter] for letter in SECTIONS] == FLORES[place, year]


def test_what_flores_lacks_stays_empty_and_says_so():
    empty = [row for row in read("flores") if not row["valeur"]]
    assert len(empty) == 50
    assert {row["date"] for row in empty} == {"2023"}
    assert all(row["note"] == "cellule absente de la source" for row in empty)
    assert Counter(row["territoire"] for row in read("flores")) == dict.fromkeys(
        ["fr", *(row["territoire"] for row in read("territoires-2026") if row["niveau"] == "ze")], 36 * 2
    )


# --- recruitment projects ------------------------------------------------------------------------------------------


def test_a_masked_number_is_never_a_zero():
    # France Travail, Besoins en main-d'œuvre 2024: « * » marks a masked number, and no published one is below 5.
    numbers = [
        row[column] for row in read("projets-recrutement-2024") for column in ("projets", "difficiles", "saisonniers")
    ]
    assert min(int(number) for number in numbers if number) == 5
    for row in read("projets-recrutement-2024"):
        masked = "" in (row["projets"], row["difficiles"], row["saisonniers"])
        assert row["secret"] == ("oui" if masked else "non")
        if not row["projets"]:
            assert not row["difficiles"] and not row["saisonniers"]


def test_projects_are_those_of_the_survey():
    rows = {(row["bassin"], row["metier"]): row for row in read("projets-recrutement-2024")}
    assert len(rows) == 3807
    assert len({bassin for bassin, _ in rows}) == 28
    # As published: farmers around Abbeville, stock breeders around Hirson, welders in Dunkerque.
    found = [[rows[key][c] for c in ("projets", "difficiles", "saisonniers", "departement")] for key in
             [("bmo-3201", "A0X40"), ("bmo-3206", "A0X41"), ("bmo-3218", "D1X33")]]  # fmt: skip
    assert found == [["268", "159", "191", "80"], ["6", "", "", "02"], ["122", "79", "", "59"]]


def test_dropping_masked_rows_would_overstate_difficulty():
    # The two shares that the table's description quotes.
    rows = [row for row in read("projets-recrutement-2024") if row["projets"]]
    difficult = sum(int(row["difficiles"] or 0) for row in rows)
    dropped = [row for row in rows if not row["difficiles"]]
    assert (len(dropped), sum(int(row["projets"]) for row in dropped)) == (806, 17_604)
    projects = sum(int(row["projets"]) for row in rows)
    assert projects == 174_511
    assert round(100 * difficult / projects) == 51
    assert round(100 * difficult / (projects - 17_604)) == 57


# --- policy follow-up ----------------------------------------------------------------------------------------------


def test_the_region_is_the_sum_of_its_departements_unless_a_note_says_otherwise():
    rows = read("suivi-politiques")
    table = {(row["id"], row["date"], row["territoire"]): int(row["valeur"]) for row in rows}
    note = {
        (row["id"], row["date"]) for row in rows if row["territoire"] == "reg-32" and row["note"].startswith("valeur")
    }
    compared = 0
    for (name, date, place), value in table.items():
        parts = [table[name, date, d] for d in DEPARTEMENTS if (name, date, d) in table]
        if place != "reg-32" or len(parts) < 5:
            continue
        compared += 1
        share = name == "index-egalite-professionnelle"  # a share lies between those of its parts
        agrees = min(parts) <= value <= max(parts) if share else sum(parts) == value
        assert agrees == ((name, date) not in note), (name, date)
    assert compared > 200
    assert Counter(name for name, _ in note) == {"recrutements-jeunes": 9, "index-egalite-professionnelle": 2}


@pytest.mark.parametrize(
    ("name", "date", "value"),
    [
        # DITP, Baromètre des résultats de l'action publique, January 2023.
        ("contrats-apprentissage", "2021-12-31", 56_967),
        ("entreprises-france-relance", "2022-12-31", 781),
        ("diagnostics-numeriques", "2022-11-30", 2_744),
        ("formations-publics-eloignes", "2022-12-31", 160_417),
    ],
)
def test_the_region_has_the_figures_of_the_barometer(name, date, value):
    assert values("suivi-politiques", "id", "date", "territoire")[name, date, "reg-32"] == value


# --- patents -------------------------------------------------------------------------------------------------------


def test_departements_add_up_to_the_former_regions():
    # Fractional counts published to the hundredth: three rounded terms leave at most two hundredths.
    patents = values("brevets", "mesure", "territoire", "date")
    parts = {"nuts-fre2": ["dep-02", "dep-60", "dep-80"], "nuts-fre1": ["dep-59", "dep-62"]}
    for year in range(1977, 2013):
        for region, members in parts.items():
            total = sum(patents["demandes", member, str(year)] for member in members)
            assert total == pytest.approx(patents["demandes", region, str(year)], abs=0.02)


def test_patents_are_those_that_eurostat_publishes():
    # Eurostat, pat_ep_rtot: NUTS 2010 codes FR (2011), FR222 Oise (2001), FR30 Nord – Pas-de-Calais (2009).
    patents = values("brevets", "mesure", "territoire", "date")
    assert patents["demandes", "fr", "2011"] == 8889.86
    assert patents["demandes", "dep-60", "2001"] == 106.1
    assert patents["demandes", "nuts-fre1", "2009"] == 188.95
    assert patents["demandes-par-million", "dep-59", "2008"] == 57.584


# --- salaried employment -------------------------------------------------------------------------------------------


def test_the_five_sectors_make_the_total_every_year():
    jobs = values("emploi-salarie", "territoire", "secteur", "date")
    for year in range(1998, 2024):
        total = sum(jobs["fr-metro", sector, str(year)] for sector in A5)
        assert total == jobs["fr-metro", "total", str(year)]


@pytest.mark.parametrize(
    ("year", "published"),
    [
        # Insee Conjoncture Hauts-de-France n° 36 (June 2023): 2,139,000 salaried people at the end of 2022; n° 41
        # (June 2024): 2,136,500 at the end of 2023. First results, since revised: 3 per 1,000 at most.
        ("2022", 2_139_000),
        ("2023", 2_136_500),
    ],
)
def test_the_region_has_the_salaried_people_that_insee_counts(year, published):
    jobs = values("emploi-salarie", "territoire", "secteur", "date")
    assert jobs["reg-32", "total", year] == pytest.approx(published, rel=0.003)


def test_the_region_is_its_zones_less_what_two_of_them_have_in_normandy():
    jobs = values("emploi-salarie", "territoire", "secteur", "date")
    zones = [row["territoire"] for row in read("territoires-2026") if row["niveau"] == "ze"]
    outside = {
        (row["territoire"], row["date"]): int(row["valeur"]) - int(row["note"].split()[1])
        for row in read("emploi-salarie")
        if row["note"].startswith("dont")
    }
    assert {zone for zone, _ in outside} == {"ze-0054", "ze-0058"}
    for year in map(str, range(1998, 2024)):
        total = sum(jobs[zone, "total", year] for zone in zones)
        assert total - outside["ze-0054", year] - outside["ze-0058", year] == jobs["reg-32", "total", year]


def test_shares_of_sectors_make_a_hundred():
    shares = values("emploi-secteurs-2019", "territoire", "secteur")
    for place in {place for place, _ in shares}:
        assert sum(shares[place, sector] for sector in A5) == pytest.approx(100, abs=0.25)  # five rounded tenths
    # Insee, TCRD_027, end of 2019: industry in Hauts-de-France, Aisne, France without Mayotte.
    assert [shares[place, "BE"] for place in ("reg-32", "dep-02", "fr")] == [13.2, 14.5, 11.6]
    lowest, highest = (pick(shares[d, "BE"] for d in DEPARTEMENTS) for pick in (min, max))
    assert lowest < shares["reg-32", "BE"] < highest


# --- sites ---------------------------------------------------------------------------------------------------------


def test_sites_have_the_emissions_of_the_registry():
    # European Union Transaction Log: 7,274,573 t in 2021 and 6,410,303 t in 2022 for ArcelorMittal Dunkerque;
    # 3,954,748 t for DK6 and 224,089 t for the plant of Origny in 2022.
    emissions = values("emissions-sites", "site", "date")
    assert len({site for site, _ in emissions}) == 15
    assert emissions["arcelormittal-dunkerque", "2021"] == pytest.approx(7.274573, abs=5e-5)
    assert emissions["arcelormittal-dunkerque", "2022"] == pytest.approx(6.410303, abs=5e-5)
    assert emissions["centrale-dk6", "2022"] == pytest.approx(3.954748, abs=5e-5)
    assert emissions["tereos-origny", "2022"] == pytest.approx(0.224089, abs=5e-5)


def test_steel_is_called_steel_and_its_code_is_told():
    rows = [row for row in read("emissions-sites") if row["site"] == "arcelormittal-dunkerque"]
    assert {row["secteur"] for row in rows} == {"sidérurgie"}
    assert all("« Combustion »" in row["note"] for row in rows)


# --- communes that changed -----------------------------------------------------------------------------------------


def test_every_old_code_leads_to_a_commune_of_2026_and_none_is_in_use():
    current = {row["code"] for row in read("communes-2026")}
    table = {row["code_ancien"]: row["code_2026"] for row in read("passage-communes")}
    assert len(table) == len(read("passage-communes")) == 169
    assert set(table.values()) <= current
    assert not set(table) & current
    jobs = {
        row["territoire"].removeprefix("com-") for row in read("emploi-prive") if row["territoire"].startswith("com-")
    }
    assert jobs <= current | set(table)


@pytest.mark.parametrize(
    ("old", "new", "date", "kind"),
    [
        # Insee, historique des communes: Lomme joined Lille, Saint-Pol-sur-Mer joined Dunkerque, Ytres left Somme.
        ("59355", "59350", "2000-02-27", "fusion-association"),
        ("59540", "59183", "2010-12-09", "fusion-association"),
        ("80831", "62909", "1971-01-01", "changement-de-code"),
        ("59009", None, "", ""),  # Annappes became Villeneuve-d'Ascq and kept its code
        # Insee, COG 2024: Beaumont-les-Nonains (60054) left Les Hauts-Talican, which kept La Neuville-Garnier.
        ("60455", "60694", "2019-01-01", "commune-nouvelle"),
        ("62549", "62447", "", "commune-nouvelle"),  # Marconne, in Hesdin-la-Forêt since the COG of 2025
    ],
)
def test_well_known_mergers_are_right(old, new, date, kind):
    found = [
        (row["code_2026"], row["date"], row["nature"]) for row in read("passage-communes") if row["code_ancien"] == old
    ]
    assert found == ([] if new is None else [(new, date, kind)])


def test_a_zone_counts_more_than_its_communes_only_where_communes_merged_since_2021() -> None:
    # The communal table leaves out communes that merged since; zones d'emploi still count them.
    home = {row["code"]: f"ze-{row['ze']}" for row in read("communes-2026")}
    merged = {home[row["code_2026"]] for row in read("passage-communes") if not row["date"]}
    shared = {
        row["territoire"] for row in read("territoires-2026") if row["niveau"] == "ze" and row["partage"] == "oui"
    }
    jobs = values("emploi-prive", "territoire", "date")
    total: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (place, year), value in jobs.items():
        if place.startswith("com-"):
            total[home[place.removeprefix("com-")], year] += value
    apart = {zone for (zone, year), value in total.items() if jobs[zone, year] != value} - shared
    assert apart == {"ze-3201", "ze-3204", "ze-3217", "ze-3221"}
    assert apart <= merged


# --- contours ------------------------------------------------------------------------------------------------------

Ring = list[tuple[float, float]]


@pytest.fixture(scope="module")
def topology() -> dict[str, Any]:
    """The contours, with their arcs decoded to degrees under ``lines``."""
    found: dict[str, Any] = json.loads((FOLDER / "contours-2026.topojson").read_text(encoding="utf-8"))
    (kx, ky), (x0, y0) = found["transform"]["scale"], found["transform"]["translate"]
    found["lines"] = []
    for arc in found["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x0 + kx * x, y0 + ky * y))
        found["lines"].append(line)
    return found


def polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    """The polygons of a geometry, each a list of rings of arcs."""
    return [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]


def ring(topology: dict[str, Any], arcs: list[int]) -> Ring:
    """The points of a ring."""
    points: Ring = []
    for arc in arcs:
        line = topology["lines"][arc] if arc >= 0 else topology["lines"][~arc][::-1]
        assert not points or points[-1] == line[0]
        points += line[1:] if points else line
    return points


def square_kilometres(points: Ring) -> float:
    """Area of a ring around 50° N (radii of curvature of the WGS84 ellipsoid there: 6,373 and 6,391 km)."""
    rad = [(math.radians(x), math.radians(y)) for x, y in points]
    return (
        abs(sum((b[0] - a[0]) * (math.sin(a[1]) + math.sin(b[1])) / 2 for a, b in itertools.pairwise(rad)))
        * 6373
        * 6391
    )


def area(topology: dict[str, Any], shape: dict[str, Any]) -> float:
    """Area of a geometry in km², holes taken out."""
    rings = [[square_kilometres(ring(topology, arcs)) for arcs in polygon] for polygon in polygons(shape)]
    return sum(outer - sum(holes) for outer, *holes in rings)


@pytest.mark.parametrize(("layer", "level"), [("departements", "departement"), ("ze", "ze"), ("epci", "epci")])
def test_every_territory_has_its_contour(topology, layer, level):
    names = {row["territoire"]: row["nom"] for row in read("territoires-2026") if row["niveau"] == level}
    shapes = topology["objects"][layer]["geometries"]
    assert len(shapes) == len(names)
    assert {shape["id"]: shape["properties"]["nom"] for shape in shapes} == names


def test_contours_are_light():
    assert sum(path.stat().st_size for path in FOLDER.glob("contours-*")) < 400_000


@pytest.mark.parametrize("layer", ["departements", "ze", "epci"])
def test_neighbours_share_their_boundary_and_leave_no_hole(topology: dict[str, Any], layer: str) -> None:
    use: Counter[int] = Counter()
    signed = []
    for shape in topology["objects"][layer]["geometries"]:
        for polygon in polygons(shape):
            for arcs in polygon:
                assert ring(topology, arcs)[0] == ring(topology, arcs)[-1]
                use.update(arc if arc >= 0 else ~arc for arc in arcs)
                signed += arcs
    assert set(use.values()) <= {1, 2}
    assert len(set(signed)) == len(signed)  # an arc used twice is used once each way
    # What is used once is the outside: lines that join into rings, of which none lies inside another.
    ends: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    outside = [arc for arc in signed if use[arc if arc >= 0 else ~arc] == 1]
    for arc in outside:
        line = ring(topology, [arc])
        ends[line[0]].append(arc)
    rings = []
    left = set(outside)
    while left:
        chain = [min(left)]
        left.remove(chain[0])
        while ring(topology, chain)[0] != ring(topology, chain)[-1]:
            chain.append(next(arc for arc in ends[ring(topology, chain)[-1]] if arc in left))
            left.remove(chain[-1])
        rings.append(square_kilometres(ring(topology, chain)))
    shapes = sum(area(topology, shape) for shape in topology["objects"][layer]["geometries"])
    assert sum(rings) == pytest.approx(shapes, rel=1e-6)  # a hole would count in the rings, not in the shapes


def test_departements_have_the_area_that_insee_publishes(topology):
    # Insee, comparateur de territoires, area in km². The contours are simplified: 2 % at most.
    published = {"dep-02": 7361.7, "dep-59": 5742.8, "dep-60": 5860.2, "dep-62": 6671.4, "dep-80": 6170.1}
    found = {shape["id"]: area(topology, shape) for shape in topology["objects"]["departements"]["geometries"]}
    assert found == pytest.approx(published, rel=0.02)


def test_contours_are_valid_polygons(topology):
    shapely = pytest.importorskip("shapely")
    for layer in topology["objects"].values():
        shapes = [
            shapely.MultiPolygon([
                (ring(topology, outer), [ring(topology, hole) for hole in holes]) for outer, *holes in polygons(shape)
            ])
            for shape in layer["geometries"]
        ]  # fmt: skip
        assert all(shape.is_valid for shape in shapes)
        assert shapely.coverage_is_valid(shapes)
