"""Insee's Melodi: ``pynsee`` pages and reads the datasets; the bytes go through our transport.

pynsee is pointed at our transport by giving ``pynsee.melodi.data`` our session in place of its own, for the time of a
call: its own does not check certificates, and obeys neither our hosts nor our limits. Its cache (30 days, in the user's
folder) is left aside too: ``get_dataset`` is called without its decorator. Documented limit: 30 requests a minute.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd

from prospective.data.refresh.connector import Fetched, check_keys, codes, frame, period, read_json, read_query
from prospective.data.refresh.guard import AnswerError
from prospective.data.refresh.transport import Transport
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

API = "https://api.insee.fr/melodi/data"
PREFIXES = {"reg": "REG", "dep": "DEP", "ze": "ZE2020", "epci": "EPCI", "com": "COM"}
COUNTRIES = {"fr": "FRANCE-F", "fr-metro": "FRANCE-FM"}
STATUSES = {"E": "estime", "P": "provisoire", "F": "prevision"}
MEASURE = "mesure"
OWN = frozenset({"GEO", "TIME_PERIOD", "OBS_STATUS", "CONF_STATUS"})


class _Answer:
    """What pynsee needs of an answer."""

    ok, status_code = True, 200

    def __init__(self, path: Path) -> None:
        self.path = path

    def json(self) -> Any:
        return read_json(self.path)


class _Session:
    """Stands where pynsee has its session; adds the places, because pynsee writes one value for a filter."""

    def __init__(self, transport: Transport, places: Iterable[str]) -> None:
        self.transport, self.places = transport, [("GEO", place) for place in places]

    def __enter__(self) -> "_Session":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def request_insee(self, api_url: str, **_: object) -> _Answer:
        if "GEO=" not in urlsplit(api_url).query:
            api_url = f"{api_url}&{urlencode(self.places)}"
        return _Answer(self.transport.download(api_url, "json"))


@contextmanager
def _through(transport: Transport, places: Iterable[str]) -> Iterator[Any]:
    """Lend our transport to ``pynsee.melodi.data``; its progress bar is silenced as well."""
    from pynsee.melodi import data

    kept, asked = (data.PynseeAPISession, data.tqdm), list(places)
    data.PynseeAPISession = lambda: _Session(transport, asked)
    data.tqdm = lambda steps, **_: steps
    try:
        yield data.get_dataset.__wrapped__
    finally:
        data.PynseeAPISession, data.tqdm = kept


class Melodi:
    """Insee's local data; ``requete`` holds dimension = code, and ``mesure`` if a dataset has several."""

    name, label, hosts = "insee-melodi", "L'Insee (Melodi)", frozenset({"api.insee.fr"})

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for a dataset, whole years from ``since`` on being kept. See ``Connector.fetch``."""
        wanted = codes(self.label, {t: _code(t) for t in territories if _code(t)}, indicator, territories)
        query = read_query(indicator)
        measure = query.pop(MEASURE, [""])[0]
        several = [key for key, values in query.items() if len(values) > 1]
        if several:
            raise DataError(
                f"data/indicateurs.csv, indicateur « {indicator.id} », requete : « {several[0]} » a plusieurs valeurs ; Melodi n'en lit qu'une."
            )
        filters = {key: values[0] for key, values in query.items()}
        try:
            with _through(transport, wanted) as get_dataset:
                table = get_dataset(indicator.jeu_de_donnees, language="fr", **filters)
        except AnswerError as error:
            raise DataError(
                f"{self.label} refuse la demande de « {indicator.jeu_de_donnees} » (code {error.status} : {_told(error.body)}) ; vérifiez la requête de « {indicator.id} »."
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"{self.label} envoie une réponse vide, tronquée ou mal formée ({error}) : vérifiez la requête de « {indicator.id} », ou réessayez plus tard."
            ) from error
        return self._fetched(table, measure, wanted, since, indicator, filters)

    def _fetched(
        self, table: pd.DataFrame, measure: str, wanted: dict[str, str], since: str | None, indicator: Indicator,
        filters: dict[str, str],
    ) -> Fetched:  # fmt: skip
        measures = [c for c in table.columns if str(c).startswith("OBS_VALUE")]
        check_keys(indicator, [measure] if measure else [], measures)
        chosen = measure or (measures[0] if len(measures) == 1 else "")
        lacking = {"GEO", "TIME_PERIOD"} - set(table.columns)
        if not chosen or lacking:
            fault = f"sans colonne {sorted(lacking)[0]}" if lacking else f"avec les mesures {', '.join(measures)}"
            raise DataError(
                f"{self.label}, {indicator.jeu_de_donnees} : tableau {fault} ; précisez « {MEASURE}=… » dans la requête de « {indicator.id} »."
            )
        free = [c for c in table.columns if re.fullmatch("[A-Z0-9_]+", str(c)) and c not in OWN and c not in measures]
        loose = [c for c in free if c not in filters and table[c].nunique() > 1]
        if loose:
            raise DataError(
                f"{self.label}, {indicator.jeu_de_donnees} : la dimension {loose[0]} a plusieurs valeurs ; fixez-la dans la requête de « {indicator.id} »."
            )
        rows = []
        for row in table.to_dict("records"):
            place = re.sub(r"^\d{4}-", "", str(row["GEO"]))
            date, value, flag = period(str(row["TIME_PERIOD"])), row[chosen], str(row.get("OBS_STATUS", "A"))
            if pd.isna(value) or (since and date < since):
                continue
            rows.append((wanted.get(place, place), date, value, STATUSES.get(flag, "observe")))
        return Fetched(frame(rows), f"{API}/{indicator.jeu_de_donnees}")


def _code(territory: str) -> str:
    level, _, code = territory.partition("-")
    return COUNTRIES.get(territory) or (f"{PREFIXES[level]}-{code}" if level in PREFIXES else "")


def _told(body: bytes) -> str:
    """The explanation of an error answer."""
    try:
        found = json.loads(body)
        text = str(found.get("message") or found.get("error") or found) if isinstance(found, dict) else str(found)
    except ValueError:
        text = body[:160].decode("utf-8", errors="replace")
    return text.strip() or "sans explication"
