"""The real package is clean; each planted fault is found, named and placed, and nothing else is."""

import re
from dataclasses import dataclass

import pytest

from prospective.data import seal
from prospective.data.package import Package
from prospective.data.validation import Fault, as_json, errors, validate
from tests.editing import append, copy_data, edit

JOBS = "data/territoires/emploi-prive.csv"
SECTORS = "data/territoires/emploi-secteurs.csv"
ROBOTS = "data/series/cobotique.csv"
CAPITAL = "data/series/capital-humain.csv"
CODELIST = "data/indicateurs.csv"
SHEET = "data/fiches/cobotique.yaml"
LETTER = "data/lettres/lettre-4.yaml"
BIB = "book/references.bib"


@dataclass(frozen=True)
class Planted:
    """A fault planted in a file (at its end when ``old`` is empty), and the beginning of what names it."""

    path: str
    old: str
    new: str
    told: str

    def plant(self, copy) -> str:
        """Damage the copy; return a pattern of the beginning of the expected fault, with its line."""
        line = edit(copy / self.path, self.old, self.new) if self.old else append(copy / self.path, self.new)
        told = self.told.format(path=self.path, line=line, next=line + 1, above="ABOVE")
        return re.escape(told).replace("ABOVE", r"\d+")


# What breaks the schema of a table: told by frictionless, in French.
SCHEMA = {
    "an indicator that is not in the codelist": Planted(
        ROBOTS,
        "fr,densite-robots,2015,",
        "fr,densite-robot,2015,",
        "{path}, ligne {line} : une valeur renvoie à une ligne qui n'existe pas",
    ),
    "a word that is not in the list": Planted(
        ROBOTS,
        "2016,132,observe",
        "2016,132,vu",
        "{path}, ligne {line} : « vu » enfreint une contrainte de la colonne statut",
    ),
    "a date that is not one": Planted(
        ROBOTS,
        "fr,densite-robots,2018,",
        "fr,densite-robots,18,",
        "{path}, ligne {line} : « 18 » enfreint une contrainte de la colonne date",
    ),
    "an empty value": Planted(
        ROBOTS,
        "fr,densite-robots,2019,177,",
        "fr,densite-robots,2019,,",
        "{path}, ligne {line} : «  » enfreint une contrainte de la colonne valeur",
    ),
    "a row written twice": Planted(
        ROBOTS,
        "it,densite-robots,2018,200,",
        "it,densite-robots,2018,200,observe,,\nit,densite-robots,2018,200,",
        "{path}, ligne {next} : cette ligne répète une clé déjà lue",
    ),
    "a row cut short": Planted(
        ROBOTS,
        "monde,densite-robots,2016,74,observe,silicon2018robots,",
        "monde,densite-robots,2016,74,observe,silicon2018robots",
        "{path}, ligne {line} : une cellule manque en colonne note",
    ),
}

# What no schema can say.
RULES = {
    "a territory that does not exist": Planted(
        ROBOTS,
        "de,densite-robots,2021,397,",
        "ze-9999,densite-robots,2021,397,",
        "{path}, ligne {line} : le territoire « ze-9999 » n'existe pas",
    ),
    "an indicator in the wrong file": Planted(
        ROBOTS,
        "es,densite-robots,2018,168,",
        "es,chomage-bit,2018,15.3,",
        "{path}, ligne {line} : l'indicateur « chomage-bit » n'est pas déclaré pour ce fichier",
    ),
    "a percentage of 140": Planted(
        CAPITAL,
        "de,chomage-bit,1991,5.316,",
        "de,chomage-bit,1991,140,",
        "{path}, ligne {line} : 140 est hors des valeurs plausibles de « chomage-bit »",
    ),
    "a value below what is plausible": Planted(
        CAPITAL,
        "de,indice-capital-humain,2000,3.566319,",
        "de,indice-capital-humain,2000,-3.566319,",
        "{path}, ligne {line} : −3,5663 est hors des valeurs plausibles de « indice-capital-humain »",
    ),
    "a commune that breaks the total of the region": Planted(
        JOBS,
        "com-02001,emploi-prive,2014,79,",
        "com-02001,emploi-prive,2014,82,",
        "{path} : en 2014, la somme des communes s'écarte de la région de 3 emplois",
    ),
    "a département that breaks the total of the region": Planted(
        JOBS,
        "dep-02,emploi-prive,2015,97376,",
        "dep-02,emploi-prive,2015,97379,",
        "{path} : en 2015, la somme des départements s'écarte de la région de 3 emplois",
    ),
    # Urssaf: 19,871,883 private jobs in France at the end of 2022.
    "a sector that breaks the total of its territory": Planted(
        SECTORS,
        "fr,BZ,2022,20909,",
        "fr,BZ,2022,20910,",
        "{path} : fr, 2022 : 19871884 emplois au lieu de 19871883",
    ),
    "points that would be projected": Planted(
        CODELIST,
        ",non,log,points,20,2000,fr@2021",
        ",oui,log,points,20,2000,fr@2021",
        "{path}, ligne {line} : l'indicateur « densite-robots » est fait de points : il ne peut pas être projetable",
    ),
    "a document that nobody cites": Planted(
        BIB,
        "",
        "@misc{orphelin2020, title={A}, year={2020}, nature={presse}, author={B, C}}",
        "{path} : le document « orphelin2020 » n'est cité nulle part : retirez-le",
    ),
    "an unknown source in a sheet": Planted(
        SHEET,
        "sources: [",
        "sources: [fantome1, ",
        f"{BIB} : le document « fantome1 » est cité mais n'existe pas",
    ),
    "an unknown source in a letter": Planted(
        LETTER,
        "source: agence2020lettre4",
        "source: fantome2",
        f"{BIB} : le document « fantome2 » est cité mais n'existe pas",
    ),
    "an unknown source of a group": Planted(
        "data/territoires/composes/thierache-serre.yaml",
        "source: agence2020lettre4",
        "source: fantome3",
        f"{BIB} : le document « fantome3 » est cité mais n'existe pas",
    ),
    "an unknown source of a page": Planted(
        "book/accueil.md",
        "sources: [",
        "sources: [fantome4, ",
        f"{BIB} : le document « fantome4 » est cité mais n'existe pas",
    ),
    "a number that nothing proves, in a definition": Planted(
        SHEET,
        "definition: >-\n",
        "definition: >-\n  Il en manque 4217,5.\n",
        "{path}, ligne {line}, definition : le nombre « 4217,5 » n'est rattaché à aucune donnée",
    ),
    "a number that nothing proves, at the end of a sheet": Planted(
        SHEET,
        "  limites: >-\n",
        "  limites: >-\n    Il en manque 4218,5.\n",
        "{path}, ligne {line}, qualite.limites : le nombre « 4218,5 » n'est rattaché à aucune donnée",
    ),
    "an indicator that does not exist, in a sheet": Planted(
        SHEET,
        "- {id: densite-robots, role: ",
        "- {id: densite-robot, role: ",
        "{path} : indicateurs : « densite-robot » n'est pas dans data/indicateurs.csv",
    ),
    "a sector that does not exist, in a sheet": Planted(
        SHEET,
        "- a38: C",
        "- a38: S",
        "{path} : secteurs_exposes : « S",
    ),
    "a fact that no sheet quotes": Planted(
        "data/faits/cobotique.csv",
        "",
        "cobotique-zzz,France,Un fait,5,robots,2020,acemoglu2020,",
        "data/faits : le fait « cobotique-zzz » n'est cité par aucune fiche : retirez-le ou citez-le",
    ),
    "a figure of the letter told nowhere": Planted(
        "data/faits/lettre-4.csv",
        "",
        "lettre-4-44,France,Un oubli,7,h,2020,agence2020lettre4,",
        f"{LETTER} : le chiffre « lettre-4-44 » n'est raconté nulle part",
    ),
    "a figure of the letter that does not exist": Planted(
        LETTER,
        "chiffres: [lettre-4-43]",
        "chiffres: [lettre-4-43, lettre-4-430]",
        "{path}, ligne {above}, rubriques.0.blocs.0.texte : Chiffre inconnu : « lettre-4-430 »",
    ),
    "a sentence that does not say its figure": Planted(
        LETTER,
        "5\u202f161",
        "5\u202f171",
        "{path}, ligne {above}, rubriques.3.blocs.0.texte : le nombre « 5\u202f171 » n'est rattaché à aucune donnée",
    ),
}


@dataclass(frozen=True)
class Checked:
    """A damaged copy, what was expected of its check, and what the check said."""

    expected: dict[str, str]
    faults: list[Fault]

    def naming(self, fault: str) -> list[str]:
        return [str(f) for f in self.faults if re.match(self.expected[fault], str(f))]


def check(root, folder, planted: dict[str, Planted]) -> Checked:
    copy = copy_data(root, folder / "copie")
    expected = {name: fault.plant(copy) for name, fault in planted.items()}
    seal.seal(copy)
    return Checked(expected, errors(validate(Package(copy))))


@pytest.fixture(scope="module")
def schemas(root, tmp_path_factory):
    return check(root, tmp_path_factory.mktemp("schemas"), SCHEMA)


@pytest.fixture(scope="module")
def rules(root, tmp_path_factory):
    return check(root, tmp_path_factory.mktemp("regles"), RULES)


def test_the_real_package_is_clean(package):
    assert [str(fault) for fault in errors(validate(package))] == []


@pytest.mark.parametrize("fault", SCHEMA)
def test_what_breaks_a_schema_is_found_on_its_line(schemas, fault):
    assert len(schemas.naming(fault)) == 1


@pytest.mark.parametrize("fault", RULES)
def test_what_breaks_a_rule_is_found_and_named(rules, fault):
    assert len(rules.naming(fault)) == 1


@pytest.mark.parametrize("damaged", ["schemas", "rules"])
def test_nothing_else_is_found(damaged, request):
    checked = request.getfixturevalue(damaged)
    assert [
        f for f in map(str, checked.faults) if not any(re.match(told, f) for told in checked.expected.values())
    ] == []


def test_a_source_of_a_row_is_told_with_its_table(copy_of_data):
    path = "data/faits/lettre-4.csv"
    edit(copy_of_data / path, "agence2020lettre4", "fantome5")
    seal.seal(copy_of_data)
    assert [str(f) for f in errors(validate(Package(copy_of_data)))] == [
        f"{path} : la source « fantome5 » n'est pas dans {BIB}",
        f"{BIB} : le document « fantome5 » est cité mais n'existe pas",
    ]


def test_a_table_that_cannot_be_read_stops_the_check_with_one_fault(copy_of_data):
    edit(copy_of_data / ROBOTS, "valeur", "valuer")
    assert [str(f) for f in validate(Package(copy_of_data))] == [
        f"data : {ROBOTS}, ligne 1 : colonne inconnue « valuer » ; vouliez-vous dire « valeur » ?"
    ]


def test_a_broken_sheet_is_a_fault_and_not_a_crash(copy_of_data):
    line = edit(copy_of_data / SHEET, "statut: ", "statut: en ")
    assert any(str(f).startswith(f"data : {SHEET}, ligne {line}, statut : ") for f in validate(Package(copy_of_data)))


def test_the_report_for_machines_says_what_people_read(rules):
    assert as_json(rules.faults) == {
        "valide": False,
        "defauts": [{"gravite": "erreur", "ou": fault.where, "message": fault.message} for fault in rules.faults],
    }
    assert as_json([]) == {"valide": True, "defauts": []}
