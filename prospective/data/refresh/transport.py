"""The only door to the network: one session with its guards, that every connector goes through.

Each address asked, redirections included, must be https on a host of the allow-list. What comes is written to a
staging folder as it comes, with a limit of size and of time; a cut download is resumed where the server allows it.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from prospective.data.refresh.guard import AnswerError, Kind, TransportError, check_kind, guard, short

MEBIBYTE = 1024 * 1024
CHUNK = 65536
HOPS = 5
RETRIED = frozenset({429, 500, 502, 503, 504})
AGENT = "prospective-industrie"
ACCEPT: dict[Kind, str] = {"xml": "application/xml, */*;q=0.5", "json": "application/json", "csv": "text/csv"}


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and attempts that a download may take.

    ``patience`` is the longest ``Retry-After`` that is obeyed; beyond it the source fails and says when to come back.
    ``requests`` is the number of addresses that one series may ask: a producer may announce a thousand million pages.
    """

    connect: float = 10.0
    read: float = 60.0
    total: float = 1800.0
    attempts: int = 5
    backoff: float = 1.0
    patience: float = 120.0
    size: int = 64 * MEBIBYTE
    requests: int = 400


class _RetryError(Exception):
    """Something that may go better later: the reason in French, and the seconds to wait if the server gave them."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class Transport:
    """Downloads for one source, kept in a staging folder; a download finished there is not asked again.

    Attributes
    ----------
    folder : where the downloads are.
    reused : how many downloads were already there.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder, self.limits = folder, limits or Limits()
        self.reused, self.asked = 0, 0
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity"})

    def download(
        self,
        url: str,
        kind: Kind,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
        size: int | None = None,
    ) -> Path:
        """Download an address into the staging folder and return the file.

        Parameters
        ----------
        kind : what is expected (``xml``, ``json``, ``csv``); a web page, or anything else, is refused.
        fresh : ask again even if the file is already there (the state of a queue, for instance).
        size : largest size in bytes, counted once decompressed; that of the limits by default.

        Raises
        ------
        TransportError
            If an address is not allowed, if the answer is too big, too slow, cut too often, or not of the kind.
        AnswerError
            If the server answers an error.
        """
        guard(url)
        sent = {"Accept": ACCEPT[kind], **(headers or {})}
        name = hashlib.sha256(f"{url}\n{sorted(sent.items())}".encode()).hexdigest()[:32]
        target = self.folder / f"{name}.{kind}"
        if target.exists() and not fresh:
            self.reused += 1
            return target
        self.asked += 1
        if self.asked > self.limits.requests:
            raise TransportError(
                f"{urlsplit(url).hostname} annonce plus de {self.limits.requests} pages pour une seule série : {short(url)} ; "
                "resserrez la requête (colonne « requete » de data/indicateurs.csv, ou --depuis)."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        _Download(self, url, kind, sent, target, size or self.limits.size).run()
        return target

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """Open an answer, following redirections from allowed address to allowed address."""
        first, limits = url, self.limits
        for _ in range(HOPS + 1):
            guard(url, "" if url == first else first)
            with self._session.get(
                url, headers=dict(headers), timeout=(limits.connect, limits.read), stream=True, allow_redirects=False
            ) as response:
                if not response.is_redirect:
                    yield response
                    return
                url = urljoin(url, response.headers["location"])
        raise TransportError(
            f"{short(first)} renvoie plus de {HOPS} fois d'une adresse à l'autre : réessayez plus tard."
        )


class _Download:
    """One download: attempts, pauses, resumption."""

    def __init__(
        self, transport: Transport, url: str, kind: Kind, headers: Mapping[str, str], target: Path, size: int
    ) -> None:
        self.transport, self.url, self.kind, self.headers = transport, url, kind, headers
        self.target, self.size, self.limits = target, size, transport.limits
        self.part, self.mark = target.with_suffix(".part"), target.with_suffix(".etag")
        self.deadline = time.monotonic() + self.limits.total

    def run(self) -> None:
        reason = ""
        for attempt in range(self.limits.attempts):
            try:
                self._attempt()
            except _RetryError as retry:
                reason = retry.reason
                self._pause(retry, attempt)
                if time.monotonic() > self.deadline:
                    break
            else:
                self.part.replace(self.target)
                self.mark.unlink(missing_ok=True)
                return
        raise TransportError(f"{reason}, {attempt + 1} fois de suite : {short(self.url)} ; réessayez plus tard.")

    def _pause(self, retry: _RetryError, attempt: int) -> None:
        wait = self.limits.backoff * 2**attempt if retry.wait is None else retry.wait
        if wait > self.limits.patience:
            raise TransportError(
                f"{retry.reason}, et le serveur demande d'attendre {wait:.0f} secondes : {short(self.url)} ; revenez plus tard."
            )
        if attempt + 1 < self.limits.attempts:
            time.sleep(wait)

    def _attempt(self) -> None:
        host = urlsplit(self.url).hostname
        headers = dict(self.headers)
        if self.part.exists() and self.mark.exists():
            headers |= {
                "Range": f"bytes={self.part.stat().st_size}-",
                "If-Range": self.mark.read_text(encoding="ascii"),
            }
        try:
            with self.transport.open(self.url, headers) as response:
                self._receive(response)
        except requests.exceptions.SSLError as error:
            raise TransportError(
                f"Le certificat de {host} n'est pas reconnu : vérifiez la date de la machine et son proxy."
            ) from error
        except requests.exceptions.Timeout as error:
            raise _RetryError(f"{host} ne répond pas à temps") from error
        except (
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
            urllib3.exceptions.ProtocolError,
            urllib3.exceptions.DecodeError,
        ) as error:
            raise _RetryError(f"{host} coupe la connexion en chemin") from error
        except urllib3.exceptions.TimeoutError as error:
            raise _RetryError(f"{host} ne répond pas à temps") from error
        except requests.exceptions.ConnectionError as error:
            slow = "timed out" in str(error).lower()  # a pause in the middle of a body
            raise _RetryError(f"{host} ne répond pas à temps" if slow else f"{host} ne peut pas être joint") from error
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            # ValueError: a length that is not a number, an address that is not one.
            told = f"{error}".splitlines()[0][:120] if f"{error}" else type(error).__name__
            raise TransportError(f"{host} donne une réponse illisible ({told}) : réessayez plus tard.") from error

    def _receive(self, response: requests.Response) -> None:
        status, host = response.status_code, urlsplit(self.url).hostname
        if status in RETRIED:
            busy = {429: "demande de ralentir", 500: "est en panne", 503: "est indisponible"}.get(
                status, "est en panne"
            )
            raise _RetryError(f"{host} {busy} (code {status})", _retry_after(response.headers.get("Retry-After")))
        if status == 416:  # what we have no longer is a beginning of what there is
            self.part.unlink(missing_ok=True)
            raise _RetryError(f"{host} ne sait pas reprendre")
        if status not in (200, 206):
            raise AnswerError(self.url, status, next(self._chunks(response), b""))
        start = self._start(response)
        self._check_length(response, start)
        self._write(response, start)

    def _start(self, response: requests.Response) -> int:
        """Where the bytes to come start; remember how to resume them."""
        if response.status_code == 206:
            start = self.part.stat().st_size if self.part.exists() else 0
            if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
                self.part.unlink(missing_ok=True)
                raise _RetryError(f"{urlsplit(self.url).hostname} reprend au mauvais endroit")
            return start
        mark = response.headers.get("ETag", "")
        if mark and not mark.startswith("W/") and mark.isascii() and not response.headers.get("Content-Encoding"):
            self.mark.write_text(mark, encoding="ascii")
        else:
            self.mark.unlink(missing_ok=True)
        return 0

    def _check_length(self, response: requests.Response, start: int) -> None:
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and start + int(length) > self.size:
            raise self._too_big(f"annonce {(start + int(length)) / MEBIBYTE:.0f} Mio")

    def _too_big(self, told: str) -> TransportError:
        self.part.unlink(missing_ok=True)
        return TransportError(
            f"{urlsplit(self.url).hostname} {told}, plus que la limite de {self.size / MEBIBYTE:.0f} Mio : {short(self.url)} ; "
            "resserrez la requête (colonne « requete » de data/indicateurs.csv, ou --depuis)."
        )

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        """The body as it comes: what one read of the connection gives, so that a server that drips is stopped in time."""
        raw: urllib3.response.HTTPResponse = response.raw
        while chunk := raw.read1(CHUNK, decode_content=True):
            if time.monotonic() > self.deadline:
                raise TransportError(
                    f"{short(self.url)} n'est pas fini après {self.limits.total:.0f} secondes : réessayez plus tard."
                )
            yield chunk

    def _write(self, response: requests.Response, start: int) -> None:
        total, seen = start, start > 0
        with self.part.open("ab" if start else "wb") as stream:
            for chunk in self._chunks(response):
                if not seen and chunk.strip():
                    check_kind(self.url, self.kind, response.headers.get("Content-Type", ""), chunk)
                    seen = True
                total += len(chunk)
                if total > self.size:
                    raise self._too_big("envoie trop d'octets")
                stream.write(chunk)
        if not seen:
            raise TransportError(
                f"{urlsplit(self.url).hostname} envoie une réponse vide : {short(self.url)} ; réessayez."
            )


def _retry_after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` asks for (a number of seconds, or a date)."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
