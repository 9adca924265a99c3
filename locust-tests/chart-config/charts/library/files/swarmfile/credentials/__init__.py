"""Secrets: where they come from, which host may see them, and what hides them everywhere else."""
