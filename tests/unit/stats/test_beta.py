"""Known values of the regularised incomplete beta function."""

import pytest

from swarmfile.stats.beta import incomplete_beta


@pytest.mark.parametrize(
    ("x", "a", "b", "value"),
    [
        (0.0, 2, 3, 0.0),
        (1.0, 2, 3, 1.0),
        (0.3, 1, 1, 0.3),
        (0.5, 7, 7, 0.5),
        # 1 - (1 - x)^b and x^a.
        (0.01, 1, 299, 1 - 0.99**299),
        (0.9, 12, 1, 0.9**12),
        # 6 x^2 - 8 x^3 + 3 x^4.
        (0.4, 2, 3, 6 * 0.16 - 8 * 0.064 + 3 * 0.0256),
    ],
)
def test_where_there_is_a_closed_form_it_is_that(x: float, a: float, b: float, value: float) -> None:
    assert incomplete_beta(x, a, b) == pytest.approx(value, rel=1e-10)


def test_it_is_its_own_mirror() -> None:
    for x in (0.1, 0.45, 0.8):
        assert incomplete_beta(x, 3.5, 90) == pytest.approx(1 - incomplete_beta(1 - x, 90, 3.5), rel=1e-9)
