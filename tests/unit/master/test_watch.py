"""A run is followed in this process, from its start to its verdict and files, by Locust's real environment."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gevent
import pytest
from locust import User, constant, task
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.event import Events

from swarmfile.definition.validity import Doubt
from swarmfile.master.quit import finish
from swarmfile.master.watch import RunWatch
from swarmfile.metrics.server import serve
from swarmfile.results.kept import ROUTE, Kept, KeptRuns
from swarmfile.run.context import Context
from swarmfile.run.finished import Cause, Run
from swarmfile.verdict import Outcome


class Idle(User):
    wait_time = constant(0.1)

    @task
    def nothing(self) -> None: ...


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[RunWatch]:
    """A process that leads itself and has done nothing yet."""
    options = parse_options(args=[])
    environment = Environment(user_classes=[Idle], events=Events(), parsed_options=options)
    environment.create_local_runner()
    made = RunWatch(Context(results=tmp_path, first_run="smoke-first"), environment)
    yield made
    made.conclude()
    made.runner.quit()


def begin(watch: RunWatch) -> None:
    watch.requested(3, 1.0)
    watch.begin()
    gevent.sleep(0)


def test_the_first_run_has_the_given_name_and_the_next_one_a_new(watch: RunWatch) -> None:
    begin(watch)
    assert watch.live
    assert watch.live.id == "smoke-first"
    assert watch.folder.name != "smoke-first"
    assert watch.live.plan.peak == 3


def test_a_run_that_is_concluded_has_a_verdict_and_its_files(watch: RunWatch, tmp_path: Path) -> None:
    begin(watch)
    watch.wish = Cause.STOPPED
    watch.end()
    watch.conclude()
    assert watch.live is None
    assert watch.concluded
    assert watch.concluded.run.cause is Cause.STOPPED
    written = json.loads((tmp_path / "smoke-first" / "verdict.json").read_text())
    assert written["outcome"] == watch.concluded.verdict.outcome


@pytest.mark.parametrize("wish", [Cause.STOPPED, Cause.INTERRUPTED, Cause.TERMINATED])
@pytest.mark.parametrize(("planned_s", "is_cut_short"), [(0.0, False), (60.0, True), (None, True)])
def test_what_ends_a_run_that_had_all_of_its_time_cuts_nothing_short(
    watch: RunWatch, wish: Cause, planned_s: float | None, is_cut_short: bool
) -> None:
    begin(watch)
    assert watch.live
    watch.live.planned_s, watch.wish = planned_s, wish
    watch.end()
    assert watch.live.cause is (wish if is_cut_short else Cause.COMPLETED)


def test_whoever_concludes_second_finds_nothing_to_do(watch: RunWatch) -> None:
    begin(watch)
    watch.conclude()
    first = watch.concluded
    watch.conclude()
    assert watch.concluded is first


def test_a_new_start_concludes_the_run_that_had_ended(watch: RunWatch) -> None:
    begin(watch)
    watch.end()
    watch.requested(5, 1.0)
    assert watch.concluded
    assert watch.live is None


def test_a_run_that_never_began_says_why(watch: RunWatch) -> None:
    watch.never_began("0 of 2 expected workers came")
    assert watch.concluded
    assert watch.concluded.run.cause is Cause.NEVER_BEGAN
    assert watch.concluded.run.detail == "0 of 2 expected workers came"


def test_what_a_hook_raises_ends_nothing(watch: RunWatch) -> None:
    def broken(_: Run) -> list[Doubt]:
        raise LookupError("no such thing")

    watch.context.hooks.doubts.append(broken)
    begin(watch)
    watch.conclude()
    assert watch.concluded
    assert watch.concluded.verdict.outcome is not None


def test_results_that_cannot_be_written_make_it_invalid(watch: RunWatch, tmp_path: Path) -> None:
    (tmp_path / "smoke-first").write_text("a file where the folder should be")
    begin(watch)
    watch.conclude()
    assert watch.concluded
    assert watch.concluded.verdict.outcome is Outcome.INVALID
    assert any("could not be written" in reason for reason in watch.concluded.verdict.reasons)


def sidecar_that_says(kept: Kept) -> str:
    runs = KeptRuns()
    runs.note("smoke-first", kept)
    return f"http://127.0.0.1:{serve(0, {ROUTE: runs.answer}, '127.0.0.1').server_port}"


def test_a_run_that_could_not_be_kept_is_invalid_everywhere(watch: RunWatch, tmp_path: Path) -> None:
    watch.context = replace(watch.context, sidecar=sidecar_that_says(Kept("exceeded quota")))
    begin(watch)
    watch.conclude()
    assert watch.concluded
    assert "results could not be kept: exceeded quota" in watch.concluded.verdict.reasons
    written = json.loads((tmp_path / "smoke-first" / "verdict.json").read_text())
    assert written == watch.concluded.verdict.as_dict()
    for name in ("junit.xml", "summary.md"):
        assert "exceeded quota" in (tmp_path / "smoke-first" / name).read_text()


def test_whoever_comes_while_a_run_is_being_kept_waits_for_its_verdict(watch: RunWatch) -> None:
    runs = KeptRuns()
    server = serve(0, {ROUTE: runs.answer}, "127.0.0.1")
    watch.context = replace(watch.context, sidecar=f"http://127.0.0.1:{server.server_port}")
    watch.intended = True
    begin(watch)
    watch.end()
    first, second = gevent.spawn(watch.conclude), gevent.spawn(finish, watch)
    gevent.sleep(0.5)
    assert watch.live
    assert not first.ready()
    assert not second.ready()
    runs.note("smoke-first", Kept())
    gevent.joinall([first, second], timeout=30)
    assert watch.concluded
    assert watch.concluded.run.cause is not Cause.NEVER_BEGAN
    assert watch.live is None
