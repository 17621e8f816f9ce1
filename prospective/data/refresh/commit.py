"""Replacing files of ``data/``, all or none: new files are written aside, a journal names them, then they take their place.

A commit that was interrupted once its journal exists is finished at the next start; before that, nothing has changed.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prospective.data import files
from prospective.data.seal import SEAL
from prospective.model.errors import DataError

FOLDER = Path("_build/actualisation")
JOURNAL = FOLDER / "journal.json"
NEW = FOLDER / "remplacement"


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep any other refresh of this publication out.

    Raises
    ------
    DataError
        If another one is running, or if the lock cannot be written.
    """
    folder = root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / "verrou").open("w")
    except OSError as error:
        raise DataError(
            f"La commande ne peut pas écrire dans {FOLDER}/ ({error.strerror}) : rien n'est remplacé."
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataError("Une autre actualisation est en cours : attendez qu'elle finisse.") from error
        yield


def replace(root: Path, contents: Mapping[str, bytes], read: Mapping[str, bytes]) -> list[str]:
    """Replace files of ``data/`` together, the seal following them.

    Parameters
    ----------
    contents : new bytes by path relative to ``data/``.
    read : the bytes that those files had when they were read.

    Returns
    -------
    The paths replaced; those whose bytes don't change are left alone.

    Raises
    ------
    DataError
        If a file changed in the meantime, or if the new files cannot be written.
    """
    changed = {path: content for path, content in contents.items() if content != read[path]}
    if not changed:
        return []
    for path in changed:
        if (root / "data" / path).read_bytes() != read[path]:
            raise DataError(f"data/{path} a été modifié pendant l'actualisation : rien n'est remplacé, relancez-la.")
    try:
        _prepare(root, {**changed, **_seal(root, changed)})
    except OSError as error:
        shutil.rmtree(root / NEW, ignore_errors=True)
        raise DataError(f"{NEW} ne peut pas être écrit ({error.strerror}) : rien n'est remplacé.") from error
    finish(root)
    return sorted(changed)


def finish(root: Path) -> list[str]:
    """Finish a commit whose journal exists; return the paths that it replaces (none if there is no journal).

    Raises
    ------
    DataError
        If a file of the journal is neither waiting nor in its place, or if ``data/`` cannot be written; when nothing
        has been moved yet, the commit is then given up.
    """
    journal = root / JOURNAL
    if not journal.exists():
        shutil.rmtree(root / NEW, ignore_errors=True)
        return []
    planned: dict[str, str] = json.loads(journal.read_text(encoding="utf-8"))
    for path, digest in planned.items():
        waiting, target = root / NEW / path, root / "data" / path
        if waiting.exists():
            try:
                waiting.replace(target)
            except OSError as error:
                if all((root / NEW / path).exists() for path in planned):
                    journal.unlink()
                    shutil.rmtree(root / NEW, ignore_errors=True)
                    raise DataError(
                        f"data/ ne peut pas être écrit ({error.strerror}) : rien n'est remplacé."
                    ) from error
                raise DataError(
                    f"data/{path} ne peut pas être écrit ({error.strerror}) : rendez data/ accessible, puis relancez pour achever."
                ) from error
        if not target.exists() or files.checksum(target) != digest:
            raise DataError(
                f"Une actualisation interrompue ne peut pas être achevée : data/{path} n'est pas celui du journal ({JOURNAL}) ; "
                "revenez à la version enregistrée de data/, effacez ce journal, puis relancez."
            )
    journal.unlink()
    shutil.rmtree(root / NEW, ignore_errors=True)
    return sorted(planned)


def _prepare(root: Path, contents: Mapping[str, bytes]) -> None:
    shutil.rmtree(root / NEW, ignore_errors=True)
    for path, content in contents.items():
        files.write_atomically(root / NEW / path, content)
    if (root / NEW).stat().st_dev != (root / "data").stat().st_dev:
        shutil.rmtree(root / NEW)
        raise DataError(
            "_build/ et data/ sont sur deux disques : un remplacement pourrait y rester à moitié fait ; mettez-les sur le même."
        )
    digests = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    files.write_atomically(root / JOURNAL, json.dumps(digests, ensure_ascii=False, indent=2))


def _seal(root: Path, changed: Mapping[str, bytes]) -> dict[str, bytes]:
    """The seal with the new checksums of the files that change, its other lines as they are (none without a seal)."""
    seal = root / SEAL
    if not seal.exists():
        return {}
    lines = []
    for line in seal.read_text(encoding="utf-8").splitlines(keepends=True):
        path = line[66:].rstrip("\n")
        lines.append(f"{hashlib.sha256(changed[path]).hexdigest()}  {path}\n" if path in changed else line)
    return {SEAL.name: "".join(lines).encode("utf-8")}
