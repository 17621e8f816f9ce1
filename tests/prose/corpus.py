"""Every text that people wrote for readers, with the place it comes from, as a reader gets it."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat

from prospective.data.package import Package
from prospective.data.quotes import letter_quotes, sheet_quotes
from prospective.data.sheets import letter_slugs, read_letter, read_sheet, sheet_slugs
from prospective.model.writing import typographic
from tests.notebook.pages import NOTEBOOKS, ROOT


@dataclass(frozen=True)
class Text:
    """A text and where it stands: a sheet, a notebook, a page, a table."""

    place: str
    text: str

    def __str__(self) -> str:
        return self.place


def sheets(package: Package) -> Iterator[Text]:
    """Texts of the sheets and of the letters."""
    for slug in sheet_slugs(ROOT):
        sheet = read_sheet(ROOT, slug)
        for quote in sheet_quotes(package, sheet):
            yield Text(f"{slug} {'.'.join(map(str, quote.path))}", typographic(quote.text))
        for hypothesis in sheet.hypotheses:
            for implication in hypothesis.implications:
                yield Text(f"{slug} {hypothesis.id} implications", typographic(implication.territoire))
    for slug in letter_slugs(ROOT):
        for quote in letter_quotes(read_letter(ROOT, slug)):
            yield Text(f"{slug} {'.'.join(map(str, quote.path))}", typographic(quote.text))


def notebooks() -> Iterator[Text]:
    """Markdown cells, without code, links nor list numbers; and the titles typed in code cells."""
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield Text(f"{path.relative_to(ROOT)}", plain(cell.source))


def pages() -> Iterator[Text]:
    """The prose pages of the book."""
    for path in sorted((ROOT / "book").rglob("*.md")):
        body = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield Text(f"{path.relative_to(ROOT)}", plain(body))


def labels() -> Iterator[Text]:
    """Labels and notes of indicators, facts and targets."""
    for path in [ROOT / "data/indicateurs.csv", ROOT / "data/cibles.csv", *sorted((ROOT / "data/faits").glob("*.csv"))]:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for column in ("libelle", "libelle_court", "note"):
                    if row.get(column):
                        yield Text(f"{path.relative_to(ROOT)} {row['id']}", typographic(row[column]))


def plain(markdown: str) -> str:
    """Markdown without what is not prose: code, addresses, markers of lists and tables."""
    text = re.sub(r"## Références\n.*", "", markdown, flags=re.DOTALL)  # titles, in their language
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"`[^`]*`", "code", text)
    text = re.sub(r"\]\((?:[^()]|\([^()]*\))*\)", "]", text)
    text = re.sub(r"(?<!\*)\*[^*\n]+\*(?!\*)", "titre", text)
    text = re.sub(r"^\s*(?:\d+\.|-+|#+) ", "", text, flags=re.MULTILINE)
    return re.sub(r"[*|\[\]]", "", text)
