"""A newsletter of the exercise, retold: the verbs of ``notebooks/lettres/*.ipynb``."""

from prospective.data.sheets import read_letter
from prospective.model.errors import UnknownNameError
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication


class Lettre:
    """A letter, its sections and its figures.

    Raises
    ------
    ProspectiveError
        If no letter has that name, or if the letter breaks a rule.
    """

    def __init__(self, lettre: str) -> None:
        self.publication = publication()
        self.letter = read_letter(self.publication.root, lettre)
        self.citations = Citations(self.publication)

    def chapeau(self) -> Block:
        """Number, date and opening words."""
        return render(
            "chapeau",
            lettre=self.letter,
            chapeau=self.citations.text(self.letter.chapeau) + self.citations.notes([self.letter.source]),
        )

    def rubrique(self, nom: str) -> Block:
        """One section: ``edito``, ``actualite``, ``dossier``, ``territoire`` or ``annexe``."""
        sections = {section.id: section for section in self.letter.rubriques}
        if nom not in sections:
            raise UnknownNameError("Rubrique inconnue", nom, sections)
        section = sections[nom]
        blocks = [
            (
                b.intertitre,
                self.citations.text(b.texte, b.chiffres)
                + self.citations.notes([s for s in b.sources if s != self.letter.source]),
            )
            for b in section.blocs
        ]
        return render("rubrique", titre=section.titre, blocs=blocks)

    def sources(self) -> Block:
        """Every figure of the letter with its row, and the documents cited."""
        return self.citations.block()
