"""Where a hypothesis starts from and goes to: what is refused, and where it is told."""

import shutil
from pathlib import Path

import pytest

from prospective.data.package import Package
from prospective.data.validation.trajectories import trajectories
from tests.editing import copy_data, edit

ROBOTS, CAPITAL = "data/fiches/cobotique.yaml", "data/fiches/capital-humain.yaml"
SERIES, HYDROGEN = "data/series/cobotique.csv", "data/fiches/hydrogene.yaml"


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_data(root, tmp_path_factory.mktemp("trajectoires"))


def test_the_real_sheets_start_from_firm_points(package: Package) -> None:
    assert list(trajectories(package)) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "below", "field", "told"),
    [
        (ROBOTS, "appui: {annee: 2022", "appui: {annee: 2021", 0, "appui.annee",
         "« h1 » : « robots-manufacturier », fr, n'a pas de valeur observée ou estimée en 2021 (le dernier est de 2022) ; "
         "donnez le dernier point connu quand l'hypothèse a été écrite"),
        (CAPITAL, "territoire: reg-32, annee: 2030, bas: 37.5", "territoire: dep-02, annee: 2030, bas: 37.5", 1, "appui.annee",
         "« h1 » : « diplomes-superieur », dep-02, n'a pas de valeur observée ou estimée en 2019 (il n'en a aucun) ; "
         "donnez le dernier point connu quand l'hypothèse a été écrite"),
        (HYDROGEN, "      bas: 0.4\n", "      bas: -0.4\n", 0, "bas",
         "« h1 » : -0.4 sort de l'échelle « log » de « electrolyse-capacite-france » ; donnez une valeur au-dessus de 0"),
        (ROBOTS, "      haut: 30.0\n", "      haut: 100\n", 0, "haut",
         "« h1 » : 100 sort de l'échelle « logit » de « robots-manufacturier » ; donnez une valeur entre 0 et 100, bornes exclues"),
    ],
    ids=["another year", "another territory", "a log below zero", "a whole share"],
)  # fmt: skip
def test_a_trajectory_is_refused_on_its_line(root, copy, path, old, new, below, field, told) -> None:
    line = edit(copy / path, old, new) + below
    try:
        (fault,) = trajectories(Package(copy))
        assert fault.where == f"{path}, ligne {line}, hypotheses[0].trajectoire.{field}"
        assert fault.message == told
    finally:
        shutil.copy(root / path, copy / path)


def test_a_point_that_is_only_provisional_is_refused(root, copy) -> None:
    edit(copy / SERIES, "fr,robots-manufacturier,2022,25.7,observe", "fr,robots-manufacturier,2022,25.7,provisoire")
    try:
        found = list(trajectories(Package(copy)))
        assert len(found) == 3
        assert all("(le dernier est de 2020)" in fault.message for fault in found)
    finally:
        shutil.copy(root / SERIES, copy / SERIES)


def test_a_datum_revised_since_is_no_fault(root, copy) -> None:
    edit(copy / ROBOTS, "valeur: 25.7}", "valeur: 25.1}")
    try:
        assert list(trajectories(Package(copy))) == []
    finally:
        shutil.copy(root / ROBOTS, copy / ROBOTS)
