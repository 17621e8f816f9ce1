"""Reading ``data/`` into models and DataFrames, and checking it. One way in: ``Package``."""
