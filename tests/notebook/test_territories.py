"""The cheap verbs work for every territory of the reference, communes apart."""

import re

import pytest

from prospective.notebook import Fiche, Portrait
from prospective.notebook.reading import Publication
from tests.charts.drawing import assert_complete, tree
from tests.notebook.conftest import Raw
from tests.notebook.pages import ROOT

LEVELS = ("region", "departement", "ze", "epci")
ALL = [row["territoire"] for row in Raw(ROOT).rows("territoires/territoires-2026.csv") if row["niveau"] in LEVELS]
ALL += sorted(path.stem for path in (ROOT / "data/territoires/composes").glob("*.yaml"))
# Slower charts: every place but intercommunalités, and one intercommunalité in four, always the same ones.
DRAWN = {place for rank, place in enumerate(ALL) if not place.startswith("epci-") or rank % 4 == 0}
NOT_HERE = "donnée non disponible à cette maille"


def test_they_are_all_there() -> None:
    assert len(ALL) >= 123
    assert {"reg-32", "dep-02", "ze-3201", "epci-240200444", "thierache-serre"} <= set(ALL)


@pytest.mark.parametrize("place", ALL)
def test_a_territory_has_its_exposure_and_its_portrait(publication: Publication, place: str) -> None:
    fiche, portrait = Fiche("hydrogene", place), Portrait(place)
    own = place.startswith("ze-")
    here = fiche.ici()
    assert (NOT_HERE in here.text) == (not own)
    if not own:
        nearest = publication.places.weights(fiche.territory, "ze").index[0]
        assert publication.places[str(nearest)].nom in here.text
    for block in (here, portrait.identite(), portrait.taux()):
        tree(block.html)
        assert len(block.text) > 100
        assert not re.search(r"\b(nan|None|inf)\b", block.text, re.IGNORECASE)
    exposure = fiche.exposition()
    assert_complete(exposure)
    assert (exposure.table["Lecture"].iloc[0] == "propre au territoire") == own
    assert exposure.table["Valeur"].between(0, 100).all()
    if place in DRAWN:
        sectors = portrait.secteurs()
        assert_complete(sectors)
        assert ("lecture empruntée" in " ".join(sectors.caption.notes)) == (not own)
