"""The sentences of « Ici » follow the numbers: worked by hand, and whatever the numbers."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospective.narrative import exposure
from prospective.narrative.exposure import Exposure

WHERE = "dans la zone d’emploi de Laon"


def sectors(*rows: tuple[str, str, float, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["a38", "nom", "part", "lq", "sens"])


METAL = ("CH", "Métallurgie", 0.12, 6.0, "-")
FOOD = ("CA", "Agroalimentaire", 0.03, 1.2, "+")
CHEMISTRY = ("CE", "Chimie", 0.05, 4.0, "?")


def case(*rows: tuple[str, str, float, float, str], **changes: object) -> Exposure:
    values = {
        "where": WHERE, "sectors": sectors(*rows), "country": 0.10, "region": 0.20, "jobs": 2_000.0, "total": 10_000.0,
        "year": "2024",
    } | changes  # fmt: skip
    return Exposure(**values)  # type: ignore[arg-type]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_counted_jobs_are_told_with_their_share_and_compared() -> None:
    assert plain(exposure.size(case(METAL, FOOD, CHEMISTRY))) == (
        "En 2024, dans la zone d’emploi de Laon, 2 000 emplois privés sur 10 000 (20,0 %) relèvent des secteurs exposés : "
        "2,0 fois la part française (10,0 %) et à peu près la part régionale (20,0 %)."
    )


def test_a_borrowed_share_gives_an_order_of_magnitude_only() -> None:
    said = plain(exposure.size(case(METAL, FOOD, jobs=None, total=13_419.0)))
    assert "15,0 % des emplois privés lus dans la zone d’emploi de Laon" in said
    # 15 % of 13,419 is 2,012.85: two digits are told.
    assert said.endswith("Appliquée aux 13 419 emplois privés du territoire, cette part en ferait de l’ordre de 2 000.")


@pytest.mark.parametrize(
    ("country", "told"),
    [
        (0.151, "à peu près la part française"),
        (0.20, "moins que la part française"),
        (0.40, "moins de la moitié de la part française"),
        (0.05, "3,0 fois la part française"),
    ],
)
def test_the_words_of_a_comparison_change_with_the_ratio(country: float, told: str) -> None:
    assert told in plain(exposure.size(case(METAL, FOOD, country=country)))


def test_a_sector_that_makes_most_of_it_is_named_with_its_quotient() -> None:
    assert plain(exposure.make_up(case(METAL, FOOD))) == (
        "Un secteur en réunit 80 % : métallurgie (CH), à 6,0 fois sa part française."
    )


def test_the_particular_sector_may_be_another() -> None:
    said = plain(
        exposure.make_up(case(("CH", "Métallurgie", 0.05, 1.1, "-"), ("CA", "Agro", 0.04, 1.2, "+"), CHEMISTRY))
    )
    assert said == (
        "Les deux premiers secteurs, chimie (CE) et métallurgie (CH), en réunissent 71 % ; "
        "le plus particulier au territoire est chimie (CE), à 4,0 fois sa part française."
    )


def test_no_sector_is_particular_when_none_weighs_more_than_elsewhere() -> None:
    said = exposure.make_up(case(("CH", "Métallurgie", 0.05, 1.1, "-"), ("CA", "Agro", 0.05, 0.9, "+")))
    assert said.endswith("aucun n’y pèse nettement plus lourd qu’en France.")


def test_a_place_without_any_of_these_jobs_says_so() -> None:
    empty = case(("CH", "Métallurgie", 0.0, 0.0, "-"), jobs=0.0)
    assert exposure.make_up(empty) == "Aucun de ces secteurs n’y a d’emploi privé."
    assert exposure.sense(empty) == ""
    assert "0 emploi privé sur" in plain(exposure.size(empty))


def test_the_senses_share_the_exposed_jobs() -> None:
    assert plain(exposure.sense(case(METAL, FOOD, CHEMISTRY))) == (
        "La fiche y voit une menace pour 60 %, un effet ambivalent pour 25 % et une opportunité pour 15 % de ces emplois."
    )
    assert exposure.sense(case(METAL)) == "La fiche y voit une menace pour tous ces emplois."
    tiny = case(METAL, ("CA", "Agro", 0.0001, 1.0, "+"))
    assert exposure.sense(tiny) == "La fiche y voit une menace pour presque tous ces emplois."


@pytest.mark.parametrize(
    ("rank", "told"),
    [(None, ""), ((1, 24), "la plus exposée"), ((24, 24), "la moins exposée"), ((3, 24), "au 3e rang des 24")],
)
def test_a_zone_is_ranked(rank: tuple[int, int] | None, told: str) -> None:
    assert told in exposure.standing(case(METAL, rank=rank))


@pytest.mark.parametrize(("own", "told"), [(5.0, "surestime"), (30.0, "sous-estime"), (19.0, "le miroir est fidèle")])
def test_a_mirror_is_judged_by_the_industry_on_the_spot(own: float, told: str) -> None:
    said = exposure.mirror("dans la CC X", own, 18.8, 76.0, "2022")
    assert told in said
    assert ("76" in said) == (told == "surestime")


shares = st.lists(st.tuples(st.floats(0, 0.2), st.sampled_from("+-?"), st.floats(0, 30)), min_size=1, max_size=9)


@given(shares, st.floats(0.001, 1), st.booleans())
def test_sentences_are_whole_whatever_the_numbers(
    rows: list[tuple[float, str, float]], country: float, own: bool
) -> None:
    named = [(f"C{chr(65 + n)}", f"Secteur {n}", part, lq, sign) for n, (part, sign, lq) in enumerate(rows)]
    seen = case(*named, country=country, jobs=1_000.0 if own else None)
    for said in (exposure.size(seen), exposure.make_up(seen), exposure.sense(seen)):
        assert said == "" or said.endswith(".")
        assert "nan" not in said and " ," not in said and "  " not in said
