"""Families of metrics as plain rows of numbers, so that a page of tens of thousands of them is made quickly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

# Label values, then the value; None: nothing is known, so nothing is told.
Sample = tuple[Sequence[str], float | None]
# Label values, then all numbers of the series: of a histogram the buckets up to the last, the count and the sum.
Series = tuple[tuple[str, ...], Sequence[float]]


@dataclass(frozen=True)
class Family:
    """One metric with all its series. bounds: of a histogram's buckets, as text, the last one +Inf."""

    kind: type[Metric]
    name: str
    text: str
    labels: tuple[str, ...]
    series: Sequence[Series]
    bounds: Sequence[str] = ()

    def metric(self, series: Iterable[Series] | None = None) -> Metric:
        """Returns prometheus-client's family of these series, or of all."""
        made = self.kind(self.name, self.text, labels=self.labels)  # type: ignore[call-arg]
        for labels, numbers in self.series if series is None else series:
            if self.bounds:
                made.add_metric(labels, list(zip(self.bounds, numbers, strict=False)), numbers[-1])  # type: ignore[attr-defined]
            else:
                made.add_metric(labels, numbers[0])  # type: ignore[attr-defined]
        return made

    def numbers(self) -> Iterable[float]:
        """Returns all numbers in the order of the samples."""
        return chain.from_iterable(numbers for _, numbers in self.series)


def gauge(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Family:
    """Returns a gauge with these samples."""
    return Family(GaugeMetricFamily, name, text, tuple(labels), _known(samples))


def counter(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Family:
    """Returns a counter; `name` without the _total that its samples get."""
    return Family(CounterMetricFamily, name, text, tuple(labels), _known(samples))


def histogram(
    name: str,
    text: str,
    labels: Sequence[str],
    bounds: Sequence[float],
    rows: Iterable[tuple[Sequence[str], Sequence[int], int, float]],
) -> Family:
    """Returns a histogram; a row has label values, the counts at or below each bound, the count of all and the sum."""
    series = [(cleaned(where), (*counts, total, total, in_all)) for where, counts, total, in_all in rows]
    texts = [*(repr(float(bound)) for bound in bounds), "+Inf"]
    return Family(HistogramMetricFamily, name, text, tuple(labels), series, texts)


def _known(samples: Iterable[Sample]) -> list[Series]:
    return [(cleaned(labels), (value,)) for labels, value in samples if value is not None]


def cleaned(labels: Iterable[str]) -> tuple[str, ...]:
    """Returns texts that can be written as UTF-8: a script may name requests by anything."""
    return tuple(label if label.isascii() else label.encode("utf-8", "replace").decode() for label in map(str, labels))
