import time
from typing import Any

import pytest
from locust import stats as locust_stats
from locust.env import Environment
from locust.stats import PERCENTILES_TO_REPORT, RequestStats, StatsCSV

from swarmfile.patches import buckets as distribution_locust
from swarmfile.stats.distribution import percentile


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> RequestStats:
    monkeypatch.setattr(locust_stats, "bucket_response_time", locust_stats.bucket_response_time)
    monkeypatch.setattr(StatsCSV, "_percentile_fields", StatsCSV._percentile_fields)
    distribution_locust.replace_rounding()
    return RequestStats()


def request(stats: RequestStats, name: str, response_time: float) -> None:
    stats.log_request("GET", name, response_time, 10)  # type: ignore[arg-type]


def test_locusts_own_percentiles_are_no_longer_rounded_to_two_digits(installed: RequestStats) -> None:
    request(installed, "/", 147.2)
    request(installed, "/", 3.456)
    assert installed.total.get_response_time_percentile(0.95) == 147
    assert installed.total.get_response_time_percentile(0.0) == 3.46


def test_the_csv_says_the_same_number_as_the_verdict(installed: RequestStats) -> None:
    request(installed, "/", 3.456)
    environment = Environment()
    environment.stats = installed
    fields = StatsCSV(environment, PERCENTILES_TO_REPORT)._percentile_fields(installed.total)
    times: Any = installed.total.response_times  # annotated as whole numbers in Locust
    assert set(fields) == {percentile(times, 95)}
    assert "N/A" in StatsCSV(environment, PERCENTILES_TO_REPORT)._percentile_fields(installed.get("/never", "GET"))


def test_what_locust_never_reads_again_is_forgotten() -> None:
    stats = RequestStats()
    for name in range(120):
        request(stats, f"/{name}", 10)
        stats.get(f"/{name}", "GET").num_reqs_per_sec[int(time.time()) - 3600] = 5
    tidier = distribution_locust.Tidier(stats, keeps_current_percentiles=False)
    for _ in range(3):
        tidier.step()
    kept = [entry for entry in stats.entries.values() if len(entry.num_reqs_per_sec) > 1 or entry.response_times_cache]
    assert kept == []
    assert stats.total.current_rps >= 0
    assert stats.total.response_times_cache is not None


def test_a_full_history_keeps_the_percentiles_of_now() -> None:
    stats = RequestStats()
    request(stats, "/", 10)
    distribution_locust.Tidier(stats, keeps_current_percentiles=True).step()
    assert stats.get("/", "GET").response_times_cache is not None
