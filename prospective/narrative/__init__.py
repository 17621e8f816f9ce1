"""Sentences from numbers: French agreement, words for probabilities, titles that say what is seen."""
