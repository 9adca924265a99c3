"""Serves what the master tells as metrics: rendered before a scrape that is due, which so costs a copy of some bytes.

Runs in the sidecar's process, or by itself beside `swarmfile run --metrics-port`. Nothing is told that is not fresh:
without an answer of the master there is swarmfile_up 0 and no other number of a run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from threading import Event, Lock, Thread

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPENMETRICS_TYPE
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics

from swarmfile.metrics import known as metrics_known
from swarmfile.metrics import own as metrics_own
from swarmfile.metrics.families import Family, gauge
from swarmfile.metrics.pace import Pace
from swarmfile.metrics.server import Answer
from swarmfile.metrics.snapshot import NoAnswerError, Snapshot, ask
from swarmfile.metrics.writing import Generate, Writer

logger = logging.getLogger("swarmfile")
# How often to look whether a page is to be made.
LOOK_S = 0.1
# Older bytes are made anew before they are served, while the scrape waits.
FRESH_S = 2.0
# Something is wrong with this exporter: no use in trying at once again.
TROUBLE_S = 15.0
# A format that nobody asked for so long is made again when somebody does.
UNASKED_S = 180.0
FORMATS: dict[str, Generate] = {CONTENT_TYPE_LATEST: generate_latest, OPENMETRICS_TYPE: generate_openmetrics}


def families(shot: Snapshot | None, scrapes: int) -> Iterator[Family]:
    """Yields all that is served: of a snapshot, or that there is none."""
    up = [((), float(shot is not None))]
    yield gauge("swarmfile_up", "1 while the master answers.", (), up)
    yield gauge("locust_up", "1 while the master answers.", (), up)
    yield gauge("locust_total_scrapes", "Scrapes of this exporter.", (), [((), float(scrapes))])
    if shot:
        yield from metrics_known.families(shot)
        yield from metrics_own.families(shot)


class Exporter:
    """Asks and renders the formats that are scraped: before a scrape is due, or when one finds no fresh page."""

    def __init__(self, master: str, ask_master: Callable[[str], Snapshot] = ask) -> None:
        self._master = master
        self._ask = ask_master
        self._pace = Pace()
        self._asked_s = dict.fromkeys(FORMATS, float("-inf"))
        self._writers = {kind: Writer(generate) for kind, generate in FORMATS.items()}
        self._rendered: dict[str, bytes] = {}
        self._at_s = float("-inf")
        self._page: list[Family] = []
        self._judged = ""
        self.scraped = ""  # the last run whose verdict somebody got
        self._scrapes = 0
        self._lock, self._refreshing = Lock(), Lock()
        self._trouble = ""

    def start(self) -> None:
        """Goes on in the background until the process ends."""
        Thread(target=self._follow, daemon=True).start()

    def refresh(self) -> None:
        """Asks the master, and renders what it told."""
        at_s = time.monotonic()
        shot = self._look()
        page = list(families(shot, self._scrapes))
        wanted = [kind for kind, asked_s in self._asked_s.items() if at_s - asked_s < UNASKED_S]
        rendered = {kind: self._writers[kind].page(page) for kind in wanted}
        with self._lock:
            self._page, self._rendered, self._at_s = page, rendered, at_s
            self._judged = shot.run if shot and shot.state.get("verdict") else ""

    def answer(self, accept: str = "") -> Answer:
        """Answers a scrape."""
        kind = OPENMETRICS_TYPE if "application/openmetrics-text" in accept else CONTENT_TYPE_LATEST
        now_s = time.monotonic()
        self._pace.scraped(now_s)
        self._scrapes += 1
        self._asked_s[kind] = now_s
        if not self._renew(lambda: time.monotonic() - self._at_s > FRESH_S):
            return 503, "text/plain", b"nothing fresh to tell\n"
        with self._lock:
            if kind not in self._rendered:
                self._rendered[kind] = Writer(FORMATS[kind]).page(self._page)
            self.scraped = self._judged or self.scraped
            return 200, kind, self._rendered[kind]

    def _follow(self) -> None:
        pause = Event()
        while True:
            made = self._renew(lambda: self._pace.wants_page(time.monotonic(), self._at_s))
            pause.wait(LOOK_S if made else TROUBLE_S)

    def _renew(self, is_due: Callable[[], bool]) -> bool:
        """Makes a page where one is due; returns False where that failed. A fresh page waits for nobody."""
        if not is_due():
            return True
        try:
            with self._refreshing:
                if is_due():
                    self.refresh()
        except Exception:
            logger.exception("swarmfile: metrics could not be rendered")
            return False
        return True

    def _look(self) -> Snapshot | None:
        try:
            shot, trouble = self._ask(self._master), ""
        except NoAnswerError as error:
            shot, trouble = None, str(error)
        if trouble != self._trouble and (trouble or self._trouble):
            logger.info("swarmfile: metrics: %s", trouble or "the master answers")
        self._trouble = trouble
        return shot
