"""What users of constant pacing would have felt without their own waiting."""

import pytest
from locust import User, between, constant_pacing, constant_throughput, task

from swarmfile.stats.corrected import corrected, interval_ms, summary
from swarmfile.stats.distribution import percentile


class Paced(User):
    abstract = True
    wait_time = constant_pacing(0.1)

    @task
    def nothing(self) -> None: ...


class Heir(Paced):
    pass


class Throughput(Paced):
    wait_time = constant_throughput(10)


class Slower(Paced):
    wait_time = constant_pacing(3)


class Free(Paced):
    wait_time = between(1, 2)


@pytest.mark.parametrize(
    ("classes", "interval"),
    [
        ([Paced], 100),
        ([Heir, Throughput], 100),
        ([Slower], 3000),
        ([Paced, Slower], None),
        ([Paced, Free], None),
        ([User], None),
        ([], None),
    ],
)
def test_the_interval_is_that_of_all_classes(classes: list[type[User]], interval: float | None) -> None:
    assert interval_ms(classes) == interval


@pytest.mark.parametrize(
    ("value", "added"),
    [(99, []), (199, []), (200, [100]), (450, [350, 250, 150]), (1000, [900, 800, 700, 600, 500, 400, 300, 200, 100])],
)
def test_what_a_long_response_hid_is_added_as_hdrhistogram_does(value: float, added: list[float]) -> None:
    assert corrected({5.0: 7, value: 2}, 100) == {5.0: 7, value: 2} | dict.fromkeys(added, 2)


def test_a_stall_that_the_plain_percentile_hides_is_seen() -> None:
    # 10 users at 10/s for 10 s, and a second in which each had one request instead of ten.
    times: dict[float, int] = {5.0: 900, 1000.0: 10}
    assert percentile(times, 95) == 5.0
    assert percentile(corrected(times, 100), 95) == pytest.approx(500, abs=100)


def test_a_summary_holds_interval_and_percentiles_where_users_share_one() -> None:
    figures = {"p50": 100.0, "p95": 300.0, "p99": 300.0}
    assert summary({300: 1, 5: 1}, [Paced]) == {"interval_ms": 100, "percentiles_ms": pytest.approx(figures, abs=100)}
    assert summary({300: 1}, [Free]) is None
    assert summary({}, [Paced]) is None
