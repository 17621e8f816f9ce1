"""Running notebooks: kept by content, the same bytes every time, faults named."""

import os
import subprocess
import sys

import nbformat
import pytest

from prospective.data.files import write_atomically
from prospective.press import cache, runner
from prospective.press.plan import Run


@pytest.fixture
def workshop(tmp_path):
    """A folder with a notebook that writes its parameter, and the things whose content makes a key."""
    for folder in ("notebooks", "data", "prospective", "book"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data/a.csv").write_text("x\n1\n")
    cells = [
        nbformat.v4.new_markdown_cell("# Titre"),
        nbformat.v4.new_code_cell("n = 1", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("{str(n): n, 'b': {3, 1, 2}}"),
        nbformat.v4.new_code_cell("assert n < 5, 'trop grand'"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks/a.ipynb")
    return tmp_path


def run_once(root, **parameters):
    said = []
    runner.run_all(root, [Run("notebooks/a.ipynb", "a", parameters)], lambda run, kept: said.append(kept), workers=1)
    return said


def test_the_same_content_is_run_once_and_any_change_runs_it_again(workshop):
    assert run_once(workshop) == [False]
    assert run_once(workshop) == [True]
    (workshop / "data/a.csv").write_text("x\n2\n")
    assert run_once(workshop) == [False]
    (workshop / "prospective/lib.py").write_text("VALUE = 1\n")
    assert run_once(workshop) == [False]
    assert run_once(workshop, n=2) == [False]
    assert run_once(workshop, n=2) == [True]


def test_a_failure_names_the_cell_of_the_source_and_keeps_nothing(workshop):
    for parameters, cell in (({"n": 7}, 4), ({"n": 8}, 4)):
        with pytest.raises(
            runner.NotebookError, match=f"notebooks/a.ipynb, cellule {cell} : AssertionError – trop grand"
        ):
            run_once(workshop, **parameters)
    assert not list((workshop / cache.STORE).glob("*"))


def test_a_kernel_that_dies_is_told_in_one_sentence(workshop):
    path = workshop / "notebooks/a.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "import os; os._exit(3)"
    nbformat.write(notebook, path)
    with pytest.raises(runner.NotebookError, match=r"notebooks/a\.ipynb : le noyau Python s'est arrêté"):
        run_once(workshop)


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    target = tmp_path / "a.txt"
    target.write_text("avant")

    def broken(*_):
        raise OSError("disque plein")

    monkeypatch.setattr("pathlib.Path.replace", broken)
    with pytest.raises(OSError, match="disque plein"):
        write_atomically(target, "après")
    assert target.read_text() == "avant"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("notebook", ["notebooks/variables/hydrogene.ipynb", "notebooks/territoire.ipynb"])
def test_a_committed_notebook_run_again_gives_the_same_bytes_whatever_the_hash_seed(root, notebook):
    code = (
        "import sys; from pathlib import Path; import nbformat; from prospective.press import plan, runner\n"
        f"text = runner.execute(Path({str(root)!r}), plan.Run({notebook!r}, 'p'))\n"
        "sys.stdout.write(nbformat.writes(runner.clean(text, keep_date=False)))"
    )
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        assert done.stdout + "\n" == (root / notebook).read_text(encoding="utf-8")
