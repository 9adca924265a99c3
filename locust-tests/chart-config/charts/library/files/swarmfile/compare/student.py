"""Student's t distribution, by the incomplete beta function's continued fraction (DLMF 8.17.22)."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

_TINY = 1e-300
_STEPS = 300
# Beyond it the normal distribution is the same to three digits.
_MANY = 1e4


def two_sided(t: float, freedom: float) -> float:
    """Returns how likely something as far from 0 as `t` is, on either side, with so many degrees of freedom."""
    if freedom > _MANY:
        return 2 * NormalDist().cdf(-abs(t))
    return _beta(freedom / (freedom + t * t), freedom / 2, 0.5)


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


def _beta(x: float, a: float, b: float) -> float:
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Returns the continued fraction by the modified method of Lentz."""
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / _not_zero(1 + term * d), _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
