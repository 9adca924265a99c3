"""Runs that are made up: response times around a level that wanders from second to second, as real ones do."""

import math
import random

from swarmfile.stats.blocks import Block
from swarmfile.stats.distribution import Figures, bucket


def made_blocks(
    chance: random.Random,
    *,
    seconds: int = 60,
    per_s: float = 30,
    slower: float = 0.0,
    from_run_to_run: float = 0.0,
    wandering: float = 0.02,
    holding: float = 0.9,
    bursts: float = 0.0,
    failing: float = 0.0,
    name: str = "GET /a",
) -> list[Block]:
    """Returns a run's blocks of ten seconds each.

    slower: relative; from_run_to_run, wandering: standard deviations of the level's logarithm
    holding: how much of the level's deviation is there a second later; bursts: share of seconds in which one begins
    """
    level, middle, left = chance.gauss(0, wandering), math.log(100 * (1 + slower)) + chance.gauss(0, from_run_to_run), 0
    blocks = [Block(at_s, 10.0) for at_s in range(0, seconds, 10)]
    for second in range(seconds):
        level = holding * level + chance.gauss(0, wandering * math.sqrt(1 - holding**2))
        left = max(0, left - 1) or (chance.randint(2, 8) if chance.random() < bursts else 0)
        requests = max(0, round(chance.gauss(per_s, math.sqrt(per_s))))
        figures = Figures(requests, sum(chance.random() < failing for _ in range(requests)) if failing else 0)
        for _ in range(requests):
            value = bucket(math.exp(middle + level + chance.gauss(0, 0.4) + (0.7 if left else 0)))
            figures.times[value] = figures.times.get(value, 0) + 1
        blocks[second // 10].total.add(figures)
    for block in blocks:
        block.endpoints[name] = block.total
    return blocks
