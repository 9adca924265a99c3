"""Ctrl-C, SIGTERM and a closed terminal: the first asks a run to end well, the second ends it at once."""

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Counts signals and wakes whoever waits; `also` is called by each of them."""

    def __init__(self) -> None:
        self.count = 0
        self.last = signal.SIGTERM
        self.also: list[Callable[[], None]] = []
        # A pipe, because a handler may run at any moment and must wait for no lock.
        self._read, self._write = os.pipe()

    def note(self, number: int, _frame: FrameType | None) -> None:
        """Handles a signal."""
        self.count += 1
        self.last = signal.Signals(number)
        os.write(self._write, b"!")
        for act in self.also:
            act()

    def wait(self, seconds: float) -> None:
        """Returns after `seconds`, or as soon as a signal came."""
        if select.select([self._read], [], [], seconds)[0]:
            os.read(self._read, 1)

    def close(self) -> None:
        """Closes the pipe."""
        os.close(self._read)
        os.close(self._write)


@contextmanager
def noted() -> Iterator[Interrupts]:
    """Yields a count of the signals that arrive meanwhile, and puts the former handlers back."""
    interrupts = Interrupts()
    former = {number: signal.signal(number, interrupts.note) for number in SIGNALS}
    try:
        yield interrupts
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        interrupts.close()
