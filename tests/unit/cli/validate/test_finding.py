"""Findings: what a refusal becomes, and how lines that several test types share are told once."""

from pathlib import Path

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.validate.finding import Finding, Level, line_in, of_error, without_repeats


def test_a_refusal_becomes_an_error_at_its_key() -> None:
    finding = of_error(BadInputError("a.yml: loadTest.users: 0 is\n too low", "a.yml", ("loadTest", "users")))
    assert (finding.message, finding.key) == ("a.yml: loadTest.users: 0 is too low", "loadTest.users")
    assert finding.level is Level.ERROR


def test_a_line_is_told_once_with_all_its_types() -> None:
    shared = [Finding("defaults are wrong", types=(name,)) for name in ("load", "smoke")]
    assert without_repeats([*shared, Finding("another", types=("smoke",))]) == [
        Finding("defaults are wrong", types=("load", "smoke")),
        Finding("another", types=("smoke",)),
    ]


def test_what_a_flag_says_stands_on_no_line(tmp_path: Path) -> None:
    assert line_in(tmp_path, Finding("--set: x", source="--set")) is None
    assert line_in(tmp_path, Finding("HOST: x")) is None
