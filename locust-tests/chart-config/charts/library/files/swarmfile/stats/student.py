"""Student's t distribution, by the incomplete beta function (DLMF 8.17.22)."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

from swarmfile.stats.beta import incomplete_beta

# Beyond it the normal distribution is the same to three digits.
_MANY = 1e4


def two_sided(t: float, freedom: float) -> float:
    """Returns how likely something as far from 0 as `t` is, on either side, with so many degrees of freedom."""
    if freedom > _MANY:
        return 2 * NormalDist().cdf(-abs(t))
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


@cache
def quantile(two_sided_share: float, freedom: float) -> float:
    """Returns the t beyond which that share lies, both sides together."""
    low, high = 0.0, 2.0
    while two_sided(high, freedom) > two_sided_share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided(middle, freedom) > two_sided_share else (low, middle)
    return high
