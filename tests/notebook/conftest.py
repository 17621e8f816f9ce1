"""The publication as notebooks see it, and its tables read again without its code."""

import csv
from pathlib import Path

import pytest

from prospective.notebook.reading import Publication
from prospective.notebook.reading import publication as found_publication


@pytest.fixture(scope="session")
def publication() -> Publication:
    """The real publication, the one that the verbs read."""
    return found_publication()


class Raw:
    """The CSV files of ``data/``, row by row, with nothing of the library between."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tables: dict[str, list[dict[str, str]]] = {}

    def rows(self, path: str) -> list[dict[str, str]]:
        if path not in self._tables:
            self._tables[path] = self._read(path)
        return self._tables[path]

    def _read(self, path: str) -> list[dict[str, str]]:
        with (self.root / "data" / path).open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def jobs(self, territory: str) -> dict[str, float]:
        """Private jobs of a territory by year."""
        rows = self.rows("territoires/emploi-prive.csv")
        return {row["date"]: float(row["valeur"]) for row in rows if row["territoire"] == territory}

    def sectors(self, territory: str) -> dict[str, float]:
        """Private jobs of a territory by A38 sector, latest year."""
        rows = self.rows("territoires/emploi-secteurs.csv")
        last = max(row["date"] for row in rows)
        return {
            row["secteur"]: float(row["valeur"] or 0)
            for row in rows
            if row["territoire"] == territory and row["date"] == last
        }


@pytest.fixture(scope="session")
def raw(root: Path) -> Raw:
    return Raw(root)
