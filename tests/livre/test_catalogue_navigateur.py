"""The catalogue and the data pages opened from disk in a real browser: searching, sorting, downloading, reading cards."""

import csv
import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

FAMILIES = (
    "famille", "evolutions-technologiques", "attractivite-regionale", "evolutions-reglementaires", "evolutions-economiques",
)  # fmt: skip
PAGES = ("catalogue", "provenance", *FAMILIES)
HEAVIEST = 1_500_000


def folder(printed: tuple[Path, str]) -> Path:
    return printed[0] / "_build/html/notebooks/donnees"


@pytest.fixture
def catalogue(printed: tuple[Path, str], browser: Browser) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"file://{folder(printed)}/catalogue.html")
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def labels(printed: tuple[Path, str]) -> list[str]:
    with (printed[0] / "data/indicateurs.csv").open(encoding="utf-8", newline="") as stream:
        return [row["libelle"] for row in csv.DictReader(stream)]


def shown(tab: Page) -> list[str]:
    return tab.locator("table.pr-catalogue tbody tr:visible th > a").all_inner_texts()


def test_words_without_accents_find_words_with_accents_and_the_count_is_announced(
    catalogue: Page, labels: list[str]
) -> None:
    status = catalogue.get_by_role("status")
    expect(status).to_have_text(f"{len(labels)} indicateurs sur {len(labels)}")
    field = catalogue.get_by_label("Chercher un indicateur")
    field.fill("DIPLOME superieur")
    expect(status).to_have_text(f"1 indicateur sur {len(labels)}")
    assert shown(catalogue) == ["Part des diplômés du supérieur parmi les 25-64 ans"]
    field.fill("diplome")
    expect(status).to_have_text(f"{len(shown(catalogue))} indicateurs sur {len(labels)}")
    assert any("diplômés" in label for label in shown(catalogue))
    field.fill("zzzz")
    expect(status).to_have_text(f"Aucun indicateur sur {len(labels)}")
    assert shown(catalogue) == []
    field.fill("")
    expect(status).to_have_text(f"{len(labels)} indicateurs sur {len(labels)}")
    assert len(shown(catalogue)) == len(labels)


def test_every_word_counts_in_any_order_and_in_any_column(catalogue: Page) -> None:
    field = catalogue.get_by_label("Chercher un indicateur")
    field.fill("eurostat robots service")
    first = shown(catalogue)
    field.fill("service  Robots EUROSTAT")
    assert shown(catalogue) == first != []
    rows = catalogue.locator("table.pr-catalogue tbody tr:visible").all_inner_texts()
    assert all("Eurostat" in row and "robots" in row for row in rows)


def test_the_field_and_the_sort_buttons_are_reached_with_the_keyboard(catalogue: Page) -> None:
    field = catalogue.get_by_label("Chercher un indicateur")
    field.focus()
    catalogue.keyboard.type("emploi")
    catalogue.keyboard.press("Enter")  # nothing is sent, nothing is lost
    assert catalogue.url.endswith("catalogue.html")
    catalogue.keyboard.press("Tab")
    button = catalogue.get_by_role("columnheader", name="Indicateur").get_by_role("button")
    expect(button).to_be_focused()
    catalogue.keyboard.press("Enter")
    head = catalogue.get_by_role("columnheader", name="Indicateur")
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = shown(catalogue)
    catalogue.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert shown(catalogue) == up[::-1]
    assert len(up) > 1


def test_numbers_and_dates_are_sorted_as_such(catalogue: Page) -> None:
    catalogue.get_by_role("columnheader", name="Lieux").get_by_role("button").click()
    counts = catalogue.locator("td[data-titre=Lieux]").all_inner_texts()
    numbers = [int("".join(c for c in count if c.isdigit())) for count in counts]
    assert numbers == sorted(numbers)
    catalogue.get_by_role("columnheader", name="Millésime").get_by_role("button").click()
    dates = catalogue.locator("td[data-titre=Millésime]").evaluate_all(
        "cells => cells.map(c => c.dataset.tri.slice(0, 4))"
    )
    assert dates == sorted(dates)
    assert catalogue.locator("[aria-sort]").count() == 1


def test_without_a_script_the_table_is_whole_and_nothing_is_dead(
    printed: tuple[Path, str], browser: Browser, labels: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"file://{folder(printed)}/catalogue.html")
    assert tab.locator("table.pr-catalogue tbody tr").count() == len(labels)
    assert not tab.locator("form.pr-recherche").is_visible()
    assert tab.locator("table.pr-catalogue button").count() == 0
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_data_page_reads_from_disk_without_error_nor_request_nor_sideways_scroll(
    printed: tuple[Path, str], browser: Browser, page: str, width: int
) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda r: asked.append(r.url))
    tab.on("pageerror", lambda e: errors.append(str(e)))
    tab.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    tab.goto(f"file://{folder(printed)}/{page}.html")
    tab.wait_for_selector("article h1")
    assert [u for u in asked if not u.startswith(("file:", "data:"))] == []
    assert errors == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.close()


def test_on_a_phone_a_row_is_a_card_that_names_its_columns(printed: tuple[Path, str], browser: Browser) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto(f"file://{folder(printed)}/catalogue.html")
    row = tab.locator("table.pr-catalogue tbody tr").first
    boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops) and len(set(tops)) == len(boxes) == 7
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes if box)
    title = "cell => getComputedStyle(cell, '::before').content"
    assert "Producteur" in row.locator("td[data-titre=Producteur]").evaluate(title)
    tab.get_by_label("Chercher un indicateur").fill("robots de service")
    assert 0 < len(shown(tab)) < 20
    tab.close()


def test_a_row_leads_to_its_chart_and_the_chart_is_drawn(catalogue: Page) -> None:
    catalogue.get_by_label("Chercher un indicateur").fill("diplome superieur")
    catalogue.locator("table.pr-catalogue tbody tr:visible th > a").click()
    place = catalogue.locator(":target")
    assert place.get_attribute("id") == "indicateur-diplomes-superieur"
    picture = place.locator("figure img")
    picture.scroll_into_view_if_needed()
    catalogue.wait_for_function("i => i.complete && i.naturalWidth > 100", arg=picture.element_handle())
    top = place.bounding_box()
    assert top is not None


def test_the_csv_and_the_zip_are_downloaded_from_disk(
    catalogue: Page, printed: tuple[Path, str], tmp_path: Path
) -> None:
    with catalogue.expect_download() as download:
        catalogue.locator("table.pr-catalogue a[download='diplomes-superieur.csv']").click()
    download.value.save_as(tmp_path / "serie.csv")
    with (tmp_path / "serie.csv").open(encoding="utf-8", newline="") as stream:
        got = list(csv.DictReader(stream))
    with (printed[0] / "data/series/capital-humain.csv").open(encoding="utf-8", newline="") as stream:
        assert got == [row for row in csv.DictReader(stream) if row["indicateur"] == "diplomes-superieur"]
    link = catalogue.locator("a.pr-bouton")
    with catalogue.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "paquet.zip")
    said = link.inner_text().replace("\u00a0", " ")
    weight = (tmp_path / "paquet.zip").stat().st_size
    assert f"{weight / 1000:.0f} ko" in said or f"{weight / 1e6:.1f} Mo".replace(".", ",") in said
    with zipfile.ZipFile(tmp_path / "paquet.zip") as zipped:
        (codelist,) = (name for name in zipped.namelist() if name.endswith("/indicateurs.csv"))
        digest = hashlib.sha256(zipped.read(codelist)).hexdigest()
    assert digest == hashlib.sha256((printed[0] / "data/indicateurs.csv").read_bytes()).hexdigest()


@pytest.mark.parametrize("page", PAGES)
def test_a_data_page_is_light(printed: tuple[Path, str], page: str) -> None:
    assert (folder(printed) / f"{page}.html").stat().st_size < HEAVIEST


@pytest.mark.parametrize("page", FAMILIES)
def test_every_chart_of_a_data_page_has_its_picture_in_the_book(
    printed: tuple[Path, str], browser: Browser, page: str
) -> None:
    tab = browser.new_page()
    tab.goto(f"file://{folder(printed)}/{page}.html")
    charts = tab.locator("section.pr-indicateur figure img")
    assert charts.count() == tab.locator("section.pr-indicateur").count() > 0
    for source in charts.evaluate_all("images => images.map(i => i.getAttribute('src'))"):
        assert (folder(printed) / source).resolve().is_file()
    assert charts.evaluate_all("images => images.every(i => i.width > 100 && i.height > 80 && i.alt.length > 40)")
    tab.close()
