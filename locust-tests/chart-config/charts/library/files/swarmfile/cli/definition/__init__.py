"""Reads and judges a test definition before anything starts."""
