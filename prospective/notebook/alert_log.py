"""The dated log of alerts, ``data/alertes/journal.csv``: one line each time that the state of an id changes.

The first state of an id is logged too, with an empty ``etat_avant``: its ``annee`` is the last point known then, which is
where the watch of a threshold starts. An id that is no longer in the table (a sheet was rewritten, a revised datum was
taken into account) is logged once as ``CLOSED``.
"""

import csv
import datetime
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from prospective.data.package import Package
from prospective.data.refresh import commit
from prospective.notebook.reading import Publication

if TYPE_CHECKING:
    from pathlib import Path

    from prospective.notebook.alertes import Alert

PATH = "alertes/journal.csv"
COLUMNS = ["date", "id", "etat_avant", "etat", "annee", "valeur", "demande"]
CLOSED = "n’est plus surveillé"


@dataclass(frozen=True)
class Change:
    """One line of the log."""

    date: str
    id: str
    etat_avant: str
    etat: str
    annee: int | None = None
    valeur: float | None = None
    demande: str = ""


def read(package: Package) -> pd.DataFrame:
    """The log, oldest line first, with its columns; empty for a data package that declares none.

    Raises
    ------
    DataError
        If the file is missing or malformed.
    """
    return package.table(PATH) if PATH in package.tables else pd.DataFrame(columns=COLUMNS)


def first_years(log: pd.DataFrame) -> dict[str, int]:
    """The last year known when each id was first logged."""
    first = log.dropna(subset=["annee"]).drop_duplicates("id")
    return {str(name): int(year) for name, year in zip(first["id"], first["annee"], strict=True)}


def changes(alerts: Iterable["Alert"], log: pd.DataFrame, day: datetime.date) -> list[Change]:
    """What is to be logged: ids whose state is not the last one logged, then those that are no longer watched.

    The same change of an id is logged once a day, however many times it is done and undone.
    """
    last = dict(zip(log["id"], log["etat"], strict=True))
    date = day.isoformat()
    present = {alert.id: alert for alert in alerts}
    found = [
        Change(date, a.id, last.get(a.id, ""), a.etat, a.annee, a.valeur, a.demande)
        for a in present.values()
        if a.etat != last.get(a.id)
    ]
    found += [
        Change(date, name, last[name], CLOSED) for name in sorted(set(last) - set(present)) if last[name] != CLOSED
    ]
    logged = set(zip(log["date"], log["id"], log["etat_avant"], log["etat"], strict=True))
    return [c for c in found if (c.date, c.id, c.etat_avant, c.etat) not in logged]


def record(root: "Path", day: datetime.date) -> list[Change]:
    """Append to the log what has changed since its last lines, whole or not at all, the seal of the data following it.

    A refresh that was interrupted is finished first. Nothing is written when nothing has changed, nor for a data package
    that declares no log.

    Raises
    ------
    DataError
        If another command is replacing files of ``data/``, or if the log cannot be read or written.
    SheetError
        If a sheet breaks a rule.
    """
    from prospective.notebook.alertes import table

    with commit.alone(root):
        commit.finish(root)
        publication = Publication(root)
        if PATH not in publication.package.tables:
            return []
        log = read(publication.package)
        found = changes(table(publication), log, day)
        before = (root / "data" / PATH).read_bytes()
        # An editor may have left the last line without its end.
        end = b"" if before.endswith(b"\n") or not found else b"\n"
        commit.replace(root, {PATH: before + end + _lines(found)}, {PATH: before})
    return found


def _lines(found: Iterable[Change]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for change in found:
        value = "" if change.valeur is None else f"{change.valeur:.10f}".rstrip("0").rstrip(".")
        writer.writerow(
            [change.date, change.id, change.etat_avant, change.etat, change.annee or "", value, change.demande]
        )
    return text.getvalue().encode("utf-8")
