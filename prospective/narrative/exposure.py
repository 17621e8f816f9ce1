"""What the exposure of a territory amounts to, in sentences that follow the numbers."""

from dataclasses import dataclass

import pandas as pd

from prospective.model import writing
from prospective.narrative.words import SIGNS

ALIKE = (0.9, 1.1)  # between these ratios two shares are told as alike
SPECIFIC = 1.5
VISIBLE = 0.003  # a sector below 0.3 % of the jobs is not told as specific


@dataclass(frozen=True)
class Exposure:
    """Jobs of a territory in the sectors that a sheet names.

    ``sectors`` has one row for each exposed sector: nom, a38, part (0 to 1, of all private jobs), lq (1 = as in France),
    sens (+, -, ?). ``jobs`` is None where sectors are not counted; ``total`` is all private jobs. Shares go from 0 to 1.
    """

    where: str
    sectors: pd.DataFrame
    country: float | None
    region: float | None
    jobs: float | None
    total: float | None
    year: str
    rank: tuple[int, int] | None = None

    @property
    def share(self) -> float:
        """Share of the private jobs in exposed sectors."""
        return float(self.sectors["part"].sum())


def size(exposure: Exposure) -> str:
    """How many jobs, which share, compared with France and the region."""
    share = writing.quantity(100 * exposure.share, "%", 1)
    compared = _compared(exposure)
    if exposure.jobs is not None:
        of_all = f" sur {writing.number(exposure.total)}" if exposure.total else ""
        jobs = f"{writing.number(exposure.jobs)} {writing.plural(exposure.jobs, 'emploi privé', 'emplois privés')}"
        return (
            f"En {exposure.year}, {exposure.where}, {jobs}{of_all} ({share}) relèvent des secteurs exposés{compared}."
        )
    about = ""
    if exposure.total:
        about = (
            f" Appliquée aux {writing.number(exposure.total)} emplois privés du territoire, cette part en ferait "
            f"de l’ordre de {writing.number(_two_digits(exposure.share * exposure.total))}."
        )
    return f"En {exposure.year}, {share} des emplois privés lus {exposure.where} relèvent des secteurs exposés{compared}.{about}"


def make_up(exposure: Exposure) -> str:
    """Which sectors make the exposure, and which one is particular to the place."""
    rows = exposure.sectors[exposure.sectors["part"] > 0].sort_values(["part", "a38"], ascending=[False, True])
    if rows.empty:
        return "Aucun de ces secteurs n’y a d’emploi privé."
    parts = rows["part"] / exposure.share
    first = rows.iloc[0]
    if len(rows) == 1:
        said = f"Tous sont dans un seul secteur : {_name(first)}"
    elif parts.iloc[0] >= 0.5:
        said = f"Un secteur en réunit {writing.quantity(100 * parts.iloc[0], '%')} : {_name(first)}"
    else:
        both = writing.quantity(100 * parts.iloc[:2].sum(), "%")
        said = f"Les deux premiers secteurs, {_name(first)} et {_name(rows.iloc[1])}, en réunissent {both}"
    visible = rows[(rows["part"] >= VISIBLE) & rows["lq"].notna()]
    if exposure.country is None or visible.empty:
        return f"{said}."
    top = visible.sort_values("lq", ascending=False, kind="stable").iloc[0]
    if top["lq"] < SPECIFIC:
        return f"{said} ; aucun n’y pèse nettement plus lourd qu’en France."
    times = f"{writing.number(top['lq'], 1)} fois sa part française"
    if len(rows) == 1 or (parts.iloc[0] >= 0.5 and top["a38"] == first["a38"]):
        return f"{said}, à {times}."
    return f"{said} ; le plus particulier au territoire est {_name(top)}, à {times}."


def sense(exposure: Exposure) -> str:
    """What the sheet expects for these jobs: threat, opportunity, ambivalent effect."""
    by_sign = exposure.sectors.groupby("sens")["part"].sum()
    by_sign = by_sign[by_sign > 0].sort_values(ascending=False, kind="stable")
    if by_sign.empty:
        return ""
    told = by_sign[by_sign / exposure.share >= 0.005]
    if len(told) == 1:
        all_of_them = "tous ces emplois" if len(by_sign) == 1 else "presque tous ces emplois"
        return f"La fiche y voit {_article(str(told.index[0]))} pour {all_of_them}."
    said = [
        f"{_article(str(sign))} pour {writing.quantity(100 * part / exposure.share, '%')}"
        for sign, part in told.items()
    ]
    return f"La fiche y voit {writing.join(said)} de ces emplois."


def standing(exposure: Exposure) -> str:
    """The place of a zone d'emploi among those of the region."""
    if exposure.rank is None:
        return ""
    place, among = exposure.rank
    if place == 1:
        return f"C’est la plus exposée des {among} zones d’emploi de la région."
    if place == among:
        return f"C’est la moins exposée des {among} zones d’emploi de la région."
    return f"Elle vient au {place}e rang des {among} zones d’emploi de la région pour cette part."


def mirror(where: str, own: float, zones: float, presence: float | None, year: str) -> str:
    """Whether a territory is more or less industrial than the zones its sectors are borrowed from.

    Parameters
    ----------
    own, zones : share of industry in the jobs (%), in the territory and in the zones d'emploi that cover it.
    presence : share of the jobs that serve people present (%), None if unknown.
    """
    said = (
        f"Sur place, {where}, l’industrie fait {writing.quantity(own, '%', 1)} des emplois ({year}), contre "
        f"{writing.quantity(zones, '%', 1)} dans la zone d’emploi prise pour miroir"
    )
    if own < 0.75 * zones:
        serves = (
            f", et {writing.quantity(presence, '%')} des emplois y servent les personnes présentes" if presence else ""
        )
        return f"{said}{serves} : pour les secteurs d’usine, la lecture surestime l’exposition."
    if own > 1.25 * zones:
        return f"{said} : pour les secteurs d’usine, la lecture sous-estime l’exposition."
    return f"{said} : le miroir est fidèle pour l’ensemble des usines, non pour chaque secteur."


def members(low: tuple[str, float], high: tuple[str, float], year: str) -> str:
    """How industrial the members of a composed territory are, from the least to the most."""
    return (
        f"D’une intercommunalité à l’autre, l’industrie va de {writing.quantity(low[1], '%', 1)} des emplois ({low[0]}) "
        f"à {writing.quantity(high[1], '%', 1)} ({high[0]}) en {year}."
    )


def _compared(exposure: Exposure) -> str:
    said = []
    for name, other in (("française", exposure.country), ("régionale", exposure.region)):
        if other:
            said.append(_ratio(exposure.share / other, name, other))
    return f" : {writing.join(said)}" if said else ""


def _ratio(ratio: float, name: str, other: float) -> str:
    share = writing.quantity(100 * other, "%", 1)
    low, high = ALIKE
    if low <= ratio <= high:
        return f"à peu près la part {name} ({share})"
    if ratio > high:
        return f"{writing.number(ratio, 1)} fois la part {name} ({share})"
    if ratio < 0.5:
        return f"moins de la moitié de la part {name} ({share})"
    return f"moins que la part {name} ({share})"


def _name(row: pd.Series) -> str:
    return f"{row['nom'][:1].lower()}{row['nom'][1:]} ({row['a38']})"


def _article(sign: str) -> str:
    word = SIGNS[sign]
    return f"un {word}" if word.startswith("effet") else f"une {word}"


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
