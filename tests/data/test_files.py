"""What a process has read is known with its checksum; what is written appears whole."""

import hashlib
import subprocess

import pytest

from prospective.data import files, seal
from prospective.data.bibliography import BIBLIOGRAPHY, read_bibliography
from prospective.data.package import Package
from prospective.data.sheets import read_sheet
from prospective.data.territories import Gazetteer
from prospective.model.errors import DataError
from tests.editing import edit


def test_what_was_read_is_known_with_the_checksum_of_its_content(copy_of_data):
    Package(copy_of_data).series("densite-robots")
    found = files.reads(copy_of_data)
    assert set(found) == {
        "data/datapackage.yaml", "data/indicateurs.csv", "data/schemas/indicateurs.yaml", "data/schemas/serie.yaml",
        "data/series/cobotique.csv",
    }  # fmt: skip
    for path, digest in found.items():
        assert digest == hashlib.sha256((copy_of_data / path).read_bytes()).hexdigest()


def test_sheets_documents_and_groups_are_read_the_same_way(copy_of_data):
    read_sheet(copy_of_data, "cobotique")
    read_bibliography(copy_of_data)
    _ = Gazetteer(Package(copy_of_data)).composites
    assert {
        "data/fiches/cobotique.yaml", BIBLIOGRAPHY.as_posix(), "data/territoires/composes/thierache-serre.yaml",
    } <= set(files.reads(copy_of_data))  # fmt: skip


def test_a_table_that_is_not_asked_for_is_not_read(copy_of_data):
    Package(copy_of_data).series("densite-robots")
    assert not [path for path in files.reads(copy_of_data) if path.startswith("data/territoires")]


def test_a_failed_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "table.csv"
    files.write_atomically(target, "avant")
    with pytest.raises(UnicodeEncodeError):
        files.write_atomically(target, "apr\ud800s")
    assert target.read_text() == "avant"
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_the_seal_is_one_that_sha256sum_reads(root):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"],
        cwd=root / "data", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_seal_covers_every_file_but_itself_and_what_is_local(copy_of_data):
    local = copy_of_data / "data/local/gros.parquet"
    local.parent.mkdir()
    local.write_bytes(b"x")
    everything = {
        p.relative_to(copy_of_data / "data").as_posix() for p in (copy_of_data / "data").rglob("*") if p.is_file()
    }
    assert set(seal.sealed_files(copy_of_data)) == everything - {"SHA256SUMS", "local/gros.parquet"}


def test_a_seal_that_cannot_be_read_says_on_which_line(copy_of_data):
    seal.seal(copy_of_data)
    edit(copy_of_data / seal.SEAL, "  cibles.csv", " cibles.csv")
    line = seal.sealed_files(copy_of_data).index("cibles.csv") + 1
    with pytest.raises(DataError, match=rf"data/SHA256SUMS, ligne {line} : .* n'est pas une empreinte"):
        seal.checksums(copy_of_data)


def test_a_file_taken_away_or_added_is_told(copy_of_data):
    seal.seal(copy_of_data)
    assert list(seal.broken(copy_of_data)) == []
    (copy_of_data / "data/cibles.csv").rename(copy_of_data / "data/buts.csv")
    assert [(path, message.split(" :")[0].split(" dans")[0]) for path, message in seal.broken(copy_of_data)] == [
        ("data/buts.csv", "ce fichier n'est pas"),
        ("data/cibles.csv", "ce fichier est"),
    ]
