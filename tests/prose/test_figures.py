"""No figure is typed in a page or a Markdown cell, except the constants of the method, which the code holds too."""

import pytest

from prospective.analysis.conformal import LEVELS
from prospective.model.figures import Figure, tie
from prospective.narrative import words
from tests.prose.corpus import Text, notebooks, pages

# Bounds of the words for probabilities; levels of the bands; ends of a share; a quotient of one means « alike ».
CONSTANTS = {round(100 * bound, 6) for low, high, _ in words.scale() for bound in (low, high)}
CONSTANTS |= {round(100 * level, 6) for level in LEVELS} | {0.0, 100.0}
METHOD = [
    *(Figure(f"methode-{value:g}", value, "%", "constante de la méthode", "", "") for value in sorted(CONSTANTS)),
    Figure("methode-quotient", 1.0, "", "quotient de localisation", "", ""),
]


@pytest.mark.parametrize("text", [*pages(), *notebooks()], ids=str)
def test_no_figure_is_typed_in_prose(text: Text) -> None:
    assert [token.text for token in tie(text.text, METHOD) if token.figure is None] == []


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("La région compte 24 zones d’emploi et 92 intercommunalités.", ["24", "92"]),
        ("Un gain de 3,7 points depuis 2019, 2e rang européen, dit l’article 4.", ["3,7"]),
        ("L’Industrie 4.0 et le 5G n’ont pas de chiffre ; 1 234 emplois en ont un.", ["1 234"]),
    ],
)
def test_the_check_sees_a_figure_where_there_is_one(sentence: str, numbers: list[str]) -> None:
    assert [token.text for token in tie(sentence.replace("1 234", "1\u202f234"), METHOD) if token.figure is None] == [
        number.replace("1 234", "1\u202f234") for number in numbers
    ]
