"""Words for probabilities, and for the kinds of things a sheet holds."""

from itertools import pairwise

# Upper bound of each class (share), word. After the scale of the IPCC guidance note (Mastrandrea et al., 2010).
SCALE = (
    (0.01, "quasi exclu"), (0.10, "très improbable"), (0.33, "improbable"), (0.66, "chances partagées"),
    (0.90, "probable"), (0.99, "très probable"), (1.0, "quasi certain"),
)  # fmt: skip
ORIGINS = {
    "proposition_equipe": "proposition de l’équipe, à débattre",
    "elicitee": "recueillie auprès des partenaires",
    "statistique": "statistique",
    "melange": "mélange de statistique et d’avis recueillis",
}
KINDS = {"tendance": "Tendance", "inflexion": "Inflexion", "rupture": "Rupture"}
DIRECTIONS = {"favorable": "favorable", "defavorable": "défavorable", "ambivalent": "ambivalente"}
SIGNS = {"+": "opportunité", "-": "menace", "?": "effet ambivalent"}
LEVELS = {"faible": "faible", "moyenne": "moyenne", "elevee": "élevée"}
AGREEMENT = {"faible": "faible", "moyenne": "moyen", "elevee": "élevé"}
STATUSES = {
    "brouillon": "brouillon", "en_relecture": "en relecture", "validee": "validée", "a_reviser": "à réviser",
    "archivee": "archivée",
}  # fmt: skip
INTENSITIES = {0: "nulle", 1: "faible", 2: "moyenne", 3: "forte", "P": "potentielle"}


def probability(value: float) -> str:
    """Return the word for a probability between 0 and 1; a bound belongs to the class above it.

    Raises
    ------
    ValueError
        If the value is not between 0 and 1.
    """
    if not 0 <= value <= 1:
        raise ValueError(f"{value} is not a probability")
    if value > SCALE[-2][0]:
        return SCALE[-1][1]
    return next(word for bound, word in SCALE if value < bound or bound == SCALE[-2][0])


def scale() -> list[tuple[float, float, str]]:
    """The classes as (low, high, word), lowest first."""
    bounds = [0.0, *(bound for bound, _ in SCALE)]
    return [(low, high, word) for (low, high), (_, word) in zip(pairwise(bounds), SCALE, strict=True)]
