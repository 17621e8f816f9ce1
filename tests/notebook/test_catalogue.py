"""The catalogue and the data pages: every indicator, with its origin, its chart and its series."""

import csv
import datetime
import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from prospective.charts.chart import Chart
from prospective.data.bibliography import read_bibliography
from prospective.model.errors import ProspectiveError
from prospective.model.indicator import LICENCES
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.notebook import Catalogue, Registre
from prospective.notebook.catalogue import COMPARATORS, Entry
from prospective.notebook.reading import Publication
from tests.charts.drawing import assert_complete, markers, text_of, tree
from tests.editing import append
from tests.notebook.conftest import Raw

ROOT = Path(__file__).resolve().parents[2]
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def said(element: ET.Element | None) -> str:
    return text_of(element).translate(SPACES)


@pytest.fixture(scope="module")
def codelist() -> list[dict[str, str]]:
    return Raw(ROOT).rows("indicateurs.csv")


@pytest.fixture(scope="module")
def table() -> dict[str, ET.Element]:
    """The rows of the catalogue by indicator."""
    rows = tree(Catalogue().tableau().html).findall(".//tbody/tr")
    found = {str(row.findall(".//a")[0].get("href")).split("#indicateur-")[1]: row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def sections() -> dict[str, tuple[str, ET.Element]]:
    """The place of each indicator in the data pages: its family and its section."""
    return {
        str(section.get("id")).removeprefix("indicateur-"): (family, section)
        for family in FAMILIES
        for section in tree(Catalogue(family).indicateurs().html).iter("section")
    }


# The catalogue


def test_every_indicator_of_the_codelist_is_a_row_with_its_origin(
    codelist: list[dict[str, str]], table: dict[str, ET.Element], raw: Raw
) -> None:
    assert set(table) == {row["id"] for row in codelist}
    for row in codelist:
        cells = said(table[row["id"]])
        name, family = VARIABLES[row["variable"]]
        series = [line for line in raw.rows(row["fichier"]) if line["indicateur"] == row["id"]]
        expected = [row["libelle"], row["unite"], row["producteur"], LICENCES[row["licence"]], name, FAMILIES[family]]
        expected += [
            row["millesime"][:4],
            min(line["date"] for line in series)[:4],
            max(line["date"] for line in series)[:4],
        ]
        for words in expected:
            assert re.sub(r"\s+", " ", words.translate(SPACES)) in cells, (row["id"], words)
        assert ("actualisable" in cells) == (row["connecteur"] != "aucun")
        places = len({line["territoire"] for line in series})
        assert [td.get("data-tri") for td in table[row["id"]] if td.get("data-titre") == "Lieux"] == [str(places)]


def test_a_row_leads_to_the_page_of_its_family_and_to_its_csv(
    codelist: list[dict[str, str]], table: dict[str, ET.Element], sections: dict[str, tuple[str, ET.Element]]
) -> None:
    for row in codelist:
        chart, series = (str(a.get("href")) for a in table[row["id"]].iter("a"))
        family, _ = sections[row["id"]]
        assert VARIABLES[row["variable"]][1] == family
        page = "famille" if family == "evolutions-societales" else family
        assert chart == f"{page}.html#indicateur-{row['id']}"
        assert series == f"../../donnees/series/{row['id']}.csv"


def test_every_cell_bears_the_title_of_its_column_for_those_who_read_cards(table: dict[str, ET.Element]) -> None:
    page = tree(Catalogue().tableau().html)
    heads = [text_of(th) for th in page.findall(".//thead/tr/th")]
    for row in table.values():
        assert [cell.get("data-titre") for cell in row][1:] == heads[1:]


def test_the_search_field_is_named_and_hidden_until_a_script_is_there() -> None:
    form = tree(Catalogue().tableau().html).find("form")
    assert form is not None and form.get("hidden")
    label, field = form.find("label"), form.find("input")
    assert label is not None and field is not None
    assert text_of(label) == "Chercher un indicateur"
    assert label.get("for") == field.get("id")
    assert [p.get("role") for p in form.iter("p")] == [None, "status"]


# The data pages


def test_an_indicator_has_its_place_with_all_that_must_be_known(
    codelist: list[dict[str, str]], sections: dict[str, tuple[str, ET.Element]]
) -> None:
    assert set(sections) == {row["id"] for row in codelist}
    for row in codelist:
        section = sections[row["id"]][1]
        terms = {text_of(div.find("dt")): div.find("dd") for div in section.iter("div") if div.find("dt") is not None}
        assert text_of(section.find("h3")).translate(SPACES) == row["libelle"].translate(SPACES)
        for title, column in (("Producteur", "producteur"), ("Jeu de données", "jeu_de_donnees"), ("À savoir", "note")):
            if row[column]:
                assert re.sub(r"\s+", " ", said(terms[title])) == re.sub(r"\s+", " ", row[column].translate(SPACES))
        producer = terms["Producteur"]
        assert producer is not None
        assert [a.get("href") for a in producer.iter("a")] == [row["url"]]
        assert said(terms["Licence"]) == LICENCES[row["licence"]]
        for title, column in (
            ("Ruptures de série", "ruptures"),
            ("Sauts déclarés", "sauts"),
            ("Lacunes de la source", "lacunes"),
        ):
            declared = [part for part in row[column].split(";") if part.strip()]
            assert (title in terms) == bool(declared)
            for part in declared:
                assert re.sub(r"\s+", " ", part.split(":", 1)[1].strip().translate(SPACES)) in said(terms[title])
        assert ("prospective actualiser --indicateur " + row["id"] in said(terms["Mise à jour"])) == (
            row["connecteur"] != "aucun"
        )


def test_the_csv_offered_is_the_series_and_says_how_long_it_is(
    codelist: list[dict[str, str]], sections: dict[str, tuple[str, ET.Element]], raw: Raw
) -> None:
    for row in codelist:
        (link,) = (a for a in sections[row["id"]][1].iter("a") if str(a.get("href")).startswith("../../donnees/"))
        assert link.get("href") == f"../../donnees/series/{row['id']}.csv"
        lines = sum(line["indicateur"] == row["id"] for line in raw.rows(row["fichier"]))
        found = re.search(r"CSV, ([\d\s]+) ligne", said(link))
        assert found
        assert int(re.sub(r"\D", "", found[1])) == lines


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    catalogue = Catalogue()
    return {entry.i.id: catalogue.graphique(entry.i.id) for entry in catalogue.entries}


def test_every_indicator_has_a_complete_chart_that_says_its_source(
    codelist: list[dict[str, str]], charts: dict[str, Chart]
) -> None:
    for row in codelist:
        chart = charts[row["id"]]
        assert_complete(chart)
        assert chart.caption.unit.translate(SPACES) == row["unite"].translate(SPACES)
        source = chart.caption.sources[0].translate(SPACES)
        assert row["producteur"].translate(SPACES) in source
        assert LICENCES[row["licence"]] in source


def test_the_figures_of_a_chart_are_those_of_the_series(
    codelist: list[dict[str, str]], charts: dict[str, Chart], publication: Publication, raw: Raw
) -> None:
    for row in codelist:
        series = {
            (publication.places[line["territoire"]].full_name, line["date"]): float(line["valeur"])
            for line in raw.rows(row["fichier"])
            if line["indicateur"] == row["id"]
        }
        shown = charts[row["id"]].table
        long = shown if "Territoire" in shown else shown.melt("Date", var_name="Territoire", value_name="Valeur")
        dated = [line for line in long.dropna().to_dict("records") if re.fullmatch(r"[\d-]+", str(line["Date"]))]
        assert dated or row["frequence"] in ("mensuelle", "trimestrielle", "ponctuelle"), row["id"]
        for line in dated:
            expected = series[line["Territoire"], str(line["Date"])]
            assert line["Valeur"] == pytest.approx(expected, abs=0.51 * 10.0 ** -(int(row["decimales"]) + 1)), row["id"]


def test_a_chart_has_few_lines_and_the_region_first(publication: Publication, charts: dict[str, Chart]) -> None:
    for name, chart in charts.items():
        drawn = len(chart.table) if "Territoire" in chart.table else len(chart.table.columns) - 1
        local = {"dep-02", "dep-59"} <= set(publication.package.series(name)["territoire"])
        assert drawn <= 1 + (6 if local else COMPARATORS)
        if "reg-32" in set(publication.package.series(name)["territoire"]):
            first = chart.table.iloc[0, 0] if "Territoire" in chart.table else chart.table.columns[1]
            assert first == "Hauts-de-France"


def test_territories_that_are_not_drawn_are_named_or_counted(charts: dict[str, Chart]) -> None:
    (told,) = (note for note in charts["emploi-prive"].caption.notes if note.startswith("Non tracés"))
    assert "92 intercommunalités" in told.translate(SPACES)


@pytest.fixture
def with_series(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str], str], Catalogue]:
    """A catalogue of a copy of the data that has one more indicator, « essai », for France: 10, 11, 12…"""

    def built(dates: list[str], status: str) -> Catalogue:
        codelist = copy_of_data / "data/indicateurs.csv"
        rows = Raw(copy_of_data).rows("indicateurs.csv")
        model = next(row for row in rows if row["id"] == "chomage-bit")
        cut = {"id": "essai", "ruptures": "", "sauts": "", "lacunes": "", "projetable": "non"}
        with codelist.open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, list(model), lineterminator="\n").writerow(model | cut)
        for rank, date in enumerate(dates):
            append(copy_of_data / "data" / model["fichier"], f"fr,essai,{date},{10 + rank},{status},,")
        monkeypatch.setenv("PROSPECTIVE_RACINE", str(copy_of_data))
        return Catalogue("attractivite-regionale")

    return built


def test_a_series_without_any_firm_value_is_drawn_hollow_and_says_so(
    with_series: Callable[[list[str], str], Catalogue],
) -> None:
    catalogue = with_series([str(year) for year in range(2020, 2030)], "prevision")
    chart = catalogue.graphique("essai")
    assert_complete(chart)
    assert "Marques creuses : prévisions de la source." in [note.translate(SPACES) for note in chart.caption.notes]
    assert [hollow for _, _, hollow in markers(chart.svg, "#0072b2")] == [True] * 10
    (section,) = (s for s in tree(catalogue.indicateurs().html).iter("section") if s.get("id") == "indicateur-essai")
    assert "10 prévisions de la source ; aucune valeur observée" in said(section)


def test_months_are_drawn_where_they_are_and_the_table_keeps_one_date_a_year(
    with_series: Callable[[list[str], str], Catalogue],
) -> None:
    dates = [f"{year}-{month:02d}" for year in (2018, 2019, 2020) for month in range(1, 13)]
    chart = with_series(dates, "observe").graphique("essai")
    assert "en janvier 2018" in chart.alt and "en décembre 2020" in chart.alt
    assert chart.table["Date"].to_list() == ["décembre 2018", "décembre 2019", "décembre 2020"]
    assert chart.table["France"].to_list() == [21.0, 33.0, 45.0]


def test_an_unknown_family_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProspectiveError, match="Vouliez-vous dire « evolutions-societales »"):
        Catalogue("evolution-societales")


def test_each_family_page_links_to_the_four_others() -> None:
    for family in FAMILIES:
        links = {a.get("href") for a in tree(Catalogue(family).sommaire().html).iter("a")}
        pages = {"famille.html" if f == "evolutions-societales" else f"{f}.html" for f in FAMILIES if f != family}
        assert pages <= links


# Provenance


def rows_of(html: str) -> Iterator[dict[str, str]]:
    page = tree(html)
    heads = [text_of(th) for th in page.findall(".//thead/tr/th")]
    for row in page.findall(".//tbody/tr"):
        yield dict(zip(heads, map(said, row), strict=True))


def test_every_producer_is_there_with_all_its_indicators(codelist: list[dict[str, str]]) -> None:
    shown = list(rows_of(Registre().producteurs().html))
    assert sum(int(row["Indicateurs"]) for row in shown) == len(codelist)
    assert {row["Producteur"] for row in shown} == {row["producteur"].translate(SPACES) for row in codelist}


def test_every_table_is_there_with_its_rows_and_the_checksum_that_the_seal_records(
    publication: Publication, raw: Raw
) -> None:
    shown = {}
    for row in rows_of(Registre().tables().html):
        found = re.search(r"data/[\w./-]+?\.[a-z]+(?=Empreinte)", row["Fichier"])
        assert found
        shown[found[0]] = row
    assert set(shown) == {f"data/{path}" for path in publication.package.resources}
    for path, row in shown.items():
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() in row["Fichier"]
        if path.endswith(".csv"):
            assert row["Lignes"].replace(" ", "") == str(len(raw.rows(path.removeprefix("data/"))))


def test_every_licence_says_what_it_allows_and_asks(codelist: list[dict[str, str]]) -> None:
    shown = [row["Licence"] for row in rows_of(Registre().licences().html)]
    for licence in {row["licence"] for row in codelist}:
        assert any(LICENCES[licence] in words for words in shown)


def test_old_vintages_are_those_of_more_than_two_years_before_the_package(codelist: list[dict[str, str]]) -> None:
    day = re.search(r"^created: '(\d{4})-(\d{2})", (ROOT / "data/datapackage.yaml").read_text(), re.MULTILINE)
    assert day
    limit = datetime.date(int(day[1]) - 2, int(day[2]), 1)
    old = {
        row["libelle"].translate(SPACES)
        for row in codelist
        if datetime.date(int(row["millesime"][:4]), int(row["millesime"][5:7] or 12), 1) < limit
    }
    assert {row["Indicateur"] for row in rows_of(Registre().manques().html)} == old


def test_every_document_of_the_bibliography_is_listed(publication: Publication) -> None:
    documents = read_bibliography(publication.root)
    listed = [li.get("id") for li in tree(Registre().documents().html).findall(".//ul/li")]
    assert sorted(map(str, listed)) == sorted(f"source-{key}" for key in documents)
    assert f"{len(documents)} documents sont cités" in Registre().documents().text


def test_an_entry_writes_one_date_when_there_is_only_one(publication: Publication) -> None:
    entry = Entry(publication.package.indicator("chomage-bit"), "f", "f.html", "2022", "2022", 1, 1)
    assert entry.periode == "2022"
    assert replace(entry, fin="2024").periode == "2022 – 2024"
