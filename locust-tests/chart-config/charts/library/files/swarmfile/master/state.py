"""GET /swarmfile/state: the current or the last run, for live views, exporters and whoever waits; without login."""

from dataclasses import replace
from typing import Any

from flask import Response, jsonify
from locust.runners import STATE_RUNNING, MasterRunner

from swarmfile.master.watch import RunWatch
from swarmfile.run.finished import Concluded
from swarmfile.run.live import LiveRun
from swarmfile.run.state import ROUTE, RunState, State


def install(watch: RunWatch) -> None:
    """Adds the route to Locust's web server, where there is one."""
    if watch.environment.web_ui and watch.environment.web_ui.app:

        def swarmfile_state() -> Response:
            return jsonify(state(watch))

        watch.environment.web_ui.app.add_url_rule(ROUTE, view_func=swarmfile_state)


def state(watch: RunWatch) -> dict[str, Any]:
    """Returns the route's answer."""
    if watch.live:
        run = _of_live(watch.live)
    elif watch.concluded:
        run = _of_concluded(watch.concluded)
    else:
        run = State(run=watch.next_id, planned_s=watch.planned_s, results=str(watch.folder))
    base = replace(run, type=watch.context.settings.type, state=run_state(watch), workers=_workers(watch))
    return {**vars(_with_numbers(base, watch))}


def run_state(watch: RunWatch) -> RunState:
    """Returns what the current run does, or the last one."""
    runner = watch.runner
    if watch.live is None:
        if watch.concluded:
            return RunState.STOPPED
        return RunState.WAITING if watch.intended else RunState.READY
    if watch.live.cause:
        return RunState.STOPPING
    return RunState.RUNNING if runner.state == STATE_RUNNING else RunState.SPAWNING


def _of_live(live: LiveRun) -> State:
    phase = live.phase
    return State(
        run=live.id,
        elapsed_s=round(live.elapsed_s, 1),
        planned_s=live.planned_s,
        users=live.users_present,
        planned_users=round(live.plan.users(live.elapsed_s)),
        phase=phase.as_dict() if phase else None,
        arrivals=live.arrivals.as_dict() if live.arrivals else None,
        results=str(live.folder),
    )


def _of_concluded(concluded: Concluded) -> State:
    run = concluded.run
    return State(
        run=run.id,
        elapsed_s=round(run.elapsed_s, 1),
        planned_s=run.planned_s,
        arrivals=run.arrivals.as_dict() if run.arrivals else None,
        results=str(run.folder),
        verdict=concluded.verdict.as_dict(),
    )


def _with_numbers(base: State, watch: RunWatch) -> State:
    total = watch.environment.stats.total
    measured = bool(total.response_times)
    return replace(
        base,
        rps=total.current_rps if watch.live else total.total_rps,
        fail_per_s=total.current_fail_per_sec if watch.live else total.total_fail_per_sec,
        requests=total.num_requests,
        failures=total.num_failures,
        p50_ms=total.get_response_time_percentile(0.5) if measured else None,
        p95_ms=total.get_response_time_percentile(0.95) if measured else None,
    )


def _workers(watch: RunWatch) -> tuple[dict[str, Any], ...]:
    runner = watch.runner
    if not isinstance(runner, MasterRunner):
        return ()
    return tuple(
        {
            "id": worker.id,
            "state": worker.state,
            "users": worker.user_count,
            "cpu_percent": worker.cpu_usage,
            "memory_bytes": worker.memory_usage,
        }
        for worker in runner.clients.all
    )
