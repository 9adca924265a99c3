"""Users that stand by for arrivals: each arrival is one task of a user's ordinary tasks, whatever its wait_time.

Locust spawns as many users as may ever be needed, by their weights. A user begins, with its on_start, only when an
arrival comes and all those of its class that began before are busy; the last that became free goes on first.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent import get_hub, getcurrent
from gevent.hub import Waiter
from locust import TaskSet, User
from locust.event import EventHook
from locust.exception import StopUser
from locust.user.task import LOCUST_STATE_RUNNING, LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING

# A task set that has nothing to run must not keep the event loop to itself.
_FAULTY_TASKS_REST_S = 0.1


@dataclass(eq=False)
class _Place:
    """Where one user waits; `arrival` is set when it is called."""

    waiter: Any = field(default_factory=Waiter)
    arrival: float | None = None

    def call(self, arrival: float) -> None:
        self.arrival = arrival
        get_hub().loop.run_callback(self.waiter.switch, None)


@dataclass
class _Class:
    """The users of one class: how many there are, who never began, who is free, and arrivals that wait for beginners.

    credit: whose turn it is, so that arrivals are spread over classes as their users are
    """

    users: int = 0
    credit: int = 0
    reserve: deque[_Place] = field(default_factory=deque)
    free: list[_Place] = field(default_factory=list)
    waiting: deque[float] = field(default_factory=deque)


class Standby:
    """All users of one process. Moments of arrivals are by time.monotonic().

    begun, dropped: arrivals that a user took, and that found none; unfinished: given, and their task is not over
    is_over: the run is; until then Locust stops users only to have them elsewhere
    """

    def __init__(self) -> None:
        self.is_over = False
        self.begun = 0
        self.dropped = self.unfinished = 0
        # Users that took an arrival and, of those, the ones whose task has not begun.
        self._busy: set[User] = set()
        self._held: set[User] = set()
        self._classes: dict[type[User], _Class] = {}

    def reset(self) -> None:
        """Counts from zero: a run begins."""
        self.is_over = False
        self.begun = self.dropped = self.unfinished = 0
        for each in self._classes.values():
            each.waiting.clear()

    def give(self, arrival: float) -> None:
        """Lets a user run a task for the arrival; without one it is dropped."""
        chosen = self._choose()
        self.unfinished += 1
        if chosen and chosen.free:
            chosen.free.pop().call(arrival)
        elif chosen and chosen.reserve:
            # Whoever is free first takes it: the beginner or another.
            chosen.waiting.append(arrival)
            chosen.reserve.popleft().call(arrival)
        else:
            self.unfinished -= 1
            self.dropped += 1

    def run(self, user: User, run: Callable[[User], None]) -> None:
        """Runs a user from the arrival on that needs it."""
        own = self._classes.setdefault(type(user), _Class())
        own.users += 1
        try:
            self._wait(user, own.reserve, _Place())
            run(user)
        finally:
            own.users -= 1
            self._finish(user)
            self._held.discard(user)

    def begin(self, user: User, task: object) -> None:
        """Lets a task begin when its arrival came; a task set takes one for the first task in it."""
        if user not in self._held:
            self._take(user)
        if not (isinstance(task, type) and issubclass(task, TaskSet)):
            self._held.discard(user)

    def rest(self, user: User) -> None:
        """Does what is left of waiting between two tasks. Raises StopUser for a user that is to stop."""
        if user._state == LOCUST_STATE_STOPPING:
            raise StopUser
        if user in self._held or user not in self._busy:
            gevent.sleep(_FAULTY_TASKS_REST_S)
        else:
            self._finish(user)

    def stop(self, user: User, stop: Callable[..., bool], force: bool) -> bool:
        """Stops a user; while the run goes on a busy one ends its task first: what it sent would not be counted.

        Returns what `stop`, Locust's own way, returns: whether the user was stopped at once.
        """
        stays = user in self._busy and not self.is_over
        if stays and user._state == LOCUST_STATE_STOPPING:
            return False
        return stop(user, force=force and not stays)

    def _finish(self, user: User) -> None:
        if user in self._busy:
            self._busy.discard(user)
            self.unfinished -= 1

    def _take(self, user: User) -> None:
        self._finish(user)
        own = self._classes[type(user)]
        arrival = own.waiting.popleft() if own.waiting else self._next(user, own)
        user._state = LOCUST_STATE_RUNNING
        self.begun += 1
        self._busy.add(user)
        self._held.add(user)
        getcurrent().arrival = time.time() - (time.monotonic() - arrival)

    def _next(self, user: User, own: _Class) -> float:
        place = _Place()
        try:
            self._wait(user, own.free, place)
        except BaseException:
            # Killed after it was called and before it came: the arrival is another's.
            if place.arrival is not None:
                self.unfinished -= 1
                self.give(place.arrival)
            raise
        assert place.arrival is not None
        return place.arrival

    def _wait(self, user: User, places: list[_Place] | deque[_Place], place: _Place) -> None:
        places.append(place)
        # Locust may stop a waiting user at once.
        user._state = LOCUST_STATE_WAITING
        try:
            place.waiter.get()
        finally:
            if place.arrival is None:
                places.remove(place)

    def _choose(self) -> _Class | None:
        classes = [each for each in self._classes.values() if each.users]
        if len(classes) < 2:
            return classes[0] if classes else None
        for each in classes:
            each.credit += each.users
        chosen = max(classes, key=lambda each: each.credit)
        chosen.credit -= sum(each.users for each in classes)
        return chosen


def take_over(standby: Standby, request: EventHook) -> None:
    """Lets all users of this process stand by, and `request` tell response times from the arrivals on."""
    run, stop, fire = User.run, User.stop, request.fire

    def execute_next_task(tasks: TaskSet) -> None:
        task = tasks._task_queue.popleft()
        standby.begin(tasks.user, task)
        tasks.execute_task(task)

    User.run = lambda user: standby.run(user, run)  # type: ignore[method-assign, misc]
    User.stop = lambda user, force=False: standby.stop(user, stop, force)  # type: ignore[method-assign, assignment]
    TaskSet.execute_next_task = execute_next_task  # type: ignore[method-assign]
    TaskSet.wait = lambda tasks: standby.rest(tasks.user)  # type: ignore[method-assign]
    request.fire = lambda **meta: fire(**from_arrival(meta))  # type: ignore[method-assign]


def from_arrival(meta: dict[str, Any]) -> dict[str, Any]:
    """Returns what the request event carries, counted from the arrival where it is the first request of a task.

    So what a user waited for counts, be it a free user or a busy generator. Later requests count from their sending.
    """
    owner: Any = getcurrent()
    if not hasattr(owner, "arrival") and (spawner := getattr(owner, "spawning_greenlet", None)):
        owner = spawner()
    arrival = getattr(owner, "arrival", None)
    if arrival is None or meta.get("response_time") is None:
        return meta
    owner.arrival = None
    start = meta.get("start_time") or time.time() - meta["response_time"] / 1000
    late_ms = max(0.0, start - arrival) * 1000
    return meta | {"start_time": arrival, "response_time": meta["response_time"] + late_ms}
