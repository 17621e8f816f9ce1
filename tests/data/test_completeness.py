"""A sheet that is no draft holds what a reader may expect: each lack alone is told, with its place."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from prospective.data.package import Package
from prospective.data.validation.completeness import complete, old, words
from tests.editing import copy_data

NAME = "data/fiches/hydrogene.yaml"
Sheet = dict[str, Any]


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_data(root, tmp_path_factory.mktemp("completude"))


@pytest.fixture(scope="module")
def written(root: Path) -> str:
    return (root / NAME).read_text(encoding="utf-8")


def told(copy: Path, written: str, damage: Callable[[Sheet], object]) -> list[str]:
    """What is said of the sheet of hydrogen once damaged; the others are whole."""
    sheet = yaml.safe_load(written)
    damage(sheet)
    (copy / NAME).write_text(yaml.safe_dump(sheet, allow_unicode=True, sort_keys=False, width=10_000), encoding="utf-8")
    faults = [str(fault) for fault in complete(Package(copy))]
    (copy / NAME).write_text(written, encoding="utf-8")
    return faults


def keep(key: str, count: int) -> Callable[[Sheet], None]:
    """Keep the first items of a list, and arguments that lean on nothing else."""

    def damage(sheet: Sheet) -> None:
        sheet[key] = sheet[key][:count]
        left = {s["id"] for g in ("tendances", "germes", "incertitudes", "ruptures", "controverses") for s in sheet[g]}
        for hypothesis in sheet["hypotheses"]:
            hypothesis["enonces"] = [e for e in hypothesis["enonces"] if e in left] or [sorted(left)[0]]

    return damage


def no_rupture(sheet: Sheet) -> None:
    for hypothesis in sheet["hypotheses"]:
        if hypothesis["type"] == "rupture":
            hypothesis["type"] = "inflexion"


def one_nature(sheet: Sheet) -> None:
    """Lean on one law everywhere."""

    def lean(node: Any) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in ("sources", "enjeux_sources"):
                    node[key] = ["fr2021ordoh2"]
                else:
                    lean(value)
        elif isinstance(node, list):
            for item in node:
                lean(item)

    lean(sheet)


LACKS: dict[str, tuple[Callable[[Sheet], object], str]] = {
    "too few heavy trends": (keep("tendances", 2), "tendances : la fiche en donne 2 ; il en faut de 3 à 6"),
    "too few seeds": (keep("germes", 1), "germes : la fiche en donne 1 ; il en faut de 2 à 4"),
    "too few uncertainties": (keep("incertitudes", 1), "incertitudes : la fiche en donne 1 ; il en faut de 2 à 4"),
    "too few dates": (
        lambda s: s["retrospective"].update(dates_cles=s["retrospective"]["dates_cles"][:3]),
        "dates_cles : la fiche en donne 3 ; il en faut de 4 à 8",
    ),
    "a short story": (
        lambda s: s["retrospective"].update(recit=s["retrospective"]["recit"][:1]),
        "mots ; il en faut de 250 à 500",
    ),
    "no rupture": (no_rupture, "aucune hypothèse de type « rupture » ; il en faut au moins une"),
    "a short argument": (
        lambda s: s["hypotheses"][1].update(argumentation="Les aides suivent, les usines aussi, " * 6 + "et c’est tout."),
        "« h2 » est argumentée en",
    ),
    "no word for the region": (
        lambda s: s["hypotheses"][0].update(implications=s["hypotheses"][0]["implications"][1:]),
        "« h1 » doit dire ce qu'elle implique pour « Région »",
    ),
    "an influence on itself": (
        lambda s: s["influences"][0].update(sur="hydrogene"), "une variable n'a pas d'influence sur elle-même",
    ),
    "an influence told twice": (
        lambda s: s["influences"][1].update(sur=s["influences"][0]["sur"]), "est dite deux fois",
    ),
    "documents of one nature": (one_nature, "d'une nature trop semblable (droit)"),
    "too few documents": (one_nature, "la fiche cite 1 document ; il en faut au moins 6"),
}  # fmt: skip


@pytest.mark.parametrize("name", LACKS)
def test_each_lack_is_told(copy: Path, written: str, name: str) -> None:
    damage, words_told = LACKS[name]
    faults = told(copy, written, damage)
    assert any(words_told in fault and "hydrogene.yaml" in fault for fault in faults), faults


def test_a_place_in_the_file_is_given(copy: Path, written: str) -> None:
    (fault,) = told(copy, written, keep("germes", 1))
    assert fault.startswith(f"{NAME}, ligne ")


def test_a_draft_is_let_alone(copy: Path, written: str) -> None:
    def draft(sheet: Sheet) -> None:
        sheet["statut"] = "brouillon"
        keep("tendances", 1)(sheet)

    assert told(copy, written, draft) == []


def test_the_28_sheets_are_there_and_complete(package: Package) -> None:
    assert list(complete(package)) == []
    assert len(list((package.root / "data/fiches").glob("*.yaml"))) == 28


def test_a_sheet_is_to_be_revised_after_eighteen_months(package: Package) -> None:
    assert list(old(package, datetime.date(2026, 12, 1))) == []
    late = list(old(package, datetime.date(2028, 6, 1)))
    assert len(late) == 28
    assert {fault.gravite for fault in late} == {"avertissement"}


@pytest.mark.parametrize(
    ("text", "count"), [("L’acier de Dunkerque", 4), ("1\u202f234,5 % des emplois", 3), ("Hauts-de-France", 3), ("", 0)]
)
def test_words_are_counted_as_a_reader_would(text: str, count: int) -> None:
    assert words(text) == count
