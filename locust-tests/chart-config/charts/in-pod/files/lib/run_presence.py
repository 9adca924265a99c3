"""Who ran how many users at each look, corrected when it turns out that somebody had been dead for some seconds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lib.run_delivery import Sample
from locust.runners import STATE_MISSING

# Looks that can be corrected: the longest silence before Locust takes a worker for missing, and some more.
REMEMBERED = 20
# Living workers send a heartbeat each second.
HEARTBEAT_S = 1.0


class Presence:
    """The samples of a run. A master hears of a killed worker only by its silence, and goes on counting its users."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._by_worker: list[Mapping[str, int]] = []
        self._heard: dict[str, float] = {}
        self._missing: set[str] = set()

    def heard(self, worker: str, at_s: float) -> None:
        """Notes a heartbeat."""
        self._heard[worker] = at_s

    def add(self, sample: Sample, clients: Mapping[str, Any]) -> None:
        """Takes a sample with the master's view of its workers at that moment."""
        self.samples.append(sample)
        self._by_worker = [*self._by_worker[-REMEMBERED:], {id_: c.user_count for id_, c in clients.items()}]
        missing = {id_ for id_, client in clients.items() if client.state == STATE_MISSING}
        for worker in missing - self._missing:
            self._correct(worker)
        self._missing = missing

    def _correct(self, worker: str) -> None:
        silent_from_s = self._heard.get(worker, self.samples[-1].at_s) + HEARTBEAT_S
        for back, users in enumerate(reversed(self._by_worker[:-1]), start=2):
            sample = self.samples[-back]
            if sample.at_s > silent_from_s:
                self.samples[-back] = replace(sample, present=max(0, sample.present - users.get(worker, 0)))
