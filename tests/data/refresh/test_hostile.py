"""Answers meant to hang, fill or lead astray: one sentence, in a bounded time, ``data/`` untouched, staging removed."""

import gzip
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from prospective.data.refresh.run import refresh
from prospective.model.errors import DataError
from tests.data.refresh import payloads, producers
from tests.data.refresh.conftest import QUICK, imprint, staged
from tests.data.refresh.server import JSON, XML, Answer, Exchange, Lab, redirect, reply
from tests.data.refresh.test_refresh import run

DATA, FLOW = producers.EUROSTAT_DATA, producers.EUROSTAT_FLOW
WHOLE = producers.eurostat()
TEXT = WHOLE.decode().partition("?>")[2]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
LAUGHS = "<!DOCTYPE r [<!ENTITY a 'lol'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
ROW = {"countryiso3code": "FRA", "date": "2022", "value": 7.3, "obs_status": ""}


def raw(*parts: bytes) -> Answer:
    """Bytes as they are, then the end of the connection."""

    def answer(exchange: Exchange) -> None:
        for part in parts:
            exchange.wfile.write(part)
        exchange.wfile.flush()
        exchange.close_connection = True

    return answer


def dripping(exchange: Exchange) -> None:
    """One byte now and then, never late enough for the time-out of a read."""
    exchange.wfile.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        exchange.wfile.write(b"<")
        exchange.wfile.flush()
        time.sleep(0.1)


def entity(definition: str, use: str) -> Answer:
    """Eurostat's data with a document type, and an entity in place of a value."""
    return reply(f"{definition}{TEXT.replace('40.6', use)}".encode(), XML)


def pages(header: dict[str, object], row: dict[str, object] | None = None) -> Answer:
    """A page of the World Bank."""
    return reply(
        json.dumps([{"page": 1, "pages": 1, "per_page": 50, "total": 1, **header}, [{**ROW, **(row or {})}]]).encode(),
        JSON,
    )


CASES: dict[str, tuple[str, str, Answer, str]] = {
    "a bomb of zeros": ("essai-eurostat", DATA, reply(gzip.compress(b"<" + b"\0" * 50_000_000, 1), XML, headers={"Content-Encoding": "gzip"}), "envoie trop d'octets"),
    "a bomb in an error": ("essai-eurostat", DATA, reply(gzip.compress(b" " * 50_000_000, 1), XML, 404, headers={"Content-Encoding": "gzip"}), "aucune donnée ne répond"),
    "gzip that is none": ("essai-eurostat", DATA, reply(b"abc", XML, headers={"Content-Encoding": "gzip"}), "coupe la connexion en chemin"),
    "to an address in figures": ("essai-eurostat", DATA, redirect("https://127.0.0.1/x"), "« 127.0.0.1 », qui n'est pas dans la liste"),
    "to a host behind an identifier": ("essai-eurostat", DATA, redirect("https://ec.europa.eu@evil.example/"), "« evil.example », qui n'est pas dans la liste"),
    "to a host behind a backslash": ("essai-eurostat", DATA, redirect("https://ec.europa.eu\\@evil.example/"), "« evil.example », qui n'est pas dans la liste"),
    "to a look-alike": ("essai-eurostat", DATA, redirect("https://ec.europa.eu.evil.com/"), "« ec.europa.eu.evil.com », qui n'est pas dans la liste"),
    "to what is no address": ("essai-eurostat", DATA, redirect("https://[::1/x"), "donne une réponse illisible"),
    "to bytes": ("essai-eurostat", DATA, raw(b"HTTP/1.1 302 Found\r\nLocation: https://ec.europa.eu/\xe9\xff\r\nContent-Length: 0\r\n\r\n"), "donne une réponse illisible"),
    "shorter than it is": ("essai-eurostat", DATA, raw(HEAD + b"Content-Length: 500\r\n\r\n" + WHOLE), "tronqué ou mal formé"),
    "longer than it is": ("essai-eurostat", DATA, raw(HEAD + b"Content-Length: 99999\r\n\r\n" + WHOLE), "coupe la connexion en chemin"),
    "of two lengths": ("essai-eurostat", DATA, raw(HEAD + b"Content-Length: 10\r\nContent-Length: 500\r\n\r\n" + WHOLE), "donne une réponse illisible"),
    "of a length of 5,000 digits": ("essai-eurostat", DATA, raw(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + WHOLE), "donne une réponse illisible"),
    "cut inside a chunk": ("essai-eurostat", DATA, raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n999\r\n" + WHOLE[:300]), "coupe la connexion en chemin"),
    "not HTTP": ("essai-eurostat", DATA, raw(b"\0\1\2 bonjour\r\n\r\n"), "ne peut pas être joint"),
    "wait for ²": ("essai-eurostat", DATA, raw("HTTP/1.1 503 X\r\nContent-Length: 0\r\nRetry-After: ²\r\n\r\n".encode("latin-1")), "donne une réponse illisible"),
    "a file of ours as an entity": ("essai-eurostat", DATA, entity("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>", "&x;"), "tronqué ou mal formé"),
    "a billion laughs": ("essai-eurostat", DATA, entity(LAUGHS, "&j;"), "tronqué ou mal formé"),
    "a structure of another kind": ("essai-eurostat", FLOW, reply(b"<a>" * 100_000, XML), "tronqué ou mal formé"),
    "UTF-16": ("essai-eurostat", DATA, reply(TEXT.encode("utf-16"), XML), "n'envoie pas de XML"),
    "Infinity": ("essai-mondiale", producers.WORLD_BANK, pages({}, {"value": float("inf")}), "n'est pas un nombre"),
    "a thousand million pages": ("essai-mondiale", producers.WORLD_BANK, pages({"pages": 10**9, "total": 10**9}), "plus de 40 pages pour une seule série"),
    "ten thousand lists": ("essai-mondiale", producers.WORLD_BANK, reply(b"[" * 10_000 + b"]" * 10_000, JSON), "JSON decoding error"),
    "a key twice": ("essai-mondiale", producers.WORLD_BANK, reply(b'[{"page":1,"pages":1,"per_page":50,"total":1},[{"value":7.3,"value":8.1}]]', JSON), "JSON decoding error"),
    "a date that is a number": ("essai-mondiale", producers.WORLD_BANK, pages({}, {"date": 2022}), "envoie des lignes mal formées"),
    "an update at the end of time": ("essai-mondiale", producers.WORLD_BANK, pages({"lastupdated": "2099-12-31"}), "le millésime 2099-12-31 est dans l'avenir"),
    "words on two lines": ("essai-mondiale", producers.WORLD_BANK, reply(b'[{"message":[{"id":"1","key":"a\\nb","value":"\\u001b[31m"}]}]', JSON), "a b: ·[31m"),
    "lists of lists, Melodi": ("essai-melodi", producers.MELODI, reply(b"[" * 100_000 + b"]" * 100_000, JSON), "trop de listes emboîtées"),
    "lists of lists, Urssaf": ("essai-urssaf", producers.URSSAF, reply(b'{"fields":' + b"[" * 100_000, JSON), "trop de listes emboîtées"),
    "no field": ("essai-urssaf", producers.URSSAF, reply(b'{"fields":null}', JSON), "aucune colonne"),
    "an error with status 200": ("essai-urssaf", producers.URSSAF_CSV, reply(payloads.ods_error("ODSQLError", "Unknown"), JSON), "n'envoie pas de CSV"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_answer_is_one_sentence(publication: Path, online: Lab, name: str) -> None:
    indicator, route, answer, told = CASES[name]
    before, start = imprint(publication), time.monotonic()
    online.routes[route] = answer
    report = refresh(publication, [indicator], tell=lambda line: None, limits=replace(QUICK, requests=40))
    assert told in report.failures[indicator]
    assert report.failures[indicator].isprintable()
    assert "imprévue" not in report.failures[indicator]
    assert imprint(publication) == before
    assert staged(publication) == []
    assert set(online.tunnels) <= {"ec.europa.eu", "api.worldbank.org", "api.insee.fr", "open.urssaf.fr"}
    assert time.monotonic() - start < 20


def test_a_server_that_drips_is_left_in_time(publication: Path, online: Lab) -> None:
    before, start = imprint(publication), time.monotonic()
    online.routes[DATA] = dripping
    report = refresh(publication, ["essai-eurostat"], tell=lambda line: None, limits=replace(QUICK, total=1.5))
    assert "n'est pas fini après 2 secondes" in report.failures["essai-eurostat"]
    assert time.monotonic() - start < 15
    assert imprint(publication) == before
    assert staged(publication) == []


def test_what_cannot_be_staged_is_told(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    (publication / "_build").mkdir()
    (publication / "_build/actualisation").write_text("un fichier à la place du dossier")
    with pytest.raises(DataError, match="ne peut pas écrire dans _build/actualisation/"):
        run(publication, "essai-bdm")
    assert imprint(publication) == before


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second disk here")
def test_a_staging_area_on_another_disk_is_told(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        (publication / "_build").mkdir()
        (publication / "_build/actualisation").symlink_to(elsewhere)
        with pytest.raises(DataError, match="_build/ et data/ sont sur deux disques"):
            run(publication, "essai-bdm")
    assert imprint(publication) == before
