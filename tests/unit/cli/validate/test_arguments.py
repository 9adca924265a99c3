"""Arguments, word by word: what is refused, and that Locust's own parser takes whatever is not."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from locust.argument_parser import get_parser

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.validate.arguments import Known, Option, argument_findings, flaws
from tests.unit.cli.conftest import CHART, ROOT, SCRIPT, Write

FOLDER = ROOT / CHART / "files"
OPTIONS = {word: Option(**each) for word, each in json.loads((FOLDER / "locust-options.json").read_text()).items()}
KNOWN = Known(OPTIONS, yaml.safe_load((FOLDER / "refused-arguments.yaml").read_text()))
# What argparse would end the process for, and we refuse anyway.
WORDS = sorted({*OPTIONS} - {word for word, option in OPTIONS.items() if option.name in KNOWN.refused})
VALUES = ["5", "0", "-5", "1.5", "2m", "0s", "abc", "", "INFO", "chatty", "a b", "nan", "1/s"]
ARGUMENTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.builds("{}={}".format, st.sampled_from(WORDS), st.sampled_from(VALUES)),
        st.sampled_from(VALUES),
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("--user=5", "--user is no option of Locust; did you mean --users?"),
        ("--zzz", "--zzz is no option of Locust; write one that `locust --help` lists"),
        ("--users", "--users has no value; write for example --users=10"),
        ("--users=", "--users has no value; write for example --users=10"),
        ("--users --spawn-rate=1", "--users has no value; write for example --users=10"),
        ("--users=0", "--users: 0 cannot be read; write for example --users=10"),
        ("-u0", "--users: 0 cannot be read; write for example --users=10"),
        ("-r nan", "--spawn-rate: nan cannot be read; write for example --spawn-rate=5"),
        ("--spawn-rate=0", "--spawn-rate: 0 cannot be read; write for example --spawn-rate=5"),
        ("--run-time=0m", "--run-time: 0m cannot be read; write for example --run-time=2m"),
        ("--run-time=5parsecs", "--run-time: 5parsecs cannot be read; write for example --run-time=2m"),
        ("--autostart=true", "--autostart takes no value; write --autostart"),
        ("--expect-workers=abc", "--expect-workers: abc cannot be read; write for example --expect-workers=2"),
        ("--loglevel=CHATTY", "--loglevel: CHATTY cannot be read; write for example --loglevel=DEBUG"),
        ("—users=5", "—users=5 belongs to no option; an option begins with two hyphens, such as --users=10"),
        ("$(reboot)", "$(reboot) belongs to no option; an option begins with two hyphens, such as --users=10"),
        ("--worker", "--worker: whether a pod is master or worker is not for arguments to say; remove it"),
        ("-f other.py", "--locustfile: the script is locustfile's in test.yml, or LOCUSTFILE's; remove it"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_to_write(arguments: str, line: str) -> None:
    assert next(flaws(arguments.split(), KNOWN)) == line


@pytest.mark.parametrize(
    "arguments",
    [
        "--users=10 --spawn-rate=0.5 --run-time=1h30m --autostart --autoquit=-1",
        "-u 10 -r .5 -t 90",
        "-u10 --tags a b --exclude-tags c -L debug",
        "--tags",
        "--stop-timeout=0 --master --master-bind-host=0.0.0.0 --expect-workers=2 --expect-workers-max-wait=60",
    ],
)
def test_what_locust_takes_and_does_is_accepted(arguments: str) -> None:
    assert list(flaws(arguments.split(), KNOWN)) == []
    get_parser().parse_args(arguments.split())


@given(ARGUMENTS)
def test_locust_takes_whatever_is_accepted(arguments: list[str]) -> None:
    words = [word for argument in arguments for word in argument.split()]
    if not list(flaws(words, KNOWN)):
        get_parser().parse_args(words)


@pytest.mark.parametrize("role", ["master", "worker"])
def test_a_flaw_names_file_and_key(clone: Clone, write: Write, role: str) -> None:
    write("config/smoke/locust.yml", f"{role}: {{args: [--foo, --bar]}}\n")
    [finding] = argument_findings(read_definition(clone, "smoke", []))
    assert finding.message == (
        f"config/smoke/locust.yml: {role}.args: --foo is no option of Locust; write one that `locust --help` lists"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{CHART}/files/smoke.py", SCRIPT + "events.init_command_line_parser\n"),
        (f"{CHART}/files/lib/users.py", "import locust_plugins\n"),
        ("config/smoke/test.yml", "pipPackages: [locust-plugins]\n"),
        ("helm-default-values/locust.yml", "image: {repository: example.com/own}\n"),
    ],
)
def test_options_that_a_script_a_plugin_or_an_own_image_may_add_are_unknown_here(
    clone: Clone, write: Write, name: str, text: str
) -> None:
    write("config/smoke/locust.yml", "master: {args: [--shop=berlin, --users=0]}\n")
    write(name, text)
    [finding] = argument_findings(read_definition(clone, "smoke", []))
    assert "--users: 0 cannot be read" in finding.message


def test_a_script_of_ones_own_is_asked_as_well(clone: Clone, write: Write, tmp_path: Path) -> None:
    write("config/smoke/locust.yml", "master: {args: [--shop=berlin]}\n")
    (tmp_path / "own.py").write_text(SCRIPT + "events.init_command_line_parser\n")
    assert list(argument_findings(read_definition(clone, "smoke", []), str(tmp_path / "own.py"))) == []
