"""What is to be run and printed: ``_toc.yml``, plus the pages that ``book/plan.yaml`` adds to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from prospective.data.yaml_files import read_model
from prospective.model.errors import DataError
from prospective.model.sheet import Strict

TOC = Path("_toc.yml")
PLAN = Path("book/plan.yaml")


class ExtraPage(Strict):
    """A page made by running a notebook with parameters, and where it goes in the table of contents."""

    page: str = Field(pattern=r"^[a-z0-9/-]+$")
    titre: str
    carnet: str = Field(pattern=r"^notebooks/.+\.ipynb$")
    apres: str
    parametres: dict[str, str | int] = Field(default_factory=dict)


class Plan(Strict):
    """The content of ``book/plan.yaml``."""

    pages: tuple[ExtraPage, ...] = ()


@dataclass(frozen=True)
class Run:
    """One notebook to execute: where it is, its parameters, the page it makes (without suffix), its title."""

    notebook: str
    page: str
    parameters: dict[str, Any] = field(default_factory=dict)
    title: str = ""


def read_toc(root: Path) -> dict[str, Any]:
    """Return ``_toc.yml`` with the pages of ``book/plan.yaml`` put in their places.

    Raises
    ------
    DataError, SheetError
        If one of the two files is missing or malformed, or if a page is to come after one that isn't there.
    """
    try:
        toc: dict[str, Any] = yaml.safe_load((root / TOC).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DataError(f"{TOC} ne peut pas être lu ({error}) : corrigez ce fichier.") from error
    for extra in read_plan(root).pages:
        home = next((c for c in _chapter_lists(toc) if extra.apres in [e.get("file") for e in c]), None)
        if home is None:
            raise DataError(
                f"{PLAN}, page « {extra.page} » : « {extra.apres} » n'est pas dans {TOC} ; corrigez « apres »."
            )
        position = [e.get("file") for e in home].index(extra.apres)
        home.insert(position + 1, {"file": extra.page, "title": extra.titre})
    return toc


def read_plan(root: Path) -> Plan:
    """Read ``book/plan.yaml``."""
    return read_model(root / PLAN, Plan, root)


def _chapter_lists(node: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    for key in ("parts", "chapters", "sections"):
        children = node.get(key, [])
        if key != "parts" and children:
            yield children
        for child in children:
            yield from _chapter_lists(child)


def pages(toc: dict[str, Any]) -> list[str]:
    """Every page of a table of contents, in reading order, root first."""
    return [
        toc["root"],
        *(entry["file"] for chapters in _chapter_lists(toc) for entry in chapters if "file" in entry),
    ]


def runs(root: Path) -> list[Run]:
    """Every notebook that the book needs run, in reading order."""
    extras = {extra.page: extra for extra in read_plan(root).pages}
    found = []
    for page in pages(read_toc(root)):
        if page in extras:
            extra = extras[page]
            found.append(Run(extra.carnet, page, dict(extra.parametres), extra.titre))
        elif (root / f"{page}.ipynb").is_file():
            found.append(Run(f"{page}.ipynb", page))
        elif not (root / f"{page}.md").is_file():
            raise DataError(
                f"{TOC} : la page « {page} » n'existe ni en .md ni en .ipynb ; créez-la ou corrigez ce nom."
            )
    return found
