"""Pages are made for scrapes that are due, and for nobody else."""

from collections.abc import Sequence

import pytest

from swarmfile.metrics.pace import Pace

REGULAR = (0, 15, 30)
TWO_WHO_SCRAPE = (0, 5, 15, 20)


@pytest.mark.parametrize(
    ("scrapes", "now_s", "made_s", "wanted"),
    [
        ((), 100, 0, False),
        ((0,), 14, 0, True),
        ((0,), 61, 0, False),
        (REGULAR, 31, 30, False),
        (REGULAR, 43, 30, False),
        (REGULAR, 44, 30, False),
        (REGULAR, 44.2, 30, True),
        (REGULAR, 44.5, 44, False),
        (REGULAR, 45.5, 44, True),
        (REGULAR, 89, 80, True),
        (REGULAR, 91, 80, False),
        (TWO_WHO_SCRAPE, 24.2, 20, True),
        (TWO_WHO_SCRAPE, 29, 27, True),
        ((0, 120, 240), 400, 390, True),
        ((0, 1, 2), 3, 2, True),
    ],
)
def test_a_page_is_made_shortly_before_it_is_wanted(
    scrapes: Sequence[float], now_s: float, made_s: float, wanted: bool
) -> None:
    pace = Pace()
    for scraped_s in scrapes:
        pace.scraped(scraped_s)
    assert pace.wants_page(now_s, made_s) is wanted
