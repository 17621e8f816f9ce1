"""Running notebooks and printing the book. Never imports analysis, charts or notebook."""
