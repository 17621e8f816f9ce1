"""Letter no 4 of the Collège de prospective (October 2020), retold with all its figures."""

import pytest

from prospective.data.quotes import letter_quotes
from prospective.data.sheets import read_letter
from prospective.model.figures import tie


@pytest.fixture(scope="module")
def letter(root):
    return read_letter(root, "lettre-4")


def test_its_forty_three_figures_are_all_told(package, letter):
    known = [f for f in package.fact_figures if f.startswith("lettre-4-")]
    assert known == [f"lettre-4-{n:02d}" for n in range(1, 44)]
    cited = {reference for quote in letter_quotes(letter) for reference in quote.references}
    assert set(known) <= cited
    for quote in letter_quotes(letter):
        for reference in quote.references:
            # Alone, so that two equal figures of one paragraph cannot stand for each other.
            assert any(token.figure for token in tie(quote.text, package.figures(reference))), reference


# Read in the letter itself.
@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("lettre-4-01", 160_000, "emplois"),
        ("lettre-4-02", 100, "Md€"),
        ("lettre-4-25", -102_000, "ouvriers"),
        ("lettre-4-26", 5_161, "emplois"),
        ("lettre-4-29", -14.1, "%"),
        ("lettre-4-30", -844, "emplois"),
        ("lettre-4-31", -9.2, "%"),
        ("lettre-4-35", 1543, "année"),
    ],
)
def test_its_figures_are_those_that_were_printed(package, name, value, unit):
    assert (package.fact_figures[name].value, package.fact_figures[name].unit) == (value, unit)


def test_its_fall_of_industrial_jobs_is_coherent(package):
    # 844 jobs lost, 5,161 left in 2018: −844 / (5,161 + 844) = −14.05 %, printed −14.1 %.
    lost, left = package.fact_figures["lettre-4-30"].value, package.fact_figures["lettre-4-26"].value
    assert round(100 * lost / (left - lost), 1) == package.fact_figures["lettre-4-29"].value


def test_its_sections_are_those_of_the_letter_in_order(letter):
    assert [section.id for section in letter.rubriques] == ["edito", "actualite", "dossier", "territoire", "annexe"]
