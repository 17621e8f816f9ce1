"""What a sheet must hold before it is read again: enough of each part, argued and sourced. A draft is let alone."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sized
from typing import Any

from prospective.data import files, sheets
from prospective.data.bibliography import NATURES, read_bibliography
from prospective.data.package import Package
from prospective.data.validation.fault import Fault
from prospective.data.yaml_files import line_of, nodes
from prospective.model.sheet import Sheet
from prospective.model.writing import date, plural

NO_LIMIT = 10**6
STORY_WORDS = (250, 500)
ARGUMENT_WORDS = 80
COUNTS = {
    ("retrospective", "dates_cles"): (4, 8),
    ("tendances",): (3, 6),
    ("germes",): (2, 4),
    ("incertitudes",): (2, 4),
    ("ruptures",): (1, 3),
    ("controverses",): (1, NO_LIMIT),
    ("hypotheses",): (3, 5),
}
TYPES = ("inflexion", "rupture")  # « tendance » is the model's own rule
PLACES, REGION = 2, "Région"
DOCUMENTS, KINDS = 6, 3
REVISED_WITHIN = datetime.timedelta(days=548)  # eighteen months

Told = Iterator[tuple[tuple[Any, ...], str]]


def complete(package: Package) -> Iterator[Fault]:
    """Every sheet that is no draft holds what a reader may expect of a sheet."""
    natures = {key: document.nature for key, document in read_bibliography(package.root).items()}
    for slug in sheets.sheet_slugs(package.root):
        sheet = sheets.read_sheet(package.root, slug)
        if sheet.statut == "brouillon":
            continue
        file = sheets.SHEETS / f"{slug}.yaml"
        node = nodes(files.read(package.root, file))
        for path, message in (*_counts(sheet), *_past(sheet), *_hypotheses(sheet), *_influences(sheet)):
            yield Fault(f"{file}, ligne {line_of(node, path)}, {'.'.join(map(str, path))}", message)
        for message in _sources(sheet, natures):
            yield Fault(str(file), message)


def old(package: Package, today: datetime.date | None = None) -> Iterator[Fault]:
    """A sheet older than eighteen months is to be revised."""
    for slug in sheets.sheet_slugs(package.root):
        sheet = sheets.read_sheet(package.root, slug)
        if (today or datetime.date.today()) - sheet.date_maj > REVISED_WITHIN and sheet.statut != "archivee":
            yield Fault(
                f"{sheets.SHEETS}/{slug}.yaml, date_maj",
                f"la fiche date du {date(sheet.date_maj.isoformat())}, plus de dix-huit mois : relisez-la ou passez-la en « a_reviser »",
                "avertissement",
            )


def words(text: str) -> int:
    """How many words a French text has: « l’acier » has two, « 1 234,5 % » one."""
    return len(re.findall(r"\d[\d\u00a0\u202f,.]*|[^\W\d_]+", text))


def _counts(sheet: Sheet) -> Told:
    for path, (least, most) in COUNTS.items():
        found: Sized = sheet.retrospective.dates_cles if len(path) == 2 else getattr(sheet, path[0])
        if not least <= len(found) <= most:
            wanted = f"au moins {least}" if most == NO_LIMIT else f"de {least} à {most}"
            yield path, f"la fiche en donne {len(found)} ; il en faut {wanted}"


def _past(sheet: Sheet) -> Told:
    count = sum(words(item.texte) for item in sheet.retrospective.recit)
    least, most = STORY_WORDS
    if not least <= count <= most:
        yield ("retrospective", "recit"), f"le récit fait {count} mots ; il en faut de {least} à {most}"


def _hypotheses(sheet: Sheet) -> Told:
    types: Counter[str] = Counter(hypothesis.type for hypothesis in sheet.hypotheses)
    for wanted in TYPES:
        if not types[wanted]:
            yield ("hypotheses",), f"aucune hypothèse de type « {wanted} » ; il en faut au moins une"
    for n, hypothesis in enumerate(sheet.hypotheses):
        count = words(hypothesis.argumentation)
        if count < ARGUMENT_WORDS:
            yield (
                ("hypotheses", n, "argumentation"),
                f"« {hypothesis.id} » est argumentée en {count} {plural(count, 'mot')} ; il en faut au moins {ARGUMENT_WORDS}",
            )
        places = {implication.territoire for implication in hypothesis.implications}
        if REGION not in places or len(places - {REGION}) < PLACES:
            yield (
                ("hypotheses", n, "implications"),
                f"« {hypothesis.id} » doit dire ce qu'elle implique pour « {REGION} » et pour au moins {PLACES} genres de territoire",
            )


def _influences(sheet: Sheet) -> Told:
    for n, influence in enumerate(sheet.influences):
        if influence.sur == sheet.variable:
            yield ("influences", n, "sur"), "une variable n'a pas d'influence sur elle-même ; retirez cette ligne"
        elif influence.sur in {earlier.sur for earlier in sheet.influences[:n]}:
            yield ("influences", n, "sur"), f"l'influence sur « {influence.sur} » est dite deux fois ; gardez-en une"


def _sources(sheet: Sheet, natures: dict[str, str]) -> Iterator[str]:
    known = [key for key in sheet.sources if key in natures]
    if len(known) < DOCUMENTS:
        yield f"la fiche cite {len(known)} {plural(len(known), 'document')} ; il en faut au moins {DOCUMENTS}"
    kinds = sorted({NATURES[natures[key]] for key in known})
    if len(kinds) < KINDS:
        yield f"les documents cités sont d'une nature trop semblable ({', '.join(kinds)}) ; il en faut de {KINDS} natures au moins"
