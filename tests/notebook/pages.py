"""Running the cells of a notebook here, without a kernel, to look at what they show."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from prospective.charts.chart import Chart

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = sorted((ROOT / "notebooks/variables").glob("*.ipynb"))
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)  # fmt: skip


def cells(path: Path) -> list[Any]:
    return list(nbformat.read(path, as_version=4).cells)


@dataclass(frozen=True)
class Page:
    """What the cells of a notebook show, in order."""

    shown: list[Any]

    @property
    def html(self) -> str:
        return "\n".join(value._repr_mimebundle_()["text/html"] for value in self.shown)

    @property
    def charts(self) -> list[Chart]:
        return [value for value in self.shown if isinstance(value, Chart)]

    @property
    def anchors(self) -> Counter[str]:
        return Counter(re.findall(r"\sid=['\"]([^'\"]+)['\"]", self.html))

    @property
    def links(self) -> set[str]:
        return set(re.findall(r"href=['\"]#([^'\"]+)['\"]", self.html))


def run(path: Path, **parameters: object) -> Page:
    """Execute the code cells one after the other; the last expression of each is what it shows."""
    names: dict[str, Any] = {}
    shown = []
    for cell in cells(path):
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), str(path), "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), str(path), "eval"), names))
    return Page(shown)
