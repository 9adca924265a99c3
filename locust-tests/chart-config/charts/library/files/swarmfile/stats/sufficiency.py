"""Says whether so many requests are enough to say that a share of them holds a limit: the binomial, at 95%.

A criterion such as p99 < 800 ms promises that at most 1% of all requests are violations. Among `requests` that were
seen, `violations` were; were the true share just the limit, so few (or so many) would come by chance with a probability
that the binomial tells. Below 5% the requests say that the promise holds (or breaks), else they leave it open. That is
the one-sided test of C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits (Biometrika 26, 1934);
MLPerf's LoadGen stops a run early by the same sum: 459 requests without a violation say at 99% that p99 holds.

Requests near each other are alike: a slow second has many violations. What is counted in blocks of ten seconds scatters
more than the binomial then, by the design effect, and that many requests count as one: J. N. K. Rao and A. J. Scott,
A simple method for the analysis of clustered binary data (Biometrics 48, 1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from swarmfile.stats.beta import incomplete_beta
from swarmfile.stats.student import quantile

# How sure one has to be.
CONFIDENCE = 0.95
_NORMAL = NormalDist().inv_cdf(CONFIDENCE)
# A design effect from fewer blocks is itself a matter of chance.
FEWEST_BLOCKS = 5
# Nobody waits for more.
MOST_REQUESTS = 1e9


class Says(StrEnum):
    """What the requests say about a promise."""

    HOLDS = "holds"
    BREAKS = "breaks"
    OPEN = "open"


@dataclass(frozen=True)
class TenSeconds:
    """Requests of ten seconds, and how many of them were violations."""

    requests: int
    violations: int


@dataclass(frozen=True)
class Sufficiency:
    """All blocks of a criterion together. limit: the share of violations that is allowed, above 0 and below 1."""

    requests: int
    violations: int
    limit: float
    design_effect: float = 1.0

    @classmethod
    def of(cls, blocks: Sequence[TenSeconds], limit: float) -> Sufficiency:
        """Returns what blocks, in the order in which they came, are evidence of."""
        requests = sum(block.requests for block in blocks)
        violations = sum(block.violations for block in blocks)
        return cls(requests, violations, limit, design_effect(blocks))

    @property
    def says(self) -> Says:
        """What they say at 95%."""
        requests, violations = self.requests / self.design_effect, self.violations / self.design_effect
        # So few by chance, though the share is the limit; so many by chance.
        if at_most(violations, requests, self.limit) <= 1 - CONFIDENCE:
            return Says.HOLDS
        if violations > 0 and 1 - at_most(violations - 1, requests, self.limit) <= 1 - CONFIDENCE:
            return Says.BREAKS
        return Says.OPEN

    @property
    def needed(self) -> int | None:
        """How many requests with the same share of violations would not leave it open; None: no bearable number."""
        low, high = float(self.requests), max(2.0 * self.requests, 2.0)
        while self._scaled(high).says is Says.OPEN:
            low, high = high, 2 * high
            if high > MOST_REQUESTS:
                return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._scaled(middle).says is Says.OPEN else (low, middle)
        return round(high)

    def _scaled(self, requests: float) -> Sufficiency:
        share = self.violations / self.requests if self.requests else 0.0
        return Sufficiency(round(requests), round(share * requests), self.limit, self.design_effect)


def design_effect(blocks: Sequence[TenSeconds]) -> float:
    """Returns by how much the blocks' violations scatter more than independent requests would, at least 1.

    The variance of a ratio over clusters (W. G. Cochran, Sampling Techniques, 1977, 2.11), over the binomial's. Of few
    blocks it is an estimate itself: they count as many fewer as Student's t is wider than the normal distribution.
    """
    counted = [block for block in blocks if block.requests]
    requests = sum(block.requests for block in counted)
    share = sum(block.violations for block in counted) / requests if requests else 0.0
    if len(counted) < FEWEST_BLOCKS or not 0 < share < 1:
        return 1.0
    scatter = sum((block.violations - share * block.requests) ** 2 for block in counted)
    between = scatter * len(counted) / (len(counted) - 1)
    effect = between / (requests * share * (1 - share))
    widened = quantile(round(2 * (1 - CONFIDENCE), 9), len(counted) - 1) / _NORMAL
    return effect * widened**2 if effect > 1 else 1.0


def at_most(violations: float, requests: float, share: float) -> float:
    """Returns the probability of at most so many violations among requests of which this share are violations.

    Both may be fractions, as effective numbers are: it is the regularised incomplete beta function
    I(1 - share; requests - violations, violations + 1).
    """
    if violations >= requests:
        return 1.0
    return incomplete_beta(1 - share, requests - violations, violations + 1)
