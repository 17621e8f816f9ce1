"""The command line: ``prospective``."""

import datetime
import errno
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from prospective.cli_french import FrenchCommand, FrenchGroup, click, in_french
from prospective.data.package import Package
from prospective.data.root import find_root
from prospective.data.sheets import read_sheet, sheet_slugs
from prospective.data.territories import Gazetteer
from prospective.model import writing
from prospective.model.errors import ProspectiveError
from prospective.model.sheet import HORIZONS
from prospective.model.territory import DEFAULT
from prospective.model.variables import FAMILIES, VARIABLES

if TYPE_CHECKING:
    from prospective.data.validation import Fault

Step = TypeVar("Step")
SHOWN = 40
WRONG_INPUT, NOTEBOOK_FAILED = 2, 1
HORIZON = 2030
PORTRAIT = "notebooks/territoire.ipynb"

app = typer.Typer(
    cls=FrenchGroup,
    name="prospective", add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
    help="Quel avenir pour l’industrie régionale ? Exécuter les carnets, imprimer le livre, vérifier les données.",
    context_settings={"help_option_names": ["--aide", "--help"]},
)  # fmt: skip


@app.command(cls=FrenchCommand)
def livre(
    neuf: Annotated[bool, typer.Option("--neuf", help="Exécuter tous les carnets, même inchangés.")] = False,
) -> None:
    """Exécuter les carnets et imprimer le livre."""
    from prospective.press import book, plan, runner

    root = find_root()
    _check_inputs(root)
    steps: list[tuple[str, float]] = []
    todo = plan.runs(root)
    typer.echo(f"Carnets à exécuter : {len(todo)}")

    def progress(run: plan.Run, kept: bool) -> None:
        typer.echo(f"  {'déjà fait' if kept else 'exécuté  '}  {run.page}")

    executed = _timed(steps, "exécution des carnets", lambda: runner.run_all(root, todo, progress, fresh=neuf))
    typer.echo("Impression du livre…")
    _timed(steps, "mise en page", lambda: book.stage(root, todo, executed))
    first = _timed(steps, "impression", lambda: book.print_book(root))
    for name, seconds in steps:
        typer.echo(f"  {name} : {seconds:.1f} s".replace(".", ","))
    typer.echo(f"Livre imprimé, {len(plan.pages(plan.read_toc(root)))} pages, sans avertissement. À ouvrir : {first}")


@app.command(cls=FrenchCommand)
def executer(
    territoire: Annotated[
        str, typer.Option("--territoire", "-t", help="Identifiant, code ou nom du territoire.")
    ] = DEFAULT,
    variable: Annotated[
        str | None, typer.Option("--variable", "-v", help="Variable ; sans elle, le portrait du territoire.")
    ] = None,
    horizon: Annotated[int, typer.Option("--horizon", help="Année des hypothèses.")] = HORIZON,
    sortie: Annotated[Path | None, typer.Option("--sortie", "-o", help="Dossier où écrire le carnet exécuté.")] = None,
    sur_place: Annotated[
        bool,
        typer.Option(
            "--sur-place",
            help="Réexécuter tous les carnets du livre avec leurs paramètres et enregistrer leurs sorties.",
        ),
    ] = False,
) -> None:
    """Exécuter un carnet pour un territoire, ou tous les carnets sur place."""
    from prospective.press import plan, runner

    root = find_root()
    if sur_place:
        if variable or sortie or (territoire, horizon) != (DEFAULT, HORIZON):
            raise ProspectiveError(
                "--sur-place réexécute tous les carnets avec leurs paramètres : ne l'accompagnez d'aucune autre option."
            )
        _in_place(root)
        return
    notebook = PORTRAIT
    if variable is not None:
        notebook = f"notebooks/variables/{read_sheet(root, variable).variable}.ipynb"
    package = Package(root)
    package.check()
    place = Gazetteer(package).resolve_page(territoire)
    if horizon not in HORIZONS:
        raise ProspectiveError(f"--horizon {horizon} : donnez une année de {HORIZONS[0]} à {HORIZONS[-1]}.")
    folder = (sortie or root / "_build/executions" / place.id).absolute()
    target = folder / Path(notebook).name
    _check_writable(folder)
    typer.echo(f"{notebook}, {place.nom} ({place.id}), horizon {horizon}…")
    start = time.perf_counter()
    text = runner.execute(root, plan.Run(notebook, target.stem, {"territoire": place.id, "horizon": horizon}))
    _write(target, text)
    typer.echo(f"Écrit en {time.perf_counter() - start:.1f} s : {target}".replace(".", ",", 1))


@app.command(cls=FrenchCommand)
def territoires(
    mot: Annotated[str, typer.Argument(help="Mot cherché, casse et accents ignorés.")] = "",
) -> None:
    """Lister les territoires, ou ceux qui répondent à un mot."""
    found = Gazetteer(Package(find_root())).search(mot)
    shown = [t for t in found if t.niveau not in ("comparaison", "commune")] if not mot else found
    if not shown:
        raise ProspectiveError(f"Aucun territoire ne répond à « {mot} » : essayez un mot plus court, ou un code.")
    for place in shown:
        typer.echo(f"{place.id:<18} {place.level_name:<20} {place.nom}")
    if not mot:
        typer.echo("Les communes se cherchent par leur nom : prospective territoires « mot ».")


@app.command(cls=FrenchCommand)
def variables() -> None:
    """Lister les variables par famille ; un point marque celles qui ont une fiche."""
    written = set(sheet_slugs(find_root()))
    for family, title in FAMILIES.items():
        typer.echo(title)
        for slug, (name, home) in VARIABLES.items():
            if home == family:
                typer.echo(f"  {'•' if slug in written else ' '} {slug:<30} {name}")


@app.command(cls=FrenchCommand)
def valider(
    en_json: Annotated[bool, typer.Option("--json", help="Rapport pour les machines.")] = False,
    sceller: Annotated[
        bool,
        typer.Option(
            "--sceller", help="Enregistrer l’empreinte des fichiers changés, si rien d’autre n’est en défaut."
        ),
    ] = False,
    avertissements: Annotated[bool, typer.Option("--avertissements", help="Lire aussi les avertissements.")] = False,
) -> None:
    """Vérifier les données, les fiches et les lettres."""
    from prospective.data import seal
    from prospective.data.validation import as_json, errors, validate

    package = Package(find_root())
    faults = validate(package, check_seal=not sceller)
    if sceller and not errors(faults):
        seal.seal(package.root)
    if en_json:
        typer.echo(json.dumps(as_json(faults), ensure_ascii=False, indent=2))
    else:
        _report(package, faults, avertissements)
    if errors(faults):
        raise typer.Exit(WRONG_INPUT)


def _report(package: Package, faults: "list[Fault]", with_warnings: bool) -> None:
    """Print the faults of the data for people: what stops the publication first, warnings on demand."""
    from prospective.data.validation import errors

    stopping = errors(faults)
    warnings = [fault for fault in faults if fault not in stopping]
    for fault in stopping[:SHOWN]:
        typer.echo(str(fault), err=True)
    if len(stopping) > SHOWN:
        typer.echo(f"… et {len(stopping) - SHOWN} autres (tous avec --json).", err=True)
    if with_warnings:
        for fault in warnings:
            typer.echo(str(fault))
    elif warnings:
        count = f"{len(warnings)} {writing.plural(len(warnings), 'avertissement')}"
        typer.echo(f"{count} (millésimes anciens) : « prospective valider --avertissements » pour les lire.")
    if stopping:
        typer.echo(f"{len(stopping)} {writing.plural(len(stopping), 'défaut')}.", err=True)
    else:
        typer.echo(
            f"Rien à redire : {len(package.tables)} tables, {len(package.indicators)} indicateurs, {len(sheet_slugs(package.root))} fiches."
        )


@app.command(cls=FrenchCommand)
def actualiser(
    indicateur: Annotated[
        list[str] | None,
        typer.Option(
            "--indicateur",
            "-i",
            metavar="INDICATEUR",
            help="Indicateur à actualiser (option répétable) ; sans elle, tous ceux qui ont un connecteur.",
        ),
    ] = None,
    depuis: Annotated[str | None, typer.Option("--depuis", help="Année ou mois à partir duquel demander.")] = None,
    essai: Annotated[bool, typer.Option("--essai", help="Montrer les différences sans rien remplacer.")] = False,
) -> None:
    """Actualiser les séries auprès de leurs producteurs, en ligne."""
    try:
        from prospective.data.refresh.run import refresh
    except ModuleNotFoundError as error:
        raise ProspectiveError(
            f"Il manque la bibliothèque « {error.name} » : installez l'extra actualisation (pip install 'prospective[actualisation]')."
        ) from error

    report = refresh(find_root(), indicateur or (), depuis, essai, typer.echo)
    for name, reason in report.failures.items():
        typer.echo(f"Échec de « {name} » : {reason}", err=True)
    if not essai:
        _log_alerts(find_root(), quiet=True)
    if any(path.startswith("series/") for path in report.replaced):
        typer.echo("Des séries ont changé : « prospective projeter » refera les projections et leurs épreuves.")
    if report.failures:
        raise typer.Exit(WRONG_INPUT)


@app.command(cls=FrenchCommand)
def alertes(
    variable: Annotated[str | None, typer.Option("--variable", "-v", help="Variable ; sans elle, toutes.")] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Tableau pour les machines.")] = False,
    consigner: Annotated[
        bool,
        typer.Option(
            "--consigner",
            help="Inscrire d’abord au journal ce qui a changé, pour toutes les variables (après une modification à la main).",
        ),
    ] = False,
) -> None:
    """Lire les alertes : ce qui est observé sort-il de ce que les hypothèses attendaient ?"""
    from prospective.notebook import alertes as watching
    from prospective.notebook.reading import Publication
    from prospective.notebook.surveillance import report

    root = find_root()
    if variable is not None:
        read_sheet(root, variable)  # refuses a wrong name before anything is written
    if consigner:
        _log_alerts(root, quiet=False)
    publication = Publication(root)
    found = watching.table(publication, variable)
    if en_json:
        typer.echo(json.dumps(watching.as_json(found), ensure_ascii=False, indent=2))
        return
    for line in report(publication, found):
        typer.echo(line)


def _log_alerts(root: Path, quiet: bool) -> None:
    """Append to the log of alerts what has changed, and tell it apart from what is asked (JSON goes to the output)."""
    from prospective.notebook.alert_log import PATH, record

    changed = record(root, datetime.date.today())
    for change in changed:
        before = f"{change.etat_avant} → " if change.etat_avant else ""
        typer.echo(f"  {change.id} : {before}{change.etat}", err=True)
    if changed or not quiet:
        count = (
            f"{len(changed)} {writing.plural(len(changed), 'ligne ajoutée', 'lignes ajoutées')}"
            if changed
            else "Rien n'a changé"
        )
        typer.echo(f"{count} : data/{PATH}.", err=True)


@app.command(cls=FrenchCommand)
def projeter(
    edition: Annotated[
        str, typer.Option("--edition", metavar="AAAA-MM", help="Mois de l’édition ; par défaut, le mois en cours.")
    ] = "",
) -> None:
    """Projeter toutes les séries, les mettre à l’épreuve du passé et enregistrer l’édition."""
    from prospective.notebook import edition as editions
    from prospective.notebook.reading import Publication

    publication = Publication(find_root())
    publication.package.check()
    start = time.perf_counter()
    made = editions.make(publication, edition or time.strftime("%Y-%m"))
    changed = editions.store(publication, made)
    series = made.tables["epreuves"][["indicateur", "territoire"]].drop_duplicates()
    seconds = f"{time.perf_counter() - start:.0f}"
    typer.echo(f"Édition {made.label} : {len(series)} séries projetées et mises à l’épreuve en {seconds} s.")
    for path in changed:
        typer.echo(f"  data/{path}")
    if not changed:
        typer.echo("Rien n’a changé.")


@app.command("importer-urssaf", cls=FrenchCommand)
def importer_urssaf(fichier: Annotated[Path, typer.Argument(metavar="FICHIER", hidden=True)]) -> None:
    """Importer le fichier de l’Urssaf par commune et APE (CSV téléchargé depuis open.urssaf.fr)."""
    from prospective.data.commune_ape.importing import import_file

    start = time.perf_counter()
    done = import_file(fichier, find_root())
    seconds = f"{time.perf_counter() - start:.1f}".replace(".", ",")
    typer.echo(f"{done.rows} lignes importées, années {done.years[0]} à {done.years[-1]}, en {seconds} s.")
    for former, current in done.origin.communes_rattachees.items():
        typer.echo(f"  commune {former} comptée dans {current}")
    for sector in done.origin.secteurs_hors_nomenclature:
        typer.echo(f"  secteur « {sector} » hors nomenclature A38 : compté dans les totaux, pas dans l’industrie")


def _check_inputs(root: Path) -> None:
    """Tell a malformed table or sheet before any notebook is run."""
    Package(root).check()
    for slug in sheet_slugs(root):
        read_sheet(root, slug)


def _in_place(root: Path) -> None:
    """Run every notebook of the book and record its outputs, all or none."""
    import nbformat

    from prospective.press import plan, runner

    _check_inputs(root)
    todo = [run for run in plan.runs(root) if not run.parameters]
    executed = runner.run_all(root, todo, lambda run, _: typer.echo(f"  {run.notebook}"))
    for run in todo:
        notebook = runner.clean(executed[run.page].read_text(encoding="utf-8"), keep_date=False)
        _write(root / run.notebook, nbformat.writes(notebook) + "\n")
    typer.echo(f"{len(todo)} carnets réexécutés sur place.")


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".essai"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ProspectiveError(
            f"Le dossier de sortie « {folder} » n'est pas accessible en écriture ({_reason(error)}) : choisissez-en un autre."
        ) from error


def _write(path: Path, text: str) -> None:
    from prospective.data.files import write_atomically

    try:
        write_atomically(path, text)
    except OSError as error:
        raise ProspectiveError(
            f"« {path} » ne peut pas être écrit ({_reason(error)}) : choisissez un autre dossier."
        ) from error


def _reason(error: OSError) -> str:
    """Say in French why the system refused."""
    reasons = {
        errno.EACCES: "accès refusé", errno.EPERM: "accès refusé", errno.ENOENT: "chemin introuvable", errno.EROFS: "lecture seule",
        errno.ENOSPC: "disque plein", errno.ENOTDIR: "un fichier porte ce nom", errno.EEXIST: "un fichier porte ce nom",
    }  # fmt: skip
    return reasons.get(error.errno or 0, "refus du système")


def _timed(steps: list[tuple[str, float]], name: str, step: Callable[[], Step]) -> Step:
    start = time.perf_counter()
    result = step()
    steps.append((name, time.perf_counter() - start))
    return result


def app_commands() -> list[str]:
    """Names of the commands."""
    return [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]


def main(arguments: list[str] | None = None) -> None:
    """Run a command; errors are one French sentence, exit code 2 (1 when a notebook failed)."""
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="prospective", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.NoArgsIsHelpError as error:
        typer.echo(error.ctx.get_help() if error.ctx else str(error))
        sys.exit(WRONG_INPUT)
    except click.ClickException as error:
        typer.echo(in_french(error, app_commands()), err=True)
        sys.exit(WRONG_INPUT)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("Interrompu : rien n'a été remplacé.", err=True)
        sys.exit(130)
    except ProspectiveError as error:
        from prospective.press.runner import NotebookError

        typer.echo(str(error), err=True)
        sys.exit(NOTEBOOK_FAILED if isinstance(error, NotebookError) else WRONG_INPUT)


if __name__ == "__main__":
    main()
