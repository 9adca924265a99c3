"""Waking at a moment: never before it."""

import time

import gevent
import pytest

from swarmfile.load.alarm import Alarm


@pytest.mark.parametrize("after_s", [-1.0, 0.0, 0.0004, 0.02])
def test_it_wakes_at_the_moment_or_later(after_s: float) -> None:
    alarm, moment = Alarm(), time.monotonic() + after_s
    gevent.spawn(alarm.wait_until, moment).get(timeout=60)
    assert time.monotonic() >= moment


def test_it_can_be_set_again_after_it_was_given_up() -> None:
    alarm = Alarm()
    given_up = gevent.spawn(alarm.wait_until, time.monotonic() + 3600)
    gevent.sleep(0)
    given_up.kill()
    gevent.spawn(alarm.wait_until, time.monotonic() + 0.001).get(timeout=60)


def test_without_timerfd_it_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swarmfile.load.alarm._LIBC", None)
    moment = time.monotonic() + 0.005
    gevent.spawn(Alarm().wait_until, moment).get(timeout=60)
    assert time.monotonic() >= moment - 0.002
