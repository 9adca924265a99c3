"""A user of a real Locust environment, and what its events said."""

from collections.abc import Callable
from typing import Any

import gevent
from locust.env import Environment

from swarmfile.http.connection import Connection
from swarmfile.http.user import SwarmHttpUser


def new_environment() -> Environment:
    """With Locust's own listener and no other."""
    environment = Environment(user_classes=[])
    environment.create_local_runner()
    return environment


def new_user(host: str | None, environment: Environment | None = None, **attributes: object) -> SwarmHttpUser:
    user_class: type[SwarmHttpUser] = type("Visitor", (SwarmHttpUser,), {"host": host, **attributes})
    return user_class(environment or new_environment())


def eventually(condition: Callable[[], object]) -> None:
    """Lets other greenlets run until the condition holds."""
    with gevent.Timeout(60):
        while not condition():
            gevent.sleep(0.002)


def idle_connections(user: SwarmHttpUser) -> list[Connection]:
    """Returns those that wait for the next request, also if they are closed by now."""
    return user.client.pool.unused


def listen(environment: Environment) -> list[dict[str, Any]]:
    """Returns the list that each request's event is added to."""
    events: list[dict[str, Any]] = []
    environment.events.request.add_listener(lambda **event: events.append(event))
    return events
