"""Every variable's notebook runs for twelve varied territories: a sixth of the pairs each week, all of them in six weeks.

PROSPECTIVE_TOUS=1 runs every pair at once.
"""

import datetime
import os
import re
from pathlib import Path

import pytest

from tests.charts.drawing import assert_complete, tree
from tests.notebook.pages import VARIABLES, run

# Country, region, départements, zones d'emploi, intercommunalités (port, suburban, mining, rural, tourist), commune, group.
TWELVE = (
    "fr", "dep-02", "dep-60", "ze-3213", "ze-3202", "epci-245900428", "epci-200041960", "epci-246200364",
    "epci-240200444", "epci-200069029", "com-59350", "thierache-serre",
)  # fmt: skip
TURNS = 6
WEEK = datetime.date.today().isocalendar().week
ALL = bool(os.environ.get("PROSPECTIVE_TOUS"))
PAIRS = [
    (path, place)
    for rank, path in enumerate(VARIABLES)
    for turn, place in enumerate(TWELVE)
    if ALL or (rank + turn + WEEK) % TURNS == 0
]


@pytest.mark.parametrize(("path", "place"), PAIRS, ids=[f"{path.stem} {place}" for path, place in PAIRS])
def test_a_notebook_tells_its_variable_for_a_territory(path: Path, place: str) -> None:
    page = run(path, territoire=place)
    tree(page.html)
    text = "\n".join(value._repr_mimebundle_()["text/plain"] for value in page.shown)
    assert not re.search(r"\b(nan|None|inf|NaT)\b", text)
    assert page.charts
    for chart in page.charts:
        assert_complete(chart)


def test_each_notebook_meets_every_territory_in_six_weeks() -> None:
    for rank in range(len(VARIABLES)):
        for turn in range(len(TWELVE)):
            assert [week for week in range(TURNS) if (rank + turn + week) % TURNS == 0] != []
