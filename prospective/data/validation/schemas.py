"""What breaks the schema of a table: told by frictionless, in French."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prospective.data import files
from prospective.data.package import Package
from prospective.data.validation.fault import Fault
from prospective.model.errors import ProspectiveError

# Fingerprints of tables found without fault in this process: frictionless takes seconds, and a refresh checks several times.
_SOUND: set[str] = set()

# French for the errors of frictionless that a table can have here; {c} cell, {f} field, {n} note.
FRICTIONLESS = {
    "type-error": "« {c} » n'a pas le type attendu pour la colonne {f}",
    "constraint-error": "« {c} » enfreint une contrainte de la colonne {f} ({n})",
    "primary-key": "cette ligne répète une clé déjà lue ({n})",
    "unique-error": "« {c} » existe déjà dans la colonne {f}",
    "foreign-key": "une valeur renvoie à une ligne qui n'existe pas ({n})",
    "missing-label": "la colonne {f} manque",
    "extra-label": "une colonne est de trop ({n})",
    "incorrect-label": "une colonne est mal nommée ({n})",
    "missing-cell": "une cellule manque en colonne {f}",
    "extra-cell": "une cellule est de trop",
    "blank-row": "ligne vide",
}


def broken(package: Package) -> Iterator[Fault]:
    """Faults of the schemas; the first table that cannot be read at all stops the check."""
    from frictionless import FrictionlessException, system
    from frictionless import Package as FrictionlessPackage

    try:
        for path in package.tables:
            package.table(path)
    except ProspectiveError as unreadable:
        yield Fault("data", str(unreadable))
        return
    unknown = {path: state for path, state in _states(package).items() if state not in _SOUND}
    if not unknown:
        return
    with system.use_context(trusted=True):
        try:
            report = FrictionlessPackage.from_descriptor(
                _whole(package, set(unknown)), basepath=str(package.root / "data")
            ).validate()
        except FrictionlessException as malformed:
            told = "; ".join(reason.note for reason in malformed.reasons) or malformed.error.note
            yield Fault(
                "data/datapackage.yaml", f"le paquet ou l'un de ses schémas est mal formé ({told}) : corrigez-le"
            )
            return
    for error in report.errors:
        yield Fault("data/datapackage.yaml", error.message)
    if not report.errors:
        faulty = {task.place for task in report.tasks if task.errors}
        _SOUND.update(state for path, state in unknown.items() if path not in faulty)
    for task in report.tasks:
        for error in task.errors:
            row = getattr(error, "row_number", None)
            said = FRICTIONLESS.get(error.type, "{n}").format(
                c=getattr(error, "cell", ""), f=getattr(error, "field_name", ""), n=error.note
            )
            yield Fault(f"data/{task.place}" + (f", ligne {row}" if row else ""), said)


def _states(package: Package) -> dict[str, str]:
    """For each table, a fingerprint of all that its check depends on: its resource, its schema, its file, those it refers to."""
    own = {
        path: hashlib.sha256(
            repr((resource, package.schema(path))).encode() + files.read(package.root, Path("data") / path)
        ).hexdigest()
        for path, resource in package.tables.items()
    }
    return {path: own[path] + "".join(own[other] for other in _referred(package, path)) for path in package.tables}


def _referred(package: Package, path: str) -> list[str]:
    """The tables that a table's foreign keys point to."""
    keys = package.schema(path).get("foreignKeys", [])
    return [package.path(key["reference"]["resource"]) for key in keys]


def _whole(package: Package, unknown: set[str]) -> dict[str, Any]:
    """The descriptor with its schemas in it (frictionless reads YAML more slowly than we do, once for each table), without
    the tables already known to be sound that no other one needs."""
    needed = unknown | {other for path in unknown for other in _referred(package, path)}
    resources = [
        {**resource, "schema": package.schema(path)} if path in package.tables else dict(resource)
        for path, resource in package.resources.items()
        if path in needed or path not in package.tables
    ]
    return {**package.descriptor, "resources": resources}
