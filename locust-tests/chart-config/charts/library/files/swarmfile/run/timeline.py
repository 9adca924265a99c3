"""Keeps what a run looked like over time: some hundred points, whose percentiles are as exact as the verdict's.

A point covers one second at first; each time there are too many, every two neighbours become one.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Protocol

from swarmfile.run.delivery import Delivery, Sample
from swarmfile.stats.distribution import Figures

MOST_POINTS = 360
COLUMNS = ("at_s", "planned", "present", "workers", "requests", "failures", "p50_ms", "p95_ms", "p99_ms")
# Slow workers report this late; until then a second is open, and adding to it is cheap.
_OPEN_S = 10
_NOTHING = Sample(0.0, 0.0, 0.0, 0.0)


class Span(Protocol):
    """What a timeline asks of a finished run. Moments in seconds since 1970."""

    @property
    def started_at(self) -> float:
        """When it began."""

    @property
    def elapsed_s(self) -> float:
        """Seconds between start and end."""

    @property
    def delivery(self) -> Delivery:
        """Its users, second by second."""


class Timeline:
    """The seconds of one run, counted from the whole second in which it began."""

    def __init__(self) -> None:
        self._step_s = 1
        self._latest = 0
        self._open: dict[int, Figures] = {}
        # Packed, a distribution takes a tenth of the memory that a dict needs.
        self._points: dict[int, tuple[int, int, array[float], array[int]]] = {}

    def record(self, second: int, figures: Figures) -> None:
        """Counts what some worker did in that second; `figures` stays as it is."""
        second = max(0, second)
        self._open.setdefault(second, Figures()).add(figures)
        if second > self._latest:
            self._latest = second
            self._close(each for each in list(self._open) if each < second - _OPEN_S)

    def as_dict(self, run: Span) -> dict[str, Any]:
        """Returns what metrics.json tells; `rows` hold numbers in the order of `columns`, times since the start."""
        self._close(list(self._open))
        # The first of the run's seconds was partly over when it began.
        offset_s = run.started_at % 1
        last = max([int(run.elapsed_s + offset_s) // self._step_s, *self._points])
        while last >= MOST_POINTS:
            self._halve()
            last //= 2
        samples = defaultdict(list)
        for sample in run.delivery.samples:
            samples[int(sample.at_s + offset_s) // self._step_s].append(sample)
        rows, there = [], [_NOTHING]
        for index in range(last + 1):
            there = samples.get(index) or there[-1:]
            at_s = round(max(0.0, index * self._step_s - offset_s), 1)
            rows.append([at_s, *_load(there), *self._figures(index)])
        return {"step_s": self._step_s, "phases": _phases(run), "columns": COLUMNS, "rows": rows}

    def _close(self, seconds: Iterable[int]) -> None:
        for second in seconds:
            while second // self._step_s >= MOST_POINTS:
                self._halve()
            self._pack(second // self._step_s, self._open.pop(second))

    def _pack(self, index: int, figures: Figures) -> None:
        if index in self._points:
            figures.add(_unpacked(*self._points[index]))
        times = figures.times
        self._points[index] = (figures.requests, figures.failures, array("d", times), array("L", times.values()))

    def _halve(self) -> None:
        points, self._points = self._points, {}
        self._step_s *= 2
        for index, point in points.items():
            self._pack(index // 2, _unpacked(*point))

    def _figures(self, index: int) -> list[float | None]:
        figures = _unpacked(*self._points[index]) if index in self._points else Figures()
        return [figures.requests, figures.failures, *(figures.percentile(percent) for percent in (50, 95, 99))]


def _unpacked(requests: int, failures: int, times: array[float], counts: array[int]) -> Figures:
    return Figures(requests, failures, times=dict(zip(times, counts, strict=True)))


def _load(samples: list[Sample]) -> list[float]:
    planned, present = (
        sum(values) / len(samples) for values in zip(*((s.planned, s.present) for s in samples), strict=True)
    )
    return [round(planned, 1), round(present, 1), min(sample.workers for sample in samples)]


def _phases(run: Span) -> list[dict[str, Any]]:
    phases, end_s = [], 0.0
    for name, group in groupby(run.delivery.samples, key=lambda sample: sample.phase):
        start_s, end_s = end_s, round([sample.at_s for sample in group][-1], 1)
        phases.append({"name": name, "start_s": start_s, "end_s": end_s})
    for last in phases[-1:]:
        last["end_s"] = round(max(end_s, run.elapsed_s), 1)
    return [phase for phase in phases if phase["name"]]
