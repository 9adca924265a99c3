"""Keys, explained by the chart's schema."""

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.validate.explain import explained
from tests.unit.cli.conftest import ROOT


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("mode", ["How the test runs", "One of job, deployment.", 'Default: "job"']),
        ("loadTest", ["Keys below it: host, profile, users"]),
        ("loadTest.runTime", ["Holds text or a whole number", "Example: 2m"]),
        ("stages.duration", ["Holds text or a whole number", "Example: 2m"]),
        ("profiles.mine.users", ["Holds a whole number, at least 1"]),
        ("worker.keda.maxReplicas", ["upstream.worker.keda.maxReplicas", "Holds a whole number, at least 1."]),
        ("upstream.worker.keda", ["Keys below it: "]),
    ],
)
def test_meaning_kind_default_and_example_are_told(key: str, words: list[str]) -> None:
    said = explained(Clone(ROOT), key)
    assert [word for word in words if word not in said] == []
