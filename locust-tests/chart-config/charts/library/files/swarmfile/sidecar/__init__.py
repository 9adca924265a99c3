"""What publishes a run from beside the master, with the standard library alone."""
