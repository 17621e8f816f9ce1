"""What the schemas let through and a rule refuses: each damage alone, told with its file, its line and what to do.

Only the rule concerned is run, on a copy of ``data/`` where one file at a time is damaged and then put back.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prospective.data.package import Package
from prospective.data.validation import Fault, cells, descriptor, geography, tables, targets, validate
from prospective.data.yaml_files import compose
from prospective.model.errors import SheetError
from tests.editing import append, copy_data, edit

Rule = Callable[[Package], Iterator[Fault]]
Damage = Callable[[Path], object]
CAPITAL, ROBOTS = "series/capital-humain.csv", "series/cobotique.csv"
DESCRIPTOR, CODELIST, SCHEMA = "datapackage.yaml", "indicateurs.csv", "schemas/serie.yaml"
COMMUNES, TERRITORIES = "territoires/communes-2026.csv", "territoires/territoires-2026.csv"
PASSAGE, CONTOURS = "territoires/passage-communes.csv", "territoires/contours-2026.topojson"
FLORES, SECTORS, SITES = "territoires/flores.csv", "territoires/emploi-secteurs.csv", "territoires/emissions-sites.csv"
PROJECTS, POLICIES = "territoires/projets-recrutement-2024.csv", "territoires/suivi-politiques.csv"
PATENTS, SALARIED, SHARES = (
    "territoires/brevets.csv",
    "territoires/emploi-salarie.csv",
    "territoires/emploi-secteurs-2019.csv",
)
TARGETS, FACTS = "cibles.csv", "faits/cobotique.csv"
ROW = "de,chomage-bit,1991,5.316,observe,,"


def change(old: str, new: str) -> Damage:
    return lambda file: edit(file, old, new)


def cell(new: str) -> Damage:
    """Put a value in place of a rate of unemployment."""
    return change("de,chomage-bit,1991,5.316,", f"de,chomage-bit,1991,{new},")


def people(new: str) -> Damage:
    return change("02001,Abbécourt,518,", f"02001,Abbécourt,{new},")


def swap(pattern: str, new: str) -> Damage:
    """Replace the first match of a pattern, which must be there."""

    def damage(file: Path) -> None:
        text, count = re.subn(pattern, new, file.read_text(encoding="utf-8"), count=1)
        assert count, f"{file.name} no longer has {pattern}"
        file.write_text(text, encoding="utf-8", newline="")

    return damage


def as_bytes(transform: Callable[[bytes], bytes]) -> Damage:
    return lambda file: file.write_bytes(transform(file.read_bytes()))


def drawing(transform: Callable[[Any], object]) -> Damage:
    """Change the topology of the contours."""

    def damage(file: Path) -> None:
        found = json.loads(file.read_text(encoding="utf-8"))
        transform(found)
        file.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

    return damage


def first_epci(topology: Any) -> Any:
    return topology["objects"]["epci"]["geometries"][0]


def linked(file: Path) -> None:
    """Put a link in place of the file."""
    aside = file.parents[2] / "ailleurs.csv"
    shutil.copy(file, aside)
    file.unlink()
    file.symlink_to(aside)


WRITTEN: dict[str, tuple[str, Damage, str]] = {
    "a BOM": (CAPITAL, as_bytes(lambda b: b"\xef\xbb\xbf" + b), "ligne 1 : .*marque BOM"),
    "lines of Windows": (CAPITAL, as_bytes(lambda b: b.replace(b"\n", b"\r\n")), "fins de ligne LF"),
    "lines of an old Macintosh": (CAPITAL, as_bytes(lambda b: b.replace(b"\n", b"\r")), "fins de ligne LF"),
    "a last line that is not finished": (CAPITAL, as_bytes(bytes.rstrip), "la dernière ligne n'est pas terminée"),
    "a space after a note": (CAPITAL, change(ROW, f"{ROW}vu "), "ligne 2, note : « vu  » a un espace"),
    "a null byte": (CAPITAL, change(ROW, f"{ROW}a\0b"), "ligne 2, note : .* caractère invisible"),
    "a quote in the middle": (CAPITAL, change(ROW, f'{ROW}"abc"d'), "ligne 2, territoire : .* guillemets"),
    "a cell of a novel": (CAPITAL, change(ROW, ROW + "a" * 4000), "a plus de 3000 caractères"),
    "an exponent": (CAPITAL, cell("5.316e0"), "ligne 2, valeur : « 5.316e0 » n'est pas écrit comme un nombre simple"),
    "a space after a number": (CAPITAL, cell("5.316 "), "« 5.316  » n'est pas écrit comme un nombre simple"),
    "a whole number with a plus": (COMMUNES, people("+518"), r"ligne 2, population : « \+518 » n'est pas écrit comme un entier"),
    "a whole number with a zero before": (COMMUNES, people("0518"), "« 0518 » n'est pas écrit comme un entier"),
    "minus nothing": (COMMUNES, people("-0"), "« -0 » n'est pas écrit comme un entier"),
    "Arabic digits in a date": (CAPITAL, change("chomage-bit,1991", "chomage-bit,١٩٩١"), "« ١٩٩١ » n'est pas une date"),
    "the 30th of February": (POLICIES, change("2021-02-28", "2021-02-30"), "« 2021-02-30 » n'existe pas dans le calendrier"),
    "the year 1022": (ROBOTS, lambda f: append(f, "fr,densite-robots,1022,200,observe,,"), "n'est pas une date plausible"),
}  # fmt: skip
DESCRIBED: dict[str, tuple[str, Damage, str]] = {
    "a path that leaves data/": (DESCRIPTOR, change("path: series/cobotique.csv", "path: ../book/references.csv"), "sort de data/"),
    "an absolute path": (DESCRIPTOR, change("path: series/cobotique.csv", "path: /etc/passwd.csv"), "sort de data/"),
    "an address": (DESCRIPTOR, change("path: series/cobotique.csv", "path: 'https://example.org/x.csv'"), "sort de data/"),
    "an absolute path that is no table": (DESCRIPTOR, change("path: territoires/contours-2026.topojson", "path: /etc/passwd"), "sort de data/"),
    "a schema elsewhere": (DESCRIPTOR, change("schema: schemas/serie.yaml", "schema: 'http://example.org/s.yaml'"), "sort de data/"),
    "a table without schema": (DESCRIPTOR, change("    schema: schemas/serie.yaml\n", ""), "« schema » doit nommer un fichier"),
    "a table that would not be read": (DESCRIPTOR, swap("(path: series/cobotique.csv\n(?:.*\n){2}.*)tabular-data", r"\1data"), "a « profile: tabular-data-resource »"),
    "licences emptied": (DESCRIPTOR, swap(r"    licenses:\n(      - .*\n)+", "    licenses:\n"), "« licenses » est vide"),
    "licences of the package emptied": (DESCRIPTOR, swap(r"\nlicenses:\n(  - .*\n)+", "\nlicenses: []\n"), "manque dans les « licenses » du paquet"),
    "a licence without name": (DESCRIPTOR, swap(r"    licenses:\n(      - .*\n)+", "    licenses:\n      - {title: X}\n"), "« licenses » doit être une liste d'objets qui ont « name »"),
    "sources that are a word": (DESCRIPTOR, swap(r"    sources:\n(      - .*\n)+", "    sources: x\n"), "« sources » doit être une liste"),
    "a title missing": (DESCRIPTOR, change("    title: Nomenclature des indicateurs\n", ""), "« title » doit être un texte"),
    "the same table twice": (DESCRIPTOR, change("path: series/cobotique.csv", "path: series/big-data.csv"), "deux ressources ont « path: series/big-data.csv »"),
    "the same name twice": (DESCRIPTOR, change("name: serie-cobotique", "name: serie-big-data"), "deux ressources ont « name: serie-big-data »"),
    "a key twice": (DESCRIPTOR, change("path: series/cobotique.csv", "path: a.csv\n    path: series/cobotique.csv"), "cette clé est écrite deux fois"),
    "an alias": (DESCRIPTOR, change("name: quel-avenir", "x: &a [1]\ny: *a\nname: quel-avenir"), r"« \*a » renvoie à une ancre"),
    "no resource": (DESCRIPTOR, as_bytes(lambda b: b[: b.index(b"resources:")] + b"resources: []\n"), "« resources » doit être une liste"),
    "nothing at all": (DESCRIPTOR, as_bytes(lambda b: b""), "« resources » doit être une liste"),
    "another encoding": (DESCRIPTOR, change("encoding: utf-8", "encoding: latin-1"), "« encoding » doit être utf-8"),
    "a value that is text": (SCHEMA, change("type: number", "type: string"), "colonne « valeur » : le type « string » n'est pas admis"),
    "a type that says nothing": (SCHEMA, change("type: string", "type: any"), "le type « any » n'est pas admis"),
    "no key": (SCHEMA, change("primaryKey: [territoire, indicateur, date]\n", ""), "« primaryKey » doit nommer"),
    "values that would be missing": (SCHEMA, change("missingValues: ['']", "missingValues: ['', '5.316']"), "« missingValues » doit être"),
    "no field": (SCHEMA, as_bytes(lambda b: b"a: 1\n"), "« fields » doit être une liste"),
}  # fmt: skip
STORED: dict[str, tuple[str, Damage, str]] = {
    "a link": (CAPITAL, linked, f"data/{CAPITAL} : c'est un lien vers un autre fichier"),
    "a table too large": (CAPITAL, as_bytes(lambda b: b + b"x" * 2_000_000), "enregistrez cette table en Parquet"),
    "contours too heavy": (CONTOURS, as_bytes(lambda b: b + b" " * 400_000), "les contours pèsent"),
}
PLACED: dict[str, tuple[str, Damage, str]] = {
    "a commune in another EPCI": (COMMUNES, change("518,200071785", "518,200071983"), "« epci-200071785 » : .* habitants, quand ses communes en ont"),
    "an EPCI that is a zone": (COMMUNES, change("518,200071785,", "518,3220,"), "« 3220 », colonne epci, n'est pas un territoire de ce niveau"),
    "a commune in another département": (COMMUNES, change("3220,02\n", "3220,59\n"), "ligne 2 : la commune 02001 n'est pas dans le département 59"),
    "a commune under two codes": (COMMUNES, change("02002,Achery", "02002,Abbécourt"), "ligne 3 : « Abbécourt » est déjà une commune"),
    "a commune left out": (COMMUNES, swap("02001,.*\n", ""), "« dep-02 » : .* habitants, quand"),
    "an inhabitant too many": (COMMUNES, people("519"), "« reg-32 » : 5992194 habitants, quand ses communes en ont 5992195"),
    "an EPCI without commune": (TERRITORIES, lambda f: append(f, "epci-999999999,epci,999999999,CC de rien,0,non,"), "« epci-999999999 » n'a aucune commune"),
    "a code that is not that of the identifier": (TERRITORIES, change("dep-02,departement,02", "dep-02,departement,2"), "« dep-02 » n'est pas « dep-2 »"),
}  # fmt: skip
MERGED: dict[str, tuple[str, Damage, str]] = {
    "a commune of today that would have gone": (
        PASSAGE,
        change("02026,Artonges", "02001,Artonges"),
        "ligne 2 : « 02001 » est une commune d'aujourd'hui",
    ),
    "a commune that goes round": (
        PASSAGE,
        change("Artonges,02458", "Artonges,02026"),
        "ligne 2 : « 02026 » a disparu à son tour",
    ),
    "a chain": (PASSAGE, change("Artonges,02458", "Artonges,02045"), "« 02045 » a disparu à son tour"),
    "an unknown commune": (PASSAGE, change("Artonges,02458", "Artonges,02998"), "« 02998 » n'est pas une commune de"),
}
DRAWN: dict[str, tuple[str, Damage, str]] = {
    "cut": (CONTOURS, as_bytes(lambda b: b[:5000]), "ce n'est pas du TopoJSON"),
    "a web page": (CONTOURS, as_bytes(lambda b: b"<html>"), "ce n'est pas du TopoJSON"),
    "nested without end": (CONTOURS, as_bytes(lambda b: b"[" * 100_000), "ce n'est pas du TopoJSON"),
    "a layer missing": (CONTOURS, drawing(lambda t: t["objects"].pop("ze")), "ce n'est pas du TopoJSON .*'ze'"),
    "an unknown territory": (CONTOURS, drawing(lambda t: first_epci(t).update(id="epci-9")), "« epci-9 » n'est pas un territoire"),
    "a territory missing": (CONTOURS, drawing(lambda t: t["objects"]["epci"]["geometries"].pop(0)), "le contour de « epci-200018083 » manque"),
    "a territory twice": (CONTOURS, drawing(lambda t: t["objects"]["epci"]["geometries"].append(first_epci(t))), "a plusieurs contours"),
    "another name": (CONTOURS, drawing(lambda t: first_epci(t)["properties"].update(nom="X")), "y est nommé « X »"),
    "an arc that is not there": (CONTOURS, drawing(lambda t: first_epci(t).update(arcs=[[99999]])), "un arc qui n'existe pas"),
    "off the coast of Ghana": (CONTOURS, drawing(lambda t: t["transform"].update(translate=[0, 0])), "sortent de la région"),
}  # fmt: skip
AGREED: dict[str, tuple[Rule, str, Damage, str]] = {
    "more difficult projects than projects": (tables.recruitment, PROJECTS, change("268,159,191,non", "268,269,191,non"), "ligne 2 : 269 projets difficiles sur 268"),
    "a mask that is not said": (tables.recruitment, PROJECTS, change("268,159,191,non", "268,,191,non"), "ligne 2, secret : "),
    "a basin of another département": (tables.names, PROJECTS, change("Abbeville Ponthieu,80", "Abbeville Ponthieu,02"), "ligne 2, departement : « 02 » pour « bmo-3201 »"),
    "a basin of another name": (tables.names, PROJECTS, change("Abbeville Ponthieu,80", "Lille,80"), "nommé « Abbeville Ponthieu » ailleurs"),
    "sectors that don't make the total": (tables.additions, SALARIED, change("fr-metro,total,1998,21599592", "fr-metro,total,1998,2159959"), "fr-metro, 1998 : les cinq secteurs"),
    "shares that don't make a hundred": (tables.additions, SHARES, change("fr,BE,2019,11.6", "fr,BE,2019,16.1"), "fr : les parts font 104.4 %"),
    "patents a hundred times too many": (tables.additions, PATENTS, change("dep-02,demandes,1978,1.5,", "dep-02,demandes,1978,150,"), "nuts-fre2, 1978"),
    "a region that its départements don't make": (tables.additions, POLICIES, swap(r"(contrats-apprentissage,.*,reg-32,2021-12-31,)\d+", r"\g<1>569670"), "contrats-apprentissage, 2021-12-31"),
    "a zone left out": (tables.breadth, SECTORS, as_bytes(lambda b: re.sub(rb"ze-3201,.*\n", b"", b)), "« ze-3201 » n'y a aucune ligne"),
    "a zero left out": (tables.breadth, SECTORS, swap(r"ze-.*,0,.*\n", ""), "lignes au lieu de 140"),
    "a zone larger than the country": (tables.breadth, FLORES, swap(r"(ze-3201,CA,2023,)\d+", r"\g<1>99999999"), "plus d'emplois que la France"),
    "a country ten times too large": (tables.breadth, FLORES, change("fr,AZ,2022,297207", "fr,AZ,2022,2972070"), "fr, AZ, 2023 : un changement"),
    "two sectors exchanged": (tables.breadth, SECTORS, as_bytes(lambda b: b.replace(b"fr,BZ,2022", b"@").replace(b"fr,CA,2022", b"fr,BZ,2022").replace(b"@", b"fr,CA,2022")), "fr, BZ, 2022 : un changement"),
    "kilotonnes for megatonnes": (tables.sites, SITES, change(",2013,0.5185", ",2013,518.5"), "518.5 Mt CO₂e, quand ce site"),
    "a target without value": (targets.targets, TARGETS, change(",,60,,%,2030,2021-03", ",,,,%,2030,2021-03"), "donnez soit « valeur »"),
    "a range upside down": (targets.targets, TARGETS, change(",,60,,%,2030,2021-03", ",60,,40,%,2030,2021-03"), "finit .* avant de commencer"),
    "a target of nowhere": (targets.targets, TARGETS, change("capital-humain,ue27", "capital-humain,ue99"), "le territoire « ue99 » n'existe pas"),
    "a share of 600 %": (targets.targets, TARGETS, change(",,60,,%,2030,2021-03", ",,600,,%,2030,2021-03"), "un pourcentage au-delà de 100"),
    "a target in another unit": (targets.targets, TARGETS, swap(r",%,(2030,[^,]*,[a-z])", r",Md€,\1"), "l'unité « Md€ » n'est pas celle de l'indicateur"),
    "a target behind us": (targets.targets, TARGETS, change("%,2030,2021-03", "%,1930,2021-03"), "l'horizon 1930 n'est pas plausible"),
    "a fact in another file": (targets.facts, FACTS, change("cobotique-acemoglu-echantillon", "hydrogene-acemoglu-echantillon"), "doit commencer par « cobotique- »"),
    "an indicator of another variable": (targets.declared, CODELIST, change("\nchomage-bit,capital-humain,", "\nchomage-bit,ethique,"), "quand sa variable est « ethique »"),
    "a vintage to come": (targets.declared, CODELIST, swap(r"(\nchomage-bit,.*,CC-BY-4.0),[\d-]+,", r"\1,2099,"), "le millésime 2099 est dans l'avenir"),
    "an address that runs": (targets.declared, CODELIST, change("https://data.worldbank.org/indicator/SL.UEM", "javascript:SL.UEM"), "n'est pas en https"),
    "a gap of nowhere": (targets.declared, CODELIST, swap(r"([,;])fr@(\d{4})", r"\1terre@\2"), "le territoire « terre » n'existe pas"),
    "an observation to come": (targets.declared, ROBOTS, lambda f: append(f, "fr,densite-robots,2099,200,observe,,"), "2099 n'est pas encore passé"),
}  # fmt: skip
CASES: dict[str, tuple[Rule, str, Damage, str]] = {
    **{name: (rule, *case) for rule, group in (
        (cells.written, WRITTEN), (descriptor.described, DESCRIBED), (descriptor.stored, STORED), (geography.territories, PLACED),
        (geography.passage, MERGED), (geography.contours, DRAWN),
    ) for name, case in group.items()},
    **AGREED,
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy for all of them; each puts back what it damages."""
    return copy_data(root, tmp_path_factory.mktemp("refus") / "copie")


@pytest.mark.parametrize("name", CASES)
def test_a_rule_refuses_what_a_schema_lets_through(root: Path, copy: Path, name: str) -> None:
    rule, path, damage, told = CASES[name]
    damage(copy / "data" / path)
    try:
        found = [str(fault) for fault in rule(Package(copy))]
        assert any(re.search(told, fault) for fault in found), found
        assert all("\n" not in fault for fault in found)
    finally:
        (copy / "data" / path).unlink()
        shutil.copy(root / "data" / path, copy / "data" / path)


def test_the_rules_have_nothing_to_say_of_the_real_data(package: Package) -> None:
    assert [str(fault) for rule in {case[0]: None for case in CASES.values()} for fault in rule(package)] == []


def test_nothing_is_read_when_the_descriptor_points_elsewhere(copy_of_data: Path) -> None:
    edit(copy_of_data / "data" / DESCRIPTOR, "path: series/cobotique.csv", "path: ../../../../etc/passwd.csv")
    assert [fault.where for fault in validate(Package(copy_of_data))] == ["data/datapackage.yaml"]


BOMB = "a: &a [x, x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, r"f.yaml, ligne 2 : .*« \*a » renvoie à une ancre"),
        ("a: &a [*a]\n", r"ligne 1 : .*« \*a » renvoie à une ancre"),
        (f"a: {'[' * 20_000}{']' * 20_000}\n", "plus de 30 listes ou objets emboîtés"),
        ("a: 1\na: 2\n", "ligne 2, a : cette clé est écrite deux fois"),
        ("a: 1\n---\nb: 2\n", "le YAML est mal formé"),
    ],
)
def test_yaml_that_would_unfold_without_end_is_refused(text: str, told: str) -> None:
    with pytest.raises(SheetError, match=told):
        compose(text, "f.yaml")
