"""A newsletter of the exercise, retold."""

from typing import Literal

from pydantic import Field

from prospective.model.sheet import Key, Strict, Text


class LetterBlock(Text):
    """A paragraph of a letter, under an optional heading."""

    intertitre: str | None = None


class LetterSection(Strict):
    """A section of a letter."""

    id: Literal["edito", "actualite", "dossier", "territoire", "annexe"]
    titre: str
    blocs: tuple[LetterBlock, ...] = Field(min_length=1)


class Letter(Strict):
    """A newsletter of the exercise, retold: ``data/lettres/<id>.yaml``."""

    lettre: str = Field(pattern=r"^lettre-[0-9]+$")
    numero: int = Field(ge=1)
    titre: str
    date: str = Field(pattern=r"^\d{4}-\d{2}$")
    source: Key
    chapeau: str
    rubriques: tuple[LetterSection, ...] = Field(min_length=1)
