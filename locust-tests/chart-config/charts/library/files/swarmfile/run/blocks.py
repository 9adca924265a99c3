"""Keeps the blocks of a run while it goes on, in bounded memory and a few milliseconds at a time.

A worker's report is counted whole in the block in which most of its time lies, and its time with it, so that the rate
of a block is exact although reports do not end where blocks do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from locust.stats import RequestStats, StatsEntry

from swarmfile.stats.blocks import BLOCK_S, LINES_A_STEP, Block, Packing, unpacking
from swarmfile.stats.distribution import Figures

MOST_BLOCKS = 360
MOST_BYTES = 2 * 2**20
# A run with ids in its names has no end of them; all together they still count.
MOST_NAMES = 1000
REPORT_S = 3.0
_OVER = object()


class _Report(NamedTuple):
    worker: str
    from_s: float
    to_s: float
    total: Figures
    entries: Iterable[tuple[str, Figures]]


class BlockLog:
    """Takes reports, folds them into blocks by `steps`, and gives the file's content at the end.

    Blocks cover ten seconds each; where they become too many or too large, every two neighbours become one.
    """

    def __init__(self) -> None:
        self._span_s = BLOCK_S
        self._heard: dict[str, float] = {}
        self._waiting: deque[_Report] = deque()
        self._open: dict[int, Block] = {}
        self._time: dict[int, dict[str, float]] = {}
        self._closed: dict[int, bytes] = {}
        self._names: set[str] = set()
        self._before: dict[str, Figures] = {}
        self._at_work: Iterator[None] | None = None

    def report(self, worker: str, at_s: float, data: Mapping[str, Any]) -> None:
        """A worker's report came, so many seconds after the start. Nothing is counted yet, so this takes no time."""
        if "stats" in data:
            entries = ((_name(entry["method"], entry["name"]), _counted(entry)) for entry in data["stats"])
            self._take(worker, at_s, _counted(data["stats_total"]), entries)

    def look(self, at_s: float, stats: RequestStats, *, is_last: bool = False) -> None:
        """A process that makes the load itself looks at its counts; only once a block is over, or the run is."""
        from_s = self._heard.setdefault("", 0.0)
        if is_last or at_s - from_s >= BLOCK_S:
            entries = ((_name(e.method, e.name), self._since(_name(e.method, e.name), e)) for e in _all(stats))
            self._take("", at_s, self._since("", stats.total), entries)

    def steps(self) -> Iterator[None]:
        """Folds what came in, yielding after each few milliseconds."""
        self._at_work = self._at_work or self._work(all_of_it=False)
        yield from self._advance()

    def finish(self) -> None:
        """Folds all that came in; what another greenlet is in the midst of is done first."""
        for _ in self._advance():
            pass
        self._at_work = self._work(all_of_it=True)
        for _ in self._advance():
            pass

    def _advance(self) -> Iterator[None]:
        while self._at_work is not None:
            if next(self._at_work, _OVER) is _OVER:
                self._at_work = None
            else:
                yield

    def _work(self, *, all_of_it: bool) -> Iterator[None]:
        while self._waiting:
            yield from self._fold(self._waiting.popleft())
        newest = max(self._open, default=0)
        for index in sorted(self._open):
            # A saturated worker's report may come a block too late.
            if all_of_it or index < newest - 1:
                yield from self._close(index)
        while len(self._closed) > MOST_BLOCKS or (sum(map(len, self._closed.values())) > MOST_BYTES and self._many):
            yield from self._halve()

    @property
    def content(self) -> bytes:
        """The file as far as blocks are closed."""
        return b"".join(self._closed[index] for index in sorted(self._closed))

    @property
    def _many(self) -> bool:
        return len(self._closed) > 1

    def _take(self, worker: str, at_s: float, total: Figures, entries: Iterable[tuple[str, Figures]]) -> None:
        from_s = self._heard.get(worker, max(0.0, at_s - REPORT_S))
        self._heard[worker] = at_s
        self._waiting.append(_Report(worker, from_s, at_s, total, entries))

    def _fold(self, report: _Report) -> Iterator[None]:
        index = int((report.from_s + report.to_s) / 2 / self._span_s)
        block = self._open.setdefault(index, Block(index * self._span_s, 0.0))
        of_worker = self._time.setdefault(index, {})
        of_worker[report.worker] = of_worker.get(report.worker, 0.0) + report.to_s - report.from_s
        block.total.add(report.total)
        for number, (name, figures) in enumerate(report.entries, 1):
            if figures.requests and self._knows(name):
                block.endpoints.setdefault(name, Figures()).add(figures)
            if number % LINES_A_STEP == 0:
                yield

    def _knows(self, name: str) -> bool:
        if len(self._names) < MOST_NAMES:
            self._names.add(name)
        return name in self._names

    def _close(self, index: int) -> Iterator[None]:
        block, of_worker = self._open.pop(index), self._time.pop(index)
        block.length_s = sum(of_worker.values()) / len(of_worker)
        if index in self._closed:
            # A saturated worker's late report, or what came after two blocks became one.
            yield from self._join(index, [self._closed[index], block])
        else:
            yield from self._pack(index, block)

    def _pack(self, index: int, block: Block) -> Iterator[None]:
        packing = Packing(block)
        yield from packing.steps()
        self._closed[index] = packing.content

    def _join(self, index: int, parts: Iterable[bytes | Block]) -> Iterator[None]:
        blocks: list[Block] = []
        for part in parts:
            if isinstance(part, Block):
                blocks.append(part)
            else:
                yield from unpacking(part, blocks)
        for other in blocks[1:]:
            yield from blocks[0].adding(other)
        yield from self._pack(index, blocks[0])

    def _halve(self) -> Iterator[None]:
        for index in sorted(self._open):
            yield from self._close(index)
        closed, self._closed = self._closed, {}
        self._span_s *= 2
        for index in sorted({index // 2 for index in closed}):
            yield from self._join(index, [closed[each] for each in (2 * index, 2 * index + 1) if each in closed])

    def _since(self, name: str, entry: StatsEntry) -> Figures:
        times: dict[Any, int] = dict(entry.response_times)
        now = Figures(entry.num_requests, entry.num_failures, times=times)
        before = self._before.get(name, Figures())
        self._before[name] = now
        # Locust resets its statistics when all users are there, where it is told to.
        return now.without(before if before.requests <= now.requests else Figures())


def _all(stats: RequestStats) -> list[StatsEntry]:
    return list(stats.entries.values())


def _name(method: str | None, name: str) -> str:
    return f"{method or ''} {name}".strip()


def _counted(entry: Mapping[str, Any]) -> Figures:
    return Figures(entry["num_requests"], entry["num_failures"], times=entry["response_times"])
