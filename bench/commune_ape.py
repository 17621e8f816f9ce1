"""Import and query times of the Urssaf « commune × APE » file, on a file of the real size filled with MADE-UP numbers.

Run from the project's folder: ``nice -n 10 .venv/bin/python -m bench.commune_ape [lines]``. The file is generated (seeded)
in a temporary folder, imported there in a process of its own whose peak memory is measured, then questioned. Nothing is
written in the project, and no number printed here is a statistic: only seconds and megabytes mean something.
"""

import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from prospective.data.commune_ape.importing import import_file
from prospective.data.commune_ape.query import CommuneApe
from prospective.data.commune_ape.store import FOLDER
from prospective.data.package import Package
from prospective.data.root import find_root
from prospective.data.territories import Gazetteer
from prospective.model.territory import COUNTRY, REGION, Territory
from tests.data import urssaf_file
from tests.editing import copy_data

LINES = 1_200_000
EACH = 336  # invented communes in each département that is not of the region: about 35,000 in all
PLACES = 20
MEMORY, QUERY = 1500.0, 200.0  # limits: MB, ms


def generate(folder: Path, root: Path, lines: int) -> Path:
    """Write the made-up file."""
    places = [*urssaf_file.region_communes(root), *urssaf_file.other_communes(EACH)]
    made = urssaf_file.lines_of(places, lines, urssaf_file.a38_labels(root))
    return urssaf_file.write(folder / "urssaf-chiffres-fabriques.csv", made)


def import_and_measure(source: str, root: str, told: str) -> None:
    """Import in a process of its own; leave lines, seconds and peak memory (MB) in a file."""
    start = time.perf_counter()
    done = import_file(Path(source), Path(root))
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(told).write_text(json.dumps([done.rows, seconds, peak]), encoding="utf-8")


def kinds(places: Gazetteer) -> dict[str, list[Territory]]:
    """Up to twenty territories of each kind, evenly taken."""
    found: dict[str, list[Territory]] = {"France entière": [places[COUNTRY]], "région": [places[REGION]]}
    for level, name in (
        ("departement", "département"),
        ("ze", "zone d'emploi"),
        ("epci", "intercommunalité"),
        ("commune", "commune"),
        ("compose", "territoire composé"),
    ):
        every = [t for t in places.territories.values() if t.niveau == level and len(places.commune_codes(t))]
        found[name] = every[:: max(1, len(every) // PLACES)][:PLACES]
    return found


def query_times(file: CommuneApe, territories: list[Territory]) -> list[float]:
    """Milliseconds of each question « industrial jobs by A38 sector », every year of the file."""
    times = []
    for territory in territories:
        for year in file.years:
            start = time.perf_counter()
            file.industry(territory, [year])
            times.append(1000 * (time.perf_counter() - start))
    return times


def verdict(value: float, limit: float) -> str:
    """Tell whether a limit is kept."""
    return "tenu" if value < limit else "DÉPASSÉ"


def main() -> None:
    """Print each measure beside its limit."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    print("Fichier FABRIQUÉ (nombres tirés au sort) de la taille et de la forme du vrai : seuls les temps ont un sens.")
    with tempfile.TemporaryDirectory() as folder:
        root = copy_data(find_root(), Path(folder) / "copie")
        source = generate(Path(folder), root, lines)
        columns = len(urssaf_file.header())
        print(f"  {lines} lignes, {columns} colonnes, {source.stat().st_size / 1e6:.0f} Mo")
        told = Path(folder) / "mesure.json"
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=import_and_measure, args=(str(source), str(root), str(told)))
        process.start()
        process.join()
        rows, seconds, peak = json.loads(told.read_text(encoding="utf-8"))
        parquet = [p.stat().st_size for p in (root / FOLDER).rglob("*.parquet")]
        print(f"import : {rows} lignes en {seconds:.1f} s")
        print(f"mémoire la plus haute : {peak:.0f} Mo (limite {MEMORY:.0f} Mo : {verdict(peak, MEMORY)})")
        print(f"Parquet : {sum(parquet) / 1e6:.1f} Mo en {len(parquet)} fichiers")
        start = time.perf_counter()
        with CommuneApe(Gazetteer(Package(root))) as file:
            groups = kinds(file.places)
            print(f"ouverture (territoires compris) : {1000 * (time.perf_counter() - start):.0f} ms")
            print(f"requête « emplois industriels par secteur A38 » (limite {QUERY:.0f} ms) :")
            for name, territories in groups.items():
                times = query_times(file, territories)
                print(
                    f"  {name:<20} {len(times):>4} requêtes  médiane {statistics.median(times):>6.1f} ms  "
                    f"maximum {max(times):>6.1f} ms  {verdict(max(times), QUERY)}"
                )


if __name__ == "__main__":
    main()
