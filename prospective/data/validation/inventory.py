"""What the package holds: files listed and sealed, licences allowed, vintages not too old, cells that are data."""

import datetime
import os
from collections.abc import Iterator

from prospective.data import seal
from prospective.data.package import DESCRIPTOR, Package
from prospective.data.sheets import LETTERS, SHEETS
from prospective.data.territories import COMPOSITES
from prospective.data.validation.fault import Fault
from prospective.model import writing
from prospective.model.errors import nearest_name
from prospective.model.indicator import LICENCES

OLD = 24  # months
# A cell that a spreadsheet would run: Open Worldwide Application Security Project (2020), « CSV Injection ».
FORMULA = r"^(?:[=@\t\r]|[+-](?![\s\d.,]|$))"


def listed(package: Package) -> Iterator[Fault]:
    """Every file of ``data/`` has its place: a resource, a schema, a sheet, a letter or a group of territories."""
    known = {*package.resources, DESCRIPTOR.name, *(str(r["schema"]) for r in package.tables.values())}
    written = tuple(f"{folder.relative_to('data').as_posix()}/" for folder in (SHEETS, LETTERS, COMPOSITES))
    for path in seal.sealed_files(package.root):
        if path not in known and not (path.startswith(written) and path.endswith(".yaml")):
            yield Fault(f"data/{path}", f"ce fichier n'est pas déclaré dans {DESCRIPTOR} : déclarez-le ou retirez-le")
    for path in sorted(known):
        if not (package.root / "data" / path).is_file():
            yield Fault(str(DESCRIPTOR), f"« {path} » est déclaré mais n'existe pas : remettez-le ou retirez-le")


def licences(package: Package) -> Iterator[Fault]:
    """Every table has licences, all on the allow-list, and those of its indicators among them."""
    for path, resource in package.resources.items():
        names = [licence.get("name", "") for licence in resource.get("licenses", [])]
        if not names:
            yield Fault(str(DESCRIPTOR), f"« {path} » n'a pas de licence : ajoutez « licenses »")
        for name in names:
            if name not in LICENCES:
                near = nearest_name(name, LICENCES, cutoff=0.4)
                offer = f" ; vouliez-vous dire « {near} » ?" if near else ""
                yield Fault(
                    str(DESCRIPTOR),
                    f"« {path} » : la licence « {name} » n'est pas admise ({', '.join(LICENCES)}){offer}",
                )
        if not resource.get("sources"):
            yield Fault(str(DESCRIPTOR), f"« {path} » n'a pas de source : ajoutez « sources »")
        wanted = {i.licence for i in package.indicators.values() if i.fichier == path}
        for name in sorted(wanted - set(names)):
            yield Fault(
                str(DESCRIPTOR), f"« {path} » porte des indicateurs sous licence « {name} », qu'il ne déclare pas"
            )


def sealed(package: Package) -> Iterator[Fault]:
    """Every file has the checksum that was recorded."""
    for where, message in seal.broken(package.root):
        yield Fault(where, message)


def vintages(package: Package) -> Iterator[Fault]:
    """Warn of vintages older than 24 months."""
    now = today()
    for indicator in package.indicators.values():
        if months_since(indicator.millesime, now) > OLD:
            how = (
                f"lancez « prospective actualiser --indicateur {indicator.id} »"
                if indicator.connecteur != "aucun"
                else "cherchez une édition plus récente"
            )
            yield Fault(
                "data/indicateurs.csv",
                f"« {indicator.id} » : le millésime {writing.date(indicator.millesime)} a plus de {OLD} mois ; {how}",
                "avertissement",
            )


def today() -> datetime.date:
    """The day of the check: SOURCE_DATE_EPOCH if it is set (reproducible reports), else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date() if epoch else datetime.date.today()


def months_since(vintage: str, day: datetime.date) -> int:
    """Whole months from a vintage (``AAAA[-MM[-JJ]]``; a bare year is taken at its end) to a day."""
    year, month = int(vintage[:4]), int(vintage[5:7] or 12)
    return (day.year - year) * 12 + day.month - month


def formulas(package: Package) -> Iterator[Fault]:
    """No cell that a spreadsheet would run as a formula."""
    for path in package.tables:
        table = package.table(path)
        for column in map(str, table.select_dtypes(include="str").columns):
            for line in table.index[table[column].str.match(FORMULA)]:
                yield Fault(
                    f"data/{path}, ligne {line + 2}, {column}",
                    f"« {table[column][line][:30]} » serait exécuté comme une formule par un tableur : retirez le premier signe",
                )
