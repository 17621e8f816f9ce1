"""Errors for people: one French sentence saying what is wrong, where, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class ProspectiveError(Exception):
    """Anything a reader or an analyst can put right; its message is one French sentence."""


class UnknownNameError(ProspectiveError):
    """A name that is not in a known list; the message offers the nearest one."""

    def __init__(self, what: str, name: object, known: Iterable[str], hint: str = "") -> None:
        nearest = nearest_name(str(name), known)
        offer = f" Vouliez-vous dire « {nearest} » ?" if nearest else ""
        super().__init__(f"{what} : « {name} ».{offer}{f'  ({hint})' if hint else ''}")


class UnknownTerritoryError(ProspectiveError):
    """A territory that nothing designates, or that several designate."""


class DataError(ProspectiveError):
    """A table or a file of ``data/`` that is missing or malformed."""


class SheetError(ProspectiveError):
    """A YAML object of ``data/`` that breaks a rule; the message names file, line and field."""


def nearest_name(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name closest to ``name``, or None if none is close (``cutoff``: 0 anything, 1 the same)."""
    matches = get_close_matches(name.lower(), sorted(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None
