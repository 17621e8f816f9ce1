"""An indicator: a measured quantity with its unit, its producer, its licence and its breaks."""

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from prospective.model import writing

# The allow-list: any other licence is refused.
LICENCES = {
    "CC-BY-4.0": "CC BY 4.0",
    "etalab-2.0": "Licence Ouverte 2.0",
    "ODbL-1.0": "ODbL 1.0",
    "OGL-3.0": "Open Government Licence 3.0",
    "public-domain": "domaine public",
    "citation": "citation de chiffres",
    "reutilisation": "réutilisation libre avec mention de la source",
}

# Statuses of a row that happened; the others (provisoire, prevision) are drawn hollow and never projected from.
FIRM = ("observe", "estime")


class Break(BaseModel):
    """A year in which something is declared to start: a new definition, or a jump that really happened.

    ``territoire`` is None when it concerns them all.
    """

    model_config = ConfigDict(frozen=True)

    annee: int
    libelle: str
    territoire: str | None = None


class Gap(BaseModel):
    """Dates that the source does not give, from ``debut`` to ``fin`` (years, or months for an infra-annual series)."""

    model_config = ConfigDict(frozen=True)

    debut: str
    fin: str
    libelle: str
    territoire: str | None = None

    def covers(self, territory: str, date: str) -> bool:
        """Tell whether a missing date of a territory is declared by this gap."""
        size = len(self.debut)
        return self.territoire in (None, territory) and self.debut <= date[:size] <= self.fin


class Indicator(BaseModel):
    """One row of ``data/indicateurs.csv``; fields keep the names of its columns.

    ``minimum`` and ``maximum`` are the bounds of what is plausible, in the unit; ``requete`` is what the connector
    needs beyond the dataset's id (``clé=valeur;clé=valeur``).
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    variable: str
    libelle: str
    libelle_court: str
    unite: str
    decimales: int = Field(ge=0, le=4)
    sens: Literal["hausse", "baisse", "neutre"]
    frequence: Literal["annuelle", "trimestrielle", "mensuelle", "ponctuelle"]
    producteur: str
    jeu_de_donnees: str
    licence: Literal["CC-BY-4.0", "etalab-2.0", "ODbL-1.0", "OGL-3.0", "public-domain", "citation", "reutilisation"]
    millesime: str
    url: str
    provenance: str
    connecteur: Literal["eurostat", "ocde", "bce", "insee-bdm", "insee-melodi", "banque-mondiale", "urssaf", "aucun"]
    requete: str
    projetable: bool
    echelle: Literal["lineaire", "log", "logit"]
    nature: Literal["serie", "points"]
    minimum: float
    maximum: float | None
    ruptures: tuple[Break, ...]
    sauts: tuple[Break, ...]
    lacunes: tuple[Gap, ...]
    fichier: str
    note: str

    def write(self, value: float, sign: bool = False) -> str:
        """Write a value with this indicator's decimals and unit; an index has none."""
        return writing.quantity(value, "" if self.unite == "indice" else self.unite, self.decimales, sign)

    @property
    def from_zero(self) -> bool:
        """Whether the axis of a chart starts at 0: a quantity that cannot be negative, neither a share nor an index."""
        return self.minimum >= 0 and not self.unite.startswith("%") and self.unite != "indice"

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


_PLACE = r"(?:([a-z0-9-]+)@)?"
_BREAK = re.compile(_PLACE + r"(\d{4})\s*:\s*(.+)")
_GAP = re.compile(_PLACE + r"(\d{4}(?:-\d{4})?|\d{4}-\d{2}(?:/\d{4}-\d{2})?)\s*:\s*(.+)")


def _parts(text: str) -> Iterable[str]:
    return filter(None, (part.strip() for part in text.split(";")))


def parse_breaks(text: str) -> tuple[Break, ...]:
    """Read ``2014:CITE 2011;fr@2022:unité entreprise`` into breaks (or jumps), oldest first.

    Raises
    ------
    ValueError
        If a part is not ``[territoire@]année:libellé``.
    """
    found = []
    for part in _parts(text):
        match = _BREAK.fullmatch(part)
        if match is None:
            raise ValueError(f"« {part} » n'est pas de la forme [territoire@]année:libellé")
        found.append(Break(annee=int(match[2]), libelle=match[3], territoire=match[1]))
    return tuple(sorted(found, key=lambda b: b.annee))


def parse_gaps(text: str) -> tuple[Gap, ...]:
    """Read ``2003-2005:enquête suspendue;fr@2020:non publié;2019-10/2019-12:…`` into gaps, oldest first.

    Raises
    ------
    ValueError
        If a part is not ``[territoire@]date[-date]:raison``, or if it ends before it starts.
    """
    found = []
    for part in _parts(text):
        match = _GAP.fullmatch(part)
        if match is None:
            raise ValueError(
                f"« {part} » n'est pas de la forme [territoire@]année[-année]:raison (mois : AAAA-MM/AAAA-MM)"
            )
        yearly = re.fullmatch(r"(\d{4})-(\d{4})", match[2])
        start, end = yearly.groups() if yearly else (match[2].split("/")[0], match[2].split("/")[-1])
        if end < start:
            raise ValueError(f"« {part} » finit avant de commencer")
        found.append(Gap(debut=start, fin=end, libelle=match[3], territoire=match[1]))
    return tuple(sorted(found, key=lambda g: g.debut))
