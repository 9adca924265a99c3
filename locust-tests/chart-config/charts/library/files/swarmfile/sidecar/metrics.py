"""The sidecar's /metrics: the exporter in the background, so that results are kept whatever becomes of it."""

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Protocol

from swarmfile.metrics.packages import InstallError, provide
from swarmfile.metrics.server import Answer

logger = logging.getLogger("swarmfile")


class _Exporter(Protocol):
    def answer(self, accept: str = "") -> Answer: ...


class Metrics:
    """Answers from the exporter once there is one, and until then says why not."""

    def __init__(self) -> None:
        self._exporter: _Exporter | None = None
        self._trouble = "starting"

    def start(self, master: str, environ: Mapping[str, str]) -> None:
        """Begins in the background: installing takes its time."""
        Thread(target=self._prepare, args=(master, environ), daemon=True).start()

    def answer(self, accept: str = "") -> Answer:
        """Answers a scrape."""
        if self._exporter is None:
            return 503, "text/plain", f"no metrics: {self._trouble}\n".encode()
        return self._exporter.answer(accept)

    def _prepare(self, master: str, environ: Mapping[str, str]) -> None:
        try:
            provide(Path(environ.get("SWARMFILE_PACKAGES") or tempfile.gettempdir()))
            from swarmfile.metrics.exporter import Exporter
        except (InstallError, ImportError, OSError) as error:
            self._trouble = f"prometheus-client is not there and could not be installed: {error}"
            logger.error("swarmfile: %s", self._trouble)
            return
        exporter = Exporter(master)
        exporter.start()
        self._exporter = exporter
