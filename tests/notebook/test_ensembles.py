"""Pages that put sheets side by side: families, index of hypotheses, matrix of influences; read again from the YAML."""

import re
from collections import Counter

import pytest
import yaml

from prospective.model.errors import UnknownNameError
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.notebook import Famille, Influences, Recueil
from tests.charts.drawing import assert_complete, tree
from tests.notebook.pages import ROOT

SHEETS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "data/fiches").glob("*.yaml"))
}
HYPOTHESES = [(slug, h) for slug, sheet in SHEETS.items() for h in sheet["hypotheses"]]
WRITTEN = sorted({sheet["famille"] for sheet in SHEETS.values()})


@pytest.mark.parametrize("family", WRITTEN)
def test_a_family_shows_each_of_its_variables_and_hypotheses(family: str) -> None:
    page = Famille(family)
    own = {slug for slug, sheet in SHEETS.items() if sheet["famille"] == family}
    linked = set(re.findall(r'href="\.\./variables/([a-z-]+)\.html"', page.variables().html))
    assert linked == own
    told = re.findall(r'href="\.\./variables/([a-z-]+)\.html#hypothese-(h\d)"', page.hypotheses().html)
    assert sorted(told) == sorted((slug, h["id"]) for slug, h in HYPOTHESES if slug in own)
    for block in (page.variables(), page.hypotheses(), page.influences()):
        tree(block.html)


@pytest.mark.parametrize("family", WRITTEN)
def test_the_evidence_of_a_family_is_what_its_sheets_cite(family: str) -> None:
    chart = Famille(family).preuves()
    assert_complete(chart)
    table = chart.table.set_index("Variable")
    natures = dict(
        re.findall(
            r"^@\w+\{([^,\s]+),.*?^\s*nature\s*=\s*\{([a-z-]+)\}",
            (ROOT / "book/references.bib").read_text(encoding="utf-8"),
            flags=re.MULTILINE | re.DOTALL,
        )
    )
    for slug, sheet in SHEETS.items():
        if sheet["famille"] != family:
            continue
        row = table.loc[sheet["intitule"]]
        groups = ("tendances", "germes", "incertitudes", "ruptures", "controverses")
        statements = [statement for group in groups for statement in sheet[group]]
        solid = [
            s for s in statements
            if {natures[key] for key in s["sources"]} & {"statistique", "rapport-officiel", "recherche", "droit"}
        ]  # fmt: skip
        assert row["Énoncés"] == len(statements), slug
        assert row["Énoncés appuyés"] == pytest.approx(100 * len(solid) / len(statements)), slug
        assert row["Documents"] == row[["Statistique", "Rapport officiel", "Recherche", "Droit", "Stratégie publique",
                                        "Organisation professionnelle", "Presse"]].sum()  # fmt: skip


def test_an_unknown_family_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="vouliez-vous dire|Vouliez-vous dire"):
        Famille("evolutions-economique")


def test_the_index_holds_every_hypothesis_once_with_what_it_is_filtered_by() -> None:
    rows = [row for row in tree(Recueil().tableau().html).iter("tr") if row.get("data-famille")]
    assert len(rows) == len(HYPOTHESES)
    found = Counter((row.get("data-famille"), row.get("data-genre")) for row in rows)
    assert found == Counter((SHEETS[slug]["famille"], h["type"]) for slug, h in HYPOTHESES)
    links = [a.get("href", "") for row in rows for a in row.iter("a")]
    assert sorted(links) == sorted(f"variables/{slug}.html#hypothese-{h['id']}" for slug, h in HYPOTHESES)


def test_the_index_counts_types_and_quantified_hypotheses() -> None:
    text = Recueil().bilan().text
    quantified = sum("trajectoire" in h for _, h in HYPOTHESES)
    assert f"{len(HYPOTHESES)} hypothèses pour {len(SHEETS)} variables" in text
    assert f"{quantified} sont chiffrées" in text


def test_the_choices_of_the_index_are_families_and_types_that_exist() -> None:
    html = tree(Recueil().tableau().html)
    choices = {
        select.get("name"): {o.get("value") for o in select.iter("option")} - {""} for select in html.iter("select")
    }
    assert choices == {"famille": set(WRITTEN), "genre": {"tendance", "inflexion", "rupture"}}
    assert set(WRITTEN) <= set(FAMILIES)


def test_the_matrix_is_what_the_sheets_say() -> None:
    page = Influences()
    said = {(slug, i["sur"]): i["intensite"] for slug, sheet in SHEETS.items() for i in sheet.get("influences", [])}
    for acting in VARIABLES:
        for acted in VARIABLES:
            assert page.cells.loc[acting, acted] == said.get((acting, acted), 0)
    chart = page.matrice()
    assert_complete(chart)
    assert len(chart.table) == len(said)


def test_the_ranks_are_sums_of_the_sheets() -> None:
    given: Counter[str] = Counter()
    for slug, sheet in SHEETS.items():
        given[VARIABLES[slug][0]] += sum(i["intensite"] for i in sheet.get("influences", []) if i["intensite"] != "P")
    name, total = max(given.items(), key=lambda pair: pair[1])
    assert f"{name} : {total}" in Influences().rangs().text.replace("\u00a0", " ")
