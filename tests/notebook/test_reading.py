"""Reading an indicator for a territory: its own figures, or another's and the words that say so."""

import pytest

from prospective.model.errors import ProspectiveError
from prospective.notebook.reading import Publication
from tests.notebook.conftest import Raw

NOT_HERE = "donnée non disponible à cette maille"
MEMBERS = ("epci-200071983", "epci-240200444", "epci-240200469", "epci-240200600", "epci-240200634")

BORROWED = [
    ("chomage-recensement", "thierache-serre", "ze-3217", "(territoire composé) ; lecture de la zone d’emploi de Maubeuge, où se trouvent 55\u00a0% de ses emplois privés."),
    ("diplomes-superieur", "dep-02", "reg-32", "(département) ; lecture des Hauts-de-France."),
    ("emissions-seqe", "ze-3201", "dep-80", "(zone d’emploi) ; lecture de la Somme."),
    ("emissions-seqe", "epci-240200444", "dep-02", "(intercommunalité) ; lecture de l’Aisne."),
    ("part-cadres", "com-59350", "epci-200093201", "(commune) ; lecture de la Métropole Européenne de Lille."),
    ("chomage-bit", "com-59350", "fr", "(commune) ; lecture de la France."),
    ("electrolyse-cout", "reg-32", "europe", "(région) ; lecture d"),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "asked", "found", "words"), BORROWED)
def test_a_borrowed_reading_says_so_and_names_the_territory_read(
    publication: Publication, indicator: str, asked: str, found: str, words: str
) -> None:
    reading = publication.read(indicator, publication.places[asked])
    assert reading.found.id == found
    assert reading.borrowed.startswith(f"{reading.indicator.libelle_court} : {NOT_HERE} (")
    assert words in reading.borrowed
    assert set(reading.rows["territoire"]) == {found}


@pytest.mark.parametrize(
    ("indicator", "words"), [("demande-hydrogene", "du monde."), ("electrolyse-cout", "de l’Europe.")]
)
def test_the_world_and_europe_take_their_article(publication: Publication, indicator: str, words: str) -> None:
    assert publication.read(indicator, publication.places["reg-32"]).borrowed.endswith(f"lecture {words}")


def test_every_territory_that_has_figures_reads_its_own_and_no_other(publication: Publication, raw: Raw) -> None:
    for name, indicator in publication.package.indicators.items():
        rows = [row for row in raw.rows(indicator.fichier) if row["indicateur"] == name]
        owners = sorted({row["territoire"] for row in rows if not row["territoire"].startswith("com-")})
        for owner in owners[:: 4 if len(owners) > 100 else 1]:
            reading = publication.read(name, publication.places[owner])
            assert reading.borrowed == ""
            assert reading.found.id == owner
            assert len(reading.rows) == sum(row["territoire"] == owner for row in rows)


def test_no_territory_of_the_region_is_read_elsewhere_without_a_word(publication: Publication) -> None:
    for name in ("diplomes-superieur", "emissions-seqe", "taux-pauvrete"):
        for place in publication.places.territories.values():
            if place.niveau not in ("commune", "comparaison"):
                reading = publication.read(name, place)
                assert (NOT_HERE in reading.borrowed) == (reading.found.id != place.id)
                assert bool(reading.borrowed) == (NOT_HERE in reading.borrowed)
                assert len(reading.rows)


def test_the_private_jobs_of_a_composed_territory_are_the_sum_of_its_members(
    publication: Publication, raw: Raw
) -> None:
    reading = publication.read("emploi-prive", publication.places["thierache-serre"])
    members = [raw.jobs(member) for member in MEMBERS]
    assert publication.places["thierache-serre"].membres == MEMBERS
    assert reading.borrowed == ""
    assert reading.values.to_dict() == {int(y): sum(jobs[y] for jobs in members) for y in sorted(members[0])}
    assert len(reading.values) == 11


def test_a_year_that_one_member_lacks_is_not_summed(publication: Publication) -> None:
    # Apprenticeship contracts exist for départements only: a group of intercommunalités has none of its own.
    assert publication.rows("contrats-apprentissage", publication.places["thierache-serre"]).empty
    gone = publication.places["thierache-serre"].model_copy(update={"membres": ("dep-02", "com-02012")})
    assert publication.rows("emploi-prive", gone).empty  # com-02012 has no private job row


def test_rates_are_never_summed(publication: Publication) -> None:
    assert publication.rows("taux-pauvrete", publication.places["thierache-serre"]).empty


# Structure by sector


def test_a_zone_has_its_own_structure(publication: Publication, raw: Raw) -> None:
    jobs, own, words = publication.structure(publication.places["ze-3217"])
    assert own
    assert dict(zip(jobs["secteur"], jobs["valeur"], strict=True)) == raw.sectors("ze-3217")
    assert NOT_HERE not in words
    assert "empruntée" not in words


def test_a_borrowed_structure_is_weighted_by_the_private_jobs_of_the_territory(
    publication: Publication, raw: Raw
) -> None:
    jobs, own, words = publication.structure(publication.places["thierache-serre"])
    inside = {f"epci-{c['epci']}" for c in raw.rows("territoires/communes-2026.csv")} & set(MEMBERS)
    zone_of = {c["code"]: c["ze"] for c in raw.rows("territoires/communes-2026.csv") if f"epci-{c['epci']}" in inside}
    rows = raw.rows("territoires/emploi-prive.csv")
    last = max(row["date"] for row in rows)
    weights: dict[str, float] = {}
    for row in rows:
        code = row["territoire"].removeprefix("com-")
        if row["date"] == last and code in zone_of:
            weights[zone_of[code]] = weights.get(zone_of[code], 0) + float(row["valeur"])
    total = sum(weights.values())
    expected: dict[str, float] = {}
    for zone, weight in weights.items():
        found = raw.sectors(f"ze-{zone}")
        for sector, value in found.items():
            expected[sector] = expected.get(sector, 0) + weight / total * value / sum(found.values())
    assert not own
    assert dict(zip(jobs["secteur"], jobs["valeur"], strict=True)) == pytest.approx(expected, abs=1e-12)
    assert sum(expected.values()) == pytest.approx(1)
    assert "lecture empruntée" in words
    assert "Maubeuge (55\u00a0%), Saint-Quentin (24\u00a0%), Laon (21\u00a0%)" in words


def test_a_place_that_no_zone_covers_is_refused_in_french(publication: Publication) -> None:
    with pytest.raises(ProspectiveError, match="Aucune donnée d'emploi par secteur pour Belgique"):
        publication.structure(publication.places["be"])


# Horizon


@pytest.mark.parametrize("year", [2025, 2030, 2060])
def test_a_horizon_from_2025_to_2060_is_accepted(publication: Publication, year: int) -> None:
    assert publication.check_horizon(year) == year


@pytest.mark.parametrize("wrong", [2024, 2061, 0, -2030, 2030.0, "2030", "deux mille trente", None, True, [2030]])
def test_any_other_horizon_is_refused_in_one_french_sentence(publication: Publication, wrong: object) -> None:
    with pytest.raises(ProspectiveError) as refused:
        publication.check_horizon(wrong)
    said = str(refused.value)
    assert said == f"Le paramètre « horizon » doit être une année entière de 2025 à 2060, pas {wrong!r}."


# The panel of projections


def test_the_panel_holds_observed_years_only_and_no_commune(publication: Publication) -> None:
    panel = publication.panel()
    assert len({series.id for series in panel}) == len(panel) > 100
    assert not [series.id for series in panel if "@com-" in series.id]
    for series in panel:
        assert publication.package.indicator(series.group).projetable
        rows = publication.package.series(series.group)
        rows = rows[rows["territoire"] == series.id.split("@")[1]]
        assert set(series.values.index) <= set(rows.loc[rows["statut"].isin(["observe", "estime"]), "annee"])


def test_a_series_of_the_panel_is_that_of_its_reading_with_its_scale_and_breaks(publication: Publication) -> None:
    panel = {series.id: series for series in publication.panel()}
    series = panel["emploi-prive@ze-3217"]
    reading = publication.read("emploi-prive", publication.places["ze-3217"])
    assert series.values.to_dict() == reading.firm.to_dict()
    assert (series.group, series.scale, series.breaks) == ("emploi-prive", "log", (2021,))
    # A break that concerns another territory is not that of this one.
    assert panel["va-manufacturiere@uk"].breaks == (1995,)
    assert panel["va-manufacturiere@fr"].breaks == ()
