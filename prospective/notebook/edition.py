"""An edition: every projection of the publication and its test by the past, made together and stored in ``data/projections/``.

Pages read what an edition stored. Earlier editions are kept, and so are the replays (the projections that the same method
would have published with what was known in a past year): the register of errors is made from both.
"""

import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prospective.analysis import backtest, projection
from prospective.analysis.annual import Annual
from prospective.analysis.conformal import LEVELS
from prospective.analysis.register import register
from prospective.data.refresh.commit import alone, finish, replace
from prospective.model.errors import ProspectiveError
from prospective.notebook.projections import FOLDER, REPLAYS
from prospective.notebook.reading import Publication

REPLAYED = range(2015, 2024)
REPLAY_HORIZON = 5
REPLAY_LEVELS = (0.8, 0.95)
JOBS = 2
FILES = ("projections", "rejeux", "epreuves", "calibration", "couvertures")
LABEL = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")
DIGITS = 6


@dataclass(frozen=True)
class Edition:
    """The tables of an edition, as they are stored, and the files that they replace, as they were when it was made."""

    label: str
    tables: Mapping[str, pd.DataFrame]
    read: Mapping[str, bytes]


def make(publication: Publication, label: str, jobs: int = JOBS) -> Edition:
    """Project every series of the panel, judge every method on the past, replay past years.

    Parameters
    ----------
    label : month of the edition, e.g. ``2026-11``; an edition of the same month is replaced.
    jobs : number of processes.

    Raises
    ------
    ProspectiveError
        If the label is not a month, or is before the last edition.
    """
    if not LABEL.fullmatch(label):
        raise ProspectiveError(f"Édition inconnue : « {label} » ; donnez un mois, par exemple 2026-11.")
    if label < publication.stored.edition:
        raise ProspectiveError(
            f"L'édition {label} est antérieure à la dernière, {publication.stored.edition} : une édition passée ne se refait pas."
        )
    read = {path: (publication.root / "data" / path).read_bytes() for path in _paths()}
    panel = publication.panel()
    published = backtest.publish(backtest.rolling(panel, horizon=projection.AHEAD, jobs=jobs))
    judged = backtest.judge(published)
    replays = _replays(published)
    return Edition(
        label,
        {
            "projections": _projections(publication, panel, published, label),
            "rejeux": replays,
            "epreuves": _places(backtest.score_table(judged)),
            "calibration": _calibration(published),
            "couvertures": pd.concat([backtest.coverages(judged), _held(replays, panel)], ignore_index=True),
        },
        read,
    )


def _paths() -> list[str]:
    return [f"{FOLDER}/{name}.csv" for name in FILES]


def _projections(publication: Publication, panel: list[Annual], published: pd.DataFrame, label: str) -> pd.DataFrame:
    """The projections of this edition, after those of earlier ones."""
    marks = {series.id: projection.fingerprint(series) for series in panel}
    made = projection.project(published, projection.widths(published))
    new = _places(made.assign(edition=label, empreinte=made["serie"].map(marks)))
    kept = publication.stored.every[publication.stored.every["edition"] != label]
    columns = ["edition", "indicateur", "territoire", "empreinte", *projection.COLUMNS[1:]]
    table = pd.concat([kept[columns], new[columns]])
    return table.sort_values(["edition", "indicateur", "territoire", "annee"]).reset_index(drop=True)


def _replays(published: pd.DataFrame) -> pd.DataFrame:
    """What the same method would have published in past years, with the errors known by then."""
    found = []
    for year in REPLAYED:
        rows = projection.project(published, projection.widths(published, until=year), origin=year)
        found.append(rows[rows["annee"] <= year + REPLAY_HORIZON])
    table = _places(pd.concat(found)).drop(columns=["bas50", "haut50"])
    return table.sort_values(["origine", "indicateur", "territoire", "annee"]).reset_index(drop=True)


def _held(replays: pd.DataFrame, panel: list[Annual]) -> pd.DataFrame:
    """Share of the values projected by the replays that their bands held: what the bands were worth at the time."""
    table = register(replays.assign(serie=replays["indicateur"] + "@" + replays["territoire"]), panel)
    rows = []
    for level in REPLAY_LEVELS:
        held = table[f"dans{level * 100:.0f}"].dropna()
        rows.append((REPLAYS, 0, level, held.mean(), len(held)))
    return pd.DataFrame(rows, columns=["traitement", "horizon", "niveau", "couverture", "valeurs"])


def _places(table: pd.DataFrame) -> pd.DataFrame:
    names = table["serie"].str.split("@", n=1, expand=True)
    return table.assign(indicateur=names[0], territoire=names[1])[
        ["indicateur", "territoire", *table.columns.drop("serie")]
    ]


def _calibration(published: pd.DataFrame) -> pd.DataFrame:
    found = []
    for treatment in backtest.TREATMENTS:
        widths = projection.widths(published, treatment).reset_index()
        found.append(
            widths.melt(["horizon", "erreurs"], list(LEVELS), "niveau", "largeur").assign(traitement=treatment)
        )
    table = pd.concat(found)[["traitement", "horizon", "niveau", "largeur", "erreurs"]]
    return table.sort_values(["traitement", "horizon", "niveau"]).reset_index(drop=True)


def as_csv(table: pd.DataFrame) -> bytes:
    """A table as it is stored: six significant digits, which no machine disagrees on, and no exponent."""
    text = io.StringIO()
    written = table.copy()
    for column in table.select_dtypes("float").columns:
        written[column] = ["" if math.isnan(v) else _plain(v) for v in table[column]]
    written.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode("utf-8")


def _plain(value: float) -> str:
    return np.format_float_positional(float(f"{value:.{DIGITS}g}"), trim="-")


def store(publication: Publication, edition: Edition) -> list[str]:
    """Replace the files of ``data/projections/``, all or none, and return those that changed.

    A replacement that was interrupted is finished first.

    Raises
    ------
    DataError
        If another command is replacing files of ``data/`` or has replaced these meanwhile, or if they cannot be written.
    """
    contents = {path: as_csv(edition.tables[name]) for path, name in zip(_paths(), FILES, strict=True)}
    with alone(publication.root):
        finish(publication.root)
        return replace(publication.root, contents, edition.read)
