"""The page of a family of variables: the verbs of ``notebooks/familles/*.ipynb``."""

from collections import Counter

import pandas as pd

from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.data.bibliography import NATURES, read_bibliography
from prospective.model import writing
from prospective.model.errors import UnknownNameError
from prospective.model.indicator import FIRM
from prospective.model.sheet import Sheet
from prospective.model.territory import REGION, in_territory
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication

# What a statement may lean on without the press or an interested party being its only voice.
SOLID = ("statistique", "rapport-officiel", "recherche", "droit")
STRONG = 2  # an influence told as strong
PAGES = "../variables"  # from a family's page


class Famille:
    """The variables of one family, side by side.

    Parameters
    ----------
    famille : slug of a family, e.g. ``"attractivite-regionale"``.

    Raises
    ------
    UnknownNameError
        If there is no such family; the message offers the nearest one.
    """

    def __init__(self, famille: str) -> None:
        if famille not in FAMILIES:
            raise UnknownNameError("Famille inconnue", str(famille), FAMILIES, f"familles : {', '.join(FAMILIES)}")
        self.publication = publication()
        self.family = famille
        self.sheets = {slug: s for slug, s in self.publication.sheets.items() if s.famille == famille}

    def variables(self) -> Block:
        """Each variable: its principal indicator, its trend hypothesis, the quality of its evidence."""
        rows = []
        for sheet in self.sheets.values():
            trend = next(h for h in sheet.hypotheses if h.type == "tendance")
            path = trend.trajectoire
            # Where the hypothesis is quantified, so that both can be compared; the region otherwise.
            quantified = path is not None and path.indicateur == sheet.principal
            place = self.publication.places[path.territoire if path and quantified else REGION]
            reading = self.publication.read(sheet.principal, place)
            firm = reading.firm
            rows.append({
                "fiche": sheet, "tendance": trend,
                "indicateur": reading.indicator, "lieu": in_territory(reading.found),
                "valeur": reading.indicator.write(float(firm.iloc[-1])) if len(firm) else "", "annee": int(firm.index[-1]) if len(firm) else 0,
            })  # fmt: skip
        return render("famille-variables", lignes=rows, pages=PAGES, nom=FAMILIES[self.family])

    def preuves(self) -> Chart:
        """Compare the evidence of the sheets: series, statements, documents by nature; what statements lean on is drawn."""
        data = pd.DataFrame([self._evidence(sheet) for sheet in self.sheets.values()])
        data = data.sort_values("valeur", ascending=False, kind="stable").reset_index(drop=True)
        best, worst = data.iloc[0], data.iloc[-1]
        title = (
            f"Énoncés appuyés sur une statistique, un rapport officiel, la recherche ou le droit : de "
            f"{writing.quantity(best['valeur'], '%')} ({best['nom']}) à {writing.quantity(worst['valeur'], '%')} ({worst['nom']})"
        )
        notes = (
            "Les autres énoncés reposent sur une stratégie publique, une organisation professionnelle ou la presse. Le tableau compte "
            "aussi les séries, celles qui ont des valeurs dans la région, et les documents selon leur nature.",
        )
        caption = Caption(title, "% des énoncés de la fiche", ("fiches et bibliographie de cette publication",), notes)
        return bars(
            data,
            set(),
            caption,
            f"preuves-{self.family}",
            decimals=0,
            unit="%",
            columns=("Variable", "Énoncés appuyés"),
        )

    def hypotheses(self) -> Block:
        """The hypotheses of the family, variable by variable."""
        return render("famille-hypotheses", fiches=list(self.sheets.values()), pages=PAGES)

    def influences(self) -> Block:
        """What acts inside the family, then the strong influences that leave it."""
        inside, outside = [], []
        for slug, sheet in self.sheets.items():
            for influence in sheet.influences:
                row = {"de": VARIABLES[slug][0], "vers": VARIABLES[influence.sur][0], "i": influence}
                if VARIABLES[influence.sur][1] == self.family:
                    inside.append(row)
                elif influence.intensite == "P" or influence.intensite > STRONG:
                    outside.append(row)
        return render("famille-influences", dedans=inside, dehors=outside)

    def _evidence(self, sheet: Sheet) -> dict[str, object]:
        natures = {key: document.nature for key, document in read_bibliography(self.publication.root).items()}
        statements = list(sheet.statements.values())
        solid = sum(any(natures[key] in SOLID for key in statement.sources) for statement in statements)
        series = [self.publication.package.series(use.id) for use in sheet.indicateurs]
        firm = pd.concat([rows[rows["statut"].isin(FIRM)] for rows in series])
        local = sum(
            bool(rows["territoire"].str.startswith(("reg-", "dep-", "ze-", "epci-", "com-")).any()) for rows in series
        )
        count = Counter(natures[key] for key in sheet.sources)
        return {
            "nom": sheet.intitule, "valeur": 100 * solid / len(statements), "Énoncés": len(statements), "Séries": len(series),
            "dont en région": local, "Première année": int(firm["annee"].min()), "Dernière année": int(firm["annee"].max()),
            "Documents": len(sheet.sources), **{f"{name[:1].upper()}{name[1:]}": count[nature] for nature, name in NATURES.items()},
        }  # fmt: skip
