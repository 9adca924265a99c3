"""A run on a cluster: what is installed, how it goes, and the records that outlive it."""
