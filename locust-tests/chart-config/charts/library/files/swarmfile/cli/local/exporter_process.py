"""Becomes the exporter that ends with the command line that started it."""

from swarmfile.cli.local.locust_process import end_with_parent
from swarmfile.metrics.process import main

if __name__ == "__main__":
    end_with_parent()
    main()
