"""The chart of the future: past, projection, hypotheses and targets, each where it is and named as what it is."""

import numpy as np
import pandas as pd
import pytest

from prospective.charts.horizon import FAN, LATER
from prospective.charts.style import KINDS
from tests.charts import drawing
from tests.charts.samples import (
    DARK,
    HYPOTHESES,
    NO_HYPOTHESIS,
    NO_TARGET,
    PAST,
    TARGETS,
    ahead,
    fan,
    rows,
    straight,
)  # fmt: skip


def test_the_words_say_past_projection_hypotheses_and_targets() -> None:
    assert ahead(projection=fan(banded_until=2013)).alt == (
        "Graphique à l’horizon 2015, en %, dans les Hauts-de-France. Passé : 10,0 en 2000, 20,5 en 2009. "
        "Projection : 26,5 en 2015 ; bande à 80 % de 22,5 à 26,5 en 2013. "
        "Hypothèses : H1 de 20,0 à 25,0, H2 de 25,0 à 31,5 et H3 de 5,0 à 12,0. "
        "Cibles officielles : 30,0 en 2015 et de 26,0 à 29,0 en 2012."
    )


def test_the_words_say_when_there_is_no_projection() -> None:
    assert "Pas de projection." in ahead().alt
    assert "Pas de projection." in ahead(projection=fan().iloc[:0]).alt


def test_a_single_observation_is_said_to_be_alone() -> None:
    assert "Seul point observé : 3,0 en 2000." in ahead(rows([3.0])).alt


def test_an_indicator_without_any_past_is_drawn_all_the_same() -> None:
    chart = ahead(rows([]).astype({"annee": int, "valeur": float}))
    assert "Passé" not in chart.alt
    assert len(chart.table) == 5
    drawing.assert_complete(chart)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 10])
def test_fewer_than_six_values_are_points_never_a_line(count: int) -> None:
    svg = ahead(rows(PAST[:count])).svg
    assert [len(line.points) for line in drawing.lines(svg, DARK)] == ([] if count < 6 else [count])
    assert len(drawing.markers(svg, DARK)) == (count if count < 6 else 0)


def test_an_indicator_made_of_points_is_never_a_line() -> None:
    svg = ahead(points=True).svg
    assert drawing.lines(svg, DARK) == []
    assert len(drawing.markers(svg, DARK)) == len(PAST)


@pytest.mark.parametrize("status", ["provisoire", "prevision"])
def test_what_is_not_observed_is_hollow_and_off_the_line(status: str) -> None:
    data = rows(PAST)
    data.loc[7:, "statut"] = status
    svg = ahead(data).svg
    assert [len(line.points) for line in drawing.lines(svg, DARK)] == [7]
    assert [hollow for _, _, hollow in drawing.markers(svg, DARK)] == [True, True, True]


def test_a_break_cuts_the_past() -> None:
    before, after = drawing.lines(ahead(breaks=(2004,)).svg, DARK)
    assert (len(before.points), len(after.points)) == (4, 6)
    drawing.scale([*before.points[:, 1], *after.points[:, 1]], PAST)


def test_the_projection_starts_at_the_last_observation_and_is_dashed() -> None:
    svg = ahead(projection=fan()).svg
    (past,) = drawing.lines(svg, DARK)
    (path,) = drawing.lines(svg, FAN.lower())
    assert "stroke-dasharray" in path.style
    assert "stroke-dasharray" not in past.style
    assert path.points[0] == pytest.approx(past.points[-1])
    both = np.vstack([past.points, path.points[1:]])
    drawing.scale(both[:, 0], range(2000, 2016))
    drawing.scale(both[:, 1], [*PAST, *fan()["centre"]])


def test_bands_stop_where_they_are_not_known() -> None:
    whole, cut = ahead(projection=fan()).svg, ahead(projection=fan(banded_until=2012)).svg
    for svg, last in ((whole, 2015), (cut, 2012)):
        (path,) = drawing.lines(svg, FAN.lower())
        bands = drawing.fans(svg)
        assert len(bands) == 3
        for band in bands:
            assert band.points[:, 0].max() == pytest.approx(path.points[last - 2009, 0], abs=0.05)
            assert band.points[:, 0].min() == pytest.approx(path.points[0, 0], abs=0.05)


def test_a_wider_band_holds_a_narrower_one() -> None:
    heights = [np.ptp(band.points[:, 1]) for band in drawing.fans(ahead(projection=fan()).svg)]
    assert heights == sorted(heights, reverse=True)


def test_hypotheses_are_bars_as_tall_as_their_bands_beyond_the_horizon() -> None:
    svg = ahead().svg
    (past,) = drawing.lines(svg, DARK)
    slope, start = drawing.scale(past.points[:, 1], PAST)
    right, origin = drawing.scale(past.points[:, 0], range(2000, 2010))
    for hypothesis in HYPOTHESES.to_dict("records"):
        (bar,) = drawing.marks(svg, KINDS[hypothesis["type"]].lower())
        ends = sorted((bar.points[:, 1] - start) / slope)
        assert ends == pytest.approx([hypothesis["bas"], hypothesis["haut"]], abs=0.02)
        assert (bar.points[:, 0] > origin + right * 2015).all()
        assert hypothesis["id"].upper() in drawing.texts(svg)


def test_each_hypothesis_has_its_path_from_the_anchor_to_its_centre() -> None:
    svg = ahead(paths=straight()).svg
    (past,) = drawing.lines(svg, DARK)
    slope, start = drawing.scale(past.points[:, 1], PAST)
    right, origin = drawing.scale(past.points[:, 0], range(2000, 2010))
    for hypothesis in HYPOTHESES.to_dict("records"):
        (path,) = drawing.lines(svg, KINDS[hypothesis["type"]].lower())
        assert (path.points[[0, -1], 0] - origin) / right == pytest.approx([2007, 2015], abs=0.01)
        assert (path.points[[0, -1], 1] - start) / slope == pytest.approx([19, hypothesis["centre"]], abs=0.02)


def test_bands_of_paths_are_drawn_only_where_no_fan_would_hide_them() -> None:
    assert len(drawing.fans(ahead(paths=straight()).svg)) == 3
    assert len(drawing.fans(ahead(paths=straight(), projection=fan()).svg)) == 3
    assert drawing.fans(ahead().svg) == []


def test_what_was_observed_since_the_hypotheses_were_written_stands_out() -> None:
    svg = ahead(since=2007).svg
    (past,) = drawing.lines(svg, DARK)
    assert len(past.points) == len(PAST)  # the line goes through them
    assert np.array(drawing.fills(svg, LATER.lower())) == pytest.approx(past.points[8:], abs=0.05)
    assert "2009" in drawing.texts(svg)
    assert drawing.fills(ahead().svg, LATER.lower()) == []


def test_what_is_not_firm_is_never_counted_as_observed_since() -> None:
    data = rows(PAST)
    data.loc[9:, "statut"] = "provisoire"
    chart = ahead(data, since=2007)
    assert len(drawing.fills(chart.svg, LATER.lower())) == 1
    assert chart.table["Quoi"].to_list()[8:10] == ["observé depuis l’écriture des hypothèses", "provisoire"]


def test_the_words_say_what_was_observed_since_and_where_it_stands() -> None:
    chart = ahead(since=2007, standing="La dernière valeur est dans la bande de H2.")
    assert (
        "Observé depuis l’écriture des hypothèses (appui\u00a0: 2007)\u00a0: 16,5 en 2008 et 20,5 en 2009. "
        "La dernière valeur est dans la bande de H2."
    ) in chart.alt
    assert "Aucune valeur postérieure à l’appui des hypothèses (2009)." in ahead(since=2009).alt
    assert "écriture" not in ahead().alt


def test_the_table_holds_the_paths_year_by_year() -> None:
    table = ahead(paths=straight()).table
    path = table[table["Quoi"] == "trajectoire de H2"]
    assert path["Année"].to_list() == list(range(2007, 2015))  # 2015 is the row of the band
    assert path.iloc[4][["Valeur", "Bas 80 %", "Haut 80 %"]].to_list() == [23.5, 22.0, 25.25]


def test_the_fan_starts_from_the_last_firm_point_not_from_a_provisional_one() -> None:
    data = pd.concat([rows(PAST), rows([40.0], first=2010, status="provisoire")])
    svg = ahead(data, projection=fan()).svg
    (past,), (path,) = drawing.lines(svg, DARK), drawing.lines(svg, FAN.lower())
    assert path.points[0] == pytest.approx(past.points[-1])


@pytest.mark.parametrize("count", [3, 5])
@pytest.mark.parametrize("first", [1900, 2007])
def test_names_of_hypotheses_never_touch(count: int, first: int) -> None:
    same = pd.concat([HYPOTHESES] * 2).head(count).assign(id=[f"h{k + 1}" for k in range(count)], haut=30.0)
    drawn = sorted(x for x, _ in drawing.placed(ahead(rows(PAST, first=first), hypotheses=same, year=2030).svg, "H"))
    assert len(drawn) == count
    wide = 12 * (0.837 + 0.696)  # « H1 » in DejaVu Sans Bold, 12 points
    assert min(np.diff(drawn)) > wide


def test_names_of_targets_of_one_year_never_touch() -> None:
    close = pd.concat([TARGETS.head(1)] * 3).assign(valeur=[30.0, 30.1, 29.9])
    heights = sorted(y for _, y in drawing.placed(ahead(targets=close).svg, "C"))
    assert len(heights) == 3
    assert min(np.diff(heights)) > 12 * 0.73  # the height of capitals


def test_targets_are_where_they_are_and_named() -> None:
    svg = ahead().svg
    (past,) = drawing.lines(svg, DARK)
    slope, start = drawing.scale(past.points[:, 1], PAST)
    right, origin = drawing.scale(past.points[:, 0], range(2000, 2010))
    (diamond,) = drawing.markers(svg, "#000000")
    assert (diamond[0], diamond[1]) == pytest.approx((origin + right * 2015, start + slope * 30), abs=0.05)
    (span,) = drawing.marks(svg, "#000000")
    assert sorted((span.points[:, 1] - start) / slope) == pytest.approx([26, 29], abs=0.02)
    assert span.points[:, 0] == pytest.approx([origin + right * 2012] * 2, abs=0.05)
    assert {"C1", "C2"} <= set(drawing.texts(svg))


def test_the_table_holds_all_that_is_drawn() -> None:
    table = ahead(projection=fan()).table
    assert len(table) == 10 + 6 + 3 + 2
    assert table["Quoi"].to_list() == [
        *["observé"] * 10,
        *["projection"] * 6,
        "H1 Pente douce (bande de l’hypothèse)",
        "H2 Virage (bande de l’hypothèse)",
        "H3 Cassure (bande de l’hypothèse)",
        "C1 Loi (cible)",
        "C2 Plan (cible)",
    ]
    assert table.iloc[17][["Valeur", "Bas 80 %", "Haut 80 %"]].to_list() == [28, 25, 31.5]  # H2
    assert table.iloc[20][["Bas", "Haut"]].to_list() == [26, 29]  # C2
    last = table[table["Quoi"] == "projection"].iloc[-1]
    assert last[["Année", "Valeur", "Bas 80 %", "Haut 80 %", "Bas 95 %", "Haut 95 %"]].to_list() == [
        2015, 26.5, 24.5, 28.5, 23.5, 29.5,
    ]  # fmt: skip


def test_a_forecast_is_named_as_its_source_s_forecast_in_the_table() -> None:
    data = pd.concat([rows(PAST[:3]), rows([9.0], first=2003, status="prevision")])
    assert ahead(data).table["Quoi"].to_list()[:4] == ["observé"] * 3 + ["prévision de la source"]


def test_a_projection_is_never_named_a_hypothesis() -> None:
    chart = ahead(projection=fan(), hypotheses=NO_HYPOTHESIS, targets=NO_TARGET)
    assert "ypothèse" not in chart.alt
    assert not chart.table["Quoi"].str.contains("ypothèse|cible").any()


def test_a_quantity_that_is_never_negative_is_drawn_from_zero_up() -> None:
    svg = ahead(rows([0.5, 40, 0.5, 40, 0.5, 40, 0.5, 40]), hypotheses=NO_HYPOTHESIS, targets=NO_TARGET).svg
    (past,) = drawing.lines(svg, DARK)
    slope, start = drawing.scale(past.points[:, 1], [0.5, 40] * 4)
    assert (drawing.frame(svg)[3] - start) / slope >= -0.01
