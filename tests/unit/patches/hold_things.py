"""Real things of Locust and gevent whose insides holds are compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import gevent
from locust import HttpUser, TaskSet, User
from locust.contrib.fasthttp import FastHttpUser
from locust.dispatch import UsersDispatcher
from locust.env import Environment
from locust.runners import LocalRunner, MasterRunner, WorkerNode
from locust.stats import StatsCSV


class Somebody(User):
    """A user without a client."""

    host = "http://127.0.0.1"


class Visitor(HttpUser):
    """A user of requests."""

    host = "http://127.0.0.1"


class FastVisitor(FastHttpUser):
    """A user of geventhttpclient."""

    host = "http://127.0.0.1"


@cache
def local() -> LocalRunner:
    """A runner of its own."""
    return Environment(user_classes=[Somebody]).create_local_runner()


@cache
def master() -> MasterRunner:
    """A master, on a free port of loopback."""
    return Environment(user_classes=[Somebody]).create_master_runner("127.0.0.1", 0)


def user_of(kind: Any) -> Any:  # noqa: ANN401 - its classes are annotated in part
    """A user of that class."""
    return kind(local().environment)


MADE: dict[str, Callable[[], Any]] = {
    "local_runner": local,
    "master_runner": master,
    "rpc_server": lambda: master().server,
    "worker_node": lambda: WorkerNode("host_1"),
    "dispatcher": lambda: UsersDispatcher([WorkerNode("host_1")], [Somebody]),
    "stats_csv": lambda: StatsCSV(local().environment, [0.5]),
    "stats_entry": lambda: local().stats.total,
    "user": lambda: Somebody(local().environment),
    "task_set": lambda: TaskSet(Somebody(local().environment)),
    "http_session": lambda: user_of(Visitor).client,
    "fast_session": lambda: user_of(FastVisitor).client,
    "fast_agent": lambda: user_of(FastVisitor).client.client,
    "loop": lambda: gevent.get_hub().loop,
    "io_watcher": lambda: gevent.get_hub().loop.io(0, 1),
}
