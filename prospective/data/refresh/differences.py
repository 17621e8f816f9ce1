"""What a refresh would change: new points, revised points, points that the provider no longer gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from prospective.data.refresh.checks import Point
from prospective.model import writing
from prospective.model.indicator import Indicator

Kind = Literal["nouveau", "révisé", "disparu"]
SHOWN = 12  # of each kind, before « … et N autres »
TITLES: dict[Kind, tuple[str, str]] = {
    "nouveau": ("nouveau point", "nouveaux points"),
    "révisé": ("point révisé", "points révisés"),
    "disparu": ("point disparu, conservé", "points disparus, conservés"),
}


@dataclass(frozen=True)
class Row:
    """One row of a series file: what is compared."""

    value: str
    status: str
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """One point that differs: ``old`` is None when it is new, ``new`` is None when it vanished."""

    kind: Kind
    territory: str
    date: str
    old: Row | None
    new: Row | None


def compare(
    old: Mapping[tuple[str, str], Row], new: Mapping[tuple[str, str], Point], since: str | None
) -> list[Difference]:
    """Compare a series with what the provider gives, by (territoire, date).

    A status that the provider doesn't give stays as it is (``observe`` for a new point). A revised row keeps its note and
    loses its source, which no longer says that value. Points before ``since`` are not compared.

    Returns
    -------
    Differences sorted by kind (new, revised, vanished), territory, date.
    """
    found = []
    for key, point in new.items():
        if since and key[1] < since:
            continue
        before = old.get(key)
        status = point.status or (before.status if before else "observe")
        if before is None:
            found.append(Difference("nouveau", *key, None, Row(point.value, status)))
        elif not (same := point.says(before.value)) or before.status != status:
            source = before.source if same else ""
            value = before.value if same else point.value
            found.append(Difference("révisé", *key, before, Row(value, status, source, before.note)))
    for key, before in old.items():
        if key not in new and not (since and key[1] < since):
            found.append(Difference("disparu", *key, before, None))
    order = list(TITLES)
    return sorted(found, key=lambda d: (order.index(d.kind), d.territory, d.date))


def count(differences: Sequence[Difference]) -> str:
    """Count differences in French: « 3 nouveaux points, 1 point révisé »."""
    parts = []
    for kind, (one, several) in TITLES.items():
        number = sum(d.kind == kind for d in differences)
        if number:
            parts.append(f"{writing.number(number, 0)} {one if number == 1 else several}")
    return ", ".join(parts) or "aucun changement"


def table(indicator: Indicator, differences: Sequence[Difference]) -> list[str]:
    """Draw the table of differences, one line a point, in French."""
    lines = [f"{indicator.id} ({indicator.unite}) : {count(differences)}"]
    for kind in TITLES:
        chosen = [d for d in differences if d.kind == kind]
        lines += [f"  {kind:<8} {d.territory:<16} {d.date:<10} {_change(d)}" for d in chosen[:SHOWN]]
        if len(chosen) > SHOWN:
            lines.append(f"  … et {writing.number(len(chosen) - SHOWN, 0)} autres")
    return lines


def _change(difference: Difference) -> str:
    old, new = difference.old, difference.new
    before, after = (_french(row.value) if row else "" for row in (old, new))
    if old is None or new is None:
        kept = f" (statut : {new.status})" if new and new.status != "observe" else ""
        return f"{before or after}{kept}"
    changed = before if before == after else f"{before} → {after}"
    return changed if old.status == new.status else f"{changed} ({old.status} → {new.status})"


def _french(value: str) -> str:
    return value.replace(".", ",").replace("-", "−")
