"""How numbers, units, dates and lists are written in French.

Typography follows the Imprimerie nationale's *Lexique* (2002): narrow no-break space between groups of
thousands, no-break space before the unit, decimal comma, true minus sign.
"""

import re
import unicodedata
from collections.abc import Sequence

from babel.numbers import format_decimal

NBSP = "\u00a0"
MINUS = "\u2212"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip


def number(value: float, decimals: int = 0, sign: bool = False) -> str:
    """Write a number: ``number(1234.5, 1)`` gives « 1 234,5 »; ``sign`` adds an explicit plus."""
    rounded = round(float(value), decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), pattern, locale="fr_FR")
    if rounded < 0:
        return MINUS + text
    return ("+" + text) if sign and rounded > 0 else text


def quantity(value: float, unit: str, decimals: int = 0, sign: bool = False) -> str:
    """Write a number and its unit: ``quantity(34.5, "%", 1)`` gives « 34,5 % »."""
    return f"{number(value, decimals, sign)}{NBSP}{unit}" if unit else number(value, decimals, sign)


def decimals_of(value: float, most: int = 4) -> int:
    """Return how many decimals (at most ``most``) are needed to show ``value`` as it was given."""
    text = f"{value:.{most}f}".rstrip("0")
    return len(text.split(".")[1]) if "." in text else 0


def join(items: Sequence[str], last: str = "et") -> str:
    """Join words as a French list: « a, b et c »."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def plural(count: float, singular: str, several: str | None = None) -> str:
    """Agree a noun with a count: French takes the plural from 2 upwards."""
    return singular if abs(count) < 2 else (several or singular + "s")


def date(text: str) -> str:
    """Write an ISO date or period: « 2019 », « décembre 2019 », « 31 décembre 2019 », « 2012-2022 »."""
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return f"{MONTHS[int(text[5:]) - 1]} {text[:4]}"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = "1er" if text.endswith("-01") else str(int(text[8:]))
        return f"{day} {MONTHS[int(text[5:7]) - 1]} {text[:4]}"
    return text


_UNITS = r"[kM]?€|Md€|[kM]?\$|Md\$|°C|ha|k?m|k?m²|m³|k?t|[MG]t|kg|k?g|[kMGT]Wh?|[kMG]o|EVP|€|\$"
_SPACES = (
    (re.compile(r"«[ \u00a0]?(?=\S)"), f"«{NBSP}"),
    (re.compile(r"(?:(?<=\S)|\A)[ \u00a0]?»"), f"{NBSP}»"),
    (re.compile(r"(?:(?<=\S)|\A) (?=:(?!\S))"), NBSP),
    (re.compile(r"(?:(?<=\S)|\A) (?=[;!?](?!\w))"), "\u202f"),
    (re.compile(r"(?:(?<=\d)|\A) (?=%)"), NBSP),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?![\w²³]))"), NBSP),
    (re.compile(r"\bn° (?=\d)"), f"n°{NBSP}"),
)


def typographic(text: str) -> str:
    """Put the no-break spaces of French where a sentence written in code has ordinary ones.

    Before « : », « ; », « ! », « ? », « % » and units, inside guillemets, after « n° ». Applied twice it changes nothing more.
    """
    for pattern, replacement in _SPACES:
        text = pattern.sub(replacement, text)
    return text


def unaccented(text: str) -> str:
    """Fold case, accents, ligatures and punctuation, to compare what people type."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()
