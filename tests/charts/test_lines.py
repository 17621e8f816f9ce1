"""The past of an indicator: what is drawn, what is said of it."""

import pandas as pd
import pytest

from prospective.charts.lines import FEW, retrospective
from prospective.model.indicator import Break
from tests.charts import drawing
from tests.charts.samples import ACCENT, BREAK, CAPTION, PAST, SECOND, past, rows, two

YEARS = list(range(2000, 2010))


def test_the_words_give_the_first_and_last_values_and_the_break() -> None:
    assert past(breaks=BREAK).alt == (
        "Courbe de 2000 à 2009, en %, pour Hauts-de-France. Hauts-de-France passe de 10,0 en 2000 à 20,5 en 2009. "
        "Rupture de série : nouvelle définition (2005)."
    )


def test_the_words_start_with_the_territory_of_the_page() -> None:
    data = pd.concat([rows(PAST), rows([30.0, 29, 28, 27, 26, 25, 24, 23], "fr", 2001)])
    names = {"reg-32": "Hauts-de-France", "fr": "France"}
    alt = retrospective(data, names, "fr", CAPTION, "emploi").alt
    assert "Courbes de 2000 à 2009, en %, pour Hauts-de-France et France." in alt
    assert alt.index("France passe de 30,0 en 2001 à 23,0 en 2008") < alt.index("Hauts-de-France passe de 10,0")


def test_a_single_value_is_said_without_an_evolution() -> None:
    assert past([12.5]).alt == "Points de 2000 à 2000, en %, pour Hauts-de-France. Hauts-de-France : 12,5 en 2000."


def test_a_line_goes_through_every_value_where_it_is() -> None:
    (line,) = drawing.lines(past().svg, ACCENT)
    right, _ = drawing.scale(line.points[:, 0], YEARS)
    down, _ = drawing.scale(line.points[:, 1], PAST)
    assert right > 0
    assert down < 0  # pixels go downwards


def test_a_break_cuts_the_line_between_its_two_years() -> None:
    before, after = drawing.lines(past(breaks=BREAK).svg, ACCENT)
    assert (len(before.points), len(after.points)) == (5, 5)  # 2000-2004, 2005-2009
    assert before.points[-1, 0] < after.points[0, 0]
    together = [*before.points[:, 1], *after.points[:, 1]]
    drawing.scale(together, PAST)
    assert "rupture : nouvelle définition" in drawing.texts(past(breaks=BREAK).svg)
    assert not [text for text in drawing.texts(past().svg) if "rupture" in text]


def test_two_breaks_make_three_lines() -> None:
    breaks = [Break(annee=2003, libelle="a"), Break(annee=2007, libelle="b")]
    chart = past(breaks=breaks)
    assert [len(line.points) for line in drawing.lines(chart.svg, ACCENT)] == [3, 4, 3]
    assert chart.alt.endswith("Rupture de série : a (2003) et b (2007).")


@pytest.mark.parametrize("count", range(1, 9))
def test_fewer_than_six_values_are_points_never_a_line(count: int) -> None:
    assert FEW == 6
    svg = past(PAST[:count]).svg
    drawn = drawing.lines(svg, ACCENT), drawing.markers(svg, ACCENT)
    if count < 6:
        assert ([], count) == (drawn[0], len(drawn[1]))
        drawing.scale([y for _, y, _ in drawn[1]], PAST[:count]) if count > 1 else None
    else:
        assert [len(line.points) for line in drawn[0]] == [count]
        assert drawn[1] == []


def test_each_territory_is_judged_on_its_own_number_of_values() -> None:
    data = pd.concat([rows(PAST), rows([30.0, 29, 28], "fr", 2001)])
    svg = retrospective(data, {"reg-32": "R", "fr": "F"}, "reg-32", CAPTION, "n").svg
    assert len(drawing.lines(svg, ACCENT)) == 1
    assert drawing.lines(svg, SECOND) == []
    assert len(drawing.markers(svg, SECOND)) == 3


def test_an_indicator_made_of_points_is_drawn_as_points_however_long() -> None:
    svg = past(points=True).svg
    assert drawing.lines(svg, ACCENT) == []
    assert len(drawing.markers(svg, ACCENT)) == len(PAST)


def test_an_indicator_made_of_points_is_said_as_points() -> None:
    assert past(points=True).alt.startswith("Points de 2000 à 2009")


@pytest.mark.parametrize(("status", "hollow"), [("observe", 0), ("estime", 0), ("provisoire", 2), ("prevision", 2)])
def test_forecasts_and_provisional_values_are_hollow(status: str, hollow: int) -> None:
    data = rows(PAST[:4])
    data.loc[2:, "statut"] = status
    svg = retrospective(data, {"reg-32": "R"}, "reg-32", CAPTION, "n").svg
    found = sorted(drawing.markers(svg, ACCENT))
    assert [mark[2] for mark in found] == [False] * (4 - hollow) + [True] * hollow
    drawing.scale([y for _, y, _ in found], PAST[:4])


def test_the_plain_line_stops_where_forecasts_start() -> None:
    data = rows(PAST)
    data.loc[7:, "statut"] = "prevision"
    svg = retrospective(data, {"reg-32": "R"}, "reg-32", CAPTION, "n").svg
    plain = [line for line in drawing.lines(svg, ACCENT) if "stroke-dasharray" not in line.style]
    assert max(len(line.points) for line in plain) <= 7


def test_counts_start_at_zero() -> None:
    data = rows([1000.0 + 10 * k for k in range(10)])
    for from_zero in (True, False):
        svg = retrospective(data, {"reg-32": "R"}, "reg-32", CAPTION, "n", from_zero=from_zero).svg
        (line,) = drawing.lines(svg, ACCENT)
        slope, start = drawing.scale(line.points[:, 1], data["valeur"].to_numpy())
        bottom = (drawing.frame(svg)[3] - start) / slope
        assert bottom == pytest.approx(0, abs=1) if from_zero else bottom > 900


def test_lines_are_named_at_their_end_without_a_legend() -> None:
    said = drawing.texts(two().svg)
    assert said.count("Hauts-de-France") == 1
    assert said.count("France") == 1


def test_the_table_has_a_row_per_date_and_a_column_per_territory() -> None:
    table = two().table
    assert list(table.columns) == ["Date", "Hauts-de-France", "France"]
    assert table["Date"].to_list() == YEARS
    assert table["Hauts-de-France"].to_list() == PAST
    assert table["France"].isna().to_list() == [True, *[False] * 8, True]


def test_the_dates_of_a_table_are_written_in_french() -> None:
    data = rows([1.0, 2.0]).assign(date=["2020-12", "2021-12-31"])
    table = retrospective(data, {"reg-32": "R"}, "reg-32", CAPTION, "n").table
    assert table["Date"].to_list() == ["décembre 2020", "31 décembre 2021"]


def test_months_stand_at_their_decimal_year_and_are_said_by_name() -> None:
    months = [f"{year}-{month:02d}" for year in (2018, 2019) for month in range(1, 13)]
    years = [int(date[:4]) + (int(date[5:]) - 1) / 12 for date in months]
    data = rows([float(k) for k in range(24)]).assign(date=months, annee=years)
    breaks = [Break(annee=2019, libelle="base 2015")]
    chart = retrospective(data, {"reg-32": "R"}, "reg-32", CAPTION, "n", breaks=breaks)
    assert "R passe de 0,0 en janvier 2018 à 23,0 en décembre 2019." in chart.alt
    before, after = drawing.lines(chart.svg, ACCENT)
    assert (len(before.points), len(after.points)) == (12, 12)
    slope, start = drawing.scale([*before.points[:, 0], *after.points[:, 0]], years)
    (mark,) = drawing.lines(chart.svg, "#4d4d4d", thicker_than=0.85)
    assert (mark.points[0, 0] - start) / slope == pytest.approx(2019 - 1 / 24, abs=0.01)
    assert chart.table["Date"].to_list()[0] == "janvier 2018"


# The longest names of the region's intercommunalities, and one longer than any.
LONG = ["CC de la Haute Somme (Combles - Péronne - Roisel)", "Communauté de communes du " + "très " * 10 + "long nom"]


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_leaves_room_for_the_line(name: str) -> None:
    svg = retrospective(rows(PAST), {"reg-32": name}, "reg-32", CAPTION, "n").svg
    left, right, _, _ = drawing.frame(svg)
    assert right - left > drawing.width(svg) / 2


def test_a_break_of_one_comparator_cuts_its_line_only_and_names_it() -> None:
    years = list(range(2000, 2010))
    data = pd.concat(
        pd.DataFrame({"territoire": place, "annee": years, "valeur": range(10), "statut": "observe"})
        for place in ("fr", "uk")
    )
    chart = retrospective(
        data, {"fr": "France", "uk": "Royaume-Uni"}, "fr", CAPTION, "essai",
        breaks=[Break(annee=2005, libelle="nouvelle enquête", territoire="uk")],
    )  # fmt: skip
    assert [len(stroke.points) for stroke in drawing.lines(chart.svg, ACCENT)] == [10]
    assert sorted(len(stroke.points) for stroke in drawing.lines(chart.svg, SECOND)) == [5, 5]
    assert "Royaume-Uni" in " ".join(drawing.texts(chart.svg))
    assert "nouvelle enquête, Royaume-Uni (2005)" in chart.alt
