"""Locust's own options hold the load before it reads them."""

import sys
from argparse import Namespace

import pytest
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.runners import WorkerRunner

from swarmfile.definition.settings import parse
from swarmfile.load import options as load_options
from swarmfile.run.context import Context
from tests.unit.conftest import Started

DEFINITION = {"loadTest": {"users": 3, "runTime": "90", "expectWorkers": 2, "tags": ["a"], "autostart": True}}
LINE = "swarmfile: load: 3 users, 5/s, for 1m30s, 2 workers expected, tags a"


def options_of(words: list[str]) -> Namespace:
    """What Locust makes of its command line; it reads a run time later."""
    options: Namespace = get_parser().parse_args(words)
    return options


def test_the_process_that_leads_gets_the_load_and_logs_it(
    started: Started, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = ["--master", "--users=10", "--spawn-rate=5", "--stop-timeout=7"]
    monkeypatch.setattr(sys, "argv", ["locust", *words])
    options = options_of(words)
    with caplog.at_level("INFO", "swarmfile"):
        runner = Environment(parsed_options=options).create_local_runner()
        started(load_options, runner, Context(settings=parse(DEFINITION)))
    assert (options.num_users, options.spawn_rate, options.run_time, options.tags) == (3, 5, 90, ["a"])
    assert (options.expect_workers, options.expect_workers_max_wait, options.autostart) == (2, 300, True)
    assert (options.autoquit, options.headless, options.stop_timeout) == (-1, False, 7)
    assert caplog.messages == [LINE]


def test_a_worker_is_left_alone(started: Started, worker: WorkerRunner) -> None:
    worker.environment.parsed_options = options_of([])
    started(load_options, worker, Context(settings=parse(DEFINITION)))
    assert worker.environment.parsed_options == options_of([])


@pytest.mark.parametrize(
    ("words", "variables", "names"),
    [
        ([], {}, set()),
        (["--expect-workers=1", "--expect-workers-max-wait", "0"], {}, {"expected_workers", "wait_s"}),
        (["--autoquit=-1"], {}, {"autoquit_s"}),
        (["-u1", "-t", "90", "MyUser", "--own=1"], {}, {"users", "run_time_s"}),
        (["--tags", "a", "b", "--headless"], {}, {"tags", "headless"}),
        ([], {"LOCUST_USERS": "3"}, {"users"}),
    ],
)
def test_what_is_written_is_known_even_where_it_repeats_a_default(
    words: list[str], variables: dict[str, str], names: set[str]
) -> None:
    assert load_options.written(words, environ=variables, config_files=()) == names


def test_further_arguments_are_the_last_word() -> None:
    context = Context(settings=parse({"loadTest": {"users": 3, "extraArgs": ["--users=7"]}}))
    words = ["--users=10", "--users=7"]
    assert load_options.load_of(context, options_of(words), words).users == 7
