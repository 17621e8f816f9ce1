"""What a connector is: one provider, asked for one indicator, answering in one shape."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from prospective.data.refresh.transport import Transport
from prospective.model.errors import DataError, UnknownNameError
from prospective.model.indicator import Indicator

COLUMNS = ["territoire", "date", "valeur", "statut"]
FACTOR = "facteur"  # read by the checks, not by the connectors


@dataclass
class Fetched:
    """What a provider answered.

    Attributes
    ----------
    rows : columns territoire (canonical id), date (``AAAA``, ``AAAA-MM`` or ``AAAA-MM-JJ``), valeur (as the provider
        writes it: text or number, not yet checked), statut (observe|estime|provisoire|prevision; empty where the provider says nothing).
    origin : the address asked, without its query.
    updated : ``AAAA-MM-JJ`` of the provider's own update, or empty.
    remarks : what an analyst must know, in French (breaks, unreliable values).
    """

    rows: pd.DataFrame
    origin: str
    updated: str = ""
    remarks: list[str] = field(default_factory=list)


class Connector(Protocol):
    """One provider. ``name`` is the ``connecteur`` of the codelist, ``label`` the provider's name for people."""

    name: str
    label: str
    hosts: frozenset[str]

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for a series, for the territories that it already has, from a date on (included) or whole.

        Raises
        ------
        DataError
            If the request is incomplete, a territory unknown to the provider, or the answer an error or malformed.
        """
        ...  # pragma: no cover


def frame(rows: Iterable[tuple[str, str, object, str]]) -> pd.DataFrame:
    """Put rows (territoire, date, valeur, statut) into the shape of an answer, values kept as they are."""
    return pd.DataFrame(list(rows), columns=COLUMNS, dtype=object)


def read_json(path: Path) -> Any:
    """Read a JSON answer, the digits of its numbers as they were written.

    Raises
    ------
    ValueError
        If it is not JSON, if it is nested too deep, or if an object has a key twice, of which one would be lost.
    """
    try:
        return json.loads(path.read_bytes(), parse_float=str, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("trop de listes emboîtées") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("une clé est écrite deux fois")
    return found


def read_query(indicator: Indicator) -> dict[str, list[str]]:
    """Read the ``requete`` of an indicator: ``clé=a+b;clé=c`` gives the values asked for, by key, ``facteur`` left out.

    Raises
    ------
    DataError
        If a part is not ``clé=valeur``, or if a key comes twice.
    """
    found: dict[str, list[str]] = {}
    for part in filter(None, (p.strip() for p in indicator.requete.split(";"))):
        match = re.fullmatch(r"([\w.-]+)\s*=\s*(\S+)", part)
        if match is None or match[1] in found:
            fault = "figure deux fois" if match else "n'est pas de la forme clé=valeur"
            raise DataError(
                f"data/indicateurs.csv, indicateur « {indicator.id} », requete : « {part} » {fault} ; corrigez cette cellule."
            )
        found[match[1]] = match[2].split("+")
    found.pop(FACTOR, None)
    return found


def check_keys(indicator: Indicator, asked: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a key of ``requete`` that the provider's dataset doesn't have, offering the nearest one."""
    names = list(known)
    for key in asked:
        if key not in names:
            what = f"data/indicateurs.csv, indicateur « {indicator.id} », requete : clé inconnue"
            raise UnknownNameError(what, key, names, f"clés possibles : {', '.join(names)}")


def codes(label: str, table: Mapping[str, str], indicator: Indicator, territories: Iterable[str]) -> dict[str, str]:
    """The provider's codes of territories: canonical id by code.

    Raises
    ------
    DataError
        If the provider has no code for a territory.
    """
    found = {}
    for territory in territories:
        if territory not in table:
            raise DataError(
                f"{label} n'a pas de code pour le territoire « {territory} », que data/{indicator.fichier} donne pour "
                f"« {indicator.id} » : mettez « aucun » dans la colonne connecteur, ou ajoutez son code au connecteur."
            )
        found[table[territory]] = territory
    return found


_QUARTER = re.compile(r"(\d{4})-?Q([1-4])")
_HALF = re.compile(r"(\d{4})-?[SB]([12])")
_MONTH = re.compile(r"(\d{4})-?M(\d{2})")


def period(text: str) -> str:
    """Write a provider's period as ours: a quarter or a half-year becomes its last month (``2024-Q1`` → ``2024-03``)."""
    if match := _QUARTER.fullmatch(text):
        return f"{match[1]}-{int(match[2]) * 3:02d}"
    if match := _HALF.fullmatch(text):
        return f"{match[1]}-{int(match[2]) * 6:02d}"
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}-{match[2]}"
    return text
