"""The load itself: stages, arrivals, their spreading over workers, and its keeping when workers go."""
