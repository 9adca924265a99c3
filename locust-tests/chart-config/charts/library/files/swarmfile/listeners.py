"""Keeps a fault of ours out of the test: a listener that raises is logged once, and the run goes on."""

import functools
import logging
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger("swarmfile")


class Listeners(list[Callable[P, T]]):
    """What `tell` and `gather` call, one after the other. It remembers which of them raised, and logs no one twice."""

    def __init__(self, listeners: Iterable[Callable[P, T]] = ()) -> None:
        super().__init__(listeners)
        self._faulty: list[Callable[P, T]] = []

    def failed(self, listener: Callable[P, T]) -> None:
        """Logs the error that is being handled, where it is the listener's first."""
        if listener not in self._faulty:
            self._faulty.append(listener)
            name = getattr(listener, "__qualname__", listener)
            logger.exception("swarmfile: %s failed; the run goes on without it", name)


def quietly(listener: Callable[P, object]) -> Callable[P, None]:
    """Returns the listener such that it never raises; its first error is logged with its traceback, later ones not.

    Called in a loop, it is made before the loop: each one that is made logs once. Locust ends the process after an
    error in an `init` listener and exits with 2 after one in any other.
    """
    listeners = Listeners([listener])

    @functools.wraps(listener)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        tell(listeners, *args, **kwargs)

    return wrapped


def tell(listeners: Listeners[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
    """Calls each listener, whatever the one before it did."""
    for listener in listeners:
        try:
            listener(*args, **kwargs)
        except Exception:
            listeners.failed(listener)


def gather(askers: Listeners[P, Iterable[T]], *args: P.args, **kwargs: P.kwargs) -> list[T]:
    """Returns all that the askers yield; what one yielded before it raised counts."""
    answers: list[T] = []
    for asker in askers:
        try:
            answers.extend(asker(*args, **kwargs))
        except Exception:
            askers.failed(asker)
    return answers
