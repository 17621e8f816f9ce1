"""``prospective actualiser`` as an analyst types it."""

from pathlib import Path

import pytest

from prospective import cli
from tests.data.refresh import producers
from tests.data.refresh.conftest import imprint
from tests.data.refresh.server import Lab, reply


def type_in(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        cli.main(["actualiser", *words])
    return int(stop.value.code or 0)


@pytest.fixture(autouse=True)
def here(publication: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(publication))
    monkeypatch.chdir(publication)


def test_it_shows_then_replaces(publication: Path, online: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    before = imprint(publication)
    assert type_in("--indicateur", "essai-bdm", "--essai") == 0
    assert imprint(publication) == before
    assert "nouveau  fr               2024-12    7,3" in capsys.readouterr().out
    assert type_in("--indicateur", "essai-bdm", "--depuis", "2024") == 0
    assert "1 série sur 1" in capsys.readouterr().out
    assert imprint(publication) != before


def test_a_failed_source_is_named_and_the_code_says_so(
    publication: Path, online: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    online.routes[producers.BDM] = reply(b"nothing", "text/plain", 404)
    assert type_in("-i", "essai-bdm", "-i", "essai-mondiale") == 2
    shown = capsys.readouterr()
    assert "Échec de « essai-bdm » : L'Insee (BDM)" in shown.err
    assert "1 série sur 1" in shown.out


def test_a_wrong_name_is_told(online: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_in("-i", "essai-bdn") == 2
    assert "Vouliez-vous dire « essai-bdm » ?" in capsys.readouterr().err


def test_a_missing_library_is_told(
    publication: Path, online: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "wbgapi", None)  # what Python does for a module that isn't installed
    before = imprint(publication)
    assert type_in("-i", "essai-mondiale") == 2
    assert "installez l'extra actualisation" in capsys.readouterr().err
    assert imprint(publication) == before
