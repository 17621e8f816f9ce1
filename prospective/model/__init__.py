"""What things are: sheets, indicators, territories, figures. No input or output here."""
