"""The index of hypotheses in a real browser: filtered by family and type, searched, read on a phone."""

import itertools

import pytest
import yaml
from playwright.sync_api import expect

from tests.livre.conftest import PROJECT

SHEETS = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "data/fiches").glob("*.yaml"))]
HYPOTHESES = [(sheet["famille"], h["type"], h["libelle"]) for sheet in SHEETS for h in sheet["hypotheses"]]


@pytest.fixture
def index(printed, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"file://{printed[0]}/_build/html/notebooks/hypotheses.html")
    yield tab
    tab.close()


def shown(tab) -> list[str]:
    return sorted(tab.locator("#pr-recueil tbody tr:visible th > a").all_inner_texts())


def expected(family: str = "", kind: str = "") -> list[str]:
    """Straight from the YAML; labels of the book have no-break spaces where the YAML may have ordinary ones."""
    return sorted(label for f, t, label in HYPOTHESES if family in ("", f) and kind in ("", t))


def same(labels: list[str]) -> list[str]:
    return sorted(" ".join(label.split()) for label in labels)


def test_hypotheses_are_filtered_by_family_and_by_type_together(index) -> None:
    families = ["", *sorted({f for f, _, _ in HYPOTHESES})]
    for family, kind in itertools.product(families, ["", "tendance", "inflexion", "rupture"]):
        index.locator("#pr-choix-famille").select_option(family)
        index.locator("#pr-choix-genre").select_option(kind)
        assert same(shown(index)) == same(expected(family, kind)), (family, kind)


def test_the_count_is_announced_with_its_own_noun(index) -> None:
    status = index.get_by_role("status")
    expect(status).to_have_text(f"{len(HYPOTHESES)} hypothèses sur {len(HYPOTHESES)}")
    index.locator("#pr-choix-genre").select_option("tendance")
    expect(status).to_have_text(f"{len(SHEETS)} hypothèses sur {len(HYPOTHESES)}")
    index.get_by_label("Chercher une hypothèse").fill("zzzz")
    expect(status).to_have_text(f"Aucune hypothèse sur {len(HYPOTHESES)}")


def test_a_hypothesis_leads_to_its_argument(index) -> None:
    link = index.locator("#pr-recueil tbody tr:visible th > a").first
    label = link.inner_text()
    link.click()
    index.wait_for_load_state()
    target = index.url.rpartition("#")[2]
    assert target.startswith("hypothese-h")
    assert " ".join(label.split()) in " ".join(index.locator(f"#{target} h3").inner_text().split())


def test_the_index_is_whole_without_a_script_and_narrow_on_a_phone(printed, browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto(f"file://{printed[0]}/_build/html/notebooks/hypotheses.html")
    assert tab.locator("#pr-recueil tbody tr").count() == len(HYPOTHESES)
    assert not tab.locator("form.pr-recherche").is_visible()
    context.close()
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto(f"file://{printed[0]}/_build/html/notebooks/hypotheses.html")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.close()
