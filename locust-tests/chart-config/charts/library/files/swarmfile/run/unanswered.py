"""Watches each client's requests: each that was sent is counted, as answered, as failed, or as cut off."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gevent import GreenletExit, Timeout
from locust import events
from locust.clients import HttpSession
from locust.clients import ResponseContextManager as HttpBlock
from locust.contrib.fasthttp import FastHttpSession
from locust.contrib.fasthttp import ResponseContextManager as FastBlock
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.definition.validity import Doubt, Reason
from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.run.interrupted import KEY, OF_PROCESS, Unanswered

if TYPE_CHECKING:
    from swarmfile.run.live import LiveRun

Session = HttpSession | FastHttpSession


def install(context: Context) -> None:
    """Watches the requests of HttpUser and FastHttpUser; SwarmHttpUser's client calls `interrupted` itself."""
    for session in (HttpSession, FastHttpSession):
        session.request = watched(session.request)  # type: ignore[method-assign,assignment]
    for block in (HttpBlock, FastBlock):
        block.__exit__ = ended(block.__exit__)  # type: ignore[method-assign]

    def on_init(environment: Environment, **_: object) -> None:
        environment.events.test_start.add_listener(quietly(lambda **_: OF_PROCESS.begin(environment)))
        failed = quietly(OF_PROCESS.slowest.failed)
        # The fast client asks it about failures alone.
        failed.failures_only = True  # type: ignore[attr-defined]
        environment.events.request.add_listener(failed)
        if isinstance(environment.runner, WorkerRunner):
            follow(environment, environment.runner)
        else:
            lead(context, environment)

    events.init.add_listener(on_init)


def follow(environment: Environment, runner: WorkerRunner) -> None:
    """Adds what this worker knows to its reports, behind Locust's own listener, which fills them."""
    environment.events.report_to_master.add_listener(
        quietly(lambda data, **_: OF_PROCESS.report(data, runner.user_count))
    )


def lead(context: Context, environment: Environment) -> None:
    """Gives each run the counts of those that make its requests."""
    runs: list[LiveRun] = []

    def begin(live: LiveRun) -> None:
        runs[:] = [live]
        if isinstance(environment.runner, LocalRunner):
            live.unanswered["this process"] = OF_PROCESS.counts

    def note(client_id: str, data: dict[str, Any], **_: object) -> None:
        if runs and KEY in data:
            runs[0].unanswered[client_id] = Unanswered(**data[KEY])

    context.hooks.begun.append(begin)
    context.hooks.doubts.append(doubts)
    environment.events.worker_report.add_listener(quietly(note))


def doubts(run: Run) -> Iterator[Doubt]:
    """Yields a doubt where requests are in flight though no user is left: a task's greenlets that it left alone."""
    if left := run.unanswered.in_flight:
        yield Doubt(
            Reason.STATISTICS_INCOMPLETE,
            f"statistics are incomplete: {left} requests were in flight when all users had ended, and are not counted; "
            "let a task wait for the greenlets that it spawns",
        )


def watched(request: Callable[..., object]) -> Callable[..., object]:
    """Returns a session's `request` such that the end of its user is noticed."""

    @functools.wraps(request)
    def watched_request(
        session: Session, method: str, url: str, name: str | None = None, *rest: object, **options: object
    ) -> object:
        started = time.perf_counter()
        OF_PROCESS.counts.in_flight += 1
        try:
            return request(session, method, url, name, *rest, **options)
        except (GreenletExit, Timeout) as error:
            known_as = str(name or session.request_name or name_of(session, str(url)))
            OF_PROCESS.interrupted(error, session.request_event, str(method), known_as, started)
            raise
        finally:
            OF_PROCESS.counts.in_flight -= 1

    return watched_request


def name_of(session: Session, url: str) -> str:
    """Returns what Locust calls a request that has no name: HttpUser by its path, FastHttpUser as it is written."""
    if not isinstance(session, HttpSession):
        return url
    parts = urlsplit(session._build_url(url))
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def ended(leave: Callable[..., object]) -> Callable[..., object]:
    """Returns a with-block's `__exit__` such that an answer is counted whose user was stopped before it was judged."""

    @functools.wraps(leave)
    def watched_exit(block: HttpBlock | FastBlock, kind: type[BaseException] | None, *rest: object) -> object:
        if kind and issubclass(kind, GreenletExit) and block._manual_result is None:
            OF_PROCESS.counts.cut_off += 1
        return leave(block, kind, *rest)

    return watched_exit
