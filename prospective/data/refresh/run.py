"""The refresh: download aside, check, show the differences, and only then replace."""

import csv
import datetime
import io
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prospective.data import files
from prospective.data.package import CODELIST, Package
from prospective.data.refresh import candidate, checks, commit, differences
from prospective.data.refresh.connector import Fetched
from prospective.data.refresh.differences import Difference
from prospective.data.refresh.registry import CONNECTORS, NONE
from prospective.data.refresh.rewrite import RawTable
from prospective.data.refresh.transport import Limits, Transport
from prospective.data.territories import Gazetteer
from prospective.model import writing
from prospective.model.errors import DataError, ProspectiveError, UnknownNameError
from prospective.model.indicator import Indicator

PASSAGE, FORMER, PRESENT = "territoires/passage-communes.csv", "code_ancien", "code_2026"
FORMERLY = " ; auparavant "
STAGES = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
Tell = Callable[[str], None]


@dataclass
class Report:
    """What a refresh did: indicators that failed with the reason, files replaced, faults left in texts to read again."""

    failures: dict[str, str] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    to_read: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Outcome:
    """One indicator that was downloaded and checked."""

    indicator: Indicator
    fetched: Fetched
    changes: list[Difference]


def refresh(
    root: Path, names: Sequence[str] = (), since: str | None = None, trial: bool = False, tell: Tell = print,
    limits: Limits | None = None, today: datetime.date | None = None,
) -> Report:  # fmt: skip
    """Refresh series from their producers.

    Parameters
    ----------
    names : indicators asked for; all those that have a connector if empty.
    since : ``AAAA`` or ``AAAA-MM``; only dates from then on are asked for and compared.
    trial : show without writing anything in ``data/``.
    tell : receives each line for the analyst.

    Returns
    -------
    Report. A source that fails is named there, leaves nothing behind, and doesn't keep the others from landing.

    Raises
    ------
    UnknownNameError
        If an indicator is not in the codelist.
    DataError
        If ``since`` is malformed, another refresh is running, ``data/`` cannot be read, or nothing can be written.
    """
    if since is not None and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", since):
        raise DataError(f"--depuis {since} : donnez une année (2015) ou un mois (2015-06).")
    try:
        with commit.alone(root):
            if finished := commit.finish(root):
                tell(f"Une actualisation interrompue est achevée : {', '.join(f'data/{path}' for path in finished)}.")
            package = Package(root)
            return _Run(package, since, trial, tell, limits or Limits(), today or datetime.date.today()).run(names)
    except OSError as error:
        for folder in (root / commit.FOLDER).glob(STAGES):
            shutil.rmtree(folder, ignore_errors=True)
        begun = "ce qui est commencé s'achèvera" if (root / commit.JOURNAL).exists() else "rien n'est remplacé"
        raise DataError(
            f"L'actualisation ne peut pas écrire dans {commit.FOLDER}/ ou dans data/ ({error.strerror or type(error).__name__}) : "
            f"vérifiez la place et les droits, puis relancez ; {begun}."
        ) from error


class _Run:
    """One refresh: what it was asked, and what it has found so far."""

    def __init__(
        self, package: Package, since: str | None, trial: bool, tell: Tell, limits: Limits, today: datetime.date
    ) -> None:
        self.package, self.root, self.since, self.trial = package, package.root, since, trial
        self.tell, self.limits, self.today = tell, limits, today
        self.report = Report()
        self.tables: dict[str, RawTable] = {}

    def run(self, names: Sequence[str]) -> Report:
        for name in names:
            self.package.indicator(name)
        chosen = [i for i in self.package.indicators.values() if (i.id in names if names else i.connecteur != NONE)]
        self._drop_old_stages()
        outcomes = [outcome for indicator in chosen if (outcome := self._take(indicator)) is not None]
        outcomes = self._validated(outcomes)
        self._show(outcomes)
        if not self.trial:
            contents = self._contents(outcomes)
            self.report.replaced = commit.replace(self.root, contents, {p: self.tables[p].original for p in contents})
            for outcome in outcomes:
                self._drop_stage(outcome.indicator)
        self._conclude(outcomes)
        return self.report

    # One indicator ------------------------------------------------------------------------------------

    def _take(self, indicator: Indicator) -> _Outcome | None:
        """Download and check one indicator; a failure is recorded and its staging removed."""
        try:
            return self._fetch(indicator)
        except ProspectiveError as error:
            reason = str(error)
        except ModuleNotFoundError as error:
            reason = f"Il manque la bibliothèque « {error.name} » : installez l'extra actualisation (pip install 'prospective[actualisation]')."
        except OSError as error:
            reason = f"Le téléchargement ne peut pas être enregistré ({error.strerror or error}) : libérez de la place dans _build/."
        except Exception as error:  # a library that breaks on one source must not keep the others from landing
            reason = f"Erreur imprévue ({type(error).__name__} : {error}) : signalez-la avec le nom de l'indicateur."
        self._fail(indicator, reason)
        return None

    def _fail(self, indicator: Indicator, reason: str) -> None:
        line = " ".join(reason.split())
        self.report.failures[indicator.id] = "".join(c if c.isprintable() else "·" for c in line)
        self._drop_stage(indicator)

    def _fetch(self, indicator: Indicator) -> _Outcome:
        if indicator.connecteur == NONE:
            raise DataError(
                f"« {indicator.id} » ne s'actualise pas en ligne : {indicator.producteur}, {indicator.jeu_de_donnees} ; "
                f"ses chiffres viennent de : {indicator.provenance}."
            )
        if indicator.connecteur not in CONNECTORS:
            raise UnknownNameError("Connecteur inconnu", indicator.connecteur, CONNECTORS, "voir data/indicateurs.csv")
        connector = CONNECTORS[indicator.connecteur]
        old = self._table(indicator.fichier).series(indicator.id)
        if not old:
            raise DataError(
                f"data/{indicator.fichier} n'a aucune ligne pour « {indicator.id} » : donnez au moins ses territoires."
            )
        territories = tuple(sorted({territory for territory, _ in old}))
        self.tell(
            f"{connector.label} : {indicator.id}, {len(territories)} territoire{'s' if len(territories) > 1 else ''}…"
        )
        transport = Transport(self._stage(indicator), self.limits)
        fetched = connector.fetch(indicator, territories, self.since, transport)
        if transport.reused:
            self.tell(
                f"  {transport.reused} téléchargement{'s' if transport.reused > 1 else ''} d'aujourd'hui repris, sans redemander."
            )
        sizes = {len(date) for _, date in old}
        context = checks.Context(
            territories=frozenset(territories),
            communes=self._communes(territories),
            merged=self._merged(territories),
            date_size=sizes.pop() if len(sizes) == 1 else 0,
            decimals=checks.decimals_of((row.value for row in old.values()), indicator),
        )
        points = checks.check(fetched.rows, indicator, context, connector.label)
        return _Outcome(indicator, fetched, differences.compare(old, points, self.since))

    def _communes(self, territories: Iterable[str]) -> frozenset[str]:
        """Every commune of the region, for a series that goes down to communes."""
        if not any(territory.startswith("com-") for territory in territories):
            return frozenset()
        return frozenset(f"com-{code}" for code in Gazetteer(self.package).communes["code"])

    def _merged(self, territories: Iterable[str]) -> dict[str, str]:
        """Communes that changed code: the present one by the former one."""
        if PASSAGE not in self.package.tables or not any(territory.startswith("com-") for territory in territories):
            return {}
        table = self.package.table(PASSAGE)
        return {f"com-{old}": f"com-{new}" for old, new in zip(table[FORMER], table[PRESENT], strict=True)}

    # All of them --------------------------------------------------------------------------------------

    def _table(self, path: str) -> RawTable:
        if path not in self.tables:
            self.tables[path] = RawTable.read(self.root, path)
        return self.tables[path]

    def _validated(self, outcomes: list[_Outcome]) -> list[_Outcome]:
        """Keep what ``prospective valider`` accepts; an indicator that would break a rule fails and is told."""
        while True:
            contents = self._contents(outcomes)
            if all(content == self.tables[path].original for path, content in contents.items()):
                return outcomes
            changed = {path: RawTable(path, content) for path, content in contents.items()}
            series: dict[str, list[str]] = {}
            for outcome in outcomes:
                series.setdefault(outcome.indicator.fichier, []).append(outcome.indicator.id)
            refused: dict[str, str] = {}
            to_read = []
            for fault in candidate.new_faults(self.root, contents):
                names = candidate.blamed(fault, changed, series)
                for name in names:
                    refused.setdefault(
                        name,
                        f"une règle de « prospective valider » n'est pas respectée – {fault.where} : {fault.message}",
                    )
                if not names:
                    to_read.append(f"{fault.where} : {fault.message}")
            if not refused:
                self.report.to_read = to_read
                return outcomes
            for outcome in outcomes:
                if outcome.indicator.id in refused:
                    self._fail(outcome.indicator, refused[outcome.indicator.id])
            outcomes = [outcome for outcome in outcomes if outcome.indicator.id not in refused]

    def _contents(self, outcomes: Iterable[_Outcome]) -> dict[str, bytes]:
        """The files as they would be, by path relative to ``data/``."""
        tables = {CODELIST: RawTable(CODELIST, self._table(CODELIST).original)}
        for outcome in outcomes:
            path = outcome.indicator.fichier
            tables.setdefault(path, RawTable(path, self._table(path).original)).apply(
                outcome.indicator.id, outcome.changes
            )
            tables[CODELIST].set_cells(outcome.indicator.id, self._edition(outcome))
        return {path: table.content for path, table in tables.items()}

    def _edition(self, outcome: _Outcome) -> dict[str, str]:
        """Vintage and provenance of an indicator after its refresh; as they were if nothing was learnt."""
        indicator, updated = outcome.indicator, outcome.fetched.updated
        moved = any(change.new is not None for change in outcome.changes)
        if not moved and (not updated or updated <= indicator.millesime):
            return {}
        partial = self.since is not None or any(change.new is None for change in outcome.changes)
        before = indicator.provenance.split(FORMERLY)
        older = before[1] if len(before) > 1 else before[0]
        kept = f"{FORMERLY}{older}" if partial and older != outcome.fetched.origin else ""
        return {
            "millesime": max(updated or self.today.isoformat(), indicator.millesime),
            "provenance": f"{outcome.fetched.origin}{kept}",
        }

    # Staging ------------------------------------------------------------------------------------------

    def _stage(self, indicator: Indicator) -> Path:
        return self.root / commit.FOLDER / self.today.isoformat() / indicator.id

    def _drop_stage(self, indicator: Indicator) -> None:
        folder = self._stage(indicator)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.parent.exists() and not any(folder.parent.iterdir()):
            folder.parent.rmdir()

    def _drop_old_stages(self) -> None:
        for folder in (self.root / commit.FOLDER).glob(STAGES):
            if folder.name != self.today.isoformat():
                shutil.rmtree(folder, ignore_errors=True)

    # Telling ------------------------------------------------------------------------------------------

    def _show(self, outcomes: Iterable[_Outcome]) -> None:
        for outcome in outcomes:
            for line in differences.table(outcome.indicator, outcome.changes):
                self.tell(line)
            for remark in outcome.fetched.remarks[: differences.SHOWN]:
                self.tell(f"  remarque : {remark}")
            if len(outcome.fetched.remarks) > differences.SHOWN:
                self.tell(f"  … et {len(outcome.fetched.remarks) - differences.SHOWN} autres remarques")
            for change in outcome.changes:
                if change.kind == "révisé" and change.old and change.old.note:
                    self.tell(f"  note à relire : {change.territory}, {change.date} : « {change.old.note} »")
        self._record(outcomes)

    def _record(self, outcomes: Iterable[_Outcome]) -> None:
        """Write every difference, without any limit, beside the staging."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(
            ["indicateur", "nature", "territoire", "date", "ancienne", "nouvelle", "ancien_statut", "nouveau_statut"]
        )
        for outcome in outcomes:
            for c in outcome.changes:
                old, new = c.old, c.new
                values = [row.value if row else "" for row in (old, new)] + [
                    row.status if row else "" for row in (old, new)
                ]
                writer.writerow([outcome.indicator.id, c.kind, c.territory, c.date, *values])
        files.write_atomically(self.root / commit.FOLDER / "differences.csv", buffer.getvalue())

    def _conclude(self, outcomes: Sequence[_Outcome]) -> None:
        moved = [o for o in outcomes if any(change.new is not None for change in o.changes)]
        done = f"{writing.number(len(moved), 0)} {writing.plural(len(moved), 'série')} sur {writing.number(len(outcomes), 0)}"
        if self.trial:
            self.tell(
                f"Essai : {done} {'changerait' if len(moved) < 2 else 'changeraient'}, rien n'est écrit. Détail : {commit.FOLDER}/differences.csv"
            )
        elif self.report.replaced:
            said = f"{done} {writing.plural(len(moved), 'actualisée')}" if moved else "Aucune valeur ne change"
            self.tell(f"{said} ; remplacés : {', '.join(f'data/{p}' for p in self.report.replaced)}.")
        elif outcomes:
            self.tell("Tout est à jour : rien n'est remplacé.")
        for text in self.report.to_read:
            self.tell(f"À reprendre dans les textes : {text}")
