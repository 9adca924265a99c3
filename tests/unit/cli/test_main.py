"""How the command line ends: one line and 3 for bad input, never a traceback for it."""

import re
from pathlib import Path

import pytest

from swarmfile.cli import main as cli
from swarmfile.cli.definition.clone import Clone
from tests.unit.cli.conftest import Write

HOST = "--host=http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def in_the_clone(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.scripts)
    for name in ("HOST", "LOCUSTFILE", "LIBS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run"], "Missing argument 'TYPE...'."),
        (["rnu"], "No such command 'rnu'.*"),
        (["run", "smoke", HOST, "--usres=1"], "No such option '--usres'.*'--users'.*"),
        (["run", "smoke", HOST, "--users=many"], "Invalid value for '--users': 'many' is not a valid integer."),
        (["run", "smoke", HOST, "--workers=0"], "Invalid value for '--workers': 0 is not in the range x>=1."),
        (["run", "smkoe", HOST], "smkoe: there is no such test type; write one of smoke, stress"),
        (["run", "smoke"], "HOST is not set; write http:// or https://, a host name and perhaps a port, .*"),
        (["run", "smoke", "--host=example"], "HOST: 'example' is not an address; write http:// or https://, .*"),
        (["run", "smoke", "--set=loadTest.host=x"], "--set: loadTest.host: 'x' is not an address; .*"),
        (["run", "smoke", HOST, "--users=0"], "--users: loadTest.users: 0 is below 1; write at least 1"),
        (["run", "smoke", HOST, "--run-time=soon"], '--run-time: loadTest.runTime: "soon" cannot be read; .*'),
        (["run", "smoke", HOST, "--set", "users"], "--set users: 'users' has no value; write key=value, .*"),
        (["run", "smoke", HOST, "--set", "colour=1"], "--set: colour: this key is unknown; .*"),
        (["run", "smoke", HOST, "--tag=shop"], "--tag: 'shop' is no pair; write key=value, .*"),
        (["run", "smoke", HOST, "--locustfile=gone.py"], "gone.py: there is no such file; .*"),
        (["run", "smoke", HOST, "--libs=gone"], "gone: there is no such folder; .*"),
        (["run", "smoke", HOST, "--results=smoke.py"], "--results: .*smoke.py: .*; give a folder that can be written"),
        (["run", "smoke", "stres", HOST], "stres: there is no such test type; .*"),
        (["run", "smoke", HOST, "--directory=/"], "/: this is not inside a clone .*"),
    ],
)
def test_bad_input_is_one_line_and_3(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str], clone: Clone
) -> None:
    assert cli.exit_code(arguments) == 3
    output = capsys.readouterr()
    assert output.out == ""
    assert re.fullmatch(f"swarmfile: {line}\n", output.err), output.err
    assert not Path("results").exists()


def test_a_flaw_of_a_file_is_one_line_and_3(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("config/stress/test.yml", "assertions: {p95ThresholdMs: fast}")
    assert cli.exit_code(["run", "stress", HOST]) == 3
    assert capsys.readouterr().err == (
        'swarmfile: config/stress/test.yml: assertions.p95ThresholdMs: "fast" is not a number; '
        "write milliseconds, for example 1000\n"
    )


def test_without_a_command_the_help_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.exit_code([]) == 3
    help_lines = capsys.readouterr().err.splitlines()
    assert "  run       Run test types on this machine, one after the other." in help_lines
    assert {"baseline", "compare", "history", "prune", "report", "results", "run", "validate", "wait"} <= {
        line.split()[0] for line in help_lines if line.startswith("  ")
    }


@pytest.mark.parametrize("arguments", [["--help"], ["run", "-h"], ["--version"]])
def test_help_and_version_end_with_0(arguments: list[str]) -> None:
    assert cli.exit_code(arguments) == 0


def test_a_fault_of_the_program_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("swarmfile.cli.run_command.find_clone", lambda _: 1 / 0)
    assert cli.exit_code(["run", "smoke", HOST]) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_an_interruption_before_the_start_is_invalid(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("swarmfile.cli.run_command.find_clone", interrupted)
    assert cli.exit_code(["run", "smoke", HOST]) == 2
