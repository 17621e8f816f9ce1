"""The descriptor and the schemas themselves: read before anything that they point to is opened."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yaml

from prospective.data import files, seal
from prospective.data.package import DESCRIPTOR, TABULAR, Package
from prospective.data.tables import DTYPES
from prospective.data.validation.fault import Fault
from prospective.data.yaml_files import compose
from prospective.model import writing
from prospective.model.errors import ProspectiveError
from prospective.model.indicator import LICENCES

LARGEST = 2_000_000  # bytes; a larger table is to be Parquet
DRAWN = 400_000  # bytes that the contours may weigh, in all
TEXTS = ("name", "path", "title", "profile")
LISTS = {"sources": "title", "licenses": "name"}
NUMBERS = frozenset(
    {"valeur", "valeur_min", "valeur_max", "minimum", "maximum", "population", "projets", "difficiles", "saisonniers"}
)


def described(package: Package) -> Iterator[Fault]:
    """The descriptor and its schemas can be relied upon; with a fault here, nothing else is read."""
    try:
        content = _load(package, str(DESCRIPTOR.relative_to("data")))
    except ProspectiveError as error:
        yield Fault("data", str(error))
        return
    resources = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(resources, list) or not resources:
        yield Fault(str(DESCRIPTOR), "« resources » doit être une liste de ressources : remettez-la")
        return
    sound = True
    for rank, resource in enumerate(resources, start=1):
        for message in _resource(resource):
            sound = False
            yield Fault(str(DESCRIPTOR), f"ressource {rank}, {message}")
    if not sound:
        return
    for key in ("name", "path"):
        values = [resource[key] for resource in resources]
        for value in sorted({v for v in values if values.count(v) > 1}):
            yield Fault(str(DESCRIPTOR), f"deux ressources ont « {key}: {value} » : gardez-en une")
    yield from _licences(content, resources)
    for schema in sorted({r["schema"] for r in resources if r["profile"] == TABULAR}):
        yield from _schema(package, schema)


def _load(package: Package, path: str) -> Any:
    """The content of a YAML file of ``data/``, plain: no alias, no key twice."""
    name = f"data/{path}"
    try:
        text = files.read(package.root, name).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProspectiveError(f"{name} ne peut pas être lu ({error}) : remettez ce fichier, en UTF-8.") from error
    compose(text, name)
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _resource(resource: Any) -> Iterator[str]:
    """What is wrong with one resource."""
    if not isinstance(resource, dict):
        yield "ce n'est pas un objet (des clés et des valeurs)"
        return
    for key in TEXTS:
        if not isinstance(resource.get(key), str) or not resource[key]:
            yield f"« {key} » doit être un texte : remplissez-le"
            return
    path, tabular = resource["path"], resource["profile"] == TABULAR
    yield from _inside(path)
    if path.endswith(".csv") != tabular:
        yield f"« {path} » : un fichier CSV, et lui seul, a « profile: {TABULAR} »"
    if tabular:
        if isinstance(resource.get("schema"), str):
            yield from _inside(resource["schema"])
        else:
            yield f"« {path} » : « schema » doit nommer un fichier de data/schemas/"
    if resource.get("encoding", "utf-8") != "utf-8":
        yield f"« {path} » : « encoding » doit être utf-8"
    for key, told in LISTS.items():
        found = resource.get(key)
        if found is None:
            if key in resource:
                yield f"« {path} » : « {key} » est vide : remplissez cette liste"
        elif not isinstance(found, list) or not all(
            isinstance(f, dict) and isinstance(f.get(told), str) for f in found
        ):
            yield f"« {path} » : « {key} » doit être une liste d'objets qui ont « {told} »"


def _inside(path: str) -> Iterator[str]:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or ":" in path or "\\" in path or parts.as_posix() != path:
        yield f"« {path} » sort de data/ : donnez un chemin relatif à data/, sans « .. » ni adresse"


def _licences(content: dict[str, Any], resources: list[dict[str, Any]]) -> Iterator[Fault]:
    """The licences of the whole package are those of its resources."""
    listed = content.get("licenses")
    names = {one.get("name") for one in listed if isinstance(one, dict)} if isinstance(listed, list) else set()
    used = {licence["name"] for resource in resources for licence in resource.get("licenses", [])}
    for name in sorted(used & set(LICENCES) - names):  # those that are not allowed are told by ``inventory``
        yield Fault(
            str(DESCRIPTOR),
            f"la licence « {name} » d'une ressource manque dans les « licenses » du paquet : ajoutez-la",
        )


def _schema(package: Package, path: str) -> Iterator[Fault]:
    """A schema has typed columns, a key, and only the empty cell for a missing value."""
    where = f"data/{path}"
    try:
        content = _load(package, path)
    except ProspectiveError as error:
        yield Fault("data", str(error))
        return
    fields = content.get("fields") if isinstance(content, dict) else None
    if not isinstance(fields, list) or not all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields):
        yield Fault(where, "ce n'est pas un schéma de table : « fields » doit être une liste de colonnes nommées")
        return
    for field in fields:
        kind, wanted = field.get("type"), tuple(DTYPES) if field["name"] in NUMBERS else ("string", *DTYPES)
        if kind not in wanted:
            yield Fault(
                where, f"colonne « {field['name']} » : le type « {kind} » n'est pas admis ({', '.join(wanted)})"
            )
    key = content.get("primaryKey")
    if not isinstance(key, list) or not key or not set(key) <= {field["name"] for field in fields}:
        yield Fault(where, "« primaryKey » doit nommer les colonnes qui distinguent une ligne : remettez-la")
    if content.get("missingValues") != [""]:
        yield Fault(where, "« missingValues » doit être [''] : une valeur manquante est une cellule vide")


def stored(package: Package) -> Iterator[Fault]:
    """Files of ``data/`` are real files of a reasonable size."""
    folder = package.root / "data"
    drawn = 0
    for path in seal.sealed_files(package.root):
        file = folder / path
        if any(step.is_symlink() for step in (file, *file.parents[: len(PurePosixPath(path).parts) - 1])):
            yield Fault(f"data/{path}", "c'est un lien vers un autre fichier : mettez ici le fichier lui-même")
        size = file.stat().st_size
        drawn += size if path.endswith((".topojson", ".geojson")) else 0
        if size > LARGEST:
            yield Fault(
                f"data/{path}",
                f"{writing.number(size / 1e6, 1)} Mo, plus que les {LARGEST // 1_000_000} Mo admis : enregistrez cette table en Parquet",
            )
    if drawn > DRAWN:
        yield Fault(
            "data",
            f"les contours pèsent {writing.number(drawn / 1000, 0)} ko, plus que {DRAWN // 1000} : simplifiez-les",
        )
