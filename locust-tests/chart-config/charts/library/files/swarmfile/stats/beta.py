"""The regularised incomplete beta function, which the binomial and Student's t distribution are made of."""

from __future__ import annotations

import math

_TINY = 1e-300
_STEPS = 10_000


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Returns I(x; a, b) for x from 0 to 1 and a, b above 0, by the continued fraction of DLMF 8.17.22."""
    if x in (0.0, 1.0):
        return x
    # The fraction converges quickly below the mean; above it the mirrored one does.
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
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
