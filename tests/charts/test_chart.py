"""What every chart owes its reader, whatever it draws."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest

from prospective.charts.chart import Caption, Chart, table_html
from tests.charts import drawing, samples

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<script>alert('x')</script> & \"guillemets\" --> ]]>"
every = pytest.mark.parametrize("chart", samples.everything().values(), ids=list(samples.everything()))


class Tags(HTMLParser):
    """Elements that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.seen += [f"@{name}" for name, _ in attrs]


def tags(html: str) -> list[str]:
    parser = Tags()
    parser.feed(html)
    parser.close()
    return parser.seen


@every
def test_a_chart_carries_title_unit_words_source_table_and_csv(chart: Chart) -> None:
    drawing.assert_complete(chart)


@every
def test_a_picture_asks_nothing_of_any_other_host(chart: Chart) -> None:
    assert b"<script" not in chart.svg
    assert b"@import" not in chart.svg
    assert not re.search(rb"url\((?!['\"]?#)", chart.svg)
    for element in ET.fromstring(chart.svg).iter():
        assert element.tag.rsplit("}", 1)[-1] not in ("image", "script", "foreignObject", "a")
        assert element.get(drawing.LINK, "#").startswith("#")
        assert element.get("href", "#").startswith("#")
        assert "://" not in "".join([*element.attrib.values(), element.text or ""])


@every
def test_the_only_addresses_in_a_picture_are_its_namespaces(chart: Chart) -> None:
    bare = re.sub(rb' xmlns(:\w+)?="[^"]+"', b"", chart.svg)
    assert b"http" not in bare


@every
def test_the_plain_text_of_a_chart_is_its_title_and_its_words(chart: Chart) -> None:
    shown = chart._repr_mimebundle_()
    assert shown["text/plain"] == f"{chart.caption.title}\n{chart.alt}"
    assert shown["text/html"] == chart.html()


# The same bytes every time


def test_the_same_figures_give_the_same_bytes() -> None:
    assert samples.digest() == samples.digest()


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.charts.samples"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "HOME": str(Path.home()), "PATH": "/usr/bin:/bin", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert done.stdout.strip() == samples.digest()


def test_the_settings_of_an_analyst_neither_change_a_chart_nor_are_changed_by_it() -> None:
    before = samples.past().svg
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.hashsalt": "other", "axes.spines.top": True}):
        kept = dict(mpl.rcParams)
        assert samples.past().svg == before
        assert dict(mpl.rcParams) == kept


def test_other_figures_give_other_bytes() -> None:
    changed = [*samples.PAST[:-1], samples.PAST[-1] + 0.1]
    assert samples.past(changed).svg != samples.past().svg
    assert samples.past(changed).alt != samples.past().alt


# Hostile words


def hostile_charts() -> dict[str, Chart]:
    caption = Caption(HOSTILE, HOSTILE, (HOSTILE, HOSTILE), (HOSTILE,))
    hypotheses = samples.HYPOTHESES.assign(libelle=HOSTILE)
    return {
        "past": samples.past(caption=caption),
        "bars": samples.side_by_side({HOSTILE: 2.0, "Oise": 1.0}, caption=caption),
        "ahead": samples.ahead(hypotheses=hypotheses, targets=samples.TARGETS.assign(libelle=HOSTILE), caption=caption),
        "name": Chart(
            samples.past().svg, 3 * HOSTILE, caption, pd.DataFrame({HOSTILE: [HOSTILE], "b": [1.5]}), HOSTILE
        ),
    }


@pytest.mark.parametrize("name", ["past", "bars", "ahead", "name"])
def test_hostile_words_stay_words(name: str) -> None:
    chart = hostile_charts()[name]
    drawing.assert_complete(chart)
    assert drawing.text_of(drawing.tree(chart.html()).find("figure/figcaption/strong")) == HOSTILE
    found = tags(chart.html())
    assert "script" not in found
    assert not [tag for tag in found if tag.startswith("@on")]
    ET.fromstring(chart.svg)
    assert "script" not in tags(chart.svg.decode())


def test_dollars_in_a_name_are_drawn_as_dollars() -> None:
    chart = samples.side_by_side({"de 5 $ à 10 $ par mois": 2.0, "Oise": 1.0})
    assert b"Oblique" not in chart.svg


# The table


def test_numbers_of_a_table_are_french() -> None:
    table = pd.DataFrame({"Quoi": ["a"], "Année": [2019], "Valeur": [-1234.5], "Rien": [float("nan")]})
    page = drawing.tree(table_html(table, "Titre"))
    cells = [drawing.text_of(cell) for cell in page.findall(".//tbody/tr/*")]
    assert cells == ["a", "2019", "−1\u202f234,5", "n.\u00a0d."]


def test_a_table_has_a_caption_and_scoped_headings() -> None:
    page = drawing.tree(table_html(pd.DataFrame({"Quoi": ["a", "b"], "Valeur": [1.0, 2.0]}), "Un titre"))
    assert drawing.text_of(page.find(".//caption")) == "Un titre"
    assert [th.get("scope") for th in page.findall(".//thead//th")] == ["col", "col"]
    assert [th.get("scope") for th in page.findall(".//tbody//th")] == ["row", "row"]


def test_what_is_missing_is_said_not_left_blank() -> None:
    page = drawing.tree(table_html(pd.DataFrame({"Quoi": ["a"], "Valeur": [float("nan")]}), "t"))
    assert page.find(".//td/abbr") is not None
    assert page.findall(".//td/abbr")[0].get("title") == "donnée non disponible"


def test_a_csv_has_decimal_points_and_empty_cells() -> None:
    chart = Chart(b"", "", samples.CAPTION, pd.DataFrame({"Date": [2000, 2001], "A, b": [1.5, float("nan")]}), "n")
    assert chart.csv() == 'Date,"A, b"\n2000,1.5\n2001,\n'
