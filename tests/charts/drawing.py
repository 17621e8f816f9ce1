"""What an SVG really draws, read back from its paths; and what a page really says, read back from its HTML."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prospective.charts.chart import Chart

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Stroke:
    """A line: its vertices in pixels (y downwards), its style."""

    points: np.ndarray
    style: dict[str, str]


def _style(element: ET.Element) -> dict[str, str]:
    parts = [part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part]
    return {key.strip(): value.strip() for key, value in parts}


def _points(element: ET.Element) -> np.ndarray:
    pairs = re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", element.get("d", ""))
    return np.array(pairs, dtype=float).reshape(-1, 2)


def _groups(svg: bytes, start: str) -> Iterator[ET.Element]:
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if group.get("id", "").startswith(start):
            yield group


def lines(svg: bytes, colour: str, thicker_than: float = 1.0) -> list[Stroke]:
    """Lines of one colour; grid, ticks, axes and marks of breaks are thinner than 1 or of another colour."""
    found = []
    for group in _groups(svg, "line2d_"):
        for path in group.findall(f"{SVG}path"):
            style = _style(path)
            if style.get("stroke") == colour and float(style.get("stroke-width", 1)) > thicker_than:
                found.append(Stroke(_points(path), style))
    return found


def markers(svg: bytes, colour: str) -> list[tuple[float, float, bool]]:
    """Markers edged with a colour: x, y, and whether they are hollow."""
    found = []
    for group in _groups(svg, "PathCollection_"):
        for use in group.iter(f"{SVG}use"):
            style = _style(use)
            if style.get("stroke") == colour:
                hollow = style.get("fill") == "#ffffff"
                found.append((float(use.get("x", "nan")), float(use.get("y", "nan")), hollow))
    return found


def fills(svg: bytes, colour: str) -> list[tuple[float, float]]:
    """Markers filled with a colour: x and y."""
    uses = [use for group in _groups(svg, "PathCollection_") for use in group.iter(f"{SVG}use")]
    return [(float(u.get("x", "nan")), float(u.get("y", "nan"))) for u in uses if _style(u).get("fill") == colour]


def placed(svg: bytes, start: str) -> list[tuple[float, float]]:
    """Where the words that start so are written: left edge and base line, in pixels."""
    found = re.findall(r"<!--\s*(\S+)\s*-->\s*<g [^>]*translate\((-?[\d.]+) (-?[\d.]+)\)", svg.decode())
    return [(float(x), float(y)) for text, x, y in found if text.startswith(start)]


def marks(svg: bytes, colour: str) -> list[Stroke]:
    """Vertical segments of one colour: the bands of hypotheses, the ranges of targets."""
    return [
        Stroke(_points(path), _style(path))
        for group in _groups(svg, "LineCollection_")
        for path in group.iter(f"{SVG}path")
        if _style(path).get("stroke") == colour
    ]


def fans(svg: bytes) -> list[Stroke]:
    """Filled bands: the shape is kept in ``defs`` and drawn by a ``use`` shifted by the height of the figure."""
    return [
        Stroke(_points(path), {})
        for group in _groups(svg, "FillBetweenPolyCollection_")
        for path in group.iter(f"{SVG}path")
    ]


def rectangles(svg: bytes, colours: set[str]) -> list[tuple[float, float]]:
    """Left and right edges of filled bars, from top to bottom."""
    found = []
    for group in _groups(svg, "patch_"):
        for path in group.findall(f"{SVG}path"):
            if _style(path).get("fill") in colours:
                corners = _points(path)
                found.append((corners[:, 1].mean(), corners[:, 0].min(), corners[:, 0].max()))
    return [(left, right) for _, left, right in sorted(found)]


def frame(svg: bytes) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of the plotting area."""
    corners = _points(next(iter(_groups(svg, "patch_2"))).findall(f"{SVG}path")[0])
    return corners[:, 0].min(), corners[:, 0].max(), corners[:, 1].min(), corners[:, 1].max()


def width(svg: bytes) -> float:
    return float(ET.fromstring(svg).get("viewBox", "").split()[2])


def texts(svg: bytes) -> list[str]:
    """Words drawn: letters are shapes, so matplotlib notes each text in a comment."""
    return [text.strip() for text in re.findall(r"<!--(.*?)-->", svg.decode(), flags=re.DOTALL)]


def scale(pixels: Sequence[float] | np.ndarray, values: Sequence[float] | np.ndarray) -> tuple[float, float]:
    """The straight line from values to pixels; refuses drawings where there is none."""
    slope, start = np.polyfit(np.asarray(values, float), np.asarray(pixels, float), 1)
    np.testing.assert_allclose(start + slope * np.asarray(values, float), pixels, atol=0.05)
    return float(slope), float(start)


def tree(html: str) -> ET.Element:
    """Parse a block of HTML strictly: every element closed, every attribute quoted, no stray < or &."""
    return ET.fromstring(f"<div>{html}</div>")


def text_of(element: ET.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def csv_of(html: str) -> pd.DataFrame:
    """The table behind the download link, as text."""
    link = next(a for a in tree(html).iter("a") if a.get("download"))
    head, data = link.get("href", "").split(",", 1)
    assert head == "data:text/csv;charset=utf-8;base64"
    return pd.read_csv(io.BytesIO(base64.b64decode(data, validate=True)), dtype=str, keep_default_na=False)


def assert_complete(chart: Chart) -> None:
    """A reader gets the title, the unit, the picture and its words, the source, the table and the same CSV."""
    html = chart.html()
    page = tree(html)
    assert text_of(page.find("figure/figcaption/strong")) == chart.caption.title != ""
    assert text_of(page.find("figure/figcaption/span")) == chart.caption.unit != ""
    pictures = list(page.iter("img"))
    assert len(pictures) == 1
    assert pictures[0].get("alt") == chart.alt
    assert len(chart.alt.split()) >= 8
    assert not re.search(r"\bnan\b|None", chart.alt + chart.caption.title, re.IGNORECASE)
    source = next(text_of(p) for p in page.iter("p") if p.get("class") == "pr-source")
    assert source.startswith("Source")
    assert all(said in source for said in chart.caption.sources)
    assert chart.caption.sources
    head = base64.b64decode(pictures[0].get("src", "").split(",", 1)[1], validate=True)
    assert head == chart.svg
    assert ET.fromstring(head).tag == f"{SVG}svg"
    assert len(page.findall(".//tbody/tr")) == len(chart.table) > 0
    assert [text_of(th) for th in page.findall(".//thead/tr/th")] == list(map(str, chart.table.columns))
    read = csv_of(html)
    assert list(read.columns) == list(map(str, chart.table.columns))
    assert len(read) == len(chart.table)
    for column in chart.table.columns:
        for kept, written in zip(chart.table[column], read[str(column)], strict=True):
            if isinstance(kept, str):
                assert written == kept
            else:
                assert (written == "") if pd.isna(kept) else (float(written) == float(kept))
