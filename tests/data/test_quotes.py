"""Whatever a reader may read of a sheet or a letter goes through the check of figures."""

import yaml

from prospective.data.quotes import letter_quotes, sheet_quotes
from prospective.data.sheets import letter_slugs, read_letter, read_sheet, sheet_slugs
from prospective.model.figures import tie

PROSE = {
    "definition", "enjeux", "acteurs", "texte", "fait", "libelle", "argumentation", "quoi", "lecture", "raison",
    "limites", "chapeau",
}  # fmt: skip


def prose(content, keys=PROSE, key=None):
    """Every text under one of these keys, however deep: read from the YAML, not from the model."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from prose(value, keys, name)
    elif isinstance(content, list):
        for value in content:
            yield from prose(value, keys, key)
    elif isinstance(content, str) and key in keys:
        yield content


def at(content, path):
    for step in path:
        content = content[step]
    return content


def test_no_text_of_a_sheet_escapes(package, root):
    for slug in sheet_slugs(root):
        content = yaml.safe_load((root / f"data/fiches/{slug}.yaml").read_text(encoding="utf-8"))
        quotes = list(sheet_quotes(package, read_sheet(root, slug)))
        assert set(prose(content)) <= {quote.text for quote in quotes}, slug
        assert all(at(content, quote.path) == quote.text for quote in quotes), slug


def test_no_text_of_a_letter_escapes(root):
    for slug in letter_slugs(root):
        content = yaml.safe_load((root / f"data/lettres/{slug}.yaml").read_text(encoding="utf-8"))
        quotes = list(letter_quotes(read_letter(root, slug)))
        assert set(prose(content)) <= {quote.text for quote in quotes}
        assert all(at(content, quote.path) == quote.text for quote in quotes)


def test_no_heading_of_a_letter_escapes(root):
    content = yaml.safe_load((root / "data/lettres/lettre-4.yaml").read_text(encoding="utf-8"))
    texts = {quote.text for quote in letter_quotes(read_letter(root, "lettre-4"))}
    assert set(prose(content, {"titre", "intertitre"})) <= texts


def test_an_argument_may_quote_its_statements_and_the_targets_of_its_variable(package, root):
    sheet = read_sheet(root, "hydrogene")
    quotes = {quote.path: quote for quote in sheet_quotes(package, sheet)}
    for rank, hypothesis in enumerate(sheet.hypotheses):
        allowed = set(quotes["hypotheses", rank, "argumentation"].references)
        assert {ref for cited in hypothesis.enonces for ref in sheet.statements[cited].chiffres} <= allowed
        # Stratégie nationale hydrogène, April 2025: 4.5 GW.
        assert "hydrogene-electrolyse-fr-2030" in allowed
        assert "capital-humain-competences-numeriques-ue27-2030" not in allowed


def test_the_band_of_a_hypothesis_has_the_unit_of_its_indicator(package, root):
    for slug in sheet_slugs(root):
        sheet = read_sheet(root, slug)
        quotes = {quote.path: quote for quote in sheet_quotes(package, sheet)}
        for rank, hypothesis in enumerate(sheet.hypotheses):
            if hypothesis.trajectoire:
                unit = package.indicator(hypothesis.trajectoire.indicateur).unite
                assert {figure.unit for figure in quotes["hypotheses", rank, "argumentation"].extra} == {unit}


def test_every_figure_listed_beside_a_text_is_quoted_by_it(package, root):
    unquoted = [
        (slug, quote.path, reference)
        for slug in sheet_slugs(root)
        for quote in sheet_quotes(package, read_sheet(root, slug))
        if quote.path[-1] != "argumentation"  # an argument may quote what its statements rest on, and need not
        for reference in quote.references
        if not any(token.figure for token in tie(quote.text, package.figures(reference)))
    ]
    assert unquoted == []
