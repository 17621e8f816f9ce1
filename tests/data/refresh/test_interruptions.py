"""A refresh that is killed: downloads are not lost, a commit is finished or has not begun."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from prospective.data.refresh import commit
from prospective.model.errors import DataError
from tests.data.refresh import producers
from tests.data.refresh.conftest import SERIES, imprint, rows, staged
from tests.data.refresh.server import XML, Lab, reply, slow
from tests.data.refresh.test_refresh import run


def start(root: Path, online: Lab, *names: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.data.refresh.slow_run", str(root), *names], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, **online.environment}, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip


def test_after_a_kill_only_what_is_missing_is_downloaded(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    online.routes[producers.EUROSTAT_DATA] = slow(producers.eurostat(), XML, 30)
    process = start(publication, online, "essai-eurostat", "essai-bdm")  # in the order of the codelist: BDM first
    deadline = time.monotonic() + 30
    while not any("/data/edat_lfse_04/" in url for url in online.log) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert imprint(publication) == before
    asked = list(online.log)
    assert any("SERIES_BDM" in url for url in asked)
    online.log.clear()
    online.routes[producers.EUROSTAT_DATA] = reply(producers.eurostat(), XML)
    report, told = run(publication, "essai-eurostat", "essai-bdm")
    assert report.failures == {}
    assert [url for url in online.log if url not in asked] == []
    assert len(online.log) == 1 and "/data/edat_lfse_04/" in online.log[0]
    assert sum("repris, sans redemander" in line for line in told) == 2
    assert rows(publication, "essai-bdm")["fr", "2024-12"] == ("7.3", "provisoire")
    assert staged(publication) == []


def journalled(root: Path, contents: Mapping[str, bytes]) -> None:
    """Stop a commit just after its journal is written, as a kill would."""
    commit._prepare(root, {**contents, **commit._seal(root, contents)})


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_a_commit_killed_between_two_replacements_is_finished_at_the_next_start(
    publication: Path, online: Lab, tmp_path: Path, moved: int
) -> None:
    whole = Path(shutil.copytree(publication, tmp_path / "entiere"))
    run(whole, "essai-eurostat")
    contents = {path: (whole / "data" / path).read_bytes() for path in (SERIES, "indicateurs.csv")}
    journalled(publication, contents)
    waiting = sorted(p for p in (publication / commit.NEW).rglob("*") if p.is_file())
    assert len(waiting) == 3  # the series, the codelist, the seal
    for path in waiting[:moved]:
        path.replace(publication / "data" / path.relative_to(publication / commit.NEW))
    told: list[str] = []
    with commit.alone(publication):
        told = commit.finish(publication)
    assert sorted(told) == ["SHA256SUMS", "indicateurs.csv", SERIES]
    assert imprint(publication) == imprint(whole)
    assert not (publication / commit.JOURNAL).exists()
    _, lines = run(publication, "essai-eurostat")
    assert lines[-1] == "Tout est à jour : rien n'est remplacé."


def test_a_start_after_an_interrupted_commit_says_so(publication: Path, online: Lab) -> None:
    content = (publication / "data" / SERIES).read_bytes().replace(b"40.7", b"40.6")
    journalled(publication, {SERIES: content})
    _, told = run(publication, "essai-bdm", trial=True)
    assert told[0] == f"Une actualisation interrompue est achevée : data/SHA256SUMS, data/{SERIES}."
    assert rows(publication, "essai-eurostat")["fr", "2021"] == ("40.6", "observe")


def test_before_its_journal_a_commit_has_changed_nothing(publication: Path, online: Lab) -> None:
    before = imprint(publication)
    journalled(publication, {SERIES: b"half"})
    (publication / commit.JOURNAL).unlink()
    run(publication, "essai-bdm", trial=True)
    assert imprint(publication) == before
    assert not (publication / commit.NEW).exists()


def test_a_file_edited_meanwhile_is_not_overwritten(publication: Path, online: Lab) -> None:
    path = publication / "data" / SERIES
    read = path.read_bytes()
    path.write_bytes(read + b"fr,essai-aucun,2023,3,observe,,\n")
    edited = imprint(publication)
    with pytest.raises(DataError, match="a été modifié pendant l'actualisation"):
        commit.replace(publication, {SERIES: read.replace(b"40.7", b"40.6")}, {SERIES: read})
    assert imprint(publication) == edited


def test_a_journal_that_cannot_be_finished_is_told(publication: Path) -> None:
    journalled(publication, {SERIES: b"half"})
    shutil.rmtree(publication / commit.NEW)
    with pytest.raises(DataError, match="ne peut pas être achevée"):
        commit.finish(publication)


def test_two_refreshes_at_once_are_refused(publication: Path, online: Lab) -> None:
    with commit.alone(publication), pytest.raises(DataError, match="Une autre actualisation est en cours"):
        run(publication, "essai-bdm")


def test_old_stages_are_swept(publication: Path, online: Lab) -> None:
    old = publication / "_build/actualisation/2020-01-01/essai-bdm"
    old.mkdir(parents=True)
    (old / "x.xml").write_text("x")
    run(publication, "essai-bdm")
    assert staged(publication) == []


def test_a_folder_that_refuses_the_first_file_gives_the_commit_up(
    publication: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "indicateurs.csv"
    before = (publication / "data" / path).read_bytes()
    place = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if commit.NEW.name in self.parts:
            raise OSError(30, "Read-only file system")
        return place(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with commit.alone(publication), pytest.raises(DataError, match="ne peut pas être écrit .* : rien n'est remplacé"):
        commit.replace(publication, {path: before + b"x"}, {path: before})
    assert (publication / "data" / path).read_bytes() == before
    assert not (publication / commit.JOURNAL).exists()
    assert not (publication / commit.NEW).exists()
