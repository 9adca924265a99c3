"""Asks the master for a snapshot: by the plugin's route, or by /stats/requests where there is no plugin."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError

from swarmfile.metrics.snapshot import Failure, Row, Snapshot, read
from swarmfile.run.state import METRICS_ROUTE
from swarmfile.untrusted.neighbour import get_json

ROUTE = METRICS_ROUTE
FALLBACK = "/stats/requests"
# Some thousand endpoints with their buckets.
MOST_BYTES = 32 * 2**20
NOT_FOUND = 404
AGGREGATED = "Aggregated"


class NoAnswerError(Exception):
    """The master told nothing that is a snapshot; says why."""


def ask(master: str) -> Snapshot:
    """Returns what the master at this address tells now. Raises NoAnswerError."""
    try:
        return _of_plugin(master)
    except HTTPError as error:
        if error.code != NOT_FOUND:
            raise NoAnswerError(f"{master}{ROUTE} answered {error.code}") from None
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"{master}{ROUTE}: {error!r}") from None
    try:
        return of_stats(_get(master + FALLBACK))
    except HTTPError as error:
        raise NoAnswerError(f"{master}{FALLBACK} answered {error.code}; a login needs the plugin's route") from None
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"{master}{FALLBACK}: {error!r}") from None


def _of_plugin(master: str) -> Snapshot:
    return read(_get(master + ROUTE))


def of_stats(content: Mapping[str, Any]) -> Snapshot:
    """Returns what Locust's own route tells: 500 endpoints at most, no histograms, no run."""
    rows = [_row(each) for each in content["stats"]]
    total = next((row for row in rows if row.name == AGGREGATED and not row.method), Row("", AGGREGATED))
    current = content.get("current_response_time_percentiles") or {}
    users = content.get("user_count", 0)
    return Snapshot(
        state={"users": users, "workers": [_worker(each) for each in content.get("workers", ())]},
        locust_state=str(content["state"]),
        total=total,
        rows=[row for row in rows if row is not total],
        failures=[Failure(e["method"] or "", e["name"], str(e["error"]), e["occurrences"]) for e in content["errors"]],
        current_p50_ms=current.get("response_time_percentile_0.5"),
        current_p95_ms=current.get("response_time_percentile_0.95"),
        has_plugin=False,
    )


def _row(each: Mapping[str, Any]) -> Row:
    requests = each["num_requests"]
    return Row(
        method=each["method"] or "",
        name=each["name"],
        requests=requests,
        failures=each["num_failures"],
        total_ms=each["avg_response_time"] * requests,
        content_bytes=round(each["avg_content_length"] * requests),
        timed=requests,
        minimum_ms=each["min_response_time"] or 0,
        maximum_ms=each["max_response_time"] or 0,
        p50_ms=each["median_response_time"],
        p95_ms=each.get("response_time_percentile_0.95"),
        p99_ms=each.get("response_time_percentile_0.99"),
        rps=each["current_rps"],
        fail_per_s=each["current_fail_per_sec"],
    )


def _worker(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": each["id"],
        "state": each["state"],
        "users": each["user_count"],
        "cpu_percent": each["cpu_usage"],
        "memory_bytes": each["memory_usage"],
    }


def _get(url: str) -> dict[str, Any]:
    return get_json(url, MOST_BYTES)
