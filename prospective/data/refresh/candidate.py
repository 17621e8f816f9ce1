"""The data package as it would be after the refresh, put through ``prospective valider`` before anything is replaced."""

import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from prospective.data import files, validation
from prospective.data.package import CODELIST, Package
from prospective.data.refresh.commit import FOLDER
from prospective.data.refresh.rewrite import RawTable
from prospective.data.validation import Fault

CANDIDATE = FOLDER / "candidat"
_LINE = re.compile(r"data/(\S+), ligne (\d+)")


def new_faults(root: Path, contents: Mapping[str, bytes]) -> list[Fault]:
    """Errors that ``prospective valider`` would find with these files and doesn't find without them.

    Parameters
    ----------
    contents : new bytes by path relative to ``data/``.
    """
    folder = root / CANDIDATE
    shutil.rmtree(folder, ignore_errors=True)
    try:
        shutil.copytree(root / "data", folder / "data", copy_function=_link)
        (folder / "book").symlink_to((root / "book").resolve(), target_is_directory=True)
        for path, content in contents.items():
            files.write_atomically(folder / "data" / path, content)  # a new file: the one that is linked stays as it is
        found = validation.errors(validation.validate(Package(folder), check_seal=False))
        if not found:
            return []
        known = {_key(fault) for fault in validation.errors(validation.validate(Package(root), check_seal=False))}
        return [fault for fault in found if _key(fault) not in known]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """Link a file, or copy it where the two are not on the same disk (``commit`` says so when it comes to replacing)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def blamed(fault: Fault, tables: Mapping[str, RawTable], series: Mapping[str, Iterable[str]]) -> set[str]:
    """The refreshed indicators that a fault comes from; none if it is in a text, which is to be read again.

    Parameters
    ----------
    tables : the refreshed tables by path.
    series : the refreshed indicators of each table.
    """
    for path, names in series.items():
        if match := _LINE.search(fault.where):
            if match[1] in (path, CODELIST) and match[1] in tables:
                row = tables[match[1]].line(int(match[2]))
                named = set(names) & set(row[:2])
                if named:
                    return named
        elif f"data/{path}" in fault.where:
            named = {name for name in names if f"« {name} »" in fault.message or name in fault.where}
            return named or set(names)
    return set()


def _key(fault: Fault) -> tuple[str, str]:
    """A fault without its line, which moves when rows come in."""
    return re.sub(r", ligne \d+", "", fault.where), fault.message
