"""Wakes a greenlet at a moment, some 0.05 ms late, where the event loop's own timers count in whole milliseconds."""

import ctypes
import os
import time

import gevent

_ABSOLUTE = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Times(ctypes.Structure):
    # struct itimerspec: the interval, then the moment, each in seconds and nanoseconds.
    _fields_ = [(name, ctypes.c_long) for name in ("every_s", "every_ns", "at_s", "at_ns")]


class Alarm:
    """Waits for one moment after the other; by Linux's timerfd where there is one, else by gevent.sleep."""

    def __init__(self) -> None:
        flags = os.O_NONBLOCK | os.O_CLOEXEC
        create = getattr(_LIBC, "timerfd_create", None)
        self._file = create(time.CLOCK_MONOTONIC, flags) if create else -1
        self._watcher = gevent.get_hub().loop.io(self._file, 1) if self._file >= 0 else None

    def wait_until(self, moment: float) -> None:
        """Returns when time.monotonic() is `moment` or later."""
        if self._watcher is None:
            gevent.sleep(max(0.0, moment - time.monotonic()))
            return
        times = _Times(0, 0, int(moment), int(moment % 1 * 1e9) or 1)
        _LIBC.timerfd_settime(self._file, _ABSOLUTE, ctypes.byref(times), None)
        gevent.get_hub().wait(self._watcher)
        os.read(self._file, 8)
