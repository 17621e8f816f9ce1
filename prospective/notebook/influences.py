"""The first matrix of influences: the verbs of ``notebooks/influences.ipynb``."""

import pandas as pd

from prospective.charts.chart import Caption, Chart
from prospective.charts.matrix import POTENTIAL, matrix
from prospective.model import writing
from prospective.model.variables import VARIABLES
from prospective.narrative import words
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication

MOST = 5


class Influences:
    """Which variable acts directly on which, as the sheets say it."""

    def __init__(self) -> None:
        self.sheets = publication().sheets
        self.cells = self._cells()

    def _cells(self) -> pd.DataFrame:
        """Rows act, columns are acted upon: 0 to 3, P for a potential influence."""
        names = list(VARIABLES)
        cells = pd.DataFrame(0, index=names, columns=names, dtype=object)
        for slug, sheet in self.sheets.items():
            for influence in sheet.influences:
                cells.loc[slug, influence.sur] = influence.intensite
        return cells

    def matrice(self) -> Chart:
        """The matrix, with each influence, its sign and its reason in the table."""
        shade = self.cells.replace(POTENTIAL, 0).astype(int)
        given, received = shade.sum(axis=1), shade.sum(axis=0)
        acting, acted = str(given.idxmax()), str(received.idxmax())
        title = f"La variable qui agit le plus est « {VARIABLES[acting][0]} », celle qui subit le plus « {VARIABLES[acted][0]} »"
        table = pd.DataFrame([
            {
                "De": VARIABLES[slug][0], "Vers": VARIABLES[i.sur][0], "Intensité": str(i.intensite),
                "Signe": i.signe, "Raison": i.raison,
            }
            for slug, sheet in self.sheets.items()
            for i in sheet.influences
        ])  # fmt: skip
        caption = Caption(
            title, "influence directe : 1 faible, 2 moyenne, 3 forte, P potentielle ; vide : aucune",
            ("fiches de cette publication ; proposition de l’équipe, à débattre",),
            ("En ligne, la variable qui agit ; en colonne, sous le même numéro, celle qui subit. Une influence potentielle compte pour zéro dans les sommes.",),
        )  # fmt: skip
        return matrix(self.cells, {slug: name for slug, (name, _) in VARIABLES.items()}, caption, "influences", table)

    def rangs(self) -> Block:
        """The variables that act most and those that are acted upon most, directly; potential influences apart."""
        shade = self.cells.replace(POTENTIAL, 0).astype(int)
        return render(
            "influences", agissent=self._ranked(shade.sum(axis=1)), subissent=self._ranked(shade.sum(axis=0)),
            total=int((self.cells != 0).sum().sum()), potentielles=int((self.cells == POTENTIAL).sum().sum()),
            cases=len(VARIABLES) * (len(VARIABLES) - 1), signes=self._signs(),
        )  # fmt: skip

    def _ranked(self, sums: pd.Series) -> list[tuple[str, int]]:
        """The first ones, and those that tie with the last of them."""
        ordered = sums.sort_values(ascending=False, kind="stable")
        least = ordered.iloc[MOST - 1]
        return [(VARIABLES[str(slug)][0], int(total)) for slug, total in ordered.items() if total >= max(least, 1)]

    def _signs(self) -> str:
        signs = pd.Series([i.signe for sheet in self.sheets.values() for i in sheet.influences]).value_counts()
        told = {
            "+": ("renforce", "renforcent"),
            "-": ("freine", "freinent"),
            "?": ("a un effet incertain", "ont un effet incertain"),
        }
        return writing.join(
            [f"{int(signs[s])} {writing.plural(signs[s], *told[s])}" for s in words.SIGNS if s in signs]
        )
