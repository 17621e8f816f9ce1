"""A small publication with one series a producer, and the local server that stands for them all."""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from prospective.data.refresh.transport import Limits
from prospective.data.seal import seal
from tests.data.refresh.producers import answer_normally
from tests.data.refresh.server import Lab
from tests.editing import copy_data

QUICK = Limits(connect=3, read=1.0, total=20, attempts=3, backoff=0.01, patience=2, size=4 * 1024 * 1024)
SERIES, PASSAGE = "series/essais.csv", "territoires/passage-communes.csv"
KEPT = ("indicateurs.csv", "territoires/communes-2026.csv", "territoires/territoires-2026.csv")
INDICATORS = {
    "essai-eurostat": ("eurostat", "edat_lfse_04", "sex=T;freq=A;age=Y25-64;unit=PC;isced11=ED5-8", "%", "annuelle"),
    "essai-ocde": ("ocde", "OECD.SDD.STES,DSD_KEI@DF_KEI,4.0", "FREQ=A;MEASURE=PRVM;UNIT_MEASURE=IX", "indice", "annuelle"),
    "essai-bce": ("bce", "ICP", "FREQ=M;ADJUSTMENT=N;ICP_ITEM=000000;STS_INSTITUTION=4;ICP_SUFFIX=ANR", "%", "mensuelle"),
    "essai-bdm": ("insee-bdm", "SERIES_BDM", "idbank=001688527", "%", "trimestrielle"),
    "essai-melodi": ("insee-melodi", "DS_ESSAI", "AGE=Y15T64;SEX=_T", "%", "annuelle"),
    "essai-mondiale": ("banque-mondiale", "SL.UEM.TOTL.ZS", "", "%", "annuelle"),
    "essai-urssaf": ("urssaf", "effectifs-essai", "", "emplois", "annuelle"),
    "essai-aucun": ("aucun", "Rapport annuel", "", "%", "annuelle"),
}  # fmt: skip
VALUES = {
    "essai-eurostat": {"fr": {"2018": "36.9", "2019": "37.9", "2020": "39.7", "2021": "40.7"}, "reg-32": {"2018": "31.6", "2019": "32.3", "2020": "33.4", "2021": "34.1"}},
    "essai-ocde": {"de": {"2019": "99.8", "2020": "98.1", "2021": "100.2"}, "fr": {"2019": "100.5", "2020": "97.3", "2021": "101.3"}},
    "essai-bce": {"fr": {"2025-01": "1.8", "2025-02": "0.9", "2025-03": "0.9"}, "zone-euro": {"2025-01": "2.5", "2025-02": "2.3", "2025-03": "2.2"}},
    "essai-bdm": {"fr": {"2024-03": "7.5", "2024-06": "7.3", "2024-09": "7.4"}},
    "essai-melodi": {"dep-02": {"2020": "15.9", "2021": "15.8"}, "reg-32": {"2020": "14.9", "2021": "14.8"}},
    "essai-mondiale": {"de": {"2021": "3.636", "2022": "3.135"}, "fr": {"2021": "7.874", "2022": "7.308"}},
    "essai-urssaf": {
        "com-02001": {"2021": "79", "2022": "72"}, "com-02002": {"2021": "40", "2022": "41"}, "dep-02": {"2021": "116000", "2022": "117000"},
        "fr": {"2021": "19000000", "2022": "19200000"}, "reg-32": {"2021": "1500000", "2022": "1520000"}, "ze-3201": {"2021": "90", "2022": "91"},
    },
    "essai-aucun": {"fr": {"2021": "1", "2022": "2"}},
}  # fmt: skip
REMARKED = ("essai-eurostat", "fr", "2018")  # the row that has a note, with a comma


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server, for the whole session."""
    made = Lab(tmp_path_factory.mktemp("serveur"))
    yield made
    made.close()


@pytest.fixture
def online(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The server, every producer answering well, the product finding it by its environment."""
    lab.clear()
    answer_normally(lab)
    for name, value in lab.environment.items():
        monkeypatch.setenv(name, value)
    return lab


@pytest.fixture(scope="session")
def model(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real data reduced to its codelist and its territories, with our series in place of its own."""
    made = copy_data(root, tmp_path_factory.mktemp("modele"))
    data = made / "data"
    descriptor = yaml.safe_load((data / "datapackage.yaml").read_text(encoding="utf-8"))
    tables = {resource["path"]: resource for resource in descriptor["resources"]}
    licences = [{"name": "CC-BY-4.0"}, {"name": "ODbL-1.0"}, {"name": "etalab-2.0"}]
    ours = {
        **tables["indicateurs.csv"],
        "name": "serie-essais",
        "path": SERIES,
        "schema": "schemas/serie.yaml",
        "licenses": licences,
    }
    passage = {
        **tables["indicateurs.csv"],
        "name": "passage-communes",
        "path": PASSAGE,
        "schema": "schemas/passage-essai.yaml",
    }
    descriptor["resources"] = [*(tables[path] for path in KEPT), ours, passage]
    schemas = {str(resource["schema"]) for resource in descriptor["resources"]}
    for path in [p for p in data.rglob("*") if p.is_file()]:
        if path.relative_to(data).as_posix() not in {*KEPT, PASSAGE, *schemas}:
            path.unlink()
    # JSON is YAML: safe_dump would write aliases for the licences that are shared, which the check refuses.
    (data / "datapackage.yaml").write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")
    columns = (data / PASSAGE).read_text(encoding="utf-8").splitlines()[0].split(",")
    fields = [{"name": name, "type": "string"} for name in columns]
    schema = {"fields": fields, "primaryKey": ["code_ancien"], "missingValues": [""]}
    (data / "schemas/passage-essai.yaml").write_text(yaml.safe_dump(schema), encoding="utf-8")
    communes = (data / KEPT[1]).read_text(encoding="utf-8").splitlines(keepends=True)
    (data / KEPT[1]).write_text("".join(communes[:200]), encoding="utf-8")
    (made / "book/references.bib").write_text("", encoding="utf-8")
    _write_codelist(data / "indicateurs.csv")
    _write_series(data / SERIES)
    seal(made)
    return made


def _write_codelist(path: Path) -> None:
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n", restval="")
        writer.writeheader()
        for name, (connector, dataset, query, unit, rhythm) in sorted(INDICATORS.items()):
            writer.writerow(
                {
                    "id": name, "variable": "capital-humain", "libelle": f"Série d’essai, {name}", "libelle_court": name, "unite": unit,
                    "decimales": "0" if unit == "emplois" else "1", "sens": "neutre", "frequence": rhythm, "producteur": "Producteur",
                    "jeu_de_donnees": dataset, "licence": "CC-BY-4.0", "millesime": "2025", "url": "https://example.org", "provenance": "github:une/compilation@abc1234",
                    "connecteur": connector, "requete": query, "projetable": "non", "echelle": "lineaire", "nature": "serie", "minimum": "0",
                    "maximum": {"%": "100", "indice": "300"}.get(unit, ""), "fichier": SERIES, "note": "Série d’essai.",
                }
            )  # fmt: skip


def _write_series(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    lines = ["territoire,indicateur,date,valeur,statut,source,note"]
    for name in sorted(VALUES):
        for place in sorted(VALUES[name]):
            for date, value in VALUES[name][place].items():
                note = '"une réserve, avec une virgule"' if (name, place, date) == REMARKED else ""
                lines.append(f"{place},{name},{date},{value},observe,,{note}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def publication(model: Path, tmp_path: Path) -> Path:
    """A fresh copy of the small publication."""
    return Path(shutil.copytree(model, tmp_path / "publication"))


def imprint(root: Path) -> str:
    """A checksum of the whole of data/, names and bytes."""
    digest = hashlib.sha256()
    for path in sorted((root / "data").rglob("*")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def staged(root: Path) -> list[str]:
    """What downloads left in the staging area."""
    folders = (root / "_build/actualisation").glob("20*")
    return sorted(p.relative_to(root).as_posix() for folder in folders for p in folder.rglob("*"))


def rows(root: Path, indicator: str) -> dict[tuple[str, str], tuple[str, str]]:
    """The rows of a series as they are in the file: (value, status) by (territoire, date)."""
    with (root / "data" / SERIES).open(encoding="utf-8", newline="") as stream:
        return {
            (r["territoire"], r["date"]): (r["valeur"], r["statut"])
            for r in csv.DictReader(stream)
            if r["indicateur"] == indicator
        }
