"""A run: its plan, clock, phases, delivery and workers, while it goes on and when it is over."""
