"""The route on a real Locust web server, with the statistics of a real environment."""

import json
from argparse import Namespace
from dataclasses import replace

import pytest
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.web import WebUI

from swarmfile.definition.metrics import MetricsSettings
from swarmfile.definition.settings import Mode, Settings
from swarmfile.master.watch import RunWatch
from swarmfile.metrics import route as metrics_route
from swarmfile.metrics.build import Builder
from swarmfile.metrics.route import MetricsRoute, follow, linger
from swarmfile.metrics.snapshot import read
from swarmfile.run.context import Context
from swarmfile.run.state import METRICS_ROUTE


def watch_of(context: Context, **options: object) -> RunWatch:
    known = {"autostart": False, "headless": False, "run_time": None, **options}
    environment = Environment(parsed_options=Namespace(**known))
    environment.create_local_runner()
    return RunWatch(context, environment)


class Counting(Builder):
    """Counts how often it was asked to look at the statistics."""

    built = 0

    def build(self) -> bytes:
        self.built += 1
        return super().build()


def test_the_route_tells_the_statistics_without_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["locust"])  # which the web UI reads
    watch = watch_of(Context())
    options = get_parser().parse_args([])
    watch.environment.parsed_options = options
    app = WebUI(watch.environment, "127.0.0.1", 0, web_login=True, delayed_start=True).app
    follow(watch)
    watch.environment.stats.log_request("GET", "/a", 50, 10)
    assert app
    answer = app.test_client().get(METRICS_ROUTE)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert [(row.name, row.requests) for row in read(json.loads(answer.data)).rows] == [("/a", 1)]


@pytest.mark.parametrize(("fresh_s", "built"), [(60.0, 1), (-1.0, 3)])
def test_who_asks_soon_after_another_gets_the_same_answer(
    monkeypatch: pytest.MonkeyPatch, fresh_s: float, built: int
) -> None:
    monkeypatch.setattr(metrics_route, "FRESH_S", fresh_s)
    builder = Counting(watch_of(Context()), MetricsSettings())
    route = MetricsRoute(builder)
    for _ in range(3):
        assert read(json.loads(route.answer().data)).total.requests == 0
    assert builder.built == built


@pytest.mark.parametrize(
    ("mode", "asked_s", "stays_s"), [(Mode.JOB, 3, 42), (Mode.JOB, 40, 70), (Mode.JOB, -1, -1), (Mode.DEPLOYMENT, 3, 3)]
)
def test_only_a_jobs_master_stays_until_its_verdict_was_scraped(mode: Mode, asked_s: int, stays_s: int) -> None:
    context = replace(Context(), settings=replace(Settings(), mode=mode))
    watch = watch_of(context, autoquit=asked_s)
    linger(watch, replace(MetricsSettings(), linger_s=30))
    assert watch.options.autoquit == stays_s
    linger(watch, replace(MetricsSettings(), linger_s=0))
    assert watch.options.autoquit == stays_s
