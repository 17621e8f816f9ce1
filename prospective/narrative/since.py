"""What a series has done since the exercise of 2020, whose authors knew the figures of 2019 at best."""

from dataclasses import dataclass

from prospective.model import writing
from prospective.model.indicator import Indicator
from prospective.narrative.titles import capital, change, is_flat, lower

KNOWN = 2019  # last year that could be known when the exercise was written, in autumn 2020


@dataclass(frozen=True)
class Since:
    """First and last value of a series on the same footing, and the extreme in between if it stands out of both."""

    indicator: Indicator
    where: str
    start: tuple[str, float]
    end: tuple[str, float]
    extreme: tuple[str, float] | None = None
    beside: tuple[str, float, float] | None = None  # where, first and last value at the same dates

    @property
    def direction(self) -> str:
        """« hausse », « baisse » or « stable »."""
        first, last = self.start[1], self.end[1]
        if is_flat(self.indicator, first, last):
            return "stable"
        return "hausse" if last > first else "baisse"


def sentence(seen: Since) -> str:
    """Say a series since 2020: last value, first value, change, extreme in between, and the change elsewhere."""
    indicator, (begun, first), (ended, last) = seen.indicator, seen.start, seen.end
    where = "" if seen.where in indicator.libelle else f", {seen.where}"
    moved = f" ({_moved(indicator, first, last)})" if last else ""
    said = (
        f"{capital(lower(indicator.libelle))}{where} : {indicator.write(last)} {_when(ended)}, contre "
        f"{indicator.write(first)} {_when(begun)}{moved}"
    )
    if seen.extreme:
        year, value = seen.extreme
        kind = "haut" if value > max(first, last) else "bas"
        said += f", après un point {kind} à {indicator.write(value)} en {year}"
    if seen.beside:
        there, other_first, other_last = seen.beside
        said += f" ; {there}, {_moved(indicator, other_first, other_last)}"
    return f"{said}."


def balance(all_seen: list[Since]) -> str:
    """Count the series that moved the way that is good for regional industry, by the team's own judgement."""
    judged = [s for s in all_seen if s.indicator.sens != "neutre" and s.direction != "stable"]
    if len(judged) < 2:
        return ""
    good = sum(s.direction == s.indicator.sens for s in judged)
    if good == len(judged):
        head = f"Les {good} séries qui ont bougé sont allées dans le sens que l’équipe juge favorable à l’industrie régionale."
    elif good == 0:
        head = f"Aucune des {len(judged)} séries qui ont bougé n’est allée dans le sens que l’équipe juge favorable à l’industrie régionale."
    else:
        head = (
            f"Des {len(judged)} séries qui ont bougé, {'une seule est allée' if good == 1 else f'{good} sont allées'} dans le sens "
            "que l’équipe juge favorable à l’industrie régionale."
        )
    return head


def silent(left: list[tuple[Indicator, int]]) -> str:
    """Name the series that have no two values to compare, with the year of their last one."""
    if not left:
        return ""
    named = [f"{lower(indicator.libelle_court)} ({year})" for indicator, year in left]
    head = "Une série n’a" if len(left) == 1 else f"{len(left)} séries n’ont"
    return f"{head} pas encore deux valeurs à comparer (entre parenthèses, la dernière année connue) : {writing.join(named)}."


def _moved(indicator: Indicator, first: float, last: float) -> str:
    """The change between two values as they are shown, so that a reader finds the same difference."""
    if is_flat(indicator, first, last):
        return "stable"
    if indicator.unite.startswith("%"):
        return change(indicator, round(first, indicator.decimales), round(last, indicator.decimales))
    return change(indicator, first, last)


def _when(date: str) -> str:
    """« en 2019 », « en décembre 2019 », « au 31 décembre 2019 »."""
    return f"{'au' if len(date) > 7 else 'en'} {writing.date(date)}"
