"""Judges test definitions without starting anything, and explains their keys."""
