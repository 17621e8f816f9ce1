"""Reading ``data/`` into models and DataFrames, and checking it. One way in: ``Package``."""

from prospective.data.package import Package

__all__ = ["Package"]
