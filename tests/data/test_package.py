"""Tables are read with their types, or refused with the file, the line and the column."""

import csv
import re
from decimal import Decimal

import pandas as pd
import pytest
from frictionless import Package as FrictionlessPackage

from prospective.data.package import Package
from prospective.data.root import find_root
from prospective.model.errors import DataError, ProspectiveError, UnknownNameError
from prospective.model.variables import VARIABLES
from tests.editing import edit

SERIES = "series/cobotique.csv"


def refusal(copy, path=SERIES) -> str:
    with pytest.raises(ProspectiveError) as error:
        Package(copy).table(path)
    return str(error.value)


@pytest.mark.parametrize("path", ["indicateurs.csv", "cibles.csv", SERIES, "territoires/communes-2026.csv"])
def test_a_table_holds_what_frictionless_reads(package, path):
    declared = FrictionlessPackage(str(package.root / "data/datapackage.yaml"))
    rows = declared.get_resource(package.resources[path]["name"]).read_rows()
    table = package.table(path)
    assert len(table) == len(rows)
    for column in table.columns:
        ours = [None if pd.isna(value) or value == "" else value for value in table[column]]
        theirs = [float(row[column]) if isinstance(row[column], Decimal) else row[column] for row in rows]
        assert ours == theirs


def test_every_csv_of_data_is_declared_and_every_declared_table_exists(package):
    folder = package.root / "data"
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.csv")} == set(package.tables)


def test_codes_keep_their_leading_zero(package):
    assert package.table("territoires/communes-2026.csv")["code"].iloc[0] == "02001"  # Abbécourt, Aisne


def test_a_missing_file_is_named(copy_of_data):
    (copy_of_data / "data" / SERIES).unlink()
    assert refusal(copy_of_data) == (
        f"data/{SERIES} est introuvable : remettez ce fichier, ou retirez-le de data/datapackage.yaml."
    )


def test_a_misspelt_column_is_offered_the_nearest_one(copy_of_data):
    edit(copy_of_data / "data" / SERIES, "valeur", "valuer")
    assert refusal(copy_of_data) == (
        f"data/{SERIES}, ligne 1 : colonne inconnue « valuer » ; vouliez-vous dire « valeur » ?"
    )


def test_a_missing_column_is_named(copy_of_data):
    edit(copy_of_data / "data" / SERIES, ",source,note", ",source")
    assert refusal(copy_of_data) == (
        f"data/{SERIES}, ligne 1 : la colonne « note » manque ; "
        "colonnes lues : territoire, indicateur, date, valeur, statut, source."
    )


def test_a_table_exported_with_semicolons_is_refused(copy_of_data):
    file = copy_of_data / "data" / SERIES
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert "colonnes attendues : territoire, indicateur, date" in refusal(copy_of_data)


@pytest.mark.parametrize("word", ["beaucoup", "n.d.", "nan", "1 234"])
def test_what_is_not_a_number_is_named_with_its_line(copy_of_data, word):
    # International Federation of Robotics, World Robotics 2022: 397 robots per 10,000 employees in Germany in 2021.
    line = edit(copy_of_data / "data" / SERIES, "de,densite-robots,2021,397,", f"de,densite-robots,2021,{word},")
    assert refusal(copy_of_data) == (
        f"data/{SERIES}, ligne {line}, valeur : « {word} » n'est pas un nombre (point décimal, sans espace)."
    )


def test_a_fraction_is_not_a_whole_number(copy_of_data):
    path = "territoires/communes-2026.csv"
    line = edit(copy_of_data / "data" / path, "02001,Abbécourt,518,", "02001,Abbécourt,518.5,")
    assert refusal(copy_of_data, path).startswith(
        f"data/{path}, ligne {line}, population : « 518.5 » n'est pas un nombre entier"
    )


def test_infinity_is_not_a_number(copy_of_data):
    edit(copy_of_data / "data" / SERIES, "de,densite-robots,2021,397,", "de,densite-robots,2021,inf,")
    refusal(copy_of_data)


def test_a_decimal_comma_is_named_with_its_line(copy_of_data):
    line = edit(copy_of_data / "data" / SERIES, "de,densite-robots,2021,397,", "de,densite-robots,2021,397,5,")
    assert f"data/{SERIES}, ligne {line}" in refusal(copy_of_data)


def test_a_comma_too_many_on_the_first_line_does_not_shift_the_columns(copy_of_data):
    file = copy_of_data / "data" / SERIES
    first = file.read_text(encoding="utf-8").splitlines()[1]
    edit(file, first, f"{first},")
    assert f"data/{SERIES}, ligne 2" in refusal(copy_of_data)


def test_a_table_saved_in_another_encoding_is_refused(copy_of_data):
    file = copy_of_data / "data" / SERIES
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp1252", "replace"))
    assert "UTF-8" in refusal(copy_of_data)


def test_a_byte_order_mark_is_ignored(copy_of_data):
    file = copy_of_data / "data" / SERIES
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert "territoire" in Package(copy_of_data).table(SERIES).columns


def test_an_unknown_table_is_told_with_the_nearest_one(package):
    with pytest.raises(UnknownNameError) as error:
        package.table("series/cobotic.csv")
    assert str(error.value) == (
        "Table inconnue : « series/cobotic.csv ». Vouliez-vous dire « series/cobotique.csv » ?  "
        "(liste : data/datapackage.yaml)"
    )


def test_an_unknown_indicator_is_told_with_the_nearest_one(package):
    with pytest.raises(UnknownNameError) as error:
        package.series("densite-robot")
    assert str(error.value) == (
        "Indicateur inconnu : « densite-robot ». Vouliez-vous dire « densite-robots » ?  (liste : data/indicateurs.csv)"
    )


def test_an_unreadable_descriptor_is_told(copy_of_data):
    edit(copy_of_data / "data/datapackage.yaml", "resources:", "ressources:")
    with pytest.raises(DataError, match=r"^data/datapackage\.yaml ne peut pas être lu"):
        _ = Package(copy_of_data).resources


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("2014:CITE 2011", "CITE 2011", "ruptures"),
        (",%,1,hausse,", ",%,9,hausse,", "decimales"),
        (",%,1,hausse,", ",%,1,montée,", "sens"),
    ],
)
def test_a_wrong_indicator_is_told_with_its_line_and_its_column(copy_of_data, old, new, field):
    path = "data/indicateurs.csv"
    line = edit(copy_of_data / path, old, new)
    with pytest.raises(DataError, match=f"^{path}, ligne {line}, {field} : "):
        _ = Package(copy_of_data).indicators


def test_a_series_comes_sorted_with_its_year(package):
    rows = package.series("densite-robots")
    assert list(zip(rows["territoire"], rows["date"], strict=True)) == sorted(
        zip(rows["territoire"], rows["date"], strict=True)
    )
    assert (rows["annee"].astype(str) == rows["date"].str[:4]).all()
    assert set(rows["indicateur"]) == {"densite-robots"}


# International Federation of Robotics, press releases of World Robotics 2020 to 2024: industrial robots per
# 10,000 employees of manufacturing.
@pytest.mark.parametrize(
    ("point", "robots"),
    [
        ("monde:2019", 113),
        ("monde:2020", 126),
        ("monde:2021", 141),
        ("monde:2022", 151),
        ("monde:2023", 162),
        ("de:2019", 346),
        ("de:2020", 371),
        ("de:2021", 397),
        ("de:2022", 415),
        ("de:2023", 429),
        ("fr:2019", 177),
        ("fr:2020", 194),
        ("fr:2021", 163),
        ("it:2020", 224),
        ("es:2020", 203),
        ("ue27:2023", 219),
    ],
)
def test_robot_densities_are_those_that_the_federation_published(package, point, robots):
    (figure,) = package.figures(f"densite-robots@{point}")
    assert figure.value == robots
    assert figure.sources


# Directive (EU) 2023/2413, art. 1 (22a of directive 2018/2001); stratégie nationale hydrogène of September 2020 and
# April 2025; COM(2022) 230 REPowerEU; decision (EU) 2022/2481, art. 4; Council resolution 2021/C 66/01.
@pytest.mark.parametrize(
    ("target", "value", "unit"),
    [
        ("hydrogene-renouvelable-industrie-ue27-2030", 42, "%"),
        ("hydrogene-electrolyse-fr-2030-initial", 6.5, "GW"),
        ("hydrogene-electrolyse-fr-2030", 4.5, "GW"),
        ("hydrogene-electrolyse-fr-2035", 8, "GW"),
        ("hydrogene-production-ue27-2030", 10, "Mt par an"),
        ("capital-humain-competences-numeriques-ue27-2030", 80, "%"),
        ("capital-humain-specialistes-tic-ue27-2030", 20, "millions"),
        ("capital-humain-diplomes-superieur-jeunes-ue27-2030", 45, "%"),
    ],
)
def test_targets_are_those_of_the_official_text(package, target, value, unit):
    (figure,) = package.figures(target)
    assert (figure.value, figure.unit) == (value, unit)


def test_a_target_given_as_a_range_has_two_figures(package):
    # IEA, Global Hydrogen Review 2024: 230 to 520 GW of electrolysis by 2030 if all announced projects come true.
    assert [f.value for f in package.figures("hydrogene-electrolyse-monde-2030")] == [230, 520]


def test_a_fact_carries_its_document_and_its_file(package):
    (figure,) = package.figures("lettre-4-26")
    assert (figure.value, figure.place, figure.sources) == (5161, "Thiérache et Serre", ("agence2020lettre4",))
    assert figure.origin == "data/faits/lettre-4.csv"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("lettre-4-999", "Chiffre inconnu : « lettre-4-999 »"),
        ("densite-robot@fr:2021", "Vouliez-vous dire « densite-robots » ?"),
        ("densite-robots@fr:1900", "a 0 point(s) pour fr à la date 1900"),
        ("densite-robots@fr", "Chiffre inconnu"),
    ],
)
def test_a_reference_to_nothing_is_refused(package, reference, told):
    with pytest.raises(ProspectiveError, match=re.escape(told)):
        package.figures(reference)


def test_a_fact_declared_in_two_files_is_refused(copy_of_data):
    facts = copy_of_data / "data/faits"
    with (facts / "lettre-4.csv").open(encoding="utf-8", newline="") as stream:
        letter = next(row for row in csv.DictReader(stream) if row["id"] == "lettre-4-01")
    with (facts / "cobotique.csv").open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(letter.values())
    with pytest.raises(DataError, match=r"ligne \d+, id : « lettre-4-01 » existe déjà"):
        _ = Package(copy_of_data).facts


def test_the_publication_is_found_from_any_of_its_folders(copy_of_data, monkeypatch):
    monkeypatch.delenv("PROSPECTIVE_RACINE", raising=False)
    monkeypatch.chdir(copy_of_data / "data/series")
    assert find_root() == copy_of_data.resolve()


def test_the_publication_beside_the_package_is_found_from_anywhere(root, tmp_path, monkeypatch):
    monkeypatch.delenv("PROSPECTIVE_RACINE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert find_root() == root


def test_the_publication_that_is_named_comes_first(root, copy_of_data, monkeypatch):
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(copy_of_data))
    monkeypatch.chdir(root)
    assert find_root() == copy_of_data.resolve()


def test_a_named_folder_without_data_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(tmp_path))
    with pytest.raises(DataError, match="corrigez ou retirez cette variable"):
        find_root()


def test_a_table_answers_to_its_name_and_to_its_path(package):
    assert package.table("communes-2026").equals(package.table("territoires/communes-2026.csv"))


def test_what_a_caller_changes_is_not_seen_by_the_next_one(package):
    mine = package.series("densite-robots")
    before = package.series("densite-robots").copy()
    mine.loc[0, "valeur"] = -1.0
    mine["extra"] = 0
    assert package.series("densite-robots").equals(before)


def test_an_unknown_table_is_offered_the_nearest_name(package):
    with pytest.raises(UnknownNameError, match="« commune-2026 ». Vouliez-vous dire « communes-2026 » ?"):
        package.table("commune-2026")


def test_a_series_carries_its_unit_and_where_it_comes_from(package):
    found = package.series("diplomes-superieur")
    assert found.attrs == {
        "fichier": "data/series/capital-humain.csv", "unite": "%", "licence": "CC-BY-4.0", "millesime": "2021",
        "source": "Eurostat, edat_lfse_04, millésime 2021 (CC BY 4.0)",
    }  # fmt: skip


def test_a_table_carries_its_sources_and_its_licences(package):
    found = package.table("emploi-prive").attrs
    assert (found["fichier"], found["licences"]) == ("data/territoires/emploi-prive.csv", ["ODbL-1.0"])
    assert "Urssaf" in found["sources"][0]


def test_months_are_read_on_a_decimal_time_axis(package):
    found = package.series("ipi-mensuel").set_index("date")["temps"]
    assert (found["2019-01"], found["2019-07"]) == (2019.0, 2019.5)


def test_facts_and_targets_are_frames_with_typed_values(package):
    letter = package.facts.set_index("id").loc["lettre-4-02"]
    # France Relance: 100 billion euros (letter n° 4, 2020).
    assert (letter["valeur"], letter["unite"], letter["fichier"]) == (100.0, "Md€", "data/faits/lettre-4.csv")
    assert package.targets["valeur"].dtype == "float64"


def test_every_variable_of_the_exercise_has_a_series(package):
    for variable in VARIABLES:
        table = package.table(f"serie-{variable}")
        own = {i.id for i in package.indicators.values() if i.fichier == f"series/{variable}.csv"}
        assert set(table["indicateur"]) == own
        assert own


def test_what_a_source_forecasts_is_a_forecast(package):
    # IMF, World Economic Outlook of April 2019; IEA, Global EV Outlook 2024.
    for name, last in (("dette-publique", 2018), ("depenses-publiques", 2018), ("ventes-ve-steps", 2024)):
        rows = package.series(name)
        assert set(rows.loc[rows["annee"] > last, "statut"]) == {"prevision"}
        assert "prevision" not in set(rows.loc[rows["annee"] <= last, "statut"])
