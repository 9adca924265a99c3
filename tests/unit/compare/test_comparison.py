"""The rows of a comparison: slower, faster, the same, or too close to tell, for each request together."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from swarmfile.compare.comparison import Difference, FigureRow, compared, only_on_one_side
from swarmfile.compare.kept import KeptRun
from swarmfile.stats.blocks import Block
from tests.unit.compare.made_runs import made_blocks


def side(seed: int, count: int = 3, **how: Any) -> list[KeptRun]:  # noqa: ANN401
    chance = random.Random(seed)
    return [
        KeptRun(f"run-{seed}-{each}", "load", "PASS", 0.0, blocks=made_blocks(chance, **how)) for each in range(count)
    ]


def rows(before: Sequence[KeptRun], after: Sequence[KeptRun]) -> dict[str, FigureRow]:
    return {row.figure: row for row in compared(before, after, 0.05) if row.request == "all"}


@pytest.fixture(scope="module")
def base() -> list[KeptRun]:
    return side(1, per_s=60, seconds=120)


@pytest.mark.parametrize(
    ("how", "findings"),
    [
        ({"slower": 0.2}, {"p50": Difference.SLOWER, "p95": Difference.SLOWER}),
        ({"slower": -0.2}, {"p50": Difference.FASTER, "p95": Difference.FASTER}),
        ({"per_s": 40}, {"rate": Difference.SLOWER}),
        ({"per_s": 90}, {"rate": Difference.FASTER}),
        ({"failing": 0.1}, {"error rate": Difference.MORE}),
        ({}, {"p50": Difference.SAME, "error rate": Difference.SAME}),
    ],
)
def test_what_changed_is_found(base: list[KeptRun], how: dict[str, Any], findings: dict[str, Difference]) -> None:
    found = rows(base, side(2, **({"per_s": 60, "seconds": 120} | how)))
    assert {figure: found[figure].finding for figure in findings} == findings


def test_what_the_runs_scatter_by_anyway_is_too_close_to_tell() -> None:
    row = rows(side(3, from_run_to_run=0.1), side(4, from_run_to_run=0.1, slower=0.05))["p95"]
    assert row.finding is Difference.TOO_CLOSE
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0 < row.high


def test_a_request_of_one_side_is_not_compared() -> None:
    assert only_on_one_side(side(1, 1), side(2, 1, name="GET /b")) == ["GET /a", "GET /b"]


def test_a_request_without_response_times_is_not_measured() -> None:
    silent = [KeptRun("silent", "load", "PASS", 0.0, blocks=[Block(10.0 * each, 10.0) for each in range(6)])]
    assert {row.finding for row in compared(silent, silent, 0.05)} == {Difference.UNKNOWN}
