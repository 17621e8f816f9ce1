"""Documents that exist, told completely; pybtex and a plain count agree on how many."""

import re

import pytest
from pybtex.database import parse_file

from prospective.data.bibliography import NATURES, read_bibliography
from prospective.model.errors import DataError
from tests.editing import append

BIB = "book/references.bib"


@pytest.fixture(scope="module")
def documents(root):
    return read_bibliography(root)


def test_no_entry_is_lost_in_reading(root, documents):
    entries = re.findall(r"^@\w+\s*\{\s*([^,\s]+)", (root / BIB).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert list(documents) == sorted(entries)
    assert len(documents) == len(parse_file(str(root / BIB), bib_format="bibtex").entries)


def test_every_document_has_a_title_a_year_a_nature_and_someone_to_answer_for_it(documents):
    for key, document in documents.items():
        assert document.title.strip(), key
        assert re.fullmatch(r"(19|20)\d\d", document.year), key
        assert document.nature in NATURES, key
        assert document.authors or document.issuer, key
        assert document.short.endswith(f", {document.year}"), key
        assert not document.short.startswith(","), key


def test_nothing_of_bibtex_is_left_in_what_is_printed(documents):
    for document in documents.values():
        for printed in (document.title, document.authors, document.short, document.issuer, document.note):
            assert not re.search(r"[{}\\]|--", printed), document.key


def test_every_address_is_a_web_address(documents):
    assert {d.key for d in documents.values() if d.url and not re.match(r"https?://[^\s]+\.[^\s]+$", d.url)} == set()


def test_authors_are_shortened_as_french_readers_expect(documents):
    # Acemoglu, Lelarge and Restrepo (2020), AEA Papers and Proceedings 110, p. 383-388.
    paper = documents["acemoglu2020"]
    assert paper.short == "Acemoglu et al., 2020"
    assert paper.authors == "Daron Acemoglu, Claire Lelarge, Pascual Restrepo"
    assert paper.title == "Competing with Robots: Firm-Level Evidence from France"


def test_two_authors_are_both_named(copy_of_data):
    append(
        copy_of_data / BIB, "@book{deux, title={A}, year={2020}, nature={recherche}, author={Godet, M and Durance, P}}"
    )
    assert read_bibliography(copy_of_data)["deux"].short == "Godet et Durance, 2020"


def test_a_particle_and_an_institution_are_kept_whole(copy_of_data):
    append(copy_of_data / BIB, "@misc{part, title={A}, year={2004}, nature={recherche}, author={de Jouvenel, Hugues}}")
    append(copy_of_data / BIB, "@misc{inst, title={A}, year={2004}, nature={presse}, author={{Cour des comptes}}}")
    found = read_bibliography(copy_of_data)
    assert found["part"].short == "de Jouvenel, 2004"
    assert found["inst"].short == "Cour des comptes, 2004"


@pytest.mark.parametrize("field", ["title", "year", "nature"])
def test_an_entry_without_a_required_field_is_named(copy_of_data, field):
    fields = {"title": "A", "year": "2020", "nature": "presse"}
    body = ", ".join(f"{name}={{{value}}}" for name, value in fields.items() if name != field)
    append(copy_of_data / BIB, f"@misc{{incomplet, {body}}}")
    with pytest.raises(DataError, match=f"{BIB}, entrée « incomplet » : le champ « {field} » manque"):
        read_bibliography(copy_of_data)


def test_a_nature_that_is_not_in_the_list_is_refused_with_the_list(copy_of_data):
    append(copy_of_data / BIB, "@misc{autre, title={A}, year={2020}, nature={blog}}")
    with pytest.raises(DataError, match=r"nature : « blog » n'est pas admis \(statistique, .*presse\)"):
        read_bibliography(copy_of_data)


def test_a_key_used_twice_is_refused(copy_of_data):
    append(copy_of_data / BIB, "@misc{acemoglu2020, title={A}, year={2020}, nature={presse}}")
    with pytest.raises(DataError, match=r"mal formé.*acemoglu2020"):
        read_bibliography(copy_of_data)


def test_a_brace_left_open_is_refused(copy_of_data):
    append(copy_of_data / BIB, "@misc{ouvert, title={A, year={2020}, nature={presse}}")
    with pytest.raises(DataError, match="mal formé"):
        read_bibliography(copy_of_data)


def test_a_missing_bibliography_is_told(copy_of_data):
    (copy_of_data / BIB).unlink()
    with pytest.raises(DataError, match=f"^{BIB} est introuvable"):
        read_bibliography(copy_of_data)
