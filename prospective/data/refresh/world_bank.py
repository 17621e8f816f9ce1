"""The World Bank's indicators: ``wbgapi`` asks page after page and reads them; the bytes go through our transport.

The v2 route ``country/…/indicator/…`` answers ``[header, rows]``, or ``[{"message": [{"id", "key", "value"}]}]`` for an
error (<https://datahelpdesk.worldbank.org/knowledgebase/articles/898581>).
"""

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prospective.data.refresh.connector import Fetched, check_keys, codes, frame, period, read_json, read_query
from prospective.data.refresh.guard import AnswerError
from prospective.data.refresh.transport import Transport
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

PLACES = {
    "fr": "FRA", "de": "DEU", "es": "ESP", "it": "ITA", "be": "BEL", "dk": "DNK", "uk": "GBR", "us": "USA", "cn": "CHN",
    "ue27": "EUU", "zone-euro": "EMU", "monde": "WLD",
}  # fmt: skip
WDI = "2"  # World Development Indicators, the source asked unless ``requete`` says otherwise
FLAGS = {"E": "estime", "F": "prevision", "P": "provisoire"}


class _Page:
    """What wbgapi needs of an answer: status, reason, JSON."""

    status_code, reason = 200, "OK"

    def __init__(self, path: Path) -> None:
        self.path = path

    def json(self) -> Any:
        return read_json(self.path)


class _Door:
    """Stands where wbgapi has the module ``requests``: every page goes through our transport."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.pages: list[_Page] = []

    def get(self, url: str, **_: object) -> _Page:
        self.pages.append(_Page(self.transport.download(url, "json")))
        return self.pages[-1]


@contextmanager
def _through(transport: Transport) -> Iterator[tuple[Any, _Door]]:
    """Lend our transport to wbgapi, whose functions call ``requests.get`` from their module."""
    import wbgapi

    door, before = _Door(transport), wbgapi.requests
    wbgapi.requests = door
    try:
        yield wbgapi, door
    finally:
        wbgapi.requests = before


class WorldBank:
    """The World Bank; ``requete`` may hold ``source=2`` (its database)."""

    name, label, hosts = "banque-mondiale", "La Banque mondiale", frozenset({"api.worldbank.org"})

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for an indicator. See ``Connector.fetch``."""
        wanted = codes(self.label, PLACES, indicator, territories)
        query = read_query(indicator)
        check_keys(indicator, query, ["source"])
        route = f"country/{';'.join(wanted)}/indicator/{indicator.jeu_de_donnees}"
        params = {"source": query.get("source", [WDI])[0]}
        if since:
            params["date"] = f"{since[:4]}:{datetime.date.today().year}"
        with _through(transport) as (wbgapi, door):
            try:
                found = list(wbgapi.fetch(route, params) or [])
            except wbgapi.APIError as error:
                raise DataError(
                    f"{self.label} refuse la demande de « {indicator.jeu_de_donnees} » ({error.msg}) : vérifiez le jeu_de_donnees de « {indicator.id} »."
                ) from error
            except AnswerError as error:
                raise DataError(f"{error} ; vérifiez le jeu_de_donnees de « {indicator.id} ».") from error
            except (TypeError, KeyError, ValueError, AttributeError) as error:
                raise DataError(
                    f"{self.label} envoie un message JSON tronqué ou mal formé ({error}) : réessayez plus tard."
                ) from error
            header = door.pages[0].json()[0] if door.pages else {}
        try:
            rows = [
                (wanted.get(r["countryiso3code"], ""), period(r["date"]), r["value"], FLAGS.get(r.get("obs_status") or "", ""))
                for r in found
                if r["value"] is not None
            ]  # fmt: skip
        except (TypeError, KeyError) as error:
            fault = f"sans le champ {error}" if isinstance(error, KeyError) else f"mal formées ({error})"
            raise DataError(f"{self.label} envoie des lignes {fault} : réessayez plus tard.") from error
        updated = str(header.get("lastupdated", ""))
        origin = f"https://api.worldbank.org/v2/{route}"
        return Fetched(frame(rows), origin, updated if re.fullmatch(r"\d{4}-\d{2}-\d{2}", updated) else "")
