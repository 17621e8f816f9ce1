"""Pure functions: DataFrame in, DataFrame out. No file, no plot, no global state."""
