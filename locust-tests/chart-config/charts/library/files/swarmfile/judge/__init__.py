"""Judging: assertions second by second, doubts about the run, the verdict."""
