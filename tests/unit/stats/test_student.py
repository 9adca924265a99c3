"""Student's t, held against the tables that everyone prints."""

import pytest

from swarmfile.stats.student import quantile, two_sided


@pytest.mark.parametrize(
    ("share", "freedom", "t"),
    [
        (0.05, 1, 12.7062),
        (0.01, 2, 9.9248),
        (0.01, 4, 4.6041),
        (0.01, 10, 3.1693),
        (0.001, 30, 3.6460),
        (0.01, 120, 2.6174),
        (0.01, 1e6, 2.5758),
    ],
)
def test_it_is_what_tables_say(share: float, freedom: float, t: float) -> None:
    assert quantile(share, freedom) == pytest.approx(t, abs=1e-4)
    assert two_sided(-t, freedom) == pytest.approx(share, rel=1e-3)


def test_no_difference_is_as_likely_as_can_be() -> None:
    assert two_sided(0.0, 3.3) == 1.0
