"""One run's criteria: as they stand, as they end, and how one ends the run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from locust.env import Environment
from locust.stats import RequestStats

from swarmfile.definition.settings import parse
from swarmfile.definition.validity import Reason
from swarmfile.judge.judge import SETTLE_S, Judge
from swarmfile.judge.worker import KEY
from swarmfile.run import seconds as run_seconds
from swarmfile.run.finished import Cause, Run
from swarmfile.run.live import LiveRun
from swarmfile.run.timeline import COLUMNS
from swarmfile.stats.distribution import Figures
from swarmfile.verdict import AssertionState

ARun = Callable[..., Run]
FAST, SLOW = Figures(10, 0, 1000, 0, {100: 10}), Figures(10, 0, 9000, 0, {900: 10})
FAILING = Figures(10, 10, 1000, 0, {100: 10}, {"refused": 10})


@dataclass
class Clock:
    """Stands where it is put: seconds since the run began, for both of the system's clocks."""

    now: float = 0.0

    def time(self) -> float:
        return 1000.0 + self.now

    monotonic = time


@dataclass
class Judged:
    """A run of a real environment, whose only worker reports each second what it is told to have counted."""

    live: LiveRun
    clock: Clock

    def by(self, *criteria: str, **assertions: object) -> Judge:
        settings = parse({"assertions": {"criteria": list(criteria), **assertions}})
        return Judge(settings.assertions, self.live.environment)

    def goes_on(self, judge: Judge, seconds: int, figures: Figures) -> None:
        for _ in range(seconds):
            now = self.clock.time()
            judge.report({KEY: {"now": now, "slices": [[int(now), "all", figures.wire()]]}})
            self.clock.now += 1
            judge.second(self.live)


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judged:
    clock, environment = Clock(), Environment(user_classes=[])
    monkeypatch.setattr(run_seconds, "time", clock)
    environment.create_local_runner()
    return Judged(LiveRun("smoke-1", "smoke", tmp_path, environment), clock)


def states(judge: Judge) -> Sequence[AssertionState]:
    return [found.state for found in judge.standings()]


def test_a_criterion_stands_as_the_seconds_that_are_complete_say(judged: Judged) -> None:
    judge, told = judged.by("p95 < 300ms"), list[AssertionState]()
    for figures in (FAST, SLOW):
        judged.goes_on(judge, SETTLE_S, figures)
        told += states(judge)
        judged.goes_on(judge, 1, figures)
        told += states(judge)
    assert told == [AssertionState.UNKNOWN, AssertionState.HELD, AssertionState.HELD, AssertionState.BROKEN]


@pytest.mark.parametrize(
    ("line", "seconds", "cause"),
    [
        ("error rate < 50%, abort", SETTLE_S, None),
        ("error rate < 50%, abort", SETTLE_S + 1, Cause.ABORTED),
        ("error rate < 50%, abort after 5s", SETTLE_S + 5, None),
        ("error rate < 50%, abort after 5s", SETTLE_S + 6, Cause.ABORTED),
        ("error rate < 50%", SETTLE_S + 60, None),
    ],
)
def test_a_broken_criterion_ends_the_run_where_it_says_so(
    judged: Judged, line: str, seconds: int, cause: Cause | None
) -> None:
    judged.goes_on(judged.by(line, safetyStop=""), seconds, FAILING)
    assert judged.live.cause is cause


@pytest.mark.parametrize(
    ("figures", "told"), [(FAST, []), (FAILING, ["aborted: error rate was 100%, not < 90%"])], ids=["idle", "stopped"]
)
def test_the_safety_stop_is_told_only_of_a_run_that_it_stopped(
    judged: Judged, a_run: ARun, figures: Figures, told: list[str]
) -> None:
    judge = judged.by(safetyStop="error rate < 90%, abort")
    judged.goes_on(judge, SETTLE_S + 1, figures)
    assert [found.sentence for found in judge.assertions(a_run())] == told


def test_the_whole_run_is_read_from_locusts_own_statistics(judged: Judged, a_run: ARun) -> None:
    judge = judged.by("requests >= 100", "requests of /slow == 75")
    judged.goes_on(judge, 1, FAST)
    assert [(found.state, found.value) for found in judge.assertions(a_run())] == [
        (AssertionState.HELD, 100),
        (AssertionState.HELD, 75),
    ]


@pytest.mark.parametrize(
    ("part", "requests"), [({"warmUp": 2}, 20), ({"coolDown": 1}, 30), ({"warmUp": 1, "coolDown": 1}, 20), ({}, 100)]
)
def test_a_part_of_the_run_is_read_from_its_seconds(
    judged: Judged, a_run: ARun, part: dict[str, Any], requests: int
) -> None:
    judge = judged.by("requests > 0", **part)
    judged.goes_on(judge, 4, FAST)
    run = a_run(started_at=1000.0, ended_at=1003.9)
    assert [found.value for found in judge.assertions(run)] == [requests]


@pytest.mark.parametrize(
    ("line", "changes", "reasons"),
    [
        ("p95 of /nowhere < 1s", {}, [Reason.CRITERION_UNKNOWN]),
        ("p95 of /slow < 1s", {}, []),
        ("p95 of /nowhere < 1s, warn", {}, [Reason.CRITERION_UNKNOWN]),
        ("p95 of /nowhere < 1s", {"cause": Cause.ABORTED}, []),
        ("p95 of /nowhere < 1s", {"stats": RequestStats()}, []),
    ],
    ids=["no request in its scope", "requests in its scope", "only warns", "aborted run", "run without requests"],
)
def test_a_criterion_that_says_nothing_is_a_doubt(
    judged: Judged, a_run: ARun, line: str, changes: dict[str, Any], reasons: list[Reason]
) -> None:
    judge = judged.by(line)
    assert [doubt.reason for doubt in judge.doubts(replace(a_run(), **changes))] == reasons


@pytest.mark.parametrize(
    ("line", "seconds", "said"),
    [
        ("p95 < 300ms", 5, ["p95 < 300ms held in 50 requests; 59 are needed to say so: run longer"]),
        ("p95 < 300ms", 6, []),
        ("p95 < 1ms", 1, []),
        ("p50 < 1s, warn", 1, []),
    ],
    ids=["too few", "enough", "all of them", "half of them"],
)
def test_too_few_requests_are_a_doubt(judged: Judged, a_run: ARun, line: str, seconds: int, said: list[str]) -> None:
    judge = judged.by(line, warmUp=1)
    judged.goes_on(judge, seconds + 1, FAST)
    doubts = list(judge.doubts(a_run(started_at=1000.0, ended_at=1001.0 + seconds)))
    assert [doubt.sentence for doubt in doubts] == said
    assert {doubt.reason for doubt in doubts} <= {Reason.TOO_FEW_REQUESTS}


def test_the_next_run_begins_with_nothing(judged: Judged) -> None:
    judge = judged.by("p95 < 300ms")
    judged.goes_on(judge, SETTLE_S + 1, SLOW)
    judge.begin(judged.live)
    assert states(judge) == [AssertionState.UNKNOWN]


def test_what_workers_report_belongs_to_the_run_that_is_live(judged: Judged) -> None:
    judge, others = judged.by("p95 < 300ms"), Figures(1, 0, 7.0, times={7.0: 1})
    judge.begin(judged.live)
    now = judged.clock.time()
    judge.report({KEY: {"now": now, "slices": [[int(now), 'value "items"', others.wire()]]}})
    judged.goes_on(judge, 2, SLOW)
    run = judged.live.finish()
    assert [value["name"] for value in run.values.summary()] == ["items"]
    rows = run.timeline.as_dict(run)["rows"]
    assert [row[COLUMNS.index("requests")] for row in rows][:2] == [SLOW.requests] * 2


@pytest.mark.parametrize(("line", "only_warns"), [("p95 < 1s", False), ("p95 < 1s, warn", True)])
def test_without_requests_a_criterion_says_nothing_where_that_is_no_reason_by_itself(
    judged: Judged, a_run: ARun, line: str, only_warns: bool
) -> None:
    settings = parse({"assertions": {"criteria": [line]}, "validity": {"noRequests": "ignore"}})
    judge = Judge(settings.assertions, judged.live.environment, validity=settings.validity)
    (doubt,) = judge.doubts(replace(a_run(), stats=RequestStats()))
    assert (doubt.reason, doubt.only_warns) == (Reason.CRITERION_UNKNOWN, only_warns)
