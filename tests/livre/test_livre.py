"""The printed book: whole, linked, French, self-contained."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((PROJECT / "book/plan.yaml").read_text(encoding="utf-8"))["pages"]
NOTEBOOK_PAGES = (
    *(
        path.relative_to(PROJECT).with_suffix("").as_posix()
        for path in sorted((PROJECT / "notebooks").rglob("*.ipynb"))
    ),
    *(page["page"] for page in PLAN),
)
CHARTED = (
    "notebooks/variables/capital-humain", "notebooks/variables/europe-brexit", "notebooks/variables/hydrogene",
    "notebooks/territoire", "territoires/thierache-serre",
)  # fmt: skip


class Page(HTMLParser):
    """Links, anchors, images and resources of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.resources: list[str] = []
        self.language: str | None = None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if found.get("id"):
            self.anchors.append(found["id"])
        if tag == "html":
            self.language = found.get("lang")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "img":
            self.images.append(found)
        if tag in ("script", "img", "iframe", "source") and found.get("src"):
            self.resources.append(found["src"])
        if tag == "link" and found.get("rel") in ("stylesheet", "preload", "icon", "preconnect", "dns-prefetch"):
            self.resources.append(found.get("href", ""))


@pytest.fixture(scope="module")
def pages(printed):
    html = printed[0] / "_build/html"
    return {
        path.relative_to(html).as_posix(): Page(path)
        for path in sorted(html.rglob("*.html"))
        if "_static" not in path.parts
    }


def test_the_command_says_where_the_book_is_and_how_long_each_step_took(printed):
    root, said = printed
    assert f"À ouvrir : {root}/_build/html/index.html" in said
    for step in ("exécution des carnets", "mise en page", "impression"):
        assert re.search(rf"{step} : \d+,\d s", said)


def test_every_page_of_the_table_of_contents_is_printed_and_no_other(printed, pages):
    toc = yaml.safe_load((printed[0] / "_build/atelier/_toc.yml").read_text())
    chapters = [c for part in toc["parts"] for c in part["chapters"]]
    listed = {toc["root"], *(page["file"] for c in chapters for page in (c, *c.get("sections", [])))}
    made = {name.removesuffix(".html") for name in pages} - {"index", "search", "genindex"}
    assert made == listed
    assert "territoires/thierache-serre" in listed


def test_every_internal_link_leads_to_a_page_and_an_anchor_that_exist(printed, pages):
    html = printed[0] / "_build/html"
    broken = []
    for name, page in pages.items():
        for link in page.links:
            target, fragment = urldefrag(unquote(link))
            if re.match(r"[a-z]+:", target) or link == "#":
                continue
            path = (html / name).parent / target if target else html / name
            if not path.resolve().is_file():
                broken.append((name, link))
            elif fragment and path.suffix == ".html":
                found = pages[path.resolve().relative_to(html.resolve()).as_posix()]
                if fragment not in found.anchors:
                    broken.append((name, link))
    assert broken == []


def test_no_anchor_is_used_twice_on_a_page(pages):
    for name in NOTEBOOK_PAGES:
        anchors = [
            a
            for a in pages[f"{name}.html"].anchors
            if a.startswith(("chiffre-", "source-", "enonce-", "hypothese-", "indicateur-"))
        ]
        assert len(anchors) == len(set(anchors)), name


def test_no_page_asks_anything_of_another_host(pages):
    asked = [
        (name, r) for name, page in pages.items() for r in page.resources if r.startswith(("http:", "https:", "//"))
    ]
    assert asked == []


def test_every_page_is_declared_french_and_keeps_no_english_of_the_theme(printed, pages):
    english = (
        "Toggle hidden",
        "Toggle primary",
        "Toggle secondary",
        'aria-label="Main"',
        "Search this book",
        "Show code cell",
    )
    for name, page in pages.items():
        if name != "index.html":
            assert page.language == "fr", name
        text = (printed[0] / "_build/html" / name).read_text()
        assert [words for words in english if words in text] == [], name


def test_every_chart_has_an_alternative_text_a_table_and_its_csv(printed, pages):
    for name in CHARTED:
        text = (printed[0] / "_build/html" / f"{name}.html").read_text()
        charts = [i for i in pages[f"{name}.html"].images if (i.get("src") or "").startswith("data:image/svg+xml")]
        assert len(charts) >= 4
        assert all(len(chart["alt"] or "") > 60 for chart in charts)
        figures = re.findall(r"<figure class='pr-graphique'>.*?</figure>", text, re.DOTALL)
        assert len(figures) == len(charts)
        for figure in figures:
            assert "pr-source" in figure and "<table" in figure
            encoded = re.search(r"data:text/csv;charset=utf-8;base64,([A-Za-z0-9+/=]+)", figure)
            rows = base64.b64decode(encoded[1]).decode().splitlines()
            assert len(rows) >= 2


def test_every_notebook_page_gives_its_notebook_and_keeps_its_code_folded(printed, pages):
    for name in NOTEBOOK_PAGES:
        page = pages[f"{name}.html"]
        assert any(link.endswith(f"_sources/{name}.ipynb") for link in page.links), name
        text = (printed[0] / "_build/html" / f"{name}.html").read_text()
        cells = text.count('class="cell_input')
        assert cells > 0
        assert text.count('<details class="admonition hide above-input">') == cells, name


def test_no_private_person_is_named_on_any_page(printed, pages):
    for name in pages:
        text = re.sub(r"data:[^'\"]+|https?://[^'\"\s]+", "", (printed[0] / "_build/html" / name).read_text())
        assert re.findall(r"\b(?:M\.|Mme|Mlle|Monsieur|Madame) [A-ZÉÈ][a-zéè]+", text) == []
        assert re.findall(r"\b[\w.+-]{1,40}@[\w-]{1,40}\.[a-z]{2,}", text) == []
        assert re.findall(r"\b0\d(?:[. ]\d\d){4}\b", text) == []


def test_each_of_the_43_figures_of_the_letter_links_to_its_row(printed):
    text = (printed[0] / "_build/html/notebooks/lettres/lettre-4.html").read_text()
    for n in range(1, 44):
        assert f"href='#chiffre-lettre-4-{n:02d}'" in text or f'href="#chiffre-lettre-4-{n:02d}"' in text, n
        assert f'id="chiffre-lettre-4-{n:02d}"' in text, n


def test_printing_twice_runs_no_notebook_again_and_changes_no_page(printed):
    from tests.livre.conftest import run

    root, _ = printed
    pages_before = {p: p.read_bytes() for p in (root / "_build/html").rglob("*.html")}
    done = run("prospective", "livre", cwd=root)
    assert done.returncode == 0
    assert "exécuté " not in done.stdout.replace("exécution", "")
    assert {p: p.read_bytes() for p in (root / "_build/html").rglob("*.html")} == pages_before
