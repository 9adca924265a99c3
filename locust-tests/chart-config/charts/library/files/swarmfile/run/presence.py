"""Who ran how many users at each look, corrected when it turns out later that a worker had more or fewer of them."""

from collections import deque
from collections.abc import Mapping, Set
from dataclasses import replace

from swarmfile.run.delivery import Sample

# Looks that can be corrected: a worker that was silent for longer is unknown to the master.
REMEMBERED = 70
# Living workers send a heartbeat each second.
HEARTBEAT_S = 1.0
# A longer sample was taken by a process that stood still itself.
LONG_S = 2.0
# Of a usual sample, so much concerns all of it.
WHOLE_FROM = 0.5
THIS_PROCESS = "this process"


class Presence:
    """The samples of a run. A master hears of a killed worker only by its silence, and goes on counting its users."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._by_worker: deque[dict[str, float]] = deque(maxlen=REMEMBERED)
        self._heard: dict[str, float] = {}
        self._missing: Set[str] = set()

    def heard(self, worker: str, at_s: float) -> None:
        """Notes a heartbeat."""
        self._heard[worker] = at_s

    def add(self, sample: Sample, users: Mapping[str, int], missing: Set[str] = frozenset()) -> None:
        """Takes a sample with the users of each worker at that moment, and who does not answer any more."""
        self.samples.append(sample)
        self._by_worker.append({worker: float(count) for worker, count in users.items()})
        for worker in missing - self._missing:
            silent_from_s = self._heard.get(worker, sample.at_s) + HEARTBEAT_S
            self.correct(worker, silent_from_s, sample.at_s, 0)
        self._missing = missing

    def correct(self, worker: str, from_s: float, to_s: float, users: int) -> None:
        """Notes that the worker ran so many users between these seconds of the run, whatever it was taken for."""
        for back, known in enumerate(reversed(self._by_worker), start=1):
            sample = self.samples[-back]
            overlap_s = min(sample.at_s, to_s) - max(sample.at_s - sample.span_s, from_s)
            more = (users - known.get(worker, 0.0)) * _share(overlap_s, sample.span_s)
            if not more:
                continue
            present = max(0.0, sample.present + more)
            beyond = min(max(0.0, more), max(0.0, present - sample.planned))
            self.samples[-back] = replace(sample, present=present, beyond=sample.beyond + beyond)
            known[worker] = known.get(worker, 0.0) + more


def _share(overlap_s: float, span_s: float) -> float:
    """Returns which share of a sample is concerned: of a usual one, all or nothing, since gaps are counted in them."""
    share = max(0.0, overlap_s) / span_s if span_s else 0.0
    return share if span_s > LONG_S else float(share >= WHOLE_FROM)
