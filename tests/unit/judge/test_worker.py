from typing import Any

import msgpack
import pytest
from locust.event import Events
from locust.stats import RequestStats, setup_distributed_stats_event_listeners

from swarmfile.definition.grammar import parse
from swarmfile.judge.worker import KEY, SecondBySecond
from swarmfile.stats import values
from swarmfile.stats.distribution import Figures


class Worker:
    """A worker's statistics with Locust's own listeners, which empty them at each report, and ours after them."""

    def __init__(self) -> None:
        self.stats = RequestStats(use_response_times_cache=False)
        self.events = Events()
        self.seconds = SecondBySecond(self.stats, [parse("p95 < 1s"), parse('value "queue" < 5')])
        setup_distributed_stats_event_listeners(self.events, self.stats)
        self.events.report_to_master.add_listener(lambda data, **_: self.seconds.report(data))

    def request(self) -> None:
        self.stats.log_request("GET", "/", 147, 10)

    def report(self) -> dict[str, Figures]:
        data: dict[str, Any] = {}
        self.events.report_to_master.fire(client_id="w", data=data)
        received = msgpack.loads(msgpack.dumps(data), strict_map_key=False)[KEY]
        figures: dict[str, Figures] = {}
        for _, scope, fields in received["slices"]:
            figures.setdefault(scope, Figures()).add(Figures.of_wire(fields))
        return figures


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_reports_carry_every_request_once(worker: Worker) -> None:
    worker.request()
    worker.seconds.tick(100)
    worker.request()
    assert worker.report()["all"].requests == 2
    worker.request()
    assert worker.report()["all"].requests == 1
    assert worker.report() == {}


def test_reports_carry_a_scripts_own_values(worker: Worker) -> None:
    values.record("queue", 7)
    assert worker.report()['value "queue"'].times == {7: 1}


def test_a_new_run_begins_with_nothing(worker: Worker) -> None:
    worker.request()
    worker.seconds.tick(100)
    values.record("queue", 7)
    worker.stats.clear_all()
    worker.seconds.reset()
    assert worker.report() == {}
