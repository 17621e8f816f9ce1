"""An edition: its label, its tables, how it is stored beside earlier ones, all or none."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from frictionless import Resource

from prospective import cli
from prospective.analysis import backtest, projection
from prospective.analysis.annual import Annual
from prospective.data import files, seal
from prospective.data.package import Package
from prospective.data.refresh import commit
from prospective.model.errors import DataError, ProspectiveError
from prospective.notebook import edition as editions
from prospective.notebook.edition import FILES, Edition, as_csv, make, store
from prospective.notebook.reading import Publication
from tests.editing import copy_data

NOW, NEXT, BEFORE = "2026-11", "2026-12", "2026-10"
PATHS = [f"projections/{name}.csv" for name in FILES]
NAMES = ("aluminium", "chaux", "chimie", "ciment", "combustion", "fonte-acier", "pate", "verre")


def small_panel(last: float = 0.0) -> list[Annual]:
    """Eight series of eleven years, 2010 to 2020 (too few for ARIMA, which is slow); ``last`` is added to 2020."""
    random = np.random.default_rng(6)
    panel = []
    for name in NAMES:
        walk = 50 + random.normal(0.4, 1, 11).cumsum()
        walk[-1] += last
        values = pd.Series(walk, index=range(2010, 2021))
        panel.append(Annual(f"emissions-seqe-{name}@reg-32", f"emissions-seqe-{name}", values))
    return panel


@pytest.fixture(scope="module")
def made(root: Path) -> Edition:
    """An edition of the small panel, after the one that the publication holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Publication, "panel", lambda _: small_panel())
        return make(Publication(root), NEXT, jobs=1)


@pytest.fixture
def here(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publication:
    """A copy of the publication, whose panel is the small one."""
    monkeypatch.setattr(Publication, "panel", lambda _: small_panel())
    publication = Publication(copy_data(root, tmp_path / "copie"))
    seal.seal(publication.root)
    return publication


def imprint(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "data").rglob("*"))
        if path.is_file()
    }


def lines(content: bytes, label: str) -> list[str]:
    return [line for line in content.decode().splitlines() if line.startswith(f"{label},")]


# Labels


@pytest.mark.parametrize(
    "label", ["2026-13", "2026-00", "1999-12", "2026", "2026-1", "2026-11-01", "novembre 2026", "rejeu-2015", "", " 2026-11", "2026-11\n", "../x"]
)  # fmt: skip
def test_a_label_that_is_no_month_is_refused_before_anything_is_computed(
    publication: Publication, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    monkeypatch.delattr(Publication, "panel")
    with pytest.raises(ProspectiveError) as refused:
        make(publication, label)
    assert str(refused.value) == f"Édition inconnue : « {label} » ; donnez un mois, par exemple 2026-11."


# Tables


def test_an_edition_has_the_columns_of_the_stored_tables(made: Edition, package: Package) -> None:
    assert set(made.tables) == set(FILES)
    for name, path in zip(FILES, PATHS, strict=True):
        assert list(made.tables[name].columns) == list(package.fields(path))


def test_what_is_projected_is_marked_with_its_month_and_its_fingerprint(made: Edition) -> None:
    table = made.tables["projections"]
    new = table[table["edition"] == NEXT]
    assert len(new) == len(NAMES) * projection.AHEAD
    for series in small_panel():
        mine = new[new["indicateur"] == series.group]
        assert set(mine["empreinte"]) == {projection.fingerprint(series)}
        assert set(mine["territoire"]) == {"reg-32"}
        assert mine["annee"].tolist() == list(range(2021, 2036))
    path = projection.project(*_published())
    assert new["centre"].tolist() == pytest.approx(path.sort_values(["serie", "annee"])["centre"].tolist())


def _published() -> tuple[pd.DataFrame, pd.DataFrame]:
    published = backtest.publish(backtest.rolling(small_panel(), horizon=projection.AHEAD))
    return published, projection.widths(published)


def test_the_other_tables_are_those_of_the_analysis(made: Edition) -> None:
    # Origins 2017 to 2019 have outcomes: 3 at one year, 2 at two, 1 at three, for each of eight series.
    widths = made.tables["calibration"]
    found = widths[(widths["traitement"] == "toutes") & (widths["niveau"] == 0.8)].set_index("horizon")["erreurs"]
    assert found.to_dict() == {1: 24, 2: 16, 3: 8} | dict.fromkeys(range(4, 11), 0)
    apart = widths[(widths["traitement"] == "sans-covid") & (widths["niveau"] == 0.8)].set_index("horizon")["erreurs"]
    assert apart.to_dict() == {1: 16, 2: 8} | dict.fromkeys(range(3, 11), 0)
    scores = made.tables["epreuves"]
    judged = scores[(scores["methode"] == "publiee") & (scores["traitement"] == "toutes")]
    assert judged["indicateur"].tolist() == [f"emissions-seqe-{name}" for name in NAMES]
    assert set(judged["valeurs"]) == {6}
    covered = made.tables["couvertures"]
    every = covered[(covered["traitement"] == "toutes") & (covered["horizon"] == 0) & (covered["niveau"] == 0.8)]
    assert every["valeurs"].tolist() == [48]


def test_replays_start_from_past_years_and_go_five_years_ahead(made: Edition) -> None:
    table = made.tables["rejeux"]
    assert set(table["origine"]) == {2017, 2018, 2019, 2020}  # eight years are needed
    assert (table["annee"] - table["origine"]).between(1, 5).all()
    assert (table.groupby(["indicateur", "origine"]).size() == 5).all()
    # In 2017 no error was known yet, so no band; in 2019 there were 16 at one year: 80 %, not 95 %.
    assert table.loc[table["origine"] == 2017, ["bas80", "bas95"]].isna().all(axis=None)
    one = table[(table["origine"] == 2019) & (table["annee"] == 2020)]
    assert one["bas80"].notna().all() and one["bas95"].isna().all()


def test_a_replay_knows_nothing_of_what_came_after(made: Edition, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Publication, "panel", lambda _: small_panel(last=40.0))
    other = make(Publication(root), NEXT, jobs=1).tables["rejeux"]
    table = made.tables["rejeux"]
    early = table["origine"] < 2020
    pd.testing.assert_frame_equal(other[early], table[early], check_exact=True)
    assert (other.loc[~early, "centre"] > table.loc[~early, "centre"] + 1).all()


# Storing


def test_another_month_is_added_and_the_earlier_kept(here: Publication, made: Edition, root: Path) -> None:
    before = (root / "data/projections/projections.csv").read_bytes()
    assert lines(before, NOW)
    assert set(store(here, made)) == set(PATHS)
    after = (here.root / "data/projections/projections.csv").read_bytes()
    assert lines(after, NOW) == lines(before, NOW)
    assert len(lines(after, NEXT)) == len(NAMES) * projection.AHEAD
    assert len(after.splitlines()) == len(before.splitlines()) + len(NAMES) * projection.AHEAD
    again = Publication(here.root)
    assert again.stored.edition == NEXT
    assert set(again.stored.projections["indicateur"]) == {f"emissions-seqe-{name}" for name in NAMES}


def test_what_is_stored_is_a_sealed_data_package_that_reads_again(here: Publication, made: Edition) -> None:
    store(here, made)
    assert list(seal.broken(here.root)) == []
    package = Package(here.root)
    for name, path in zip(FILES, PATHS, strict=True):
        described = {**package.resources[path], "schema": package.schema(path)}
        described["schema"].pop("foreignKeys", None)
        report = Resource.from_descriptor(described, basepath=str(here.root / "data")).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:3]
        assert as_csv(package.table(path)) == as_csv(made.tables[name])


def test_an_earlier_month_is_refused_in_one_french_sentence(here: Publication, root: Path) -> None:
    before = (root / "data/projections/projections.csv").read_bytes()
    with pytest.raises(ProspectiveError, match=f"L'édition {BEFORE} est antérieure à la dernière, {NOW}"):
        make(here, BEFORE, jobs=1)
    assert (here.root / "data/projections/projections.csv").read_bytes() == before


def test_an_edition_made_beside_another_one_does_not_erase_it(here: Publication) -> None:
    path = here.root / "data/projections/projections.csv"
    ours = make(here, NEXT, jobs=1)
    theirs = path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1].replace(NOW.encode(), b"2031-01")
    path.write_bytes(theirs)
    with pytest.raises(DataError, match="a été modifié"):
        store(here, ours)
    assert path.read_bytes() == theirs


def test_the_same_month_is_replaced(here: Publication) -> None:
    store(here, make(here, NOW, jobs=1))
    content = (here.root / "data/projections/projections.csv").read_bytes()
    assert len(lines(content, NOW)) == len(NAMES) * projection.AHEAD
    assert len(content.splitlines()) == 1 + len(NAMES) * projection.AHEAD


def test_the_same_edition_made_again_changes_nothing(here: Publication, made: Edition) -> None:
    store(here, made)
    again = Publication(here.root)
    assert store(again, make(again, NEXT, jobs=1)) == []


def test_an_edition_that_cannot_be_written_leaves_everything_as_it_was(
    here: Publication, made: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write, count = imprint(here.root), files.write_atomically, 0

    def third_fails(path: Path, content: str | bytes) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(files, "write_atomically", third_fails)
    with pytest.raises(DataError, match="ne peut pas être écrit"):
        store(here, made)
    assert imprint(here.root) == before
    monkeypatch.undo()
    assert set(store(here, made)) == set(PATHS)


def test_an_interrupted_replacement_is_finished_first(
    here: Publication, made: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    targets = (here.root / "data/cibles.csv").read_bytes()
    revised = targets.replace(b",75,", b",76,", 1)

    def killed(_: Path) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(commit, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            commit.replace(here.root, {"cibles.csv": revised}, {"cibles.csv": targets})
    assert (here.root / "data/cibles.csv").read_bytes() == targets
    store(here, made)
    assert (here.root / "data/cibles.csv").read_bytes() == revised
    assert list(seal.broken(here.root)) == []
    assert not (here.root / commit.JOURNAL).exists()


def test_two_commands_at_once_are_refused(here: Publication, made: Edition) -> None:
    before = imprint(here.root)
    with commit.alone(here.root), pytest.raises(DataError, match="Une autre actualisation est en cours"):
        store(here, made)
    assert imprint(here.root) == before


# The bytes


@pytest.mark.parametrize("path", PATHS)
def test_a_stored_table_read_again_is_written_with_the_same_bytes(package: Package, root: Path, path: str) -> None:
    content = (root / "data" / path).read_bytes()
    assert as_csv(package.table(path)) == content
    assert as_csv(package.table(path)) == content


def test_numbers_have_six_digits_and_no_exponent() -> None:
    table = pd.DataFrame(
        {"nom": list("abcdef"), "an": range(2015, 2021), "x": [1 / 3, 1234567.8, 2e-7, 0.0, -5.0, float("nan")]}
    )
    assert as_csv(table).decode() == (
        "nom,an,x\na,2015,0.333333\nb,2016,1234570\nc,2017,0.0000002\nd,2018,0\ne,2019,-5\nf,2020,\n"
    )


def test_an_edition_has_the_same_bytes_twice_and_leaves_its_tables_alone(made: Edition) -> None:
    for name in FILES:
        table = made.tables[name]
        before = table.copy()
        content = as_csv(table)
        assert as_csv(table) == content
        pd.testing.assert_frame_equal(table, before)
        rows = csv.DictReader(io.StringIO(content.decode()))
        cells = [cell for row in rows for column, cell in row.items() if column != "empreinte"]
        assert not [cell for cell in cells if re.fullmatch(r"(nan|-?inf|<NA>|-?[\d.]+e[+-]?\d+)", cell, re.IGNORECASE)]


# The command


@pytest.fixture
def type_in(here: Publication, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("PROSPECTIVE_RACINE", str(here.root))
    monkeypatch.setattr(editions, "JOBS", 1)

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as stop:
            cli.main(["projeter", *words])
        return int(stop.value.code or 0)

    return run


def test_the_command_says_what_it_stored(
    here: Publication, type_in: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in("--edition", "2027-01") == 0
    told = capsys.readouterr().out
    assert told.startswith("Édition 2027-01 : 8 séries projetées et mises à l’épreuve en ")
    assert [line for line in told.splitlines() if line.startswith("  data/")] == [f"  data/{p}" for p in sorted(PATHS)]
    assert Publication(here.root).stored.edition == "2027-01"


def test_the_command_refuses_a_wrong_month_in_one_sentence(
    here: Publication, type_in: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    before = imprint(here.root)
    assert type_in("--edition", "2026-13") == 2
    told = capsys.readouterr()
    assert told.err == "Édition inconnue : « 2026-13 » ; donnez un mois, par exemple 2026-11.\n"
    assert imprint(here.root) == before
