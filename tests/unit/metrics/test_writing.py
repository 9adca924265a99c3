from collections.abc import Sequence

import pytest

from swarmfile.metrics.exporter import FORMATS
from swarmfile.metrics.families import Family, counter, gauge, histogram
from swarmfile.metrics.writing import Generate, Writer, written

NAMES = ('a"b\\c\nd', "100%", "%s", "ünï", "{}=,", "0.0", "")


def page(number: float, names: Sequence[str] = NAMES) -> list[Family]:
    return [
        gauge("g", "A gauge.", (), [((), number)]),
        gauge("absent", "No sample.", ("name",), [(["x"], None)]),
        counter("c", "A counter.", ("name",), [([name], number + index) for index, name in enumerate(names)]),
        histogram("h", "A histogram.", ("name",), [0.5, 2], [([name], [1, 2], 3, number) for name in names]),
    ]


@pytest.mark.parametrize("generate", FORMATS.values(), ids=["text", "openmetrics"])
def test_every_page_is_byte_by_byte_what_prometheus_client_writes(generate: Generate) -> None:
    writer = Writer(generate)
    for families in (page(0), page(0.1), page(1e9), page(float("inf")), page(2, NAMES[:3]), page(3, (*NAMES, "new"))):
        assert writer.page(families).decode() == written(generate, [family.metric() for family in families])


@pytest.mark.parametrize("generate", FORMATS.values(), ids=["text", "openmetrics"])
def test_other_bounds_are_other_lines(generate: Generate) -> None:
    writer = Writer(generate)
    for bounds in ([1.0], [2.0], [1.0, 2.0]):
        family = histogram("h", "A histogram.", (), bounds, [((), [1] * len(bounds), 1, 1.0)])
        assert writer.page([family]).decode() == written(generate, [family.metric()])


def test_what_is_gone_is_forgotten() -> None:
    writer = Writer(FORMATS[next(iter(FORMATS))])
    writer.page(page(1))
    writer.page(page(1, ()))
    assert len(writer._lines) == 1
