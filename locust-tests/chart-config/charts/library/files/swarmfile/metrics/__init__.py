"""The exporter: what the master tells it, and how it serves that."""
