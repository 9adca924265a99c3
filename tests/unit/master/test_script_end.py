"""A script ends a run: by the runner of this process, by a worker's message, by letting all users end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from locust import User, constant, task
from locust.argument_parser import parse_options
from locust.env import Environment
from locust.event import Events
from locust.exception import StopUser
from locust.runners import STATE_RUNNING

from swarmfile.master import script_end
from swarmfile.master.script_end import Everyone
from swarmfile.master.watch import RunWatch
from swarmfile.run.context import Context
from swarmfile.run.delivery import Sample
from swarmfile.run.finished import Cause
from tests.unit.http.swarm_user import eventually


class Leaver(User):
    wait_time = constant(0.01)
    leave: Callable[[User], None]

    @task
    def go(self) -> None:
        type(self).leave(self)


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunWatch]:
    monkeypatch.setattr(script_end, "listen_to_exits", lambda _: None)
    environment = Environment(user_classes=[Leaver], events=Events(), parsed_options=parse_options(args=[]))
    environment.create_local_runner()
    made = RunWatch(Context(results=tmp_path, first_run="smoke-first"), environment)
    environment.events.test_start.add_listener(lambda **_: made.begin())
    environment.events.test_stopping.add_listener(lambda **_: made.end())
    script_end.install(made)
    yield made
    made.conclude()
    made.runner.quit()


@pytest.mark.parametrize("name", ["stop", "quit"])
def test_a_user_that_stops_or_quits_the_runner_ends_the_run(watch: RunWatch, name: str) -> None:
    Leaver.leave = lambda user: getattr(user.environment.runner, name)()
    watch.runner.start(2, 2)
    eventually(lambda: watch.live and watch.live.cause)
    assert watch.live
    assert watch.live.cause is Cause.SCRIPT
    assert watch.ended_at.startswith("test_script_end.py, line ")
    eventually(lambda: watch.runner.user_count == 0)


def test_a_run_whose_users_have_all_ended_is_over(watch: RunWatch) -> None:
    def leave(_: User) -> None:
        raise StopUser

    Leaver.leave = leave
    watch.runner.start(2, 2)
    eventually(lambda: watch.live and watch.runner.state == STATE_RUNNING and watch.runner.user_count == 0)
    assert watch.live
    everyone = Everyone(watch)
    watch.live.presence.samples.clear()
    for _ in range(script_end.NOBODY_S):
        everyone.look(watch.live)
    assert watch.ended_at == ""
    watch.live.presence.samples.append(Sample(1.0, 1.0, 2.0, 2.0))
    for _ in range(script_end.NOBODY_S):
        everyone.look(watch.live)
    assert watch.ended_at == "every user has ended"
    eventually(lambda: watch.live and watch.live.cause)
    assert watch.live.cause is Cause.SCRIPT
