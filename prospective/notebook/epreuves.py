"""How far to trust the projections: the verbs of ``projections.ipynb`` and ``registre-erreurs.ipynb``."""

from functools import cached_property

import numpy as np
import pandas as pd

from prospective.analysis import backtest
from prospective.analysis.annual import MIN_POINTS
from prospective.analysis.candidates import ARIMA_POINTS
from prospective.analysis.register import by_year, register
from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.model import writing
from prospective.model.territory import REGION, in_territory
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.notebook.display import Block, render
from prospective.notebook.projections import REPLAYS, amount, score
from prospective.notebook.reading import Reading, publication

NAMES = {
    "naive": "Naïve (dernière valeur prolongée)", "derive": "Marche aléatoire avec dérive", "theta": "Theta optimisée dynamique",
    "ets": "Lissage exponentiel (ETS)", "arima": "Arima automatique", "combinaison": "Combinaison (médiane des quatre précédentes)",
    "publiee": "Méthode publiée (combinaison, ou naïve)",
}  # fmt: skip
TREATMENTS = {"toutes": "Toutes les années", "sans-covid": "Sans 2020 et 2021"}
WORST = 12


class Epreuves:
    """The projections put to the test of the past."""

    def __init__(self) -> None:
        self.publication = publication()
        self.stored = self.publication.stored

    # Méthode ---------------------------------------------------------------------------------------------

    def methodes(self) -> Block:
        """Scores of every method on our own series, with and without the years of the pandemic."""
        scores = self.stored.scores
        tables = {t: scores[scores["traitement"] == t].pivot(index="serie", columns="methode") for t in TREATMENTS}
        rows = []
        for method, name in NAMES.items():
            cells = []
            for table in tables.values():
                mase, owa = table["mase", method].dropna(), table["owa", method].dropna()
                cells.append({
                    "mase": float(np.average(mase, weights=table["valeurs", method][mase.index])),
                    "mediane": float(owa.median()), "mieux": float((owa < 1).mean()),
                })  # fmt: skip
            rows.append({
                "methode": name, "naive": method == "naive", "publiee": method == backtest.PUBLISHED, "cellules": cells,
                "series": int(tables["toutes"]["mase", method].notna().sum()),
            })  # fmt: skip
        published = scores[(scores["methode"] == backtest.PUBLISHED) & (scores["traitement"] == "toutes")]
        return render(
            "methodes", lignes=rows, verdict=self._verdict(published), msis=float(published["msis"].median()), series=len(published),
            naives=self._naive_share(), traitements=list(TREATMENTS.values()), arima=ARIMA_POINTS, horizon=backtest.CHOICE_HORIZON, origines=backtest.ORIGINS, points=MIN_POINTS,
        )  # fmt: skip

    @staticmethod
    def _verdict(published: pd.DataFrame) -> str:
        """What the published method is worth for the series in the middle, in words."""
        middle = round(float(published["owa"].median()), 2)
        said = (
            "fait aussi bien que"
            if middle == 1
            else "fait un peu mieux que"
            if 0.95 < middle < 1
            else "bat"
            if middle < 1
            else "ne bat pas"
        )
        return f"Pour la série du milieu, la méthode publiée {said} la naïve (OWA de {writing.number(middle, 2)})."

    def _naive_share(self) -> tuple[int, int]:
        """How many series are published with the naive method, out of how many."""
        methods = self.stored.projections.drop_duplicates("serie")["methode"]
        return int((methods == "naive").sum()), len(methods)

    def couvertures(self) -> Block:
        """Share of past values that the bands held, by horizon, with and without the years of the pandemic."""
        table = self.stored.coverages
        rows = []
        for horizon in (1, 2, 3, 5, 10, 0):
            cells = [
                self.stored.coverage(level, treatment, horizon)[0]
                for level in (0.5, 0.8, 0.95)
                for treatment in TREATMENTS
            ]
            rows.append(
                {"horizon": horizon, "parts": cells, "valeurs": self.stored.coverage(0.8, "toutes", horizon)[1]}
            )
        replays = [self.stored.coverage(level, REPLAYS) for level in (0.8, 0.95)]
        return render(
            "couvertures",
            rejeux=replays,
            lignes=rows,
            traitements=list(TREATMENTS.values()),
            niveaux=sorted(table["niveau"].unique()),
        )

    def variables(self) -> Block:
        """For each of the 28 variables, its projection put to the test, or the reason why there is none."""
        principal = {slug: sheet.principal for slug, sheet in self.publication.sheets.items()}
        groups = []
        for family, title in FAMILIES.items():
            lines = [
                self._variable(slug, name, principal.get(slug))
                for slug, (name, home) in VARIABLES.items()
                if home == family
            ]
            groups.append((title, lines))
        return render("variables-projetees", groupes=groups)

    def _variable(self, slug: str, name: str, principal: str | None) -> dict[str, object]:
        # A sheet may take its principal indicator from another variable.
        every = self.publication.package.indicators.values()
        indicators = [i for i in every if i.variable == slug or i.id == principal]
        region = self.publication.places[REGION]
        readings = {i.id: self.publication.read(i.id, region) for i in indicators}
        usable = [key for key, reading in readings.items() if len(self._tested(reading))]
        line: dict[str, object] = {"nom": name, "projetes": len(usable), "indicateurs": len(indicators)}
        if principal and principal not in usable:
            line["principal"] = (
                f"{readings[principal].indicator.libelle_court} (indicateur principal) : {self._why([readings[principal]])}"
            )
        if not usable:
            return {**line, "raison": self._why(list(readings.values())) if readings else "aucune série"}
        chosen = (
            principal
            if principal in usable
            else max(usable, key=lambda key: (not readings[key].borrowed, len(readings[key].firm), key))
        )
        reading = readings[chosen]
        scores = self._tested(reading)
        method = self._method(reading)
        one, five = score(scores, backtest.PUBLISHED, "ecart_1"), score(scores, backtest.PUBLISHED, "ecart_5")
        return {
            **line, "indicateur": reading.indicator.libelle, "lieu": in_territory(reading.found), "annee": self._origin(reading),
            "methode": "naïve" if method == "naive" else "combinaison", "valeurs": int(score(scores, backtest.PUBLISHED, "valeurs") or 0),
            "owa": score(scores, backtest.PUBLISHED, "owa"), "couverture80": score(scores, backtest.PUBLISHED, "couverture80"),
            "un": amount(reading.indicator, one or 0.0), "cinq": "" if five is None else amount(reading.indicator, five),
        }  # fmt: skip

    def _tested(self, reading: Reading) -> pd.DataFrame:
        """Scores of a reading; empty when it has none."""
        return self.stored.scores[self.stored.scores["serie"] == f"{reading.indicator.id}@{reading.found.id}"]

    def _method(self, reading: Reading) -> str:
        mine = self.stored.projections
        return str(mine.loc[mine["serie"] == f"{reading.indicator.id}@{reading.found.id}", "methode"].iloc[0])

    def _origin(self, reading: Reading) -> int:
        """The last year that the edition knew of a reading."""
        mine = self.stored.projections
        return int(mine.loc[mine["serie"] == f"{reading.indicator.id}@{reading.found.id}", "origine"].iloc[0])

    def _why(self, readings: list[Reading]) -> str:
        """Why none of these readings can be projected, in a few words."""
        short = [len(r.firm) for r in readings if len(r.firm) < MIN_POINTS]
        points = [r for r in readings if len(r.firm) >= MIN_POINTS and r.indicator.nature == "points"]
        rest = len(readings) - len(short) - len(points)
        said = []
        if short:
            span = writing.join([str(n) for n in dict.fromkeys((min(short), max(short)))], "à")
            said.append(
                f"trop court pour projeter ({span} {writing.plural(max(short), 'point observé', 'points observés')}, il en faut {MIN_POINTS})"
            )
        if points:
            said.append(
                "série faite de points irréguliers" if len(points) == 1 else "séries faites de points irréguliers"
            )
        if rest:
            said.append("série infra-annuelle, arrêtée ou qui ne se prête pas à une prolongation")
        return " ; ".join(said)

    # Registre --------------------------------------------------------------------------------------------

    @cached_property
    def registered(self) -> pd.DataFrame:
        """Every value projected in the past, by a replay or by an edition, whose outcome is known."""
        replays = self.publication.package.table("projections/rejeux.csv")
        replays = replays.assign(serie=replays["indicateur"] + "@" + replays["territoire"], edition="rejeu")
        kept = replays.columns
        return register(pd.concat([self.stored.every[kept], replays], ignore_index=True), self.publication.panel())

    @property
    def judged(self) -> pd.DataFrame:
        """The register, each outcome counted once per origin: by the first edition that projected it, or by a replay."""
        return self.registered.drop_duplicates(["serie", "origine", "annee"])

    def registre(self) -> Block:
        """The score of each year, and of each year projected from."""
        tables = [
            (title, by_year(self.judged, column).reset_index())
            for column, title in (("annee", "Année jugée"), ("origine", "Projeté depuis"))
        ]
        return render(
            "registre-erreurs",
            tableaux=[
                (title, table.rename(columns={table.columns[0]: "an"}).to_dict("records")) for title, table in tables
            ],
        )

    def tenue(self) -> Chart:
        """Chart the share of values that the 80 % band held, year by year, with what was known at the time."""
        table = by_year(self.judged)
        share = (100 * table["couverture80"]).round(1)
        worst = int(share.index[int(share.to_numpy().argmin())])
        data = pd.DataFrame(
            {
                "nom": [str(year) for year in share.index],
                "valeur": share.to_numpy(),
                "Valeurs jugées": table["valeurs"].to_numpy(),
            }
        )
        caption = Caption(
            f"En {worst}, la bande à 80 % n’a contenu que {writing.quantity(float(share.min()), '%')} des valeurs",
            "% des valeurs jugées dans l’année",
            ("Calculs de la publication : data/projections/rejeux.csv et projections.csv, confrontés aux séries",),
            (
                "Bandes calculées avec les seules erreurs connues au moment de projeter : c’est plus sévère que la couverture calculée après coup.",
            ),
        )
        return bars(
            data,
            {str(worst)},
            caption,
            "tenue-des-bandes",
            decimals=0,
            unit="%",
            reference=(80.0, "attendu : 80 %"),
            columns=("Année", "Part dans la bande (%)"),
        )

    def surprises(self) -> Block:
        """The outcomes that left the 95 % band by most, one per indicator."""
        table = self.judged[self.judged["dans95"] == 0]
        worst = (
            table.sort_values(["erreur", "serie", "annee"], ascending=[False, True, True])
            .drop_duplicates("indicateur")
            .head(WORST)
        )
        rows = []
        for r in worst.to_dict("records"):
            indicator = self.publication.package.indicator(r["indicateur"])
            rows.append({
                "quoi": indicator.libelle, "lieu": in_territory(self.publication.places[r["territoire"]]), "origine": int(r["origine"]), "annee": int(r["annee"]),
                "attendu": f"de {indicator.write(r['bas95'])} à {indicator.write(r['haut95'])}", "reel": indicator.write(r["reel"]),
            })  # fmt: skip
        return render("surprises", lignes=rows, total=len(table), juges=len(self.judged))

    def editions(self) -> Block:
        """Every edition stored, and how many of its values are judged already."""
        judged = self.registered[self.registered["edition"] != "rejeu"].groupby("edition").size()
        groups = self.stored.every.groupby("edition")["serie"].nunique()
        return render(
            "editions",
            lignes=[(writing.date(str(label)), int(n), int(judged.get(label, 0))) for label, n in groups.items()],
        )
