"""Signals are counted, wake whoever waits, and go to the former handlers afterwards."""

import os
import signal
import time

import pytest

from swarmfile.cli.local.interrupts import SIGNALS, noted


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_wakes_whoever_waits(number: signal.Signals) -> None:
    with noted() as interrupts:
        os.kill(os.getpid(), number)
        before = time.monotonic()
        interrupts.wait(60)
        assert time.monotonic() - before < 30
        assert (interrupts.count, interrupts.last) == (1, number)


def test_two_signals_are_two() -> None:
    with noted() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.count == 2


def test_waiting_ends_without_a_signal() -> None:
    with noted() as interrupts:
        interrupts.wait(0)
        assert interrupts.count == 0


def test_the_former_handlers_come_back() -> None:
    former = [signal.getsignal(number) for number in SIGNALS]
    with noted():
        assert [signal.getsignal(number) for number in SIGNALS] != former
    assert [signal.getsignal(number) for number in SIGNALS] == former


def test_whoever_waits_elsewhere_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with noted() as interrupts:
        interrupts.also.append(lambda: print("told"))  # noqa: T201 - what a test can see
        os.kill(os.getpid(), signal.SIGINT)
        interrupts.wait(60)
    assert capsys.readouterr().out == "told\n"
