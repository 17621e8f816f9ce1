"""Every bad answer of a producer: a clear sentence, nothing left behind, the other sources unharmed.

Each case refreshes a source that fails together with the World Bank, which answers well: ``data/`` must end, byte for
byte, as if the World Bank alone had been refreshed.
"""

import gzip
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from prospective.data.refresh.registry import CONNECTORS
from prospective.data.refresh.transport import CHUNK
from tests.data.refresh import payloads, producers
from tests.data.refresh.conftest import imprint, rows, staged
from tests.data.refresh.server import (
    CSV,
    JSON,
    XML,
    Answer,
    Lab,
    by_turns,
    cut,
    declared,
    endless,
    redirect,
    reply,
    slow,
)
from tests.data.refresh.test_refresh import run

PAGE = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
DATA, FLOW, EXPORT = producers.EUROSTAT_DATA, producers.EUROSTAT_FLOW, producers.URSSAF_CSV
WHOLE = producers.eurostat()
SOAP = "text/xml;charset=UTF-8"


def changed(old: str, new: str) -> Answer:
    """Eurostat's data with one text replaced."""
    assert old in WHOLE.decode()
    return reply(producers.eurostat(lambda text: text.replace(old, new, 1)), XML)


def communes(change: Callable[[bytes], bytes]) -> Answer:
    """Urssaf's CSV of communes, spoilt; the other levels are good."""
    return producers.urssaf(lambda column, body: change(body) if column == "code_commune" else body)


def with_row(*cells: str) -> Answer:
    """Urssaf's CSV of communes with one more row."""
    return producers.urssaf(extra=[list(cells)])


def latin(body: bytes) -> bytes:
    return body.decode("utf-8-sig").replace("02001;79", "02001 Abbécourt;79").encode("latin-1")


EUROSTAT_CASES: dict[str, tuple[str, Answer, str]] = {
    "truncated XML": (DATA, reply(WHOLE[: len(WHOLE) // 2], XML), "tronqué ou mal formé"),
    "Latin-1 XML that says UTF-8": (DATA, reply(WHOLE.replace(b"IREF000001", "référence".encode("latin-1")), XML), "tronqué ou mal formé"),
    "decimal comma": (DATA, changed('"40.6"', '"40,6"'), "« 40,6 » a une virgule décimale"),
    "not a number": (DATA, changed('"40.6"', '"environ 40"'), "« environ 40 » n'est pas un nombre"),
    "formula": (DATA, changed('"40.6"', '"=cmd|calc"'), "« =cmd|calc » ressemble à une formule"),
    "out of bounds": (DATA, changed('"40.6"', '"406"'), "406 n'est pas entre 0 et 100 %"),
    "twice the same date": (DATA, changed('TIME_PERIOD="2020"', 'TIME_PERIOD="2021"'), "deux valeurs pour fr à la date 2021"),
    "another frequency": (DATA, changed('TIME_PERIOD="2021"', 'TIME_PERIOD="2021-Q2"'), "n'a pas la forme AAAA"),
    "a place not asked": (DATA, changed('geo="FRE"', 'geo="DE"'), "n'était pas demandé"),
    "no observation": (DATA, reply(payloads.specific("ESTAT", "EDAT_LFSE_04", producers.EUROSTAT_KEYS, "geo", {}, "OBS_FLAG"), XML), "aucune valeur"),
    "web page with 200": (DATA, reply(PAGE, "text/html;charset=utf-8"), "page web au lieu de données XML"),
    "web page that says XML": (DATA, reply(PAGE, XML), "page web au lieu de données XML"),
    "piece of a web page": (DATA, reply(b"<p>Service indisponible</p>", "text/html"), "page web au lieu de données XML"),
    "JSON in place of XML": (DATA, reply(b'{"a": 1}', XML), "n'envoie pas de XML"),
    "empty body": (DATA, reply(b"", XML), "réponse vide"),
    "5 GB declared": (DATA, declared(5_000_000_000, XML), "annonce 4768 Mio, plus que la limite"),
    "endless body": (DATA, endless(WHOLE, XML), "envoie trop d'octets, plus que la limite"),
    "small once compressed": (DATA, reply(gzip.compress(WHOLE + b" " * 8_000_000), XML, headers={"Content-Encoding": "gzip"}), "envoie trop d'octets"),
    "absurdly large number": (DATA, changed('"40.6"', '"1e400"'), "n'est pas un nombre plausible"),
    "redirected to another host": (DATA, redirect("https://example.org/data"), "« example.org », qui n'est pas dans la liste"),
    "redirected to plain http": (DATA, redirect("http://ec.europa.eu/data"), "n'est pas une adresse https"),
    "redirected to another port": (DATA, redirect("https://ec.europa.eu:8443/data"), "port inattendu"),
    "redirected round and round": (DATA, redirect(f"https://{DATA}"), "renvoie plus de 5 fois"),
    "always cut": (DATA, cut(WHOLE, XML, 600), "coupe la connexion en chemin, 3 fois de suite"),
    "always busy": (DATA, reply(b"", "text/plain", 503), "indisponible (code 503), 3 fois de suite"),
    "come back tomorrow": (DATA, reply(b"", "text/plain", 429, {"Retry-After": "86400"}), "demande d'attendre 86400 secondes"),
    "too slow": (DATA, slow(WHOLE, XML, 1.5), "ne répond pas à temps, 3 fois de suite"),
    "no result": (DATA, reply(payloads.fault(100, "NO_RESULTS: The query did not return any results."), SOAP, 404), "aucune donnée ne répond à la demande"),
    "too big an extraction": (DATA, reply(payloads.fault(413, "EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 420709314 rows, max authorised is 5000000"), SOAP, 413), "la demande est trop volumineuse"),
    "invalid code": (DATA, reply(payloads.fault(150, "INVALID_QUERY_DIMENSION_VALUE: UNIT=PC"), SOAP, 400), "INVALID_QUERY_DIMENSION_VALUE"),
    "no such dataset": (FLOW, reply(payloads.fault(100, "ERR_NOT_FOUND_4: Dataflow not found"), SOAP, 404), "vérifiez jeu_de_donnees"),
    "a dimension that is not there": (FLOW, reply(payloads.structure("ESTAT", "EDAT_LFSE_04", ["freq", "sex", "isced97", "age", "unit", "geo"], "OBS_FLAG"), XML), "clé inconnue : « isced11 ». Vouliez-vous dire « isced97 »"),
}  # fmt: skip
URSSAF_CASES: dict[str, tuple[str, Answer, str]] = {
    "truncated CSV": (EXPORT, communes(lambda body: body[:-9]), "tronqué"),
    "CSV cut inside its last number": (EXPORT, communes(lambda body: body[:-3]), "sa dernière ligne n'est pas finie"),
    "Latin-1 CSV": (EXPORT, communes(latin), "n'est pas en UTF-8"),
    "decimal comma": (EXPORT, with_row("02003", "1", "2,5", "3"), "« 2,5 » a une virgule décimale"),
    "header twice": (EXPORT, communes(lambda body: body + body.decode("utf-8-sig").splitlines(keepends=True)[0].encode()), "l'en-tête est répété"),
    "a column twice": (EXPORT, communes(lambda body: body.replace(b"salaries_2022", b"salaries_2021", 1)), "figure deux fois"),
    "too few cells": (EXPORT, with_row("02003", "1"), "cellules au lieu de 4"),
    "a column lacks": (EXPORT, communes(lambda body: body.replace(b"effectifs_salaries_2022", b"effectifs_2022", 1)), "la colonne « effectifs_salaries_2022 » manque"),
    "a year lacks": (producers.URSSAF, reply(producers.description(["2021", "2023"]), JSON), "la colonne « effectifs_salaries_2022 » manque entre 2021 et 2023"),
    "formula": (EXPORT, with_row("02003", "=cmd|' /C calc'!A0", "1", "2"), "ressemble à une formule"),
    "an unmapped commune": (EXPORT, with_row("02999", "1", "2", "3"), "la commune « 02999 » n'est ni dans le code officiel géographique"),
    "error of the query": (EXPORT, reply(payloads.ods_error("ODSQLError", "Unknown field: effectifs"), JSON, 400), "ODSQLError : Unknown field: effectifs"),
    "no such dataset": (producers.URSSAF, reply(payloads.ods_error("NotFound", "Dataset not found"), JSON, 404), "NotFound"),
    "error with status 200": (EXPORT, reply(payloads.ods_error("ODSQLError", "Unknown field"), CSV), "n'envoie pas de CSV"),
    "web page": (EXPORT, reply(PAGE, CSV), "page web au lieu de données CSV"),
    "no row": (EXPORT, communes(lambda body: body.splitlines(keepends=True)[0]), "aucune ligne"),
}  # fmt: skip
OTHER_CASES: dict[str, tuple[str, str, Answer, str]] = {
    "OECD, nothing found": ("essai-ocde", producers.OECD_DATA, reply(b"NoRecordsFound", "text/plain", 404), "aucune donnée ne répond à la demande (NoRecordsFound)"),
    "ECB, truncated JSON": ("essai-bce", producers.ECB_DATA, reply(producers.ecb()[:300], JSON), "tronqué ou mal formé"),
    "BDM, unknown series": ("essai-bdm", producers.BDM, reply(payloads.sdmx_error(100, "Aucun résultat ne correspond à cette requête."), "application/xml", 404), "Aucun résultat ne correspond"),
    "Melodi, error": ("essai-melodi", producers.MELODI, reply(b'{"message":"Dataset inconnu"}', JSON, 404), "code 404 : Dataset inconnu"),
    "Melodi, truncated": ("essai-melodi", producers.MELODI, reply(b'{"paging": {"count": 3', JSON), "tronquée ou mal formée"),
    "Melodi, next page elsewhere": ("essai-melodi", producers.MELODI, redirect("https://example.org/"), "« example.org », qui n'est pas dans la liste"),
}  # fmt: skip


@pytest.fixture(scope="module")
def expected(model: Path, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The imprint of data/ once the World Bank alone was refreshed."""
    root = Path(shutil.copytree(model, tmp_path_factory.mktemp("attendu") / "publication"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in lab.environment.items():
            patch.setenv(name, value)
        lab.clear()
        producers.answer_normally(lab)
        run(root, "essai-mondiale")
    assert imprint(root) != imprint(model)
    return imprint(root)


def batches() -> list[dict[str, tuple[str, Answer, str]]]:
    """The cases of each source side by side, so that a refresh meets one bad answer of each."""
    others: dict[str, list[tuple[str, Answer, str]]] = {}
    for name, case in ((name, (route, answer, message)) for name, route, answer, message in OTHER_CASES.values()):
        others.setdefault(name, []).append(case)
    columns = {"essai-eurostat": list(EUROSTAT_CASES.values()), "essai-urssaf": list(URSSAF_CASES.values()), **others}
    longest = max(len(cases) for cases in columns.values())
    return [{name: cases[rank] for name, cases in columns.items() if rank < len(cases)} for rank in range(longest)]


@pytest.mark.parametrize("batch", batches(), ids=list(EUROSTAT_CASES))
def test_a_bad_answer_fails_alone(
    publication: Path, online: Lab, expected: str, batch: dict[str, tuple[str, Answer, str]]
) -> None:
    for route, answer, _ in batch.values():
        online.routes[route] = answer
    start = time.monotonic()
    report, _ = run(publication, *batch, "essai-mondiale")
    assert set(report.failures) == set(batch)
    for name, (_, _, message) in batch.items():
        assert message in report.failures[name]
        assert "\n" not in report.failures[name]
    assert imprint(publication) == expected
    assert staged(publication) == []
    assert "example.org" not in online.tunnels
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (reply(payloads.WORLD_BANK_ERROR, JSON), "Invalid value"),
        (reply(b'[{"page":1,"pages":1,"per_page":50,"total":0},null]', JSON), "tronqué ou mal formé"),
        (reply(b"<?xml version='1.0'?><wb:error/>", JSON), "n'envoie pas de JSON"),
        (reply(b'[{"page":1', JSON), "JSON decoding error"),
    ],
)
def test_world_bank(publication: Path, online: Lab, answer: Answer, message: str) -> None:
    before = imprint(publication)
    online.routes[producers.WORLD_BANK] = answer
    report, _ = run(publication, "essai-mondiale")
    assert message in report.failures["essai-mondiale"]
    assert imprint(publication) == before
    assert staged(publication) == []


def test_secret_and_missing_values_give_no_row(publication: Path, online: Lab) -> None:
    online.routes[EXPORT] = with_row("02003", "ND", "c", "s")
    data = producers.eurostat(
        lambda text: text.replace('"41.6" OBS_FLAG="p"', '"41.6" OBS_FLAG="c"').replace('"37.9"', '"NaN"')
    )
    online.routes[DATA] = reply(data, XML)
    report, told = run(publication, "essai-urssaf", "essai-eurostat")
    assert report.failures == {}
    assert any("disparu" in line and "fr" in line and "2019" in line for line in told)
    assert not any(place == "com-02003" for place, _ in rows(publication, "essai-urssaf"))
    assert ("fr", "2022") not in rows(publication, "essai-eurostat")


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_a_merged_commune_is_added_to_the_one_that_took_it(
    publication: Path, online: Lab, order: tuple[int, ...]
) -> None:
    # Anizy-le-Grand (02018) took Faucoucourt (02301) and Lizy (02434) in 2019, says Insee.
    more = [["02301", "5", "6", "7"], ["02018", "100", "", "120"], ["02434", "1", "1", ""]]
    online.routes[EXPORT] = producers.urssaf(extra=[more[rank] for rank in order])
    report, _ = run(publication, "essai-urssaf")
    assert report.failures == {}
    urssaf = rows(publication, "essai-urssaf")
    assert [urssaf["com-02018", year][0] for year in ("2021", "2022", "2023")] == ["106", "7", "127"]
    assert not any(place in ("com-02301", "com-02434") for place, _ in urssaf)


def test_a_sum_of_which_a_part_is_secret_is_not_known(publication: Path, online: Lab) -> None:
    online.routes[EXPORT] = producers.urssaf(extra=[["02301", "5", "6", "7"], ["02018", "100", "ND", "120"]])
    run(publication, "essai-urssaf")
    assert {date for place, date in rows(publication, "essai-urssaf") if place == "com-02018"} == {"2021", "2023"}


def test_a_rate_of_merged_communes_is_not_added(publication: Path, online: Lab) -> None:
    listed = publication / "data/indicateurs.csv"
    listed.write_text(
        listed.read_text(encoding="utf-8").replace("essai-urssaf,emplois", "essai-urssaf,% des emplois"),
        encoding="utf-8",
    )
    online.routes[EXPORT] = with_row("02301", "5", "6", "7")
    report, _ = run(publication, "essai-urssaf")
    assert "une valeur en « % des emplois » ne s'additionne pas" in report.failures["essai-urssaf"]


def test_what_the_validation_refuses_fails(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    online.routes[DATA] = changed('TIME_PERIOD="2022"', 'TIME_PERIOD="2025"')  # three years that nobody declared
    report, _ = run(publication, "essai-eurostat")
    assert "« prospective valider » n'est pas respectée" in report.failures["essai-eurostat"]
    assert imprint(publication) == before


# What goes wrong and then well --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "wait"),
    [
        (reply(b"", "text/plain", 429, {"Retry-After": "1"}), 2),
        (reply(b"busy", "text/plain", 503), 0),
        (reply(b"", "text/plain", 502), 0),
    ],
)
def test_a_passing_fault_is_tried_again(publication: Path, online: Lab, first: Answer, wait: float) -> None:
    online.routes[DATA] = by_turns([first, first, reply(WHOLE, XML)])
    start = time.monotonic()
    report, _ = run(publication, "essai-eurostat")
    assert report.failures == {}
    assert time.monotonic() - start >= wait  # Retry-After is obeyed


def test_a_cut_connection_is_resumed_where_it_stopped(publication: Path, online: Lab) -> None:
    long = WHOLE.replace(b"<mes:DataSet", b"<!--" + b"x" * 3 * CHUNK + b"--><mes:DataSet", 1)
    online.routes[DATA] = cut(long, XML, 2 * CHUNK, mark='"edition-7"')
    report, _ = run(publication, "essai-eurostat")
    assert report.failures == {}
    assert rows(publication, "essai-eurostat")["fr", "2022"][0] == "41.6"
    ranges = [h.get("Range") for h, url in zip(online.headers, online.log, strict=True) if "/data/" in url]
    assert ranges == [None, f"bytes={2 * CHUNK}-"]


def test_eurostat_s_queue_is_waited_for(publication: Path, online: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONNECTORS["eurostat"], "pause", 0.05)
    job = "e3d39a1b-27eb-4ce4-936d-8f95b23bf74f"
    states = [reply(payloads.queue(job, state), SOAP) for state in ("SUBMITTED", "PROCESSING", "AVAILABLE")]
    online.routes[DATA] = reply(payloads.queue(job, "SUBMITTED"), SOAP)
    online.routes[f"{producers.QUEUE}/status/{job}"] = by_turns(states)
    online.routes[f"{producers.QUEUE}/data/{job}"] = reply(WHOLE, XML)
    report, _ = run(publication, "essai-eurostat")
    assert report.failures == {}
    assert sum("/async/status/" in url for url in online.log) == 3
    online.routes[f"{producers.QUEUE}/status/{job}"] = reply(payloads.queue(job, "EXPIRED"), SOAP)
    report, _ = run(publication, "essai-eurostat")
    assert "état : EXPIRED" in report.failures["essai-eurostat"]


def test_an_unknown_certificate_is_refused(
    publication: Path, online: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "other.pem"))
    before = imprint(publication)
    report, _ = run(publication, "essai-melodi", "essai-bdm")  # pynsee on its own would not check it
    assert all("certificat de" in reason for reason in report.failures.values())
    assert len(report.failures) == 2
    assert imprint(publication) == before


def test_a_network_that_is_down_is_told(publication: Path, online: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    before = imprint(publication)
    report, _ = run(publication, "essai-bdm")
    assert "www.bdm.insee.fr ne peut pas être joint, 3 fois de suite" in report.failures["essai-bdm"]
    assert imprint(publication) == before
