"""The verbs of a variable's page: what they compute, what they refuse."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

import pandas as pd
import pytest
import yaml

from prospective.charts.horizon import LATER
from prospective.model.errors import ProspectiveError
from prospective.model.indicator import Break
from prospective.model.territory import Territory
from prospective.model.writing import typographic
from prospective.narrative.words import scale
from prospective.notebook import Fiche
from prospective.notebook.display import Block
from prospective.notebook.exposure import exposed_share
from prospective.notebook.outlook import holes, news, outlook
from prospective.notebook.reading import Publication
from tests.charts.drawing import assert_complete, fills, text_of, tree
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
    everyone = f"{sum(jobs.values()):,.0f}".replace(",", "\u202f")
    assert f", {total} emplois privés sur {everyone} (" in fiche.ici().text


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
    assert "zones d’emploi de ses communes\u00a0: Maubeuge (" in text
    assert "de l’ordre de" in text
    assert not re.search(r"\([A-Z]{2}\) : [^.]+\. [\d\u202f]+ emplois", text)


def test_a_zone_named_with_a_vowel_is_elided() -> None:
    assert "zone d’emploi d’Amiens" in Fiche("hydrogene", "ze-3202").ici().text


# The chart of 2030


def test_hydrogen_has_hypotheses_and_targets_but_no_projection() -> None:
    chart = Fiche("hydrogene").horizon()
    first = [str(what).split()[0] for what in chart.table["Quoi"]]
    assert [mark for mark in first if mark not in ("observé", "trajectoire")] == ["H1", "H2", "H3", "H4", "C1", "C2"]
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
                drawn = rows.iloc[0][["Bas 80 %", "Valeur", "Haut 80 %"]].to_list()
                assert drawn == [band["bas"], band["centre"], band["haut"]]
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


def test_the_projection_of_the_chart_is_that_of_the_last_edition(raw: Raw) -> None:
    rows = [r for r in raw.rows("projections/projections.csv") if r["indicateur"] == "diplomes-superieur"]
    rows = [r for r in rows if r["territoire"] == "reg-32" and r["annee"] <= "2030"]
    edition = max(r["edition"] for r in rows if not r["edition"].startswith("rejeu"))
    expected = {int(r["annee"]): float(r["centre"]) for r in rows if r["edition"] == edition}
    chart = Fiche("capital-humain").horizon()
    table = chart.table[chart.table["Quoi"] == "projection"].set_index("Année")["Valeur"]
    assert table.to_dict() == pytest.approx(expected, abs=0.006)


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


# What was observed since the hypotheses were written, and what it does to their weights

Observe = Callable[[str, dict[int, float]], None]


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> Observe:
    """Make up observations of an indicator, for France."""
    known = Publication.rows

    def add(name: str, values: dict[int, float]) -> None:
        def rows(self: Publication, asked: str, territory: Territory) -> pd.DataFrame:
            found = known(self, asked, territory)
            if asked != name or territory.id != "fr":
                return found
            new = [found.iloc[-1].to_dict() | {"annee": y, "date": str(y), "valeur": v} for y, v in values.items()]
            return pd.concat([found, pd.DataFrame(new)], ignore_index=True)

        monkeypatch.setattr(Publication, "rows", rows)

    return add


def logit(share: float) -> float:
    return math.log(share / (100 - share))


def robots(year: int) -> dict[str, tuple[float, float, float]]:
    """Median and the two deviations of each hypothesis of cobotique in a year, by hand, on the logit scale."""
    bands = {"h1": (24, 27, 30), "h2": (30, 33, 37), "h3": (19, 22, 25)}
    part, start = (year - 2022) / (2030 - 2022), logit(25.7)
    return {
        name: (
            start + part * (logit(centre) - start),
            math.sqrt(part) * (logit(centre) - logit(low)) / NormalDist().inv_cdf(0.9),
            math.sqrt(part) * (logit(high) - logit(centre)) / NormalDist().inv_cdf(0.9),
        )
        for name, (low, centre, high) in bands.items()
    }


def density(value: float, median: float, below: float, above: float) -> float:
    return NormalDist(median, below if value < median else above).pdf(value)


def cells(block: Block, number: int) -> list[list[str]]:
    """Rows of one of the tables of a block, as a reader sees them."""
    table = tree(block.html).findall(".//table")[number]
    return [[text_of(cell) for cell in row] for row in table.iter("tr")]


def share(text: str) -> float:
    return float(text.removesuffix("\u00a0%").replace(",", ".")) / 100


def test_two_observations_outside_every_band_are_said_to_be(observe: Observe) -> None:
    observe("robots-manufacturier", {2024: 33.0, 2026: 36.0})
    assert all(logit(36) > median + NormalDist().inv_cdf(0.9) * above for median, _, above in robots(2026).values())
    chart = Fiche("cobotique").horizon()
    last = "La dernière valeur, 36,0\u00a0% en 2026, est au-dessus des bandes à 80\u00a0% de H1, H2 et H3. Aucune hypothèse ne la contient."
    assert f"2 valeurs observées depuis l’écriture des hypothèses (appui\u00a0: 2022). {last}" in chart.caption.notes
    assert f"33,0 en 2024 et 36,0 en 2026. {last}" in chart.alt
    assert chart.table["Quoi"].to_list().count("observé depuis l’écriture des hypothèses") == 2
    assert len(fills(chart.svg, LATER.lower())) == 2
    assert_complete(chart)


def test_an_observation_may_be_in_one_band_and_out_of_others(observe: Observe) -> None:
    observe("robots-manufacturier", {2028: 23.0})
    bands = {
        n: (m - NormalDist().inv_cdf(0.9) * b, m + NormalDist().inv_cdf(0.9) * a)
        for n, (m, b, a) in robots(2028).items()
    }
    assert [name for name, (low, high) in bands.items() if low <= logit(23) <= high] == ["h3"]
    assert (
        Fiche("cobotique")
        .horizon()
        .caption.notes[1]
        .endswith("est dans la bande à 80\u00a0% de H3 et au-dessous de celles de H1 et H2.")
    )


def test_the_band_spoken_of_is_that_of_80_per_cent(observe: Observe) -> None:
    observe("robots-manufacturier", {2026: 33.0})
    median, _, above = robots(2026)["h2"]
    assert NormalDist().inv_cdf(0.9) < (logit(33) - median) / above < NormalDist().inv_cdf(0.975)
    assert "Aucune hypothèse ne la contient." in Fiche("cobotique").horizon().alt


def test_nothing_new_is_said_to_be_so() -> None:
    note = "Aucune valeur postérieure à l’appui des hypothèses (2022) n’est encore dans nos séries."
    fiche = Fiche("cobotique")
    assert note in fiche.horizon().caption.notes
    assert note in fiche.poids().text


def test_weights_after_each_observation_are_what_bayes_gives_by_hand(observe: Observe) -> None:
    values = {2024: 27.4, 2026: 29.0}
    observe("robots-manufacturier", values)
    weights = {"h1": 0.45, "h2": 0.20, "h3": 0.20}
    columns = []
    for year, value in values.items():
        fits = {n: weights[n] * density(logit(value), *shape) ** 0.5 for n, shape in robots(year).items()}
        weights = {n: 0.85 * fit / sum(fits.values()) for n, fit in fits.items()}
        assert min(weights.values()) > 0.01  # the floor plays no part here
        columns.append(weights)
    head, *rows = cells(Fiche("cobotique").poids(), 0)
    assert head[1:4] == ["Probabilité énoncée", "Après 2024 (27,4\u00a0%)", "Après 2026 (29,0\u00a0%)"]
    for row, name in zip(rows, ("h1", "h2", "h3"), strict=False):
        assert [share(cell) for cell in row[2:4]] == pytest.approx([column[name] for column in columns], abs=0.0006)
    assert [row[1:4] for row in rows[3:]] == [["10\u00a0%"] * 3, ["5\u00a0%"] * 3]


def test_an_observation_far_from_a_hypothesis_leaves_it_its_floor(observe: Observe) -> None:
    observe("robots-manufacturier", {2024: 40.0})
    rows = cells(Fiche("cobotique").poids(), 0)[1:]
    assert [row[2] for row in rows[:3]] == ["1\u00a0%", "83\u00a0%", "1\u00a0%"]


@pytest.mark.parametrize("slug", SLUGS)
def test_without_an_observation_the_page_says_what_the_next_one_would_do(slug: str) -> None:
    block = Fiche(slug).poids()
    head, *rows = cells(block, 1)
    assert {"capital-humain": "en 2020", "cobotique": "en 2024", "hydrogene": "en 2026"}[slug] in block.text
    for column in range(1, len(head)):
        assert sum(share(row[column]) for row in rows) == pytest.approx(1, abs=0.003)


def test_what_the_next_value_would_do_is_what_it_does_when_it_comes(observe: Observe) -> None:
    head, *rows = cells(Fiche("cobotique").poids(), 1)
    column = head.index("Si elle suit H2 (27,4\u00a0%)")
    observe("robots-manufacturier", {2024: 27.4})
    came = cells(Fiche("cobotique").poids(), 0)[1:]
    assert [row[column] for row in rows] == [row[2] for row in came]


@pytest.mark.parametrize("values", [{}, {2024: 27.4}, {2024: 40.0, 2026: 20.0}])
def test_the_word_of_a_weight_is_the_word_of_the_number_beside_it(observe: Observe, values: dict[int, float]) -> None:
    if values:
        observe("robots-manufacturier", values)
    block = Fiche("cobotique").poids()
    for _, *numbers, word in cells(block, 0)[1:]:
        (expected,) = [w for low, high, w in scale() if low <= share(numbers[-1]) < high]
        assert word == expected
    assert "proposition de l’équipe, à débattre (H1, H2, H3, H4 et H5)" in block.text


def test_the_mixture_says_one_chance_in_ten_one_in_two_nine_in_ten() -> None:
    said = re.findall(r"(?:être sous|dépasser) (\d+,\d)", Fiche("cobotique").poids().text)
    for text, expected in zip(said, (0.1, 0.5, 0.9), strict=True):
        value, shapes = logit(float(text.replace(",", "."))), robots(2030)
        below = sum(
            p * NormalDist(m, b if value < m else a).cdf(value)
            for p, (m, b, a) in zip((0.45, 0.2, 0.2), shapes.values(), strict=True)
        )
        assert below / 0.85 == pytest.approx(expected, abs=0.006)  # a tenth of a point of robots


def test_a_value_outside_the_scale_moves_no_weight_and_is_said_so(observe: Observe) -> None:
    observe("electrolyse-capacite-france", {2026: 0.0})
    fiche = Fiche("hydrogene")
    assert_complete(fiche.horizon())
    text = fiche.poids().text
    assert "Une valeur sort de ce que l’échelle de l’indicateur admet" in text
    assert "Après 2026" not in text


def test_where_no_hypothesis_is_quantified_no_weight_is_computed() -> None:
    block = Fiche("hydrogene", "reg-32", 2040).poids()
    assert "ni mélange, ni mise à jour" in block.text
    assert len(cells(block, 0)) == 5
    assert "mélange donne" not in block.text


def test_a_break_after_the_anchor_is_said(observe: Observe, publication: Publication) -> None:
    observe("robots-manufacturier", {2026: 30.0})
    seen = outlook(publication, Fiche("cobotique").sheet, publication.places["fr"], "robots-manufacturier", 2030)
    broken = seen.indicator.model_copy(update={"ruptures": (Break(annee=2025, libelle="nouvelle enquête"),)})
    assert "Rupture" not in news(seen)
    seen = replace(seen, reading=replace(seen.reading, indicator=broken))
    assert "Rupture de série en 2025 (nouvelle enquête), après l’appui" in news(seen)


def test_overlaps_and_gaps_between_bands_are_said_with_their_values(publication: Publication) -> None:
    seen = outlook(publication, Fiche("cobotique").sheet, publication.places["fr"], "robots-manufacturier", 2030)
    first, second, third = seen.futures
    apart = replace(seen, futures=(first, second, replace(third, low=15, centre=17, high=20)))
    assert [typographic(sentence) for sentence in holes(seen) + holes(apart)] == [
        "Les bandes de H1 et H3 se recouvrent de 24,0\u00a0% à 25,0\u00a0% en 2030\u00a0: une valeur qui y tomberait ne les départagerait pas.",
        "Aucune bande ne couvre les valeurs de 20,0\u00a0% à 24,0\u00a0% en 2030 (entre H1 et H3).",
    ]
    assert (
        holes(
            outlook(
                publication, Fiche("capital-humain").sheet, publication.places["reg-32"], "diplomes-superieur", 2030
            )
        )
        == []
    )


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
