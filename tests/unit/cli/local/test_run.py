"""What is refused before anything starts; what happens then, tests/local shows with real processes."""

import io
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.run import RunRequest, run
from tests.unit.cli.conftest import Write

HOST = "http://127.0.0.1:1"


@pytest.fixture
def asked(clone: Clone, tmp_path: Path) -> RunRequest:
    """Two types in order, of which the second one is run only after the first."""
    return RunRequest(clone, ("smoke", "stress"), 1, tmp_path / "results", host=HOST)


def refusal(asked: RunRequest) -> str:
    """Returns the line with which a request is refused; by then nothing may have been started or written."""
    said = io.StringIO()
    with pytest.raises(BadInputError) as refused:
        run(asked, Console(file=said))
    assert said.getvalue() == ""
    assert not asked.results.exists()
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("config/stress/test.yml", "mode: jbo", "config/stress/test.yml: mode: "),
        (
            "config/stress/test.yml",
            "assertions: {criteria: [p95 << 1s]}",
            "config/stress/test.yml: assertions.criteria",
        ),
        ("config/stress/locust.yml", "master: {args: [--users=ten]}", "config/stress/locust.yml: master.args"),
        ("locust-tests/chart-config/files/stress.py", "def broken(:", "stress.py: line 1: invalid syntax"),
    ],
    ids=["schema", "criterion", "arguments", "script"],
)
def test_what_is_wrong_with_a_later_type_keeps_the_first_from_starting(
    asked: RunRequest, write: Write, name: str, text: str, line: str
) -> None:
    write(name, text)
    assert line in refusal(asked)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("", "HOST is not set; "),
        ("loadTest: {host: shop}", "config/smoke/test.yml: loadTest.host: 'shop' is not an address"),
    ],
)
def test_without_a_host_on_the_command_line_the_definitions_is_taken(
    asked: RunRequest, write: Write, written: str, line: str
) -> None:
    write("config/smoke/test.yml", written)
    assert line in refusal(replace(asked, types=("smoke",), host=None))


def test_a_port_for_metrics_that_is_taken_is_refused(asked: RunRequest) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"--metrics-port: {port}: " in refusal(replace(asked, metrics_port=port))
