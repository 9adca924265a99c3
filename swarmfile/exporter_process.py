"""Becomes the exporter that ends with the command line that started it."""

from lib.metrics_process import main

from swarmfile.locust_process import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    main()
