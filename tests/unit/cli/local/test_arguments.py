"""Which of the cluster's arguments reach a Locust process on this machine."""

import pytest
from locust.util.timespan import parse_timespan

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.validation import read_settings
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local import arguments
from swarmfile.cli.local.arguments import (
    master_arguments,
    value_of,
    without,
    worker_arguments,
)
from swarmfile.definition.load import Load, sentence
from tests.unit.cli.conftest import Write

STACK_EXAMPLE = """
master:
  args:
    - --master
    - --master-bind-host=0.0.0.0
    - --users=1500
    - --spawn-rate=50
    - --run-time=3h
    - --autostart
    - --autoquit=0
"""


def smoke(clone: Clone, *sets: str) -> Definition:
    return read_definition(clone, "smoke", sets)


def load_of(definition: Definition) -> Load:
    return arguments.load_of(definition, read_settings(definition))


def load_in_words(definition: Definition) -> str:
    return sentence(read_settings(definition), load_of(definition))


def test_what_only_a_cluster_needs_is_left_out(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", STACK_EXAMPLE)
    assert master_arguments(smoke(clone)) == ["--autostart", "--users=1500", "--spawn-rate=50", "--run-time=3h"]


def test_everything_else_is_kept_in_its_order(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "master: {args: [--stop-timeout 5, --web-port=1, -L DEBUG, MyUser]}")
    assert master_arguments(smoke(clone)) == ["--stop-timeout", "5", "-L", "DEBUG", "MyUser"]


@pytest.mark.parametrize("form", ["--users=10", "--users 10", "-u10", "-u 10", "-u=10"])
def test_a_load_is_read_in_every_form_that_locust_takes(clone: Clone, write: Write, form: str) -> None:
    write("config/smoke/locust.yml", f"master: {{args: ['{form}', --autostart]}}")
    assert load_of(smoke(clone)).users == 10


def test_load_test_goes_before_the_arguments_and_these_before_the_profile(clone: Clone, write: Write) -> None:
    write("helm-default-values/test.yml", "profiles: {big: {users: 500, spawnRate: 50, runTime: 10m}}")
    write("config/smoke/locust.yml", "master: {args: [--users=10, --spawn-rate=5]}")
    definition = smoke(clone, "loadTest.profile=big", "loadTest.users=3", "loadTest.autostart=true")
    assert load_in_words(definition) == "3 users, 5/s, for 10m"
    assert master_arguments(definition) == ["--users=10", "--spawn-rate=5"]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ("--users=many", "--users: 'many' cannot be read; write a whole number above 0, for example --users=10"),
        ("--users=0", "--users: '0' cannot be read; .*"),
        ("--spawn-rate=-1", "--spawn-rate: '-1' cannot be read; write a number above 0, for example --spawn-rate=5"),
        ("--spawn-rate=0.0", "--spawn-rate: '0.0' cannot be read; .*"),
        ("--run-time=soon", "--run-time: 'soon' cannot be read; write a duration, for example --run-time=2m"),
    ],
)
def test_an_impossible_load_is_refused_with_file_and_flag(clone: Clone, write: Write, args: str, sentence: str) -> None:
    write("config/smoke/locust.yml", f"master: {{args: [{args}]}}")
    with pytest.raises(BadInputError, match=rf"^config/smoke/locust\.yml: master\.args: {sentence}$"):
        load_of(smoke(clone))


@pytest.mark.parametrize("duration", ["90", "90s", "2m", "1h30m", "1h2m3s"])
def test_a_run_time_that_locust_reads_is_accepted(clone: Clone, duration: str) -> None:
    assert load_of(smoke(clone, f"loadTest.runTime={duration}")).run_time_s == parse_timespan(duration)


def test_stages_are_the_whole_load(clone: Clone) -> None:
    definition = smoke(clone, "stages=[{users: 5, duration: 1m}]", "loadTest.users=3", "loadTest.tags=[a]")
    assert load_in_words(definition) == "3 users, in 1 stage, for 1m, tags a"


def test_arguments_that_are_no_list_are_refused(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "master: {args: --users=10}")
    with pytest.raises(BadInputError, match=r"^config/smoke/locust\.yml: master\.args: .* is not a list; write one"):
        master_arguments(smoke(clone))


def test_tags_of_the_upstreams_reach_the_master_which_tells_its_workers(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "loadtest: {tags: a b, excludeTags: x}\nworker: {args: [--worker, -L DEBUG]}")
    definition = smoke(clone, "loadTest.tags=[c]")
    assert master_arguments(definition) == ["--tags", "a", "b", "--exclude-tags", "x"]
    assert worker_arguments(definition) == ["-L", "DEBUG"]
    assert (load_of(definition).tags, load_of(definition).excluded_tags) == (("c",), ("x",))


@pytest.mark.parametrize(
    ("args", "sets", "starts"),
    [
        ("--autostart", [], True),
        ("--headless", [], True),
        ("--users=1", [], False),
        ("--users=1", ["mode=job"], True),
        ("--users=1", ["loadTest.autostart=true"], True),
        ("--users=1", ["loadTest.extraArgs=[--autostart]"], True),
    ],
)
def test_a_run_starts_by_itself_where_the_definition_says_so(
    clone: Clone, write: Write, args: str, sets: list[str], starts: bool
) -> None:
    write("config/smoke/locust.yml", f"master: {{args: [{args}]}}")
    assert load_of(smoke(clone, *sets)).starts_by_itself is starts


def test_the_last_of_several_values_counts() -> None:
    assert value_of(["--users=1", "-u", "2", "--other"], "--users", "-u") == "2"
    assert value_of(["--other"], "--users") is None


def test_a_flag_leaves_with_its_value_and_no_more() -> None:
    assert without(["--a", "1", "--b", "2", "--a=3", "--master", "x"], {"--a": 1, "--master": 0}) == ["--b", "2", "x"]
