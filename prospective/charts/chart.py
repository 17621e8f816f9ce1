"""A finished chart: picture, title, unit, alternative text, source, table, CSV."""

import base64
import io
import re
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from prospective.charts.style import RC
from prospective.model import writing


@dataclass(frozen=True)
class Caption:
    """The words around a chart: what is seen, the unit, what must be known, where the figures come from."""

    title: str
    unit: str
    sources: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart as a reader gets it; in a notebook it shows itself.

    ``table`` holds the figures drawn, one row per line of the table under the chart; columns are French labels.
    """

    svg: bytes
    alt: str
    caption: Caption
    table: pd.DataFrame
    name: str

    def html(self) -> str:
        """The figure, its caption, its table and its CSV as one block of HTML that needs no other file."""
        picture = base64.b64encode(self.svg).decode("ascii")
        csv = base64.b64encode(self.csv().encode("utf-8")).decode("ascii")
        notes = "".join(f"<p class='pr-note'>{escape(note)}</p>" for note in self.caption.notes)
        sources = f"Source{'s' if len(self.caption.sources) > 1 else ''}\u00a0: " + " · ".join(
            map(escape, self.caption.sources)
        )
        return (
            f"<figure class='pr-graphique'><figcaption><strong>{escape(self.caption.title)}</strong>"
            f"<span class='pr-unite'>{escape(self.caption.unit)}</span></figcaption>"
            f"<img src='data:image/svg+xml;base64,{picture}' alt='{escape(self.alt, quote=True)}'/>{notes}"
            f"<p class='pr-source'>{sources}.</p>"
            f"<details class='pr-donnees'><summary>Les chiffres de ce graphique</summary>{table_html(self.table, self.caption.title)}"
            f"<p><a download='{escape(self.name)}.csv' href='data:text/csv;charset=utf-8;base64,{csv}'>"
            f"Télécharger ces chiffres (CSV)</a></p></details></figure>"
        )

    def csv(self) -> str:
        """The table as CSV: comma, decimal point, header row."""
        return self.table.to_csv(index=False, lineterminator="\n")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": f"{self.caption.title}\n{self.alt}"}


def finish(figure: Figure, alt: str, caption: Caption, table: pd.DataFrame, name: str) -> Chart:
    """Turn a matplotlib figure into a chart, the same bytes every time."""
    buffer = io.BytesIO()
    with mpl.rc_context(RC):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = re.sub(rb"\s*<metadata>.*?</metadata>|<!DOCTYPE[^>]*>\s*", b"", buffer.getvalue(), flags=re.DOTALL)
    words = Caption(
        writing.typographic(caption.title),
        writing.typographic(caption.unit),
        tuple(map(writing.typographic, caption.sources)),
        tuple(map(writing.typographic, caption.notes)),
    )
    return Chart(svg, writing.typographic(alt), words, table.reset_index(drop=True), name)


def table_html(table: pd.DataFrame, caption: str, decimals: int = 4) -> str:
    """A table with a caption and header scopes, numbers written in French."""
    head = "".join(f"<th scope='col'>{escape(str(column))}</th>" for column in table.columns)
    body = []
    for row in table.itertuples(index=False):
        cells = [f"<th scope='row'>{_cell(row[0], decimals)}</th>"]
        cells += [f"<td{_number_class(value)}>{_cell(value, decimals)}</td>" for value in row[1:]]
        body.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f"<div class='pr-defile' tabindex='0' role='region' aria-label='{escape(caption, quote=True)}'><table class='pr-table'><caption class='pr-cache'>"
        f"{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _number_class(value: object) -> str:
    return " class='pr-nombre'" if isinstance(value, (int, float)) else ""


def _cell(value: object, decimals: int) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return escape(writing.typographic(str(value)))
    if pd.isna(value):
        return "<abbr title='donnée non disponible'>n.\u00a0d.</abbr>"
    if isinstance(value, int) and 1500 <= value <= 2100:
        return str(value)
    return writing.number(value, writing.decimals_of(value, decimals))
