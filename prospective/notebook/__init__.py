"""The verbs of a cell: the only thing that notebooks import."""

from prospective.notebook.catalogue import Catalogue
from prospective.notebook.epreuves import Epreuves
from prospective.notebook.fiche import Fiche
from prospective.notebook.lettre import Lettre
from prospective.notebook.portrait import Portrait
from prospective.notebook.registre import Registre
from prospective.notebook.surveillance import Alertes

__all__ = ["Alertes", "Catalogue", "Epreuves", "Fiche", "Lettre", "Portrait", "Registre"]
