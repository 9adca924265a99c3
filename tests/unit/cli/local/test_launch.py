"""The command lines and variables of master and workers."""

import os
from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.local.launch import Launch, master_command, master_environment, worker_command, worker_environment
from swarmfile.cli.local.ports import Ports
from swarmfile.cli.local.staging import StagedRun
from tests.unit.cli.conftest import Write

STAGE = StagedRun(Path("/stage"), "/stage/lib/plugin.py,/stage/smoke.py", {"PATH": "/bin"})
PORTS = Ports(master=5557, web=8089)


def launch_of(clone: Clone) -> Launch:
    definition = read_definition(clone, "smoke", [])
    return Launch(definition, "http://127.0.0.1:1", 2, "smoke-1", Path("/results"), {"team": "shop"}, "why")


def test_the_master_listens_on_loopback_alone_and_waits_for_its_workers(clone: Clone) -> None:
    assert master_command(launch_of(clone), STAGE, PORTS)[3:] == [
        "--locustfile=/stage/lib/plugin.py,/stage/smoke.py",
        "--master",
        "--master-bind-host=127.0.0.1",
        "--master-bind-port=5557",
        "--web-host=127.0.0.1",
        "--web-port=8089",
        "--host=http://127.0.0.1:1",
        "--expect-workers=2",
        "--autostart",
        "--users=10",
        "--spawn-rate=5",
        "--run-time=2m",
    ]


def test_a_type_that_starts_nothing_gets_no_start(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "master: {args: [--users=1]}")
    command = master_command(launch_of(clone), STAGE, PORTS)
    assert "--users=1" in command
    assert "--autostart" not in command


def test_a_worker_is_told_where_its_master_is(clone: Clone) -> None:
    assert worker_command(launch_of(clone), STAGE, PORTS)[3:] == [
        "--locustfile=/stage/lib/plugin.py,/stage/smoke.py",
        "--worker",
        "--master-host=127.0.0.1",
        "--master-port=5557",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", "/bin"),
        ("SWARMFILE_PARENT", str(os.getpid())),
        ("SWARMFILE_RESULTS", "/results"),
        ("SWARMFILE_RUN", "smoke-1"),
        ("SWARMFILE_TAGS", '{"team": "shop"}'),
        ("SWARMFILE_NOTE", "why"),
        ("DEBUG", "true"),
        ("COUNT", "3"),
    ],
)
def test_both_are_told_the_same(clone: Clone, write: Write, name: str, value: str) -> None:
    write("config/smoke/locust.yml", "loadtest: {environment: {DEBUG: true, COUNT: 3}}")
    launch = launch_of(clone)
    assert (master_environment(launch, STAGE)[name], worker_environment(launch, STAGE)[name]) == (value, value)


def test_who_wins_a_variable_is_as_in_the_upstream_chart(clone: Clone, write: Write) -> None:
    write(
        "config/smoke/locust.yml",
        "{loadtest: {environment: {A: load}}, master: {environment: {A: own}}, worker: {environment: {A: own}}}",
    )
    launch = launch_of(clone)
    assert (master_environment(launch, STAGE)["A"], worker_environment(launch, STAGE)["A"]) == ("own", "load")
