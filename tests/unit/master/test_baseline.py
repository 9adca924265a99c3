"""What a master says of a run beside its baseline: assertions, and doubts where nothing can be told."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from locust.argument_parser import parse_options
from locust.env import Environment

from swarmfile.definition.settings import parse
from swarmfile.definition.validity import Reason
from swarmfile.master.baseline import BaselineJudge
from swarmfile.master.watch import RunWatch
from swarmfile.results import files as results
from swarmfile.run.blocks import BlockLog
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.verdict import AssertionState, Outcome, Verdict
from tests.unit.run.test_blocks import reported

Judged = Callable[..., tuple[BaselineJudge, Run]]


@pytest.fixture
def judged(tmp_path: Path, a_run: Callable[..., Run]) -> Iterator[Judged]:
    """Makes a judge and a run of a minute whose requests take that long, beside one of 100 ms that passed."""
    environment = Environment(parsed_options=parse_options(args=[]))
    environment.create_local_runner()

    def of(ms: float, name: str) -> Run:
        blocks, chance = BlockLog(), random.Random(name)
        for number in range(24):
            times = {float(round(ms * chance.uniform(0.9, 1.1))): 10 for _ in range(10)}
            report = reported("/a", requests=sum(times.values()), times=times)
            report["stats_total"]["response_times"] = times
            blocks.report("one", 3.0 * (number + 1), report)
        blocks.finish()
        return a_run(id=name, folder=tmp_path / name, ended_at=1072.0, blocks=blocks)

    def make(ms: float, *criteria: str, has_baseline: bool = True) -> tuple[BaselineJudge, Run]:
        settings = parse({"type": "smoke", "assertions": {"criteria": list(criteria)}})
        context = Context(settings=settings, results=tmp_path)
        if has_baseline:
            before = of(100, "smoke-old")
            results.write(before, Verdict("smoke-old", "smoke", Outcome.PASS), environment, context)
        return BaselineJudge(RunWatch(context, environment)), of(ms, "smoke-new")

    yield make
    assert environment.runner
    environment.runner.greenlet.kill()


def test_a_slower_run_breaks_its_criterion_in_a_sentence(judged: Judged) -> None:
    judge, run = judged(130, "p95 <= +10% of baseline")
    [assertion] = judge.assertions(run)
    assert assertion.state is AssertionState.BROKEN
    assert assertion.sentence.startswith("p95 was 14")
    assert assertion.sentence.endswith("(smoke-old), not <= +10% of baseline")
    assert list(judge.doubts(run)) == []
    assert dict(judge.kept(run))["baseline"]["runs"] == ["smoke-old"]


def test_what_is_too_close_says_what_would_decide(judged: Judged) -> None:
    judge, run = judged(110, "p95 <= +9% of baseline", "p50 <= +9% of baseline, warn")
    doubts = list(judge.doubts(run))
    assert {(doubt.reason, doubt.only_warns) for doubt in doubts} == {
        (Reason.TOO_CLOSE, False),
        (Reason.TOO_CLOSE, True),
    }
    assert "too close to <= +9% of baseline to tell" in doubts[0].sentence


def test_a_request_that_was_not_there_is_unknown(judged: Judged) -> None:
    judge, run = judged(100, 'p95 of "GET /b" <= +10% of baseline')
    [doubt] = judge.doubts(run)
    assert doubt.reason is Reason.CRITERION_UNKNOWN


def test_no_baseline_is_one_doubt(judged: Judged) -> None:
    judge, run = judged(100, "p95 <= +10% of baseline", "rate >= -1% of baseline", has_baseline=False)
    [doubt] = judge.doubts(run)
    assert doubt.reason is Reason.NO_BASELINE
    assert doubt.sentence == "there is no baseline (last-pass): there is no run of smoke with PASS before it"
    assert {assertion.state for assertion in judge.assertions(run)} == {AssertionState.UNKNOWN}


def test_another_load_is_no_baseline(judged: Judged) -> None:
    judge, run = judged(100, "p95 <= +10% of baseline")
    [doubt] = judge.doubts(replace(run, planned_users=20))
    assert doubt.sentence.endswith("smoke-old cannot be compared: planned users: 10 and 20")
