"""Figures quoted in prose, and the data that prove them.

A text may hold a number only if it is *tied*: equal, as displayed, to the value of a figure listed beside
the text. Years, dates, ordinals, legal references and names that hold digits are not figures.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from prospective.model import writing


@dataclass(frozen=True)
class Figure:
    """A value that a text may quote, and where it comes from.

    ``id`` is what ``chiffres`` cites: a dated fact, a target, or ``indicateur@territoire:date``;
    ``sources`` are bibliography keys, empty when the figure is a row of a series.
    """

    id: str
    value: float
    unit: str
    label: str
    place: str
    date: str
    sources: tuple[str, ...] = ()
    origin: str = ""

    def write(self) -> str:
        """Write the value and its unit."""
        if self.unit == "année":
            return f"{self.value:.0f}"
        return writing.quantity(self.value, self.unit, writing.decimals_of(self.value))


@dataclass(frozen=True)
class Token:
    """A number found in a text: its place, its value as displayed, and the figure that proves it."""

    start: int
    end: int
    text: str
    figure: Figure | None


_NUMBER = re.compile(r"\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_MONTH = "|".join(writing.MONTHS)
_GLUED_BEFORE = re.compile(r"(?:[A-Za-zÀ-ÿ_/]|[A-Za-zÀ-ÿ]-|\d[.:])$")
_NAME_WORD_BEFORE = re.compile(
    r"(?:\bn[°os]+|\bnuméros?|\barticles?|\bart\.|\b[LRD]\.|§|\bISO(?:/TS)?|\bIEC|\bNAF|\(UE\)|\(CE\)|"
    r"COM\(\d{4}\)|\bIndustrie|\bversion)[\s\u00a0\u202f]*$"
)
_NAME_AFTER = re.compile(r"[A-Za-zÀ-ÿ_/]|-[A-Za-zÀ-ÿ]|[.:]\d|\(\d{4}\)")
_DAY_AFTER = re.compile(rf"(?:er)?[\s\u00a0\u202f]+(?:et \d+ )?(?:{_MONTH})\b")
_AGE_AFTER = re.compile(r"(?:[-–](\d+))?[\s\u00a0\u202f]+ans(?![\wÀ-ÿ])(?:[\s\u00a0]et[\s\u00a0]plus)?")
_AGE_BEFORE = re.compile(r"(?:\b[Dd]es?|\b[Cc]hez les)[\s\u00a0]$|\d[-–]$")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d|2100")
_PERCENT_AFTER = re.compile(r"[\s\u00a0\u202f]*%")


def tie(text: str, figures: Iterable[Figure]) -> list[Token]:
    """Find the numbers of a text and the figure that proves each one.

    Parameters
    ----------
    text : prose in French typography (decimal comma, no-break spaces between groups of thousands).
    figures : the figures that this text may quote.

    Returns
    -------
    Tokens in reading order; ``figure`` is None for a number that nothing proves. Years, dates, ordinals,
    legal references and names with digits give no token, unless a listed figure has exactly that value.
    """
    known = list(figures)
    tokens: list[Token] = []
    for match in _NUMBER.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _GLUED_BEFORE.search(before) or _NAME_AFTER.match(after):
            continue
        percent = bool(_PERCENT_AFTER.match(after))
        proofs = [f for f in known if _proves(f, match[0], percent)]
        if _YEAR.fullmatch(match[0]):
            proofs = [f for f in proofs if f.value == int(match[0])]
        # The closest figure; of two as close, the one not quoted yet (« 50 % » twice may be two figures).
        used = {token.figure.id for token in tokens if token.figure}
        figure = min(proofs, key=lambda f: (abs(abs(f.value) - _shown(match[0])), f.id in used), default=None)
        if figure is None and _is_not_a_figure(match[0], before, after):
            continue
        tokens.append(Token(match.start(), match.end(), match[0], figure))
    return tokens


def _is_not_a_figure(number: str, before: str, after: str) -> bool:
    """Tell years, days of a month, ages of a population and numbered references from figures."""
    if _YEAR.fullmatch(number) and not _PERCENT_AFTER.match(after):
        return True
    if _DAY_AFTER.match(after) or _NAME_WORD_BEFORE.search(before):
        return True
    age = _AGE_AFTER.match(after)
    return bool(age and (age[1] or "et" in age[0] or _AGE_BEFORE.search(before)))


def _proves(figure: Figure, number: str, percent: bool) -> bool:
    """Tell whether a figure, rounded as displayed and whatever its sign, is the number of the text."""
    if percent and "%" not in figure.unit:
        return False
    shown, digits = _shown(number), re.sub(r"[\u00a0\u202f]", "", number)
    if "," in digits:
        places = len(digits.split(",")[1])
    else:
        # « 128 000 » may stand for 127 842; « 20 » may not stand for 19.
        zeros = len(digits) - len(digits.rstrip("0"))
        places = -min(zeros, len(digits) - 2) if len(digits) >= 4 else 0
    return abs(round(abs(figure.value), places) - shown) < 10 ** -(max(places, 0) + 3)


def _shown(number: str) -> float:
    """The value of a number as displayed."""
    return float(re.sub(r"[\u00a0\u202f]", "", number).replace(",", "."))
