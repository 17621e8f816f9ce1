"""The index of hypotheses: the verbs of ``notebooks/hypotheses.ipynb``."""

from collections import Counter

from prospective.model import writing
from prospective.model.sheet import Hypothesis
from prospective.model.territory import in_territory
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.narrative import words
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication

PAGES = "variables"  # from the index


class Recueil:
    """Every hypothesis of every sheet."""

    def __init__(self) -> None:
        self.publication = publication()
        self.sheets = self.publication.sheets

    def bilan(self) -> Block:
        """How many hypotheses, of which types, how many quantified."""
        every = [h for sheet in self.sheets.values() for h in sheet.hypotheses]
        types: Counter[str] = Counter(h.type for h in every)
        return render(
            "recueil-bilan", total=len(every), variables=len(self.sheets), attendues=len(VARIABLES), chiffrees=sum(h.trajectoire is not None for h in every),
            genres=writing.join([f"{types[kind]} {writing.plural(types[kind], name.lower())}" for kind, name in words.KINDS.items()]),
        )  # fmt: skip

    def tableau(self) -> Block:
        """The table of the hypotheses, to be searched and filtered by family and by type."""
        rows = [
            {"fiche": sheet, "h": h, "chiffre": self._figure(h)}
            for sheet in self.sheets.values()
            for h in sheet.hypotheses
        ]
        families = {sheet.famille for sheet in self.sheets.values()}
        return render(
            "recueil",
            lignes=rows,
            pages=PAGES,
            familles={f: n for f, n in FAMILIES.items() if f in families},
            toutes=FAMILIES,
        )

    def _figure(self, hypothesis: Hypothesis) -> str:
        """« Chômage, en France : de 6,1 à 7,4 % en 2030 »; empty if it is not quantified."""
        path = hypothesis.trajectoire
        if path is None:
            return ""
        indicator = self.publication.package.indicator(path.indicateur)
        place = in_territory(self.publication.places[path.territoire])
        where = "" if place in indicator.libelle_court else f", {place}"
        low = writing.number(path.bas, indicator.decimales)
        return f"{indicator.libelle_court}{where} : de {low} à {indicator.write(path.haut)} en {path.annee}"
