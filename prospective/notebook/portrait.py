"""The identity card of a territory: the verbs of ``notebooks/territoire.ipynb``."""

import pandas as pd

from prospective import __version__
from prospective.analysis.evolution import growth
from prospective.analysis.specialisation import location_quotient, rank, shares
from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.charts.horizon import horizon
from prospective.charts.lines import retrospective
from prospective.model import writing
from prospective.model.territory import COUNTRY, DEFAULT, REGION, Territory, in_territory, of_territory
from prospective.narrative import titles
from prospective.notebook import exposure, industry
from prospective.notebook.citations import Citations
from prospective.notebook.display import Block, render
from prospective.notebook.reading import publication

JOBS = "emploi-prive"
RATES = (
    "part-industrie-emploi", "part-presentielle-emploi", "chomage-recensement", "part-sans-bac", "part-bac2-plus",
    "part-ouvriers", "part-cadres", "revenu-median", "taux-pauvrete",
)  # fmt: skip
NEIGHBOURS = 4
PEERS = {"commune": "commune", "epci": "epci", "ze": "ze", "departement": "departement", "compose": "epci"}


class Portrait:
    """The portrait of a territory.

    Parameters
    ----------
    territoire : canonical id, bare code, name, or the whole number papermill makes of a code.
    horizon : year of the projection.

    Raises
    ------
    ProspectiveError
        If the territory or the horizon is not one; the message is one French sentence.
    """

    def __init__(self, territoire: object = DEFAULT, horizon: object = 2030) -> None:
        self.publication = publication()
        self.territory = self.publication.places.resolve_page(territoire)
        self.year = self.publication.check_horizon(horizon)
        self.citations = Citations(self.publication)

    def identite(self) -> Block:
        """Name, kind, population, jobs, what makes it up and what covers it."""
        places, territory = self.publication.places, self.territory
        communes = places.commune_codes(territory)
        members = [
            {"nom": place.nom, "population": place.population, "emplois": self._last_jobs(place)}
            for place in (places[m] for m in territory.membres)
        ]
        jobs, year = self._last(territory)
        return render(
            "identite", t=territory, communes=len(communes), membres=members, emplois=jobs, annee=year,
            zones=self._covered("ze"), departements=self._covered("departement"), de=of_territory(territory),
        )  # fmt: skip

    def _covered(self, column: str) -> list[tuple[str, float]]:
        if self.territory.niveau in ("pays", "region", "comparaison"):
            return []
        shares_found = self.publication.places.weights(self.territory, column)
        return [(self.publication.places[str(i)].nom, 100 * float(w)) for i, w in shares_found.items()]

    def emploi(self) -> Chart:
        """Private salaried jobs, year by year."""
        reading = self.publication.read(JOBS, self.territory)
        values = reading.values
        said = titles.stretches(values, reading.indicator.breaks_for(reading.found.id))
        title = (
            f"{writing.number(values.iloc[-1])} {writing.plural(values.iloc[-1], 'emploi salarié privé', 'emplois salariés privés')} "
            f"{in_territory(reading.found)} en {values.index[-1]}{' : ' if said else ''}{', puis '.join(said)}"
        )
        notes = tuple(filter(None, (reading.borrowed, reading.indicator.note)))
        return retrospective(
            reading.rows, {reading.found.id: reading.found.nom}, reading.found.id,
            Caption(title, reading.indicator.unite, (reading.indicator.source_line,), notes), f"emploi-{reading.found.id}",
            breaks=reading.indicator.breaks_for(reading.found.id), from_zero=True, decimals=0,
        )  # fmt: skip

    def evolution(self) -> Chart:
        """Private jobs, base 100 in the first year, beside the covering territories."""
        parts, names, missing = [], {}, ""
        for place, _ in self.publication.places.covering(self.territory):
            rows = self.publication.rows(JOBS, place)
            base = 0.0 if rows.empty else float(rows["valeur"].iloc[0])
            if base <= 0:
                if place.id == self.territory.id:
                    missing = f"{place.nom} n’a pas d’emploi privé connu la première année : pas d’indice possible."
                continue
            parts.append(rows.assign(valeur=100 * rows["valeur"] / base))
            names[place.id] = place.full_name
        indicator = self.publication.package.indicator(JOBS)
        data = pd.concat(parts)
        first = int(data["annee"].min())
        gap = self._change(self.publication.places[next(iter(names))]) - self._change(
            self.publication.places[list(names)[-1]]
        )
        # No growth is known from a stretch that starts at zero: then nothing is compared.
        word = "au même rythme" if abs(gap) < 0.5 else "plus vite" if gap > 0 else "moins vite"
        other = in_territory(self.publication.places[list(names)[-1]])
        title = f"Depuis {first}, l’emploi privé {in_territory(self.publication.places[next(iter(names))])}"
        title += f" évolue {word} qu’{other}" if other.startswith("en ") else f" évolue {word} que {other}"
        if len(names) == 1 or pd.isna(gap):
            title = f"L’emploi privé {in_territory(self.territory)} depuis {first}"
        return retrospective(
            data, names, next(iter(names)), Caption(title, f"indice, base 100 en {first}",
            (indicator.source_line,), tuple(filter(None, (missing, indicator.note)))), f"evolution-{self.territory.id}",
            breaks=indicator.breaks_for(self.territory.id), decimals=1,
        )  # fmt: skip

    def place(self) -> Chart:
        """Growth of private jobs since the first year: the territory among those of its kind."""
        data, title = self._growth()
        indicator = self.publication.package.indicator(JOBS)
        ranked = list(data["id"])
        position = ranked.index(self.territory.id) if self.territory.id in ranked else NEIGHBOURS
        near = data.iloc[max(0, position - NEIGHBOURS) : position + NEIGHBOURS + 1].drop(columns="id")
        references = [
            {"nom": place.nom, "valeur": self._change(place), "Rang": ""}
            for place in (self.publication.places[REGION], self.publication.places[COUNTRY]) if place.id != self.territory.id
        ]  # fmt: skip
        shown = pd.concat([near, pd.DataFrame(references)], ignore_index=True)
        cut = "".join(f", hors {b.libelle} de {b.annee}" for b in indicator.breaks_for(self.territory.id))
        caption = Caption(
            title,
            f"% d’évolution de l’emploi salarié privé, {self._span()}{cut}",
            (indicator.source_line,),
            (indicator.note,),
        )
        return bars(shown, {self.territory.full_name}, caption, f"place-{self.territory.id}", unit="%")

    def _growth(self) -> tuple[pd.DataFrame, str]:
        """Every territory of the same kind with its growth and rank, best first, and a title."""
        span = self._span()
        level = PEERS.get(self.territory.niveau, "departement")
        peers = [t for t in self.publication.places.territories.values() if t.niveau == level]
        if self.territory.niveau == "commune":
            codes = self.publication.places.weights(self.territory, "epci").index
            inside = set(self.publication.places.commune_codes(self.publication.places[str(codes[0])]))
            peers = [t for t in peers if t.code in inside]
        changes = pd.Series({t.id: self._change(t) for t in peers} | {self.territory.id: self._change(self.territory)})
        name = {t.id: t.full_name for t in [*peers, self.territory]}
        changes = changes.dropna().sort_values(ascending=False, kind="stable")
        data = pd.DataFrame(
            {"id": changes.index, "nom": [name[i] for i in changes.index], "valeur": changes.round(2).to_numpy()}
        )
        places = [rank(changes, i) for i in changes.index]
        data["Rang"] = [f"{r}/{n}" for r, n in places]
        what = {
            "commune": "communes de l’intercommunalité",
            "epci": "intercommunalités",
            "ze": "zones d’emploi",
            "departement": "départements",
        }
        if self.territory.niveau in ("region", "pays"):
            title = f"Évolution de l’emploi privé : {self.territory.nom} et les départements de la région, {span}"
        elif self.territory.id not in changes.index:
            title = f"Évolution de l’emploi privé {span} : donnée non disponible {in_territory(self.territory)}"
        else:
            position, count = rank(changes, self.territory.id)
            ordinal = "1er" if position == 1 else f"{position}e"
            title = f"{ordinal} rang sur {count} {what[level]} de la région pour l’évolution de l’emploi privé, {span}"
            title = title.replace("l’intercommunalité de la région", "l’intercommunalité")
            if self.territory.niveau == "compose":
                title = f"{title} (le territoire composé est classé avec les intercommunalités)"
        return data, title

    def _span(self) -> str:
        """First and last year of the series of private jobs."""
        years = self.publication.package.series(JOBS)["annee"]
        return f"{years.min()}-{years.max()}"

    def _change(self, place: Territory) -> float:
        """Growth of a territory's private jobs in percent, years that cross a break left out."""
        rows = self.publication.rows(JOBS, place)
        breaks = [b.annee for b in self.publication.package.indicator(JOBS).breaks_for(place.id)]
        return round(growth(rows.set_index("annee")["valeur"], breaks), 2)

    def _last(self, place: Territory) -> tuple[float | None, str]:
        found = self.publication.latest(JOBS, place)
        return (None, "") if found is None else (found[0], found[1][:4])

    def _last_jobs(self, place: Territory) -> float | None:
        return self._last(place)[0]

    def secteurs(self) -> Chart:
        """Industrial sectors of the territory's zone(s) d'emploi."""
        structure, own, words = self.publication.structure(self.territory)
        table = self._industry(structure)
        total = shares(structure)
        names = self.publication.sector_names()
        industry = 100 * float(total[[c for c in total.index if names.loc[c, "industrie"] == "oui"]].sum())
        first = table.iloc[0]
        title = (
            f"L’industrie fait {writing.quantity(industry, '%', 1)} des emplois privés {in_territory(self.territory)} ; "
            f"premier secteur : {str(first['nom'])[:1].lower()}{str(first['nom'])[1:]}"
        )
        if own:
            data = table[["nom", "emplois", "part"]].rename(
                columns={"emplois": "valeur", "part": "% des emplois privés"}
            )
            unit, decimals, label = "", 0, "emplois salariés privés"
        else:
            data = table[["nom", "part"]].rename(columns={"part": "valeur"})
            unit, decimals, label = "%", 1, "% des emplois salariés privés"
        notes = () if own else (f"{self.territory.nom} : {words}.",)
        caption = Caption(title, f"{label}, {self.publication.sectors_year}", (exposure.SOURCE,), notes)
        return bars(
            data,
            set(data["nom"].head(3)),
            caption,
            f"secteurs-{self.territory.id}",
            unit=unit,
            decimals=decimals,
            columns=("Secteur", "Valeur"),
        )

    def industrie(self) -> Block:
        """Industrial jobs as the letters count them, from the imported Urssaf file; without it, how to get it."""
        return industry.block(self.publication, self.territory, self.citations)

    def specialisation(self) -> Chart:
        """Specialisation of the industrial sectors: location quotient against France."""
        structure, own, words = self.publication.structure(self.territory)
        country = self.publication.sectors()
        country = country[country["territoire"] == COUNTRY]
        table = self._industry(structure)
        table["valeur"] = location_quotient(structure, country).reindex(table["secteur"]).round(2).to_numpy()
        table = table.sort_values("valeur", ascending=False, kind="stable")
        best = table.iloc[0]
        place = in_territory(self.territory)
        title = f"Aucun secteur industriel ne pèse plus {place} qu’en France"
        if best["valeur"] >= 1.05:
            title = f"{best['nom']!s} : {writing.number(best['valeur'], 1)} fois la part française {place}"
        if self.territory.id == COUNTRY:
            title = "La France est la référence : tous les secteurs y sont à 1"
        notes = [
            "Quotient de localisation : part du secteur dans les emplois privés, rapportée à la même part en France."
        ]
        if not own:
            notes.append(f"{self.territory.nom} : {words}.")
        caption = Caption(title, f"France = 1, {self.publication.sectors_year}", (exposure.SOURCE,), tuple(notes))
        data = table[["nom", "valeur", "part"]].rename(columns={"part": "% des emplois privés"})
        return bars(
            data, set(data.loc[data["valeur"] >= 1.2, "nom"]), caption, f"specialisation-{self.territory.id}", reference=(1.0, "France"),
            decimals=1, columns=("Secteur", "Quotient"),
        )  # fmt: skip

    def _industry(self, structure: pd.DataFrame) -> pd.DataFrame:
        """Industrial sectors with columns secteur, nom, emplois (or share), part (%), largest first."""
        names = self.publication.sector_names()
        total = structure["valeur"].sum()
        rows = structure[structure["secteur"].map(names["industrie"]) == "oui"]
        table = pd.DataFrame({
            "secteur": rows["secteur"], "nom": rows["secteur"].map(names["libelle_court"]), "emplois": rows["valeur"],
            "part": (100 * rows["valeur"] / total).round(2),
        })  # fmt: skip
        return (
            table[table["emplois"] > 0]
            .sort_values(["emplois", "secteur"], ascending=[False, True])
            .reset_index(drop=True)
        )

    def taux(self) -> Block:
        """Key census and income rates: the territory (or its members), what covers it, the region, France."""
        places = [self.publication.places[m] for m in self.territory.membres]
        places += [place for place, _ in self.publication.places.covering(self.territory)]
        places = [
            p
            for p in {p.id: p for p in places}.values()
            if any(len(self.publication.rows(rate, p)) for rate in RATES[:3])
        ]
        rows, sources = [], []
        for rate in RATES:
            indicator = self.publication.package.indicator(rate)
            values = {p.nom if p.niveau != "ze" else p.full_name: self.publication.latest(rate, p) for p in places}
            year = next((found[1] for found in values.values() if found), "")
            label = f"{indicator.libelle} ({year})"
            rows.append(
                {"Taux": label} | {n: indicator.write(found[0]) if found else "n. d." for n, found in values.items()}
            )
            sources.append(indicator.source_line)
        own = any(p.id == self.territory.id for p in places)
        return render(
            "taux", table=pd.DataFrame(rows), sources=list(dict.fromkeys(sources)), t=self.territory, propre=own,
            composes=bool(self.territory.membres),
        )  # fmt: skip

    def variables(self) -> Chart:
        """Share of private jobs in the sectors exposed to each variable that has a sheet."""
        rows = []
        for sheet in self.publication.sheets.values():
            row = {
                "nom": sheet.intitule,
                "valeur": round(100 * exposure.exposed_share(self.publication, sheet, self.territory), 2),
            }
            for place in (self.publication.places[REGION], self.publication.places[COUNTRY]):
                if place.id != self.territory.id:
                    row[place.nom] = round(100 * exposure.exposed_share(self.publication, sheet, place), 2)
            rows.append(row)
        data = pd.DataFrame(rows).sort_values("valeur", ascending=False, kind="stable").reset_index(drop=True)
        _, own, words = self.publication.structure(self.territory)
        top = data.iloc[0]
        title = f"{top['nom']} : {writing.quantity(top['valeur'], '%', 1)} des emplois privés dans les secteurs exposés, la part la plus haute"
        notes = ["Les variables touchent parfois les mêmes secteurs : ces parts ne s’ajoutent pas."]
        notes += [] if own else [f"{self.territory.nom} : {words}."]
        caption = Caption(
            title,
            f"% des emplois salariés privés, {self.publication.sectors_year}",
            (exposure.SOURCE,),
            tuple(notes),
        )
        return bars(
            data,
            {str(top["nom"])},
            caption,
            f"variables-{self.territory.id}",
            unit="%",
            columns=("Variable", "Territoire"),
        )

    def horizon(self) -> Chart:
        """Private jobs projected to the horizon: a projection, not a hypothesis."""
        reading = self.publication.read(JOBS, self.territory)
        projected = self.publication.projection(JOBS, reading, self.year)
        projection, words = projected.table, projected.words
        indicator = reading.indicator
        empty = pd.DataFrame(columns=["id", "libelle", "type", "bas", "centre", "haut"])
        none = pd.DataFrame(columns=["libelle", "valeur", "valeur_min", "valeur_max", "horizon", "adoption"])
        end = projection.iloc[-1] if projection is not None else None
        # Hundreds are precision enough for a town, not for a village.
        places = -2 if float(reading.values.iloc[-1]) >= 10_000 else 0
        title = f"Emploi privé {in_territory(reading.found)} : pas de projection possible"
        if end is not None and pd.isna(end["bas80"]):
            title = f"Projection : {writing.number(end['centre'], places)} emplois privés {in_territory(reading.found)} en {self.year}"
        elif end is not None:
            title = (
                f"Projection : de {writing.number(end['bas80'], places)} à {writing.number(end['haut80'], places)} emplois privés "
                f"{in_territory(reading.found)} en {self.year} (bande à 80 %)"
            )
        notes = tuple(filter(None, (reading.borrowed, *words, indicator.note)))
        return horizon(
            reading.rows, projection, empty, none, Caption(title, indicator.unite, (indicator.source_line,), notes),
            f"horizon-{self.territory.id}", year=self.year, place=in_territory(reading.found), points=False,
            breaks=tuple(b.annee for b in indicator.breaks_for(reading.found.id)), decimals=0,
        )  # fmt: skip

    def lettres(self) -> Block:
        """What the letters of the exercise said of the territory, when they did."""
        names = {self.territory.nom} | {self.publication.places[m].nom for m in self.territory.membres}
        found = [
            f for f in self.publication.package.fact_figures.values() if f.place in names and f.id.startswith("lettre-")
        ]
        self.citations.figures([f.id for f in found])
        return render("lettres", chiffres=found, t=self.territory, courts=self.citations.documents)

    def sources(self) -> Block:
        """Documents and figures quoted on this page. Call it after the other verbs."""
        return self.citations.block()

    def fabrication(self) -> Block:
        """How this page was made: parameters, vintages of the data, version."""
        return render(
            "fabrication", carnet="notebooks/territoire.ipynb", territoire=self.territory, horizon=self.year, version=__version__,
            donnees=self.publication.vintages((JOBS, *RATES)), commande=f"prospective executer --territoire {self.territory.id}",
        )  # fmt: skip
