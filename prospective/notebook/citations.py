"""Figures and documents that a page quotes: resolved once, listed at the foot of the page."""

from collections.abc import Iterable

from markupsafe import Markup

from prospective.data.bibliography import Document, read_bibliography
from prospective.model.errors import DataError
from prospective.model.figures import Figure, tie
from prospective.model.sheet import Text
from prospective.notebook.display import Block, anchor, render, with_figures
from prospective.notebook.reading import Publication


class Citations:
    """What a page has quoted so far."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.documents = read_bibliography(publication.root)
        self._keys: set[str] = set()
        self._figures: dict[str, list[Figure]] = {}

    def figures(self, references: Iterable[str]) -> list[Figure]:
        """Return the figures that ``chiffres`` entries designate, and remember them."""
        found: list[Figure] = []
        for reference in references:
            self._figures[reference] = self.publication.package.figures(reference)
            found += self._figures[reference]
            self._keys.update(key for figure in self._figures[reference] for key in figure.sources)
        return found

    def document(self, key: str) -> Document:
        """Return a document, and remember it.

        Raises
        ------
        DataError
            If the bibliography has no such key.
        """
        if key not in self.documents:
            raise DataError(f"book/references.bib n'a pas d'entrée « {key} » : ajoutez-la ou corrigez la source citée.")
        self._keys.add(key)
        return self.documents[key]

    def text(self, text: str, references: Iterable[str] = (), stated: Iterable[Figure] = ()) -> Markup:
        """Return a text whose figures link to the table of figures of the page.

        ``stated`` are figures that the sheet itself states (the bands of a hypothesis): they need no link, and
        come first. Only the figures that the text really quotes are remembered.
        """
        figures = {reference: self.publication.package.figures(reference) for reference in references}
        quoted = {
            t.figure.id for t in tie(text, [*stated, *(f for found in figures.values() for f in found)]) if t.figure
        }
        self.figures(reference for reference in figures if reference in quoted)
        return with_figures(text, [*stated, *(f for found in figures.values() for f in found)])

    def notes(self, keys: Iterable[str]) -> Markup:
        """Return the documents of a statement as short links: (Insee, 2018 ; C2RP, 2020)."""
        links = [
            Markup("<a class='pr-renvoi' href='#source-{}'>{}</a>").format(document.key, document.short)
            for document in (self.document(key) for key in keys)
        ]
        return (
            Markup(" <span class='pr-renvois'>({})</span>").format(Markup(" ; ").join(links)) if links else Markup("")
        )

    def paragraph(self, item: Text) -> Markup:
        """Return a sourced text: its figures linked, its documents after it."""
        return self.text(item.texte, item.chiffres) + self.notes(item.sources)

    def block(self) -> Block:
        """List every document and every figure quoted on the page, in alphabetical order."""
        rows = [
            # A range has two figures and one anchor.
            {"ancre": anchor(reference) if rank == 0 else "", "f": figure}
            for reference, found in sorted(self._figures.items())
            for rank, figure in enumerate(found)
        ]
        keys = sorted(self._keys | {key for found in self._figures.values() for f in found for key in f.sources})
        documents = [self.document(key) for key in keys]
        places = {place.id: place.nom for place in self.publication.places.territories.values()}
        return render("sources", documents=documents, chiffres=rows, courts=self.documents, lieux=places)
