"""A master's blocks hold what its workers reported: what the events of a real master bring."""

from pathlib import Path

import gevent
from locust.argument_parser import parse_options
from locust.runners import MasterRunner

from swarmfile.master import blocks
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.stats.blocks import unpacked
from tests.unit.run.test_blocks import reported


def test_reports_of_a_run_are_in_its_blocks_and_those_before_it_are_not(master: MasterRunner, tmp_path: Path) -> None:
    environment = master.environment
    environment.parsed_options = parse_options(args=[])
    watch = RunWatch(Context(results=tmp_path, first_run="smoke-1"), environment)
    blocks.install(watch)
    environment.events.worker_report.fire(client_id="one", data=reported("/before") | {"errors": {}})
    watch.begin()
    gevent.sleep(0)
    assert watch.live
    environment.events.worker_report.fire(client_id="one", data=reported("/a", "/b") | {"errors": {}})
    watch.conclude()
    assert watch.concluded
    [block] = unpacked(watch.concluded.run.blocks.content)
    assert {name: figures.requests for name, figures in block.endpoints.items()} == {"GET /a": 10, "GET /b": 10}
    assert block.total.requests == 20
