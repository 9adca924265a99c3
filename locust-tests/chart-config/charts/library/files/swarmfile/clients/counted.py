"""What a user class of any protocol needs to have its requests counted as HttpUser's are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from locust import User
from locust.exception import InterruptTaskSet, RescheduleTask, StopUser

from swarmfile.clients.kind import awaited

# What a task says to Locust is no failure of a request.
_TO_LOCUST = (InterruptTaskSet, RescheduleTask, StopUser)


@dataclass(slots=True)
class Counted:
    """A request while it is made. A script may set each of these.

    length: bytes, or whatever else an answer is measured by
    failure: why it failed; None where it did not
    response: what listeners of Locust's request event get as `response`
    """

    length: int = 0
    failure: Exception | None = None
    response: Any = None


@contextmanager
def counted(user: User, method: str, name: str) -> Iterator[Counted]:
    """Counts what happens within as one request: its time, its failure, and its end where its user is stopped before.

    method, name: as Locust's statistics show it
    An exception is the request's failure and ends the block, but not the task.
    """
    request, started_at, begun = Counted(), time.time(), time.perf_counter()
    event = user.environment.events.request
    try:
        with awaited(event, method, name):
            yield request
    except _TO_LOCUST:
        raise
    except Exception as error:
        request.failure = error
    event.fire(
        request_type=method,
        name=name,
        start_time=started_at,
        response_time=(time.perf_counter() - begun) * 1000,
        response_length=request.length,
        response=request.response,
        exception=request.failure,
        context=user.context(),
    )
