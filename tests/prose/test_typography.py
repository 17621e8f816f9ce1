"""French typography of what readers see, after the rules of the Imprimerie nationale's *Lexique* (2002)."""

import re

import pytest

from prospective.data.package import Package
from tests.notebook.pages import ROOT
from tests.prose.corpus import Text, labels, notebooks, pages, sheets

THIN, NBSP = "\u202f", "\u00a0"
FAULTS = {
    "ordinary space before « : ; ! ? % »": re.compile(r"\S ([;!?%](?!\w)|:(?!\S)|»)"),
    "no space before « ; ! ? % »": re.compile(r"[^\s\u00a0\u202f;!?(«/][;!?%](?![\w/=&])"),
    "no space before « : »": re.compile(r"[^\W\d_]:(?=[\s\u00a0])"),
    "ordinary space, or none, inside guillemets": re.compile(r"«[^\u00a0\u202f]|[^\u00a0\u202f]»"),
    "straight apostrophe": re.compile(r"[^\W\d_]'[^\W\d_]"),
    "straight quotation mark": re.compile(r'"'),
    "three dots": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"[^\s] {2,}[^\s]"),
    "space before a comma or a full stop": re.compile(r"\w[ \u00a0][,.](?!\d)"),
    "ordinary space between thousands": re.compile(r"\d \d{3}(?!\d)"),
    "five figures without a space": re.compile(r"(?<![\w./:-])\d{5,}(?![\w./-])"),
    "English decimal point": re.compile(r"(?<![\w.])(?<!Ouverte[ \u00a0])(?<!version[ \u00a0])\d+\.\d+(?![\w.])(?![^(]*\)\))"),
    "English thousands": re.compile(r"\d,\d{3}(?!\d)[ \u00a0](?:emplois|euros|salariés|habitants|entreprises)"),
    "capital without its accent": re.compile(r"\b(?:Etats?|Egal\w+|Ecol\w+|Econom\w+|Energ\w+|Evolu\w+|Etud\w+|Electri\w+|Emiss\w+ CO2|A (?:la|l’|Lille|Dunkerque))\b"),
    "CO2 without its index": re.compile(r"\bCO2\b"),
    "double hyphen": re.compile(r"\w--\w| -- "),
    "ordinary space before a unit": re.compile(r"\d (?:€|%|M€|Md€|°C|Mt|GW|MW|km|kg)(?!\w)"),
}  # fmt: skip
# Names written so by those who bear them.
NAMES = re.compile(
    r"Oxford Economics|Schneider Electric|New Energy|[Ii]ndustrie[ \u00a0]\d\.0|H2V|ISO(?:/TS|/IEC)?[\s\u00a0]\d+(?:-\d+)?"
)
MARKDOWN = ("English decimal point", "two spaces")


def faults(text: str, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Kind of fault and where, in the order of the text."""
    read = NAMES.sub("Nom", text)
    return [
        (name, read[max(0, found.start() - 20) : found.end() + 20])
        for name, pattern in FAULTS.items()
        if name not in without
        for found in pattern.finditer(read)
    ]


def test_sheets_and_letters_are_set_in_french(package: Package) -> None:
    wrong = {f"{t.place} : {kind} : {near}" for t in sheets(package) for kind, near in faults(t.text)}
    assert sorted(wrong) == []


def test_labels_and_notes_are_set_in_french() -> None:
    wrong = {f"{t.place} : {kind} : {near}" for t in labels() for kind, near in faults(t.text)}
    assert sorted(wrong) == []


@pytest.mark.parametrize("text", [*pages(), *notebooks()], ids=str)
def test_pages_are_set_in_french(text: Text) -> None:
    assert faults(text.text, without=MARKDOWN) == []


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Quoi ?", "ordinary space before « : ; ! ? % »"),
        ("Quoi?", "no space before « ; ! ? % »"),
        (f"12,5{NBSP}% et 3%", "no space before « ; ! ? % »"),
        ("Ceci: cela", "no space before « : »"),
        ("« Oui »", "ordinary space, or none, inside guillemets"),
        ("l'usine", "straight apostrophe"),
        ("12 345 emplois", "ordinary space between thousands"),
        ("12345 emplois", "five figures without a space"),
        ("3.5 points", "English decimal point"),
        ("Etats-Unis", "capital without its accent"),
        ("du CO2", "CO2 without its index"),
        ("6,4 Mt", "ordinary space before a unit"),
    ],
)
def test_each_fault_is_seen(typed: str, kind: str) -> None:
    assert kind in [found for found, _ in faults(typed)]


def test_a_right_sentence_has_no_fault() -> None:
    right = (
        f"L’acier{NBSP}: 6,4{NBSP}Mt de CO₂, soit 21{NBSP}%{THIN}; «{NBSP}l’État{NBSP}» verse 12{THIN}345{NBSP}€ "
        f"depuis le 1er mai 2019 (règlement (UE) 2023/1115). Et après{THIN}?"
    )
    assert faults(right) == []


def test_the_corpus_is_the_whole_publication(package: Package) -> None:
    read = {t.place.split()[0] for t in sheets(package)}
    assert {path.stem for path in (ROOT / "data/fiches").glob("*.yaml")} <= read
