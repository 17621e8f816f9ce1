"""Every text of a sheet or a letter, with the figures it may quote: what the check of figures goes through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prospective.data.package import Package
from prospective.model.figures import Figure
from prospective.model.letter import Letter
from prospective.model.sheet import Hypothesis, Sheet


@dataclass(frozen=True)
class Quote:
    """A text, where it is in its file (path of keys), and the figures that may appear in it."""

    path: tuple[Any, ...]
    text: str
    references: tuple[str, ...] = ()
    extra: tuple[Figure, ...] = ()


def argument_references(package: Package, sheet: Sheet, hypothesis: Hypothesis) -> tuple[str, ...]:
    """What an argument may quote: the figures of the statements it leans on, and the variable's official targets."""
    own = [ref for cited in hypothesis.enonces for ref in sheet.statements[cited].chiffres]
    targets = package.targets
    return (*own, *targets.loc[targets["variable"] == sheet.variable, "id"])


def trajectory(package: Package, hypothesis: Hypothesis) -> tuple[Figure, ...]:
    """The band that a hypothesis states, as figures that its argument may quote; they have no row in ``data/``."""
    path = hypothesis.trajectoire
    if path is None:
        return ()
    unit = package.indicator(path.indicateur).unite if path.indicateur in package.indicators else ""
    return tuple(
        Figure(f"{hypothesis.id}-{name}", value, unit, hypothesis.libelle, path.territoire, str(path.annee))
        for name, value in (("bas", path.bas), ("centre", path.centre), ("haut", path.haut))
    )


def sheet_quotes(package: Package, sheet: Sheet) -> Iterator[Quote]:
    """Every text of a sheet, in the order of the file."""
    yield Quote(("definition",), sheet.definition)
    yield Quote(("enjeux",), sheet.enjeux, sheet.enjeux_chiffres)
    for n, actor in enumerate(sheet.acteurs):
        yield Quote(("acteurs", n), actor)
    for n, item in enumerate(sheet.retrospective.recit):
        yield Quote(("retrospective", "recit", n, "texte"), item.texte, item.chiffres)
    for n, date in enumerate(sheet.retrospective.dates_cles):
        yield Quote(("retrospective", "dates_cles", n, "fait"), date.fait)
    for group in ("present", "tendances", "germes", "incertitudes", "ruptures", "controverses"):
        for n, item in enumerate(getattr(sheet, group)):
            yield Quote((group, n, "texte"), item.texte, item.chiffres)
    for n, hypothesis in enumerate(sheet.hypotheses):
        yield Quote(("hypotheses", n, "libelle"), hypothesis.libelle)
        references = argument_references(package, sheet, hypothesis)
        yield Quote(
            ("hypotheses", n, "argumentation"), hypothesis.argumentation, references, trajectory(package, hypothesis)
        )
        for m, watch in enumerate(hypothesis.surveiller):
            yield Quote(("hypotheses", n, "surveiller", m, "quoi"), watch.quoi)
            yield Quote(("hypotheses", n, "surveiller", m, "lecture"), watch.lecture)
        for m, implication in enumerate(hypothesis.implications):
            yield Quote(("hypotheses", n, "implications", m, "texte"), implication.texte)
    for n, influence in enumerate(sheet.influences):
        yield Quote(("influences", n, "raison"), influence.raison)
    for n, sector in enumerate(sheet.secteurs_exposes):
        yield Quote(("secteurs_exposes", n, "raison"), sector.raison)
    for n, example in enumerate(sheet.territoires_illustratifs):
        yield Quote(("territoires_illustratifs", n, "raison"), example.raison, example.chiffres)
    yield Quote(("qualite", "limites"), sheet.qualite.limites)


def letter_quotes(letter: Letter) -> Iterator[Quote]:
    """Every text of a letter, in the order of the file."""
    yield Quote(("titre",), letter.titre)
    yield Quote(("chapeau",), letter.chapeau)
    for n, section in enumerate(letter.rubriques):
        yield Quote(("rubriques", n, "titre"), section.titre)
        for m, block in enumerate(section.blocs):
            if block.intertitre:
                yield Quote(("rubriques", n, "blocs", m, "intertitre"), block.intertitre)
            yield Quote(("rubriques", n, "blocs", m, "texte"), block.texte, block.chiffres)
