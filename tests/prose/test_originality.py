"""No two pages share a sentence: texts that pass from one sheet to another are padding."""

import re

from prospective.data.package import Package
from tests.notebook.pages import ROOT
from tests.prose.corpus import sheets

RUN = 9  # words in a row; names of organisations and laws are shorter


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[n : n + RUN]) for n in range(len(found) - RUN + 1)}


def test_no_two_sheets_share_nine_words_in_a_row(package: Package) -> None:
    first: dict[tuple[str, ...], str] = {}
    shared: dict[str, str] = {}
    written = {path.stem for path in (ROOT / "data/fiches").glob("*.yaml")}
    for text in sheets(package):
        slug = text.place.split()[0]
        if slug not in written or " acteurs." in text.place or text.place.endswith("qualite.limites"):
            continue  # a letter retold; names of organisations; reserves, which say the same thing of several sheets
        for run in runs(text.text):
            owner = first.setdefault(run, text.place)
            if owner.split()[0] != slug:
                shared.setdefault(f"{owner} / {text.place}", " ".join(run))
    assert shared == {}


def test_a_shared_sentence_would_be_seen() -> None:
    sentence = "Les ateliers de la région manquent de bras pour les gestes pénibles."
    assert runs(f"Ici aussi. {sentence}") & runs(f"{sentence} Et ailleurs.")
    assert not runs(sentence) & runs("Les ateliers de la région manquent de soudeurs et de monteurs.")
