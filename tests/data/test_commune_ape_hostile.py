"""Files that are not what they should be: refused in one sentence, quickly, with nothing imported."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prospective.data.commune_ape.importing import import_file
from prospective.data.commune_ape.store import is_present
from prospective.model.errors import DataError
from tests.data.test_commune_ape import FIXTURE
from tests.editing import copy_data

TEXT = FIXTURE.read_text(encoding="utf-8-sig")
LINES = TEXT.splitlines()


def wide(text: str) -> str:
    return "".join(f"{line};{';'.join(f'c{k}' for k in range(10_000))}\n" for line in text.splitlines())


def last_cell(new: str) -> Callable[[str], str]:
    """Put a text in the last cell of the first line of data."""
    return lambda text: "\n".join([LINES[0], f"{LINES[1].rpartition(';')[0]};{new}", *LINES[2:], ""])


CASES: dict[str, tuple[Callable[[str], str], str]] = {
    "ten thousand columns": (wide, "ligne 1 : 100.. colonnes, plus que les 400"),
    "lines of an old Macintosh": (lambda text: "\r".join([*LINES, ""]), "ligne 1 : les lignes finissent par CR seul"),
    "a header without end": (lambda text: "x;" * 1_000_000, "la ligne a plus d'un million de caractères"),
    "a code of secrecy": (last_cell("s"), "« s » n'est pas un nombre, c'est un code de secret statistique"),
    "NaN": (
        last_cell("NaN"),
        "« NaN » n'est pas un nombre, c'est un code de secret statistique ou de valeur manquante",
    ),
    "a space between thousands": (last_cell("1\u202f234"), "porte une espace entre les milliers"),
    "a power of ten": (last_cell("1e9"), "« 1e9 » n'est pas un nombre"),
}


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_data(root, tmp_path_factory.mktemp("urssaf") / "copie")


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_quickly(home: Path, tmp_path: Path, name: str) -> None:
    transform, told = CASES[name]
    source = tmp_path / "fichier.csv"
    source.write_text(transform(TEXT), encoding="utf-8-sig", newline="")
    start = time.monotonic()
    with pytest.raises(DataError, match=told):
        import_file(source, home)
    assert time.monotonic() - start < 10
    assert not is_present(home)


def test_what_is_no_file_is_refused(home: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tuyau")
    for source in (tmp_path, tmp_path / "tuyau"):  # reading a pipe would wait for ever
        with pytest.raises(DataError, match="n'est pas un fichier"):
            import_file(source, home)
