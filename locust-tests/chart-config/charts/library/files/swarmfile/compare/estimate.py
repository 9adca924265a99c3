"""How exactly some runs say what a figure is: its value, and by how much other runs of the same thing would differ.

Requests are no independent samples: a slow second is slow for all of them. So the scatter is read from whole blocks,
by a moving block bootstrap within each run (Künsch 1989), and from the runs themselves where there are several.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from swarmfile.definition.assertion import Statistic, Subject, read
from swarmfile.stats.blocks import Block, merged
from swarmfile.stats.distribution import Figures, width

# Of fewer blocks nobody can say how much they scatter.
FEWEST_BLOCKS = 3
# More tell no more; longer ones hide what lasts over several.
MOST_BLOCKS = 40
RESAMPLES = 300

Of = Callable[[Sequence[int]], float | None]


@dataclass(frozen=True)
class Estimate:
    """A figure on the scale on which changes add up: logarithm of ms or per second, or a share of requests.

    variance: that of the value, as blocks know it; freedom: with how many degrees of freedom
    runs: how many it is the mean of; deviations: the sum of their squared deviations from it
    """

    value: float
    variance: float
    freedom: float
    runs: int = 1
    deviations: float = 0.0


def estimate(subject: Subject, endpoint: str | None, runs: Sequence[Sequence[Block]]) -> Estimate | None:
    """Returns what the runs' blocks say of one endpoint, None: of all requests; None where they say nothing.

    Steps are not bounded: `estimating` is for an event loop.
    """
    *_, last = estimating(subject, endpoint, runs)
    return last


def estimating(subject: Subject, endpoint: str | None, runs: Sequence[Sequence[Block]]) -> Iterator[Estimate | None]:
    """Yields None after each few milliseconds of work, and last what `estimate` returns."""
    pieces = [merged(blocks, math.ceil(len(blocks) / MOST_BLOCKS)) if blocks else [] for blocks in runs]
    values, variances, freedoms = list[float](), list[float](), list[float]()
    several = len(runs) > 1
    for blocks in pieces:
        of = _reader(subject, [(block.figures(endpoint), block.length_s) for block in blocks])
        value = of(range(len(blocks)))
        if len(blocks) < FEWEST_BLOCKS or value is None:
            yield None
            return
        scatter, together = list[float](), 1 if several else _together(len(blocks))
        for some in _resampling(of, len(blocks), together):
            yield None
            scatter += some
        values.append(value)
        # Drawn with replacement, so few blocks scatter less than those of another run would.
        drawn = sum((each - value) ** 2 for each in scatter) / max(1, len(scatter))
        variances.append(drawn * len(blocks) / (len(blocks) - together) + _least(subject, blocks, endpoint))
        freedoms.append(len(blocks) / together - 1)
    yield _mean(values, variances, freedoms) if values else None


def shown(subject: Subject, value: float) -> float:
    """Returns a value of that scale in the subject's base unit: ms, per second, share."""
    return value if subject.statistic is Statistic.ERROR_RATE else math.exp(value)


def _mean(values: Sequence[float], variances: Sequence[float], freedoms: Sequence[float]) -> Estimate:
    count = len(values)
    mean, variance = sum(values) / count, sum(variances) / count**2
    # Satterthwaite's.
    freedom = variance**2 / sum((each / count**2) ** 2 / df for each, df in zip(variances, freedoms, strict=True))
    return Estimate(mean, variance, freedom, count, sum((value - mean) ** 2 for value in values))


def _resampling(of: Of, count: int, together: int) -> Iterator[list[float]]:
    # The same runs give the same numbers.
    chance = random.Random(count)
    starts = range(count)
    for _ in range(RESAMPLES // 10):
        some = []
        for _ in range(10):
            begins = (chance.choice(starts) for _ in range(math.ceil(count / together)))
            chosen = [(begin + step) % count for begin in begins for step in range(together)][:count]
            value = of(chosen)
            if value is not None:
                some.append(value)
        yield some


def _together(count: int) -> int:
    """Returns how many neighbours of a run that is alone are drawn together: what lasts beyond one block stays so.

    Where there are several runs, what lasts makes them differ, and is counted there.
    """
    return math.ceil(round(math.pow(count, 1 / 3), 9))


def _least(subject: Subject, blocks: Sequence[Block], endpoint: str | None) -> float:
    """Returns a variance that is never 0: that of buckets, and of failures as if half a one had come."""
    if subject.statistic is Statistic.ERROR_RATE:
        requests = sum(block.figures(endpoint).requests for block in blocks)
        failures = sum(block.figures(endpoint).failures for block in blocks)
        share = (failures + 0.5) / (requests + 1)
        return share * (1 - share) / (requests + 1)
    return 1e-6


def _reader(subject: Subject, pieces: Sequence[tuple[Figures, float]]) -> Of:
    if subject.percent is not None:
        return _quantile_reader(subject.percent / 100, [figures for figures, _ in pieces])

    def of(chosen: Sequence[int]) -> float | None:
        requests = sum(pieces[index][0].requests for index in chosen)
        failures = sum(pieces[index][0].failures for index in chosen)
        value = read(subject, Figures(requests, failures), sum(pieces[index][1] for index in chosen))
        if value is None or subject.statistic is Statistic.ERROR_RATE:
            return value
        return math.log(value) if value > 0 else None

    return of


def _quantile_reader(share: float, pieces: Sequence[Figures]) -> Of:
    """Returns what reads a quantile's logarithm, within its bucket by how many lie below it there."""
    values = sorted(set(chain.from_iterable(figures.times for figures in pieces)))
    upto = [list(accumulate(figures.times.get(value, 0) for value in values)) for figures in pieces]

    def of(chosen: Sequence[int]) -> float | None:
        sums = [upto[index] for index in chosen]
        total = sum(each[-1] for each in sums) if values else 0
        if not total:
            return None
        rank = total * share
        place = bisect_right(range(len(values) - 1), rank, key=lambda at: sum(each[at] for each in sums))
        upper = sum(each[place] for each in sums)
        lower = sum(each[place - 1] for each in sums) if place else 0
        inside = min(1.0, (rank - lower) / (upper - lower)) if upper > lower else 0.5
        return math.log(max(1e-6, values[place] + (inside - 0.5) * width(values[place])))

    return of
