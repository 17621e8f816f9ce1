"""Quel avenir pour l'industrie régionale ? A reproducible foresight publication."""

__version__ = "0.1.0"
