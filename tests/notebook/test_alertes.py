"""Alerts: states recomputed by hand from the bands, ids, what they ask for, the dated log, the page."""

import csv
import datetime
import json
import math
import re
from dataclasses import asdict
from pathlib import Path
from statistics import NormalDist

import pytest
from frictionless import Resource

from prospective.data import seal
from prospective.data.package import Package
from prospective.data.refresh import commit
from prospective.data.sheets import read_sheet
from prospective.model.errors import DataError, SheetError
from prospective.notebook import Alertes, alert_log, alertes
from prospective.notebook.alertes import Alert
from prospective.notebook.reading import Publication
from tests.charts.drawing import tree
from tests.editing import append, edit
from tests.notebook.pages import ROOT

DAY = datetime.date(2027, 3, 1)
PEOPLE, HYDROGEN = "data/series/capital-humain.csv", "data/series/hydrogene.csv"
DEGREES, UNSKILLED = "reg-32,diplomes-superieur", "reg-32,faible-diplome"
H1 = "capital-humain/h1/diplomes-superieur"
JOURNAL = Path("data/alertes/journal.csv")


def observe(root: Path, file: str, series: str, values: dict[int, float]) -> None:
    for year, value in values.items():
        append(root / file, f"{series},{year},{value},observe,,")


def table(root: Path, variable: str | None = "capital-humain") -> dict[str, Alert]:
    return {alert.id: alert for alert in alertes.table(Publication(root), variable)}


def logged(root: Path) -> list[dict[str, str]]:
    with (root / JOURNAL).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def breaches(root: Path) -> list[str]:
    """What frictionless finds in the log."""
    package = Package(root)
    described = {**package.resources[alert_log.PATH], "schema": package.schema(alert_log.PATH)}
    report = Resource.from_descriptor(described, basepath=str(root / "data")).validate()
    return [error.message for task in report.tasks for error in task.errors] + [
        error.message for error in report.errors
    ]


def level(year: int, score: float) -> float:
    """A value of H1 (31,3 % in 2019; 37,5, 40 and 42 % in 2030) at a score of its two-piece normal, on the logit scale."""

    def logit(percent: float) -> float:
        return math.log(percent / (100 - percent))

    share = (year - 2019) / (2030 - 2019)
    median = logit(31.3) + share * (logit(40) - logit(31.3))
    side = logit(42) - logit(40) if score > 0 else logit(40) - logit(37.5)
    found = median + score * math.sqrt(share) * side / NormalDist().inv_cdf(0.9)
    return 100 / (1 + math.exp(-found))


# States


def test_without_a_new_observation_nothing_is_judged_and_no_false_alarm_is_expected(root: Path) -> None:
    found = table(root, None)
    assert {alert.etat for alert in found.values()} == {"sans observation nouvelle"}
    assert {alert.demande for alert in found.values()} == {""}
    total = alertes.summary(found.values())
    assert (total.nouvelles, total.alertes, total.fausses_alertes_attendues) == (0, 0, 0)


@pytest.mark.parametrize(
    ("scores", "state", "since", "asked"),
    [
        ([1.2], "dans la bande", 2020, ""),
        ([-1.2], "dans la bande", 2020, ""),
        ([1.4], "vigilance", 2020, "attendre l’observation suivante"),
        ([-2.0], "alerte", 2020, "réviser l’hypothèse"),
        ([1.4, 1.4], "alerte", 2021, "réviser l’hypothèse"),
        ([1.4, 1.4, 1.4], "alerte", 2021, "réviser l’hypothèse"),
        ([1.4, 0.1, 1.4], "vigilance", 2022, "attendre l’observation suivante"),
        ([2.1, 0.5, 0.4], "dans la bande", 2021, ""),
        ([0.1, 1.4], "vigilance", 2021, "attendre l’observation suivante"),
    ],
)
def test_an_observation_is_judged_against_the_band_of_its_year(
    copy_of_data: Path, scores: list[float], state: str, since: int, asked: str
) -> None:
    values = {2020 + rank: round(level(2020 + rank, score), 6) for rank, score in enumerate(scores)}
    observe(copy_of_data, PEOPLE, DEGREES, values)
    row = table(copy_of_data)[H1]
    last = max(values)
    assert (row.etat, row.depuis, row.annee, row.observations) == (state, since, last, len(scores))
    # Another hypothesis may be in its band or not: what H1 asks for is its own affair unless all are in alerte.
    assert row.demande in (asked, "réviser la fiche") if state == "alerte" else row.demande == asked
    ends = [
        level(last, sign * NormalDist().inv_cdf(share))
        for sign, share in ((-1, 0.9), (1, 0.9), (-1, 0.975), (1, 0.975))
    ]
    assert [row.bas80, row.haut80, row.bas95, row.haut95] == pytest.approx(ends, rel=1e-5)


def test_a_break_of_regime_raises_an_alert_within_two_observations(copy_of_data: Path) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: 30.0, 2021: 28.5})
    bands = {name: alert for name, alert in table(copy_of_data).items() if alert.genre == "bande" and "capital" in name}
    assert {alert.etat for alert in bands.values()} == {"alerte"}
    # No future of the sheet holds what is observed: the sheet is to be written again, not one hypothesis.
    assert {alert.demande for alert in bands.values()} == {"réviser la fiche"}


def test_one_hypothesis_in_alerte_asks_for_itself_alone(copy_of_data: Path) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: level(2020, 0.0), 2025: level(2025, 0.0)})
    found = table(copy_of_data)
    assert found[H1].etat == "dans la bande"
    asked = {a.demande for a in found.values() if a.genre == "bande" and a.etat == "alerte"}
    assert asked == {"réviser l’hypothèse"}


def test_false_alarms_expected_are_weighed_by_probabilities(copy_of_data: Path) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: 32.0})
    total = alertes.summary(table(copy_of_data).values())
    # First observation of three hypotheses given 50, 20 and 18 chances: 5 % of them an alerte, 15 % a vigilance.
    assert total.fausses_alertes_attendues == pytest.approx(0.88 * 0.05, rel=1e-5)
    assert total.fausses_vigilances_attendues == pytest.approx(0.88 * 0.15, rel=1e-5)


def test_a_threshold_is_crossed_once_then_twice_and_has_no_rate(copy_of_data: Path) -> None:
    name = "capital-humain/h1/faible-diplome-au-dessous-20"
    observe(copy_of_data, PEOPLE, UNSKILLED, {2020: 20.0, 2021: 19.9})
    once = table(copy_of_data)[name]
    assert (once.etat, once.depuis, once.observations, once.taux_alerte) == ("vigilance", 2021, 2, None)
    observe(copy_of_data, PEOPLE, UNSKILLED, {2022: 19.8})
    twice = table(copy_of_data)[name]
    assert (twice.etat, twice.depuis, twice.demande) == ("alerte", 2022, "lire le seuil et réviser l’hypothèse")
    assert twice.lecture.startswith("Le renouvellement des générations")


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([0.1, 0.2], "franchi dès l’écriture"),
        ([0.1, 0.35], "seuil non franchi"),
        ([0.35, 0.2], "vigilance"),
        ([0.35, 0.2, 0.2], "alerte"),
    ],
)
def test_a_threshold_already_crossed_says_something_only_once_it_has_been_crossed_back(
    copy_of_data: Path, values: list[float], state: str
) -> None:
    sheet = copy_of_data / "data/fiches/hydrogene.yaml"
    text = sheet.read_text(encoding="utf-8")
    assert "regle: au_dessus\n        seuil: 0.4\n" in text
    sheet.write_text(
        text.replace("regle: au_dessus\n        seuil: 0.4\n", "regle: au_dessous\n        seuil: 0.3\n"),
        encoding="utf-8",
    )
    observe(copy_of_data, HYDROGEN, "fr,electrolyse-capacite-france", dict(enumerate(values, start=2026)))
    assert table(copy_of_data, "hydrogene")["hydrogene/h4/electrolyse-capacite-france-au-dessous-0-3"].etat == state


def test_a_forecast_or_a_provisional_value_is_no_observation(copy_of_data: Path) -> None:
    append(copy_of_data / PEOPLE, f"{DEGREES},2020,90.0,provisoire,,")
    append(copy_of_data / PEOPLE, f"{DEGREES},2021,90.0,prevision,,")
    assert table(copy_of_data)[H1].etat == "sans observation nouvelle"


def test_a_value_outside_the_scale_is_to_be_checked(copy_of_data: Path) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: 100.0})
    row = table(copy_of_data)[H1]
    assert (row.etat, row.demande, row.depuis) == ("donnée hors échelle", "vérifier la donnée", 2020)


def test_a_revised_anchor_is_to_be_checked_and_the_band_is_still_judged(copy_of_data: Path) -> None:
    edit(copy_of_data / PEOPLE, f"{DEGREES},2019,31.3", f"{DEGREES},2019,31.1")
    observe(copy_of_data, PEOPLE, DEGREES, {2020: 60.0})
    found = table(copy_of_data)
    row = found[f"{H1}-appui"]
    assert (row.genre, row.etat, row.demande) == ("revision", "donnée révisée", "vérifier la donnée")
    assert (row.appui_valeur, row.annee, row.valeur) == (31.3, 2019, 31.1)
    assert found[H1].etat == "alerte"
    assert alertes.summary(found.values()).surveillances == len(table(copy_of_data)) - 3


def test_a_withdrawn_anchor_is_told_without_a_value(copy_of_data: Path) -> None:
    lines = (copy_of_data / PEOPLE).read_text(encoding="utf-8").splitlines(keepends=True)
    (copy_of_data / PEOPLE).write_text(
        "".join(x for x in lines if not x.startswith(f"{DEGREES},2019")), encoding="utf-8"
    )
    row = table(copy_of_data)[f"{H1}-appui"]
    assert (row.annee, row.valeur, row.etat) == (2019, None, "donnée révisée")


def test_a_trajectory_outside_its_scale_is_refused_in_french(copy_of_data: Path) -> None:
    edit(copy_of_data / "data/fiches/capital-humain.yaml", "haut: 42.0", "haut: 142.0")
    with pytest.raises(SheetError, match="capital-humain.yaml, h1 : la trajectoire sort de l'échelle"):
        table(copy_of_data)


# Identifiers


def test_ids_and_rows_do_not_depend_on_the_order_of_the_watches(root: Path) -> None:
    publication = Publication(root)
    log = alert_log.read(publication.package)
    for slug in ("capital-humain", "cobotique", "hydrogene"):
        sheet = read_sheet(root, slug)
        turned = sheet.model_copy(
            update={
                "hypotheses": tuple(h.model_copy(update={"surveiller": h.surveiller[::-1]}) for h in sheet.hypotheses)
            }
        )
        rows = alertes.of_sheet(publication, sheet, log)
        assert rows == alertes.of_sheet(publication, turned, log)
        assert len({row.id for row in rows}) == len(rows)
        assert all(re.fullmatch(rf"{slug}/h[1-9]/[a-z0-9-]+", row.id) for row in rows)


def test_each_sign_of_a_sheet_finds_its_state(root: Path) -> None:
    sheet = read_sheet(root, "capital-humain")
    found = alertes.states(Publication(root), sheet)
    signs = [(h, watch) for h in sheet.hypotheses for watch in h.surveiller]
    for hypothesis, watch in signs:
        name = alertes.watch_id(sheet, hypothesis, watch)
        assert (name in found) == (watch.seuil is not None)
    assert {alertes.band_id(sheet, h, h.trajectoire) for h in sheet.hypotheses if h.trajectoire} <= set(found)


# The log


def test_the_log_of_the_repository_is_up_to_date(root: Path) -> None:
    publication = Publication(root)
    assert alert_log.changes(alertes.table(publication), alert_log.read(publication.package), DAY) == []


def test_nothing_new_appends_nothing(copy_of_data: Path) -> None:
    before = (copy_of_data / JOURNAL).read_bytes()
    assert alert_log.record(copy_of_data, DAY) == []
    assert (copy_of_data / JOURNAL).read_bytes() == before


def test_a_change_is_appended_once_and_the_seal_follows(copy_of_data: Path) -> None:
    seal.seal(copy_of_data)
    before = (copy_of_data / JOURNAL).read_bytes()
    observe(copy_of_data, PEOPLE, DEGREES, {2020: round(level(2020, 1.4), 4)})
    alert_log.record(copy_of_data, DAY)
    after = (copy_of_data / JOURNAL).read_bytes()
    assert after.startswith(before)
    assert alert_log.record(copy_of_data, DAY + datetime.timedelta(days=1)) == []
    assert (copy_of_data / JOURNAL).read_bytes() == after
    line = next(row for row in logged(copy_of_data) if row["id"] == H1 and row["date"] == "2027-03-01")
    assert line == {
        "date": "2027-03-01", "id": H1, "etat_avant": "sans observation nouvelle", "etat": "vigilance", "annee": "2020",
        "valeur": f"{level(2020, 1.4):.4f}", "demande": "attendre l’observation suivante",
    }  # fmt: skip
    assert [where for where, _ in seal.broken(copy_of_data)] == [PEOPLE]  # edited by hand here: the log is sealed
    assert breaches(copy_of_data) == []


def test_the_same_state_on_a_newer_figure_is_no_change(copy_of_data: Path) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: level(2020, 0.1)})
    alert_log.record(copy_of_data, DAY)
    observe(copy_of_data, PEOPLE, DEGREES, {2021: level(2021, 0.1)})
    assert H1 not in [change.id for change in alert_log.record(copy_of_data, DAY)]


def test_what_is_no_longer_watched_is_closed_once(copy_of_data: Path) -> None:
    edit(copy_of_data / PEOPLE, f"{DEGREES},2019,31.3", f"{DEGREES},2019,31.1")
    assert f"{H1}-appui" in [change.id for change in alert_log.record(copy_of_data, DAY)]
    edit(
        copy_of_data / "data/fiches/capital-humain.yaml",
        "appui: {annee: 2019, valeur: 31.3}",
        "appui: {annee: 2019, valeur: 31.1}",
    )
    closed = alert_log.record(copy_of_data, DAY)
    assert [(c.id, c.etat_avant, c.etat) for c in closed] == [(f"{H1}-appui", "donnée révisée", "n’est plus surveillé")]
    assert alert_log.record(copy_of_data, DAY) == []


def test_a_change_done_and_undone_in_a_day_keeps_the_key_of_the_log(copy_of_data: Path) -> None:
    there = f"{DEGREES},2019,31.3"
    for _ in range(2):
        edit(copy_of_data / PEOPLE, there, f"{DEGREES},2019,31.1")
        alert_log.record(copy_of_data, DAY)
        edit(copy_of_data / PEOPLE, f"{DEGREES},2019,31.1", there)
        alert_log.record(copy_of_data, DAY)
    assert breaches(copy_of_data) == []


def test_the_watch_of_a_threshold_starts_where_it_was_first_logged(copy_of_data: Path) -> None:
    name = "capital-humain/h1/faible-diplome-au-dessous-20"
    kept = [row for row in (copy_of_data / JOURNAL).read_text(encoding="utf-8").splitlines() if name not in row]
    (copy_of_data / JOURNAL).write_text("\n".join(kept) + "\n", encoding="utf-8")
    observe(copy_of_data, PEOPLE, UNSKILLED, {2020: 19.0, 2021: 18.0})
    assert table(copy_of_data)[name].etat == "franchi dès l’écriture"
    first = next(change for change in alert_log.record(copy_of_data, DAY) if change.id == name)
    assert (first.etat_avant, first.annee) == ("", 2021)


def test_a_log_that_cannot_be_written_stays_as_it_was(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: 60.0})
    before = (copy_of_data / JOURNAL).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prospective.data.files.write_atomically", full)
    with pytest.raises(DataError):
        alert_log.record(copy_of_data, DAY)
    assert (copy_of_data / JOURNAL).read_bytes() == before


def test_a_refresh_that_was_interrupted_is_finished_before_the_log(copy_of_data: Path) -> None:
    old = (copy_of_data / PEOPLE).read_bytes()
    new = old + f"{DEGREES},2020,60.0,observe,,\n".encode()
    commit._prepare(copy_of_data, {"series/capital-humain.csv": new})  # the journal exists, nothing is in its place yet
    changed = alert_log.record(copy_of_data, DAY)
    assert (copy_of_data / PEOPLE).read_bytes() == new
    assert H1 in [change.id for change in changed]


def test_another_command_is_waited_for(copy_of_data: Path) -> None:
    with commit.alone(copy_of_data), pytest.raises(DataError, match="en cours"):
        alert_log.record(copy_of_data, DAY)


# The page


@pytest.fixture
def page(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> Alertes:
    observe(copy_of_data, PEOPLE, DEGREES, {2020: level(2020, 1.4), 2021: level(2021, 1.4)})
    edit(copy_of_data / HYDROGEN, ",2025,0.05,", ",2025,0.06,")
    alert_log.record(copy_of_data, DAY)
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(copy_of_data))
    return Alertes()


def test_the_page_says_plainly_that_there_is_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(ROOT))
    assert "Aucune valeur postérieure à l’appui des hypothèses" in Alertes().bilan().text


def test_the_page_gives_counts_beside_those_of_chance(page: Alertes) -> None:
    said = page.bilan().text
    counted = [int(n) for n in re.findall(r"(\d+) alertes?", said)]
    assert counted[0] == sum(alert.etat == "alerte" for alert in page.alerts) > 0
    assert re.search(r"le hasard seul en donnerait 0,\d\d et 0,\d\d", said)
    assert "valeurs de départ ont été révisées" in said


def test_the_table_says_every_state_in_words_for_screens_of_any_width(page: Alertes) -> None:
    html = tree(page.tableau().html)
    rows = [row for row in html.iter("tr") if row.get("id")]
    assert [row.get("id") for row in rows] == [f"alerte-{a.id.replace('/', '-')}" for a in page.alerts]
    for row, alert in zip(rows, page.alerts, strict=True):
        cells = {cell.get("data-titre"): "".join(cell.itertext()) for cell in row.iter("td")}
        assert alert.etat in cells["État"]
        assert (alert.demande or "rien") in cells["Demande"]
        assert [head.get("scope") for head in row.iter("th")] == ["row"]
    assert all(table.find("caption") is not None for table in html.iter("table"))


def test_the_page_shows_the_end_of_the_log_latest_first(page: Alertes, copy_of_data: Path) -> None:
    lines = logged(copy_of_data)
    shown = ["".join(code.itertext()) for code in tree(page.journal().html).iter("code")]
    assert shown == [row["id"] for row in lines[-20:]][::-1]
    assert f"sur {len(lines)}" in page.journal().text


def test_the_file_to_download_holds_the_table(page: Alertes) -> None:
    import base64

    link = next(a for a in tree(page.telecharger().html).iter("a") if a.get("download"))
    held = json.loads(base64.b64decode(str(link.get("href")).split("base64,")[1]))
    assert held["alertes"] == [asdict(alert) for alert in page.alerts]


def test_rates_are_those_of_a_normal_law_at_the_first_observation(page: Alertes) -> None:
    cells = [
        cell for row in tree(page.lecture().html).iter("tr") for cell in ["".join(c.itertext()) for c in row.iter("td")]
    ]
    assert [cell.replace("\u00a0", " ") for cell in cells[:3]] == ["15,0 %", "5,0 %", "5,0 %"]


def test_a_log_left_without_its_last_end_of_line_is_mended(copy_of_data: Path) -> None:
    path = copy_of_data / JOURNAL
    whole = path.read_bytes()
    path.write_bytes(whole.rstrip(b"\n"))
    observe(copy_of_data, PEOPLE, DEGREES, {2020: level(2020, 3.0)})
    assert alert_log.record(copy_of_data, datetime.date(2027, 1, 1))
    assert path.read_bytes().startswith(whole)
    assert {len(row) for row in csv.reader(path.read_text(encoding="utf-8").splitlines())} == {7}
