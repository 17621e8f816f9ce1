"""The book opened from disk in a real browser, on a desktop and on a phone."""

import pytest


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "page",
    [
        "index",
        "notebooks/variables/hydrogene",
        "notebooks/variables/mondialisation",
        "territoires/thierache-serre",
        "notebooks/lettres/lettre-4",
        "notebooks/hypotheses",
        "notebooks/influences",
        "notebooks/familles/evolutions-economiques",
    ],
)
def test_a_page_reads_from_disk_without_error_nor_request_nor_sideways_scroll(printed, browser, page, width):
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked, errors = [], []
    tab.on("request", lambda r: asked.append(r.url))
    tab.on("pageerror", lambda e: errors.append(str(e)))
    tab.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    tab.goto(f"file://{printed[0]}/_build/html/{page}.html")
    tab.wait_for_selector("article h1")
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert errors == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert all(
        tab.evaluate("[...document.querySelectorAll('.pr-graphique img')].map(i => i.complete && i.naturalWidth > 100)")
    )
    assert tab.locator("article h1").inner_text().strip()
    tab.close()


def test_a_reader_opens_the_figures_of_a_chart_and_follows_a_figure_to_its_row(printed, browser):
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto(f"file://{printed[0]}/_build/html/notebooks/variables/capital-humain.html")
    chart = tab.locator(".pr-graphique").first
    assert not chart.locator("table").is_visible()
    chart.locator("summary").click()
    assert chart.locator("table").is_visible()
    with tab.expect_download() as download:
        chart.locator("a[download]").click()
    assert download.value.suggested_filename.endswith(".csv")
    tab.locator("a.pr-chiffre").first.click()
    row = tab.locator(":target")
    assert row.count() == 1
    assert row.is_visible()
    tab.close()


def test_a_reader_finds_a_word_and_opens_the_folded_code(printed, browser):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"file://{printed[0]}/_build/html/notebooks/variables/hydrogene.html")
    code = tab.locator("details.hide").first
    assert not code.locator("pre").first.is_visible()
    code.locator("summary").click()
    assert code.locator("pre").first.is_visible()
    tab.goto(f"file://{printed[0]}/_build/html/search.html?q=Loon-Plage")
    tab.wait_for_selector("#search-results li a", timeout=10000)
    assert "Hydrogène" in tab.locator("#search-results").inner_text()
    tab.close()
