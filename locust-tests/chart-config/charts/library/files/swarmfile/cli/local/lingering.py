"""Keeps a run's metrics up after its verdict until that was scraped, at most as long as the command line says."""

import time
from dataclasses import dataclass, field
from urllib.request import ProxyHandler, build_opener

from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.ports import LOOPBACK

ANSWER_TIMEOUT_S = 5


@dataclass(frozen=True)
class Lingering:
    """Begins when the verdict of `run` is known."""

    launch: Launch
    run: str
    began_s: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether nobody needs the metrics any more."""
        if self.launch.metrics_port is None or time.monotonic() - self.began_s >= self.launch.metrics_linger_s:
            return True
        return scraped(self.launch.metrics_port) in (self.run, None)


def scraped(port: int) -> str | None:
    """Returns the last run whose verdict was scraped, "" before the first; None where the exporter is gone."""
    try:
        with build_opener(ProxyHandler({})).open(
            f"http://{LOOPBACK}:{port}/scraped", timeout=ANSWER_TIMEOUT_S
        ) as answer:
            return str(answer.read().decode())
    except OSError:
        return None
