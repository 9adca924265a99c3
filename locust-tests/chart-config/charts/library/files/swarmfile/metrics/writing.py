"""Writes pages of metrics quickly: prometheus-client lays out each family once, later pages are filled in.

At 1,000 endpoints a page has 40,000 lines; letting it write each of them anew would keep a core busy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from prometheus_client.core import Metric
from prometheus_client.registry import Collector, CollectorRegistry
from prometheus_client.utils import floatToGoString

from swarmfile.metrics.families import Family

Generate = Callable[[CollectorRegistry], bytes]
# Stand for a label's value while a family is laid out.
_FIRST_MARK = 0x10
_MARKS = re.compile("[\x10-\x1f]")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\"", "%": "%%"})


class Layout(NamedTuple):
    """head: what stands above the samples; lines: one series with places for labels, by order, and numbers."""

    head: str
    lines: str
    order: Sequence[int]


class Writer:
    """Writes page after page in one format; what a page does not have any more is forgotten."""

    def __init__(self, generate: Generate) -> None:
        self._generate = generate
        self._end = written(generate, ())  # OpenMetrics ends with a line of its own
        self._layouts: dict[str, Layout] = {}
        self._lines: dict[tuple[str, ...], str] = {}

    def page(self, families: Iterable[Family]) -> bytes:
        """Returns the families in the format."""
        used: dict[tuple[str, ...], str] = {}
        parts = [self._text(family, used) for family in families]
        self._lines = used
        return "".join([*parts, self._end]).encode()

    def _text(self, family: Family, used: dict[tuple[str, ...], str]) -> str:
        name = " ".join([family.name, *family.labels, *family.bounds])
        layout = self._layouts.get(name) or self._layouts.setdefault(name, self._laid_out(family))
        lines = []
        for labels, _ in family.series:
            key = (name, *labels)
            used[key] = self._lines.get(key) or _filled(layout, labels)
            lines.append(used[key])
        return layout.head + "".join(lines) % tuple(map(floatToGoString, family.numbers()))

    def _laid_out(self, family: Family) -> Layout:
        marks = tuple(chr(_FIRST_MARK + index) for index in range(len(family.labels)))
        numbers = [0.0] * (len(family.bounds) + 2)
        text = written(self._generate, [family.metric([(marks, numbers)])]).removesuffix(self._end)
        rows = text.split("\n")[:-1]
        head = "".join(f"{row}\n" for row in rows if row.startswith("#"))
        lines = "".join(row.removesuffix("0.0") + "%%s\n" for row in rows if not row.startswith("#"))
        return Layout(head, _MARKS.sub("%s", lines), [ord(mark) - _FIRST_MARK for mark in _MARKS.findall(lines)])


class _These(Collector):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


def written(generate: Generate, metrics: Sequence[Metric]) -> str:
    """Returns what prometheus-client writes."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_These(metrics))
    return generate(registry).decode()


def _filled(layout: Layout, labels: Sequence[str]) -> str:
    escaped = [label.translate(_ESCAPES) for label in labels]
    return layout.lines % tuple(map(escaped.__getitem__, layout.order))
