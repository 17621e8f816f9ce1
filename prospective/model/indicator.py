"""An indicator: a measured quantity with its unit, its producer, its licence and its breaks."""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from prospective.model import writing

LICENCES = {
    "CC-BY-4.0": "CC BY 4.0",
    "etalab-2.0": "Licence Ouverte 2.0",
    "ODbL-1.0": "ODbL 1.0",
    "public-domain": "domaine public",
    "citation": "citation de chiffres",
}


# Statuses of a row that happened; the others (provisoire, prevision) are drawn hollow and never projected from.
FIRM = ("observe", "estime")


class Break(BaseModel):
    """A year in which a new definition starts; ``territoire`` is None when it concerns them all."""

    annee: int
    libelle: str
    territoire: str | None = None


class Indicator(BaseModel):
    """One row of ``data/indicateurs.csv``; fields keep the names of its columns."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    variable: str
    libelle: str
    libelle_court: str
    unite: str
    decimales: int = Field(ge=0, le=4)
    sens: Literal["hausse", "baisse", "neutre"]
    frequence: Literal["annuelle", "ponctuelle", "mensuelle"]
    producteur: str
    jeu_de_donnees: str
    licence: Literal["CC-BY-4.0", "etalab-2.0", "ODbL-1.0", "public-domain", "citation"]
    millesime: str
    url: str
    provenance: str
    connecteur: str
    projetable: bool
    echelle: Literal["lineaire", "log", "logit"]
    nature: Literal["serie", "points"]
    ruptures: tuple[Break, ...]
    fichier: str
    note: str

    def write(self, value: float, sign: bool = False) -> str:
        """Write a value with this indicator's decimals and unit."""
        return writing.quantity(value, self.unite, self.decimales, sign)

    def breaks_for(self, territory: str) -> list[Break]:
        """Return the breaks that concern a territory, oldest first."""
        return [b for b in self.ruptures if b.territoire in (None, territory)]

    @property
    def source_line(self) -> str:
        """Producer, dataset, vintage and licence, as printed under a chart."""
        dataset = f", {self.jeu_de_donnees}" if self.jeu_de_donnees else ""
        vintage = f", millésime {writing.date(self.millesime)}" if self.millesime else ""
        return f"{self.producteur}{dataset}{vintage} ({LICENCES[self.licence]})"


def stretch(year: float, breaks: Iterable[int]) -> int:
    """Number the stretch of one definition that a year belongs to: 0 before the first break, 1 after it…"""
    return sum(year >= b for b in breaks)


def parse_breaks(text: str) -> tuple[Break, ...]:
    """Read ``2014:CITE 2011;fr@2022:unité entreprise`` into breaks, oldest first.

    Raises
    ------
    ValueError
        If a part is not ``[territoire@]année:libellé``.
    """
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = re.fullmatch(r"(?:([a-z0-9-]+)@)?(\d{4})\s*:\s*(.+)", part)
        if match is None:
            raise ValueError(f"« {part} » n'est pas de la forme [territoire@]année:libellé")
        found.append(Break(annee=int(match[2]), libelle=match[3], territoire=match[1]))
    return tuple(sorted(found, key=lambda b: b.annee))
