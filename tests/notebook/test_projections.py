"""Projections as a page gives them: the stored edition is that of the present series, and every refusal has its sentence."""

from itertools import pairwise
from math import log

import pandas as pd
import pytest

from prospective.analysis.annual import (
    MIN_POINTS,
    Annual,
    DuplicateYearError,
    NotProjectableError,
    history,
)
from prospective.analysis.backtest import PUBLISHED, score_table
from prospective.analysis.conformal import LEVELS
from prospective.analysis.projection import fingerprint, project_one
from prospective.model import writing
from prospective.model.indicator import Break
from prospective.notebook import projections
from prospective.notebook.projections import Projected, why_not
from prospective.notebook.reading import Publication, Reading
from tests.notebook.conftest import Raw

NAN = float("nan")
BANDS = ["bas95", "bas80", "bas50", "centre", "haut50", "haut80", "haut95"]
RISING: list[float] = [30.0, 31.2, 31.9, 33.4, 33.9, 35.1, 36.8, 37.0, 38.3, 39.9, 40.4]


def plain(words: list[str]) -> str:
    return " ".join(words).replace(writing.NBSP, " ").replace("\u202f", " ")


class Maker:
    """Readings of an indicator that does not exist, in whole years from 2010."""

    def __init__(self, publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
        self.publication, self.monkeypatch = publication, monkeypatch

    def __call__(
        self,
        values: list[float],
        scale: str = "logit",
        breaks: tuple[int, ...] = (),
        first: int = 2010,
        **changes: object,
    ) -> Reading:
        model = self.publication.package.indicator("diplomes-superieur")
        ruptures = tuple(Break(annee=year, libelle="essai") for year in breaks)
        changes = {"id": "essai", "echelle": scale, "ruptures": ruptures, "projetable": True, **changes}
        indicator = model.model_copy(update=changes)
        self.monkeypatch.setitem(self.publication.package.indicators, "essai", indicator)
        rows = pd.DataFrame({"annee": range(first, first + len(values)), "valeur": values, "statut": "observe"})
        rows = rows.dropna().assign(territoire="reg-32", indicateur="essai", date=lambda r: r["annee"].astype(str))
        place = self.publication.places["reg-32"]
        return Reading(indicator, place, place, rows, "")

    def project(self, values: list[float], year: int = 2030, **changes: object) -> Projected:
        return self.publication.projection("essai", self(values, **changes), year)  # type: ignore[arg-type]


@pytest.fixture
def made(publication: Publication, monkeypatch: pytest.MonkeyPatch) -> Maker:
    return Maker(publication, monkeypatch)


# The stored edition


def test_the_stored_edition_is_that_of_the_present_series(publication: Publication) -> None:
    """If this fails, data/ has changed since the last edition: run « prospective projeter »."""
    present = {}
    for series in publication.panel():
        try:
            history(series)
        except NotProjectableError:
            continue
        present[series.id] = fingerprint(series)
    stored = publication.stored.projections.groupby("serie")["empreinte"].unique().map(list)
    assert stored.to_dict() == {name: [mark] for name, mark in present.items()}


def test_every_stored_projection_starts_at_the_last_year_and_has_nested_bands(publication: Publication) -> None:
    table = publication.stored.projections
    last = {series.id: int(series.values.dropna().index.max()) for series in publication.panel()}
    assert (table["origine"] == table["serie"].map(last)).all()
    assert (table.groupby("serie")["annee"].min() == table.groupby("serie")["origine"].first() + 1).all()
    assert (table.groupby("serie").size() == 15).all()
    known = table.dropna(subset=BANDS)
    assert (known["annee"] <= known["origine"] + 10).all()
    assert len(known) == 10 * table["serie"].nunique()  # no stored series has never moved
    for low, high in pairwise(BANDS):
        assert (known[low] <= known[high]).all()


@pytest.mark.parametrize(
    ("name", "place"),
    [("emissions-seqe-aluminium", "reg-32"), ("emploi-prive", "reg-32"), ("diplomes-superieur", "reg-32")],
)
def test_a_stored_projection_can_be_made_again(publication: Publication, name: str, place: str) -> None:
    rows = publication.rows(name, publication.places[place])
    series = publication.annual(name, place, rows)
    table, published = project_one(series, publication.stored.widths())
    stored = publication.stored.projections
    mine = stored[stored["serie"] == series.id].reset_index(drop=True)
    assert (mine["methode"] == table["methode"]).all()
    for column in BANDS:
        assert mine[column].tolist() == pytest.approx(table[column].tolist(), rel=1e-3, nan_ok=True)
    # Scores that owe nothing to the bands of other series.
    known = published[published["erreur"].notna()].reset_index(drop=True)
    scores = score_table(known.assign(**dict.fromkeys(BANDS, NAN)))
    epreuves = publication.stored.scores
    epreuves = epreuves[epreuves["serie"] == series.id].reset_index(drop=True)
    assert epreuves["methode"].tolist() == scores["methode"].tolist()
    for column in ("premiere", "derniere", "valeurs", "mase", "smape", "owa", "ecart_1", "ecart_5"):
        assert epreuves[column].tolist() == pytest.approx(scores[column].tolist(), rel=1e-3, nan_ok=True)


def test_the_bands_held_what_they_say_on_the_publication_s_own_past(raw: Raw) -> None:
    every = [r for r in raw.rows("projections/couvertures.csv") if r["horizon"] == "0"]
    # At the time, with the errors known by then, the bands held less: below what they say, and the page tells it.
    replayed = {float(r["niveau"]): float(r["couverture"]) for r in every if r["traitement"] == "rejeux"}
    assert 0.6 < replayed[0.8] < 0.86 and 0.85 < replayed[0.95] < 0.98
    rows = [r for r in every if r["traitement"] != "rejeux"]
    assert {(r["traitement"], float(r["niveau"])) for r in rows} == {
        (t, x) for t in ("toutes", "sans-covid") for x in LEVELS
    }
    for row in rows:
        level = float(row["niveau"])
        assert float(row["couverture"]) == pytest.approx(level, abs=0.03 if level == 0.95 else 0.05)
        assert int(row["valeurs"]) > 5000


def test_bands_of_the_stored_edition_never_shrink(publication: Publication) -> None:
    widths = publication.stored.widths()
    assert list(widths.index) == list(range(1, 11))
    assert widths.notna().all(axis=None)
    assert (widths.diff().dropna() >= 0).all(axis=None)
    assert (widths.diff(axis="columns")[[0.8, 0.95]] > 0).all(axis=None)


def test_what_is_stored_is_read_and_not_made_again(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, raw: Raw
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(projections, "project_one", never)
    reading = publication.read("emploi-prive", publication.places["reg-32"])
    found = publication.projection("emploi-prive", reading, 2030)
    assert found.table is not None and found.table.index[-1] == 2030
    row = next(
        r for r in raw.rows("projections/projections.csv")
        if (r["indicateur"], r["territoire"], r["annee"]) == ("emploi-prive", "reg-32", "2030")
    )  # fmt: skip
    assert [found.table[b].loc[2030] for b in BANDS] == [float(row[b]) for b in BANDS]
    assert found.method == row["methode"]


def test_a_datum_changed_since_the_edition_is_projected_anew(publication: Publication) -> None:
    reading = publication.read("emissions-seqe-aluminium", publication.places["reg-32"])
    rows = reading.rows.copy()
    rows.loc[rows.index[-1], "valeur"] *= 2
    changed = Reading(reading.indicator, reading.asked, reading.found, rows, "")
    before = publication.projection("emissions-seqe-aluminium", reading, 2030).table
    after = publication.projection("emissions-seqe-aluminium", changed, 2030).table
    assert before is not None and after is not None
    assert after["centre"].iloc[0] > 1.1 * before["centre"].iloc[0]


def test_a_commune_is_projected_live_with_the_bands_of_the_edition(publication: Publication) -> None:
    place = publication.places["com-59350"]
    reading = publication.read("emploi-prive", place)
    assert reading.found.id == "com-59350"
    assert "emploi-prive@com-59350" not in set(publication.stored.every["serie"])
    found = publication.projection("emploi-prive", reading, 2030)
    assert found.table is not None
    first = int(reading.firm.index[-1]) + 1
    assert list(found.table.index) == list(range(first, 2031))
    ordered = found.table[BANDS].to_numpy(float)
    assert ((ordered[:, 1:] - ordered[:, :-1]) > 0).all()
    assert any(words.startswith("Projection : ") for words in found.words)
    # The half-width at one year, 80 %: as many mean yearly changes (log scale, the break of 2021 left out) as the edition says.
    jobs = reading.firm
    changes = [abs(log(jobs[y] / jobs[y - 1])) for y in jobs.index[1:] if y != 2021]
    half = publication.stored.widths()[0.8].loc[1] * sum(changes) / len(changes)
    row = found.table.iloc[0]
    assert log(row["haut80"] / row["centre"]) == pytest.approx(half, rel=1e-6)


# Sentences


@pytest.mark.parametrize("method", ["combinaison", "naive"])
def test_the_sentences_say_what_the_tables_hold(publication: Publication, raw: Raw, method: str) -> None:
    row = next(
        r for r in raw.rows("projections/projections.csv")
        if r["methode"] == method and r["territoire"] in ("reg-32", "fr") and publication.package.indicator(r["indicateur"]).unite == "%"
    )  # fmt: skip
    name, place = row["indicateur"], publication.places[row["territoire"]]
    scores = {
        (r["methode"], r["traitement"]): r for r in raw.rows("projections/epreuves.csv") if (r["indicateur"], r["territoire"]) == (name, place.id)
    }  # fmt: skip
    said = plain(publication.projection(name, publication.read(name, place), 2030).words)
    judged = scores[method, "toutes"]
    span = int(judged["derniere"]) - int(judged["premiere"]) + 1
    first, last = int(judged["premiere"]), int(judged["derniere"])
    assert f"({int(judged['valeurs'])} valeurs jugées, jusqu’à 6 ans)." in said
    one, five = (_points(publication, name, float(judged[f"ecart_{h}"])) for h in (1, 5))
    assert (
        f"Sur les {span} dernières années de la série ({first}-{last}), cette méthode se trompe en moyenne de {one} à un an et de {five} à cinq ans"
        in said
    )
    apart = _points(publication, name, float(scores[method, "sans-covid"]["ecart_1"]))
    assert f"sans les années 2020 et 2021, de {apart} à un an" in said
    gap = round(100 * (float(scores["combinaison", "toutes"]["owa"]) - 1))
    if method == "naive":
        assert "méthode naïve, c’est-à-dire la dernière valeur prolongée" in said
        assert "la combinaison de méthodes ne fait pas mieux : c’est donc la naïve qui est publiée" in said
        assert gap == 0 or f"La combinaison y fait {gap} % d’erreur de plus (" in said
    else:
        assert "médiane de quatre méthodes" in said
        assert gap == 0 or f" : {-gap} % d’erreur de moins que la méthode naïve (" in said
    held = {
        r["niveau"]: r
        for r in raw.rows("projections/couvertures.csv")
        if (r["traitement"], r["horizon"]) == ("rejeux", "0")
    }
    eighty, most = (round(100 * float(held[level]["couverture"])) for level in ("0.8", "0.95"))
    assert f"la bande à 80 % a contenu {eighty} % et celle à 95 % {most} % des " in said


def _points(publication: Publication, name: str, value: float) -> str:
    decimals = publication.package.indicator(name).decimales
    text = f"{value:.{decimals}f}".replace(".", ",")
    return f"{text} point{'s' if round(value, decimals) >= 2 else ''}"


def test_a_naive_projection_is_the_last_value_and_says_so(publication: Publication) -> None:
    stored = publication.stored.projections
    naive = stored[(stored["methode"] == "naive") & stored["territoire"].isin(["fr", "reg-32"])].drop_duplicates(
        "serie"
    )
    assert len(naive) > 3
    for name, place in naive[["indicateur", "territoire"]].head(5).itertuples(index=False):
        reading = publication.read(name, publication.places[place])
        found = publication.projection(name, reading, 2030)
        assert found.table is not None and found.method == "naive"
        assert found.table["centre"].tolist() == pytest.approx([reading.firm.iloc[-1]] * len(found.table), rel=1e-5)
        assert "c’est donc la naïve qui est publiée" in plain(found.words)


# Bad input, each with its sentence

NO_GAP = "Pas de projection : des années manquent dans la série, rien n’est inventé pour les combler"
NO_SCALE = "Pas de projection : la série a une valeur que son échelle n’admet pas (zéro ou moins, ou 100 % et plus pour une part)."
REFUSED = {
    "one point": ([40.0], {}, "Trop court pour projeter : 1 point observé, il en faut au moins 8 à raison d’un par an."),
    "seven points": (RISING[:7], {}, "Trop court pour projeter : 7 points observés, il en faut au moins 8 à raison d’un par an."),
    "all missing": ([NAN] * 12, {}, "Trop court pour projeter : 0 point observé, il en faut au moins 8 à raison d’un par an."),
    "a hole": ([*RISING[:5], NAN, *RISING[5:]], {}, NO_GAP),
    "negative on log": ([*RISING, -1.0], {"scale": "log"}, NO_SCALE),
    "zero on log": ([0.0, *RISING], {"scale": "log"}, NO_SCALE),
    "100 % on logit": ([*RISING, 100.0], {"scale": "logit"}, NO_SCALE),
    "a break every year": (RISING, {"breaks": tuple(range(2011, 2021))}, "Pas de projection : la définition change chaque année."),
    "irregular points": (RISING, {"projetable": False, "nature": "points"}, "Pas de projection : la série est faite de points irréguliers."),
    "monthly": (RISING, {"projetable": False, "nature": "serie", "frequence": "mensuelle"}, "Pas de projection : seules les séries annuelles sont projetées."),
    "given up": (RISING, {"projetable": False, "nature": "serie"}, "Pas de projection : le producteur ne tient plus cette série, ou elle ne se prête pas à une prolongation."),
    "horizon before": (RISING, {"year": 2019}, "Pas de projection : la dernière observation (2020) atteint déjà l’horizon."),
    "horizon reached": (RISING, {"year": 2020}, "Pas de projection : la dernière observation (2020) atteint déjà l’horizon."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_projected_is_said_in_one_french_sentence(made: Maker, case: str) -> None:
    values, changes, sentence = REFUSED[case]
    found = made.project(values, **changes)  # type: ignore[arg-type]
    assert found.table is None
    assert len(found.words) == 1
    assert plain(found.words).startswith(sentence)


def test_a_year_given_twice_is_said(publication: Publication) -> None:
    series = Annual("s", "g", pd.Series(range(9), index=[*range(2010, 2018), 2012], dtype=float))
    with pytest.raises(DuplicateYearError) as refused:
        history(series)
    assert why_not(refused.value, 9) == "Pas de projection : une année est donnée deux fois."


def test_a_year_given_twice_in_the_table_is_the_last_one_given(made: Maker) -> None:
    reading = made(RISING)
    twice = pd.concat([reading.rows, reading.rows.tail(1).assign(valeur=45.0)])
    assert Reading(reading.indicator, reading.asked, reading.found, twice, "").firm.tolist() == [*RISING[:-1], 45.0]


def test_a_forecast_of_the_producer_is_not_projected_from(made: Maker) -> None:
    reading = made([*RISING, 90.0])
    rows = reading.rows.copy()
    rows.loc[rows.index[-1], "statut"] = "prevision"
    found = made.publication.projection(
        "essai", Reading(reading.indicator, reading.asked, reading.found, rows, ""), 2030
    )
    assert found.table is not None
    assert found.table.index[0] == 2021
    assert found.table["centre"].iloc[0] < 45


def test_a_constant_series_is_prolonged_without_band(made: Maker) -> None:
    found = made.project([40.0] * 11)
    assert found.table is not None
    assert found.table["centre"].tolist() == pytest.approx([40] * 10)
    assert found.table[[b for b in BANDS if b != "centre"]].isna().all(axis=None)
    assert "La série n’a jamais bougé : rien ne dit de combien elle peut le faire, donc pas de bande." in plain(
        found.words
    )
    assert "se trompe en moyenne" not in plain(found.words)


def test_a_break_on_the_last_point_is_said(made: Maker) -> None:
    found = made.project([*RISING[:-1], 60.0], breaks=(2020,))
    assert found.table is not None
    assert 58 < found.table["centre"].iloc[0] < 64
    assert (
        "Rupture de 2020 : la variation de cette année-là est ignorée, et la dernière valeur est la seule de sa définition."
        in plain(found.words)
    )


def test_breaks_are_said_in_the_plural(made: Maker) -> None:
    said = plain(made.project(RISING, breaks=(2004, 2013, 2016, 2035)).words)
    assert "Ruptures de 2013 et 2016 : les variations de ces années sont ignorées." in said
    assert "la seule de sa définition" not in said


def test_years_before_a_missing_one_are_left_out_and_it_is_said(made: Maker) -> None:
    found = made.project([20.0, NAN, *RISING], first=2008)
    assert found.table is not None
    assert "La projection ne s’appuie que sur les années depuis 2010 : une année manque avant." in plain(found.words)


def test_an_outlier_is_said_and_widens_the_band(made: Maker) -> None:
    shocked = [*RISING[:5], 70.0, *RISING[6:]]
    found, calm = made.project(shocked, scale="lineaire"), made.project(RISING, scale="lineaire")
    assert found.table is not None and calm.table is not None
    assert "fois la variation habituelle : elle élargit les bandes, sans être corrigée." in plain(found.words)
    assert "La variation de 2015 est 30 fois" in plain(found.words)
    assert "habituelle" not in plain(calm.words)
    wide, narrow = (t["haut80"].iloc[0] - t["bas80"].iloc[0] for t in (found.table, calm.table))
    assert wide > 3 * narrow


def test_beyond_ten_years_there_is_no_band_and_it_is_said(made: Maker) -> None:
    found = made.project(RISING, year=2033)
    assert found.table is not None
    assert list(found.table.index) == list(range(2021, 2034))
    assert found.table.loc[:2030, BANDS].notna().all(axis=None)
    assert found.table.loc[2031:, "bas80"].isna().all()
    assert "Dernière observation : 2020. Pas de bande au-delà de 10 ans, donc après 2030." in plain(found.words)


def test_eight_points_are_projected_but_not_put_to_the_test(made: Maker) -> None:
    found = made.project(RISING[:MIN_POINTS])
    assert found.table is not None and found.table.loc[:2027, BANDS].notna().all(axis=None)
    assert "Série trop courte pour avoir été mise à l’épreuve." in plain(found.words)
    assert "se trompe en moyenne" not in plain(found.words)
    assert found.method != PUBLISHED
