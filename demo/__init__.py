"""A target to run tests against: real HTTP in one process."""
