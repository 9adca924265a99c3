"""Shows how often so many requests are said to be enough, and wrongly: `python -m benchmarks.sufficiency`.

Each row is 10,000 simulated runs against `error rate < 5%`, whose true share of failures is known: just below the
limit, just above it, or far from it. Requests are independent, or failures come in bursts (a state that lasts for
some ten requests and in which half of them fail). What was said wrongly must be at most 5% of the runs.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from random import Random

from swarmfile.stats.blocks import BLOCK_S
from swarmfile.stats.sufficiency import Says, Sufficiency, TenSeconds

LIMIT = 0.05
SHARES = (0.02, 0.045, 0.05, 0.055, 0.1)
RATE = 10
BURST_REQUESTS = 10.0
FAILING_SHARE = 0.5


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sufficiency", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    requests = RATE * options.seconds
    print(f"{options.runs:,} runs of {requests:,} requests each, error rate < {LIMIT:.0%}, seed {options.seed}")
    for bursts in (False, True):
        for share in SHARES:
            random = Random(options.seed)
            said = Counter(says(random, share, options.seconds, bursts=bursts) for _ in range(options.runs))
            wrong = said[Says.HOLDS] if share >= LIMIT else said[Says.BREAKS]
            kind = "in bursts" if bursts else "independent"
            parts = ", ".join(f"{each} {said[each] / options.runs:.1%}" for each in Says)
            print(f"failures {kind}, true share {share:.1%}: {parts}; wrong {wrong / options.runs:.2%}")


def says(random: Random, share: float, seconds: int, *, bursts: bool) -> Says:
    """Returns what one simulated run says."""
    fails = _bursts(random, share) if bursts else _independent(random, share)
    size = RATE * BLOCK_S
    blocks = [TenSeconds(size, sum(fails() for _ in range(size))) for _ in range(seconds // BLOCK_S)]
    return Sufficiency.of(blocks, LIMIT).says


def _independent(random: Random, share: float) -> Callable[[], bool]:
    return lambda: random.random() < share


def _bursts(random: Random, share: float) -> Callable[[], bool]:
    bad = share / FAILING_SHARE
    leaves, enters = 1 / BURST_REQUESTS, bad / (1 - bad) / BURST_REQUESTS
    state = random.random() < bad

    def fails() -> bool:
        nonlocal state
        state = random.random() >= leaves if state else random.random() < enters
        return state and random.random() < FAILING_SHARE

    return fails


if __name__ == "__main__":
    main()
