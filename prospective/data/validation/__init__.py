"""Checking ``data/``: schemas with frictionless, then the rules that no schema can say."""

from prospective.data.package import Package
from prospective.data.validation import (
    cells,
    completeness,
    descriptor,
    geography,
    inventory,
    schemas,
    series,
    sums,
    tables,
    targets,
    texts,
    trajectories,
)
from prospective.data.validation.fault import Fault
from prospective.model.errors import ProspectiveError

__all__ = ["Fault", "as_json", "errors", "validate"]

RULES = (
    descriptor.stored, inventory.listed, inventory.licences, inventory.sealed, inventory.vintages, inventory.formulas,
    cells.written,
    series.codelist, series.rows, series.gaps, series.jumps, sums.totals,
    geography.territories, geography.passage, geography.contours,
    tables.names, tables.recruitment, tables.additions, tables.breadth, tables.sites,
    targets.targets, targets.facts, targets.declared,
    texts.sources, texts.sheets_of_variables, texts.letters, trajectories.trajectories, completeness.complete, completeness.old,
)  # fmt: skip


def validate(package: Package, check_seal: bool = True) -> list[Fault]:
    """Check the whole package; no fault of gravity « erreur » means that it may be published.

    The descriptor is checked first, then the schemas: when one of them is broken, the other rules are not run. ``check_seal`` is False
    when the seal is about to be made anew.
    """
    for first in (descriptor.described, schemas.broken):
        faults = list(first(package))
        if faults:
            return faults
    for rule in RULES:
        if rule is inventory.sealed and not check_seal:
            continue
        try:
            faults += rule(package)
        except ProspectiveError as error:
            faults.append(Fault("data", str(error)))
    return list(dict.fromkeys(faults))  # two rules may read the same broken sheet


def errors(faults: list[Fault]) -> list[Fault]:
    """The faults that stop the publication."""
    return [fault for fault in faults if fault.gravite == "erreur"]


def as_json(faults: list[Fault]) -> dict[str, object]:
    """The report for machines."""
    told = [{"gravite": f.gravite, "ou": f.where, "message": f.message} for f in faults]
    return {"valide": not errors(faults), "defauts": told}
