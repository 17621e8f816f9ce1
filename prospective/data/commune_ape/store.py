"""Where the imported Urssaf « commune × APE » file lives, what is known of it, and how it is replaced.

``data/local/commune-ape/origine.json`` names the folder of the import in use: putting a new one in its place is what makes
an import take effect, all at once.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from prospective.data import files
from prospective.model.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DATASET = "etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last"
SITE = "open.urssaf.fr"
FOLDER = Path("data/local/commune-ape")
ORIGIN = "origine.json"
LOCK = ".verrou"
BATCH = "lot-"
THREADS = 2


class Origin(BaseModel):
    """What is known of an imported file: ``origine.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fichier: str
    sha256: str
    lignes: int
    annees: tuple[int, ...]
    departements: tuple[str, ...]
    importe_le: str
    communes_rattachees: dict[str, str]
    secteurs_hors_nomenclature: tuple[str, ...]
    dossier: str


def is_present(root: Path) -> bool:
    """Tell whether a file has been imported."""
    return (root / FOLDER / ORIGIN).is_file()


def how_to_get() -> str:
    """Say in French what is missing and how to get it."""
    return (
        f"Le fichier de l’Urssaf par commune et activité (jeu de données « {DATASET} ») n’est pas sur cette machine. "
        f"Pour l’obtenir : sur {SITE}, ouvrez ce jeu de données, « Exporter », puis « CSV » ; puis lancez « prospective "
        "importer-urssaf FICHIER », et réexécutez le carnet."
    )


def read_origin(root: Path) -> Origin:
    """Return what is known of the imported file.

    Raises
    ------
    DataError
        If no file was imported (the message says how to get it), or if its description is damaged.
    """
    path = root / FOLDER / ORIGIN
    if not path.is_file():
        raise DataError(how_to_get())
    try:
        return Origin.model_validate_json(files.read(root, FOLDER / ORIGIN))
    except (OSError, ValidationError) as error:
        raise DataError(f"{FOLDER / ORIGIN} est abîmé : relancez « prospective importer-urssaf FICHIER ».") from error


def connect(**settings: Any) -> "DuckDBPyConnection":
    """Open DuckDB, in memory, on two threads, with no way to the network.

    Raises
    ------
    DataError
        If DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise DataError(
            "Le fichier de l'Urssaf se lit avec DuckDB, qui n'est pas installé : lancez « pip install \"prospective[urssaf]\" »."
        ) from error
    fixed = {"threads": THREADS, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb.connect(":memory:", config={**fixed, **settings})


@contextlib.contextmanager
def new_batch(home: Path) -> Iterator[Path]:
    """Give a new folder to write an import in, to one process at a time; removed if the import fails.

    Raises
    ------
    DataError
        If another import is under way, or if nothing can be written.
    """
    import fcntl  # not on every system: only importing needs it

    created = [folder for folder in (home, *home.parents) if not folder.exists()]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise DataError(f"Un autre import est en cours dans {FOLDER} : attendez qu'il finisse.") from error
            batch = Path(tempfile.mkdtemp(prefix=BATCH, dir=home))
            batch.chmod(0o755)
            try:
                yield batch
            except BaseException:
                if not _is_in_use(home, batch):
                    shutil.rmtree(batch)
                    _forget(home, created)
                raise
    except OSError as error:
        raise DataError(
            f"L'import ne peut pas être écrit dans {FOLDER} ({error.strerror}) : vérifiez la place et les droits."
        ) from error


def _forget(home: Path, created: list[Path]) -> None:
    """Remove the folders that a failed import has created, those that hold something else excepted."""
    if created:
        (home / LOCK).unlink()
    for folder in created:
        with contextlib.suppress(OSError):
            folder.rmdir()


def put_in_use(home: Path, origin: Origin) -> None:
    """Make an import the one in use, at one stroke, then remove the others. Call it inside ``new_batch``."""
    files.write_atomically(home / ORIGIN, origin.model_dump_json(indent=2) + "\n")
    for other in home.glob(f"{BATCH}*"):
        if other.name != origin.dossier:
            # What cannot be removed now is removed by the next import.
            shutil.rmtree(other, ignore_errors=True)


def _is_in_use(home: Path, batch: Path) -> bool:
    path = home / ORIGIN
    return path.is_file() and batch.name in path.read_text(encoding="utf-8")
