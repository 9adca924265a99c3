import time
from pathlib import Path

import gevent
import pytest
from lib.validity_probe import Probe, Second, throttled_seconds


@pytest.mark.parametrize(
    ("name", "text", "seconds"),
    [
        ("cpu.stat", "usage_usec 10\nnr_throttled 3\nthrottled_usec 2500000\n", 2.5),
        ("cpu,cpuacct/cpu.stat", "nr_throttled 3\nthrottled_time 2500000000\n", 2.5),
        ("cpu/cpu.stat", "nr_throttled 3\nthrottled_time 2500000000\n", 2.5),
        ("cpu.stat", "usage_usec 10\n", 0.0),
        ("other", "", 0.0),
    ],
)
def test_throttling_is_read_from_both_versions_of_cgroups(tmp_path: Path, name: str, text: str, seconds: float) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    assert throttled_seconds(tmp_path) == seconds


@pytest.mark.parametrize(
    ("second", "is_saturated"),
    [
        (Second(1, 0.5, 2, 0), False),
        (Second(1, 0.95, 2, 0), True),
        (Second(1, 0.5, 80, 0), True),
        (Second(1, 0.5, 2, 0.2), True),
    ],
)
def test_a_second_is_saturated_by_any_of_the_three(second: Second, is_saturated: bool) -> None:
    assert second.is_saturated is is_saturated


def test_a_blocked_event_loop_shows_as_lag() -> None:
    probe = Probe(lambda: 0.0)
    prober = gevent.spawn(probe.run)
    seconds: list[Second] = []
    with gevent.Timeout(30):
        while not seconds:
            gevent.sleep(0.001)
            # Longer than a probe sleeps: each of them is late by the rest, however fast the machine is.
            busy_until = time.monotonic() + 0.25
            while time.monotonic() < busy_until:
                pass
            seconds = probe.take()
    prober.kill()
    assert seconds[0].lag_ms > 100
    assert seconds[0].cpu > 0.1


def test_throttling_is_a_share_of_the_time() -> None:
    throttled = iter([0.0, 0.5, 0.5])
    probe = Probe(lambda: next(throttled))
    probe._since -= 2
    probe.note(0.0)
    assert probe.take()[0].throttled == pytest.approx(0.25, abs=0.05)


def test_seconds_are_taken_once() -> None:
    probe = Probe(lambda: 0.0)
    probe._since -= 2
    probe.note(3.0)
    assert [second.lag_ms for second in probe.take()] == [3.0]
    assert probe.take() == []
