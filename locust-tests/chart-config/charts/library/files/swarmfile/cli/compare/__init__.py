"""Comparing runs from the command line: where they are read from, and how a comparison is shown."""
