"""Blocks, links to figures, letters and registers."""

import pytest

from prospective.model.errors import ProspectiveError
from prospective.model.figures import Figure
from prospective.notebook import Lettre
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, anchor, render, with_figures
from prospective.notebook.reading import Publication
from tests.charts.drawing import text_of, tree


def figure(value: float, unit: str = "%", name: str = "fait-1", origin: str = "data/faits/x.csv") -> Figure:
    return Figure(name, value, unit, "Un fait", "France", "2020", origin=origin)


def test_a_figure_in_a_text_links_to_its_row() -> None:
    html = with_figures("La part passe à 46 % en 2018.", [figure(46)])
    links = tree(html).findall(".//a")
    assert [(text_of(link), link.get("href")) for link in links] == [("46", "#chiffre-fait-1")]
    assert text_of(tree(html)) == "La part passe à 46 % en 2018."


def test_a_band_that_the_sheet_states_is_not_a_link() -> None:
    assert "<a" not in with_figures("Autour de 46 %.", [figure(46, origin="")])


def test_a_hostile_text_stays_a_text() -> None:
    html = with_figures("<script>46</script> & 46 %", [figure(46)])
    assert "<script>" not in html
    assert text_of(tree(html)) == "<script>46</script> & 46 %"


def test_an_anchor_is_a_name_that_html_and_links_take() -> None:
    assert anchor("diplomes-superieur@reg-32:2019") == "chiffre-diplomes-superieur-reg-32-2019"


def test_no_two_facts_or_targets_share_an_anchor(publication: Publication) -> None:
    names = [*publication.package.fact_figures, *publication.package.target_figures]
    assert len({anchor(name) for name in names}) == len(names)


def test_the_plain_text_of_a_block_has_no_markup() -> None:
    assert Block("<h3>Titre</h3><p>a &amp; <strong>b</strong></p>\n\n\n<p>c</p>").text == "Titre\na & b\nc"


def test_a_template_with_a_missing_value_is_an_error_not_a_blank() -> None:
    with pytest.raises(Exception, match="undefined"):
        render("chapeau")


def test_a_document_out_of_the_bibliography_is_refused(publication: Publication) -> None:
    with pytest.raises(ProspectiveError, match="n'a pas d'entrée « nulle2020 »"):
        Citations(publication).document("nulle2020")


def test_a_target_that_is_a_range_has_two_rows_and_one_anchor(publication: Publication) -> None:
    ranges = [name for name, found in publication.package.target_figures.items() if len(found) == 2]
    assert ranges
    citations = Citations(publication)
    assert len(citations.figures(ranges)) == 2 * len(ranges)
    rows = tree(citations.block().html).findall(".//tbody/tr")
    assert len(rows) == 2 * len(ranges)
    assert sorted(filter(None, (row.get("id") for row in rows))) == sorted(map(anchor, ranges))


# Letters


def test_the_letter_has_its_five_sections_in_the_order_asked() -> None:
    letter = Lettre("lettre-4")
    assert "Lettre n° 4" in letter.chapeau().text
    for section in ("edito", "actualite", "dossier", "territoire", "annexe"):
        assert len(letter.rubrique(section).text) > 200


def test_the_letter_s_territory_section_has_its_figures() -> None:
    said = Lettre("lettre-4").rubrique("territoire").text.replace("\u202f", " ").replace("\u00a0", " ")
    for figure_of_the_letter in ("5 161", "46 %", "14,1 %", "844", "9,2 %", "63 %"):
        assert figure_of_the_letter in said


def test_an_unknown_section_or_letter_is_refused_in_french() -> None:
    with pytest.raises(ProspectiveError, match=r"Rubrique inconnue : « dosier ». Vouliez-vous dire « dossier »"):
        Lettre("lettre-4").rubrique("dosier")
    with pytest.raises(ProspectiveError, match="lettre"):
        Lettre("lettre-99")
