"""The data package as one file to download: a zip whose bytes depend on the data alone, with its licences.

Two texts are written for whoever opens it: ``LISEZMOI.md`` (what it is, how to check, read and cite it) and
``LICENCES.md`` (what each licence allows and asks, the tables under it, the words to print).
"""

import csv
import hashlib
import io
import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prospective.data import files
from prospective.data.bibliography import BIBLIOGRAPHY
from prospective.data.package import DESCRIPTOR, Package
from prospective.data.seal import FOLDER, SEAL, sealed_files
from prospective.model import writing
from prospective.model.errors import DataError
from prospective.model.indicator import LICENCES

NAME = "donnees-industrie-regionale"
README, LICENCE_NOTE = "LISEZMOI.md", "LICENCES.md"
OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell

# What each licence of the allow-list allows, and what it asks, in our words; the licence itself is what binds.
TERMS: dict[str, tuple[str, str]] = {
    "CC-BY-4.0": (
        "copier, diffuser, transformer, y compris à des fins commerciales",
        "nommer l’auteur, donner le lien vers la licence, signaler les modifications",
    ),
    "etalab-2.0": (
        "réutiliser librement, y compris à des fins commerciales",
        "nommer la source et la date de sa dernière mise à jour, sans laisser croire qu’elle vous approuve",
    ),
    "ODbL-1.0": (
        "copier, diffuser, utiliser et modifier la base",
        "citer la base et sa licence ; diffuser toute base qui en dérive sous la même licence, sans verrou technique ; "
        "un graphique ou un texte tiré de la base doit seulement la citer",
    ),
    "OGL-3.0": (
        "copier, diffuser, adapter, exploiter, y compris à des fins commerciales",
        "nommer la source par la mention que le producteur indique et, si possible, donner le lien vers la licence",
    ),
    "public-domain": ("tout usage", "rien ; l’usage est de nommer la source"),
    "citation": (
        "citer à notre suite quelques chiffres d’un document protégé (Code de la propriété intellectuelle, article L. 122-5)",
        "nommer l’auteur et le document, ne reprendre ni le document ni une part substantielle de ses données",
    ),
    "reutilisation": (
        "réutiliser les chiffres aux conditions que leur producteur publie",
        "nommer la source comme le producteur le demande, et relire ses conditions avant un usage nouveau",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Licence:
    """A licence of the package: its names, its address (empty if it has none), its tables, the words to print."""

    id: str
    short: str
    title: str
    url: str
    allows: str
    asks: str
    tables: tuple[str, ...]
    credits: tuple[str, ...]


def content(root: Path) -> bytes:
    """The bytes of the zip of the data package of a publication.

    It holds every file of ``data/`` that the seal covers, the bibliography that the columns ``source`` point to,
    ``LISEZMOI.md``, ``LICENCES.md`` and a ``SHA256SUMS`` of it all. Same data, same bytes: files are sorted, their
    moment is ``SOURCE_DATE_EPOCH`` or 1980.

    Raises
    ------
    DataError
        If a table or the descriptor cannot be read, or if a licence in use is not described.
    """
    package = Package(root)
    members = {path: files.read(root, FOLDER / path) for path in sealed_files(root)}
    members[BIBLIOGRAPHY.name] = files.read(root, BIBLIOGRAPHY)
    members[README] = readme(package).encode()
    members[LICENCE_NOTE] = licence_note(package).encode()
    sums = (f"{hashlib.sha256(members[path]).hexdigest()}  {path}\n" for path in sorted(members))
    members[SEAL.name] = "".join(sums).encode()
    buffer, moment = io.BytesIO(), _moment()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in sorted(members):
            info = zipfile.ZipInfo(f"{NAME}/{path}", moment)
            info.create_system, info.external_attr = 3, 0o644 << 16  # the same on every system
            zipped.writestr(info, members[path], zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _moment() -> tuple[int, int, int, int, int, int]:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return OLDEST
    if not epoch.isdecimal():
        raise DataError(f"SOURCE_DATE_EPOCH : « {epoch} » n'est pas un nombre de secondes ; corrigez-la ou retirez-la.")
    told = time.gmtime(int(epoch))
    return max(OLDEST, (told.tm_year, told.tm_mon, told.tm_mday, told.tm_hour, told.tm_min, told.tm_sec))


def series_csv(package: Package, name: str) -> str:
    """The rows of one indicator, every territory, exactly as the package writes them, with its header.

    Raises
    ------
    UnknownNameError
        If the codelist has no such indicator.
    DataError
        If its file cannot be read as a table.
    """
    path = FOLDER / package.indicator(name).fichier
    package.series(name)  # refuses a file that is missing or malformed
    rows = csv.DictReader(io.StringIO(files.read(package.root, path).decode("utf-8-sig"), newline=""))
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, rows.fieldnames or [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row["indicateur"] == name)
    return written.getvalue()


def described(package: Package) -> dict[str, Any]:
    """What the descriptor says of the package itself: title, description, version, day (``created``), licences."""
    return {**package.descriptor, "created": str(package.descriptor["created"])[:10]}


def citation(package: Package) -> str:
    """The words to cite the package with."""
    said = described(package)
    authors = ", ".join(c["title"] for c in said["contributors"])
    return f"{authors} ({said['created'][:4]}), {said['title']}, version {said['version']}, {writing.date(said['created'])}."


def licences(package: Package) -> list[Licence]:
    """The licences in use, in the order of the allow-list.

    Raises
    ------
    DataError
        If a licence in use is not in the descriptor's ``licenses``.
    """
    known = {licence["name"]: licence for licence in described(package)["licenses"]}
    tables: dict[str, list[str]] = {}
    credits: dict[str, list[str]] = {}
    measured = {indicator.fichier for indicator in package.indicators.values()}
    for indicator in sorted(package.indicators.values(), key=lambda i: (i.producteur, i.jeu_de_donnees, i.millesime)):
        tables.setdefault(indicator.licence, []).append(indicator.fichier)
        credits.setdefault(indicator.licence, []).append(indicator.source_line)
    for path, resource in sorted(package.resources.items()):
        if path not in measured:
            for name in (licence["name"] for licence in resource.get("licenses", [])):
                tables.setdefault(name, []).append(path)
                credits.setdefault(name, []).extend(
                    f"{source['title']} ({LICENCES.get(name, name)})" for source in resource.get("sources", [])
                )
    found = []
    for name in sorted(tables, key=lambda n: list(LICENCES).index(n) if n in LICENCES else len(LICENCES)):
        if name not in known or name not in TERMS:
            raise DataError(f"{DESCRIPTOR}, licenses : la licence « {name} » est employée mais n'y est pas décrite.")
        found.append(
            Licence(
                name, LICENCES[name], known[name].get("title") or LICENCES[name], known[name].get("path", ""), *TERMS[name],
                tuple(sorted(set(tables[name]))), tuple(dict.fromkeys(credits[name])),
            )
        )  # fmt: skip
    return found


def readme(package: Package) -> str:
    """The text of ``LISEZMOI.md``."""
    said = described(package)
    text = f"""# {said["title"]}

Version {said["version"]}, {writing.date(said["created"])}. {said["description"]}

Le paquet contient {len(package.indicators)} indicateurs et {len(package.tables)} tables.

## Contenu

- `datapackage.yaml` : la description de chaque table, de ses champs, de ses sources et de ses licences
  (norme Frictionless Data Package) ; `schemas/` décrit les colonnes.
- `indicateurs.csv` : un indicateur par ligne, avec son unité, son producteur, sa licence, son millésime et ses réserves.
- `series/` : les séries, une ligne par territoire, indicateur et date. `statut` dit si la valeur est observée, estimée,
  provisoire ou prévue par la source.
- `faits/`, `cibles.csv` : des faits datés et des objectifs officiels ; leur colonne `source` est une clé de `{BIBLIOGRAPHY.name}`.
- `territoires/` : la géographie, l’emploi et les taux par territoire.
- `fiches/`, `lettres/` : les textes de la publication, sous forme de données.
- `{LICENCE_NOTE}` : ce que chaque licence permet et demande, et la mention à imprimer.

Les tables sont des fichiers CSV en UTF-8, à virgule et à point décimal. Une cellule vide est une valeur que la source ne
donne pas : rien n’est estimé pour combler un vide.

## Vérifier

Dans ce dossier, la commande suivante relit chaque fichier et le compare à son empreinte :

```
sha256sum --check {SEAL.name}
```

## Lire

```python
import pandas
pandas.read_csv("indicateurs.csv")
```

## Citer

> {citation(package)}

Ajoutez le producteur de chaque chiffre repris : {LICENCE_NOTE} donne la mention à imprimer.
"""
    return writing.typographic(text)


def licence_note(package: Package) -> str:
    """The text of ``LICENCES.md``."""
    parts = [
        "# Licences\n\nChaque chiffre garde la licence de son producteur ; `indicateurs.csv` la donne indicateur par indicateur.\n"
        "Ce qui suit la résume : c’est le texte de la licence qui engage. Les textes de la publication (fiches, lettres,\n"
        "notes) sont sous licence CC BY 4.0. Une table nommée sous deux licences en porte des lignes de chacune.\n"
    ]
    for licence in licences(package):
        where = (
            f"<{licence.url}>" if licence.url else "pas d’adresse : voir les conditions du document ou du producteur"
        )
        parts.append(
            f"## {licence.title}\n\nNom court : {licence.short} (`{licence.id}`). Texte : {where}\n\n"
            f"- Elle permet : {licence.allows}.\n- Elle demande : {licence.asks}.\n\nTables :\n\n"
            + "".join(f"- `{path}`\n" for path in licence.tables)
            + "\nMentions à imprimer :\n\n"
            + "".join(f"- {credit}\n" for credit in licence.credits)
        )
    return writing.typographic("\n".join(parts))
