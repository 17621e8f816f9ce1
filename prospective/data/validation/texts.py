"""Sheets, letters, facts and documents: every figure tied, every reference known."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from prospective.data import files, quotes, sheets
from prospective.data.bibliography import BIBLIOGRAPHY, read_bibliography
from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from prospective.data.validation.fault import Fault
from prospective.data.yaml_files import line_of, nodes
from prospective.model.errors import ProspectiveError
from prospective.model.figures import tie
from prospective.model.sheet import Sheet


def sources(package: Package) -> Iterator[Fault]:
    """Every document cited exists, and every document is cited."""
    documents = read_bibliography(package.root)
    used = {key for slug in sheets.sheet_slugs(package.root) for key in sheets.read_sheet(package.root, slug).sources}
    for slug in sheets.letter_slugs(package.root):
        letter = sheets.read_letter(package.root, slug)
        used |= {letter.source} | {
            key for section in letter.rubriques for block in section.blocs for key in block.sources
        }
    cited = [
        (path, set(t["source"])) for path, t in ((p, package.table(p)) for p in package.tables) if "source" in t.columns
    ]
    used |= {group.source for group in Gazetteer(package).composites.values()}
    for path, keys in cited:
        for key in sorted(keys - {""} - set(documents)):
            yield Fault(f"data/{path}", f"la source « {key} » n'est pas dans {BIBLIOGRAPHY}")
        used |= keys
    for page in sorted((package.root / "book").rglob("*.md")):
        front = page.read_text(encoding="utf-8").split("---")
        used |= (
            set((yaml.safe_load(front[1]) or {}).get("sources", []))
            if len(front) > 2 and not front[0].strip()
            else set()
        )
    for key in sorted(used - {""} - set(documents)):
        yield Fault(str(BIBLIOGRAPHY), f"le document « {key} » est cité mais n'existe pas")
    for key in sorted(set(documents) - used):
        yield Fault(str(BIBLIOGRAPHY), f"le document « {key} » n'est cité nulle part : retirez-le")


def sheets_of_variables(package: Package) -> Iterator[Fault]:
    """Every figure and every reference of a sheet; every fact of a variable that has a sheet is quoted by one."""
    places = Gazetteer(package)
    sectors = set(package.table("territoires/nomenclature-a38.csv")["code"])
    used_facts: set[str] = set()
    for slug in sheets.sheet_slugs(package.root):
        sheet = sheets.read_sheet(package.root, slug)
        where = f"{sheets.SHEETS}/{slug}.yaml"
        yield from _quotes(package, where, list(quotes.sheet_quotes(package, sheet)))
        yield from _references(package, places, sectors, sheet, where)
        used_facts |= {ref for quote in quotes.sheet_quotes(package, sheet) for ref in quote.references}
    told = {f"data/faits/{slug}.csv" for slug in sheets.sheet_slugs(package.root)}
    for fact, figure in sorted(package.fact_figures.items()):
        if fact not in used_facts and figure.origin in told:
            yield Fault("data/faits", f"le fait « {fact} » n'est cité par aucune fiche : retirez-le ou citez-le")


def _references(package: Package, places: Gazetteer, sectors: set[str], sheet: Sheet, where: str) -> Iterator[Fault]:
    for use in sheet.indicateurs:
        if use.id not in package.indicators:
            yield Fault(where, f"indicateurs : « {use.id} » n'est pas dans data/indicateurs.csv")
    for hypothesis in sheet.hypotheses:
        path = hypothesis.trajectoire
        if path and (path.indicateur not in package.indicators or path.territoire not in places.territories):
            yield Fault(
                where,
                f"{hypothesis.id}, trajectoire : indicateur ou territoire inconnu ({path.indicateur}, {path.territoire})",
            )
        for watch in hypothesis.surveiller:
            if watch.indicateur and watch.indicateur not in package.indicators:
                yield Fault(where, f"{hypothesis.id}, surveiller : indicateur inconnu « {watch.indicateur} »")
    for sector in sheet.secteurs_exposes:
        if sector.a38 not in sectors:
            yield Fault(where, f"secteurs_exposes : « {sector.a38} » n'est pas un secteur A38")
    for example in sheet.territoires_illustratifs:
        if example.territoire not in places.territories:
            yield Fault(where, f"territoires_illustratifs : territoire inconnu « {example.territoire} »")


def letters(package: Package) -> Iterator[Fault]:
    """Every figure of a letter is tied, and every figure kept of it is told."""
    for slug in sheets.letter_slugs(package.root):
        letter = sheets.read_letter(package.root, slug)
        where = f"{sheets.LETTERS}/{slug}.yaml"
        texts = list(quotes.letter_quotes(letter))
        yield from _quotes(package, where, texts)
        cited = {ref for quote in texts for ref in quote.references}
        for fact in sorted(f for f in package.fact_figures if f.startswith(f"{slug}-") and f not in cited):
            yield Fault(where, f"le chiffre « {fact} » n'est raconté nulle part")


def _quotes(package: Package, where: str, texts: list[quotes.Quote]) -> Iterator[Fault]:
    """Every figure of a text is tied to data; every reference exists."""
    node = nodes(files.read(package.root, Path(where)))
    for quote in texts:
        place = f"{where}, ligne {line_of(node, quote.path)}, {'.'.join(map(str, quote.path))}"
        figures = list(quote.extra)
        for reference in quote.references:
            try:
                figures += package.figures(reference)
            except ProspectiveError as error:
                yield Fault(place, str(error))
        for token in tie(quote.text, figures):
            if token.figure is None:
                near = quote.text[max(0, token.start - 30) : token.end + 20]
                yield Fault(
                    place,
                    f"le nombre « {token.text} » n'est rattaché à aucune donnée (« …{near}… ») ; ajoutez son chiffre",
                )
