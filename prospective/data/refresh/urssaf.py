"""Urssaf's open data, served by Opendatasoft (Explore API v2.1): a wide file summed by territory on the server.

The dataset is one row a commune × APE with one column a year (``effectifs_salaries_AAAA``). The years are read from the
dataset's description (``…/catalog/datasets/<id>``), then each level is asked as one CSV
(``…/exports/csv?select=…&where=…&group_by=…``). Errors are ``{"error_code": …, "message": …}``.
"""

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from prospective.data.refresh.connector import Fetched, check_keys, frame, read_json, read_query
from prospective.data.refresh.guard import AnswerError
from prospective.data.refresh.transport import Transport
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

API = "https://open.urssaf.fr/api/explore/v2.1/catalog/datasets"
FIELD = "effectifs_salaries"  # what is summed, unless ``requete`` says « champ=… »
COLUMNS = {"reg": "code_region", "dep": "code_departement", "ze": "code_zone_d_emploi", "epci": "code_epci", "com": "code_commune"}  # fmt: skip
WIDTHS = {"ze": 4, "com": 5, "reg": 2, "dep": 2}  # codes whose leading zero a file may lose
REGION = 'code_region="32"'  # the communes asked are those of the region, which are too many for an address
SIZE = 256 * 1024 * 1024


class Urssaf:
    """Urssaf's private jobs; ``requete`` may hold ``champ`` (what is summed) and filters ``colonne=code``."""

    name, label, hosts = "urssaf", "L'Urssaf", frozenset({"open.urssaf.fr"})

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for every level that the series has. See ``Connector.fetch``."""
        base = f"{API}/{indicator.jeu_de_donnees}"
        query = read_query(indicator)
        field = query.pop("champ", [FIELD])[0]
        described = self._json(base, indicator, transport)
        names = [str(f.get("name", "")) for f in described.get("fields") or [] if isinstance(f, dict)]
        check_keys(indicator, query, names)
        years = [y for y in self._years(field, names, indicator) if not since or y >= since[:4]]
        if not years:
            raise DataError(
                f"{self.label} n'a aucune année à partir de {since} pour « {indicator.id} » : reculez --depuis."
            )
        filters = [_among(column, codes) for column, codes in query.items()]
        rows: list[tuple[str, str, object, str]] = []
        for level, codes in _levels(territories, indicator).items():
            rows += self._level(base, level, codes, field, years, filters, indicator, transport)
        updated = _processed(described)[:10]
        return Fetched(frame(rows), base, updated if re.fullmatch(r"\d{4}-\d{2}-\d{2}", updated) else "")

    def _years(self, field: str, names: Iterable[str], indicator: Indicator) -> list[str]:
        """The years of the header, which must follow one another."""
        found = sorted(m[1] for m in (re.fullmatch(rf"{re.escape(field)}_(\d{{4}})", name) for name in names) if m)
        if not found:
            raise DataError(
                f"{self.label}, {indicator.jeu_de_donnees} : aucune colonne « {field}_AAAA » ; vérifiez « champ=… » dans la requête de « {indicator.id} »."
            )
        for year in range(int(found[0]), int(found[-1])):
            if str(year) not in found:
                raise DataError(
                    f"{self.label}, {indicator.jeu_de_donnees} : la colonne « {field}_{year} » manque entre {found[0]} et {found[-1]} ; "
                    "le fichier est incomplet, réessayez plus tard."
                )
        return found

    def _level(
        self, base: str, level: str, codes: list[str], field: str, years: list[str], filters: list[str],
        indicator: Indicator, transport: Transport,
    ) -> list[tuple[str, str, object, str]]:  # fmt: skip
        column = COLUMNS.get(level, "")
        columns = [f"{field}_{year}" for year in years]
        where = [*filters, *([REGION] if level == "com" else [_among(column, codes)] if column else [])]
        asked = {
            "select": ", ".join([*([column] if column else []), *(f"sum({name}) as {name}" for name in columns)]),
            **({"where": " and ".join(where)} if where else {}),
            **({"group_by": column} if column else {}),
            "delimiter": ";",
        }
        try:
            path = transport.download(
                f"{base}/exports/csv?{urlencode(asked)}", "csv", {"Accept-Encoding": "gzip"}, size=SIZE
            )
        except AnswerError as error:
            raise DataError(_explain(self.label, indicator, error)) from error
        table = read_csv(path, f"{self.label}, {indicator.jeu_de_donnees}")
        lacking = [name for name in [*([column] if column else []), *columns] if table and name not in table[0]]
        if not table or lacking:
            fault = f"la colonne « {lacking[0]} » manque" if lacking else "aucune ligne"
            raise DataError(
                f"{self.label}, {indicator.jeu_de_donnees}, niveau {level} : {fault} ; réessayez plus tard."
            )
        found: list[tuple[str, str, object, str]] = []
        for row in table:
            place = f"{level}-{row[column].zfill(WIDTHS.get(level, 0))}" if column else level
            found += [(place, name[-4:], row[name], "") for name in columns]
        return found

    def _json(self, url: str, indicator: Indicator, transport: Transport) -> dict[str, Any]:
        try:
            path = transport.download(url, "json")
            found = read_json(path)
        except AnswerError as error:
            raise DataError(_explain(self.label, indicator, error)) from error
        except ValueError as error:
            raise DataError(
                f"{self.label} envoie une description tronquée ou mal formée ({error}) : réessayez plus tard."
            ) from error
        if not isinstance(found, dict) or "error_code" in found:
            raise DataError(f"{self.label} ne décrit pas le jeu « {indicator.jeu_de_donnees} » ({str(found)[:120]}).")
        return found


def _processed(described: dict[str, Any]) -> str:
    """When the producer processed the data; empty if the description doesn't say."""
    found: Any = described
    for key in ("metas", "default", "data_processed"):
        found = found.get(key) if isinstance(found, dict) else None
    return str(found or "")


def read_csv(path: Path, label: str) -> list[dict[str, str]]:
    """Read a ``;`` file strictly: UTF-8, no column twice, as many cells everywhere, nothing cut at the end.

    Raises
    ------
    DataError
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{label} : le fichier n'est pas en UTF-8 (octet {error.start}) ; réessayez plus tard."
        ) from error
    if not text.endswith("\n"):
        raise DataError(f"{label} : le fichier est tronqué, sa dernière ligne n'est pas finie ; réessayez plus tard.")
    try:
        header, *rows = [
            row for row in csv.reader(text.splitlines(keepends=True), delimiter=";", strict=True) if row
        ] or [[]]
    except csv.Error as error:
        raise DataError(f"{label} : le fichier n'est pas un CSV bien formé ({error}) ; réessayez plus tard.") from error
    twice = [name for name in header if header.count(name) > 1]
    if twice:
        raise DataError(f"{label}, ligne 1 : la colonne « {twice[0]} » figure deux fois ; réessayez plus tard.")
    for line, row in enumerate(rows, start=2):
        if row == header:
            raise DataError(f"{label}, ligne {line} : l'en-tête est répété au milieu du fichier ; réessayez plus tard.")
        if len(row) != len(header):
            raise DataError(
                f"{label}, ligne {line} : {len(row)} cellules au lieu de {len(header)}, le fichier est tronqué ou mal formé ; réessayez plus tard."
            )
    return [dict(zip(header, row, strict=True)) for row in rows]


def _levels(territories: Iterable[str], indicator: Indicator) -> dict[str, list[str]]:
    """Codes of the territories, by level."""
    found: dict[str, list[str]] = {}
    for territory in territories:
        level, _, code = territory.partition("-")
        if level not in COLUMNS and territory != "fr":
            raise DataError(
                f"L'Urssaf n'a pas de code pour le territoire « {territory} », que data/{indicator.fichier} donne pour « {indicator.id} »."
            )
        found.setdefault(level, []).append(code)
    return found


def _among(column: str, codes: Iterable[str]) -> str:
    return f"{column} in ({', '.join(json.dumps(code) for code in codes)})"


def _explain(label: str, indicator: Indicator, error: AnswerError) -> str:
    """Say in French what an error answer means."""
    try:
        told = json.loads(error.body)
        text = f"{told['error_code']} : {told['message']}"
    except (ValueError, KeyError, TypeError):
        text = error.body[:160].decode("utf-8", errors="replace").strip() or "sans explication"
    return f"{label} refuse la demande de « {indicator.jeu_de_donnees} » (code {error.status} ; {text}) : vérifiez la requête de « {indicator.id} »."
