"""The documents cited: ``book/references.bib``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pybtex.database import BibliographyData, Entry, parse_bytes
from pybtex.exceptions import PybtexError

from prospective.data import files
from prospective.model.errors import DataError

BIBLIOGRAPHY = Path("book/references.bib")
NATURES = {
    "statistique": "statistique",
    "rapport-officiel": "rapport officiel",
    "recherche": "recherche",
    "droit": "droit",
    "strategie": "stratégie publique",
    "organisation": "organisation professionnelle",
    "presse": "presse",
}


@dataclass(frozen=True)
class Document:
    """A document that exists: who issued it, its exact title, its year, where it was read."""

    key: str
    authors: str
    short: str
    title: str
    issuer: str
    year: str
    nature: str
    url: str
    checked: str
    note: str


@lru_cache(maxsize=4)
def read_bibliography(root: Path) -> dict[str, Document]:
    """Read every document, by BibTeX key, in alphabetical order of keys.

    Raises
    ------
    DataError
        If the file is missing, malformed, or an entry lacks title, year or nature.
    """
    if not (root / BIBLIOGRAPHY).is_file():
        raise DataError(f"{BIBLIOGRAPHY} est introuvable : remettez ce fichier.")
    try:
        parsed: BibliographyData = parse_bytes(files.read(root, BIBLIOGRAPHY), bib_format="bibtex")
    except PybtexError as error:
        raise DataError(f"{BIBLIOGRAPHY} est mal formé ({error}) : corrigez cette entrée.") from error
    return {key: _document(key, parsed.entries[key]) for key in sorted(parsed.entries)}


def _document(key: str, entry: Entry) -> Document:
    field = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    for required in ("title", "year", "nature"):
        if not field.get(required):
            raise DataError(f"{BIBLIOGRAPHY}, entrée « {key} » : le champ « {required} » manque.")
    if field["nature"] not in NATURES:
        raise DataError(
            f"{BIBLIOGRAPHY}, entrée « {key} », nature : « {field['nature']} » n'est pas admis ({', '.join(NATURES)})."
        )
    people = entry.persons.get("author", [])
    names = [_plain(" ".join([*p.prelast_names, *p.last_names])) for p in people]
    full = [_plain(" ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names])) for p in people]
    issuer = next((field[f] for f in ("institution", "journal", "publisher", "howpublished") if field.get(f)), "")
    lead = names[0] if names else issuer
    if len(names) == 2:
        lead = f"{names[0]} et {names[1]}"
    elif len(names) > 2:
        lead = f"{names[0]} et al."
    institution = field.get("institution") or field.get("journal") or ""
    if field["nature"] == "statistique" and institution:
        lead = institution
    return Document(
        key=key, authors=", ".join(full), short=f"{lead}, {field['year']}", title=field["title"],
        issuer="" if issuer in full else issuer, year=field["year"], nature=field["nature"], url=field.get("url", ""),
        checked=field.get("consulte", ""), note=field.get("note", ""),
    )  # fmt: skip


def _plain(text: str) -> str:
    """Drop BibTeX braces and double hyphens."""
    return text.replace("{", "").replace("}", "").replace("--", "–").replace("\\&", "&").strip()
