"""A run on this machine: master, workers and exporter as processes."""
