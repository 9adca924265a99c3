"""metrics.json: the numbers of a run for programs, and what they were measured with."""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from locust import __version__ as locust_version
from locust.env import Environment
from locust.stats import StatsEntry, sort_stats

from swarmfile.listeners import gather
from swarmfile.results import dashboard as results_dashboard
from swarmfile.run.context import Context, digest
from swarmfile.run.finished import Run
from swarmfile.run.scripts import libraries, package_files, without_ours

PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def as_json(run: Run, environment: Environment, context: Context) -> str:
    """Returns the file's text. Times in ms, rates per second, moments in seconds since 1970."""
    content = {
        "run": run.id,
        "type": run.type,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "elapsed_s": round(run.elapsed_s, 3),
        "planned_s": run.planned_s,
        "ended": run.cause.value,
        "host": context.without_secrets(environment.host or "") or None,
        "note": context.without_secrets(context.note),
        "dashboard": results_dashboard.link(run, context),
        "tags": context.without_secrets_in(_tags(context.tags)),
        "totals": entry(run.stats.total),
        "unanswered": run.unanswered.as_dict(),
        "corrected": run.corrected,
        "endpoints": [_named(stats) for stats in sort_stats(run.stats.entries)],
        "failures": [failure.to_dict() for failure in sort_stats(run.stats.errors)],
        "values": context.without_secrets_in(run.values.summary()),
        "load": load(run),
        "arrivals": run.arrivals.as_dict() if run.arrivals else None,
        "generator": run.generator.as_dict(),
        "workers": [{"id": w.id, "reported": w.reported, "missing": w.missing} for w in run.workers],
        "versions": {"locust": locust_version, "python": platform.python_version(), "swarmfile": _own_version()},
        "digests": digests(environment, context),
        "settings": context.without_secrets_in(dict(context.settings.raw)),
        "evidence": [],
        "logs": [],
        **dict(gather(context.hooks.kept, run)),
    }
    # On one line: with each number on its own, the timeline would be most of the file.
    timeline = json.dumps(run.timeline.as_dict(run))
    return f'{json.dumps(content, indent=2)[:-2]},\n  "timeline": {timeline}\n}}\n'


def entry(stats: StatsEntry) -> dict[str, Any]:
    """Returns the numbers of one endpoint or of all."""
    return {
        "requests": stats.num_requests,
        "failures": stats.num_failures,
        "average_ms": stats.avg_response_time,
        "minimum_ms": stats.min_response_time or 0,
        "maximum_ms": stats.max_response_time,
        "percentiles_ms": {name: stats.get_response_time_percentile(share) for name, share in PERCENTILES.items()},
        "requests_per_s": stats.total_rps,
        "failures_per_s": stats.total_fail_per_sec,
        "error_rate": stats.fail_ratio,
    }


def load(run: Run) -> dict[str, Any]:
    """Returns planned against delivered load."""
    return {
        "planned_users": run.planned_users,
        "peak_users": run.delivery.peak_present,
        "planned_user_seconds": round(run.delivery.planned_user_s, 1),
        "delivered_user_seconds": round(run.delivery.delivered_user_s, 1),
        "delivered_share": round(run.delivery.share, 4),
    }


def digests(environment: Environment, context: Context) -> dict[str, str]:
    """Returns sha256 of what made the run what it was; only files that really were loaded."""
    scripts = without_ours(environment.parsed_locustfiles or ())
    settings = json.dumps(dict(context.settings.raw), sort_keys=True).encode()
    return {
        "script": digest(scripts),
        "libs": digest([*libraries(scripts), *package_files()]),
        "settings": _sha256(settings),
    }


def _named(stats: StatsEntry) -> dict[str, Any]:
    return {"name": stats.name, "method": stats.method, **entry(stats)}


def _tags(text: str) -> Mapping[str, Any]:
    try:
        tags = json.loads(text or "{}")
    except ValueError:
        return {}
    return tags if isinstance(tags, dict) else {}


def _own_version() -> str | None:
    try:
        return metadata.version("swarmfile")
    except metadata.PackageNotFoundError:  # in a pod the library is a folder, not a package
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
