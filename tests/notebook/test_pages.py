"""Whole pages: the order of their sections, where their links lead, what their notebooks may hold."""

import ast
import functools
import re
from pathlib import Path

import pytest

from tests.charts.drawing import assert_complete, tree
from tests.notebook.pages import NOTEBOOKS, VARIABLES, Page, cells, run

each_variable = pytest.mark.parametrize("path", VARIABLES, ids=lambda path: path.stem)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
PARAMETRISED = [path for path in NOTEBOOKS if path.parent.name == "variables" or path.stem == "territoire"]
PLACES = ["reg-32", "thierache-serre"]
CASES = [(path, place) for path in NOTEBOOKS for place in (PLACES if path in PARAMETRISED else [""])]
each_page = pytest.mark.parametrize(("path", "place"), CASES, ids=[f"{path.stem} {place}" for path, place in CASES])

SECTIONS = [
    "Définition et enjeux",
    "Passé",
    "Présent",
    "Dynamiques",
    "Hypothèses 2030",
    "Ici",
    "À surveiller",
    "Contributions, sources et données",
    "Comment cette page est faite",
]


@functools.cache
def page(path: Path, place: str) -> Page:
    return run(path, territoire=place) if place else run(path)


def test_the_three_first_variables_have_their_notebook() -> None:
    assert {"capital-humain", "cobotique", "hydrogene"} <= {path.stem for path in VARIABLES}


# What a notebook holds


@each_variable
def test_sections_come_in_the_order_of_the_publication(path: Path) -> None:
    prose = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    assert re.findall(r"^# ", prose, flags=re.MULTILINE) == ["# "]
    assert prose.startswith("# ")
    assert re.findall(r"^## (.+)$", prose, flags=re.MULTILINE) == SECTIONS


@each_variable
def test_each_section_calls_its_own_verbs(path: Path) -> None:
    section, verbs = "", []
    for cell in cells(path):
        if cell.cell_type == "markdown":
            section = next(iter(re.findall(r"^## (.+)$", cell.source, flags=re.MULTILINE)), section)
        else:
            verbs += [(section, verb) for verb in re.findall(r"^fiche\.(\w+)\(", cell.source, flags=re.MULTILINE)]
    expected = {
        "reperes": "", "definition": SECTIONS[0], "passe": SECTIONS[1], "present": SECTIONS[2], "depuis_2020": SECTIONS[2], "dynamiques": SECTIONS[3],
        "horizon": SECTIONS[4], "hypotheses": SECTIONS[4], "poids": SECTIONS[4], "exposition": SECTIONS[5], "ici": SECTIONS[5],
        "surveiller": SECTIONS[6], "sources": SECTIONS[7], "fabrication": SECTIONS[8],
    }  # fmt: skip
    for verb, where in expected.items():
        assert [s for s, v in verbs if v == verb] == [where], verb


@each_variable
def test_no_figure_is_typed_in_the_prose_of_a_notebook(path: Path) -> None:
    prose = " ".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    assert set(re.findall(r"\d+", prose)) <= {"2030"}


@each_notebook
def test_a_notebook_imports_only_its_verbs_and_pandas(path: Path) -> None:
    for cell in cells(path):
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import):
                    assert [name.name for name in node.names] == ["pandas"]
                if isinstance(node, ast.ImportFrom):
                    assert (node.module, node.level) == ("prospective.notebook", 0)


@pytest.mark.parametrize("path", PARAMETRISED, ids=lambda path: path.stem)
def test_the_first_code_cell_holds_the_two_parameters_and_nothing_else(path: Path) -> None:
    code = [cell for cell in cells(path) if cell.cell_type == "code"]
    assert "parameters" in code[0].metadata.tags
    assert not any("parameters" in cell.metadata.get("tags", []) for cell in code[1:])
    found = {}
    for node in ast.parse(code[0].source).body:
        assert isinstance(node, ast.Assign)
        assert isinstance(node.targets[0], ast.Name)
        found[node.targets[0].id] = ast.literal_eval(node.value)
    assert found == {"territoire": "reg-32", "horizon": 2030}


@each_variable
def test_a_notebook_reads_the_sheet_of_its_name(path: Path) -> None:
    source = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "code")
    assert f'Fiche("{path.stem}", territoire, horizon)' in source


# What a page shows


@each_page
def test_every_link_of_a_page_leads_somewhere_on_the_page(path: Path, place: str) -> None:
    shown = page(path, place)
    assert shown.links - set(shown.anchors) == set()


@each_page
def test_an_anchor_is_there_once(path: Path, place: str) -> None:
    assert [name for name, count in page(path, place).anchors.items() if count > 1] == []


@each_page
def test_every_block_and_every_chart_of_a_page_is_well_formed(path: Path, place: str) -> None:
    shown = page(path, place)
    assert shown.shown
    for value in shown.shown:
        held = value._repr_mimebundle_()
        assert set(held) == {"text/html", "text/plain"}
        assert "".join(tree(held["text/html"]).itertext()).strip()
        assert held["text/plain"].strip()
        assert "<" not in re.sub(r"< ?\d", "", held["text/plain"])
    for chart in shown.charts:
        assert_complete(chart)


@each_variable
def test_a_page_has_figures_statements_and_documents_to_link_to(path: Path) -> None:
    links = page(path, "reg-32").links
    for kind in ("chiffre-", "source-", "enonce-"):
        assert [link for link in links if link.startswith(kind)], kind


@each_page
def test_a_page_loads_nothing_from_another_host(path: Path, place: str) -> None:
    for element in tree(page(path, place).html).iter():
        assert element.tag not in ("script", "iframe", "link", "object", "embed", "style")
        assert element.get("src", "data:").startswith("data:")


@each_variable
def test_hypotheses_lean_on_statements_shown_above_them(path: Path) -> None:
    html = page(path, "reg-32").html
    for link in re.findall(r"href=['\"]#(enonce-[^'\"]+)['\"]", html):
        assert html.index(f'id="{link}"') < html.index(f'href="#{link}"')


@each_variable
def test_two_readings_of_a_page_are_the_same(path: Path) -> None:
    assert run(path, territoire="thierache-serre").html == page(path, "thierache-serre").html


def test_the_code_of_a_notebook_is_short() -> None:
    lines = sorted(
        sum(len(cell.source.splitlines()) for cell in cells(path) if cell.cell_type == "code") for path in VARIABLES
    )
    assert lines[len(lines) // 2] <= 60
    assert lines[-1] <= 90
