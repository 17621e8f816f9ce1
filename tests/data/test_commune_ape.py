"""The Urssaf « commune × APE » file: imported whole or not at all, and its sums against those of the csv module."""

import csv
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospective.data.commune_ape.importing import import_file
from prospective.data.commune_ape.query import METROPOLIS, CommuneApe
from prospective.data.commune_ape.store import FOLDER, ORIGIN, is_present, read_origin
from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from prospective.model.errors import DataError
from tests.conftest import ROOT
from tests.data import urssaf_file
from tests.data.urssaf_file import Place
from tests.editing import copy_data

# Twenty lines of made-up numbers under the header of the real file of 2022 (53 columns).
FIXTURE = ROOT / "tests/fixtures/urssaf-fabrique.csv"
INDUSTRY = {"BZ", "CA", "CB", "CC", "CD", "CE", "CF", "CG", "CH", "CI", "CJ", "CK", "CL", "CM", "DZ", "EZ"}
YEARS = range(2006, 2023)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the publication, without what an analyst may have imported in the real one."""
    return fresh_copy(tmp_path_factory.mktemp("urssaf") / "copie")


@pytest.fixture
def empty(home: Path) -> Iterator[Path]:
    """The copy, with nothing imported."""
    remove_local(home)
    yield home
    remove_local(home)


@pytest.fixture
def imported(empty: Path) -> Path:
    """The copy, with the twenty lines imported."""
    import_file(FIXTURE, empty)
    return empty


def fresh_copy(target: Path) -> Path:
    root = copy_data(ROOT, target)
    remove_local(root)
    return root


def remove_local(root: Path) -> None:
    subprocess.run(["rm", "-rf", str(root / "data/local")], check=True)


def ask(root: Path) -> CommuneApe:
    return CommuneApe(Gazetteer(Package(root)))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / f"data/territoires/{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def expected(path: Path, communes: set[str] | None, year: int, column: str = "Effectifs salariés") -> dict[str, int]:
    """Sums by A38 sector, with nothing of the library."""
    found: Counter[str] = Counter()
    for row in read(path):
        if communes is None or row["Code commune"] in communes:
            found[row["Secteur NA38"][:2]] += int(row[f"{column} {year}"] or 0)
    return {sector: jobs for sector, jobs in found.items() if jobs}


def answered(file: CommuneApe, territory: str, year: int, column: str = "emplois") -> dict[str, int]:
    jobs = file.jobs(file.places[territory], [year])
    return {row["secteur"]: row[column] for row in jobs.to_dict("records") if row[column]}


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file under data/ but the lock, with its content."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted((root / "data").rglob("*"))
        if p.is_file() and p.name != ".verrou"
    }


# What is read


def test_the_years_and_the_lines_are_those_of_the_file(empty: Path) -> None:
    done = import_file(FIXTURE, empty)
    assert (done.rows, done.years) == (20, tuple(YEARS))
    origin = read_origin(empty)
    digest = subprocess.run(["sha256sum", str(FIXTURE)], capture_output=True, text=True, check=True).stdout.split()[0]
    assert (origin.fichier, origin.sha256, origin.lignes) == (FIXTURE.name, digest, 20)
    assert set(origin.departements) == {row["Code département"] for row in read(FIXTURE)}


def test_sums_are_exact_for_every_territory_and_year(imported: Path) -> None:
    communes = {row["code"]: row for row in table("communes-2026")}
    thierache = {"240200444", "240200600", "200071983", "240200634", "240200469"}
    made = {
        "thierache-serre": {code for code, row in communes.items() if row["epci"] in thierache},
        "epci-240200444": {code for code, row in communes.items() if row["epci"] == "240200444"},
        "ze-3217": {code for code, row in communes.items() if row["ze"] == "3217"},
        "dep-59": {code for code, row in communes.items() if row["departement"] == "59"},
        "com-02381": {"02381"},
        "reg-32": set(communes),
    }
    with ask(imported) as file:
        for territory, codes in made.items():
            for year in YEARS:
                assert answered(file, territory, year) == expected(FIXTURE, codes, year), (territory, year)
                plants = expected(FIXTURE, codes, year, "Nombre d'établissements")
                assert answered(file, territory, year, "etablissements") == plants, (territory, year)


def test_industry_is_sections_b_to_e(imported: Path) -> None:
    with ask(imported) as file:
        found = file.industry(file.places["reg-32"], [2018])
    every = expected(FIXTURE, {row["Code commune"] for row in read(FIXTURE) if row["Code région"] == "32"}, 2018)
    industry = {sector: jobs for sector, jobs in every.items() if sector in INDUSTRY}
    assert {"CA", "CJ", "EZ"} < set(industry) < set(every)
    assert {s: j for s, j in zip(found["secteur"], found["emplois"], strict=True) if j} == industry


def test_several_years_are_answered_at_once(imported: Path) -> None:
    with ask(imported) as file:
        both = file.jobs(file.places["dep-02"], [2012, 2018])
        for year in (2012, 2018):
            alone = file.jobs(file.places["dep-02"], [year])
            assert both[both["annee"] == year].reset_index(drop=True).equals(alone)


@pytest.mark.parametrize("quoted_empty", [False, True])
def test_the_names_of_the_site_and_those_of_the_api_give_the_same(
    empty: Path, tmp_path: Path, quoted_empty: bool
) -> None:
    rows = [list(row.values()) for row in read(FIXTURE)]
    source = urssaf_file.write(tmp_path / "api.csv", rows, YEARS, api=True)
    if quoted_empty:
        source.write_text(source.read_text(encoding="utf-8").replace(";;;", ';"";;'), encoding="utf-8", newline="")
    import_file(source, empty)
    with ask(empty) as file:
        for year in YEARS:
            codes = {row["Code commune"] for row in read(FIXTURE)}
            in_region = {code for code in codes if code[:2] in ("02", "59", "60", "62", "80")}
            assert answered(file, "reg-32", year) == expected(FIXTURE, in_region, year)


def test_newer_editions_have_more_years(empty: Path, tmp_path: Path) -> None:
    years = range(2006, 2026)
    places = urssaf_file.region_communes(ROOT)[::60]
    lines = urssaf_file.lines_of(places, 200, urssaf_file.a38_labels(ROOT), years)
    source = urssaf_file.write(tmp_path / "recent.csv", lines, years)
    assert import_file(source, empty).years == tuple(years)
    with ask(empty) as file:
        assert answered(file, "reg-32", 2025) == expected(source, None, 2025)


def test_a_file_name_may_hold_anything(empty: Path, tmp_path: Path) -> None:
    source = tmp_path / "l'Urssaf [2022] *.csv"
    source.write_bytes(FIXTURE.read_bytes())
    assert import_file(source, empty).rows == 20


def test_a_commune_that_merged_is_counted_in_the_one_it_is_in_now(empty: Path, tmp_path: Path) -> None:
    passage = table("passage-communes")[0]
    former, current = passage["code_ancien"], passage["code_2026"]
    source = changed(tmp_path, lambda text: text.replace(";02468;1089Z", f";{former};1089Z"))
    done = import_file(source, empty)
    assert done.origin.communes_rattachees == {former: current}
    with ask(empty) as file:
        assert answered(file, f"com-{current}", 2018) == expected(source, {former}, 2018)


def test_a_sector_that_is_not_of_the_nomenclature_is_counted_and_named(empty: Path, tmp_path: Path) -> None:
    source = changed(tmp_path, cell(16, "Secteur NA38", "XX Secteur inconnu"))
    assert import_file(source, empty).origin.secteurs_hors_nomenclature == ("XX",)
    with ask(empty) as file:
        assert answered(file, "com-60057", 2018) == expected(source, {"60057"}, 2018)
        assert file.industry(file.places["com-60057"], [2018]).empty


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), lines=st.integers(1, 400), first=st.integers(2006, 2020), count=st.integers(1, 6))
def test_nothing_is_lost_between_the_file_its_departements_and_the_region(
    home: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, lines: int, first: int, count: int
) -> None:
    years = range(first, first + count)
    places = [*urssaf_file.region_communes(ROOT)[seed % 7 :: 40], *urssaf_file.other_communes(1)]
    made = urssaf_file.lines_of(places, lines, urssaf_file.a38_labels(ROOT), years, seed)
    source = urssaf_file.write(tmp_path_factory.mktemp("tirage") / "urssaf.csv", made, years)
    remove_local(home)
    assert import_file(source, home).rows == lines
    pieces = [str(piece) for piece in (home / FOLDER).glob("lot-*/departement=*/*.parquet")]
    rows = read(source)
    for year in years:
        total = duckdb.read_parquet(pieces).sum(f"effectifs_{year}").fetchall()[0][0]
        assert (total or 0) == sum(int(row[f"Effectifs salariés {year}"] or 0) for row in rows)
    present = {row["Code département"] for row in rows}
    if present >= {"02", "59", "60", "62", "80"}:
        with ask(home) as file:
            parts: Counter[str] = Counter()
            for departement in ("02", "59", "60", "62", "80"):
                parts.update(answered(file, f"dep-{departement}", years[-1]))
            assert dict(parts) == answered(file, "reg-32", years[-1])


def test_the_command_says_what_was_read(empty: Path) -> None:
    command = [str(Path(sys.executable).parent / "prospective"), "importer-urssaf", str(FIXTURE)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PROSPECTIVE_RACINE": str(empty)}
    )
    assert re.fullmatch(r"20 lignes importées, années 2006 à 2022, en \d+,\d s\.\n", done.stdout)
    command[-1] = str(ROOT / "LICENSE")
    refused = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PROSPECTIVE_RACINE": str(empty)}
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("LICENSE, ligne 1 : ")
    assert refused.stderr.count("\n") == 1


# What may be asked


def test_france_is_the_whole_file(empty: Path, tmp_path: Path) -> None:
    places = [*urssaf_file.region_communes(ROOT)[::300], *urssaf_file.other_communes(1), Place("59350", "Lille"),
              Place("60057", "Beauvais"), Place("62041", "Arras"), Place("80021", "Amiens")]  # fmt: skip
    places = list({place.code: place for place in places}.values())
    made = urssaf_file.lines_of(places, 3000, urssaf_file.a38_labels(ROOT), YEARS)
    source = urssaf_file.write(tmp_path / "france.csv", made, YEARS)
    assert {row["Code département"] for row in read(source)} > METROPOLIS
    import_file(source, empty)
    with ask(empty) as file:
        assert answered(file, "fr", 2018) == expected(source, None, 2018)


def test_a_file_of_a_region_does_not_speak_for_france(imported: Path) -> None:
    with ask(imported) as file, pytest.raises(DataError, match="ne couvre pas France"):
        file.jobs(file.places["fr"], [2018])


def test_a_year_that_is_not_in_the_file_is_refused(imported: Path) -> None:
    with (
        ask(imported) as file,
        pytest.raises(DataError, match="2023 n'est pas dans le fichier importé, qui va de 2006 à 2022"),
    ):
        file.jobs(file.places["dep-02"], [2018, 2023])


def test_a_place_of_comparison_has_nothing_to_read(imported: Path) -> None:
    with ask(imported) as file, pytest.raises(DataError, match="n'a pas de commune dans la région"):
        file.jobs(file.places["de"], [2018])


def test_without_a_file_the_error_says_how_to_get_it(empty: Path) -> None:
    assert not is_present(empty)
    with pytest.raises(
        DataError, match=r"etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last.*importer-urssaf"
    ):
        ask(empty)


def test_a_damaged_import_says_what_to_do(imported: Path) -> None:
    (imported / FOLDER / ORIGIN).write_text('{"fichier": 3}', encoding="utf-8")
    with pytest.raises(DataError, match=r"origine.json est abîmé : relancez « prospective importer-urssaf"):
        ask(imported)


def test_without_duckdb_the_error_says_what_to_install(imported: Path) -> None:
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from pathlib import Path\n"
        "from prospective.data.commune_ape.importing import import_file\n"
        f"import_file(Path({str(FIXTURE)!r}), Path({str(imported)!r}))\n"
    )
    before = snapshot(imported)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'DuckDB, qui n\'est pas installé : lancez « pip install "prospective[urssaf]" ».' in done.stderr
    assert snapshot(imported) == before


# What is refused


def changed(folder: Path, change: Callable[[str], str], encoding: str = "utf-8-sig") -> Path:
    """The twenty lines with one thing changed."""
    path = folder / "urssaf.csv"
    text = change(FIXTURE.read_bytes().decode("utf-8-sig"))
    path.write_text(text, encoding=encoding, newline="")
    return path


def cell(line: int, column: str, value: str) -> Callable[[str], str]:
    """Put a value in one cell."""

    def change(text: str) -> str:
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        rows[line - 1][rows[0].index(column)] = value
        return "".join(";".join(f'"{c}"' if ";" in c else c for c in row) + "\r\n" for row in rows)

    return change


def without_column(name: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        rows = list(csv.reader(text.splitlines(), delimiter=";"))
        position = rows[0].index(name)
        kept = [row[:position] + row[position + 1 :] for row in rows]
        return "".join(";".join(f'"{c}"' if ";" in c else c for c in row) + "\r\n" for row in kept)

    return change


def line_5_cut(text: str) -> str:
    lines = text.split("\r\n")
    lines[4] = lines[4].rsplit(";", 2)[0]
    return "\r\n".join(lines)


def line_twice(text: str) -> str:
    return text + text.split("\r\n")[6] + "\r\n"


JOBS = "Effectifs salariés 2018"
WRONG: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda _: "", "ligne 1 : ce fichier est vide"),
    "no line": (lambda t: t.split("\r\n")[0] + "\r\n", "l'en-tête n'est suivi d'aucune ligne"),
    "page": (lambda _: "<!DOCTYPE html><html><body>503</body></html>\n", "ligne 1 : c'est une page web"),
    "last line cut": (lambda t: t.rstrip("\r\n"), "ligne 21 : la dernière ligne n'est pas terminée"),
    "last cells cut": (lambda t: t[: t.rindex(";")] + "\r\n", "ligne 21 : 52 cellules au lieu de 53"),
    "cells missing": (line_5_cut, "ligne 5 : 51 cellules au lieu de 53"),
    "cell too many": (lambda t: t.replace(";59183;2410Z", ";59183;2410Z;", 1), "ligne 13 : 54 cellules au lieu de 53"),
    "quote open": (lambda t: t.replace('"70 Activités', '"70" Activités', 1), "ligne 19 : des guillemets ne sont pas fermés"),
    "commas": (lambda t: t.replace(";", ","), "ligne 1 : aucun « ; » entre les colonnes"),
    "year missing": (without_column("Nombre d'établissements 2013"), "ligne 1 : la colonne « Nombre d'établissements 2013 » manque"),
    "jobs missing": (without_column("Effectifs salariés 2022"), "ligne 1 : la colonne « Effectifs salariés 2022 » manque"),
    "sector missing": (without_column("Secteur NA38"), "ligne 1 : la colonne « Secteur NA38 » manque"),
    "column twice": (lambda t: t.replace("salariés 2019", "salariés 2018", 1), "ligne 1, colonnes 45 et 47 : « Effectifs salariés 2018 » est écrit deux fois"),
    "comma": (cell(7, JOBS, "4,5"), f"ligne 7, colonne « {JOBS} » : « 4,5 » porte une virgule décimale"),
    "point": (cell(7, JOBS, "4.5"), f"ligne 7, colonne « {JOBS} » : « 4.5 » n'est pas entier"),
    "thousands": (cell(7, JOBS, "1.000"), f"ligne 7, colonne « {JOBS} » : « 1.000 » n'est pas entier"),
    "nan": (cell(8, JOBS, "NaN"), f"ligne 8, colonne « {JOBS} » : « NaN » n'est pas un nombre"),
    "secret": (cell(8, JOBS, "s"), f"ligne 8, colonne « {JOBS} » : « s » n'est pas un nombre"),
    "exponent": (cell(8, JOBS, "1e3"), f"ligne 8, colonne « {JOBS} » : « 1e3 » n'est pas un nombre"),
    "negative": (cell(9, JOBS, "-3"), f"ligne 9, colonne « {JOBS} » : « -3 » est négatif"),
    "formula": (cell(9, JOBS, "=cmd|' /C calc'!A0"), f"ligne 9, colonne « {JOBS} » : « =cmd|' /C calc'!A0 » ressemble à une formule"),
    "formula in a text": (cell(10, "Nom commune", "@SUM(A1)"), "ligne 10, colonne « Nom commune » : « @SUM(A1) » ressemble à une formule"),
    "no commune": (cell(10, "Code commune", ""), "ligne 10, colonne « Code commune » : «  » n'est pas un code de commune"),
    "zero lost": (cell(2, "Code commune", "2558"), "ligne 2, colonne « Code commune » : « 2558 » n'est pas un code de commune"),
    "unknown commune": (cell(2, "Code commune", "02999"), "ligne 2, colonne « Code commune » : la commune « 02999 » n'est pas une commune de la région"),
    "no sector": (cell(4, "Secteur NA38", "Chimie"), "ligne 4, colonne « Secteur NA38 » : « Chimie » ne commence pas par un code A38"),
    "no activity": (cell(4, "Code APE", "27"), "ligne 4, colonne « Code APE » : « 27 » n'est pas un code APE"),
    "line twice": (line_twice, "ligne 22 : la commune « 02361 » et l'APE « 2752Z » sont déjà à la ligne 7"),
    "null byte": (lambda t: t.replace("Guise", "Gu\0se", 1), "ligne 7 : un octet nul"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_faulty_file_is_told_and_nothing_changes(imported: Path, tmp_path: Path, fault: str) -> None:
    change, told = WRONG[fault]
    before = snapshot(imported)
    source = changed(tmp_path, change, "utf-8" if fault in ("empty", "page") else "utf-8-sig")
    with pytest.raises(DataError) as caught:
        import_file(source, imported)
    assert str(caught.value).startswith("urssaf.csv")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert snapshot(imported) == before


@pytest.mark.parametrize("fault", ["comma", "last line cut", "unknown commune", "cells missing", "page"])
def test_a_faulty_first_file_leaves_no_folder(empty: Path, tmp_path: Path, fault: str) -> None:
    with pytest.raises(DataError):
        import_file(changed(tmp_path, WRONG[fault][0], "utf-8" if fault == "page" else "utf-8-sig"), empty)
    assert not (empty / "data/local").exists()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("cp1252", "ligne 1 : ce fichier n'est pas en UTF-8"),
        ("utf-16", "ligne 1 : ce fichier est en UTF-16"),
    ],
)
def test_a_wrong_encoding_is_told(imported: Path, tmp_path: Path, encoding: str, told: str) -> None:
    before = snapshot(imported)
    with pytest.raises(DataError, match=told):
        import_file(changed(tmp_path, lambda text: text, encoding), imported)
    assert snapshot(imported) == before


def test_one_byte_of_another_encoding_is_told_with_its_line_and_column(imported: Path, tmp_path: Path) -> None:
    source = tmp_path / "urssaf.csv"
    source.write_bytes(
        FIXTURE.read_bytes().replace("Origny-en-Thiérache".encode(), "Origny-en-Thiérache".encode("cp1252"), 1)
    )
    with pytest.raises(DataError, match="ligne 11, colonne « Nom commune » : ce fichier n'est pas en UTF-8"):
        import_file(source, imported)


def test_a_workbook_is_not_a_csv(imported: Path, tmp_path: Path) -> None:
    source = tmp_path / "urssaf.xlsx"
    source.write_bytes(b"PK\x03\x04 un classeur")
    with pytest.raises(DataError, match="c'est une archive ou un classeur, pas un CSV"):
        import_file(source, imported)


def test_a_file_that_is_not_there_is_told(empty: Path) -> None:
    with pytest.raises(DataError, match="ne peut pas être lu"):
        import_file(Path("/nulle/part.csv"), empty)


# Whole or not at all


def test_a_file_larger_than_the_room_left_is_refused(imported: Path, tmp_path: Path) -> None:
    stat = os.statvfs(imported)
    source = tmp_path / "urssaf.csv"
    source.write_bytes(FIXTURE.read_bytes())
    os.truncate(source, stat.f_bavail * stat.f_frsize + 10**9)  # a hole, that takes no room
    before = snapshot(imported)
    with pytest.raises(DataError, match=r"urssaf\.csv : il faut [\d\s,]+ Go libres pour l'importer, il en reste"):
        import_file(source, imported)
    assert snapshot(imported) == before


def test_a_folder_that_cannot_be_written_is_told(empty: Path) -> None:
    (empty / "data/local").write_text("un fichier porte ce nom", encoding="utf-8")
    with pytest.raises(DataError, match="ne peut pas être écrit dans data/local/commune-ape"):
        import_file(FIXTURE, empty)
    (empty / "data/local").unlink()


def test_a_new_import_takes_the_place_of_the_former(imported: Path, tmp_path: Path) -> None:
    source = changed(tmp_path, cell(2, JOBS, "1"))
    import_file(source, imported)
    with ask(imported) as file:
        assert answered(file, "com-02558", 2018) == {"CA": 1}
    assert len(list((imported / FOLDER).glob("lot-*"))) == 1


def test_two_imports_at_once_do_not_mix(imported: Path) -> None:
    before = snapshot(imported)
    with (imported / FOLDER / ".verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DataError, match="Un autre import est en cours"):
            import_file(FIXTURE, imported)
    assert snapshot(imported) == before
    assert import_file(FIXTURE, imported).rows == 20


def test_a_machine_that_stops_in_the_middle_leaves_the_former_import(imported: Path, tmp_path: Path) -> None:
    lines = urssaf_file.lines_of(urssaf_file.region_communes(ROOT), 60_000, urssaf_file.a38_labels(ROOT), YEARS)
    source = urssaf_file.write(tmp_path / "grand.csv", lines, YEARS)
    before = snapshot(imported)
    code = (
        "from pathlib import Path\n"
        "from prospective.data.commune_ape.importing import import_file\n"
        f"import_file(Path({str(source)!r}), Path({str(imported)!r}))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        deadline = time.monotonic() + 60
        while len(list((imported / FOLDER).glob("lot-*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    after = snapshot(imported)
    assert {path: after.get(path) for path in before} == before
    with ask(imported) as file:
        assert answered(file, "dep-02", 2018) == expected(
            FIXTURE, {r["Code commune"] for r in read(FIXTURE) if r["Code département"] == "02"}, 2018
        )
    import_file(FIXTURE, imported)
    assert len(list((imported / FOLDER).glob("lot-*"))) == 1
