"""A refresh that goes well: what it adds, revises and keeps, and what it leaves alone."""

import csv
import hashlib
from pathlib import Path

import pytest

from prospective.data.refresh.run import Report, refresh
from prospective.model.errors import DataError, UnknownNameError
from tests.data.refresh.conftest import INDICATORS, QUICK, SERIES, imprint, rows, staged
from tests.data.refresh.server import Lab


def run(root: Path, *names: str, since: str | None = None, trial: bool = False) -> tuple[Report, list[str]]:
    """Refresh, and return the report with what was told."""
    told: list[str] = []
    return refresh(root, names, since, trial, told.append, QUICK), told


def test_every_connector_adds_revises_and_keeps(publication: Path, online: Lab) -> None:
    report, told = run(publication)
    assert report.failures == {}
    eurostat = rows(publication, "essai-eurostat")
    assert eurostat["fr", "2021"] == ("40.6", "observe")  # revised
    assert eurostat["fr", "2022"] == ("41.6", "provisoire")  # flag p
    assert eurostat["reg-32", "2018"] == ("31.6", "observe")  # vanished, kept
    assert ("reg-32", "2022") not in eurostat  # confidential: no row, never 0
    assert rows(publication, "essai-ocde")["fr", "2022"] == ("102.4", "provisoire")
    assert ("de", "2022") not in rows(publication, "essai-ocde")
    assert rows(publication, "essai-bce")["fr", "2025-04"] == ("0.9", "observe")
    assert ("zone-euro", "2025-04") not in rows(publication, "essai-bce")
    assert rows(publication, "essai-bdm")["fr", "2024-12"] == ("7.3", "provisoire")
    assert rows(publication, "essai-melodi")["reg-32", "2022"] == ("14.6", "provisoire")
    assert ("dep-02", "2022") not in rows(publication, "essai-melodi")
    assert rows(publication, "essai-mondiale")["fr", "2023"] == ("7.335", "observe")
    assert rows(publication, "essai-mondiale")["de", "2022"] == ("3.135", "observe")  # the digits of a model, rounded
    urssaf = rows(publication, "essai-urssaf")
    assert urssaf["com-02002", "2023"] == ("43", "observe")
    assert urssaf["fr", "2023"] == ("19300000", "observe")
    assert urssaf["ze-3201", "2023"] == ("93", "observe")
    text = "\n".join(told)
    assert "essai-eurostat (%) : 1 nouveau point, 1 point révisé, 1 point disparu, conservé" in text
    assert "40,7 → 40,6" in text
    assert "Eurostat signale pour fr, 2021 : rupture de série" in text
    assert staged(publication) == []
    assert report.replaced == ["indicateurs.csv", SERIES]


def test_rows_are_sorted_and_the_others_keep_their_bytes(publication: Path, online: Lab) -> None:
    before = (publication / "data" / SERIES).read_text(encoding="utf-8").splitlines()
    run(publication, "essai-eurostat")
    after = (publication / "data" / SERIES).read_text(encoding="utf-8").splitlines()
    assert sorted(after[1:], key=lambda line: (line.split(",")[1], line.split(",")[0], line.split(",")[2])) == after[1:]
    assert [line for line in before if line not in after] == ["fr,essai-eurostat,2021,40.7,observe,,"]
    assert 'fr,essai-eurostat,2018,36.9,observe,,"une réserve, avec une virgule"' in after


def test_the_codelist_says_where_and_when(publication: Path, online: Lab) -> None:
    before = (publication / "data/indicateurs.csv").read_text(encoding="utf-8").splitlines()
    run(publication, "essai-mondiale", "essai-urssaf")
    after = (publication / "data/indicateurs.csv").read_text(encoding="utf-8").splitlines()
    changed = [line for line in after if line not in before]
    assert [line.split(",")[0] for line in changed] == ["essai-mondiale", "essai-urssaf"]
    listed = {row["id"]: row for row in csv.DictReader(after)}
    assert listed["essai-mondiale"]["millesime"] == "2026-10-08"  # « lastupdated »
    assert listed["essai-urssaf"]["millesime"] == "2026-05-30"  # « data_processed »
    assert (
        listed["essai-mondiale"]["provenance"]
        == "https://api.worldbank.org/v2/country/DEU;FRA/indicator/SL.UEM.TOTL.ZS"
    )


def test_the_seal_follows(publication: Path, online: Lab) -> None:
    run(publication)
    lines = (publication / "data/SHA256SUMS").read_text(encoding="utf-8").splitlines()
    recorded = {line[66:]: line[:64] for line in lines}
    for path in (SERIES, "indicateurs.csv"):
        assert recorded[path] == hashlib.sha256((publication / "data" / path).read_bytes()).hexdigest()


def test_a_second_refresh_changes_nothing(publication: Path, online: Lab) -> None:
    run(publication)
    once = imprint(publication)
    report, told = run(publication)
    assert imprint(publication) == once
    assert report.replaced == []
    assert told[-1] == "Tout est à jour : rien n'est remplacé."


def test_a_trial_shows_and_writes_nothing(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    _, told = run(publication, trial=True)
    assert imprint(publication) == before
    assert any("40,7 → 40,6" in line for line in told)
    assert told[-1].startswith("Essai : 7 séries sur 7 changeraient, rien n'est écrit.")
    asked = len(online.log)
    run(publication)  # what was shown is what is written: nothing is asked again
    assert len(online.log) == asked
    assert rows(publication, "essai-eurostat")["fr", "2021"] == ("40.6", "observe")


def test_since_a_year_only_that_part_is_asked_and_compared(publication: Path, online: Lab) -> None:
    _, told = run(publication, "essai-eurostat", "essai-urssaf", since="2022")
    data = next(url for url in online.log if "/data/edat_lfse_04/" in url)
    assert data.endswith(
        "/A.T.ED5-8.Y25-64.PC.FR+FRE?startPeriod=2022"
    )  # the order of the structure, not of the codelist
    assert not any("effectifs_salaries_2021" in url for url in online.log)
    assert rows(publication, "essai-eurostat")["fr", "2021"] == ("40.7", "observe")  # not compared
    assert not any("disparu" in line for line in told)
    listed = {r["id"]: r for r in csv.DictReader((publication / "data/indicateurs.csv").read_text().splitlines())}
    assert listed["essai-eurostat"]["provenance"].endswith(" ; auparavant github:une/compilation@abc1234")


def test_a_factor_multiplies_exactly(publication: Path, online: Lab) -> None:
    listed = publication / "data/indicateurs.csv"
    listed.write_text(listed.read_text().replace("idbank=001688527", "idbank=001688527;facteur=0.1"))
    run(publication, "essai-bdm")
    assert rows(publication, "essai-bdm")["fr", "2024-12"] == ("0.7", "provisoire")  # one decimal, as the series has


def test_unknown_and_offline_indicators_are_told(publication: Path, online: Lab) -> None:
    with pytest.raises(UnknownNameError, match="« essai-eurostta ». Vouliez-vous dire « essai-eurostat »"):
        run(publication, "essai-eurostta")
    report, _ = run(publication, "essai-aucun")
    assert "viennent de : github:une/compilation@abc1234" in report.failures["essai-aucun"]
    with pytest.raises(DataError, match="--depuis l'an mil"):
        run(publication, since="l'an mil")
    assert online.log == []


def test_only_hosts_of_the_list_were_asked(publication: Path, online: Lab) -> None:
    run(publication)
    assert set(online.tunnels) == {
        "ec.europa.eu", "sdmx.oecd.org", "data-api.ecb.europa.eu", "www.bdm.insee.fr", "api.insee.fr", "api.worldbank.org", "open.urssaf.fr",
    }  # fmt: skip
    assert len(INDICATORS) == 8


def test_the_libraries_get_their_own_session_back(publication: Path, online: Lab) -> None:
    run(publication, "essai-mondiale", "essai-melodi")
    import requests
    import wbgapi
    from pynsee.melodi import data
    from pynsee.utils.requests_session import PynseeAPISession

    assert wbgapi.requests is requests
    assert data.PynseeAPISession is PynseeAPISession
