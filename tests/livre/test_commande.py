"""The command line, tried as an analyst would, with good and bad input."""

import csv
import json
import re

import nbformat
import pytest

from tests.data import urssaf_file
from tests.livre.conftest import run


def prospective(project, *arguments):
    return run("prospective", *arguments, cwd=project)


def refused(done, code, *words):
    """A refusal is one French sentence on the error stream, without traceback."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr and "Error:" not in done.stderr
    for word in words:
        assert word in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "territory", "expected"),
    [
        ("hydrogene", "thierache-serre", "Maubeuge"),
        ("cobotique", "ze-3207", "Calais"),
        ("capital-humain", "200040947", "donnée non disponible à cette maille"),
        (None, "80", "Somme"),
        (None, "com-59350", "Lille"),
    ],
)
def test_a_notebook_runs_for_territories_of_every_kind(project, variable, territory, expected):
    options = ["--territoire", territory] + (["--variable", variable] if variable else [])
    done = prospective(project, "executer", *options, "--sortie", str(project / "sortie"))
    assert done.returncode == 0, done.stderr
    written = project / "sortie" / f"{variable or 'territoire'}.ipynb"
    notebook = nbformat.read(written, as_version=4)
    outputs = "".join(str(o.get("data", {}).get("text/html", "")) for c in notebook.cells for o in c.get("outputs", []))
    assert expected in outputs
    assert str(written) in done.stdout


def test_an_imported_urssaf_file_completes_the_portrait_in_a_real_kernel(project):
    labels, places = urssaf_file.a38_labels(project), urssaf_file.region_communes(project)
    rows = list(urssaf_file.lines_of(places, 3 * len(places), labels))
    source = urssaf_file.write(project / "chiffres-fabriques.csv", rows)
    done = prospective(project, "importer-urssaf", str(source))
    assert done.returncode == 0, done.stderr
    done = prospective(project, "executer", "--territoire", "ze-3219", "--sortie", str(project / "sortie"))
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(project / "sortie/territoire.ipynb", as_version=4)
    told = next(c for c in notebook.cells if c.source == "portrait.industrie()").outputs[0]["data"]["text/plain"]
    # Industry: divisions 05 to 39 of NAF rév. 2; the zone d'emploi is Saint-Omer; the last column is the last year.
    with (project / "data/territoires/communes-2026.csv").open(encoding="utf-8", newline="") as stream:
        inside = {row["code"] for row in csv.DictReader(stream) if row["ze"] == "3219"}
    jobs = sum(int(r[-1] or 0) for r in rows if r[17] in inside and 5 <= int(r[18][:2]) <= 39)
    assert re.sub(r"\D", "", told.split("emploi")[0]) == str(jobs)


def test_an_unknown_variable_is_refused_with_the_nearest_name(project):
    done = prospective(project, "executer", "--variable", "cobotic", "--territoire", "thierrache")
    refused(
        done, 2, "Variable inconnue : « cobotic ». Vouliez-vous dire « cobotique » ?  (liste : prospective variables)"
    )


def test_an_unknown_territory_is_refused_with_the_nearest_name_and_nothing_is_written(project):
    done = prospective(project, "executer", "--territoire", "thierrache", "--sortie", str(project / "sortie"))
    refused(done, 2, "Territoire inconnu", "thierache-serre")
    assert not (project / "sortie").exists()


def test_a_name_that_two_territories_bear_is_not_guessed(project):
    refused(
        prospective(project, "executer", "--territoire", "Lille"), 2, "plusieurs territoires", "ze-3216", "com-59350"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["executer", "--horizon", "bientôt"], ["--horizon", "un nombre entier est attendu"]),
        (["executer", "--horizon", "1990"], ["2025 à 2060"]),
        (["executer", "--sur-place", "--territoire", "02"], ["--sur-place", "aucune autre option"]),
        (["executer", "--teritoire", "02"], ["Option inconnue", "--territoire"]),
        (["livr"], ["Commande inconnue", "livre"]),
        (["executer", "--variable"], ["--variable", "attend une valeur"]),
        (["territoires", "zzzz"], ["Aucun territoire"]),
    ],
)
def test_a_parameter_of_the_wrong_kind_is_refused(project, arguments, words):
    refused(prospective(project, *arguments), 2, *words)


def test_a_variable_whose_sheet_is_gone_is_refused(project):
    (project / "data/fiches/monnaie.yaml").unlink()
    refused(prospective(project, "executer", "--variable", "monnaie"), 2, "pas encore de fiche")


def test_an_unwritable_output_folder_is_refused(project):
    (project / "fichier").write_text("je ne suis pas un dossier")
    done = prospective(project, "executer", "--sortie", str(project / "fichier" / "sortie"))
    refused(done, 2, "n'est pas accessible en écriture")
    assert (project / "fichier").read_text() == "je ne suis pas un dossier"


def test_a_missing_series_file_is_refused_before_anything_runs(project):
    (project / "data/series/hydrogene.csv").unlink()
    refused(prospective(project, "executer", "--variable", "hydrogene"), 2, "data/series/hydrogene.csv est introuvable")


def test_a_misspelt_column_is_refused_with_the_nearest_name(project):
    path = project / "data/series/hydrogene.csv"
    path.write_text(
        path.read_text().replace("territoire,indicateur,date,valeur", "territoire,indicateur,date,valer", 1)
    )
    for command in (["executer"], ["livre"], ["valider"]):
        done = prospective(project, *command)
        assert done.returncode == 2
        assert (
            "data/series/hydrogene.csv, ligne 1 : colonne inconnue « valer » ; vouliez-vous dire « valeur » ?"
            in done.stderr
        )
        assert "Traceback" not in done.stderr


def test_malformed_yaml_is_refused_with_its_line(project):
    path = project / "data/fiches/hydrogene.yaml"
    lines = path.read_text().splitlines()
    lines[2] = 'famille: "evolutions'
    path.write_text("\n".join(lines))
    refused(prospective(project, "executer", "--variable", "hydrogene"), 2, "data/fiches/hydrogene.yaml, ligne", "YAML")


def test_probabilities_that_do_not_sum_to_one_are_refused(project):
    path = project / "data/fiches/hydrogene.yaml"
    text = path.read_text()
    first = re.search(r"valeur: (0\.\d+)", text)
    path.write_text(text.replace(first[0], f"valeur: {float(first[1]) + 0.15:.2f}", 1))
    refused(
        prospective(project, "livre"),
        2,
        "data/fiches/hydrogene.yaml, ligne",
        "les probabilités de la fiche font 1,15 au lieu de 1",
    )


def test_a_notebook_that_raises_is_named_with_its_cell_and_leaves_previous_outputs_untouched(project):
    folder = project / "sortie"
    assert prospective(project, "executer", "--variable", "cobotique", "-o", str(folder)).returncode == 0
    before = (folder / "cobotique.ipynb").read_bytes()
    path = project / "notebooks/variables/cobotique.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source = "1 / 0"
    nbformat.write(notebook, path)
    done = prospective(project, "executer", "--variable", "cobotique", "-o", str(folder))
    refused(done, 1, "notebooks/variables/cobotique.ipynb, cellule 4 : ZeroDivisionError")
    assert (folder / "cobotique.ipynb").read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["cobotique.ipynb"]


def test_a_failing_notebook_stops_the_book_and_leaves_the_printed_one_untouched(printed, tmp_path):
    import shutil

    root = tmp_path / "projet"
    shutil.copytree(printed[0], root)
    before = (root / "_build/html/notebooks/territoire.html").read_bytes()
    path = root / "notebooks/territoire.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = "raise RuntimeError('panne')"
    nbformat.write(notebook, path)
    done = prospective(root, "livre")
    assert done.returncode == 1
    assert f"notebooks/territoire.ipynb, cellule {len(notebook.cells)} : RuntimeError – panne" in done.stderr
    assert (root / "_build/html/notebooks/territoire.html").read_bytes() == before


def test_territories_are_found_whatever_the_case_and_the_accents(project):
    found = prospective(project, "territoires", "THIERACHE").stdout
    assert "thierache-serre" in found and "epci-240200444" in found
    assert "com-80001" in prospective(project, "territoires", "abbeville").stdout


def test_the_28_variables_are_listed(project):
    lines = [line for line in prospective(project, "variables").stdout.splitlines() if line.startswith("  ")]
    assert len(lines) == 28
    assert all("•" in line for line in lines)  # each has its sheet


def test_the_report_of_validation_is_json_on_demand(project):
    done = prospective(project, "valider", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["valide"] is True
    # Old vintages are told, and stop nothing.
    assert {fault["gravite"] for fault in report["defauts"]} == {"avertissement"}
    assert any(
        "« chomage-recensement » : le millésime 2022 a plus de 24 mois" in f["message"] for f in report["defauts"]
    )


@pytest.mark.parametrize("command", [[], ["executer"], ["territoires"], ["livre"]])
def test_a_help_page_is_in_french_throughout(project, command):
    done = prospective(project, *command, "--aide")
    assert done.returncode == 0
    for english in ("Usage: ", "Options:", "Commands:", "Arguments:", "Show this", "default", "<str>", "<int>", "exit"):
        assert english not in done.stdout
