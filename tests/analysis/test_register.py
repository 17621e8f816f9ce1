"""The register of errors, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from prospective.analysis.annual import Annual
from prospective.analysis.register import OUTCOME, by_year, register

NAN = float("nan")
# Two more each year until 2010: from there the mean absolute yearly change is 2.
UNTIL_2010 = [float(10 + 2 * k) for k in range(11)]
AFTER = [33.0, 37.0, 36.0]


def annual(values: list[float], breaks: tuple[int, ...] = (), name: str = "s") -> Annual:
    return Annual(name, name, pd.Series(values, index=range(2000, 2000 + len(values)), dtype=float), breaks=breaks)


def projected(rows: list[tuple[int, float, float, float]], origin: int = 2010, name: str = "s") -> pd.DataFrame:
    """Rows of year, centre, half-width at 80 % and at 95 %."""
    table = pd.DataFrame(rows, columns=["annee", "centre", "large80", "large95"])
    ends = {
        f"{side}{level}": table["centre"] + sign * table[f"large{level}"]
        for level in (80, 95)
        for side, sign in (("bas", -1), ("haut", 1))
    }
    table = table.assign(serie=name, origine=origin, edition="2010-11", **ends)
    return table.drop(columns=["large80", "large95"])


PROJECTED = projected([(2011, 32, 1, 2), (2012, 34, 2, 2.5), (2013, 38, 1, 2), (2014, 40, 1, 1)])


def test_what_happened_is_put_beside_what_was_projected() -> None:
    table = register(PROJECTED, [annual([*UNTIL_2010, *AFTER])])
    assert table["annee"].tolist() == [2011, 2012, 2013]  # 2014 is not known yet
    assert table["reel"].tolist() == AFTER
    assert table["naif"].tolist() == [30, 30, 30]
    # Off by 1, 3, 2; the value of 2010 by 3, 7, 6; two a year.
    assert table["erreur"].tolist() == [0.5, 1.5, 1]
    assert table["erreur_naive"].tolist() == [1.5, 3.5, 3]
    # The ends of a band are inside.
    assert table["dans80"].tolist() == [1, 0, 0]
    assert table["dans95"].tolist() == [1, 0, 1]
    assert set(OUTCOME) <= set(table.columns)
    assert (table["edition"] == "2010-11").all()


def test_an_outcome_across_a_break_is_left_out() -> None:
    table = register(PROJECTED, [annual([*UNTIL_2010, *AFTER], breaks=(2012,))])
    assert table["annee"].tolist() == [2011]
    same = register(PROJECTED, [annual([*UNTIL_2010, *AFTER], breaks=(2010,))])  # the origin is after it
    assert same["annee"].tolist() == [2011, 2012, 2013]


def test_changes_after_the_origin_or_across_a_break_do_not_weigh_on_the_yearly_change() -> None:
    values = [*(v - 500 for v in UNTIL_2010[:5]), *UNTIL_2010[5:], 900.0]
    table = register(PROJECTED, [annual(values, breaks=(2005,))])
    assert table["erreur_naive"].tolist() == [870 / 2]


def test_a_year_missing_since_is_left_out() -> None:
    table = register(PROJECTED, [annual([*UNTIL_2010, 33.0, NAN, 36.0])])
    assert table["annee"].tolist() == [2011, 2013]


def test_a_series_that_is_no_longer_published_is_left_out() -> None:
    both = pd.concat([PROJECTED, PROJECTED.assign(serie="gone")], ignore_index=True)
    assert set(register(both, [annual([*UNTIL_2010, *AFTER])])["serie"]) == {"s"}


def test_an_origin_withdrawn_since_is_left_out() -> None:
    assert register(PROJECTED, [annual([*UNTIL_2010[:-1], NAN, *AFTER])]).empty


def test_the_yearly_change_is_unknown_when_the_series_was_cut_since() -> None:
    table = register(PROJECTED, [annual([*[NAN] * 5, *UNTIL_2010[5:], *AFTER])])
    assert table["erreur"].isna().all()
    assert table["dans80"].tolist() == [1, 0, 0]


def test_a_series_that_had_never_moved_has_neither_band_nor_relative_error() -> None:
    still = projected([(2011, 5, NAN, NAN)])
    table = register(still, [annual([5.0] * 11 + [6.0])])
    assert table["reel"].tolist() == [6]
    assert table[["erreur", "erreur_naive", "dans80", "dans95"]].isna().all(axis=None)


def test_nothing_known_gives_an_empty_table_with_its_columns() -> None:
    for panel in ([], [annual(UNTIL_2010)]):
        table = register(PROJECTED, panel)
        assert table.empty
        assert set(OUTCOME) | set(PROJECTED.columns) == set(table.columns)
        assert by_year(table).empty
        assert {"valeurs", "erreur", "gagne", "couverture80"} <= set(by_year(table).columns)


# By year


def test_scores_by_year_worked_by_hand() -> None:
    series = [annual([*UNTIL_2010, *AFTER], name=name) for name in "abc"]
    rows = [
        projected([(2011, 32, 1, 2), (2012, 34, 2, 2.5)], name="a"),  # off by 1 and 3
        projected([(2011, 27, 1, 9), (2012, 40, 5, 6)], name="b"),  # off by 6 and 3
        projected([(2011, 33, 0, 0)], name="c"),  # exact
        projected([(2012, 31, 1, 2)], origin=2011, name="c"),  # off by 6, from a value off by 4
    ]
    table = register(pd.concat(rows, ignore_index=True), series)
    found = by_year(table)
    assert list(found.index) == [2011, 2012]
    assert found["valeurs"].tolist() == [3, 3]
    # 2011: off by 1/2, 6/2, 0; naive by 3/2 each. 2012: 3/2, 3/2 and 6 over a change of 23/11; naive 7/2, 7/2, 4/(23/11).
    assert found["erreur"].tolist() == pytest.approx([0.5, 1.5])
    assert found["erreur_naive"].tolist() == pytest.approx([1.5, 3.5])
    assert found["gagne"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert found["couverture80"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found["couverture95"].tolist() == pytest.approx([1, 1 / 3])
    by_origin = by_year(table, "origine")
    assert by_origin["valeurs"].to_dict() == {2010: 5, 2011: 1}
    assert by_origin["gagne"].tolist() == pytest.approx([4 / 5, 0])


@pytest.mark.parametrize("digits", [None, 6])
def test_the_naive_method_neither_wins_nor_loses_against_itself(digits: int | None) -> None:
    """Even read again from an edition, which stores six digits."""
    last = 1_234_567.8
    values = [last - 10_000 * k for k in range(10, -1, -1)]
    stored = last if digits is None else float(f"{last:.{digits}g}")
    assert (stored == last) == (digits is None)
    rows = projected([(2011, stored, 9e9, 9e9), (2012, stored + 30_000, 9e9, 9e9)])
    found = by_year(register(rows, [annual([*values, last + 10_000, last + 20_000])]))
    assert np.isnan(found["gagne"].loc[2011])
    assert found.loc[2012, "gagne"] == 1
