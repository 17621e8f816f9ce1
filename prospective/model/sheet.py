"""The sheet of a variable, and the retold letter: what experts write, as they write it.

Fields keep the French names of the YAML keys. The data model follows the fact sheets of French foresight
practice (Godet, 2007, *Manuel de prospective stratégique*; de Jouvenel, 2004, *Invitation à la prospective*).
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from prospective.model.errors import nearest_name
from prospective.model.variables import FAMILIES, VARIABLES

# Years a hypothesis, a projection or a page may be read for.
HORIZONS = range(2025, 2061)

Level3 = Literal["faible", "moyenne", "elevee"]
Sign = Literal["+", "-", "?"]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


def _known_variable(slug: str) -> str:
    if slug not in VARIABLES:
        near = nearest_name(slug, VARIABLES)
        raise ValueError(f"variable inconnue « {slug} »" + (f", vouliez-vous dire « {near} » ?" if near else ""))
    return slug


Slug = Annotated[str, AfterValidator(_known_variable)]


class Strict(BaseModel):
    """A YAML object in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A paragraph, the figures it quotes and the documents it leans on."""

    texte: str = Field(min_length=15)
    chiffres: tuple[str, ...] = ()
    sources: tuple[Key, ...] = ()


class Statement(Text):
    """A sourced sentence on the dynamics: heavy trend, seed, uncertainty, rupture, controversy."""

    id: str = Field(pattern=r"^[tgirc][0-9]+$")
    sources: tuple[Key, ...] = Field(min_length=1)
    origine: Literal["proposition_equipe"] | None = None


class SourcedText(Text):
    """A paragraph of the past or of the present: never without a document."""

    sources: tuple[Key, ...] = Field(min_length=1)


class IndicatorUse(Strict):
    """An indicator that the sheet leans on."""

    id: Key
    role: Literal["principal", "secondaire"]


class KeyDate(Strict):
    """A year and what happened."""

    annee: int = Field(ge=1500, le=2100)
    fait: str = Field(min_length=10)
    sources: tuple[Key, ...] = Field(min_length=1)


class Retrospective(Strict):
    """The past: a period, a story, key dates."""

    periode: tuple[int, int]
    recit: tuple[SourcedText, ...] = Field(min_length=1)
    dates_cles: tuple[KeyDate, ...] = Field(min_length=1)


class Probability(Strict):
    """A stated probability, its origin and the confidence put in it."""

    valeur: float = Field(ge=0, le=1)
    origine: Literal["statistique", "elicitee", "melange", "proposition_equipe"]
    confiance: Level3


class Anchor(Strict):
    """The last point that was known of an indicator when a hypothesis was written, in its unit."""

    annee: int
    valeur: FiniteFloat


class Trajectory(Strict):
    """Where a quantified hypothesis puts an indicator at the horizon, in its unit.

    ``bas`` and ``haut`` are the ends of its 80 % band, ``centre`` its median; ``appui`` is where it starts from.
    """

    indicateur: Key
    territoire: str
    annee: int = Field(ge=HORIZONS[0], le=HORIZONS[-1])
    bas: FiniteFloat
    centre: FiniteFloat
    haut: FiniteFloat
    appui: Anchor

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.bas < self.centre < self.haut:
            raise ValueError("bas, centre et haut doivent aller croissant")
        if self.appui.annee >= self.annee:
            raise ValueError(f"l'appui ({self.appui.annee}) doit précéder l'horizon ({self.annee})")
        return self


class Watch(Strict):
    """A sign that would strengthen or weaken a hypothesis."""

    quoi: str = Field(min_length=5)
    indicateur: Key | None = None
    regle: Literal["au_dessus", "au_dessous", "signal"]
    seuil: float | None = None
    lecture: str = Field(min_length=10)

    @model_validator(mode="after")
    def _threshold(self) -> Self:
        if (self.regle == "signal") != (self.seuil is None):
            raise ValueError("un seuil accompagne les règles au_dessus et au_dessous, jamais la règle signal")
        return self


class Implication(Strict):
    """What a hypothesis would mean for a kind of territory."""

    territoire: str
    texte: str = Field(min_length=20)


class Hypothesis(Strict):
    """An argued future of one variable."""

    id: str = Field(pattern=r"^h[1-9]$")
    libelle: str = Field(min_length=5, max_length=60)
    type: Literal["tendance", "inflexion", "rupture"]
    sens: Literal["favorable", "defavorable", "ambivalent"]
    argumentation: str = Field(min_length=120)
    enonces: tuple[str, ...] = Field(min_length=1)
    probabilite: Probability
    trajectoire: Trajectory | None = None
    surveiller: tuple[Watch, ...] = Field(min_length=1)
    implications: tuple[Implication, ...] = Field(min_length=1)


class Influence(Strict):
    """The direct influence of this variable on another: 0 to 3, or P (potential).

    The sign says what becomes of the other as its own sheet defines it: + it is reinforced (of a capacity, such as cybersecurity
    or the adaptation to climate change: there is more of it), - it is held back, ? it depends.
    """

    sur: Slug
    intensite: Literal[0, 1, 2, 3, "P"]
    signe: Sign
    raison: str = Field(min_length=15)


class SectorExposure(Strict):
    """An exposed sector of the A38 nomenclature."""

    a38: str = Field(pattern=r"^[A-S][A-Z]$")
    sens: Sign
    raison: str = Field(min_length=15)
    sources: tuple[Key, ...] = Field(min_length=1)


class TerritoryExample(Strict):
    """A territory where the variable can be seen at work."""

    territoire: str
    raison: str = Field(min_length=15)
    chiffres: tuple[str, ...] = ()
    sources: tuple[Key, ...] = Field(min_length=1)


class Quality(Strict):
    """How good the evidence is, and what is missing."""

    couverture_donnees: Level3
    accord_experts: Level3
    limites: str = Field(min_length=20)


class Sheet(Strict):
    """The sheet of one variable: ``data/fiches/<slug>.yaml``."""

    variable: Slug
    intitule: str
    famille: str
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+$")
    date_maj: datetime.date
    statut: Literal["brouillon", "en_relecture", "validee", "a_reviser", "archivee"]
    definition: str = Field(min_length=80)
    enjeux: str = Field(min_length=200)
    enjeux_chiffres: tuple[str, ...] = ()
    enjeux_sources: tuple[Key, ...] = ()
    acteurs: tuple[str, ...] = Field(min_length=1)
    indicateurs: tuple[IndicatorUse, ...] = Field(min_length=1)
    retrospective: Retrospective
    present: tuple[SourcedText, ...] = Field(min_length=1)
    tendances: tuple[Statement, ...] = Field(min_length=1)
    germes: tuple[Statement, ...] = Field(min_length=1)
    incertitudes: tuple[Statement, ...] = Field(min_length=1)
    ruptures: tuple[Statement, ...] = Field(min_length=1)
    controverses: tuple[Statement, ...] = Field(min_length=1)
    hypotheses: tuple[Hypothesis, ...] = Field(min_length=2, max_length=5)
    influences: tuple[Influence, ...] = ()
    secteurs_exposes: tuple[SectorExposure, ...] = Field(min_length=1)
    territoires_illustratifs: tuple[TerritoryExample, ...] = ()
    qualite: Quality

    @property
    def statements(self) -> dict[str, Statement]:
        """Every statement on the dynamics, by id."""
        groups = (self.tendances, self.germes, self.incertitudes, self.ruptures, self.controverses)
        return {statement.id: statement for group in groups for statement in group}

    @property
    def principal(self) -> str:
        """The id of the principal indicator."""
        return next(use.id for use in self.indicateurs if use.role == "principal")

    @property
    def sources(self) -> list[str]:
        """Keys of every document the sheet cites, in alphabetical order."""
        return sorted({key for _, found in self._cited() for key in found})

    def _cited(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "enjeux", self.enjeux_sources
        for place, items in (
            ("recit", self.retrospective.recit), ("dates_cles", self.retrospective.dates_cles),
            ("present", self.present), ("dynamiques", tuple(self.statements.values())),
            ("secteurs_exposes", self.secteurs_exposes), ("territoires", self.territoires_illustratifs),
        ):  # fmt: skip
            for item in items:
                yield place, item.sources

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        family = VARIABLES[self.variable][1]
        if self.famille != family:
            raise ValueError(
                f"famille : « {self.famille} » au lieu de « {family} » : la variable relève de « {family} » ({FAMILIES[family]})"
            )
        if [use.role for use in self.indicateurs].count("principal") != 1:
            raise ValueError("indicateurs : il faut exactement un indicateur de rôle « principal »")
        return self

    @model_validator(mode="after")
    def _hypotheses(self) -> Self:
        count = Counter(h.type for h in self.hypotheses)
        if count["tendance"] != 1:
            raise ValueError(
                f"hypotheses : il faut exactement une hypothèse de type tendance, il y en a {count['tendance']}"
            )
        twice = [i for i, n in Counter(h.id for h in self.hypotheses).items() if n > 1]
        if twice:
            raise ValueError(f"hypotheses : l'identifiant « {twice[0]} » sert deux fois")
        total = sum(h.probabilite.valeur for h in self.hypotheses)
        if abs(total - 1) > 1e-9:
            written = f"{total:.4f}".rstrip("0").rstrip(".").replace(".", ",")
            raise ValueError(f"hypotheses : les probabilités de la fiche font {written} au lieu de 1")
        for hypothesis in self.hypotheses:
            for cited in hypothesis.enonces:
                if cited not in self.statements:
                    raise ValueError(
                        f"hypotheses : « {hypothesis.id} » s'appuie sur l'énoncé « {cited} », qui n'existe pas"
                    )
        return self

    @model_validator(mode="after")
    def _statement_ids(self) -> Self:
        groups = {"tendances": "t", "germes": "g", "incertitudes": "i", "ruptures": "r", "controverses": "c"}
        seen: set[str] = set()
        for group, letter in groups.items():
            for statement in getattr(self, group):
                if statement.id[0] != letter:
                    raise ValueError(f"{group} : l'identifiant « {statement.id} » devrait commencer par « {letter} »")
                if statement.id in seen:
                    raise ValueError(f"{group} : l'identifiant « {statement.id} » sert deux fois")
                seen.add(statement.id)
        return self
