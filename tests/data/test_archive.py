"""The zip of the data package, opened with other people's tools."""

import csv
import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from frictionless import Package as FrictionlessPackage
from frictionless import system

from prospective.data import archive
from prospective.data.package import Package
from prospective.model.errors import DataError, UnknownNameError
from prospective.model.indicator import LICENCES
from tests.editing import edit


@pytest.fixture(scope="module")
def opened(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the zip of the real package unpacks to."""
    folder = tmp_path_factory.mktemp("zip")
    (folder / "paquet.zip").write_bytes(archive.content(root))
    with zipfile.ZipFile(folder / "paquet.zip") as zipped:
        assert zipped.testzip() is None
        zipped.extractall(folder)
    (only,) = (path for path in folder.iterdir() if path.is_dir())
    return only


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_every_file_of_data_as_it_is_and_what_it_takes_to_use_them(root: Path, opened: Path) -> None:
    kept = {name for name in names(root / "data") if not name.startswith("local/") and name != "SHA256SUMS"}
    assert names(opened) == kept | {"LISEZMOI.md", "LICENCES.md", "SHA256SUMS", "references.bib"}
    assert all((opened / name).read_bytes() == (root / "data" / name).read_bytes() for name in kept)
    assert (opened / "references.bib").read_bytes() == (root / "book/references.bib").read_bytes()


def test_sha256sum_finds_every_file_intact_and_tells_one_that_is_not(opened: Path, tmp_path: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(command, cwd=opened, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(names(opened)) - 1
    copied = tmp_path / "copie"
    subprocess.run(["cp", "-r", str(opened), str(copied)], check=True)
    edit(copied / "indicateurs.csv", "%", "‰")
    assert subprocess.run(command, cwd=copied, capture_output=True, check=False).returncode == 1


def test_frictionless_reads_every_table_of_it(opened: Path, package: Package) -> None:
    with system.use_context(trusted=True):
        read = FrictionlessPackage(str(opened / "datapackage.yaml"))
        rows = {
            resource.path: len(resource.read_rows())
            for resource in read.resources
            if str(resource.path) in package.tables and str(resource.path).endswith(".csv")
        }
    for path, count in rows.items():
        with (opened / str(path)).open(encoding="utf-8", newline="") as stream:
            assert count == sum(1 for _ in csv.reader(stream)) - 1 > 0, path
    assert set(map(str, rows)) == {path for path in package.tables if path.endswith(".csv")}


def test_the_same_data_give_the_same_bytes_whatever_the_day(
    copy_of_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first = archive.content(copy_of_data)
    for path in (copy_of_data / "data").rglob("*.csv"):
        os.utime(path, (1, 1))
    assert hashlib.sha256(archive.content(copy_of_data)).digest() == hashlib.sha256(first).digest()


@pytest.mark.parametrize(
    ("epoch", "moment"), [("1790000000", (2026, 9, 21)), ("0", (1980, 1, 1)), (None, (1980, 1, 1))]
)
def test_files_bear_the_moment_of_the_build_when_it_is_set(
    copy_of_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str | None, moment: tuple[int, ...]
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if epoch is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    (tmp_path / "p.zip").write_bytes(archive.content(copy_of_data))
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        assert {info.date_time[:3] for info in zipped.infolist()} == {moment}
        assert zipped.namelist() == sorted(zipped.namelist())
        assert {info.external_attr >> 16 for info in zipped.infolist()} == {0o644}


def test_a_moment_that_is_not_one_is_refused(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "hier")
    with pytest.raises(DataError, match="SOURCE_DATE_EPOCH : « hier »"):
        archive.content(copy_of_data)


def test_what_lives_only_on_a_machine_stays_there(copy_of_data: Path, tmp_path: Path) -> None:
    (copy_of_data / "data/local").mkdir(exist_ok=True)
    (copy_of_data / "data/local/urssaf.parquet").write_bytes(b"gros")
    (copy_of_data / "data/.brouillon").write_text("secret")
    (tmp_path / "p.zip").write_bytes(archive.content(copy_of_data))
    with zipfile.ZipFile(tmp_path / "p.zip") as zipped:
        assert not [name for name in zipped.namelist() if "local/" in name or "brouillon" in name]


def test_each_licence_has_its_name_its_address_its_tables_and_the_words_to_print(
    opened: Path, package: Package
) -> None:
    text = (opened / "LICENCES.md").read_text(encoding="utf-8").replace("\u00a0", " ").replace("\u202f", " ")
    sections = {part.split("`")[1]: part for part in text.split("\n## ")[1:]}
    used = {i.licence for i in package.indicators.values()} | {
        licence["name"] for resource in package.resources.values() for licence in resource["licenses"]
    }
    assert set(sections) <= set(LICENCES)
    assert set(sections) >= {i.licence for i in package.indicators.values()}
    assert set(sections) <= used
    for indicator in package.indicators.values():
        assert f"`{indicator.fichier}`" in sections[indicator.licence]
        assert indicator.source_line.replace("\u00a0", " ").replace("\u202f", " ") in sections[indicator.licence]
    assert "https://creativecommons.org/licenses/by/4.0/" in sections["CC-BY-4.0"]
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in sections["ODbL-1.0"]
    assert all(path in text for path in package.resources)


def test_every_licence_of_the_allow_list_is_explained() -> None:
    assert set(archive.TERMS) == set(LICENCES)


def test_the_readme_says_how_to_check_and_to_cite(opened: Path, package: Package) -> None:
    text = (opened / "LISEZMOI.md").read_text(encoding="utf-8")
    assert "sha256sum --check SHA256SUMS" in text
    assert archive.citation(package).replace(" :", "\u00a0:").split(" (")[0] in text
    assert f"{len(package.indicators)} indicateurs" in text


def test_a_licence_in_use_that_nobody_describes_is_refused(copy_of_data: Path, tmp_path: Path) -> None:
    edit(copy_of_data / "data/datapackage.yaml", "{name: ODbL-1.0,", "{name: ODbL,")
    (tmp_path / "p.zip").write_bytes(b"avant")
    with pytest.raises(DataError, match="ODbL-1.0"):
        (tmp_path / "p.zip").write_bytes(archive.content(copy_of_data))
    assert (tmp_path / "p.zip").read_bytes() == b"avant"
    assert [path.name for path in tmp_path.glob("*p.zip*")] == ["p.zip"]


def test_a_series_is_given_as_the_package_writes_it(root: Path, package: Package) -> None:
    for name, indicator in package.indicators.items():
        with (root / "data" / indicator.fichier).open(encoding="utf-8", newline="") as stream:
            expected = [row for row in csv.DictReader(stream) if row["indicateur"] == name]
        written = list(csv.DictReader(archive.series_csv(package, name).splitlines()))
        assert written == expected
        assert expected


def test_the_series_of_an_unknown_indicator_is_refused_with_the_nearest_name(package: Package) -> None:
    with pytest.raises(UnknownNameError, match="emploi-prive"):
        archive.series_csv(package, "emploi-privé")
