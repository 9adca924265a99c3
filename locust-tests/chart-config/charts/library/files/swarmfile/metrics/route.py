"""GET /swarmfile/metrics: what the exporter reads; over loopback without a login, for any number of endpoints.

Built only when asked, at most twice a second, for whoever asks meanwhile together.
"""

from __future__ import annotations

import time

from flask import Response
from gevent.lock import RLock

from swarmfile.definition.metrics import MetricsSettings, parse
from swarmfile.listeners import quietly
from swarmfile.master.watch import LAST_REPORTS_LIMIT_S, RunWatch
from swarmfile.metrics.build import Builder
from swarmfile.run.context import Context
from swarmfile.run.state import METRICS_ROUTE

FRESH_S = 0.5


def install(context: Context) -> None:
    """Waits for the watch of a process that leads."""
    context.hooks.leading.append(follow)


def follow(watch: RunWatch) -> None:
    """Adds the route to Locust's web server, where there is one."""
    settings = parse(watch.context.settings.raw)
    linger(watch, settings)
    if watch.environment.web_ui and watch.environment.web_ui.app:
        builder = Builder(watch, settings)
        watch.environment.events.worker_report.add_listener(quietly(builder.report))
        route = MetricsRoute(builder)
        watch.environment.web_ui.app.add_url_rule(METRICS_ROUTE, "swarmfile_metrics", route.answer)


class MetricsRoute:
    """Keeps the last snapshot for half a second."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._lock = RLock()
        self._at_s = float("-inf")
        self._body = b""

    def answer(self) -> Response:
        """Answers one request."""
        with self._lock:
            if time.monotonic() - self._at_s > FRESH_S:
                at_s = time.monotonic()
                self._body, self._at_s = self._builder.build(), at_s
            return Response(self._body, content_type="application/json")


def linger(watch: RunWatch, settings: MetricsSettings) -> None:
    """Lets a Job's master stay after its verdict until that was scraped."""
    options = watch.options
    if settings.linger_s and watch.context.one_run_only and getattr(options, "autoquit", -1) != -1:
        # Locust counts from the stop, and the verdict may have to wait for last reports.
        options.autoquit = max(options.autoquit, int(LAST_REPORTS_LIMIT_S)) + settings.linger_s
