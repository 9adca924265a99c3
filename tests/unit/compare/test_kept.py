"""A kept run as its files say it: what counts of it, and which runs are alike."""

import json
from typing import Any

import pytest

from swarmfile.compare.kept import KeptRun, differences, kept_run
from swarmfile.stats.blocks import Block, packed
from swarmfile.stats.distribution import Figures

METRICS: dict[str, Any] = {
    "run": "load-1",
    "started_at": 1000.0,
    "elapsed_s": 60.0,
    "host": "http://target",
    "load": {"planned_users": 10},
    "workers": [{"id": "one"}, {"id": "two"}],
    "versions": {"locust": "2.47.0", "python": "3.11.7", "swarmfile": None},
    "digests": {"script": "a" * 64, "libs": "b" * 64, "settings": "c" * 64},
    "settings": {"loadTest": {"users": 10}, "assertions": {"warmUp": "10s", "coolDown": "20s"}},
}
BLOCKS = b"".join(packed(Block(10.0 * index, 10.0, Figures(1))) for index in range(6))


def read(blocks: bytes | None = BLOCKS, **changes: Any) -> KeptRun:  # noqa: ANN401
    verdict = {"run": "load-1", "type": "load", "outcome": "PASS"}
    return kept_run(json.dumps(verdict).encode(), json.dumps(METRICS | changes).encode(), blocks)


def test_warm_up_and_cool_down_do_not_count() -> None:
    run = read()
    assert [block.at_s for block in run.blocks] == [10, 20, 30]
    assert (run.run, run.type, run.outcome, run.seconds, run.problem) == ("load-1", "load", "PASS", 30, "")


def test_a_run_from_before_says_why_it_cannot_be_compared() -> None:
    assert read(None).problem == "it was written before blocks were kept: run it again to compare it"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"workers": [{"id": "one"}]}, "workers: 2 and 1"),
        ({"versions": METRICS["versions"] | {"locust": "2.46.0"}}, "locust: 2.47.0 and 2.46.0"),
        ({"digests": METRICS["digests"] | {"script": "d" * 64}}, "script: aaaaaaaaaaaa… and dddddddddddd…"),
        ({"load": {"planned_users": 20}}, "planned users: 10 and 20"),
        ({"settings": METRICS["settings"] | {"stages": [1]}}, "settings.stages: nothing and [1]"),
    ],
)
def test_what_is_not_alike_is_named(changes: dict[str, Any], said: str) -> None:
    assert differences([read(), read(**changes)]) == [said]


def test_what_is_asserted_and_which_host_is_tested_may_differ() -> None:
    other = read(settings={"loadTest": {"users": 10}, "assertions": {"criteria": ["p95 < 1s"]}}, host="http://other")
    assert differences([read(), other]) == []


@pytest.mark.parametrize("changes", [{"run": "load-2"}, {"started_at": "now"}, {"workers": 3}, {"settings": []}])
def test_files_that_are_not_those_of_a_run_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"run|started_at|workers|settings"):
        read(**changes)
