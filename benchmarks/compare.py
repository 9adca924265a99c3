"""How far comparisons can be trusted, on made-up runs: `python -m benchmarks.compare [--draws 1000]`.

Coverage: how often the 99% interval of the change of p95 holds the truth, where latencies wander from second to second
(AR(1)) and come in bursts. Alarms: of so many draws from 60 runs without a change and 30 with 10% more latency, how
often slower, faster, same, or too close to tell is said of p95.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from swarmfile.compare.comparison import Difference, compared
from swarmfile.compare.contrast import contrast
from swarmfile.compare.estimate import estimate
from swarmfile.compare.kept import KeptRun
from swarmfile.definition.assertion import Statistic, Subject
from swarmfile.stats.blocks import Block
from tests.unit.compare.made_runs import made_blocks

P95 = Subject(Statistic.PERCENTILE, 95.0)
# Standard deviation of a second's level, share of it that is there a second later, share of seconds with a burst.
LATENCIES: Mapping[str, Mapping[str, Any]] = {
    "independent": {"wandering": 0.0},
    "AR 0.5": {"wandering": 0.1, "holding": 0.5},
    "AR 0.9": {"wandering": 0.1, "holding": 0.9},
    "AR 0.97": {"wandering": 0.1, "holding": 0.97},
    "bursts of 2 to 8 s": {"bursts": 0.02},
}
SHAPES = (("1 run of 1 min a side", 1, 60), ("1 run of 5 min a side", 1, 300), ("3 runs of 1 min a side", 3, 60))
POOLS = {f"{scatter:.1%} from run to run": scatter for scatter in (0.005, 0.02, 0.05)}


def main() -> None:
    """Prints two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000, help="of each cell (default: %(default)s)")
    draws = parser.parse_args().draws
    print("| 99% interval holds the truth in | " + " | ".join(name for name, *_ in SHAPES) + " |")
    print("|---|" + "---:|" * len(SHAPES))
    for name, how in LATENCIES.items():
        cells = (coverage(draws, runs, seconds, how) for _, runs, seconds in SHAPES)
        print(f"| {name} | {' | '.join(f'{cell:.1%}' for cell in cells)} |", flush=True)
    print("\n| p95, 1-minute runs | change | " + " | ".join(Difference) + " |")
    print("|---|---|" + "---:|" * len(Difference))
    for row in alarms(draws):
        print(row, flush=True)


def coverage(draws: int, runs: int, seconds: int, how: Mapping[str, Any]) -> float:
    """Returns the share of draws in which the interval holds that nothing changed."""
    chance, inside = random.Random(1), 0
    for _ in range(draws):
        sides = [[made_blocks(chance, seconds=seconds, per_s=10, **how) for _ in range(runs)] for _ in range(2)]
        before, after = (estimate(P95, None, side) for side in sides)
        assert before
        assert after
        low, high = contrast(before, after).interval(0.01)
        inside += low <= 0 <= high
    return inside / draws


def alarms(draws: int) -> Iterator[str]:
    """Yields a row for each pool, number of runs and change."""
    for name, scatter in POOLS.items():
        chance = random.Random(2)
        steady: dict[str, Any] = {"from_run_to_run": scatter, "wandering": 0.02, "per_s": 50}
        same = [made_blocks(chance, **steady) for _ in range(60)]
        slower = [made_blocks(chance, slower=0.1, **steady) for _ in range(30)]
        for runs in (3, 1):
            for change, pool in (("none", same), ("10% slower", slower)):
                found = Counter(finding(chance, same, pool, runs) for _ in range(draws))
                cells = " | ".join(f"{found[each] / draws:.1%}" for each in Difference)
                yield f"| {name}, {runs} against {runs} | {change} | {cells} |"


def finding(chance: random.Random, base: Sequence[list[Block]], new: Sequence[list[Block]], runs: int) -> Difference:
    """Returns what is said of p95 of all requests, for runs drawn from both pools, none of them twice."""
    if base is new:
        drawn = chance.sample(base, 2 * runs)
        sides = drawn[:runs], drawn[runs:]
    else:
        sides = chance.sample(base, runs), chance.sample(new, runs)
    before, after = ([KeptRun("run", "load", "PASS", 0.0, blocks=blocks) for blocks in side] for side in sides)
    return next(row.finding for row in compared(before, after, 0.05, (P95,)) if row.request == "all")


if __name__ == "__main__":
    main()
