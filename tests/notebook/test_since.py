"""« Depuis 2020 » compares like with like: same season, same definition, firm values."""

import pytest

from prospective.notebook.reading import Publication, publication
from prospective.notebook.since import _since


@pytest.fixture(scope="module")
def here() -> Publication:
    return publication()


def ends(here: Publication, name: str, place: str) -> tuple[str, str] | None:
    found = _since(here, here.read(name, here.places[place]))
    return (found.start[0], found.end[0]) if found else None


def test_it_starts_from_the_last_figure_that_could_be_known_in_2020(here: Publication) -> None:
    assert ends(here, "inflation", "fr") == ("2019", "2024")


def test_an_infra_annual_series_is_compared_at_the_same_time_of_the_year(here: Publication) -> None:
    start, end = ends(here, "fibre-deploiement", "reg-32") or ("", "")
    assert (start, end) == ("2019-09", "2022-09")


def test_a_series_that_stops_before_the_exercise_says_nothing_of_it(here: Publication) -> None:
    assert ends(here, "ipi-mensuel", "fr") is None  # ends in January 2020
    assert ends(here, "diplomes-superieur", "reg-32") is None  # ends in 2019


def test_a_new_definition_is_never_counted_as_a_change(here: Publication) -> None:
    rows = here.package.series("emploi-prive")
    breaks = [b.annee for b in here.package.indicator("emploi-prive").breaks_for("reg-32")]
    start, end = ends(here, "emploi-prive", "reg-32") or ("", "")
    assert breaks and int(start) >= max(breaks) and end == rows["date"].max()


def test_the_extreme_between_the_ends_is_found(here: Publication) -> None:
    found = _since(here, here.read("croissance-pib", here.places["fr"]))
    # Insee, comptes nationaux: gross domestic product fell by more than 7 % in 2020.
    assert found and found.extreme and found.extreme[0] == "2020" and found.extreme[1] < -7
