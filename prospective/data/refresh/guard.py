"""What the network may give: allowed addresses, and answers that are of the kind expected."""

from typing import Literal
from urllib.parse import urlsplit

from prospective.model.errors import DataError

HOSTS = frozenset(
    {
        "ec.europa.eu",  # Eurostat
        "api.worldbank.org",
        "sdmx.oecd.org",
        "data-api.ecb.europa.eu",
        "www.bdm.insee.fr",  # the address that sdmx1 knows
        "bdm.insee.fr",
        "api.insee.fr",  # Melodi
        "open.urssaf.fr",
    }
)
Kind = Literal["xml", "json", "csv"]
FIRST: dict[Kind, bytes] = {"xml": b"<", "json": b"[{", "csv": b""}


class TransportError(DataError):
    """A download that was refused or that could not be finished; the message is one French sentence."""


class AnswerError(TransportError):
    """An error answer of a server, with its status and the beginning of its body."""

    def __init__(self, url: str, status: int, body: bytes) -> None:
        super().__init__(f"{urlsplit(url).hostname} refuse la demande (code {status}) : {short(url)}")
        self.url, self.status, self.body = url, status, body


def guard(url: str, sender: str = "") -> None:
    """Refuse an address that is not https on a host of the allow-list.

    Parameters
    ----------
    sender : the address that redirects there, if any.

    Raises
    ------
    TransportError
    """
    parts = urlsplit(url)
    fault = ""
    if parts.scheme != "https":
        fault = "n'est pas une adresse https"
    elif parts.hostname not in HOSTS:
        fault = f"est sur « {parts.hostname} », qui n'est pas dans la liste des hôtes permis"
    elif parts.netloc != parts.hostname and parts.netloc != f"{parts.hostname}:443":
        fault = "porte un identifiant ou un port inattendus"
    if fault:
        origin = f"{short(sender)} renvoie ailleurs : " if sender else ""
        raise TransportError(f"{origin}{short(url)} {fault} ; rien n'a été demandé à cette adresse.")


def check_kind(url: str, kind: Kind, content_type: str, beginning: bytes) -> None:
    """Refuse a web page, or anything that doesn't start like the kind of file expected.

    Raises
    ------
    TransportError
    """
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if "html" in content_type.lower() or start[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise TransportError(
            f"{urlsplit(url).hostname} envoie une page web au lieu de données {kind.upper()} : {short(url)} ; "
            "le service est sans doute en maintenance, réessayez plus tard."
        )
    if (kind == "csv" and start[:1] in (b"<", b"{", b"[")) or (kind != "csv" and start[:1] not in FIRST[kind]):
        text = "".join(c if c.isprintable() else "·" for c in start[:60].decode("utf-8", errors="replace"))
        raise TransportError(f"{urlsplit(url).hostname} n'envoie pas de {kind.upper()} mais « {text} » : {short(url)}")


def short(url: str) -> str:
    """Shorten an address for a sentence: host and path, without its long query."""
    parts = urlsplit(url)
    text = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return text if len(text) <= 120 else f"{text[:119]}…"
