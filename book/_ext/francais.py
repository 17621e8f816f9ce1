"""Put into French what the theme writes in English whatever the language of the book."""

from pathlib import Path

from sphinx.application import Sphinx

FRENCH = {
    ' aria-label="Toggle hidden content"': "",  # the words of the summary name it, in French
    'title="Toggle primary sidebar"': 'title="Afficher ou masquer le sommaire du livre"',
    'title="Toggle secondary sidebar"': 'title="Afficher ou masquer le sommaire de la page"',
    # The name of a control holds the words it shows (WCAG 2.2, 2.5.3).
    'search-button__button pst-js-only" title="Recherche" aria-label="Recherche"': (
        'search-button__button pst-js-only" title="Recherche"'
    ),
    'aria-label="Main"': 'aria-label="Sommaire du livre"',
}


def translate(app: Sphinx, error: Exception | None) -> None:
    """Rewrite the printed pages once the book is built."""
    if error is not None:
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        french = text
        for english, words in FRENCH.items():
            french = french.replace(english, words)
        if french != text:
            page.write_text(french, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", translate)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
