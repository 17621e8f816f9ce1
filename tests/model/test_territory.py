"""Place names in French sentences."""

import pytest

from prospective.model.territory import in_territory, of, of_territory


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Laon", "de Laon"),
        ("Amiens", "d’Amiens"),
        ("Étaples", "d’Étaples"),
        ("Ève", "d’Ève"),
        ("Ô-de-Selle", "d’Ô-de-Selle"),
        ("Hazebrouck", "d’Hazebrouck"),
        ("Ham", "de Ham"),
        ("Le Quesnoy", "du Quesnoy"),
        ("Les Ageux", "des Ageux"),
        ("La Fère", "de La Fère"),
    ],
)
def test_de_is_elided_or_contracted_before_a_name(name, said):
    assert of(name) == said


@pytest.mark.parametrize(("name", "said"), [("Œuilly", "d’Œuilly"), ("Œuf-en-Ternois", "d’Œuf-en-Ternois")])
def test_de_is_elided_before_a_ligature(name, said):
    assert of(name) == said


@pytest.mark.parametrize(
    ("code", "inside", "of_it"),
    [
        ("fr", "en France", "de la France"),
        ("reg-32", "dans les Hauts-de-France", "des Hauts-de-France"),
        ("dep-02", "dans l’Aisne", "de l’Aisne"),
        ("dep-62", "dans le Pas-de-Calais", "du Pas-de-Calais"),
        ("ze-3214", "dans la zone d’emploi de Laon", "de la zone d’emploi de Laon"),
        ("epci-240200444", "dans la CC de la Thiérache du Centre", "de la CC de la Thiérache du Centre"),
        ("com-59350", "à Lille", "de Lille"),
        ("com-62318", "à Étaples", "d’Étaples"),
    ],
)
def test_a_territory_takes_the_preposition_of_a_french_sentence(places, code, inside, of_it):
    assert (in_territory(places[code]), of_territory(places[code])) == (inside, of_it)


@pytest.mark.parametrize(("code", "inside"), [("com-62826", "au Touquet-Paris-Plage"), ("com-60006", "aux Ageux")])
def test_a_place_whose_name_starts_with_an_article_contracts_it(places, code, inside):
    assert in_territory(places[code]) == inside


@pytest.mark.parametrize(
    ("code", "of_it"),
    [("uk", "du Royaume-Uni"), ("us", "des États-Unis"), ("ue27", "de l’Union européenne"), ("monde", "du monde")],
)
def test_a_comparison_place_keeps_its_article(places, code, of_it):
    assert of_territory(places[code]) == of_it
