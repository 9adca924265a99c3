"""Makes a worker's share of the arrivals, as the master tells it, and tells the master what came of them.

A share begins at a second of the run. A worker that hears of it later than that has made arrivals which are others' by
now: it leaves as many of its new share out, so that their number stays the planned one, on a machine that stalls too.
"""

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
# Workers hear of their share before it begins, and all change at the same arrival.
LEAD_S = 0.3
# Former shares that may have made arrivals of the newest; workers that come and go together make some.
_FORMER = 8
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
        self._former: deque[Schedule] = deque(maxlen=_FORMER)
        self._following: deque[tuple[float, Schedule | None]] = deque()
        self._working: gevent.Greenlet | None = None
        self._leaves_at_s: float | None = None
        self._runner.register_message(SHARE, self.on_share)
        environment.events.test_start.add_listener(quietly(lambda **_: self._standby.reset()))
        environment.events.test_stopping.add_listener(quietly(lambda **_: self.stop()))

    def on_share(self, msg: Message, **_: object) -> None:
        """The master says which arrivals are this worker's from some second on; one that leaves knows when it ends."""
        message = msg.data
        if self._leaves_at_s is not None:
            return
        start = time.monotonic() - message["elapsed_s"]
        # Of several messages the one that was quickest knows the time best.
        self._start = min(self._start, start) if self._working else start
        self._following.append((message["from_s"], _schedule(message)))
        if not self._working:
            self._working = gevent.spawn(self._work)
            self._telling = gevent.spawn(self._tell)

    def leave(self) -> None:
        """Makes arrivals until others make them in its place, and waits for the tasks of its own."""
        if self._working:
            self._leaves_at_s = time.monotonic() - self._start + LEAD_S
            self._following.append((self._leaves_at_s, None))
            self.tell()
            _await(lambda: not self._following, GRACE_S)
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
            self._working = self._schedule = None
            self._following.clear()
            self._former.clear()

    def tell(self) -> None:
        """Sends the counts of the run to the master."""
        standby = self._standby
        made = self._schedule is not None and self._schedule.next_s is None and not self._following
        done = made and not standby.unfinished
        counts = {"begun": standby.begun, "dropped": standby.dropped, "unfinished": standby.unfinished, "done": done}
        self._runner.send_message(COUNTS, counts | {"leaves_at_s": self._leaves_at_s})

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
        next_s = self._schedule.next_s if self._schedule else None
        return latest if next_s is None else min(latest, self._start + next_s)

    def _give(self, elapsed_s: float) -> None:
        for _ in range(_GROUP):
            self._change_over()
            schedule = self._schedule
            if schedule is None or schedule.next_s is None or schedule.next_s > elapsed_s:
                return
            self._standby.give(self._start + schedule.next_s)
            schedule.advance()

    def _change_over(self) -> None:
        """Takes each new share once nothing of the one before is left before it."""
        while self._following:
            from_s, schedule = self._following[0]
            if self._schedule and self._schedule.next_s is not None and self._schedule.next_s < from_s:
                return
            self._following.popleft()
            if self._schedule:
                self._former.append(self._schedule)
            if schedule:
                schedule.skip(sum(former.made_from(from_s) for former in self._former))
            self._schedule = schedule


def _schedule(message: Mapping[str, Any]) -> Schedule:
    course = RateCourse([RateStage(*stage) for stage in message["stages"]])
    share = Share(message["index"], message["count"], message["from_s"])
    return Schedule(course, share, random.Random() if message["poisson"] else None)


def _await(condition: Callable[[], object], patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while not condition() and time.monotonic() < until:
        gevent.sleep(_LOOK_S)
