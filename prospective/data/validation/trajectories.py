"""Where hypotheses start from and go to: a point that was known, and values that the indicator's scale can take."""

from collections.abc import Iterator

from prospective.data import files, sheets
from prospective.data.package import Package
from prospective.data.validation.fault import Fault
from prospective.data.yaml_files import line_of, nodes
from prospective.model.indicator import FIRM, Indicator
from prospective.model.sheet import Trajectory


def trajectories(package: Package) -> Iterator[Fault]:
    """A trajectory starts from a firm point of its series, and stays inside the scale of its indicator.

    A value that differs from the series is no fault: the datum may have been revised since the hypothesis was written,
    which is for the alerts to tell.
    """
    for slug in sheets.sheet_slugs(package.root):
        file = sheets.SHEETS / f"{slug}.yaml"
        node = nodes(files.read(package.root, file))
        for n, hypothesis in enumerate(sheets.read_sheet(package.root, slug).hypotheses):
            path = hypothesis.trajectoire
            if path is None or path.indicateur not in package.indicators:
                continue  # told by ``texts``
            indicator = package.indicator(path.indicateur)
            for field, message in (*_anchor(package, path), *_scale(indicator, path)):
                where = ("hypotheses", n, "trajectoire", *field.split("."))
                yield Fault(
                    f"{file}, ligne {line_of(node, where)}, hypotheses[{n}].trajectoire.{field}",
                    f"« {hypothesis.id} » : {message}",
                )


def _anchor(package: Package, path: Trajectory) -> Iterator[tuple[str, str]]:
    rows = package.series(path.indicateur)
    firm = rows[(rows["territoire"] == path.territoire) & rows["statut"].isin(FIRM)]
    if path.appui.annee not in set(firm["annee"]):
        last = f"le dernier est de {firm['annee'].max()}" if len(firm) else "il n'en a aucun"
        yield (
            "appui.annee",
            f"« {path.indicateur} », {path.territoire}, n'a pas de valeur observée ou estimée en {path.appui.annee} "
            f"({last}) ; donnez le dernier point connu quand l'hypothèse a été écrite",
        )


def _scale(indicator: Indicator, path: Trajectory) -> Iterator[tuple[str, str]]:
    bounded = {"log": "au-dessus de 0", "logit": "entre 0 et 100, bornes exclues"}
    if indicator.echelle not in bounded:
        return
    top = 100.0 if indicator.echelle == "logit" else float("inf")
    for field, value in (("bas", path.bas), ("haut", path.haut), ("appui.valeur", path.appui.valeur)):
        if not 0 < value < top:
            yield (
                field,
                f"{value:g} sort de l'échelle « {indicator.echelle} » de « {indicator.id} » ; "
                f"donnez une valeur {bounded[indicator.echelle]}",
            )
