"""Measures the fast HTTP user beside its peers (`make bench`), and fuzzes its parser."""
