"""The catalogue of indicators and the data pages by family: the verbs of ``notebooks/donnees/``."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from prospective.charts.bars import bars
from prospective.charts.chart import Caption, Chart
from prospective.charts.lines import retrospective
from prospective.data import archive
from prospective.data.package import Package
from prospective.data.sheets import sheet_slugs
from prospective.model import writing
from prospective.model.errors import UnknownNameError
from prospective.model.indicator import FIRM, LICENCES, Indicator
from prospective.model.territory import COUNTRY, REGION, Level, in_territory
from prospective.model.variables import FAMILIES, VARIABLES
from prospective.narrative import titles
from prospective.notebook.display import Block, render
from prospective.notebook.reading import firm_values, publication

COMPARATORS = 5
SCALE = 5  # a quantity that many times larger, or smaller, would flatten a line
HOME = "evolutions-societales"  # the family of ``famille.ipynb`` itself; the others are pages of ``book/plan.yaml``
DOWNLOADS = "../../donnees"  # from a data page of the book; see ``book/_ext/donnees.py``
# The first of them that has figures is the territory highlighted; the next ones are compared with it.
ORDER = (
    REGION, COUNTRY, "fr-metro", "ue27", "zone-euro", "ue28", "europe", "seqe", "de", "monde", "nuts-fre1", "nuts-fre2",
    "it", "es", "be", "uk", "us", "cn", "dk", "dep-02", "dep-59", "dep-60", "dep-62", "dep-80",
)  # fmt: skip
CONNECTORS = {
    "eurostat": "Eurostat", "ocde": "OCDE", "bce": "BCE", "insee-bdm": "Insee, BDM", "insee-melodi": "Insee, Melodi",
    "banque-mondiale": "Banque mondiale", "urssaf": "Urssaf",
}  # fmt: skip
LEVELS: dict[Level, tuple[str, str]] = {
    "pays": ("pays", "pays"), "region": ("région", "régions"), "departement": ("département", "départements"),
    "ze": ("zone d’emploi", "zones d’emploi"), "epci": ("intercommunalité", "intercommunalités"),
    "commune": ("commune", "communes"), "compose": ("territoire composé", "territoires composés"),
    "comparaison": ("lieu de comparaison", "lieux de comparaison"),
}  # fmt: skip
HOLLOW = {"prevision": "prévisions de la source", "provisoire": "valeurs provisoires"}


@dataclass(frozen=True)
class Entry:
    """An indicator of the catalogue with what its series holds; ``page`` is that of its family, beside the catalogue."""

    i: Indicator
    famille: str
    page: str
    debut: str
    fin: str
    lieux: int
    lignes: int

    @property
    def connecteur(self) -> str:
        """The service that refreshes it, empty when it is done by hand."""
        return CONNECTORS.get(self.i.connecteur, "")

    @property
    def periode(self) -> str:
        """First and last dates, in French."""
        first, last = writing.date(self.debut), writing.date(self.fin)
        return first if first == last else f"{first} – {last}"


def page_of(family: str) -> str:
    """The printed data page of a family, as a link from a page beside it."""
    return "famille.html" if family == HOME else f"{family}.html"


class Catalogue:
    """Every indicator of the publication, or those of a family, with their origin, chart and series.

    Parameters
    ----------
    famille : slug of a family, e.g. ``"attractivite-regionale"``; without it, every indicator.

    Raises
    ------
    UnknownNameError
        If there is no such family; the message offers the nearest one.
    """

    def __init__(self, famille: str | None = None) -> None:
        if famille is not None and famille not in FAMILIES:
            raise UnknownNameError("Famille inconnue", str(famille), FAMILIES, f"familles : {', '.join(FAMILIES)}")
        self.publication = publication()
        self.package = self.publication.package
        self.family = famille

    @cached_property
    def entries(self) -> list[Entry]:
        """The indicators of the catalogue, in the order of the variables, then by label."""
        rank = {slug: position for position, slug in enumerate(VARIABLES)}
        found = []
        for indicator in self.package.indicators.values():
            rows = self.package.series(indicator.id)
            family = VARIABLES[indicator.variable][1]
            if self.family in (None, family):
                found.append(
                    Entry(
                        indicator, family, page_of(family), rows["date"].min(), rows["date"].max(),
                        rows["territoire"].nunique(), len(rows),
                    )
                )  # fmt: skip
        return sorted(found, key=lambda e: (rank[e.i.variable], writing.unaccented(e.i.libelle)))

    # The catalogue ------------------------------------------------------------------------------------

    def tableau(self) -> Block:
        """The searchable table of the indicators."""
        return render(
            "catalogue", entrees=self.entries, familles=FAMILIES, variables=VARIABLES, licences=LICENCES, ici=DOWNLOADS
        )

    def paquet(self) -> Block:
        """The link to the zip of the whole data package, with its size, and how to check it."""
        # In tenths of a megabyte: compression differs by some bytes from one machine to another.
        weight = len(archive.content(self.publication.root))
        return render(
            "paquet", lien=f"{DOWNLOADS}/{archive.NAME}.zip", nom=archive.NAME, taille=f"{writing.number(weight / 1e6, 1)} Mo", citation=archive.citation(self.package),
            indicateurs=len(self.package.indicators), tables=len(self.package.tables),
        )  # fmt: skip

    # The data page of a family ------------------------------------------------------------------------

    def sommaire(self) -> Block:
        """Links to the indicators of the family, variable by variable, and to the other families."""
        groups = [(VARIABLES[v][0], [e for e in self.entries if e.i.variable == v]) for v in self._variables()]
        others = [(page_of(family), name) for family, name in FAMILIES.items() if family != self.family]
        empty = [
            name for slug, (name, home) in VARIABLES.items() if home == self.family and slug not in self._variables()
        ]
        return render("sommaire", groupes=groups, autres=others, vides=empty, total=len(self.entries))

    def indicateurs(self) -> Block:
        """Each indicator of the family: origin, perimeter, breaks, gaps, chart, whole series."""
        sheets = set(sheet_slugs(self.publication.root))
        groups = [
            {
                "nom": VARIABLES[v][0], "lien": f"../variables/{v}.html" if v in sheets else "",
                "entrees": [self._file(e) for e in self.entries if e.i.variable == v],
            }
            for v in self._variables()
        ]  # fmt: skip
        return render("indicateurs", groupes=groups, licences=LICENCES, adresses=addresses(self.package), ici=DOWNLOADS)

    def graphique(self, indicateur: str) -> Chart:
        """Chart an indicator: the region, or France, or the first territory that has figures, and what compares with it.

        Bars when there are one or two dates and several territories; otherwise the past, on decimal years when the series
        is monthly or quarterly. The territories left out are named under the chart.
        """
        indicator = self.package.indicator(indicateur)
        rows = self.package.series(indicateur)
        drawn, left = self._drawn(indicator, rows)
        shown = rows[rows["territoire"].isin(drawn)]
        names = {place: self.publication.places[place].full_name for place in drawn}
        notes = [f"Non tracés ici, dans la série complète : {self._places(left)}."] if left else []
        if len(drawn) > 2 and shown["date"].nunique() <= 2:
            return self._bars(indicator, shown, names, notes)
        hollow = [words for status, words in HOLLOW.items() if (shown["statut"] == status).any()]
        if hollow:
            notes.append(f"Marques creuses : {writing.join(hollow)}.")
        home = self.publication.places[drawn[0]]
        own = rows[rows["territoire"] == home.id]
        firm = firm_values(own)
        values = firm if len(firm) else own.drop_duplicates("annee", keep="last").set_index("annee")["valeur"]
        breaks = list(dict.fromkeys(b for place in drawn for b in indicator.breaks_for(place)))
        return retrospective(
            shown, names, home.id,
            Caption(
                titles.evolution(indicator, in_territory(home), values, indicator.breaks_for(home.id)), indicator.unite,
                (indicator.source_line,), tuple(notes),
            ),
            f"{indicateur}-graphique", points=indicator.nature == "points", breaks=breaks,
            decimals=indicator.decimales, from_zero=indicator.from_zero,
        )  # fmt: skip

    def _bars(self, indicator: Indicator, rows: pd.DataFrame, names: dict[str, str], notes: list[str]) -> Chart:
        when = str(rows.loc[rows["territoire"] == next(iter(names)), "date"].max())
        values = rows[rows["date"] == when].set_index("territoire")["valeur"]
        there = [place for place in names if place in values.index]
        data = pd.DataFrame(
            {"nom": [names[p] for p in there], "valeur": [float(values[p]) for p in there], "Date": when}
        )
        readings = [(in_territory(self.publication.places[p]), float(values[p])) for p in there]
        others = [writing.date(date) for date in sorted(set(rows["date"]) - {when})]
        told = [*notes, f"Dans la série complète aussi : {writing.join(others)}."] if others else notes
        return bars(
            data, {names[there[0]]},
            Caption(titles.comparison(indicator, readings[:2], when), indicator.unite, (indicator.source_line,), tuple(told)),
            f"{indicator.id}-graphique", decimals=indicator.decimales, unit="%" if indicator.unite.startswith("%") else "",
        )  # fmt: skip

    def _drawn(self, indicator: Indicator, rows: pd.DataFrame) -> tuple[list[str], list[str]]:
        """Territories to draw, the highlighted one first, and those that are left out."""
        present = list(dict.fromkeys(rows["territoire"]))
        ranked = [place for place in ORDER if place in present] or present[:1]
        home, *others = ranked
        if not indicator.unite.startswith("%") and indicator.unite != "indice":
            usual = rows["valeur"].abs().groupby(rows["territoire"]).last()
            others = [
                p for p in others if p.startswith("dep-") or usual[home] / SCALE <= usual[p] <= usual[home] * SCALE
            ]
        local = [p for p in others if p.startswith("dep-")]
        kept = [p for p in others if p == COUNTRY or p in local] if local else others[:COMPARATORS]
        drawn = [home, *kept]
        return drawn, [p for p in present if p not in drawn]

    def _file(self, entry: Entry) -> dict[str, object]:
        rows = self.package.series(entry.i.id)
        statuses = Counter(rows["statut"])
        return {
            "e": entry, "graphique": self.graphique(entry.i.id), "lieux": self._places(list(dict.fromkeys(rows["territoire"]))),
            "fermes": sum(statuses[s] for s in FIRM), "previsions": statuses["prevision"], "provisoires": statuses["provisoire"],
            "taille": size(len(archive.series_csv(self.package, entry.i.id).encode())),
            "ruptures": [self._declared(str(b.annee), b.territoire, b.libelle) for b in entry.i.ruptures],
            "sauts": [self._declared(str(b.annee), b.territoire, b.libelle) for b in entry.i.sauts],
            "lacunes": [
                self._declared(" – ".join(writing.date(d) for d in dict.fromkeys((g.debut, g.fin))), g.territoire, g.libelle)
                for g in entry.i.lacunes
            ],
        }  # fmt: skip

    def _declared(self, when: str, place: str | None, words: str) -> str:
        return f"{when}{f', {self.publication.places[place].nom}' if place else ''} : {words}"

    def _places(self, ids: list[str]) -> str:
        """Name territories when they are few, else count them by level."""
        places = [self.publication.places[place] for place in ids]
        if len(places) <= 8:
            return writing.join([place.full_name for place in places])
        counts = Counter(place.niveau for place in places)
        return writing.join(
            [
                f"{writing.number(counts[level])} {writing.plural(counts[level], *words)}"
                for level, words in LEVELS.items()
                if counts[level]
            ]
        )

    def _variables(self) -> list[str]:
        return list(dict.fromkeys(entry.i.variable for entry in self.entries))


def addresses(package: Package) -> dict[str, str]:
    """The address of each licence in use, by id; empty for those that have none."""
    return {licence.id: licence.url for licence in archive.licences(package)}


def size(count: int) -> str:
    """Write a size: « 340 octets », « 12 ko », « 1,5 Mo »."""
    if count < 1000:
        return f"{count} {writing.plural(count, 'octet')}"
    return f"{writing.number(count / 1000)} ko" if count < 1_000_000 else f"{writing.number(count / 1_000_000, 1)} Mo"
