"""Serves what the master tells as metrics: rendered in the background, so that a scrape costs a copy of some bytes.

Runs in the sidecar's process, or by itself beside `swarmfile run --metrics-port`. Nothing is told that is not fresh:
without an answer of the master there is swarmfile_up 0 and no other number of a run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread

from lib import metrics_known, metrics_own
from lib.metrics_ask import NoAnswerError, ask
from lib.metrics_families import gauge
from lib.metrics_snapshot import Snapshot
from lib.sidecar_http import Answer
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPENMETRICS_TYPE
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector, CollectorRegistry

logger = logging.getLogger("swarmfile")
INTERVAL_S = 1.0
# Bytes older than that are no answer: whoever makes them hangs.
STALE_S = 15.0
FORMATS: dict[str, Callable[[CollectorRegistry], bytes]] = {
    CONTENT_TYPE_LATEST: generate_latest,
    OPENMETRICS_TYPE: generate_openmetrics,
}


class Page(Collector):
    """What is served: a snapshot, or that there is none."""

    def __init__(self, shot: Snapshot | None, scrapes: int) -> None:
        self._shot = shot
        self._scrapes = scrapes

    def collect(self) -> Iterator[Metric]:
        """Yields all families."""
        up = [((), float(self._shot is not None))]
        yield gauge("swarmfile_up", "1 while the master answers.", (), up)
        yield gauge("locust_up", "1 while the master answers.", (), up)
        yield gauge("locust_total_scrapes", "Scrapes of this exporter.", (), [((), float(self._scrapes))])
        if self._shot:
            yield from metrics_known.families(self._shot)
            yield from metrics_own.families(self._shot)


class Exporter:
    """Asks once a second and renders the formats that were asked for."""

    def __init__(self, master: str, ask_master: Callable[[str], Snapshot] = ask) -> None:
        self._master = master
        self._ask = ask_master
        self._wanted = {CONTENT_TYPE_LATEST}
        self._rendered: dict[str, bytes] = {}
        self._at_s = float("-inf")
        self._page: Page | None = None
        self._scrapes = 0
        self._lock = Lock()
        self._trouble = ""

    def start(self) -> None:
        """Goes on in the background until the process ends."""
        Thread(target=self._follow, daemon=True).start()

    def refresh(self) -> None:
        """Asks the master, and renders what it told."""
        page = Page(self._look(), self._scrapes)
        rendered = {kind: render(page, kind) for kind in self._wanted}
        with self._lock:
            self._page, self._rendered, self._at_s = page, rendered, time.monotonic()

    def answer(self, accept: str = "") -> Answer:
        """Answers a scrape."""
        kind = OPENMETRICS_TYPE if "application/openmetrics-text" in accept else CONTENT_TYPE_LATEST
        self._scrapes += 1
        with self._lock:
            if self._page is None or time.monotonic() - self._at_s > STALE_S:
                return 503, "text/plain", b"nothing fresh to tell\n"
            if kind not in self._rendered:
                self._wanted.add(kind)
                self._rendered[kind] = render(self._page, kind)
            return 200, kind, self._rendered[kind]

    def _follow(self) -> None:
        pause = Event()
        while True:
            try:
                self.refresh()
            except Exception:
                logger.exception("swarmfile: metrics could not be rendered")
                pause.wait(STALE_S)
            pause.wait(INTERVAL_S)

    def _look(self) -> Snapshot | None:
        try:
            shot, trouble = self._ask(self._master), ""
        except NoAnswerError as error:
            shot, trouble = None, str(error)
        if trouble != self._trouble and (trouble or self._trouble):
            logger.info("swarmfile: metrics: %s", trouble or "the master answers")
        self._trouble = trouble
        return shot


def render(page: Page, kind: str) -> bytes:
    """Returns the page in one of the formats."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(page)
    return FORMATS[kind](registry)
