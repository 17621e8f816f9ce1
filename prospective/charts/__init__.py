"""One figure per function: French labels, computed alternative text, the table behind it."""
