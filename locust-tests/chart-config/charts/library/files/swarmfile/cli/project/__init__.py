"""A repository of one's own: what `swarmfile init` writes, and what of it `swarmfile upgrade` replaces."""
