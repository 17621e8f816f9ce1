"""The Urssaf « commune × APE » file: too large for the project, imported on an analyst's machine, and queried."""
