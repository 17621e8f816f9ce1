"""What an expert reads when a sheet is wrong: file, line, field, and what to do."""

import shutil

import pytest

from prospective.data.sheets import letter_slugs, read_letter, read_sheet, sheet_slugs
from prospective.model.errors import ProspectiveError, SheetError, UnknownNameError
from tests.editing import edit

NAME = "data/fiches/cobotique.yaml"


@pytest.fixture
def folder(root, tmp_path):
    """A publication that holds one short valid sheet."""
    (tmp_path / "data/fiches").mkdir(parents=True)
    shutil.copy(root / "tests/fixtures/fiche.yaml", tmp_path / NAME)
    return tmp_path


def error_of(folder) -> str:
    with pytest.raises(SheetError) as error:
        read_sheet(folder, "cobotique")
    return str(error.value)


def test_the_short_sheet_is_valid(folder):
    assert [h.probabilite.valeur for h in read_sheet(folder, "cobotique").hypotheses] == [0.60, 0.25, 0.15]


def test_probabilities_that_make_more_than_one_are_refused_with_their_sum(folder):
    edit(folder / NAME, "valeur: 0.60", "valeur: 0.75")
    line = edit(folder / NAME, "hypotheses:", "hypotheses:")
    assert error_of(folder) == (
        f"{NAME}, ligne {line}, hypotheses : les probabilités de la fiche font 1,15 au lieu de 1."
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "told"),
    [
        ("qualite:", "zzz: bleu\nqualite:", "zzz", "champ inconnu « zzz »"),
        (
            "    raison: Les réglages",
            "    raisons: x\n    raison: Les réglages",
            "influences[0].raisons",
            "champ inconnu « raisons », vouliez-vous dire « raison » ?",
        ),
        ("annee: 2008", "annee: deux mille", "retrospective.dates_cles[0].annee", "un nombre entier est attendu"),
        ("centre: 240", "centre: environ", "hypotheses[0].trajectoire.centre", "un nombre est attendu"),
        ("intitule: Cobotique", "intitule: 4", "intitule", "un texte est attendu"),
        ("date_maj: 2026-01-15", "date_maj: hier", "date_maj", "une date est attendue (AAAA-MM-JJ)"),
        ("enonces: [g1]", "enonces: g1", "hypotheses[1].enonces", "une liste est attendue"),
        (
            "type: inflexion",
            "type: inflexon",
            "hypotheses[1].type",
            "« inflexon » n'est pas admis ; valeurs possibles : tendance, inflexion, rupture "
            "(vouliez-vous dire « inflexion » ?)",
        ),
        ("a38: CL", "a38: C1", "secteurs_exposes[0].a38", "« C1 » n'a pas la forme attendue (^[A-S][A-Z]$)"),
        ("id: t1", "id: T1", "tendances[0].id", "« T1 » n'a pas la forme attendue (^[tgirc][0-9]+$)"),
        (
            "variable: cobotique",
            "variable: cobotic",
            "variable",
            "variable inconnue « cobotic », vouliez-vous dire « cobotique » ?",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_line(folder, old, new, field, told):
    line = edit(folder / NAME, old, new)
    assert error_of(folder) == f"{NAME}, ligne {line}, {field} : {told}."


def test_a_misspelt_key_is_named_with_the_nearest_one(folder):
    line = edit(folder / NAME, "qualite:", "enjeux_source: []\nqualite:")
    assert error_of(folder) == (
        f"{NAME}, ligne {line}, enjeux_source : champ inconnu « enjeux_source », vouliez-vous dire « enjeux_sources » ?."
    )


def test_a_missing_field_is_told_where_its_object_starts(folder):
    edit(folder / NAME, "    sens: defavorable\n", "")
    line = edit(folder / NAME, "  - id: h3", "  - id: h3")
    assert error_of(folder) == f"{NAME}, ligne {line}, hypotheses[2].sens : ce champ manque."


def test_an_unordered_trajectory_is_told_where_it_starts(folder):
    edit(folder / NAME, "bas: 200", "bas: 260")
    line = edit(folder / NAME, "trajectoire:", "trajectoire:")
    assert error_of(folder) == (
        f"{NAME}, ligne {line}, hypotheses[0].trajectoire : bas, centre et haut doivent aller croissant."
    )


def test_a_trajectory_without_a_starting_point_is_told_where_it_starts(folder):
    edit(folder / NAME, "      appui: {annee: 2024, valeur: 180}\n", "")
    line = edit(folder / NAME, "trajectoire:", "trajectoire:")
    assert error_of(folder) == f"{NAME}, ligne {line}, hypotheses[0].trajectoire.appui : ce champ manque."


def test_a_probability_beyond_one_is_out_of_bounds(folder):
    line = edit(folder / NAME, "valeur: 0.60", "valeur: 1.60")
    assert error_of(folder).startswith(f"{NAME}, ligne {line}, hypotheses[0].probabilite.valeur : 1.6 est hors bornes")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "type: inflexion",
            "type: tendance",
            "il faut exactement une hypothèse de type tendance, il y en a 2",
        ),
        ("type: tendance", "type: rupture", "il faut exactement une hypothèse de type tendance, il y en a 0"),
        ("enonces: [g1]", "enonces: [g1, t9]", "« h2 » s'appuie sur l'énoncé « t9 », qui n'existe pas"),
        ("id: h2", "id: h1", "l'identifiant « h1 » sert deux fois"),
    ],
)
def test_hypotheses_that_do_not_hold_together_are_refused(folder, old, new, told):
    edit(folder / NAME, old, new)
    line = edit(folder / NAME, "hypotheses:", "hypotheses:")
    assert error_of(folder) == f"{NAME}, ligne {line}, hypotheses : {told}."


@pytest.mark.parametrize(
    ("role", "count"), [("role: principal", "secondaire"), ("role: secondaire", "principal")], ids=["none", "two"]
)
def test_a_sheet_has_one_principal_indicator(folder, role, count):
    edit(folder / NAME, role, f"role: {count}")
    line = edit(folder / NAME, "indicateurs:", "indicateurs:")
    assert error_of(folder) == (
        f"{NAME}, ligne {line}, indicateurs : il faut exactement un indicateur de rôle « principal »."
    )


def test_a_statement_id_starts_with_the_letter_of_its_group(folder):
    edit(folder / NAME, "id: g1", "id: r2")
    edit(folder / NAME, "enonces: [g1]", "enonces: [r2]")
    line = edit(folder / NAME, "germes:", "germes:")
    assert error_of(folder) == f"{NAME}, ligne {line}, germes : l'identifiant « r2 » devrait commencer par « g »."


def test_a_threshold_goes_with_a_rule_that_has_one(folder):
    line = edit(folder / NAME, "      - quoi: Offres de location", "      - quoi: Offres de location")
    edit(folder / NAME, "regle: signal", "regle: signal\n        seuil: 3")
    assert error_of(folder) == (
        f"{NAME}, ligne {line}, hypotheses[1].surveiller[0] : "
        "un seuil accompagne les règles au_dessus et au_dessous, jamais la règle signal."
    )


def test_a_family_is_that_of_the_variable(folder):
    edit(folder / NAME, "famille: evolutions-technologiques", "famille: evolutions-societales")
    assert "la variable relève de « evolutions-technologiques » (Évolutions technologiques)" in error_of(folder)


def test_a_sheet_is_that_of_the_variable_that_names_its_file(folder):
    edit(folder / NAME, "variable: cobotique", "variable: hydrogene")
    assert error_of(folder).endswith("variable : « hydrogene » au lieu de « cobotique », le nom du fichier.")


def test_a_variable_that_is_not_the_file_s_is_told_on_its_line(folder):
    line = edit(folder / NAME, "variable: cobotique", "variable: hydrogene")
    assert error_of(folder).startswith(f"{NAME}, ligne {line}, variable : ")


def test_a_wrong_family_is_told_on_its_line(folder):
    line = edit(folder / NAME, "famille: evolutions-technologiques", "famille: evolutions-societales")
    assert error_of(folder).startswith(f"{NAME}, ligne {line}, famille : ")


def test_a_key_written_twice_is_told_on_its_second_line(folder):
    line = edit(folder / NAME, "germes:", "germes: []\ngermes:") + 1
    assert error_of(folder) == (f"{NAME}, ligne {line}, germes : cette clé est écrite deux fois ; gardez-en une.")


def test_a_key_written_twice_deep_in_the_sheet_is_refused_too(folder):
    line = edit(folder / NAME, "      centre: 240", "      centre: 240\n      centre: 250") + 1
    assert error_of(folder) == f"{NAME}, ligne {line}, centre : cette clé est écrite deux fois ; gardez-en une."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("intitule: Cobotique", "intitule: Cobotique : robots: légers"),
        ("intitule: Cobotique", "\tintitule: Cobotique"),
        ("enonces: [g1]", "enonces: [g1}"),
        ("intitule: Cobotique", "intitule: *inconnu"),
        ("intitule: Cobotique", "intitule: !!python/name:os.system x"),
    ],
    ids=["colon", "tab", "bracket", "alias", "python"],
)
def test_malformed_yaml_is_told_with_its_line(folder, old, new):
    line = edit(folder / NAME, old, new)
    message = error_of(folder)
    assert message.startswith(f"{NAME}, ligne {line} : le YAML est mal formé (")
    assert message.endswith("; vérifiez retraits et guillemets.")


@pytest.mark.parametrize("content", ["", "- une liste\n", "un mot\n"])
def test_a_file_that_is_not_an_object_is_refused(folder, content):
    (folder / NAME).write_text(content, encoding="utf-8")
    assert error_of(folder) == f"{NAME}, ligne 1 : un objet (des clés et des valeurs) est attendu."


def test_a_file_saved_in_another_encoding_is_refused(folder):
    content = (folder / NAME).read_text(encoding="utf-8")
    (folder / NAME).write_bytes(content.encode("cp1252"))
    assert "enregistrez-le en UTF-8" in error_of(folder)


def test_a_date_that_no_calendar_has_is_refused(folder):
    edit(folder / NAME, "date_maj: 2026-01-15", "date_maj: 2026-02-31")
    assert NAME in error_of(folder)


def test_a_control_character_is_refused(folder):
    edit(folder / NAME, "intitule: Cobotique", "intitule: Cobo\x07tique")
    assert NAME in error_of(folder)


def test_a_decimal_comma_is_told_in_french(folder):
    edit(folder / NAME, "valeur: 0.60", "valeur: 0,60")
    assert "Keys" not in error_of(folder)


def test_an_unknown_variable_is_told_with_the_nearest_one(root):
    with pytest.raises(UnknownNameError) as error:
        read_sheet(root, "cobotic")
    assert str(error.value) == (
        "Variable inconnue : « cobotic ». Vouliez-vous dire « cobotique » ?  (liste : prospective variables)"
    )


def test_a_variable_without_a_sheet_is_told_with_those_written(folder):
    with pytest.raises(UnknownNameError, match=r"pas encore de fiche \(fiches écrites : cobotique\) : « monnaie »"):
        read_sheet(folder, "monnaie")


def test_a_file_that_is_no_variable_is_refused(folder):
    shutil.copy(folder / NAME, folder / "data/fiches/cobotic.yaml")
    with pytest.raises(ProspectiveError, match=r"cobotic\.yaml.*Vouliez-vous dire « cobotique »"):
        sheet_slugs(folder)


def test_letters_are_listed_by_number_and_not_by_spelling(folder):
    (folder / "data/lettres").mkdir()
    for number in (10, 9, 4):
        (folder / f"data/lettres/lettre-{number}.yaml").touch()
    assert letter_slugs(folder) == ["lettre-4", "lettre-9", "lettre-10"]
    with pytest.raises(UnknownNameError, match="Lettre inconnue : « lettre-5 »"):
        read_letter(folder, "lettre-5")
