"""Measures the fast HTTP user beside its peers: run `make bench`."""
