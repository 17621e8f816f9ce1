"""A territory: where a sheet is read."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["pays", "region", "departement", "ze", "epci", "commune", "compose", "comparaison"]

LEVEL_NAMES: dict[str, str] = {
    "pays": "pays",
    "region": "région",
    "departement": "département",
    "ze": "zone d’emploi",
    "epci": "intercommunalité",
    "commune": "commune",
    "compose": "territoire composé",
    "comparaison": "territoire de comparaison",
}
PREFIXES: dict[str, str] = {
    "region": "reg", "departement": "dep", "ze": "ze", "epci": "epci", "commune": "com",
}  # fmt: skip
DEFAULT = "reg-32"
REGION = "reg-32"
COUNTRY = "fr"


class Composite(BaseModel):
    """A named group of territories: one file of ``data/territoires/composes/``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]+$")
    nom: str = Field(min_length=3)
    description: str = Field(min_length=20)
    membres: tuple[str, ...] = Field(min_length=2)
    source: str


class Territory(BaseModel):
    """A territory with its canonical id (``reg-32``, ``dep-02``, ``ze-3201``, ``epci-240200444``…)."""

    model_config = ConfigDict(frozen=True)

    id: str
    niveau: Level
    code: str
    nom: str
    population: int | None = None
    partage: bool = False
    note: str = ""
    membres: tuple[str, ...] = ()
    description: str = ""

    @property
    def level_name(self) -> str:
        """The level in French: « zone d’emploi »."""
        return LEVEL_NAMES[self.niveau]

    @property
    def full_name(self) -> str:
        """The name with what it takes not to be mistaken: « zone d’emploi de Laon »."""
        if self.niveau == "ze":
            return f"zone d’emploi {of(self.nom)}"
        return self.nom


def of(name: str) -> str:
    """Put « de » before a place name: « de Laon », « d’Amiens », « du Havre », « de La Rochelle »."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    return f"d’{name}" if name[0] in "AEIOUÂÉÈÊÎÔŒÆH" and not name.startswith("Ham") else f"de {name}"


def at(name: str) -> str:
    """Put « à » before a place name: « à Laon », « au Touquet », « aux Ageux »."""
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"à {name}"


def of_territory(territory: Territory) -> str:
    """Put « de » before a territory as a French sentence would: « de l’Aisne », « des Hauts-de-France »."""
    articles = {
        "fr": "de la France", "reg-32": "des Hauts-de-France", "dep-02": "de l’Aisne", "dep-59": "du Nord",
        "dep-60": "de l’Oise", "dep-62": "du Pas-de-Calais", "dep-80": "de la Somme", "monde": "du monde",
        "europe": "de l’Europe", "ue27": "de l’Union européenne", "ue28": "de l’Union à 28", "uk": "du Royaume-Uni",
        "us": "des États-Unis", "cn": "de la Chine", "de": "de l’Allemagne", "es": "de l’Espagne", "it": "de l’Italie", "be": "de la Belgique",
        "dk": "du Danemark", "fr-metro": "de la France métropolitaine", "zone-euro": "de la zone euro",
        "seqe": "des pays du système européen d’échange de quotas", "nuts-fre1": "de l’ancien Nord-Pas-de-Calais",
        "nuts-fre2": "de l’ancienne Picardie",
    }  # fmt: skip
    if territory.id in articles:
        return articles[territory.id]
    if territory.niveau == "ze":
        return f"de la {territory.full_name}"
    if territory.niveau == "epci":
        return f"de la {territory.nom}"
    return of(territory.nom)


_IN = {
    "fr": "en France", "reg-32": "dans les Hauts-de-France", "dep-02": "dans l’Aisne", "dep-59": "dans le Nord",
    "dep-60": "dans l’Oise", "dep-62": "dans le Pas-de-Calais", "dep-80": "dans la Somme", "monde": "dans le monde",
    "europe": "en Europe", "ue27": "dans l’Union européenne", "ue28": "dans l’Union à 28", "de": "en Allemagne",
    "es": "en Espagne", "it": "en Italie", "be": "en Belgique", "uk": "au Royaume-Uni", "us": "aux États-Unis",
    "cn": "en Chine", "dk": "au Danemark", "fr-metro": "en France métropolitaine", "zone-euro": "dans la zone euro",
    "seqe": "dans les pays du système européen d’échange de quotas", "nuts-fre1": "dans l’ancien Nord-Pas-de-Calais", "nuts-fre2": "dans l’ancienne Picardie",
}  # fmt: skip


def in_territory(territory: Territory) -> str:
    """Put the right preposition before a territory: « dans l’Aisne », « à Loon-Plage », « en France »."""
    if territory.id in _IN:
        return _IN[territory.id]
    if territory.niveau == "commune":
        return at(territory.nom)
    if territory.niveau in ("ze", "epci"):
        return f"dans la {territory.full_name}"
    return f"dans le territoire {territory.nom}"
