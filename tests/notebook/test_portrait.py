"""The portrait of a territory."""

import re

import pytest

from prospective.model.errors import ProspectiveError, UnknownTerritoryError
from prospective.notebook import Portrait
from tests.charts.drawing import assert_complete, frame, text_of, tree, width
from tests.notebook.conftest import Raw

CHARTS = ("emploi", "evolution", "place", "secteurs", "specialisation", "variables", "horizon")
NNBSP = "\u202f"


def spaced(value: float) -> str:
    return f"{value:,.0f}".replace(",", NNBSP)


def test_thierache_et_serre_shows_the_figures_of_the_letter() -> None:
    said = Portrait("thierache-serre").lettres().text
    assert f"Emplois salariés privés dans l’industrie : 5{NNBSP}161\u00a0emplois (Thiérache et Serre, 2018)." in said
    assert "46\u00a0% (CC de la Thiérache du Centre, 2018)." in said
    assert "Évolution de l’emploi industriel : −14,1\u00a0% (Thiérache et Serre, 2012-2018)." in said


def test_the_letter_agrees_with_itself() -> None:
    # 5 161 jobs after −14,1 %: 6 005 before, 844 fewer.
    said = Portrait("thierache-serre").lettres().text
    assert "−844\u00a0emplois" in said
    assert round(5161 / (1 - 0.141)) - 5161 == pytest.approx(844, abs=5)


def test_a_territory_that_no_letter_names_says_so() -> None:
    assert "ne donnent pas de chiffre pour ce territoire" in Portrait("ze-3201").lettres().text


def test_thierache_et_serre_is_the_sum_of_its_five_members(raw: Raw) -> None:
    portrait = Portrait("thierache-serre")
    page = tree(portrait.identite().html)
    members = [text_of(li) for li in page.findall("ul/li")]
    assert len(members) == 5
    jobs = sum(raw.jobs(member)["2024"] for member in portrait.territory.membres)
    people = {row["territoire"]: row["population"] for row in raw.rows("territoires/territoires-2026.csv")}
    population = sum(int(people[member]) for member in portrait.territory.membres)
    cards = [text_of(dd) for dd in page.findall("dl/div/dd")]
    assert cards[0].startswith(f"{spaced(population)} habitants")
    assert cards[2] == f"{spaced(jobs)} emplois en 2024"
    codes = {member.removeprefix("epci-") for member in portrait.territory.membres}
    assert cards[1] == str(sum(c["epci"] in codes for c in raw.rows("territoires/communes-2026.csv")))


def test_the_region_is_the_sum_of_its_communes(raw: Raw) -> None:
    rows = raw.rows("territoires/emploi-prive.csv")
    communes = sum(float(r["valeur"]) for r in rows if r["territoire"].startswith("com-") and r["date"] == "2024")
    cards = [text_of(dd) for dd in tree(Portrait("reg-32").identite().html).findall("dl/div/dd")]
    people = sum(int(c["population"]) for c in raw.rows("territoires/communes-2026.csv"))
    assert cards[0].startswith(f"{spaced(people)} habitants")
    assert cards[1] == spaced(len(raw.rows("territoires/communes-2026.csv")))
    assert cards[2] == f"{spaced(communes)} emplois en 2024"


@pytest.mark.parametrize(
    "place", ["reg-32", "fr", "dep-59", "ze-3201", "epci-240200444", "com-02361", "thierache-serre"]
)
def test_every_chart_of_a_portrait_is_whole(place: str) -> None:
    portrait = Portrait(place)
    for verb in CHARTS:
        assert_complete(getattr(portrait, verb)())


def test_growth_is_ranked_among_its_peers_and_shown_beside_region_and_france(raw: Raw) -> None:
    growth = {}
    for row in raw.rows("territoires/territoires-2026.csv"):
        if row["niveau"] == "departement":
            jobs = raw.jobs(row["territoire"])
            # The field changed in 2021: what happened from 2020 to 2021 is nobody's growth.
            growth[row["nom"]] = 100 * (jobs["2020"] / jobs["2014"] * jobs["2024"] / jobs["2021"] - 1)
    chart = Portrait("dep-02").place()
    order = sorted(growth, key=lambda name: -growth[name])
    assert chart.table["Territoire"].to_list() == [*order, "Hauts-de-France", "France"]
    assert chart.table["Rang"].to_list()[:5] == [f"{k}/5" for k in range(1, 6)]
    assert chart.table["Valeur"].to_list()[:5] == pytest.approx([growth[name] for name in order], abs=0.006)
    position = order.index("Aisne") + 1
    assert chart.caption.title.startswith(f"{'1er' if position == 1 else f'{position}e'} rang sur 5 départements")


def test_the_index_starts_at_100_for_everybody(raw: Raw) -> None:
    table = Portrait("dep-02").evolution().table.set_index("Date")
    assert (table.loc[2014] == 100).all()
    jobs = raw.jobs("dep-02")
    assert table.loc[2024, "Aisne"] == pytest.approx(100 * jobs["2024"] / jobs["2014"], abs=0.006)


def test_industrial_sectors_are_those_of_the_nomenclature(raw: Raw) -> None:
    industry = {row["code"] for row in raw.rows("territoires/nomenclature-a38.csv") if row["industrie"] == "oui"}
    jobs = raw.sectors("ze-3217")
    expected = sorted((v for code, v in jobs.items() if code in industry and v > 0), reverse=True)
    chart = Portrait("ze-3217").secteurs()
    assert chart.table["Valeur"].to_list() == expected
    share = 100 * sum(expected) / sum(jobs.values())
    assert f"L’industrie fait {share:.1f}\u00a0% des emplois".replace(".", ",", 1) in chart.caption.title


def test_france_is_not_specialised() -> None:
    chart = Portrait("fr").specialisation()
    assert set(chart.table["Quotient"]) == {1.0}
    assert chart.caption.title == "La France est la référence : tous les secteurs y sont à 1"


def test_rates_of_a_composed_territory_are_those_of_its_members_never_a_sum() -> None:
    block = Portrait("thierache-serre").taux()
    assert "Des taux ne s’additionnent pas" in block.text
    heads = [text_of(th) for th in tree(block.html).findall(".//thead/tr/th")]
    assert "Thiérache et Serre" not in heads
    assert {"CC de la Thiérache du Centre", "CC des Portes de la Thiérache", "France"} <= set(heads)


def test_rates_of_a_commune_are_said_to_be_those_of_what_covers_it() -> None:
    text = Portrait("com-59350").taux().text
    assert "Donnée non disponible à cette maille (commune)" in text
    assert "onnée non disponible" not in Portrait("dep-59").taux().text


def test_a_portrait_refuses_what_a_sheet_refuses() -> None:
    with pytest.raises(ProspectiveError, match="Territoire inconnu"):
        Portrait("nulle part ailleurs")
    with pytest.raises(ProspectiveError, match="« horizon »"):
        Portrait("reg-32", "2030")


# The smallest communes

ALONE = ["com-02012", "com-02007", "com-02033"]  # no row, a single year, no job in the first year


@pytest.mark.parametrize("verb", ["identite", "emploi", "secteurs", "specialisation", "taux", "variables", "horizon"])
@pytest.mark.parametrize("place", ALONE)
def test_a_commune_without_jobs_still_has_a_portrait(place: str, verb: str) -> None:
    shown = getattr(Portrait(place), verb)()
    assert shown._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("place", ALONE)
def test_a_commune_without_growth_is_said_not_to_be_ranked(place: str) -> None:
    assert "donnée non disponible" in Portrait(place).place().caption.title


def test_a_commune_without_jobs_at_first_has_no_index() -> None:
    assert "inf" not in Portrait("com-02033").evolution().csv()


@pytest.mark.parametrize("year", [2035, 2060])
def test_beyond_ten_years_the_title_gives_no_band(year: int) -> None:
    chart = Portrait("reg-32", year).horizon()
    assert "NaN" not in chart.caption.title


def test_beyond_ten_years_a_note_says_where_bands_stop() -> None:
    notes = Portrait("reg-32", 2035).horizon().caption.notes
    assert "Dernière observation : 2024. Pas de bande au-delà de 10 ans, donc après 2034." in notes


@pytest.mark.parametrize("place", ["com-59350", "com-80021", "com-02408"])
def test_a_town_and_its_zone_have_different_names_on_a_chart(place: str) -> None:
    names = list(Portrait(place).evolution().table.columns)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("place", ["epci-200037059", "epci-200067965", "epci-200069722"])
def test_an_intercommunalite_with_a_long_name_has_room_for_its_line(place: str) -> None:
    chart = Portrait(place).emploi()
    left, right, _, _ = frame(chart.svg)
    assert right - left > width(chart.svg) / 2


@pytest.mark.parametrize("asked", ["be", "ue27", "nuts-fre1"])
def test_a_place_of_comparison_has_no_portrait(asked: str) -> None:
    with pytest.raises(UnknownTerritoryError, match="ne sert que de comparaison"):
        Portrait(asked)


def test_a_village_is_not_rounded_to_hundreds(raw: Raw) -> None:
    # com-02001 has 69 private jobs in 2024: « de 0 à 100 » would say nothing.
    assert raw.jobs("com-02001")["2024"] == 69
    chart = Portrait("com-02001").horizon()
    low, high = (
        int(n.replace("\u202f", ""))
        for n in re.findall(r"de ([\d\u202f]+) à ([\d\u202f]+) emplois", chart.caption.title)[0]
    )
    assert 0 < low < 69 < high < 150


def test_the_years_of_a_ranking_are_those_of_the_data(raw: Raw) -> None:
    years = sorted(raw.jobs("dep-02"))
    chart = Portrait("dep-02").place()
    assert f"{years[0]}-{years[-1]}" in chart.caption.title
    assert f"{years[0]}-{years[-1]}, hors changement de champ probable de 2021" in chart.caption.unit
