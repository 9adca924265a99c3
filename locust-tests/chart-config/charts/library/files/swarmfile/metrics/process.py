"""The exporter by itself, beside the master of `swarmfile run --metrics-port`.

SWARMFILE_MASTER: address of the master's web server; SWARMFILE_PORT: port of /metrics, on loopback.
GET /scraped tells the last run whose verdict was scraped: the command line waits for it.
"""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from threading import Event

from swarmfile.metrics.exporter import Exporter
from swarmfile.metrics.server import Routes, serve

LOOPBACK = "127.0.0.1"


def main(environ: Mapping[str, str] = os.environ) -> None:
    """Serves until it is told to end."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    exporter = Exporter(environ["SWARMFILE_MASTER"])
    exporter.start()
    routes: Routes = {"/metrics": exporter.answer, "/scraped": lambda _: (200, "text/plain", exporter.scraped.encode())}
    serve(int(environ["SWARMFILE_PORT"]), routes, LOOPBACK)
    ended.wait()
