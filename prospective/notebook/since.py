"""« Depuis 2020 »: what the series of a sheet have done since the exercise was written."""

from prospective.data.package import Package
from prospective.model.indicator import FIRM, Indicator, stretch
from prospective.model.sheet import Sheet
from prospective.model.territory import COUNTRY, Territory, in_territory
from prospective.narrative import since
from prospective.narrative.since import KNOWN, Since
from prospective.notebook.display import Block, render
from prospective.notebook.reading import Publication, Reading

WRITTEN = "2020-10"
OLDEST = 2015  # an older first point says nothing of 2020
LEAST = 4  # values needed before an extreme is told
STANDS_OUT = 0.25  # how far beyond both ends, relative to their gap or their size, an extreme is told


def block(publication: Publication, sheet: Sheet, territory: Territory) -> Block:
    """Each series of the sheet since 2020, for the territory or for the one that lends its figures."""
    seen, left = [], []
    for use in sorted(sheet.indicateurs, key=lambda use: use.role != "principal"):
        reading = publication.read(use.id, territory)
        found = _since(publication, reading)
        if found:
            seen.append(found)
        elif len(reading.firm):
            left.append((reading.indicator, int(reading.firm.index[-1])))
    return render(
        "depuis", bilan=since.balance(seen), phrases=[since.sentence(s) for s in seen], seules=since.silent(left),
        aucune=not seen,
    )  # fmt: skip


def _since(publication: Publication, reading: Reading) -> Since | None:
    """The ends to compare: the last firm value, and the last one known in 2020 at the same time of the year."""
    rows = reading.rows[reading.rows["statut"].isin(FIRM)].sort_values("date")
    if rows.empty:
        return None
    end = rows.iloc[-1]
    season = str(end["date"])[4:]
    comparable = rows[rows["date"].str[4:] == season]
    known = comparable[comparable["annee"].between(OLDEST, KNOWN)]
    later = comparable[comparable["annee"] > KNOWN]
    if later.empty or (season and str(end["date"]) < WRITTEN):
        return None
    start = known.iloc[-1] if len(known) else later.iloc[0]
    breaks = [b.annee for b in reading.indicator.breaks_for(reading.found.id)]
    if start["annee"] == end["annee"]:
        return None
    if stretch(start["annee"], breaks) != stretch(end["annee"], breaks):
        same = later[[stretch(year, breaks) == stretch(end["annee"], breaks) for year in later["annee"]]]
        if len(same) < 2:
            return None
        start = same.iloc[0]
    between = comparable[comparable["annee"].between(start["annee"], end["annee"])]
    values = {str(row["annee"]): float(row["valeur"]) for row in between.to_dict("records")}
    beside = None
    if reading.found.id != COUNTRY:
        beside = _beside(publication.package, reading.indicator, str(start["date"]), str(end["date"]))
    return Since(
        reading.indicator, in_territory(reading.found), (str(start["date"]), float(start["valeur"])),
        (str(end["date"]), float(end["valeur"])), _extreme(values), beside,
    )  # fmt: skip


def _extreme(values: dict[str, float]) -> tuple[str, float] | None:
    """The year between the ends whose value stands clearly out of both."""
    if len(values) < LEAST:
        return None
    ordered = list(values.values())
    first, last = ordered[0], ordered[-1]
    room = STANDS_OUT * max(abs(last - first), min(abs(first), abs(last)))
    outside = {
        year: max(value - max(first, last), min(first, last) - value) for year, value in list(values.items())[1:-1]
    }
    year = max(outside, key=lambda y: outside[y])
    return (year, values[year]) if outside[year] > room else None


def _beside(package: Package, indicator: Indicator, start: str, end: str) -> tuple[str, float, float] | None:
    """France at the same dates, unless a break parts them: only its change is told, so counts compare too."""
    rows = package.series(indicator.id)
    firm = rows[(rows["territoire"] == COUNTRY) & rows["statut"].isin(FIRM)].set_index("date")["valeur"].to_dict()
    if start not in firm or end not in firm:
        return None
    breaks = [b.annee for b in indicator.breaks_for(COUNTRY)]
    if stretch(int(start[:4]), breaks) != stretch(int(end[:4]), breaks):
        return None
    return "en France", float(firm[start]), float(firm[end])
