"""Loads that cannot be what is planned, with the arithmetic."""

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.validate.finding import Level
from swarmfile.cli.validate.loads import load_findings
from tests.unit.cli.conftest import Write

ARGS = "upstream.master.args=[--users={}, --spawn-rate={}, --run-time={}]"
TRIGGERS = "[{type: metrics-api, metadata: {valueLocation: planned_users, targetValue: '100'}}]"


@pytest.mark.parametrize(
    ("sets", "line"),
    [
        (
            [ARGS.format(10, 1, "3s")],
            "master.args: 10 users at 1/s take 10s, and the run lasts 3s: 7 of them would never run; "
            "write a higher spawn rate",
        ),
        (
            ["loadTest.users=100", "loadTest.spawnRate=1", "loadTest.runTime=1m"],
            "loadTest: 100 users at 1/s take 1m40s, and the run lasts 1m: 40 of them would never run; "
            "write a higher spawn rate",
        ),
        (
            ["stages=[{users: 5, duration: 1m}, {users: 65, spawnRate: 1, duration: 30s}]"],
            "stages[1].duration: from 5 to 65 users at 1/s takes 1m, and the stage lasts 30s; write at least 1m",
        ),
        (
            ["stages=[{name: a, users: 5, duration: 1m}, {name: a, users: 6, duration: 1m}]"],
            "stages[1].name: a is another stage's name, too; write one of its own",
        ),
        (["stages=[{users: 0, duration: 1m}]"], "stages: no stage has users, so there is no load; write users above 0"),
        (
            ["upstream.worker.replicas=20", "loadTest.users=2"],
            "worker.replicas: 20 workers for 2 users: 18 would have none; write at most 2",
        ),
        (
            [
                f'upstream.worker.keda={{enabled: true, maxReplicas: 3, triggers: "{TRIGGERS}"}}',
                ARGS.format(500, 100, "9m"),
            ],
            "worker.keda.maxReplicas: 3 workers at 100 users each carry 300, not the 500 that are planned; "
            "write at least 5",
        ),
        (
            ["assertions.criteria=['p95 < 500ms for 99999h']"],
            "assertions.criteria[0]: its window, 99999h, is longer than the run, 2m",
        ),
    ],
)
def test_what_cannot_be_is_warned_about_with_its_numbers(clone: Clone, sets: list[str], line: str) -> None:
    found = list(load_findings(read_definition(clone, "smoke", sets)))
    assert f"--set: {line}" in [finding.message for finding in found]
    assert {finding.level for finding in found} == {Level.WARNING}


@pytest.mark.parametrize(
    "sets",
    [
        [],
        [ARGS.format(10, 1, "10s")],
        ["arrivals.rate=5/s", "upstream.worker.replicas=20"],
        ["stages=[{users: 60, spawnRate: 1, duration: 1m}, {users: 0, spawnRate: 60, duration: 1s}]"],
        ["upstream.worker={replicas: 20, hpa: {enabled: true}}"],
        ["assertions.criteria=['p95 < 500ms for 2m']", "assertions.warmUp=1m"],
        ["loadTest.runTime=soon"],
    ],
)
def test_what_can_be_is_not(clone: Clone, sets: list[str]) -> None:
    assert list(load_findings(read_definition(clone, "smoke", sets))) == []


def test_a_run_whose_whole_time_is_left_out_judges_nothing(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "assertions: {warmUp: 1m, coolDown: 1m}\n")
    [finding] = load_findings(read_definition(clone, "smoke", []))
    assert "assertions.warmUp: this and coolDown are 2m together, and the run lasts 2m" in finding.message
