"""The letter's table of a territory: computed from an imported file, against sums of the csv module; or how to get it."""

import csv
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from prospective.data.commune_ape.importing import import_file
from prospective.model.territory import Territory
from prospective.notebook import industry
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block
from prospective.notebook.reading import Publication
from tests.charts.drawing import text_of, tree
from tests.conftest import ROOT
from tests.data import urssaf_file
from tests.editing import copy_data

NNBSP, NBSP, MINUS = "\u202f", "\u00a0", "\u2212"
INDUSTRY = {"BZ", "CA", "CB", "CC", "CD", "CE", "CF", "CG", "CH", "CI", "CJ", "CK", "CL", "CM", "DZ", "EZ"}
MEMBERS = {
    "240200444": "CC de la Thiérache du Centre", "240200600": "CC des Trois Rivières", "200071983": "CC Thiérache Sambre et Oise",
    "240200634": "CC des Portes de la Thiérache", "240200469": "CC du Pays de la Serre",
}  # fmt: skip


@pytest.fixture(scope="module")
def absent(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """The publication, with nothing imported."""
    return Publication(fresh_copy(tmp_path_factory.mktemp("sans")))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up file that holds communes of the region, and one of each other département."""
    labels = urssaf_file.a38_labels(ROOT)
    region = urssaf_file.lines_of(urssaf_file.region_communes(ROOT), 12_000, labels)
    others = urssaf_file.lines_of(urssaf_file.other_communes(1), 2_000, labels)
    return urssaf_file.write(tmp_path_factory.mktemp("fichier") / "urssaf-fabrique.csv", [*region, *others])


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Publication:
    """The publication, with the made-up file imported."""
    root = fresh_copy(tmp_path_factory.mktemp("avec"))
    import_file(source, root)
    return Publication(root)


def fresh_copy(folder: Path) -> Path:
    root = copy_data(ROOT, folder / "copie")
    shutil.rmtree(root / "data/local", ignore_errors=True)
    return root


def block(publication: Publication, territory: str) -> Block:
    found: Territory = publication.places[territory]
    return industry.block(publication, found, Citations(publication))


def sums(source: Path, communes: Iterable[str] | None, year: int) -> Counter[str]:
    """Jobs by A38 sector."""
    wanted, found = None if communes is None else set(communes), Counter[str]()
    with source.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            if wanted is None or row["Code commune"] in wanted:
                found[row["Secteur NA38"][:2]] += int(row[f"Effectifs salariés {year}"] or 0)
    return found


def industrial(jobs: Counter[str]) -> dict[str, int]:
    return {sector: n for sector, n in jobs.items() if sector in INDUSTRY}


def communes() -> list[dict[str, str]]:
    with (ROOT / "data/territoires/communes-2026.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def names() -> dict[str, str]:
    with (ROOT / "data/territoires/nomenclature-a38.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row["libelle_court"] for row in csv.DictReader(stream)}


def spaced(value: float) -> str:
    return f"{value:,.0f}".replace(",", NNBSP)


def percent(value: float, sign: bool = False) -> str:
    text = f"{abs(value):,.1f}".replace(",", NNBSP).replace(".", ",")
    return f"{MINUS if value < 0 else '+' if sign else ''}{text}{NBSP}%"


def rows_of(html: str) -> dict[str, list[str]]:
    """The lines of the table: what is counted, and its cells."""
    return {
        text_of(tr.find("th")): [text_of(td) for td in tr.findall("td")] for tr in tree(html).findall(".//tbody/tr")
    }


# With the file


@pytest.mark.parametrize("column", [0, 1], ids=["2018", "2024"])
def test_the_table_of_thierache_et_serre_is_that_of_the_letter(present: Publication, source: Path, column: int) -> None:
    year = (2018, 2024)[column]
    own = {row["code"] for row in communes() if row["epci"] in MEMBERS}
    jobs = sums(source, own, year)
    industry_jobs = sum(industrial(jobs).values())
    region = sum(industrial(sums(source, {row["code"] for row in communes()}, year)).values())
    top = sorted(industrial(jobs).items(), key=lambda item: -item[1])[:3]
    parts = {
        code: sum(industrial(sums(source, {r["code"] for r in communes() if r["epci"] == code}, year)).values())
        for code in MEMBERS
    }
    largest = max(parts, key=lambda code: parts[code])
    shown = {label: cells[column] for label, cells in rows_of(block(present, "thierache-serre").html).items()}
    assert shown == {
        "Emplois salariés privés dans l’industrie": spaced(industry_jobs),
        "Part dans l’emploi salarié privé": percent(100 * industry_jobs / sum(jobs.values())),
        "Part des emplois industriels de la région": percent(100 * industry_jobs / region),
        "Première intercommunalité pour l’emploi industriel": f"{MEMBERS[largest]}{NBSP}: {percent(100 * parts[largest] / industry_jobs)}",
        "Part des trois premiers secteurs dans l’emploi industriel": percent(
            100 * sum(n for _, n in top) / industry_jobs
        ),
        **{
            label: f"{names()[code]}{NBSP}: {spaced(n)} emplois, {percent(100 * n / industry_jobs)}"
            for label, (code, n) in zip(("Premier secteur", "Deuxième secteur", "Troisième secteur"), top, strict=True)
        },
    }


def test_evolution_is_that_of_2012_to_2018_beside_the_region(present: Publication, source: Path) -> None:
    own = {row["code"] for row in communes() if row["epci"] in MEMBERS}
    every = {row["code"] for row in communes()}
    before, after = (sum(industrial(sums(source, own, year)).values()) for year in (2012, 2018))
    base, end = (sum(industrial(sums(source, every, year)).values()) for year in (2012, 2018))
    change = f"{'+' if after > before else MINUS}{spaced(abs(after - before))}"
    assert (
        f"De 2012 à 2018{NBSP}: {change} emplois industriels ({percent(100 * (after / before - 1), sign=True)}), "
        f"contre {percent(100 * (end / base - 1), sign=True)} dans les Hauts-de-France."
    ) in block(present, "thierache-serre").text


def test_the_region_is_set_beside_france_and_not_beside_itself(present: Publication, source: Path) -> None:
    shown = block(present, "reg-32")
    base, end = (sum(industrial(sums(source, None, year)).values()) for year in (2012, 2018))
    assert f"contre {percent(100 * (end / base - 1), sign=True)} en France." in shown.text
    assert "Part des emplois industriels de la région" not in rows_of(shown.html)


def test_france_is_set_beside_nothing(present: Publication, source: Path) -> None:
    shown = block(present, "fr")
    assert "contre" not in shown.text
    total = sum(industrial(sums(source, None, 2024)).values())
    assert rows_of(shown.html)["Emplois salariés privés dans l’industrie"][1] == spaced(total)


def test_what_the_letter_published_stays_beside_what_is_computed(present: Publication) -> None:
    text = block(present, "thierache-serre").text
    assert f"Ce que la lettre a publié, pour comparer{NBSP}:" in text
    assert (
        f"Emplois salariés privés dans l’industrie{NBSP}: 5{NNBSP}161{NBSP}emplois (Thiérache et Serre, 2018)." in text
    )


def test_the_page_names_the_file_and_the_change_of_definition(present: Publication) -> None:
    text = block(present, "dep-02").text
    assert "fichier urssaf-fabrique.csv, années 2006 à 2024" in text
    assert "changement de définition" in text
    assert "2021" in text


def test_a_territory_that_leaves_the_region_is_said_to_be_a_part(present: Publication) -> None:
    assert present.places["ze-0054"].partage
    text = block(present, "ze-0054").text
    assert "(part régionale)" in text
    assert "seules ses communes de la région sont comptées" in text


def test_every_commune_of_the_thierache_has_its_block(present: Publication) -> None:
    for code in [row["code"] for row in communes() if row["epci"] in MEMBERS][:40]:
        shown = block(present, f"com-{code}")
        assert "nan" not in shown.text.lower().split()
        tree(shown.html)


def test_a_file_that_ends_early_is_read_on_its_own_years(absent: Publication, tmp_path: Path) -> None:
    root = fresh_copy(tmp_path)
    years = range(2014, 2018)
    made = urssaf_file.lines_of(urssaf_file.region_communes(ROOT), 8000, urssaf_file.a38_labels(ROOT), years)
    import_file(urssaf_file.write(tmp_path / "court.csv", made, years), root)
    shown = block(Publication(root), "thierache-serre")
    assert f"De 2014 à 2017{NBSP}:" in shown.text
    assert [text_of(th) for th in tree(shown.html).findall(".//thead/tr/th")] == ["Repère", "2017"]
    assert "changement de définition" not in shown.text


def test_a_file_of_another_region_says_that_it_does_not_cover_the_territory(tmp_path: Path) -> None:
    root = fresh_copy(tmp_path)
    made = urssaf_file.lines_of(urssaf_file.other_communes(2), 500, urssaf_file.a38_labels(ROOT))
    import_file(urssaf_file.write(tmp_path / "ailleurs.csv", made), root)
    text = block(Publication(root), "thierache-serre").text
    assert "(ailleurs.csv, années 2006 à 2024) ne couvre pas ce territoire" in text
    assert f"5{NNBSP}161{NBSP}emplois" in text


# Without the file


@pytest.mark.parametrize("place", ["reg-32", "fr", "thierache-serre", "ze-0054", "com-02012"])
def test_without_the_file_the_page_says_what_is_missing_and_how_to_get_it(absent: Publication, place: str) -> None:
    shown = block(absent, place)
    assert "donnée non disponible" in shown.text
    assert "etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last" in shown.text
    assert "prospective importer-urssaf FICHIER" in shown.text
    assert not tree(shown.html).findall(".//table")


def test_without_the_file_the_figures_of_the_letter_are_said_to_be_quoted(absent: Publication) -> None:
    text = block(absent, "thierache-serre").text
    for told in (
        f"5{NNBSP}161{NBSP}emplois",
        f"1,9{NBSP}%",
        f"{MINUS}14,1{NBSP}%",
        f"{MINUS}844{NBSP}emplois",
        f"63{NBSP}%",
        f"46{NBSP}%",
    ):
        assert told in text
    assert "Chiffres cités de la lettre (Agence Hauts-de-France 2020-2040, 2020)" in text


def test_quoted_figures_link_to_the_table_of_figures_of_the_page(absent: Publication) -> None:
    citations = Citations(absent)
    shown = industry.block(absent, absent.places["thierache-serre"], citations)
    links = {a.attrib["href"][1:] for a in tree(shown.html).iter("a")}
    assert len(links) == 6
    anchors = {e.attrib["id"] for e in tree(citations.block().html).iter() if "id" in e.attrib}
    assert links <= anchors


def test_without_the_file_two_readings_are_the_same_bytes(absent: Publication, tmp_path: Path) -> None:
    other = Publication(fresh_copy(tmp_path))
    assert block(other, "thierache-serre").html == block(absent, "thierache-serre").html
