"""Where the publication lives on disk."""

import os
from pathlib import Path

from prospective.model.errors import DataError

VARIABLE = "PROSPECTIVE_RACINE"
MARK = Path("data/datapackage.yaml")


def find_root(start: Path | None = None) -> Path:
    """Return the folder that holds ``data/datapackage.yaml``.

    Looked for in the environment variable PROSPECTIVE_RACINE, then from ``start`` (the working directory)
    upwards, then beside the package, so that notebooks run from anywhere.

    Raises
    ------
    DataError
        If none of them holds a data package.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if (Path(named) / MARK).is_file():
            return Path(named).resolve()
        raise DataError(f"{VARIABLE} désigne « {named} », où {MARK} n'existe pas : corrigez ou retirez cette variable.")
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / MARK).is_file():
            return folder
    raise DataError(f"{MARK} est introuvable depuis « {here} » : placez-vous dans le dossier de la publication.")
