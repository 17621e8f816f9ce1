"""Each corruption of a copy of ``data/``, one at a time, stops the publication and is named."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from prospective.data import seal
from prospective.data.package import Package
from prospective.data.validation import errors, validate
from tests.editing import append, edit

ROBOTS = "data/series/cobotique.csv"
CAPITAL = "data/series/capital-humain.csv"
JOBS = "data/territoires/emploi-prive.csv"
SECTORS = "data/territoires/emploi-secteurs.csv"
CODELIST = "data/indicateurs.csv"
DESCRIPTOR = "data/datapackage.yaml"
SHEET = "data/fiches/cobotique.yaml"


@dataclass(frozen=True)
class Corruption:
    """What is done to a file, a pattern of what is told, and whether the copy is sealed again afterwards.

    Sealing again proves that the fault is found for itself, not because the checksum has changed.
    """

    path: str
    damage: Callable[[Path], object]
    told: str
    sealed_again: bool = True


def change(old: str, new: str) -> Callable[[Path], object]:
    return lambda file: edit(file, old, new)


def rewrite(transform: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(transform(file.read_bytes()))


def drop_line(start: str) -> Callable[[Path], object]:
    """Remove the first line that starts so."""

    def damage(file: Path) -> None:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines.remove(next(line for line in lines if line.startswith(start)))
        file.write_text("".join(lines), encoding="utf-8", newline="")

    return damage


CORRUPTIONS = {
    # The file itself
    "cut in the middle of a row": Corruption(
        ROBOTS, rewrite(lambda b: b[: b.rindex(b",observe")]), "une cellule manque en colonne statut"
    ),
    "saved in latin-1": Corruption(
        ROBOTS, rewrite(lambda b: b.decode().replace("\u2019", "'").encode("latin-1", "replace")), "enregistrez-le en UTF-8"
    ),
    "saved with semicolons": Corruption(ROBOTS, rewrite(lambda b: b.replace(b",", b";")), "ligne 1 : colonne inconnue"),
    "replaced by a web page": Corruption(
        ROBOTS, rewrite(lambda b: b"<!DOCTYPE html>\n<html><body>Error</body></html>\n"), "ligne 1 : colonne inconnue « <!DOCTYPE html> »"
    ),
    "emptied": Corruption(ROBOTS, rewrite(lambda b: b""), "ligne 1 : la colonne « territoire » manque"),
    "deleted": Corruption(ROBOTS, Path.unlink, f"{ROBOTS} est introuvable"),
    "a column written twice": Corruption(
        ROBOTS, change(",source,note", ",note,note"), "ligne 1 : la colonne « note » est écrite deux fois"
    ),
    "a column missing": Corruption(ROBOTS, change(",source,note\n", ",source\n"), "ligne 1 : la colonne « note » manque"),
    "a file that nobody declared": Corruption(
        "data/series/oubli.csv", lambda file: file.write_text("a\n1\n"), "data/series/oubli.csv : ce fichier n'est pas déclaré"
    ),
    "changed after it was sealed": Corruption(
        ROBOTS, change("fr,densite-robots,2019,177,", "fr,densite-robots,2019,178,"),
        f"{ROBOTS} : le contenu ne répond plus à l'empreinte", sealed_again=False,
    ),
    # Cells
    "a decimal comma": Corruption(CAPITAL, change("de,chomage-bit,1991,5.316", "de,chomage-bit,1991,5,316"), "8 cellules au lieu de 7"),
    "a decimal comma between quotes": Corruption(
        CAPITAL, change("de,chomage-bit,1991,5.316", 'de,chomage-bit,1991,"5,316"'), "valeur : « 5,316 » n'est pas un nombre"
    ),
    "a NaN": Corruption(CAPITAL, change("de,chomage-bit,1991,5.316", "de,chomage-bit,1991,NaN"), "valeur : « NaN » n'est pas un nombre"),
    "a code of statistical secrecy": Corruption(
        CAPITAL, change("de,chomage-bit,1991,5.316", "de,chomage-bit,1991,s"), "valeur : « s » n'est pas un nombre"
    ),
    "a formula": Corruption(
        CAPITAL, change("de,chomage-bit,1991,5.316,observe,,", "de,chomage-bit,1991,5.316,observe,,=cmd|' /C calc'!A0"),
        "note : « =cmd|' /C calc'!A0 » serait exécuté comme une formule",
    ),
    "a month that does not exist": Corruption(
        ROBOTS, change("fr,densite-robots,2019,", "fr,densite-robots,2019-13,"), "« 2019-13 » enfreint une contrainte de la colonne date"
    ),
    "a status that is not one": Corruption(ROBOTS, change("2016,132,observe", "2016,132,vu"), "« vu » enfreint une contrainte"),
    # Rows against the codelist
    "a row written twice": Corruption(
        CAPITAL, change("de,chomage-bit,1991,5.316,observe,,\n", "de,chomage-bit,1991,5.316,observe,,\n" * 2),
        "cette ligne répète une clé",
    ),
    "an unknown indicator": Corruption(CAPITAL, change("de,chomage-bit,1991", "de,chomage-bti,1991"), "renvoie à une ligne qui n'existe pas"),
    "an unknown place": Corruption(CAPITAL, change("de,chomage-bit,1991", "dd,chomage-bit,1991"), "le territoire « dd » n'existe pas"),
    "a value ten times too high": Corruption(
        CAPITAL, change("de,chomage-bit,1991,5.316", "de,chomage-bit,1991,53.16"),
        "53,16 est hors des valeurs plausibles de « chomage-bit »",
    ),
    "a value in another unit": Corruption(
        JOBS, change("reg-32,emploi-prive,2018,1444658", "reg-32,emploi-prive,2018,1444.658"), "la somme des communes s'écarte de la région"
    ),
    "a year taken out": Corruption(CAPITAL, drop_line("de,chomage-bit,2001,"), "« chomage-bit », de : rien pour 2001, sans lacune déclarée"),
    "a wrong digit, inside what is plausible": Corruption(
        CAPITAL, change("fr,indice-capital-humain,1980,2.586521", "fr,indice-capital-humain,1980,3.586521"),
        "« indice-capital-humain », fr, 1980 : .* un saut qui n'est déclaré",
    ),
    "points to be projected": Corruption(CODELIST, change(",non,log,points,", ",oui,log,points,"), "fait de points : il ne peut pas être projetable"),
    "no bound of what is plausible": Corruption(
        CODELIST, rewrite(lambda b: re.sub(rb"(,serie,)-?[\d.]+,", rb"\1,", b, count=1)), "colonne minimum"
    ),
    "a jump that is no longer declared": Corruption(
        CODELIST, change(";2020:pandémie;2021:rebond après la pandémie", ""), "« croissance-pib », fr, 2021 : .* un saut qui n'est déclaré"
    ),
    "a gap that is no longer declared": Corruption(
        CODELIST, rewrite(lambda b: re.sub(rb",(?:monde@)?[^,\"]*(?:2022)?:agr\xc3\xa9gat mondial[^,]*,(?=series/ecosystemes)", b",,", b, count=1)),
        "« chercheurs-par-million », monde : rien pour",
    ),
    "an indicator sent to a file that is not there": Corruption(
        CODELIST, change("series/cobotique.csv", "series/cobotik.csv"), "renvoie à data/series/cobotik.csv, absent du paquet"
    ),
    "a vintage that is not a date": Corruption(
        CODELIST, rewrite(lambda b: b.replace(b",etalab-2.0,2022,", b",etalab-2.0,22,", 1)), "« 22 » enfreint une contrainte de la colonne millesime"
    ),
    "a break that cannot be read": Corruption(CODELIST, change("2014:CITE 2011", "CITE 2011"), "ruptures : « CITE 2011 » n'est pas de la forme"),
    # Licences, sums, texts
    "a licence that is not open, for an indicator": Corruption(
        CODELIST, rewrite(lambda b: b.replace(b",etalab-2.0,", b",CC-BY-NC-4.0,", 1)), "« CC-BY-NC-4.0 » enfreint une contrainte"
    ),
    "a licence that is not open, for a table": Corruption(
        DESCRIPTOR, change("{name: ODbL-1.0, title: Open Data Commons Open Database License 1.0, path: 'https://opendatacommons.org/licenses/odbl/1-0/'}\n    schema",
                           "{name: CC-BY-NC-4.0}\n    schema"),
        "la licence « CC-BY-NC-4.0 » n'est pas admise",
    ),
    "a commune that breaks the region's sum": Corruption(
        JOBS, change("com-02001,emploi-prive,2014,79,", "com-02001,emploi-prive,2014,82,"), "en 2014, la somme des communes s'écarte de la région de 3 emplois"
    ),
    # Urssaf: 19,871,883 private jobs in France at the end of 2022.
    "a sector that breaks its zone's sum": Corruption(
        SECTORS, change("fr,BZ,2022,20909,", "fr,BZ,2022,20910,"), "fr, 2022 : 19871884 emplois au lieu de 19871883"
    ),
    "a sheet that names an indicator that is gone": Corruption(
        SHEET, change("- {id: densite-robots, role: ", "- {id: densite-robot, role: "), "« densite-robot » n'est pas dans data/indicateurs.csv"
    ),
    "a number that nothing proves": Corruption(
        SHEET, change("definition: >-\n", "definition: >-\n  Il en manque 4217,5.\n"), "le nombre « 4217,5 » n'est rattaché à aucune donnée"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_alone_stops_the_publication(name, copy_of_data):
    corruption = CORRUPTIONS[name]
    corruption.damage(copy_of_data / corruption.path)
    if corruption.sealed_again:
        seal.seal(copy_of_data)
    told = [str(fault) for fault in errors(validate(Package(copy_of_data)))]
    assert any(re.search(corruption.told.replace("|", r"\|"), fault) for fault in told), told


def test_there_are_at_least_twenty_five_of_them():
    assert len(CORRUPTIONS) >= 25


def test_the_command_refuses_a_corrupt_package_and_says_how_many_faults(copy_of_data):
    append(copy_of_data / CAPITAL, "de,chomage-bit,1990,530,observe,,")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("prospective")), "valider", "--sceller"],
        cwd=copy_of_data, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "530 est hors des valeurs plausibles de « chomage-bit »" in done.stderr
    assert re.search(r"\d défauts?\.", done.stderr)
    # What is wrong is not sealed.
    assert any("ne répond plus" in message for _, message in seal.broken(copy_of_data))
