"""Distributions, percentiles, and a script's own values: counting that is exact enough to be added up."""
