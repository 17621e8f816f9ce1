"""The verbs of a cell: the only thing that notebooks import."""

from prospective.notebook.catalogue import Catalogue
from prospective.notebook.fiche import Fiche
from prospective.notebook.lettre import Lettre
from prospective.notebook.portrait import Portrait
from prospective.notebook.registre import Registre

__all__ = ["Catalogue", "Fiche", "Lettre", "Portrait", "Registre"]
