"""A probability is never typed: its word is computed from its number, on the page."""

import re

from prospective.data.package import Package
from tests.prose.corpus import sheets

TYPED = re.compile(
    r"\b(?:im)?probab(?:le|les|lement|ilité|ilités)\b|\bvraisembl\w+|\bquasi[ -](?:exclu|certain)\w*|\bchances partagées\b"
    r"|\b\d+ chances? sur\b",
    re.IGNORECASE,
)
LIMITS = "qualite.limites"  # says whose the probabilities are


def test_no_probability_is_typed_in_a_sheet(package: Package) -> None:
    typed = {
        f"{text.place} : {found.group()}"
        for text in sheets(package)
        if not text.place.endswith(LIMITS)
        for found in TYPED.finditer(text.text)
    }
    assert sorted(typed) == []


def test_a_typed_probability_would_be_seen() -> None:
    assert TYPED.search("C’est très improbable à cette date")
    assert not TYPED.search("Le problème est ailleurs")
