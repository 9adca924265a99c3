import time
from dataclasses import dataclass
from pathlib import Path

import gevent
import pytest

from swarmfile.judge import probe as validity_probe
from swarmfile.judge.probe import Probe, throttled_seconds
from swarmfile.run.generator import Second


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


def test_a_blocked_event_loop_shows_as_lag() -> None:
    probe = Probe(lambda: 0.0)
    prober = gevent.spawn(probe.run)
    began, spent_s, seconds = time.monotonic(), time.process_time(), list[Second]()
    with gevent.Timeout(60):
        while not seconds:
            gevent.sleep(0.001)
            # Longer than a probe sleeps: each of them is late by the rest, however fast the machine is.
            busy_until = time.monotonic() + 0.25
            while time.monotonic() < busy_until:
                pass
            seconds = probe.take()
    prober.kill()
    assert seconds[0].lag_ms > 100
    # On a busy machine the loop got little of the CPU itself.
    share = (time.process_time() - spent_s) / (time.monotonic() - began)
    assert seconds[0].cpu == pytest.approx(share, rel=0.3)


@dataclass
class Clock:
    """The system's three clocks; the wall's may be changed while time goes on."""

    now: float = 100.0
    ahead: float = 0.0

    def time(self) -> float:
        return 1e9 + self.now + self.ahead

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return 0.0


def noted(clock: Clock, probe: Probe, *lags_ms: float) -> list[Second]:
    for lag_ms in lags_ms:
        clock.now += 0.1 + lag_ms / 1000
        probe.note(lag_ms)
    return probe.take()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(validity_probe, "time", clock)
    return clock


def test_a_pause_of_the_process_is_as_many_seconds_as_it_took(clock: Clock) -> None:
    seconds = noted(clock, Probe(lambda: 0.0), 0, 0, 0, 9000)
    assert [second.at - 1e9 for second in seconds] == [*range(101, 110)]
    assert {(second.lag_ms, second.is_saturated) for second in seconds} == {(9000.0, True)}


def test_a_pause_is_told_with_its_length_and_how_long_ago_it_ended(clock: Clock) -> None:
    probe = Probe(lambda: 0.0)
    noted(clock, probe, 0, 900, 9000, 0, 0)
    assert probe.take_pauses() == [(0.2, 9.0)]
    assert probe.take_pauses() == []


@pytest.mark.parametrize(
    ("lags_ms", "lag_ms"),
    [([2] * 10, 2), ([0] * 9 + [60], 0), ([0] * 3 + [700], 700), ([0] * 7 + [300], 0), ([60] * 7, 60)],
    ids=["usual", "one late probe", "most of the second", "a third of the second", "always late"],
)
def test_the_lag_of_a_second_is_that_of_half_of_its_time(clock: Clock, lags_ms: list[float], lag_ms: float) -> None:
    (second,) = noted(clock, Probe(lambda: 0.0), *lags_ms)
    assert second.lag_ms == lag_ms


def test_a_clock_that_is_set_is_no_pause(clock: Clock) -> None:
    probe = Probe(lambda: 0.0)
    clock.ahead = 3600.0
    (second,) = noted(clock, probe, *[0] * 11)
    assert (second.is_saturated, probe.take_pauses()) == (False, [])


def test_throttling_is_a_share_of_the_time() -> None:
    throttled = iter([0.0, 0.5, 0.5])
    probe = Probe(lambda: next(throttled))
    probe._since -= 2
    probe.note(0.0)
    assert probe.take()[0].throttled == pytest.approx(0.25, abs=0.05)


def test_seconds_are_taken_once() -> None:
    probe = Probe(lambda: 0.0)
    probe._since -= 1
    probe.note(3.0)
    assert [second.lag_ms for second in probe.take()] == [3.0]
    assert probe.take() == []
