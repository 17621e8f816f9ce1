"""The verbs of a variable's page: what they compute, what they refuse."""

import re

import pandas as pd
import pytest
import yaml

from prospective.model.errors import ProspectiveError
from prospective.notebook import Fiche
from prospective.notebook.exposure import exposed_share
from prospective.notebook.reading import Publication
from tests.charts.drawing import assert_complete, text_of, tree
from tests.notebook.conftest import Raw

SLUGS = ("capital-humain", "cobotique", "hydrogene")
NOT_HERE = "onnée non disponible à cette maille"


def exposed(publication: Publication, slug: str) -> list[str]:
    """A38 codes named by a sheet, read from its file."""
    sheet = yaml.safe_load((publication.root / f"data/fiches/{slug}.yaml").read_text(encoding="utf-8"))
    return [sector["a38"] for sector in sheet["secteurs_exposes"]]


# What is refused


def test_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProspectiveError, match=r"Variable inconnue : « hydrogen ». Vouliez-vous dire « hydrogene »"):
        Fiche("hydrogen")


@pytest.mark.parametrize("wrong", ["xx", "", "../hydrogene", "HYDROGENE.yaml"])
def test_a_variable_that_is_not_one_is_refused(wrong: str) -> None:
    with pytest.raises(ProspectiveError, match="Variable inconnue"):
        Fiche(wrong)


def test_an_unknown_territory_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProspectiveError, match=r"Territoire inconnu : « thierrache ».*thierache-serre"):
        Fiche("hydrogene", "thierrache")


def test_a_horizon_in_letters_is_refused_in_french() -> None:
    with pytest.raises(ProspectiveError, match="« horizon » doit être une année entière de 2025 à 2060"):
        Fiche("hydrogene", "reg-32", "bientôt")


def test_an_unknown_indicator_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProspectiveError, match=r"Indicateur inconnu.*diplomes-superieur"):
        Fiche("capital-humain").retrospective("diplome-superieur")


def test_nothing_to_draw_is_said() -> None:
    fiche = Fiche("capital-humain")
    nothing = pd.Series(dtype=float)
    with pytest.raises(ProspectiveError, match="Rien à tracer pour « Vide »"):
        fiche.tracer(nothing, "Vide", "%", "Insee")
    with pytest.raises(ProspectiveError, match="Rien à tracer pour « Vide »"):
        fiche.barres(nothing, "Vide", "%", "Insee")


@pytest.mark.parametrize("asked", ["02", "dep-02", "DEP-02", "Aisne", "aisne", 2])
def test_a_territory_is_found_by_code_name_or_number(asked: object) -> None:
    assert Fiche("hydrogene", asked).territory.id == "dep-02"


# Exposure


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("place", ["fr", "ze-3217", "ze-3216"])
def test_the_exposed_share_is_what_the_table_gives_by_hand(
    publication: Publication, raw: Raw, slug: str, place: str
) -> None:
    jobs, codes = raw.sectors(place), exposed(publication, slug)
    by_hand = sum(jobs.get(code, 0) for code in codes) / sum(jobs.values())
    assert 0 < by_hand < 1
    fiche = Fiche(slug, place)
    assert exposed_share(publication, fiche.sheet, fiche.territory) == pytest.approx(by_hand, rel=1e-12)
    table = fiche.exposition().table
    assert table["Valeur"].iloc[0] == pytest.approx(100 * by_hand, abs=0.005)
    total = f"{sum(jobs.get(code, 0) for code in codes):,.0f}".replace(",", "\u202f")
    assert f"<strong>{total} emplois salariés privés</strong>" in fiche.ici().html


def test_jobs_and_specialisation_of_a_sector_are_what_the_table_gives_by_hand(raw: Raw) -> None:
    zone, country = raw.sectors("ze-3217"), raw.sectors("fr")
    text = Fiche("hydrogene", "ze-3217").ici().text
    share = zone["CH"] / sum(zone.values())
    quotient = share / (country["CH"] / sum(country.values()))
    jobs = f"{zone['CH']:,.0f}".replace(",", "\u202f")
    part, times = f"{100 * share:.1f}".replace(".", ","), f"{quotient:.1f}".replace(".", ",")
    assert re.search(rf"\(CH\) : [^.]+\. {jobs} emplois, {part} % des emplois privés, {times} fois la part", text)


def test_the_exposure_of_a_territory_is_shown_beside_the_region_and_france() -> None:
    places = Fiche("hydrogene", "epci-240200444").exposition().table["Territoire"].to_list()
    assert places[0] == "CC de la Thiérache du Centre"
    assert "zone d’emploi de Maubeuge" in places
    assert places[-2:] == ["Hauts-de-France", "France"]
    assert len(set(places)) == len(places)


def test_a_territory_without_its_own_sectors_counts_no_job_of_its_own() -> None:
    text = Fiche("hydrogene", "epci-240200444").ici().text
    assert f"Emplois par secteur : d{NOT_HERE} (intercommunalité) ; lecture empruntée" in text
    assert "Zone d’emploi de Maubeuge" in text
    assert not re.search(r"\([A-Z]{2}\) : [^.]+\. [\d\u202f]+ emplois", text)


def test_a_zone_named_with_a_vowel_is_elided() -> None:
    assert "Zone d’emploi d’Amiens" in Fiche("hydrogene", "dep-80").ici().text


# The chart of 2030


def test_hydrogen_has_hypotheses_and_targets_but_no_projection() -> None:
    chart = Fiche("hydrogene").horizon()
    first = [str(what).split()[0] for what in chart.table["Quoi"]]
    assert [mark for mark in first if mark != "observé"] == ["H1", "H2", "H3", "H4", "C1", "C2"]
    assert "projection" not in first
    assert "Pas de projection." in chart.alt
    assert [note for note in chart.caption.notes if note.startswith("Trop court pour projeter : 4 points observés")]


def test_hypotheses_of_the_chart_are_those_of_the_sheet(publication: Publication) -> None:
    for slug in SLUGS:
        path = publication.root / f"data/fiches/{slug}.yaml"
        sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
        table = Fiche(slug).horizon().table.set_index("Quoi")
        for hypothesis in sheet["hypotheses"]:
            rows = table[table.index.str.startswith(hypothesis["id"].upper() + " ")]
            band = hypothesis.get("trajectoire")
            assert len(rows) == (1 if band else 0)
            if band:
                assert rows.iloc[0][["Bas", "Valeur", "Haut"]].to_list() == [band["bas"], band["centre"], band["haut"]]
                assert rows.iloc[0]["Année"] == band["annee"]


def test_targets_of_the_chart_are_those_of_the_table_of_targets(raw: Raw) -> None:
    chart = Fiche("hydrogene").horizon()
    drawn = chart.table[chart.table["Quoi"].str.startswith("C")]["Valeur"].to_list()
    known = [
        r
        for r in raw.rows("cibles.csv")
        if r["indicateur"] == "electrolyse-capacite-france" and r["territoire"] == "fr"
    ]
    assert sorted(drawn) == sorted(float(r["valeur"]) for r in known if r["horizon"] <= "2030")


def test_human_capital_is_projected_without_a_band_after_ten_years() -> None:
    chart = Fiche("capital-humain").horizon()
    table = chart.table[chart.table["Quoi"] == "projection"].set_index("Année")
    assert list(table.index) == list(range(2020, 2031))
    assert table["Valeur"].notna().all()
    bands = table[["Bas 80 %", "Haut 80 %", "Bas 95 %", "Haut 95 %"]]
    assert bands.loc[:2029].notna().all(axis=None)
    assert bands.loc[2030:].isna().all(axis=None)
    assert "Dernière observation : 2019. Pas de bande au-delà de 10 ans, donc après 2029." in chart.caption.notes
    assert "bande à 80 %" in chart.alt and "en 2029" in chart.alt


def test_the_central_path_of_human_capital_is_the_drift_on_the_logit_scale_without_the_break(raw: Raw) -> None:
    rows = [r for r in raw.rows("series/capital-humain.csv") if r["indicateur"] == "diplomes-superieur"]
    share = {int(r["date"][:4]): float(r["valeur"]) / 100 for r in rows if r["territoire"] == "reg-32"}
    odds = {year: value / (1 - value) for year, value in share.items()}
    # The break of 2014 leaves out what happened from 2013 to 2014: 2000-2013 and 2014-2019, 13 + 5 years.
    growth = (odds[2013] / odds[2000] * odds[2019] / odds[2014]) ** (1 / 18)
    expected = {y: odds[2019] * growth ** (y - 2019) for y in range(2020, 2031)}
    chart = Fiche("capital-humain").horizon()
    table = chart.table[chart.table["Quoi"] == "projection"].set_index("Année")["Valeur"]
    assert table.to_dict() == pytest.approx({y: 100 * o / (1 + o) for y, o in expected.items()}, abs=0.006)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("year", [2025, 2029, 2031, 2040, 2060])
def test_any_accepted_horizon_gives_a_whole_chart(slug: str, year: int) -> None:
    chart = Fiche(slug, "reg-32", year).horizon()
    assert_complete(chart)
    assert str(year) in chart.caption.title
    assert not chart.table["Quoi"].str.contains("ypothèse").any()  # hypotheses are for 2030


def test_probabilities_of_the_hypotheses_add_up_to_one_on_the_page() -> None:
    for slug in SLUGS:
        found = re.findall(r"\((\d+) %\) – ", Fiche(slug).hypotheses().html)
        assert len(found) >= 3
        assert sum(map(int, found)) == 100


# Past, present, watch


def test_a_retrospective_of_a_borrowed_indicator_says_so_under_the_chart() -> None:
    own = Fiche("capital-humain", "reg-32").retrospective("diplomes-superieur")
    borrowed = Fiche("capital-humain", "dep-02").retrospective("diplomes-superieur")
    assert NOT_HERE not in own.html()
    assert "non disponible à cette maille (département) ; lecture des Hauts-de-France." in borrowed.caption.notes[0]
    assert list(borrowed.table.columns) == ["Date", "Hauts-de-France"]


def test_a_comparator_without_figures_is_named_under_the_chart() -> None:
    chart = Fiche("capital-humain").retrospective("diplomes-superieur", avec=["dep-02", "nuts-fre1"])
    assert "Pas de chiffre pour Aisne : donnée non disponible à cette maille." in chart.caption.notes
    assert len(chart.table.columns) == 3


def test_a_comparison_keeps_one_date() -> None:
    table = Fiche("capital-humain", "thierache-serre").comparaison("part-bac2-plus").table
    assert set(table["Date"]) == {"2022"}
    assert len(table) >= 8  # its zone, five members, département, region, France


def test_key_figures_of_a_territory_mark_what_is_borrowed() -> None:
    own = Fiche("capital-humain", "reg-32").reperes()
    cards = tree(own.html).findall(".//dl/div")
    starred = [card for card in cards if text_of(card).rstrip().endswith("*")]
    for card in cards:
        assert (card in starred) == ("dans les Hauts-de-France" not in text_of(card))
    assert (NOT_HERE in own.text) == bool(starred)


def test_the_table_of_data_names_every_indicator_used_on_the_page() -> None:
    fiche = Fiche("hydrogene")
    assert "Diplômés du supérieur" not in fiche.fabrication().text
    fiche.serie("diplomes-superieur")
    assert fiche.publication.package.indicator("diplomes-superieur").libelle in fiche.fabrication().text


def test_only_what_was_quoted_is_listed_as_a_source() -> None:
    fiche = Fiche("hydrogene")
    before = set(re.findall(r'id="(chiffre-[^"]+)"', fiche.sources().html))
    fiche.present()
    after = set(re.findall(r'id="(chiffre-[^"]+)"', fiche.sources().html))
    assert before == set()
    linked = set(re.findall(r"href='#(chiffre-[^']+)'", Fiche("hydrogene").present().html))
    assert after == linked != set()


def test_a_figure_drawn_by_hand_is_a_whole_chart() -> None:
    fiche = Fiche("capital-humain")
    values = pd.Series(fiche.serie("diplomes-superieur").loc["reg-32"])
    assert_complete(
        fiche.tracer(values, "Un titre", "%", fiche.origine("diplomes-superieur"), fiche.ruptures("diplomes-superieur"))
    )
    assert_complete(fiche.barres(values.tail(3), "Un titre", "%", fiche.origine("diplomes-superieur")))
    assert fiche.nombre(-1234.56, 1) == "−1\u202f234,6"
