"""Typer in French: its help pages, and what it finds wrong with the words of a command."""

import re
from collections.abc import Iterable
from typing import Any

from typer._click import exceptions as click  # typer carries its own copy of click
from typer.core import TyperCommand, TyperGroup

from prospective.model.errors import UnknownNameError, nearest_name

__all__ = ["FrenchCommand", "FrenchGroup", "click", "in_french"]

HELP_IN_FRENCH = {
    "Usage: ": "Usage : ", "Options:": "Options :", "Commands:": "Commandes :", "Arguments:": "Arguments :",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]…", "Show this message and exit.": "Affiche cette aide.",
    "[default:": "[par défaut :", "[required]": "[obligatoire]", "<int>": "<entier>", "<path>": "<dossier>", "<str>": "<texte>",
}  # fmt: skip


def _french_help(text: str) -> str:
    """Put into French the words that typer writes of itself in a help page."""
    for english, french in HELP_IN_FRENCH.items():
        text = text.replace(english, french)
    return text


class FrenchCommand(TyperCommand):
    """A command whose help page is in French throughout."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _french_help(super().get_help(ctx))


class FrenchGroup(TyperGroup):
    """The group of commands, whose help page is in French throughout."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        return _french_help(super().get_help(ctx))


HELP = "(aide : prospective --aide)"


def in_french(error: click.ClickException, commands: Iterable[str]) -> str:
    """Say in French what typer found wrong with the words of a command; ``commands`` are the names of all of them."""
    parameter = getattr(error, "param", None)
    where = parameter.opts[-1] if parameter else "un argument"
    if isinstance(error, click.NoSuchOption):
        known = [o for p in (error.ctx.command.params if error.ctx else []) for o in p.opts]
        near = nearest_name(error.option_name, known)
        return f"Option inconnue : « {error.option_name} ».{f' Vouliez-vous dire « {near} » ?' if near else ''}  {HELP}"
    if isinstance(error, click.MissingParameter):
        return f"Il manque {where}.  {HELP}"
    if isinstance(error, click.BadOptionUsage):
        return f"L'option {error.option_name} attend une valeur.  {HELP}"
    if isinstance(error, click.BadParameter):
        expected = " : un nombre entier est attendu" if "integer" in error.message else " : valeur refusée"
        return f"{where}{expected}.  {HELP}"
    words = re.findall(r"'([^']+)'", error.message) or re.findall(r"\(([^)]+)\)$", error.message)
    if "No such command" in error.message:
        return str(UnknownNameError("Commande inconnue", words[0], commands, "aide : prospective --aide"))
    return f"Commande mal formée{f' : « {words[0]} » est de trop' if words else ''}.  {HELP}"
