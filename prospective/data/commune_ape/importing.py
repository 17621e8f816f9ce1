"""Importing the Urssaf « commune × APE » file: 1.2 million lines, one column a year and measure.

Source: Urssaf, dataset ``etablissements-et-effectifs-salaries-au-niveau-commune-x-ape-last`` (ODbL 1.0). The file is too
large to live in the project: each analyst downloads it and imports it into ``data/local/``, as Parquet partitioned by
département. It is kept wide: summing one year over France then reads two columns, which was measured to be quicker, and
to take half the memory while importing, than one line a year.
"""

import glob
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from prospective.data.commune_ape import source as source_file
from prospective.data.commune_ape.store import FOLDER, Origin, connect, new_batch, put_in_use
from prospective.data.package import Package
from prospective.model import writing
from prospective.model.errors import DataError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COMMUNES = "territoires/communes-2026.csv"
PASSAGE = "territoires/passage-communes.csv"
MEMORY = "700MB"


@dataclass(frozen=True)
class Imported:
    """What an import has done: lines and years read, where they are."""

    rows: int
    years: tuple[int, ...]
    folder: Path
    origin: Origin


def import_file(source: Path, root: Path) -> Imported:
    """Import a file of the site or of its API: whole, or not at all.

    Lines are those of the file; a commune that merged since is counted in the one it is now in
    (``data/territoires/passage-communes.csv``). The previous import stays in use until the new one is complete.

    Parameters
    ----------
    source : CSV, « ; », UTF-8, one line a commune and APE, columns « Nombre d'établissements AAAA » and « Effectifs
        salariés AAAA » without a hole in the years; empty cells mean that there is none.
    root : the publication's folder.

    Returns
    -------
    Lines and years read, the folder written.

    Raises
    ------
    DataError
        If anything is wrong with the file (the message names file, line and column), if there is not room enough, if
        another import is under way, or if DuckDB is not installed. Then nothing has changed.
    """
    source_file.check_kind(source)
    connect().close()
    home = root / FOLDER
    needed = source.stat().st_size
    free = shutil.disk_usage(next(folder for folder in (home, *home.parents) if folder.exists())).free
    if needed > free:
        raise DataError(
            f"{source.name} : il faut {writing.number(needed / 1e9, 1)} Go libres pour l'importer, il en reste "
            f"{writing.number(free / 1e9, 1)} sur le disque de {FOLDER} : faites de la place."
        )
    before = source.stat()
    header = source_file.read_header(source)
    digest = source_file.check_bytes(source, header)
    package = Package(root)
    with new_batch(home) as batch:
        origin = _convert(source, header, digest, package, batch)
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise DataError(
                f"{source.name} a changé pendant l'import : attendez la fin du téléchargement, puis relancez."
            )
        put_in_use(home, origin)
    return Imported(origin.lignes, origin.annees, batch, origin)


def _convert(source: Path, header: source_file.Header, digest: str, package: Package, batch: Path) -> Origin:
    """Check the lines of a file and write them as Parquet in a folder."""
    import duckdb

    current = frozenset(package.table(COMMUNES)["code"])
    former = _passage(package)
    settings = {"memory_limit": MEMORY, "preserve_insertion_order": False, "temp_directory": str(batch / "tmp")}
    with connect(**settings) as database:
        _open(database, source, header, former)
        try:
            rows, sectors, communes, sound = _survey(database, header, current | frozenset(former))
        except duckdb.Error as error:
            raise DataError(_fault(source, header, current | frozenset(former), str(error))) from error
        if not rows:
            raise DataError(f"{source.name} : l'en-tête n'est suivi d'aucune ligne ; {source_file.AGAIN}.")
        if not sound:
            raise DataError(_fault(source, header, current | frozenset(former), "contrôle des lignes"))
        try:
            _write(database, header, batch)
        except duckdb.Error as error:
            raise DataError(
                f"L'import ne peut pas être écrit dans {FOLDER} ({str(error).splitlines()[0]}) : vérifiez la place et les droits."
            ) from error
    shutil.rmtree(batch / "tmp", ignore_errors=True)
    known = set(package.table("territoires/nomenclature-a38.csv")["code"])
    return Origin(
        fichier=source.name, sha256=digest, lignes=rows, annees=tuple(header.years), importe_le=date.today().isoformat(),
        departements=tuple(sorted(folder.name.split("=")[1] for folder in batch.glob("departement=*"))),
        communes_rattachees={code: former[code] for code in sorted(communes & set(former))},
        secteurs_hors_nomenclature=tuple(sorted(sectors - known)), dossier=batch.name,
    )  # fmt: skip


def _passage(package: Package) -> dict[str, str]:
    """Code of today of each former commune of the region."""
    if PASSAGE not in package.tables:
        return {}
    table = package.table(PASSAGE)
    current = set(package.table(COMMUNES)["code"])
    return {old: new for old, new in zip(table["code_ancien"], table["code_2026"], strict=True) if old not in current}


def _fault(source: Path, header: source_file.Header, communes: frozenset[str], otherwise: str) -> str:
    """Say what the first fault is; ``otherwise`` is what the quick reading said, should the slow one find nothing."""
    told = source_file.first_fault(source, header, communes)
    if told is None:
        return f"{source.name} : ce fichier ne peut pas être lu ({otherwise.splitlines()[0]}) ; {source_file.AGAIN}."
    advice = "" if "passage-communes" in told else f" ; {source_file.AGAIN}"
    return f"{source.name}, {told}{advice}. Rien n'a été importé."


def _open(database: "DuckDBPyConnection", source: Path, header: source_file.Header, former: dict[str, str]) -> None:
    """Name the lines of the file ``lignes`` (columns c0, c1…), and former communes ``passage``."""
    columns = {f"c{position}": "VARCHAR" for position in range(len(header.names))}
    path = glob.escape(str(source.absolute())).replace("'", "''")
    database.execute(
        f"CREATE VIEW lignes AS FROM read_csv('{path}', columns = {columns}, auto_detect = false, header = true, "
        "delim = ';', quote = '\"', escape = '\"', strict_mode = true, null_padding = false)"
    )
    database.execute("CREATE TABLE passage (ancien VARCHAR, code VARCHAR)")
    if former:
        database.executemany("INSERT INTO passage VALUES (?, ?)", list(former.items()))


def _survey(
    database: "DuckDBPyConnection", header: source_file.Header, communes: frozenset[str]
) -> tuple[int, set[str], set[str], bool]:
    """Read every line once: how many, their sectors, their communes, and whether all of them are sound."""
    commune, a38, ape = (f"c{position}" for position in (header.code_commune, header.a38, header.ape))
    texts = [f"c{p}" for p in range(len(header.names)) if p not in header.numbers]
    numbers = [f"c{p}" for p in header.numbers]
    lines, sound, keys, found, sectors = database.execute(
        f"""
        SELECT count(*),
            count(*) FILTER (
                regexp_full_match(concat_ws(';', {", ".join(numbers)}), '(({source_file.NUMBER})?;)*({source_file.NUMBER})?')
                AND NOT regexp_matches(concat_ws(chr(31), {", ".join(texts)}), '(^|\\x1f){source_file.FORMULA}')
                AND regexp_full_match({commune}, '{source_file.COMMUNE}')
                AND regexp_full_match({a38}, '{source_file.SECTOR}')
                AND regexp_full_match({ape}, '{source_file.APE}')
            ),
            count(DISTINCT {commune} || {ape}),
            list(DISTINCT coalesce({commune}, '')), list(DISTINCT left(coalesce({a38}, ''), 2))
        FROM lignes
        """
    ).fetchall()[0]
    if not lines:
        return 0, set(), set(), True
    departements = {code[:2] for code in communes}
    strangers = [code for code in found if code[:2] in departements and code not in communes]
    return lines, set(sectors), set(found), sound == lines == keys and not strangers


def _write(database: "DuckDBPyConnection", header: source_file.Header, batch: Path) -> None:
    """Write ``lignes`` as Parquet, one folder a département: commune, a38, ape, etablissements_AAAA, effectifs_AAAA."""
    measures = [
        f"CAST(CAST(nullif(c{position}, '') AS DOUBLE) AS INTEGER) AS {name}_{year}"
        for year in header.years
        for name, position in (("etablissements", header.plants[year]), ("effectifs", header.jobs[year]))
    ]
    folder = str(batch).replace("'", "''")
    database.execute(
        f"""
        COPY (
            SELECT commune, a38, ape, * EXCLUDE (commune, a38, ape),
                CASE WHEN commune LIKE '97%' THEN left(commune, 3) ELSE left(commune, 2) END AS departement
            FROM (
                SELECT coalesce(passage.code, c{header.code_commune}) AS commune, left(c{header.a38}, 2) AS a38,
                    c{header.ape} AS ape, {", ".join(measures)}
                FROM lignes LEFT JOIN passage ON passage.ancien = c{header.code_commune}
            )
        ) TO '{folder}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (departement), OVERWRITE_OR_IGNORE true)
        """
    )
