"""Reading an indicator for a territory: its own figures, or another's and the words that say so."""

from fractions import Fraction

import pytest

from prospective.model.errors import ProspectiveError
from prospective.notebook.reading import Publication
from tests.notebook.conftest import Raw

NOT_HERE = "donnée non disponible à cette maille"


@pytest.mark.parametrize(
    ("indicator", "asked", "found", "words"),
    [
        (
            "chomage-recensement",
            "thierache-serre",
            "ze-3216",
            "donnée non disponible à cette maille (territoire composé) ; lecture de la zone d’emploi de Maubeuge, "
            "où se trouvent 55\u00a0% de ses emplois privés.",
        ),
        ("diplomes-superieur", "dep-02", "reg-32", "(département) ; lecture des Hauts-de-France."),
        ("chomage-bit", "com-59350", "fr", "(commune) ; lecture de la France."),
        ("electrolyse-cout", "reg-32", "monde", "(région) ; lecture"),
        ("emissions-seqe", "epci-200067205", "dep-50", ""),
    ],
)
def test_a_borrowed_reading_says_so_and_names_the_territory_read(
    publication: Publication, indicator: str, asked: str, found: str, words: str
) -> None:
    if asked not in publication.places.territories or found not in publication.places.territories:
        pytest.skip(f"{asked} or {found} is not in the reference")
    reading = publication.read(indicator, publication.places[asked])
    assert reading.found.id == found
    assert NOT_HERE in reading.borrowed
    assert words in reading.borrowed
    assert set(reading.rows["territoire"]) == {found}
