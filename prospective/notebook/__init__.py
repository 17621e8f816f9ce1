"""The verbs of a cell: the only thing that notebooks import."""

from prospective.notebook.catalogue import Catalogue
from prospective.notebook.epreuves import Epreuves
from prospective.notebook.famille import Famille
from prospective.notebook.fiche import Fiche
from prospective.notebook.influences import Influences
from prospective.notebook.lettre import Lettre
from prospective.notebook.portrait import Portrait
from prospective.notebook.recueil import Recueil
from prospective.notebook.registre import Registre
from prospective.notebook.surveillance import Alertes

__all__ = [
    "Alertes",
    "Catalogue",
    "Epreuves",
    "Famille",
    "Fiche",
    "Influences",
    "Lettre",
    "Portrait",
    "Recueil",
    "Registre",
]
