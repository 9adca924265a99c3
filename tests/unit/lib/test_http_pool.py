from math import inf

import pytest
from lib.http_pool import Timeouts


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, Timeouts(1, 2, 3)),
        (5, Timeouts(5, 5, 3)),
        ((5, 6), Timeouts(5, 6, 3)),
        ((None, 6), Timeouts(inf, 6, 3)),
        ((5, 6, 7), Timeouts(5, 6, 7)),
    ],
)
def test_a_request_may_have_timeouts_of_its_own(given: object, expected: Timeouts) -> None:
    assert Timeouts(1, 2, 3).override(given) == expected


def test_none_is_no_limit() -> None:
    assert Timeouts.of(None, 1, None) == Timeouts(inf, 1, inf)
