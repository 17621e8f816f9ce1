"""The page of a variable, read for a territory: the verbs of ``notebooks/variables/*.ipynb``."""

from collections.abc import Iterable

import pandas as pd

from prospective import __version__
from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.charts.lines import retrospective
from prospective.data.sheets import read_sheet
from prospective.model import writing
from prospective.model.errors import DataError
from prospective.model.indicator import Break
from prospective.model.territory import DEFAULT, REGION, in_territory
from prospective.model.variables import FAMILIES
from prospective.narrative import titles
from prospective.notebook import exposure, future, since, weights
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Reading, publication


class Fiche:
    """The sheet of a variable read for a territory.

    Parameters
    ----------
    variable : slug of the variable, e.g. ``"capital-humain"``.
    territoire : canonical id, bare code, name, or the whole number papermill makes of a code.
    horizon : year of the hypotheses.

    Raises
    ------
    ProspectiveError
        If the variable, the territory or the horizon is not one; the message is one French sentence.
    """

    def __init__(self, variable: str, territoire: object = DEFAULT, horizon: object = 2030) -> None:
        self.publication = publication()
        self.territory = self.publication.places.resolve_page(territoire)
        self.year = self.publication.check_horizon(horizon)
        self.sheet = read_sheet(self.publication.root, variable)
        self.citations = Citations(self.publication)
        self._used: set[str] = set()

    # 1. Repères ---------------------------------------------------------------------------------------

    def reperes(self) -> Block:
        """Key figures of the territory, freshness of the data, quality of the evidence."""
        cards = []
        for use in self.sheet.indicateurs:
            reading = self._read(use.id)
            firm = reading.firm
            if firm.empty:
                continue
            cards.append({
                "libelle": reading.indicator.libelle, "valeur": reading.indicator.write(float(firm.iloc[-1])),
                "annee": int(firm.index[-1]), "lieu": in_territory(reading.found), "emprunt": bool(reading.borrowed),
                "principal": use.role == "principal",
            })  # fmt: skip
        return render(
            "reperes", fiche=self.sheet, famille=FAMILIES[self.sheet.famille], territoire=self.territory, cartes=cards,
            empruntees=any(card["emprunt"] for card in cards),
        )  # fmt: skip

    # 2. Définition et enjeux ----------------------------------------------------------------------------

    def definition(self) -> Block:
        """Definition, stakes for regional industry, actors."""
        stakes = self.citations.text(self.sheet.enjeux, self.sheet.enjeux_chiffres) + self.citations.notes(
            self.sheet.enjeux_sources
        )
        return render("definition", fiche=self.sheet, enjeux=stakes)

    # 3. Passé -------------------------------------------------------------------------------------------

    def passe(self) -> Block:
        """The story of the past and its key dates."""
        past = self.sheet.retrospective
        story = [self.citations.paragraph(item) for item in past.recit]
        dates = [(d.annee, self.citations.text(d.fait) + self.citations.notes(d.sources)) for d in past.dates_cles]
        return render("passe", periode=past.periode, recit=story, dates=sorted(dates, key=lambda d: d[0]))

    def retrospective(self, indicateur: str, avec: Iterable[str] = (), titre: str | None = None) -> Chart:
        """Chart the past of an indicator for the territory, beside other territories.

        Parameters
        ----------
        indicateur : id of the codelist.
        avec : territories to compare with; those without figures are named under the chart.
        titre : replaces the computed title.
        """
        reading = self._read(indicateur)
        indicator = reading.indicator
        rows, names, notes = (
            [reading.rows],
            {reading.found.id: reading.found.full_name},
            [reading.borrowed] if reading.borrowed else [],
        )
        for asked in avec:
            place = self.publication.places.resolve(asked)
            extra = self.publication.rows(indicateur, place)
            if place.id in names:
                continue
            if extra.empty:
                notes.append(f"Pas de chiffre pour {place.nom} : donnée non disponible à cette maille.")
            else:
                rows.append(extra)
                names[place.id] = place.full_name
        if indicator.note:
            notes.append(indicator.note)
        own = indicator.breaks_for(reading.found.id)
        values = reading.firm if len(reading.firm) else reading.values
        title = titre or titles.evolution(indicator, in_territory(reading.found), values, own)
        breaks = list(dict.fromkeys(b for place in names for b in indicator.breaks_for(place)))
        return retrospective(
            pd.concat(rows), names, reading.found.id, self._caption(title, reading, notes), f"{indicateur}-{reading.found.id}",
            points=indicator.nature == "points", breaks=breaks, decimals=indicator.decimales,
            from_zero=indicator.from_zero,
        )  # fmt: skip

    # 4. Présent -----------------------------------------------------------------------------------------

    def present(self) -> Block:
        """The present state, statement by statement."""
        return render("paragraphes", textes=[self.citations.paragraph(item) for item in self.sheet.present])

    def depuis_2020(self) -> Block:
        """What the series of the sheet have done since the exercise was written, in autumn 2020."""
        return since.block(self.publication, self.sheet, self.territory)

    def comparaison(self, indicateur: str, avec: Iterable[str] | None = None, titre: str | None = None) -> Chart:
        """Compare the last value of an indicator in the territory with other territories, same date.

        ``avec`` defaults to the members of a composed territory or the départements of the region, then everything that
        covers the territory.
        """
        reading = self._read(indicateur)
        indicator = reading.indicator
        places = [reading.found]
        if avec is None:
            places += [self.publication.places[member] for member in self.territory.membres]
            if self.territory.id == REGION:
                places += self.publication.places.of_level("departement")
            places += [place for place, _ in self.publication.places.covering(self.territory)]
        else:
            places += [self.publication.places.resolve(asked) for asked in avec]
        when = str(reading.rows[reading.rows["annee"] == reading.firm.index[-1]]["date"].iloc[-1])
        notes = [reading.borrowed] if reading.borrowed else []
        table, readings, missing = [], [], []
        for place in {p.id: p for p in places}.values():
            rows = self.publication.rows(indicateur, place)
            rows = rows[rows["date"] == when]
            if rows.empty:
                missing.append(place.nom)
            else:
                table.append({"nom": place.full_name, "valeur": float(rows["valeur"].iloc[0])})
                readings.append((in_territory(place), float(rows["valeur"].iloc[0])))
        if missing:
            notes.append(f"Donnée non disponible en {writing.date(when)} : {writing.join(missing)}.")
        if indicator.note:
            notes.append(indicator.note)
        data = pd.DataFrame(table)
        data.insert(1, "Date", when)
        data = data[["nom", "valeur", "Date"]]
        title = titre or titles.comparison(indicator, readings, when)
        return bars(
            data, {reading.found.full_name}, self._caption(title, reading, notes), f"{indicateur}-comparaison",
            decimals=indicator.decimales, unit="%" if indicator.unite.startswith("%") else "",
        )  # fmt: skip

    # 5. Dynamiques --------------------------------------------------------------------------------------

    def dynamiques(self) -> Block:
        """Heavy trends, seeds, uncertainties, ruptures and controversies, each with its source."""
        groups = [
            ("Tendances lourdes", "Ce qui est installé et change lentement.", self.sheet.tendances),
            ("Germes de changement", "Ce qui commence, encore petit.", self.sheet.germes),
            ("Incertitudes", "Ce que personne ne sait encore.", self.sheet.incertitudes),
            ("Ruptures possibles", "Ce qui changerait la donne.", self.sheet.ruptures),
            ("Controverses", "Ce sur quoi l’on n’est pas d’accord.", self.sheet.controverses),
        ]
        shown = [
            (title, note, [(s, self.citations.paragraph(s)) for s in statements])
            for title, note, statements in groups
            if statements
        ]
        return render("dynamiques", groupes=shown)

    # 6. Hypothèses --------------------------------------------------------------------------------------

    def horizon(self, indicateur: str | None = None) -> Chart:
        """The 2030 chart: past, projection, hypotheses and official targets of one indicator."""
        name = indicateur or self.sheet.principal
        self._used.add(name)
        return future.chart(self.publication, self.sheet, self.territory, name, self.year)

    def hypotheses(self) -> Block:
        """The hypotheses, argued, with their probability and its origin."""
        return future.hypotheses(self.publication, self.sheet, self.citations)

    def poids(self, indicateur: str | None = None) -> Block:
        """What the quantified hypotheses say together, and how each new observation moves their weights."""
        name = indicateur or self.sheet.principal
        self._used.add(name)
        return weights.block(self.publication, self.sheet, self.territory, name, self.year)

    # 7. Ici ---------------------------------------------------------------------------------------------

    def exposition(self) -> Chart:
        """Share of the territory's private jobs in the exposed sectors, against the region and France."""
        return exposure.chart(self.publication, self.sheet, self.territory)

    def ici(self) -> Block:
        """Exposed sectors one by one: jobs, shares, specialisation, reasons; territories where it can be seen."""
        return exposure.block(self.publication, self.sheet, self.territory, self.citations)

    # 8. À surveiller ------------------------------------------------------------------------------------

    def surveiller(self) -> Block:
        """Signs to watch: threshold, last known value, what it would mean; influences on other variables."""
        return future.watch(self.publication, self.sheet)

    # 9. Sources -----------------------------------------------------------------------------------------

    def sources(self) -> Block:
        """Documents and figures quoted on this page. Call it after the other verbs."""
        for key in self.sheet.sources:
            self.citations.document(key)
        return self.citations.block()

    def fabrication(self) -> Block:
        """How this page was made: parameters, vintages of the data, version."""
        used = sorted({use.id for use in self.sheet.indicateurs} | self._used)
        return render(
            "fabrication", carnet=f"notebooks/variables/{self.sheet.variable}.ipynb", territoire=self.territory, horizon=self.year,
            version=__version__, donnees=self.publication.vintages(used),
            commande=f"prospective executer --variable {self.sheet.variable} --territoire {self.territory.id}",
        )  # fmt: skip

    # For analysts ---------------------------------------------------------------------------------------

    def serie(self, indicateur: str) -> pd.DataFrame:
        """Values of an indicator as a table: one row per territory, one column per year."""
        self._used.add(indicateur)
        rows = self.publication.package.series(indicateur)
        return rows.pivot_table(index="territoire", columns="annee", values="valeur", aggfunc="last")

    def tracer(
        self,
        valeurs: pd.Series | pd.DataFrame,
        titre: str,
        unite: str,
        source: str,
        ruptures: Iterable[Break] = (),
    ) -> Chart:
        """Chart any values indexed by year in the house style (a Series with its name, or a DataFrame with one column per line)."""
        table = valeurs.to_frame(valeurs.name or "Valeur") if isinstance(valeurs, pd.Series) else valeurs
        table = table.dropna(how="all")
        if table.empty:
            raise DataError(
                f"Rien à tracer pour « {titre} » : aucune valeur ; vérifiez les territoires et les années choisis."
            )
        tidy = (
            table.rename_axis("annee").reset_index().melt("annee", var_name="territoire", value_name="valeur").dropna()
        )
        names = {str(column): str(column) for column in table.columns}
        tidy = tidy.assign(statut="observe", territoire=tidy["territoire"].astype(str))
        return retrospective(
            tidy,
            names,
            next(iter(names)),
            Caption(titre, unite, (source,)),
            "graphique",
            breaks=list(ruptures),
        )

    def ruptures(self, indicateur: str) -> list[Break]:
        """Breaks of an indicator for the region, to mark on a chart of your own."""
        return self.publication.package.indicator(indicateur).breaks_for(REGION)

    def barres(self, valeurs: pd.Series, titre: str, unite: str, source: str) -> Chart:
        """Chart any values indexed by name as bars in the house style, in the order given."""
        if valeurs.dropna().empty:
            raise DataError(
                f"Rien à tracer pour « {titre} » : aucune valeur ; vérifiez les territoires et les années choisis."
            )
        data = pd.DataFrame({"nom": [str(name) for name in valeurs.index], "valeur": valeurs.to_numpy(dtype=float)})
        counted = bool((data["valeur"].dropna() % 1 == 0).all())
        return bars(
            data, set(), Caption(titre, unite, (source,)), "graphique", decimals=0 if counted else 1,
            unit="%" if unite.startswith("%") else "", columns=("Quoi", "Valeur"),
        )  # fmt: skip

    def table(self, nom: str) -> pd.DataFrame:
        """Read any table of the data package, by its name (``"emissions-sites"``) or its path under ``data/``."""
        return self.publication.package.table(nom)

    def faits(self, *ids: str) -> pd.DataFrame:
        """Dated facts or official targets, one row each in the order asked for: libelle, lieu, valeur, unite, date.

        The documents that hold them are listed at the foot of the page. A range has one row for each end.
        """
        figures = self.citations.figures(ids)
        return pd.DataFrame({
            "id": [f.id for f in figures], "libelle": [f.label for f in figures], "lieu": [f.place for f in figures],
            "valeur": [f.value for f in figures], "unite": [f.unit for f in figures], "date": [f.date for f in figures],
        }).set_index("id")  # fmt: skip

    def origine(self, *noms: str) -> str:
        """The source line to put under a chart of your own: of indicators, of tables, of facts or targets."""
        package = self.publication.package
        lines: list[str] = []
        for nom in noms:
            if nom in package.indicators:
                lines.append(package.indicator(nom).source_line)
            elif nom in package.fact_figures or nom in package.target_figures:
                keys = sorted({key for figure in package.figures(nom) for key in figure.sources})
                lines += [self.citations.document(key).short for key in keys]
            else:
                lines += package.table(nom).attrs["sources"]
        return " ; ".join(dict.fromkeys(lines))

    @staticmethod
    def nombre(valeur: float, decimales: int = 0) -> str:
        """Write a number in French, to put in a title of your own."""
        return writing.number(valeur, decimales)

    def _read(self, name: str) -> Reading:
        self._used.add(name)
        return self.publication.read(name, self.territory)

    @staticmethod
    def _caption(title: str, reading: Reading, notes: list[str]) -> Caption:
        return Caption(title, reading.indicator.unite, (reading.indicator.source_line,), tuple(notes))
