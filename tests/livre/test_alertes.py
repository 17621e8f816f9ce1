"""``prospective alertes`` as an analyst types it, and the log that a refresh appends to."""

import json
import unicodedata
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from prospective import cli
from prospective.data.refresh import run as refreshing
from prospective.notebook import alertes
from prospective.notebook.reading import Publication
from tests.editing import append

SERIES = "data/series/capital-humain.csv"
JOURNAL = "data/alertes/journal.csv"
H1 = "capital-humain/h1/diplomes-superieur"


def type_in(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(words))
    return int(stop.value.code or 0)


@pytest.fixture
def here(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(copy_of_data))
    monkeypatch.chdir(copy_of_data)
    return copy_of_data


def leave_the_bands(root: Path) -> None:
    for year in (2020, 2021):
        append(root / SERIES, f"reg-32,diplomes-superieur,{year},50.0,observe,,")


def test_alerts_are_read_in_eighty_columns_and_are_no_failure(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave_the_bands(here)
    assert type_in("alertes") == 0
    shown = capsys.readouterr().out
    assert "▲ alerte depuis 2020 – bande de l’hypothèse" in shown
    assert "→ réviser la fiche" in shown
    assert H1 in shown.split()
    lines = [unicodedata.normalize("NFC", line) for line in shown.splitlines()]
    # An identifier is one word: it is never cut, however long.
    assert max(len(line) for line in lines if len(line.split()) > 1) <= 80


def test_json_is_the_table(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave_the_bands(here)
    assert type_in("alertes", "--json", "--consigner") == 0
    given = json.loads(capsys.readouterr().out)
    found = alertes.table(Publication(here))
    assert given == {"bilan": asdict(alertes.summary(found)), "alertes": [asdict(alert) for alert in found]}
    written = {
        yaml.safe_load(path.read_text(encoding="utf-8"))["date_maj"].isoformat()
        for path in (here / "data/fiches").glob("*.yaml")
    }
    assert {a["fiche_du"] for a in given["alertes"]} <= written


def test_one_variable_is_shown_alone_and_the_log_is_of_them_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave_the_bands(here)
    assert type_in("alertes", "-v", "hydrogene", "--consigner") == 0
    shown = capsys.readouterr()
    assert "hydrogene/h1" in shown.out
    assert "capital-humain" not in shown.out
    assert f"{H1} : sans observation nouvelle → alerte" in shown.err
    assert (here / JOURNAL).read_text(encoding="utf-8").count(f"{H1},") == 2


@pytest.mark.parametrize(
    ("name", "words"), [("cobotic", "Vouliez-vous dire « cobotique » ?"), ("monnaie", "pas encore de fiche")]
)
def test_a_wrong_variable_is_refused_and_nothing_is_logged(
    here: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_the_bands(here)
    (here / "data/fiches/monnaie.yaml").unlink()
    before = (here / JOURNAL).read_bytes()
    assert type_in("alertes", "--variable", name, "--consigner") == 2
    told = capsys.readouterr().err
    assert words in told
    assert len(told.strip().splitlines()) == 1
    assert (here / JOURNAL).read_bytes() == before


@pytest.fixture
def refreshed(here: Path, monkeypatch: pytest.MonkeyPatch) -> refreshing.Report:
    """A refresh that brings two values outside every band, and whose report the test may fill."""
    report = refreshing.Report(replaced=["series/capital-humain.csv"])

    def refresh(root: Path, names: object, since: object, trial: bool, tell: object) -> refreshing.Report:
        if not trial:
            leave_the_bands(root)
        return report

    monkeypatch.setattr(refreshing, "refresh", refresh)
    return report


def test_a_refresh_appends_to_the_log_even_when_a_source_fails(
    here: Path, refreshed: refreshing.Report, capsys: pytest.CaptureFixture[str]
) -> None:
    refreshed.failures["chomage-bit"] = "muet"
    assert type_in("actualiser") == 2
    assert f"{H1} : sans observation nouvelle → alerte" in capsys.readouterr().err
    assert (here / JOURNAL).read_text(encoding="utf-8").count(f"{H1},") == 2


@pytest.mark.usefixtures("refreshed")
def test_a_trial_leaves_the_log_alone(here: Path) -> None:
    before = (here / JOURNAL).read_bytes()
    assert type_in("actualiser", "--essai") == 0
    assert (here / JOURNAL).read_bytes() == before
