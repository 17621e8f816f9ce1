"""The seal of the data package: ``data/SHA256SUMS`` lists every file of ``data/`` with its checksum.

The format is that of ``sha256sum``: anybody can check it with ``cd data && sha256sum --check SHA256SUMS``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from prospective.data import files
from prospective.model.errors import DataError

FOLDER = Path("data")
SEAL = FOLDER / "SHA256SUMS"
LOCAL = "local"  # what lives only on an analyst's machine
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def sealed_files(root: Path) -> list[str]:
    """Paths, relative to ``data/``, of every file that the seal covers, in order."""
    folder = root / FOLDER
    found = (p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    return sorted(
        p.as_posix()
        for p in found
        if p.parts[0] != LOCAL and p.name != SEAL.name and not any(part.startswith(".") for part in p.parts)
    )


def checksums(root: Path) -> dict[str, str]:
    """The recorded checksums, by path relative to ``data/``.

    Raises
    ------
    DataError
        If the seal is missing or malformed.
    """
    try:
        text = (root / SEAL).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{SEAL} ne peut pas être lu : refaites-le par « prospective valider --sceller ».") from error
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise DataError(
                f"{SEAL}, ligne {number} : « {line[:40]} » n'est pas une empreinte suivie d'un nom ; "
                "refaites ce fichier par « prospective valider --sceller »."
            )
        found[match[2]] = match[1]
    return found


def seal(root: Path) -> None:
    """Record the checksum of every file of ``data/``, the seal appearing whole or not at all."""
    lines = (f"{files.checksum(root / FOLDER / path)}  {path}\n" for path in sealed_files(root))
    files.write_atomically(root / SEAL, "".join(lines))


def broken(root: Path) -> Iterator[tuple[str, str]]:
    """Files that differ from the seal, with what is wrong in French."""
    recorded, present = checksums(root), sealed_files(root)
    remedy = "si le changement est voulu, lancez « prospective valider --sceller »"
    for path in present:
        if path not in recorded:
            yield f"data/{path}", f"ce fichier n'est pas dans {SEAL} ; {remedy}"
        elif files.checksum(root / FOLDER / path) != recorded[path]:
            yield f"data/{path}", f"le contenu ne répond plus à l'empreinte de {SEAL} ; {remedy}"
    for path in sorted(set(recorded) - set(present)):
        yield f"data/{path}", f"ce fichier est dans {SEAL} mais n'existe pas : remettez-le, ou scellez sans lui"
