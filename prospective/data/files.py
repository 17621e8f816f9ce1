"""Reading and writing the publication's files: what was read is remembered, what is written appears whole."""

import hashlib
import os
import tempfile
from pathlib import Path

_READ: dict[tuple[Path, str], str] = {}


def read(root: Path, path: str | Path) -> bytes:
    """Return the content of a file and remember its checksum; ``path`` is relative to ``root``."""
    content = (root / path).read_bytes()
    _READ[root, Path(path).as_posix()] = hashlib.sha256(content).hexdigest()
    return content


def reads(root: Path) -> dict[str, str]:
    """Every file of a publication that this process has read, with the SHA-256 of what it read.

    Nothing is ever forgotten: after two notebooks in one process, the answer holds what either of them read.
    """
    return {path: digest for (home, path), digest in sorted(_READ.items()) if home == root}


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
