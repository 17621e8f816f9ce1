"""Rewriting the rows of one series in a CSV of ``data/`` and leaving every other byte as it is."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from prospective.data.refresh.differences import Difference, Row
from prospective.model.errors import DataError

SERIES = ["territoire", "indicateur", "date", "valeur", "statut", "source", "note"]


class RawTable:
    """A CSV kept line by line: cells to read, bytes to give back.

    Attributes
    ----------
    path : relative to ``data/``.
    original : the bytes read.
    header : names of the columns.
    """

    def __init__(self, path: str, content: bytes) -> None:
        self.path, self.original = path, content
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"data/{path} n'est pas en UTF-8 ({error}) : enregistrez-le en UTF-8.") from error
        lines = io.StringIO(text, newline="").readlines()
        reader, used, self._rows = csv.reader(lines), 0, list[tuple[list[str], str]]()
        for cells in reader:
            self._rows.append((cells, "".join(lines[used : reader.line_num])))
            used = reader.line_num
        self.header = self._rows[0][0] if self._rows else []

    @classmethod
    def read(cls, root: Path, path: str) -> "RawTable":
        """Read a table of ``data/``."""
        try:
            return cls(path, (root / "data" / path).read_bytes())
        except OSError as error:
            raise DataError(f"data/{path} est introuvable : remettez ce fichier.") from error

    @property
    def content(self) -> bytes:
        """The table as it now is."""
        return "".join(raw for _, raw in self._rows).encode("utf-8")

    def series(self, indicator: str) -> dict[tuple[str, str], Row]:
        """The rows of an indicator by (territoire, date)."""
        if self.header != SERIES:
            raise DataError(f"data/{self.path}, ligne 1 : les colonnes attendues sont {', '.join(SERIES)}.")
        return {(c[0], c[2]): Row(*c[3:7]) for c, _ in self._rows[1:] if len(c) == len(SERIES) and c[1] == indicator}

    def apply(self, indicator: str, differences: Iterable[Difference]) -> None:
        """Put new and revised points in their place, sorted by territory and date among the rows of their indicator."""
        changed = {(d.territory, d.date): d.new for d in differences if d.new is not None}
        if not changed:
            return
        mine = [
            index
            for index, (cells, _) in enumerate(self._rows)
            if index and len(cells) == len(SERIES) and cells[1] == indicator
        ]
        block = {(self._rows[i][0][0], self._rows[i][0][2]): self._rows[i] for i in mine}
        for (territory, date), row in changed.items():
            cells = [territory, indicator, date, row.value, row.status, row.source, row.note]
            block[territory, date] = (cells, _line(cells))
        place = mine[0] if mine else len(self._rows)
        kept = set(mine)
        before = [row for index, row in enumerate(self._rows) if index < place]
        after = [row for index, row in enumerate(self._rows) if index >= place and index not in kept]
        self._rows = [*before, *(block[key] for key in sorted(block)), *after]

    def line(self, number: int) -> list[str]:
        """The cells of a line, counted from 1 for the header; none beyond the end."""
        return self._rows[number - 1][0] if 0 < number <= len(self._rows) else []

    def set_cells(self, identifier: str, cells: Mapping[str, str]) -> None:
        """Change cells of the row whose first cell is ``identifier``; its bytes stay if nothing changes."""
        for index, (row, _) in enumerate(self._rows):
            if index and row and row[0] == identifier:
                new = [cells.get(name, old) for name, old in zip(self.header, row, strict=True)]
                if new != row:
                    self._rows[index] = (new, _line(new))
                return
        raise DataError(f"data/{self.path} n'a pas de ligne « {identifier} ».")


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()
