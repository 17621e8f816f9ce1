"""Rules that a sheet obeys, on a short sheet of our own (tests/fixtures/fiche.yaml)."""

import copy

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from prospective.model.sheet import Sheet
from prospective.model.variables import FAMILIES, VARIABLES
from tests.conftest import ROOT

CONTENT = yaml.safe_load((ROOT / "tests/fixtures/fiche.yaml").read_text(encoding="utf-8"))


def sheet_with_probabilities(*shares: float) -> Sheet:
    content = copy.deepcopy(CONTENT)
    models = content["hypotheses"]
    content["hypotheses"] = [
        {
            **models[0 if n == 0 else 1],
            "id": f"h{n + 1}",
            "probabilite": {**models[0]["probabilite"], "valeur": share},
        }
        for n, share in enumerate(shares)
    ]
    return Sheet.model_validate(content)


@st.composite
def split_hundred(draw):
    """Two to five whole percentages that make a hundred."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=1, max_size=4)))
    return [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]


@given(split_hundred())
def test_probabilities_that_make_one_are_accepted_however_they_are_split(percentages):
    # 0.1 + 0.2 + 0.7 isn't 1 in binary: hundredths must add up as a person adds them.
    sheet = sheet_with_probabilities(*(p / 100 for p in percentages))
    assert [h.probabilite.valeur for h in sheet.hypotheses] == [p / 100 for p in percentages]


@given(st.lists(st.integers(0, 100), min_size=2, max_size=5))
def test_probabilities_that_do_not_make_one_are_refused_with_their_sum(percentages):
    total = sum(percentages)
    assume(total != 100)
    written = f"{total // 100},{total % 100:02d}".rstrip("0").rstrip(",")
    with pytest.raises(ValidationError) as refused:
        sheet_with_probabilities(*(p / 100 for p in percentages))
    message = refused.value.errors()[0]["msg"]
    assert message.endswith(f" : les probabilités de la fiche font {written} au lieu de 1")


def test_a_sheet_knows_what_it_is_made_of():
    sheet = Sheet.model_validate(CONTENT)
    assert sheet.principal == "densite-robots"
    assert list(sheet.statements) == ["t1", "g1", "i1", "r1", "c1"]
    assert sheet.sources == ["unesource"]


@pytest.mark.parametrize(
    ("low", "centre", "high"), [(280, 240, 200), (200, 300, 280), (250, 240, 280), (240, 240, 280), (200, 280, 280)]
)
def test_a_trajectory_goes_up_from_low_to_high(low, centre, high):
    content = copy.deepcopy(CONTENT)
    content["hypotheses"][0]["trajectoire"] |= {"bas": low, "centre": centre, "haut": high}
    with pytest.raises(ValidationError, match="bas, centre et haut doivent aller croissant"):
        Sheet.model_validate(content)


def test_a_trajectory_has_finite_ends():
    content = copy.deepcopy(CONTENT)
    content["hypotheses"][0]["trajectoire"]["haut"] = float("inf")
    with pytest.raises(ValidationError):
        Sheet.model_validate(content)


@pytest.mark.parametrize("year", [2030, 2031])
def test_a_trajectory_starts_before_its_horizon(year):
    content = copy.deepcopy(CONTENT)
    content["hypotheses"][0]["trajectoire"]["appui"]["annee"] = year
    with pytest.raises(ValidationError, match=rf"l'appui \({year}\) doit précéder l'horizon \(2030\)"):
        Sheet.model_validate(content)


def test_a_trajectory_has_a_starting_point():
    content = copy.deepcopy(CONTENT)
    assert Sheet.model_validate(content).hypotheses[0].trajectoire.appui.valeur == 180
    del content["hypotheses"][0]["trajectoire"]["appui"]
    with pytest.raises(ValidationError, match="appui"):
        Sheet.model_validate(content)


def test_twenty_eight_variables_in_five_families():
    # Letter no 4 of the Collège de prospective lists 9 + 7 + 5 + 3 + 3 = 27 variables; hydrogen is the 28th.
    sizes = {family: sum(f == family for _, f in VARIABLES.values()) for family in FAMILIES}
    assert list(sizes.values()) == [9, 7 + 1, 5, 3, 3]
    assert len(VARIABLES) == 28
