"""What contradicts itself: each condition of a rule, and where a sentence says that it stands.

That the chart's templates refuse the same is held by tests/chart/test_corpus.py.
"""

import pytest
import yaml

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.validate.contradictions import contradictions
from tests.unit.cli.conftest import CHART, Write

RULES = f"{CHART}/files/contradictions.yaml"


def lines(clone: Clone, *sets: str) -> list[str]:
    return [finding.message for finding in contradictions(read_definition(clone, "smoke", sets))]


@pytest.mark.parametrize(
    ("conditions", "broken", "kept"),
    [
        ({"given": ["a.b"]}, ["a.b=1"], ["a.b=0"]),
        ({"given": ["a.b"], "without": ["a.c"]}, ["a.b=1"], ["a={b: 1, c: 1}"]),
        ({"any": ["a.b", "a.c"]}, ["a.c=1"], ["a.d=1"]),
        ({"changed": ["workers.replicas"]}, ["workers.replicas=3"], ["workers.replicas=0"]),
        ({"like": {"a": "^x"}}, ["a=xy"], ["a=yx"]),
        ({"unlike": {"a": "^x"}}, ["a=yx"], ["a=''"]),
        ({"more": ["a", "b"]}, ["a=3", "b=2"], ["a=2", "b=2"]),
        ({"longer": ["a", "b"]}, ["a=1m", "b=59s"], ["a=60s", "b=1m"]),
        ({"same": ["a", "b"]}, ["a=x", "b=x"], ["a=''", "b=''"]),
        ({"falling": ["a"]}, ["a=[1, 1]"], ["a=[1, 2]"]),
        ({"given": ["upstream.worker.replicas"]}, [], ["upstream.worker.replicas=0"]),
    ],
)
def test_a_rule_is_broken_where_its_conditions_hold(
    clone: Clone, write: Write, conditions: dict[str, object], broken: list[str], kept: list[str]
) -> None:
    write(RULES, yaml.safe_dump([{"key": "a", "say": "this is wrong", **conditions}]))
    assert len(lines(clone, *broken)) == 1
    assert lines(clone, *kept) == []


def test_a_sentence_names_numbers_and_the_file_that_spoke_last(clone: Clone, write: Write) -> None:
    write("config/smoke/locust.yml", "worker: {keda: {minReplicas: 5}}\n")
    assert lines(clone, "upstream.worker.keda.maxReplicas=2") == [
        "--set: worker.keda.maxReplicas: 2 is below minReplicas 5; write at least 5"
    ]


def test_what_is_missing_is_told_where_it_should_stand(clone: Clone, write: Write) -> None:
    write("config/smoke/test.yml", "auth: {username: me}\n")
    [line] = lines(clone)
    assert line.startswith("config/smoke/test.yml: auth.password: this is empty though auth.username is given")


def test_no_rule_shows_what_may_be_secret(clone: Clone) -> None:
    sets = ['auth.header.value="canary\\n1"', "auth.header.name=a", "proxy.http='http://me:canary@proxy'"]
    assert len(lines(clone, *sets)) == 2
    assert "canary" not in str(lines(clone, *sets))
