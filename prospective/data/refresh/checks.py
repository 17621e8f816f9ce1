"""What a provider answered, held against the rules before it comes near ``data/``."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import pandas as pd

from prospective.data.refresh.connector import COLUMNS, FACTOR
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

MISSING = frozenset({"", ":", "c", "s", "nd", "n/a", "na", "nan", "..", ".", "-", "x", "*", "null", "none", "secret"})
STATUSES = frozenset({"", "observe", "estime", "provisoire", "prevision"})
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"(1[89]|20|21)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_NOT_ADDED = ("%", "indice", "pour ", "€/", "par ")  # units that two communes don't add up in
DIGITS = 6  # significant digits kept of what a model printed with a dozen of them
PRINTED = 12
MAGNITUDE = 20  # powers of ten beyond which nothing is measured here


@dataclass(frozen=True)
class Point:
    """One checked value: its text as it will be written, and the provider's status (empty: it says nothing).

    ``rounded`` is the same value with the decimals of the series but all its significant digits.
    """

    value: str
    status: str
    rounded: Decimal

    def says(self, text: str) -> bool:
        """Tell whether a value already written is this one, however it was rounded."""
        return Decimal(text) in (Decimal(self.value), self.rounded)


@dataclass(frozen=True)
class Context:
    """What is known of the series: its territories, the shape of its dates, its decimals, and merged communes."""

    territories: frozenset[str]
    communes: frozenset[str]
    merged: Mapping[str, str]
    date_size: int
    decimals: int


def check(rows: pd.DataFrame, indicator: Indicator, context: Context, label: str) -> dict[tuple[str, str], Point]:
    """Check an answer and turn it into points by (territoire, date); a missing or secret value gives no point.

    Raises
    ------
    DataError
        A column that lacks, a formula, a decimal comma, a value that is not a number or out of bounds, a date or a status
        that is malformed, two values for one date, an unknown territory, or no value at all.
    """
    where = f"{label}, « {indicator.id} »"
    lacking = [c for c in COLUMNS if c not in rows.columns]
    if lacking:
        raise DataError(f"{where} : la colonne « {lacking[0]} » manque dans la réponse.")
    factor = _factor(indicator)
    found: dict[tuple[str, str], tuple[Decimal, str]] = {}
    summed: dict[tuple[str, str], Decimal] = {}
    seen: set[tuple[str, str]] = set()
    secret: set[tuple[str, str]] = set()
    for territory, date, raw, status in rows[COLUMNS].itertuples(index=False, name=None):
        for cell in (territory, date, raw, status):
            _refuse_formula(cell, f"{where}, {territory}, {date}")
        value = _number(raw, f"{where}, {territory}, {date}")
        if value is None:
            if _hidden(raw):
                secret.add((context.merged.get(territory, territory), date))
            continue
        _check_date(date, context.date_size, where)
        if status not in STATUSES:
            raise DataError(f"{where}, {territory}, {date} : statut inconnu « {status} ».")
        if (territory, date) in seen:
            raise DataError(f"{where} : deux valeurs pour {territory} à la date {date} ; précisez la requête.")
        seen.add((territory, date))
        target = _place(territory, context, where)
        if target != territory or (target, date) in summed:
            summed[target, date] = summed.get((target, date), Decimal(0)) + value
            _check_additive(indicator, territory, where)
        else:
            found[target, date] = (value, status)
    for key, value in summed.items():
        own, status = found.get(key, (Decimal(0), ""))
        found[key] = (own + value, status)
        if key in secret:
            del found[key]  # a sum of which a part is secret is not known
    if not found:
        raise DataError(
            f"{where} : la réponse ne contient aucune valeur ; vérifiez la requête, ou réessayez plus tard."
        )
    points = {}
    for key, (value, status) in sorted(found.items()):
        scaled = value * factor
        _check_bounds(scaled, indicator, f"{where}, {key[0]}, {key[1]}")
        rounded = scaled.quantize(Decimal(1).scaleb(-context.decimals), ROUND_HALF_EVEN)
        points[key] = Point(write(scaled, context.decimals), status, rounded)
    return points


def decimals_of(values: Iterable[str], indicator: Indicator) -> int:
    """Decimals of a series: as many as its longest value has, and at least those of its indicator."""
    return max([indicator.decimales, *(len(v.partition(".")[2]) for v in values)])


def _factor(indicator: Indicator) -> Decimal:
    match = re.search(rf"(?:^|;)\s*{FACTOR}=([^;]*)", indicator.requete)
    try:
        factor = Decimal(match[1].strip()) if match else Decimal(1)
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or factor == 0:
        raise DataError(
            f"data/indicateurs.csv, indicateur « {indicator.id} », requete : facteur « {match[1] if match else ''} » n'est pas un nombre non nul."
        )
    return factor


def _refuse_formula(cell: object, where: str) -> None:
    if not isinstance(cell, str) or not cell or _NUMBER.fullmatch(cell.strip()) or cell.strip().lower() in MISSING:
        return
    if cell.lstrip()[:1] in "=+-@" or cell[0] in "\t\r":
        raise DataError(f"{where} : « {cell[:40]} » ressemble à une formule de tableur ; cette valeur est refusée.")


def _hidden(raw: object) -> bool:
    """Tell whether a missing value is written as such (secret, confidential), rather than left empty."""
    return isinstance(raw, str) and raw.strip() != ""


def _number(raw: object, where: str) -> Decimal | None:
    """The value, or None if it is missing or secret."""
    if raw is None or (isinstance(raw, float) and raw != raw) or raw is pd.NA:
        return None
    text = str(raw).strip()
    if text.lower() in MISSING:
        return None
    if re.fullmatch(r"[+-]?\d[\d\s\u00a0\u202f]*,\d+", text):
        raise DataError(
            f"{where} : « {text} » a une virgule décimale ; le fournisseur doit écrire un point, rien n'est deviné."
        )
    if not _NUMBER.fullmatch(text):
        raise DataError(f"{where} : « {text[:40]} » n'est pas un nombre (point décimal, sans espace).")
    value = Decimal(text)
    if value and not -MAGNITUDE < value.adjusted() < MAGNITUDE:
        raise DataError(f"{where} : « {text[:40]} » n'est pas un nombre plausible.")
    return value


def _check_date(date: object, size: int, where: str) -> None:
    if not isinstance(date, str) or not _DATE.fullmatch(date):
        raise DataError(f"{where} : « {date} » n'est pas une date de la forme AAAA, AAAA-MM ou AAAA-MM-JJ.")
    if len(date) == 10:
        try:
            datetime.date.fromisoformat(date)
        except ValueError as error:
            raise DataError(f"{where} : « {date} » n'existe pas dans le calendrier.") from error
    if size and len(date) != size:
        shapes = {4: "AAAA", 7: "AAAA-MM", 10: "AAAA-MM-JJ"}
        raise DataError(
            f"{where} : la date « {date} » n'a pas la forme {shapes[size]} des dates de la série ; précisez la fréquence dans la requête."
        )


def _place(territory: str, context: Context, where: str) -> str:
    if territory in context.territories or territory in context.communes:
        return territory
    if territory in context.merged:
        return context.merged[territory]
    if territory.startswith("com-"):
        raise DataError(
            f"{where} : la commune « {territory[4:]} » n'est ni dans le code officiel géographique de 2026, ni dans la table de passage "
            "(data/territoires/passage-communes.csv) ; ajoutez-y la commune qui l'a absorbée."
        )
    raise DataError(
        f"{where} : le territoire « {territory or '?'} » n'était pas demandé ; la réponse n'est pas celle de la question."
    )


def _check_additive(indicator: Indicator, territory: str, where: str) -> None:
    if any(word in indicator.unite for word in _NOT_ADDED):
        raise DataError(
            f"{where} : la commune « {territory} » a fusionné, et une valeur en « {indicator.unite} » ne s'additionne pas ; reprenez-la à la main."
        )


def _check_bounds(value: Decimal, indicator: Indicator, where: str) -> None:
    if value < Decimal(str(indicator.minimum)) or (
        indicator.maximum is not None and value > Decimal(str(indicator.maximum))
    ):
        bounds = (
            f"entre {indicator.minimum:g} et {indicator.maximum:g}"
            if indicator.maximum is not None
            else f"d'au moins {indicator.minimum:g}"
        )
        raise DataError(
            f"{where} : {value.normalize():f} n'est pas {bounds} {indicator.unite} ; vérifiez l'unité et le facteur de la requête."
        )


def write(value: Decimal, decimals: int) -> str:
    """Write a value with at most ``decimals`` decimals, and six significant digits if a model printed a dozen."""
    if value % 1 and len(value.normalize().as_tuple().digits) >= PRINTED:
        value = value.quantize(Decimal(1).scaleb(value.adjusted() - DIGITS + 1), ROUND_HALF_EVEN)
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) if value % 1 else value
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
