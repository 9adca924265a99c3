from typing import Any

import pytest

from swarmfile.definition.metrics import BUCKETS_S, MetricsSettings, parse
from swarmfile.definition.settings import SettingsError


def test_nothing_written_means_the_defaults() -> None:
    assert parse({}) == parse({"metrics": None}) == MetricsSettings()
    assert list(BUCKETS_S) == sorted(set(BUCKETS_S))


def test_what_is_written_counts() -> None:
    written = {"buckets": [0.1, 1], "maxEndpoints": 5, "maxCauses": 6, "workersInfo": True, "lingerS": 60}
    assert parse({"metrics": written}) == MetricsSettings((0.1, 1.0), 5, 6, True, 60)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ({"buckets": [1, 0.5]}, "metrics.buckets"),
        ({"buckets": [1, 1]}, "metrics.buckets"),
        ({"buckets": "1"}, "metrics.buckets"),
        ({"buckets": [0, 1]}, "metrics.buckets"),
        ({"maxEndpoints": -1}, "metrics.maxEndpoints"),
        ({"maxCauses": 1.5}, "metrics.maxCauses"),
    ],
)
def test_a_refusal_names_the_key(written: dict[str, Any], key: str) -> None:
    with pytest.raises(SettingsError, match=key):
        parse({"metrics": written})


@pytest.mark.parametrize(
    ("written", "linger_s"),
    [
        ({"serviceMonitor": {"enabled": True, "interval": "20s"}}, 40),
        ({"podMonitor": {"enabled": True}}, 30),
        ({"serviceMonitor": {"enabled": False, "interval": "20s"}}, 0),
        ({"serviceMonitor": {"enabled": True, "interval": "20s"}, "lingerS": 5}, 5),
        ({"lingerS": None}, 0),
    ],
)
def test_a_master_lingers_for_two_scrapes_of_an_enabled_monitor(written: dict[str, Any], linger_s: int) -> None:
    assert parse({"metrics": written}).linger_s == linger_s
