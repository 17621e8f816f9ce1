"""The real package is clean; one planted fault is found, and only that one."""

import re

import pytest

from prospective.data.package import Package
from prospective.data.sheets import sheet_slugs
from prospective.data.validation import as_json, validate
from tests.editing import append, edit

JOBS = "data/territoires/emploi-prive.csv"
SECTORS = "data/territoires/emploi-secteurs.csv"
ROBOTS = "data/series/cobotique.csv"
CODELIST = "data/indicateurs.csv"
BIB = "book/references.bib"
GERMANY = "de,densite-robots,2021,397,"  # World Robotics 2022


def faults(copy) -> list[str]:
    return [str(fault) for fault in validate(Package(copy))]


def test_the_real_package_is_clean(package):
    assert [str(fault) for fault in validate(package)] == []


def test_a_copy_of_the_real_package_is_clean(copy_of_data):
    assert faults(copy_of_data) == []


# --- schemas -------------------------------------------------------------------------------------------------------


def test_a_row_written_twice_is_found(copy_of_data):
    file = copy_of_data / ROBOTS
    row = next(line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(GERMANY))
    line = edit(file, row, f"{row}\n{row}")
    (fault,) = faults(copy_of_data)
    assert fault.startswith(f"{ROBOTS}, ligne {line + 1} : cette ligne répète une clé déjà lue")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (GERMANY, "de,densite-robot,2021,397,", "une valeur renvoie à une ligne qui n'existe pas"),
        (f"{GERMANY}observe", f"{GERMANY}vu", "« vu » enfreint une contrainte de la colonne statut"),
        (GERMANY, "de,densite-robots,21,397,", "« 21 » enfreint une contrainte de la colonne date"),
        (GERMANY, "de,densite-robots,2021,,", "«  » enfreint une contrainte de la colonne valeur"),
    ],
    ids=["indicator", "status", "date", "empty"],
)
def test_a_cell_that_breaks_its_column_is_found(copy_of_data, old, new, told):
    line = edit(copy_of_data / ROBOTS, old, new)
    (fault,) = faults(copy_of_data)
    assert fault.startswith(f"{ROBOTS}, ligne {line} : {told}")


def test_a_table_that_cannot_be_read_stops_the_check_with_one_fault(copy_of_data):
    edit(copy_of_data / ROBOTS, "valeur", "valuer")
    assert faults(copy_of_data) == [
        f"data : {ROBOTS}, ligne 1 : colonne inconnue « valuer » ; vouliez-vous dire « valeur » ?"
    ]


# --- rules that no schema can say ----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["ze-9999", "epci-999999999", "com-99999"])
def test_a_territory_that_does_not_exist_is_found(copy_of_data, place):
    line = edit(copy_of_data / ROBOTS, GERMANY, f"{place},densite-robots,2021,397,")
    assert faults(copy_of_data) == [f"{ROBOTS}, ligne {line} : le territoire « {place} » n'existe pas"]


def test_an_indicator_in_the_wrong_file_is_found(copy_of_data):
    line = edit(copy_of_data / ROBOTS, GERMANY, "de,chomage-bit,2021,3.9,")
    assert faults(copy_of_data) == [
        f"{ROBOTS}, ligne {line} : l'indicateur « chomage-bit » n'est pas déclaré pour ce fichier"
    ]


@pytest.mark.parametrize("value", ["140", "-1"])
def test_a_percentage_outside_zero_to_a_hundred_is_found(copy_of_data, value):
    path = "data/series/capital-humain.csv"
    line = edit(copy_of_data / path, "reg-32,diplomes-superieur,2019,31.3,", f"reg-32,diplomes-superieur,2019,{value},")
    found = faults(copy_of_data)
    assert found[0] == f"{path}, ligne {line} : {float(value)} n'est pas un pourcentage entre 0 et 100"
    # The sheets that quote the true value say so too; nothing else does.
    assert all(re.search(r"le nombre « 31(,3)? » n'est rattaché|doit être positive", fault) for fault in found[1:])


def test_a_commune_that_breaks_the_total_of_the_region_is_found(copy_of_data):
    edit(copy_of_data / JOBS, "com-02001,emploi-prive,2014,79,", "com-02001,emploi-prive,2014,82,")
    assert faults(copy_of_data) == [
        f"{JOBS} : en 2014, la somme des communes s'écarte de la région de 3 emplois"
    ]


def test_a_sector_that_breaks_the_total_of_its_territory_is_found(copy_of_data):
    edit(copy_of_data / SECTORS, "fr,BZ,2022,20909,", "fr,BZ,2022,20910,")
    (fault,) = faults(copy_of_data)
    # Urssaf: 19,871,883 private jobs in France at the end of 2022.
    assert fault.startswith(f"{SECTORS} : fr, 2022 : 19871884 emplois au lieu de 19871883")


def test_an_indicator_made_of_points_is_not_projected(copy_of_data):
    edit(copy_of_data / CODELIST, ",non,log,points,fr@2021", ",oui,log,points,fr@2021")
    assert faults(copy_of_data) == [
        f"{CODELIST} : l'indicateur « densite-robots » est fait de points : il ne peut pas être projetable"
    ]


# --- documents -----------------------------------------------------------------------------------------------------


def test_a_document_that_nobody_cites_is_found(copy_of_data):
    append(copy_of_data / BIB, "@misc{orphelin2020, title={A}, year={2020}, nature={presse}, author={B, C}}")
    assert faults(copy_of_data) == [f"{BIB} : le document « orphelin2020 » n'est cité nulle part : retirez-le"]


@pytest.mark.parametrize(
    "path", ["data/lettres/lettre-4.yaml", "data/territoires/composes/thierache-serre.yaml", "book/accueil.md"]
)
def test_a_source_that_is_not_in_the_bibliography_is_found_wherever_it_is_cited(copy_of_data, path):
    edit(copy_of_data / path, "agence2020lettre4", "agence2020lettre9")
    assert faults(copy_of_data) == [f"{BIB} : le document « agence2020lettre9 » est cité mais n'existe pas"]


def test_a_source_of_a_row_that_is_not_in_the_bibliography_is_told_with_its_table(copy_of_data):
    edit(copy_of_data / "data/faits/lettre-4.csv", "agence2020lettre4", "agence2020lettre9")
    assert f"data/faits/lettre-4.csv : la source « agence2020lettre9 » n'est pas dans {BIB}" in faults(copy_of_data)


# --- figures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["definition", "enjeux", "limites"])
def test_a_number_that_nothing_proves_is_found_in_a_sheet(copy_of_data, field):
    path = f"data/fiches/{sheet_slugs(copy_of_data)[0]}.yaml"
    line = edit(copy_of_data / path, f"{field}: >-\n", f"{field}: >-\n    ") if field == "limites" else 0
    marker = f"{field}: >-\n"
    indent = "    " if field == "limites" else "  "
    line = edit(copy_of_data / path, marker, f"{marker}{indent}Il en manque 4217,5.\n")
    (fault,) = faults(copy_of_data)
    assert fault.startswith(f"{path}, ligne {line}, ")
    assert f"{field} : le nombre « 4217,5 » n'est rattaché à aucune donnée" in fault


def test_a_sentence_that_says_more_than_its_figure_is_found(copy_of_data):
    path = "data/lettres/lettre-4.yaml"
    edit(copy_of_data / path, "844 de moins", "848 de moins")
    found = faults(copy_of_data)
    assert any("le nombre « 848 » n'est rattaché à aucune donnée" in fault for fault in found)
    assert all(fault.startswith(path) for fault in found)


def test_a_figure_that_does_not_exist_is_found_with_its_place(copy_of_data):
    path = "data/lettres/lettre-4.yaml"
    edit(copy_of_data / path, "chiffres: [lettre-4-43]", "chiffres: [lettre-4-43, lettre-4-430]")
    (fault,) = faults(copy_of_data)
    assert re.match(rf"{path}, ligne \d+, rubriques\.0\.blocs\.0\.texte : Chiffre inconnu : « lettre-4-430 »", fault)


def test_a_fact_that_no_sheet_quotes_is_found(copy_of_data):
    append(copy_of_data / "data/faits/cobotique.csv", "cobotique-zzz,France,Un fait,5,robots,2020,acemoglu2020,")
    assert faults(copy_of_data) == [
        "data/faits : le fait « cobotique-zzz » n'est cité par aucune fiche : retirez-le ou citez-le"
    ]


def test_a_figure_of_the_letter_told_nowhere_is_found(copy_of_data):
    append(copy_of_data / "data/faits/lettre-4.csv", "lettre-4-44,France,Un oubli,7,h,2020,agence2020lettre4,")
    assert faults(copy_of_data) == ["data/lettres/lettre-4.yaml : le chiffre « lettre-4-44 » n'est raconté nulle part"]


# --- sheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  - {id: densite-robots, role: ", "  - {id: densite-robot, role: ", "indicateurs : « densite-robot » n'est pas"),
        ("  - a38: C", "  - a38: Q", "n'est pas un secteur A38"),
    ],
    ids=["indicator", "sector"],
)
def test_a_sheet_that_names_what_does_not_exist_is_found(copy_of_data, old, new, told):
    path = "data/fiches/cobotique.yaml"
    edit(copy_of_data / path, old, new)
    (fault,) = faults(copy_of_data)
    assert fault.startswith(f"{path} : ")
    assert told in fault


def test_a_broken_sheet_is_a_fault_and_not_a_crash(copy_of_data):
    path = "data/fiches/cobotique.yaml"
    edit(copy_of_data / path, "statut: ", "statut: en ")
    assert any(fault.startswith(f"data : {path}, ligne ") for fault in faults(copy_of_data))


def test_the_report_for_machines_says_what_people_read(copy_of_data):
    append(copy_of_data / BIB, "@misc{orphelin2020, title={A}, year={2020}, nature={presse}, author={B, C}}")
    found = validate(Package(copy_of_data))
    assert as_json(found) == {
        "valide": False,
        "defauts": [{"where": BIB, "message": "le document « orphelin2020 » n'est cité nulle part : retirez-le"}],
    }
    assert as_json([]) == {"valide": True, "defauts": []}
