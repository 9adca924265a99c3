"""Lets the blocks of each run grow beside it, a few milliseconds of the event loop at a time."""

from collections.abc import Mapping
from typing import Any

import gevent
from locust.runners import LocalRunner

from swarmfile.listeners import quietly
from swarmfile.master.watch import RunWatch
from swarmfile.run.live import LiveRun

FOLD_EVERY_S = 1.0


def install(watch: RunWatch) -> None:
    """Takes each report, and in a single process its own counts."""
    watch.context.hooks.begun.append(lambda live: gevent.spawn(quietly(_follow), live))
    watch.environment.events.worker_report.add_listener(
        quietly(lambda client_id, data, **_: _note(watch, client_id, data))
    )


def _note(watch: RunWatch, worker: str, data: Mapping[str, Any]) -> None:
    if watch.live:
        watch.live.blocks.report(worker, watch.live.elapsed_s, data)


def _follow(live: LiveRun) -> None:
    while live.cause is None:
        if isinstance(live.environment.runner, LocalRunner):
            live.blocks.look(live.elapsed_s, live.environment.stats)
        for _ in live.blocks.steps():
            gevent.sleep(0)
        gevent.sleep(FOLD_EVERY_S)
