"""Timers last as long as they say, however long the process was busy before."""

import time

import gevent

from swarmfile.patches.clock import look_at_the_clock


def seconds_until_a_timer_fires(timer_s: float) -> float:
    began = time.monotonic()
    gevent.spawn_later(timer_s, int).join()
    return time.monotonic() - began


def test_a_timer_does_not_count_the_time_before_it_was_set() -> None:
    gevent.sleep(0.001)
    busy_until = time.monotonic() + 0.2
    while time.monotonic() < busy_until:
        pass
    look_at_the_clock()
    assert seconds_until_a_timer_fires(0.1) >= 0.095
