"""What the test definition says about metrics: buckets, caps, and what is served only on request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmfile.definition import durations
from swarmfile.definition.settings import SettingsError

# Seconds; from a fast cache to a request that times out.
BUCKETS_S = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4),
    *(0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 30.0),
)


@dataclass(frozen=True)
class MetricsSettings:
    """buckets_s: upper bounds of the histograms, without infinity.

    max_endpoints, max_causes: how many are told by themselves; what comes later is counted together
    workers_info: serve locust_workers_info, which makes a new series whenever a worker's number changes
    linger_s: how long a Job's master stays after its verdict, so that it is scraped
    """

    buckets_s: tuple[float, ...] = BUCKETS_S
    max_endpoints: int = 2000
    max_causes: int = 500
    workers_info: bool = False
    linger_s: int = 0


def parse(raw: Mapping[str, Any]) -> MetricsSettings:
    """Returns the settings in the definition's `metrics`. Raises SettingsError."""
    given = raw.get("metrics") or {}
    return MetricsSettings(
        buckets_s=_buckets(given.get("buckets") or BUCKETS_S),
        max_endpoints=_count(given, "maxEndpoints", MetricsSettings.max_endpoints),
        max_causes=_count(given, "maxCauses", MetricsSettings.max_causes),
        workers_info=bool(given.get("workersInfo", False)),
        linger_s=_linger(given),
    )


def _buckets(bounds: object) -> tuple[float, ...]:
    fits = isinstance(bounds, (list, tuple)) and all(type(bound) in (int, float) and bound > 0 for bound in bounds)
    if not fits or not isinstance(bounds, (list, tuple)) or list(bounds) != sorted(set(bounds)):
        raise SettingsError("metrics.buckets: write rising seconds, for example [0.1, 0.5, 1]")
    return tuple(float(bound) for bound in bounds)


def _linger(given: Mapping[str, Any]) -> int:
    if given.get("lingerS") is not None:
        return _count(given, "lingerS", 0)
    monitors = [given.get(key) or {} for key in ("serviceMonitor", "podMonitor")]
    intervals = [one.get("interval", "15s") for one in monitors if one.get("enabled")]
    return max((2 * durations.seconds(interval) for interval in intervals), default=0)


def _count(given: Mapping[str, Any], key: str, default: int) -> int:
    value = given.get(key, default)
    if type(value) is not int or value < 0:
        raise SettingsError(f"metrics.{key}: {value!r} is no whole number from 0 on")
    return value
