"""What the options of `swarmfile run` become."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from swarmfile.cli import run_command
from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.layers import Layer
from swarmfile.cli.local.run import RunRequest


@pytest.fixture
def requests(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    """The requests that would have been run."""
    asked: list[RunRequest] = []
    monkeypatch.chdir(clone.root)

    def note(request: RunRequest, _: Console) -> int:
        asked.append(request)
        return 1

    monkeypatch.setattr(run_command, "run_types", note)
    return asked


def test_options_become_a_request(requests: list[RunRequest], clone: Clone) -> None:
    line = "smoke stress --host http://h --users 3 --spawn-rate 1.5 --run-time 1m --workers 4 --set a=1 --set b=2"
    line += " --tag a=b=c --note why --results out --metrics-port=9646 --metrics-linger=5"
    result = CliRunner().invoke(run_command.run, line.split())
    assert result.exit_code == 1
    assert requests == [
        RunRequest(
            clone=clone,
            types=("smoke", "stress"),
            workers=4,
            results=Path("out"),
            sets=("a=1", "b=2"),
            flags=[
                Layer("--users", {"loadTest": {"users": 3}}),
                Layer("--spawn-rate", {"loadTest": {"spawnRate": 1.5}}),
                Layer("--run-time", {"loadTest": {"runTime": "1m"}}),
            ],
            host="http://h",
            tags={"a": "b=c"},
            metrics_port=9646,
            metrics_linger_s=5,
            note="why",
        )
    ]


def test_the_environment_says_what_no_flag_says(requests: list[RunRequest]) -> None:
    environment = {"HOST": "http://h", "LOCUSTFILE": "mine.py", "LIBS": "libs"}
    CliRunner().invoke(run_command.run, ["smoke"], env=environment)
    CliRunner().invoke(run_command.run, ["smoke", "--host=http://other"], env=environment)
    assert [(r.host, r.locustfile, r.libs) for r in requests] == [
        ("http://h", "mine.py", "libs"),
        ("http://other", "mine.py", "libs"),
    ]


@pytest.mark.parametrize(("cores", "workers"), [(8, 7), (2, 1), (1, 1)])
def test_one_core_is_left_to_the_master(cores: int, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(cores), raising=False)
    assert run_command.default_workers() == workers
