"""No person can be found from what is published in data/."""

import re

import pytest

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
PHONE = re.compile(r"(?<![\d.,-])(?:(?:\+|00)33\s?(?:\(0\)\s?)?|0)[1-9](?:[\s.\u00a0\u202f-]?\d\d){4}(?!\d)")
PERSON = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Mademoiselle|Mr|Dr|Pr|Me|Maître)[\s\u00a0]+"
    r"(?:de\s|du\s|d['’])?[A-ZÀ-Þ][\w’-]+"
)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MAIL, "écrire à prenom.nom@exemple.fr"),
        (MAIL, "PRENOM_NOM@region.exemple.org"),
        (PHONE, "appeler le 03 20 00 00 00"),
        (PHONE, "06.12.34.56.78"),
        (PHONE, "0612345678"),
        (PHONE, "+33 6 12 34 56 78"),
        (PHONE, "+33 (0)3 20 00 00 00"),
        (PERSON, "selon M. Dupont"),
        (PERSON, "Mme\u00a0Éloïse Martin"),
        (PERSON, "Monsieur de Villiers"),
    ],
)
def test_the_patterns_see_what_they_look_for(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MAIL, "densite-robots@fr:2021"),
        (MAIL, "github:vincentroue/ptod-observatoire-territorial@00822a7"),
        (PHONE, "epci-240200444"),
        (PHONE, "com-02001,emploi-prive,2014,79"),
        (PHONE, "0.0123456789"),
        (PERSON, "12 M. de tonnes"),
        (PERSON, "Madagascar et Mexique"),
    ],
)
def test_the_patterns_leave_references_and_codes_alone(pattern, text):
    assert not pattern.search(text)


@pytest.mark.parametrize("pattern", [MAIL, PHONE, PERSON], ids=["mail", "phone", "person"])
def test_no_person_is_in_the_data(root, pattern):
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in sorted((root / "data").rglob("*"))
        if path.is_file() and path.name != "SHA256SUMS"  # ten figures in a row of a checksum are no telephone
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []
