"""What a verb returns: a block of HTML that shows itself, with a plain text for terminals."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from prospective.charts.chart import table_html
from prospective.model import writing
from prospective.model.figures import Figure, tie
from prospective.narrative import words


@dataclass(frozen=True)
class Block:
    """A piece of a page."""

    html: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}

    @property
    def text(self) -> str:
        """The same, without markup."""
        spaced = re.sub(r"</(p|li|h3|h4|tr|dt|dd|summary|div)>", "\n", self.html)
        return re.sub(r"\n\s*\n+", "\n", unescape(re.sub(r"<[^>]+>", "", spaced))).strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("prospective.notebook"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        nombre=writing.number, date=writing.date, mot=words.probability, liste=lambda items: writing.join(list(items)),
        table=lambda frame, caption: Markup(table_html(frame, caption)),
    )  # fmt: skip
    environment.globals.update(
        ORIGINES=words.ORIGINS, GENRES=words.KINDS, SENS=words.DIRECTIONS, SIGNES=words.SIGNS, NIVEAUX=words.LEVELS, ACCORD=words.AGREEMENT,
        STATUTS=words.STATUSES, INTENSITES=words.INTENSITIES,
    )  # fmt: skip
    return environment


def render(template: str, **values: Any) -> Block:
    """Fill a template of ``templates/``; an undefined value is an error, not a blank."""
    return Block(_typographic_html(_environment().get_template(f"{template}.html.j2").render(**values).strip()))


def _typographic_html(html: str) -> str:
    """Put French no-break spaces in the words of a page, not in its tags nor in its code."""
    parts, verbatim = [], 0
    for part in re.split(r"(<[^>]+>)", html):
        if part.startswith("<"):
            verbatim += bool(re.match(r"<(code|pre)\b", part)) - bool(re.match(r"</(code|pre)\b", part))
        parts.append(part if part.startswith("<") or verbatim else writing.typographic(part))
    return "".join(parts)


def anchor(reference: str) -> str:
    """The anchor of a figure in the table of figures of its page."""
    return "chiffre-" + re.sub(r"[^a-z0-9]+", "-", reference.lower()).strip("-")


def with_figures(text: str, figures: list[Figure]) -> Markup:
    """Link each figure of a text to its row in the page's table of figures."""
    parts, position = [], 0
    for token in tie(text, figures):
        if token.figure is None or not token.figure.origin:
            continue  # nothing in data/ to link to: a band that the sheet itself states
        parts.append(escape(text[position : token.start]))
        parts.append(Markup("<a class='pr-chiffre' href='#{}'>{}</a>").format(anchor(token.figure.id), token.text))
        position = token.end
    parts.append(escape(text[position:]))
    return Markup("").join(parts)
