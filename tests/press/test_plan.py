"""What is to be printed: the table of contents and the pages the press adds to it."""

import pytest
import yaml

from prospective.model.errors import ProspectiveError
from prospective.press import plan


@pytest.fixture
def small(tmp_path):
    """A tiny publication: one prose page, one notebook."""
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book/accueil.md").write_text("# Accueil")
    (tmp_path / "notebooks/a.ipynb").write_text("{}")
    toc = {
        "format": "jb-book",
        "root": "book/accueil",
        "parts": [{"caption": "P", "chapters": [{"file": "notebooks/a"}]}],
    }
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    return tmp_path


def write_plan(root, **changes):
    page = {
        "page": "territoires/b",
        "titre": "B",
        "carnet": "notebooks/a.ipynb",
        "apres": "notebooks/a",
        "parametres": {"territoire": "02"},
    }
    (root / "book/plan.yaml").write_text(yaml.safe_dump({"pages": [page | changes]}))


def test_an_added_page_comes_right_after_the_one_it_names_and_is_run_with_its_parameters(small):
    write_plan(small)
    assert plan.pages(plan.read_toc(small)) == ["book/accueil", "notebooks/a", "territoires/b"]
    assert [(r.notebook, r.page, r.parameters) for r in plan.runs(small)] == [
        ("notebooks/a.ipynb", "notebooks/a", {}),
        ("notebooks/a.ipynb", "territoires/b", {"territoire": "02"}),
    ]


def test_a_code_with_a_leading_zero_stays_text(small):
    write_plan(small)
    assert plan.runs(small)[1].parameters["territoire"] == "02"


def test_an_added_page_after_a_page_that_is_not_there_is_refused(small):
    write_plan(small, apres="notebooks/z")
    with pytest.raises(ProspectiveError, match="notebooks/z"):
        plan.runs(small)


def test_a_page_of_the_table_of_contents_without_a_file_is_refused(small):
    write_plan(small)
    (small / "notebooks/a.ipynb").unlink()
    with pytest.raises(ProspectiveError, match="notebooks/a"):
        plan.runs(small)


def test_an_unknown_key_of_the_plan_is_refused_with_its_line(small):
    write_plan(small, parametre={})
    with pytest.raises(ProspectiveError, match=r"book/plan\.yaml, ligne \d+.*parametre.*parametres"):
        plan.runs(small)
