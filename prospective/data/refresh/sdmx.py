"""Eurostat, the OECD, the ECB and Insee's BDM, which all speak SDMX: ``sdmx1`` writes the requests and reads the answers.

The bytes go through our own transport, never through sdmx1's session. Formats: SDMX-ML 2.1 (generic or structure-specific),
SDMX-JSON 1.0 for the ECB. Errors: SOAP faults of Eurostat (``EXTRACTION_TOO_BIG``, ``NO_RESULTS``…), its queue for big
extractions (<https://ec.europa.eu/eurostat/web/user-guides/data-browser/api-data-access/api-detailed-guidelines/asynchronous-api>),
``mes:Error`` of the SDMX standard, plain text of the OECD.
"""

import io
import re
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prospective.data.refresh.connector import Fetched, check_keys, codes, frame, period, read_query
from prospective.data.refresh.guard import AnswerError, Kind, TransportError, short
from prospective.data.refresh.transport import Transport
from prospective.model.errors import DataError
from prospective.model.indicator import Indicator

# Flags of an observation (SDMX code list CL_OBS_STATUS, and Eurostat's own letters, in lower case).
STATUSES = {"E": "estime", "P": "provisoire", "F": "prevision", "I": "estime"}
OWN_STATUSES = {"S": "estime"}  # of Eurostat's OBS_FLAG only: elsewhere an S is a strike
MISSING = {"M", "L", "C", "O", "Q", "Z", "H", ":"}  # missing, not published, confidential
REMARKS = {"B": "rupture de série", "U": "faible fiabilité", "D": "définition différente"}
QUALITY = {"P": "provisoire", "E": "estime", "SD": "provisoire"}  # Insee's OBS_QUAL

_COUNTRIES = {"fr": "FR", "de": "DE", "es": "ES", "it": "IT", "be": "BE", "dk": "DK", "uk": "UK", "us": "US"}
EUROSTAT = {
    **_COUNTRIES, "cn": "CN_X_HK", "ue27": "EU27_2020", "ue28": "EU28", "zone-euro": "EA", "reg-32": "FRE",
    "nuts-fre1": "FRE1", "nuts-fre2": "FRE2", "dep-59": "FRE11", "dep-62": "FRE12", "dep-02": "FRE21",
    "dep-60": "FRE22", "dep-80": "FRE23",
}  # fmt: skip
OECD = {
    "fr": "FRA", "de": "DEU", "es": "ESP", "it": "ITA", "be": "BEL", "dk": "DNK", "uk": "GBR", "us": "USA", "cn": "CHN",
    "ue27": "EU27_2020", "zone-euro": "EA20", "monde": "W", "reg-32": "FRE",
}  # fmt: skip
ECB = {**_COUNTRIES, "uk": "GB", "cn": "CN", "zone-euro": "U2", "ue27": "B6"}
QUEUE = "https://ec.europa.eu/eurostat/api/dissemination/1.0/async"
PAUSE = 10.0  # seconds between two looks at the queue


@dataclass
class Sdmx:
    """One provider of the family; ``source`` is its id in sdmx1, ``geography`` its dimension of places."""

    name: str
    label: str
    source: str
    hosts: frozenset[str]
    geography: str
    places: dict[str, str] = field(default_factory=dict)
    accept: str = ""
    kind: Kind = "xml"
    pause: float = PAUSE

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for a dataset; ``requete`` holds dimension = codes. See ``Connector.fetch``."""
        agency, flow = _flow(indicator.jeu_de_donnees)
        wanted = codes(self.label, self.places, indicator, territories)
        structure = self._structure(agency, flow, indicator, transport)
        order = [dimension.id for dimension in structure.dimensions if dimension.id != "TIME_PERIOD"]
        query = read_query(indicator)
        check_keys(indicator, query, order)
        if self.geography in order:
            query[self.geography] = list(wanted)
        elif len(wanted) > 1:
            raise DataError(
                f"{self.label}, {flow} n'a pas de dimension « {self.geography} » : la série « {indicator.id} » ne peut avoir qu'un territoire."
            )
        key = ".".join("+".join(query.get(name, [])) for name in order)
        params = {"startPeriod": since} if since else {}
        url = self._url("data", indicator.jeu_de_donnees, key=key, params=params)
        message = self._message(url, indicator, transport, structure)
        only = next(iter(wanted.values())) if self.geography not in order else ""
        return _fetched(message, url, lambda values: only or wanted.get(values.get(self.geography, ""), ""), self.label)

    def _structure(self, agency: str | None, flow: str, indicator: Indicator, transport: Transport) -> Any:
        owner = {"agency_id": agency} if agency else {}
        url = self._url("dataflow", flow, params={"references": "children"}, **owner)
        message = self._read(self._download(url, "xml", indicator, transport), None)
        found = list(getattr(message, "structure", {}).values())
        if len(found) != 1:
            raise DataError(
                f"{self.label} ne décrit pas le jeu « {flow} » : {short(url)} donne {len(found)} structures."
            )
        return found[0]

    def _url(self, resource: str, name: str, **arguments: Any) -> str:
        import sdmx

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sdmx1 deprecates words that its own sources still use
            return str(sdmx.Client(self.source).get(resource, name, dry_run=True, **arguments).url)

    def _message(self, url: str, indicator: Indicator, transport: Transport, structure: Any) -> Any:
        path = self._download(url, self.kind, indicator, transport)
        if identifier := _queued(path):
            path = self._queue(identifier, indicator, transport)
        return self._read(path, structure)

    def _download(self, url: str, kind: Kind, indicator: Indicator, transport: Transport, fresh: bool = False) -> Path:
        headers = {"Accept": self.accept} if self.accept and "/data/" in urlsplit(url).path else {}
        try:
            return transport.download(url, kind, headers, fresh=fresh)
        except AnswerError as error:
            raise DataError(_explain(self.label, indicator, error)) from error

    def _queue(self, identifier: str, indicator: Indicator, transport: Transport) -> Path:
        """Wait for an extraction that Eurostat put in its queue, then download it."""
        deadline = time.monotonic() + transport.limits.total
        while time.monotonic() < deadline:
            path = self._download(f"{QUEUE}/status/{identifier}", "xml", indicator, transport, fresh=True)
            status = _tag("status", path.read_bytes())
            path.unlink()
            if status == "AVAILABLE":
                return self._download(f"{QUEUE}/data/{identifier}", "xml", indicator, transport)
            if status not in ("SUBMITTED", "PROCESSING"):
                break
            time.sleep(self.pause)
        raise TransportError(
            f"{self.label} n'a pas préparé l'extraction de « {indicator.jeu_de_donnees} » (état : {status or 'inconnu'}) : réessayez plus tard."
        )

    def _read(self, path: Path, structure: Any) -> Any:
        import sdmx
        from sdmx.exceptions import XMLParseError

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                known = {} if structure is None or path.suffix == ".json" else {"structure": structure}
                return sdmx.read_sdmx(io.BytesIO(path.read_bytes()), **known)  # JSON describes itself
        except (
            XMLParseError, SyntaxError, AssertionError, ValueError, LookupError, RuntimeError, TypeError, AttributeError,
        ) as error:  # fmt: skip
            cause = error.__cause__ or error
            raise DataError(
                f"{self.label} envoie un message SDMX tronqué ou mal formé ({str(cause).splitlines()[0] if str(cause) else type(cause).__name__}) : réessayez plus tard."
            ) from error


class Bdm(Sdmx):
    """Insee's macroeconomic series, by their ``idbank``: no geography, one series a territory.

    ``requete`` is ``idbank=001565183`` for a series of one territory, ``fr=001565183;reg-32=001565184`` for several.
    """

    def fetch(
        self, indicator: Indicator, territories: tuple[str, ...], since: str | None, transport: Transport
    ) -> Fetched:
        """Ask for series of the BDM. See ``Connector.fetch``."""
        query = read_query(indicator)
        if "idbank" in query and len(territories) == 1:
            query = {territories[0]: query["idbank"]}
        check_keys(indicator, query, ["idbank", *territories])
        lacking = [t for t in territories if len(query.get(t, [])) != 1]
        if lacking:
            raise DataError(
                f"data/indicateurs.csv, indicateur « {indicator.id} », requete : il manque l'idbank de « {lacking[0]} » "
                "(« idbank=… » pour un seul territoire, « territoire=idbank » pour plusieurs)."
            )
        wanted = {values[0]: territory for territory, values in query.items()}
        params = {"startPeriod": since} if since else {}
        url = self._url("data", "SERIES_BDM", key="+".join(wanted), params=params)
        message = self._message(url, indicator, transport, None)
        return _fetched(message, url, lambda values: wanted.get(values.get("IDBANK", ""), ""), self.label)


def _flow(dataset: str) -> tuple[str | None, str]:
    """Split ``agence,flux,version`` into agency and dataflow; a bare id has no agency."""
    parts = dataset.split(",")
    return (parts[0], parts[1]) if len(parts) > 1 else (None, dataset)


def _tag(name: str, content: bytes) -> str:
    found = re.search(rf"<(?:\w+:)?{name}\b[^>]*>([^<]*)<".encode(), content)
    return found[1].decode("utf-8", errors="replace").strip() if found else ""


def _queued(path: Path) -> str:
    """The id of an extraction put in Eurostat's queue, or empty: the envelope is short, the data is not."""
    content = path.read_bytes() if path.stat().st_size < 4096 else b""
    identifier = _tag("id", content) if b"queued>" in content else ""
    return identifier if re.fullmatch(r"[A-Za-z0-9-]{1,80}", identifier) else ""


def _explain(label: str, indicator: Indicator, error: AnswerError) -> str:
    """Say in French what an error answer means."""
    told = _tag("faultstring", error.body) or _tag("Text", error.body)
    if not told and not error.body.lstrip().startswith(b"<"):
        told = error.body[:160].decode("utf-8", errors="replace").strip()
    dataset = f"{label}, jeu « {indicator.jeu_de_donnees} »"
    if error.status == 413 or "EXTRACTION_TOO_BIG" in told:
        return f"{dataset} : la demande est trop volumineuse ({told}) ; précisez la requête de « {indicator.id} » ou donnez --depuis."
    if error.status == 404 or "no result" in told.lower() or "NO_RESULTS" in told:
        return f"{dataset} : aucune donnée ne répond à la demande ({told or error.status}) ; vérifiez jeu_de_donnees et requete de « {indicator.id} »."
    return f"{dataset} : la demande est refusée (code {error.status} : {told or 'sans explication'}) ; vérifiez la requête de « {indicator.id} »."


def _observations(message: Any) -> Iterator[tuple[dict[str, str], object, dict[str, str]]]:
    """Every observation: its dimensions (and the attributes of its series), its value, its own attributes."""
    for dataset in message.data:
        for observation in dataset.obs:
            keys = {name: str(value.value) for name, value in observation.key.values.items()}
            attributes = {name: str(getattr(v.value, "id", v.value)) for name, v in observation.attrib.items()}
            yield {**attributes, **keys}, observation.value, attributes


def _fetched(message: Any, url: str, place: Any, label: str) -> Fetched:
    notices = [str(text) for text in getattr(message.footer, "text", [])] if message.footer else []
    rows, remarks = [], []
    for keys, value, attributes in _observations(message):
        territory, date = place(keys), period(keys.get("TIME_PERIOD", ""))
        flags = set(re.findall(r"\w", attributes.get("OBS_STATUS", attributes.get("OBS_FLAG", "")).upper()))
        remarks += [
            f"{label} signale pour {territory}, {date} : {REMARKS[flag]}" for flag in sorted(flags) if flag in REMARKS
        ]
        if value is None or flags & MISSING or attributes.get("CONF_STATUS", "F") not in ("F", "A"):
            continue
        known = STATUSES | (OWN_STATUSES if "OBS_FLAG" in attributes else {})
        marked = [known[flag] for flag in ("F", "E", "I", "S", "P") if flag in flags and flag in known]
        quality = QUALITY.get(attributes.get("OBS_QUAL", ""))
        rows.append((territory, date, value, next(iter([*marked, *([quality] if quality else [])]), "observe")))
    if not rows and notices:
        raise DataError(f"{label} répond sans donnée : « {' '.join(notices)[:300]} ».")
    remarks += [f"{label} ajoute : « {text} »" for text in notices]
    return Fetched(frame(rows), short(url), remarks=remarks)  # the message says when it was made, not when the data was
