"""Makes a worker's share of the arrivals, as the master tells it, and tells the master what came of them."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import gevent
from locust.env import Environment
from locust.rpc.protocol import Message
from locust.runners import Runner

from swarmfile.definition.rate import RateCourse, RateStage
from swarmfile.listeners import quietly
from swarmfile.load.alarm import Alarm
from swarmfile.load.schedule import Schedule, Share
from swarmfile.load.standby import Standby

SHARE, COUNTS = "swarmfile_arrivals_share", "swarmfile_arrivals_counts"
COUNTS_EVERY_S = 0.5
# Seconds that the tasks of the last arrivals may take: cut off, they would not be counted.
GRACE_S = 10.0
# A worker that leaves makes its arrivals for so many seconds: the master has spread its share by then, or does it late.
HANDOVER_S = 1.0
# Seconds that a busy machine may be behind with them.
_BEHIND_S = 4.0
# So many of the last arrivals are remembered: more than come while a share is late.
_REMEMBERED = 20_000
# A new share is noticed this soon.
_LOOK_S = 0.1
# Above some thousand arrivals a second they come in groups of this length, which costs less than waking for each.
_GROUP_S = 0.0003
_GROUP = 200


class ArrivalGenerator:
    """Gives each arrival of its share to a user when it is due, or as soon after as the process can."""

    def __init__(self, environment: Environment, standby: Standby) -> None:
        assert environment.runner
        self._runner: Runner = environment.runner
        self._standby = standby
        self._alarm = Alarm()
        self._start = 0.0
        self._schedule: Schedule | None = None
        self._following: tuple[float, Schedule | None] | None = None
        self._made: deque[float] = deque(maxlen=_REMEMBERED)
        self._working: gevent.Greenlet | None = None
        self._until_s: float | None = None
        self._runner.register_message(SHARE, self.on_share)
        environment.events.test_start.add_listener(quietly(lambda **_: self._standby.reset()))
        environment.events.test_stopping.add_listener(quietly(lambda **_: self.stop()))

    def on_share(self, msg: Message, **_: object) -> None:
        """The master says which arrivals are this worker's from some second on; none any more where it leaves."""
        told = msg.data
        start = time.monotonic() - told["elapsed_s"]
        # Of several messages the one that was quickest knows the time best.
        self._start = min(self._start, start) if self._working else start
        self._change_over()
        self._following = (told["from_s"], _schedule(told))
        if not self._working:
            self._working = gevent.spawn(self._work)
            self._telling = gevent.spawn(self._tell)

    def leave(self) -> None:
        """Makes arrivals until others do in its place, from a moment that it names; waits for the tasks of its own."""
        if self._working:
            self._until_s = time.monotonic() - self._start + HANDOVER_S
            self.tell()
            _await(self._handed_over, HANDOVER_S + _BEHIND_S)
            self._working.kill()
            _await(lambda: not self._standby.unfinished, GRACE_S)
            # A killed greenlet is false: stop has nothing more to say.
            self.tell()

    def stop(self) -> None:
        """No arrival comes any more; says the last counts."""
        self._standby.is_over = True
        if self._working:
            self.pause()
            self.tell()

    def pause(self) -> None:
        """Makes no arrival until the master says which ones."""
        if self._working:
            gevent.killall([self._working, self._telling])
            self._made.clear()
            self._working = self._schedule = self._following = None

    def tell(self) -> None:
        """Sends the counts of the run to the master."""
        standby = self._standby
        done = self._schedule is not None and self._schedule.next_s is None and not standby.unfinished
        counts = {"begun": standby.begun, "dropped": standby.dropped, "unfinished": standby.unfinished, "done": done}
        self._runner.send_message(COUNTS, counts | {"until_s": self._until_s})

    def _tell(self) -> None:
        tell = quietly(self.tell)
        while True:
            tell()
            gevent.sleep(COUNTS_EVERY_S)

    def _work(self) -> None:
        while True:
            now = time.monotonic()
            self._change_over()
            at = self._due(now + _LOOK_S)
            if at > now:
                self._alarm.wait_until(max(at, now + _GROUP_S))
            else:
                gevent.sleep(0)
            self._give(time.monotonic() - self._start)

    def _due(self, latest: float) -> float:
        next_s = self._next_s()
        return latest if next_s is None else min(latest, self._start + next_s)

    def _give(self, elapsed_s: float) -> None:
        for _ in range(_GROUP):
            self._change_over()
            next_s = self._next_s()
            if self._schedule is None or next_s is None or next_s > elapsed_s:
                return
            self._standby.give(self._start + next_s)
            self._made.append(next_s)
            self._schedule.advance()

    def _next_s(self) -> float | None:
        """Returns when this worker's next arrival is due; None without one."""
        next_s = self._schedule.next_s if self._schedule else None
        is_others = next_s is not None and self._until_s is not None and next_s >= self._until_s
        return None if is_others else next_s

    def _handed_over(self) -> bool:
        over = self._until_s is not None and time.monotonic() - self._start >= self._until_s
        return over and self._next_s() is None

    def _change_over(self) -> None:
        """Takes the new share once nothing of the old one is left before it.

        Where the share came late, arrivals of the old one were made in its time: as many fewer are left in the new one.
        """
        if self._following:
            from_s, schedule = self._following
            if self._schedule is None or self._schedule.next_s is None or self._schedule.next_s >= from_s:
                self._schedule, self._following = schedule, None
                for _ in range(sum(at_s >= from_s for at_s in self._made)):
                    if schedule and schedule.next_s is not None:
                        schedule.advance()


def _schedule(told: Mapping[str, Any]) -> Schedule | None:
    if told["index"] is None:
        return None
    course = RateCourse([RateStage(*stage) for stage in told["stages"]])
    share = Share(told["index"], told["count"], told["from_s"])
    return Schedule(course, share, random.Random() if told["poisson"] else None)


def _await(condition: Callable[[], object], patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while not condition() and time.monotonic() < until:
        gevent.sleep(_LOOK_S)
