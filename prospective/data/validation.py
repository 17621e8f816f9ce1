"""Checking ``data/``: schemas with frictionless, then the rules that no schema can say."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pandas as pd
import yaml

from prospective.data import quotes, sheets
from prospective.data.bibliography import BIBLIOGRAPHY, read_bibliography
from prospective.data.package import Package
from prospective.data.territories import Gazetteer
from prospective.data.yaml_files import line_of
from prospective.model.errors import ProspectiveError
from prospective.model.figures import tie
from prospective.model.indicator import Indicator
from prospective.model.sheet import Sheet


@dataclass(frozen=True)
class Fault:
    """Something wrong: the file (with line where known), and one French sentence."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where} : {self.message}"


# French for the errors of frictionless that a table can have here; {c} cell, {f} field, {n} note.
FRICTIONLESS = {
    "type-error": "« {c} » n'a pas le type attendu pour la colonne {f}",
    "constraint-error": "« {c} » enfreint une contrainte de la colonne {f} ({n})",
    "primary-key": "cette ligne répète une clé déjà lue ({n})",
    "unique-error": "« {c} » existe déjà dans la colonne {f}",
    "foreign-key": "une valeur renvoie à une ligne qui n'existe pas ({n})",
    "missing-label": "la colonne {f} manque",
    "extra-label": "une colonne est de trop ({n})",
    "incorrect-label": "une colonne est mal nommée ({n})",
    "missing-cell": "une cellule manque en colonne {f}",
    "extra-cell": "une cellule est de trop",
    "blank-row": "ligne vide",
}


def validate(package: Package) -> list[Fault]:
    """Check the whole package; an empty list means that nothing is wrong.

    Schemas are checked first: when a table breaks its schema, the other rules are not run on it.
    """
    faults = list(_schemas(package))
    if faults:
        return faults
    for rule in (_codelist, _series, _totals, _sources, _sheets, _letters):
        try:
            faults += rule(package)
        except ProspectiveError as error:
            faults.append(Fault("data", str(error)))
    return list(dict.fromkeys(faults))  # two rules may read the same broken sheet


def as_json(faults: list[Fault]) -> dict[str, object]:
    """The report for machines."""
    return {"valide": not faults, "defauts": [asdict(fault) for fault in faults]}


def _schemas(package: Package) -> Iterator[Fault]:
    from frictionless import Package as FrictionlessPackage
    from frictionless import system

    try:
        for path in package.resources:
            package.table(path)
    except ProspectiveError as broken:
        yield Fault("data", str(broken))
        return
    with system.use_context(trusted=True):
        report = FrictionlessPackage(str(package.root / "data/datapackage.yaml")).validate()
    for error in report.errors:
        yield Fault("data/datapackage.yaml", error.message)
    for task in report.tasks:
        for error in task.errors:
            row = getattr(error, "row_number", None)
            said = FRICTIONLESS.get(error.type, "{n}").format(
                c=getattr(error, "cell", ""), f=getattr(error, "field_name", ""), n=error.note
            )
            yield Fault(f"data/{task.place}" + (f", ligne {row}" if row else ""), said)


def _codelist(package: Package) -> Iterator[Fault]:
    for indicator in package.indicators.values():
        if indicator.fichier not in package.resources:
            yield Fault(
                "data/indicateurs.csv",
                f"l'indicateur « {indicator.id} » renvoie à data/{indicator.fichier}, absent du paquet",
            )
        else:
            package.series(indicator.id)
        if indicator.projetable and indicator.nature == "points":
            yield Fault(
                "data/indicateurs.csv",
                f"l'indicateur « {indicator.id} » est fait de points : il ne peut pas être projetable",
            )


def _long_tables(package: Package) -> Iterator[tuple[str, pd.DataFrame]]:
    for path in package.resources:
        table = package.table(path)
        if {"territoire", "indicateur", "valeur"} <= set(table.columns) and "id" not in table.columns:
            yield path, table


def _series(package: Package) -> Iterator[Fault]:
    places = Gazetteer(package).territories
    for path, table in _long_tables(package):
        for line, row in enumerate(table.to_dict("records"), start=2):
            indicator = package.indicators.get(row["indicateur"])
            if indicator is None or indicator.fichier != path:
                yield Fault(
                    f"data/{path}, ligne {line}",
                    f"l'indicateur « {row['indicateur']} » n'est pas déclaré pour ce fichier",
                )
            elif row["territoire"] not in places:
                yield Fault(f"data/{path}, ligne {line}", f"le territoire « {row['territoire']} » n'existe pas")
            elif not row["territoire"].startswith("com-"):
                yield from _bounds(indicator, row["valeur"], f"data/{path}, ligne {line}")


def _bounds(indicator: Indicator, value: float, where: str) -> Iterator[Fault]:
    if indicator.unite == "%" and not 0 <= value <= 100:
        yield Fault(where, f"{value} n'est pas un pourcentage entre 0 et 100")
    if indicator.echelle in ("log", "logit") and indicator.projetable and value <= 0:
        yield Fault(where, f"{value} : une valeur projetée sur l'échelle {indicator.echelle} doit être positive")


def _totals(package: Package) -> Iterator[Fault]:
    """Exact sums: communes = départements = région, every year."""
    jobs = package.series("emploi-prive")
    by_level = {
        level: jobs[jobs["territoire"].str.startswith(prefix)].groupby("annee")["valeur"].sum()
        for level, prefix in (("communes", "com-"), ("départements", "dep-"), ("région", "reg-"))
    }
    for level in ("communes", "départements"):
        gap = by_level[level] - by_level["région"]
        for year, value in gap[gap != 0].items():
            yield Fault(
                "data/territoires/emploi-prive.csv",
                f"en {year}, la somme des {level} s'écarte de la région de {value:.0f} emplois",
            )
    sectors = package.table("territoires/emploi-secteurs.csv")
    totals = sectors.groupby(["territoire", "date"])["valeur"].sum()
    known = jobs.set_index(["territoire", "date"])["valeur"]
    for row in totals.reset_index().to_dict("records"):
        place, date, value = row["territoire"], row["date"], row["valeur"]
        expected = known.get((place, str(date)))
        if expected is None or expected != value:
            yield Fault(
                "data/territoires/emploi-secteurs.csv",
                f"{place}, {date} : {value:.0f} emplois au lieu de {expected} tous secteurs",
            )


def _sources(package: Package) -> Iterator[Fault]:
    documents = read_bibliography(package.root)
    used = {key for slug in sheets.sheet_slugs(package.root) for key in sheets.read_sheet(package.root, slug).sources}
    for slug in sheets.letter_slugs(package.root):
        letter = sheets.read_letter(package.root, slug)
        used |= {letter.source} | {
            key for section in letter.rubriques for block in section.blocs for key in block.sources
        }
    cited = [
        (path, set(t["source"]))
        for path, t in ((p, package.table(p)) for p in package.resources)
        if "source" in t.columns
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


def _sheets(package: Package) -> Iterator[Fault]:
    places = Gazetteer(package)
    sectors = set(package.table("territoires/nomenclature-a38.csv")["code"])
    used_facts: set[str] = set()
    for slug in sheets.sheet_slugs(package.root):
        sheet = sheets.read_sheet(package.root, slug)
        where = f"{sheets.SHEETS}/{slug}.yaml"
        yield from _quotes(package, where, list(quotes.sheet_quotes(package, sheet)))
        yield from _references(package, places, sectors, sheet, where)
        used_facts |= {ref for quote in quotes.sheet_quotes(package, sheet) for ref in quote.references}
    for fact in sorted(set(package.facts) - used_facts):
        if not fact.startswith("lettre-"):
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


def _letters(package: Package) -> Iterator[Fault]:
    for slug in sheets.letter_slugs(package.root):
        letter = sheets.read_letter(package.root, slug)
        where = f"{sheets.LETTERS}/{slug}.yaml"
        texts = list(quotes.letter_quotes(letter))
        yield from _quotes(package, where, texts)
        cited = {ref for quote in texts for ref in quote.references}
        for fact in sorted(f for f in package.facts if f.startswith(f"{slug}-") and f not in cited):
            yield Fault(where, f"le chiffre « {fact} » n'est raconté nulle part")


def _quotes(package: Package, where: str, texts: list[quotes.Quote]) -> Iterator[Fault]:
    """Every figure of a text is tied to data; every reference exists."""
    node = yaml.compose((package.root / where).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
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
