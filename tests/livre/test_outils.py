"""Plain papermill, Jupyter Book and nbval work on the project with no help of ours."""

import nbformat
import pytest

from tests.livre.conftest import run


def html(path):
    notebook = nbformat.read(path, as_version=4)
    return "".join(str(o.get("data", {}).get("text/html", "")) for c in notebook.cells for o in c.get("outputs", []))


@pytest.mark.parametrize(
    ("given", "expected"), [("240200444", "CC de la Thiérache du Centre"), ("02", "dans l’Aisne"), ("Dunkerque", None)]
)
def test_papermill_hands_over_a_bare_code(project, given, expected):
    done = run(
        "papermill", "notebooks/variables/capital-humain.ipynb", "sortie.ipynb", "-p", "territoire", given, cwd=project
    )
    if expected is None:
        assert done.returncode != 0
        assert "« Dunkerque » désigne plusieurs territoires" in done.stderr
    else:
        assert done.returncode == 0, done.stderr[-2000:]
        assert expected in html(project / "sortie.ipynb")


def test_jupyter_book_builds_the_committed_notebooks_without_a_warning(project):
    done = run("jupyter-book", "build", ".", "-W", "-n", "--keep-going", cwd=project, PYTHONWARNINGS="ignore")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (project / "_build/html/notebooks/variables/hydrogene.html").is_file()


def test_nbval_passes_on_the_committed_outputs_then_fails_when_a_figure_changes(project):
    notebook = "notebooks/variables/cobotique.ipynb"
    command = ("pytest", "--nbval", notebook, "-q", "-p", "no:cacheprovider")
    assert run(*command, cwd=project).returncode == 0
    path = project / "data/series/cobotique.csv"
    text = path.read_text()
    row = next(line for line in text.splitlines() if line.startswith("fr,robots-manufacturier,2022,"))
    path.write_text(text.replace(row, row.replace(row.split(",")[3], "26.70")))
    done = run(*command, cwd=project)
    assert done.returncode == 1
    assert "failed" in done.stdout
