"""Blocks of a run: nothing is lost, a rate is exact, memory is bounded, and no step holds up the event loop."""

import gc
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from locust.stats import RequestStats

from swarmfile.run import blocks as blocks_module
from swarmfile.run.blocks import MOST_BLOCKS, MOST_NAMES, BlockLog
from swarmfile.stats.blocks import Block, unpacked


def reported(
    *names: str, requests: int = 10, failures: int = 1, times: dict[float, int] | None = None
) -> dict[str, Any]:
    """A worker's report."""
    counts = {"num_requests": requests, "num_failures": failures, "response_times": times or {12.0: requests}}
    total = counts | {"num_requests": requests * len(names), "response_times": {12.0: requests * len(names)}}
    return {"stats": [{"method": "GET", "name": name, **counts} for name in names], "stats_total": total}


def finished(log: BlockLog) -> list[Block]:
    log.finish()
    return unpacked(log.content)


def test_rates_are_exact_although_reports_do_not_end_where_blocks_do() -> None:
    log = BlockLog()
    for worker, first in (("one", 1.0), ("two", 2.5)):
        for number in range(20):
            log.report(worker, first + 3 * number, reported("/a", requests=30 if number else int(first * 10)))
    blocks = finished(log)
    assert len(blocks) > 5
    assert {round(block.endpoints["GET /a"].requests / block.length_s, 6) for block in blocks} == {20.0}


def test_a_process_that_makes_the_load_itself_looks_at_its_own_counts() -> None:
    stats, log = RequestStats(), BlockLog()
    for at_s in range(1, 26):
        stats.log_request("GET", "/a", 12, 1)
        log.look(float(at_s), stats)
        list(log.steps())
    log.look(25.5, stats, is_last=True)
    blocks = finished(log)
    assert [block.endpoints["GET /a"].requests for block in blocks] == [10, 10, 5]
    assert [block.length_s for block in blocks] == [10, 10, 5.5]


def test_a_run_that_ends_while_its_blocks_are_folded_loses_none() -> None:
    for interrupted_after in range(12):
        log = BlockLog()
        for number in range(20):
            log.report("one", 3.0 * (number + 1), reported("/a", "/b"))
        steps = log.steps()
        for _ in range(interrupted_after):
            next(steps, None)
        blocks = finished(log)
        assert list(steps) == [], "the greenlet that was in the midst of it has nothing left to do"
        assert sum(block.total.requests for block in blocks) == 400


def test_statistics_that_locust_resets_are_counted_from_zero() -> None:
    stats, log = RequestStats(), BlockLog()
    for _ in range(5):
        stats.log_request("GET", "/a", 12, 1)
    log.look(10.0, stats)
    list(log.steps())
    stats.reset_all()
    stats.log_request("GET", "/a", 12, 1)
    log.look(20.0, stats)
    assert [block.total.requests for block in finished(log)] == [5, 1]


def test_a_long_run_keeps_longer_blocks_and_loses_nothing() -> None:
    log, reports = BlockLog(), 10 * MOST_BLOCKS
    for number in range(reports):
        log.report("one", 3.0 * (number + 1), reported("/a"))
        if number % 100 == 0:
            list(log.steps())
    blocks = finished(log)
    assert MOST_BLOCKS / 2 < len(blocks) <= MOST_BLOCKS
    assert sum(block.total.requests for block in blocks) == 10 * reports
    assert sum(block.length_s for block in blocks) == 3 * reports


@pytest.fixture
def uncollected() -> Iterator[None]:
    """The garbage of all other tests is not this one's, nor is it in a master: swarmfile/patches/garbage.py."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_many_names_stay_within_the_size_and_no_step_takes_ten_milliseconds(
    uncollected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_module, "MOST_BYTES", 300_000)
    log, names, longest_s = BlockLog(), [f"/item/{number}" for number in range(MOST_NAMES + 200)], 0.0
    for number in range(60):
        times = {float(random.Random(number * 100 + key).randint(100, 999)): 1 for key in range(20)}
        log.report("one", 3.0 * (number + 1), reported(*names, requests=20, times=times))
        steps, before = log.steps(), time.thread_time()
        for _ in steps:
            longest_s, before = max(longest_s, time.thread_time() - before), time.thread_time()
    assert len(log.content) <= 300_000
    blocks = finished(log)
    assert {name for block in blocks for name in block.endpoints} == {f"GET {name}" for name in names[:MOST_NAMES]}
    assert sum(block.total.requests for block in blocks) == 60 * 20 * len(names)
    assert longest_s < 0.01
