"""Short ways to prometheus-client's families."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

# Label values, then the value; None: nothing is known, so nothing is told.
Sample = tuple[Sequence[str], float | None]


def gauge(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """Returns a gauge with these samples."""
    return _filled(GaugeMetricFamily(name, text, labels=labels), samples)


def counter(name: str, text: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    """Returns a counter; `name` without the _total that its samples get."""
    return _filled(CounterMetricFamily(name, text, labels=labels), samples)


def _filled(family: GaugeMetricFamily | CounterMetricFamily, samples: Iterable[Sample]) -> Metric:
    for labels, value in samples:
        if value is not None:
            family.add_metric([clean(label) for label in labels], value)
    return family


def clean(label: str) -> str:
    """Returns the text such that it can be written as UTF-8: a script may name requests by anything."""
    return str(label).encode("utf-8", "replace").decode()
