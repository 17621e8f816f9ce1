"""What is said of a series since 2020, worked by hand."""

import pytest

from prospective.data.package import Package
from prospective.narrative.since import Since, balance, sentence, silent


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def seen(package: Package, name: str, first: float, last: float, **more: object) -> Since:
    return Since(package.indicator(name), "en Belgique", ("2019", first), ("2024", last), **more)  # type: ignore[arg-type]


def test_a_share_moves_by_points_that_the_reader_finds_again(package: Package) -> None:
    # 20.37 and 19.23 are shown 20,4 and 19,2: the difference told is that of what is shown.
    said = plain(sentence(seen(package, "emploi-industrie", 20.37, 19.23)))
    assert said.endswith(", en Belgique : 19,2 % en 2024, contre 20,4 % en 2019 (−1,2 point).")


def test_a_quantity_moves_by_a_percentage_or_a_factor(package: Package) -> None:
    assert "(+10,0 %)" in plain(sentence(seen(package, "pib-usd-courants", 2000, 2200)))
    assert "(multiplication par 3,0)" in plain(sentence(seen(package, "petrole-brent", 20, 60)))
    assert "(stable)" in plain(sentence(seen(package, "petrole-brent", 60, 60.5)))


def test_a_quantity_that_may_be_negative_moves_by_its_unit(package: Package) -> None:
    assert "(+0,29 °C)" in plain(sentence(seen(package, "anomalie-temperature-hadcrut5", 0.89, 1.18)))


def test_the_extreme_and_france_are_told(package: Package) -> None:
    said = sentence(seen(package, "inflation", 1.1, 2.0, extreme=("2022", 5.2), beside=("en France", 1.0, 1.2)))
    assert plain(said).endswith(", après un point haut à 5,2 % en 2022 ; en France, stable.")


def test_a_full_date_takes_its_own_preposition(package: Package) -> None:
    end = Since(package.indicator("petrole-brent"), "dans le monde", ("2019-12-31", 60), ("2021-12", 0))
    assert plain(sentence(end)).endswith(
        "0,0 $ par baril en décembre 2021, contre 60,0 $ par baril au 31 décembre 2019."
    )


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([(20, 25), (9, 12)], "Les 2 séries"),
        ([(25, 20), (12, 9)], "Aucune des 2 séries"),
        ([(20, 25), (12, 9)], "Des 2 séries qui ont bougé, une seule est allée"),
        ([(20, 25), (12, 12)], ""),
    ],
)
def test_the_balance_counts_moves_that_are_good_for_industry(
    package: Package, moves: list[tuple[float, float]], told: str
) -> None:
    names = ("emploi-industrie", "emploi-manufacturier")  # a rise of both is judged good
    assert {package.indicator(name).sens for name in names} == {"hausse"}
    said = balance([seen(package, name, *move) for name, move in zip(names, moves, strict=True)])
    assert said.startswith(told) if told else said == ""


def test_series_without_two_values_to_compare_are_named_with_their_last_year(package: Package) -> None:
    industry, oil = package.indicator("emploi-industrie"), package.indicator("petrole-brent")
    assert silent([]) == ""
    assert silent([(industry, 2018)]).startswith("Une série n’a pas encore deux valeurs à comparer")
    said = silent([(industry, 2018), (oil, 2022)])
    assert said.startswith("2 séries n’ont pas encore")
    assert "(2018)" in said and "(2022)" in said
