"""What a check says: where, what is wrong in one French sentence, and whether it stops the publication."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Fault:
    """Something wrong: the file (with line where known), and one French sentence."""

    where: str
    message: str
    gravite: Literal["erreur", "avertissement"] = "erreur"

    def __str__(self) -> str:
        head = "avertissement, " if self.gravite == "avertissement" else ""
        return f"{head}{self.where} : {self.message}"
