"""GET /swarmfile/state: the run of now, or the last one, for live views, exporters and whoever waits; without login."""

from typing import Any

from flask import Response, jsonify
from lib.run_watch import RunWatch
from locust.runners import MasterRunner

PATH = "/swarmfile/state"


def install(watch: RunWatch) -> None:
    """Adds the route to Locust's web server, where there is one."""
    if watch.environment.web_ui and watch.environment.web_ui.app:

        def swarmfile_state() -> Response:
            return jsonify(state(watch))

        watch.environment.web_ui.app.add_url_rule(PATH, view_func=swarmfile_state)


def state(watch: RunWatch) -> dict[str, Any]:
    """Returns the route's answer: users, rates per second, times in ms, memory in bytes, durations in seconds."""
    return {"type": watch.context.settings.type, "state": state_name(watch), **_run(watch), **_numbers(watch)} | {
        "workers": _workers(watch)
    }


def state_name(watch: RunWatch) -> str:
    """Returns ready, waiting (for workers), spawning, running, stopping (last reports are awaited) or stopped."""
    runner = watch.runner
    if watch.live is None:
        if watch.concluded:
            return "stopped"
        return "waiting" if watch.intended else "ready"
    if watch.live.cause:
        return "stopping"
    return "running" if runner.state == "running" else "spawning"


def _run(watch: RunWatch) -> dict[str, Any]:
    live, concluded = watch.live, watch.concluded
    if live:
        phase = live.phase
        return {
            "run": live.id,
            "elapsed_s": round(live.elapsed_s, 1),
            "planned_s": live.planned_s,
            "users": live.users_present,
            "planned_users": round(live.plan.users(live.elapsed_s)),
            "phase": phase.as_dict() if phase else None,
            "arrivals": live.arrivals.as_dict() if live.arrivals else None,
            "results": str(live.folder),
            "verdict": None,
        }
    run = concluded.run if concluded else None
    return {
        "run": run.id if run else watch.next_id,
        "elapsed_s": round(run.elapsed_s, 1) if run else 0.0,
        "planned_s": run.planned_s if run else watch.planned_s,
        "users": 0,
        "planned_users": 0,
        "phase": None,
        "arrivals": run.arrivals.as_dict() if run and run.arrivals else None,
        "results": str(run.folder if run else watch.folder),
        "verdict": concluded.verdict.as_dict() if concluded else None,
    }


def _numbers(watch: RunWatch) -> dict[str, Any]:
    total = watch.environment.stats.total
    measured = bool(total.response_times)
    return {
        "rps": total.current_rps if watch.live else total.total_rps,
        "fail_per_s": total.current_fail_per_sec if watch.live else total.total_fail_per_sec,
        "requests": total.num_requests,
        "failures": total.num_failures,
        "p50_ms": total.get_response_time_percentile(0.5) if measured else None,
        "p95_ms": total.get_response_time_percentile(0.95) if measured else None,
    }


def _workers(watch: RunWatch) -> list[dict[str, Any]]:
    runner = watch.runner
    if not isinstance(runner, MasterRunner):
        return []
    return [
        {
            "id": worker.id,
            "state": worker.state,
            "users": worker.user_count,
            "cpu_percent": worker.cpu_usage,
            "memory_bytes": worker.memory_usage,
        }
        for worker in runner.clients.all
    ]
