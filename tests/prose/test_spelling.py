"""Spelling, by the French dictionary of Debian (hunspell-fr), and the names and terms of ``lexique.txt``."""

import re
import shutil
import subprocess

import pytest

from prospective.data.package import Package
from tests.notebook.pages import ROOT
from tests.prose.corpus import labels, notebooks, pages, sheets

DICTIONARY = "fr"
LEXICON = ROOT / "tests/prose/lexique.txt"
# Words in lower case only: a name with a capital is nobody's to spell but its bearer's.
WORD = re.compile(r"(?<![\w’'-])[a-zà-öø-ÿœæ]+(?:[’-][a-zà-öø-ÿœæ]+)*(?![\w-])")


def known() -> set[str]:
    return {line.strip() for line in LEXICON.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"}


def unknown(words: set[str]) -> set[str]:
    """What the dictionary does not know."""
    program = shutil.which("hunspell")
    assert program, "hunspell est introuvable : « make test » l'installe sous Debian (paquets hunspell et hunspell-fr)."
    done = subprocess.run(
        [program, "-d", DICTIONARY, "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def texts(package: Package) -> dict[str, set[str]]:
    """Words of the publication and the places where they stand."""
    found: dict[str, set[str]] = {}
    for text in [*sheets(package), *labels(), *notebooks(), *pages()]:
        for word in WORD.findall(re.sub(r"\S*(?:https?://|www\.|@)\S*", " ", text.text)):
            found.setdefault(word.replace("’", "'"), set()).add(text.place)
    return found


def test_no_word_is_misspelt(texts: dict[str, set[str]]) -> None:
    wrong = {word for word in unknown(set(texts)) if word.rpartition("'")[2] not in known()}
    assert {word: sorted(texts.get(word, ()))[:3] for word in sorted(wrong)} == {}


def test_the_lexicon_holds_no_word_that_is_not_used(texts: dict[str, set[str]]) -> None:
    parts = {word.rpartition("'")[2] for word in texts}
    assert sorted(known() - parts) == []


def test_the_dictionary_sees_a_fault() -> None:
    assert unknown({"industrie", "industrei", "developpement"}) == {"industrei", "developpement"}
